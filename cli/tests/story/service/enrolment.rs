//! `document make`, `document check`, `enrol`.

use std::fs;

use serde_json::json;

use super::{Stage, ends, face};

/// A specimen document, good, tampered with, and not made at all.
pub fn documents(stage: &Stage) {
    let portrait = face("obama.jpg");
    let make = ["document", "make", "--portrait", &portrait, "--out", "chip"];
    assert_eq!(stage.done(&make)["specimen"], true);
    stage.refused(2, "chip", &make);
    let from = |portrait| ["document", "make", "--portrait", portrait, "--out", "none"];
    stage.refused(2, "missing.jpg", &from("missing.jpg"));
    stage.refused(2, "JPEG", &from("words"));
    let number = ["--number", "TOO-LONG-A-NUMBER"];
    stage.refused(2, "", &[&from(&portrait)[..], &number].concat());

    let checked = stage.done(&["document", "check", "chip", "--trust", "chip/trust"]);
    assert_eq!(
        (&checked["authentic"], &checked["own_trust"]),
        (&json!(true), &json!(false))
    );
    stage.refused(2, "EF.SOD", &["document", "check", "frames"]);

    let tampered = stage.path().join("tampered");
    fs::create_dir_all(&tampered).expect("a folder");
    for name in ["EF.SOD", "EF.DG1", "EF.DG2"] {
        fs::copy(stage.path().join("chip").join(name), tampered.join(name)).expect("a copy");
    }
    let dg1 = tampered.join("EF.DG1");
    let mut bytes = fs::read(&dg1).expect("EF.DG1");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&dg1, bytes).expect("EF.DG1");
    let check = ["document", "check", "tampered", "--trust", "chip/trust"];
    stage.refused(1, "dg1_digest", &check);
    // People are told the same as machines.
    let (told, _) = ends(1, &check, stage.path());
    assert!(told.contains("refused: dg1_digest"), "{told}");
}

/// The arguments of `enrol`, with this document, these frames and this wallet.
fn enrol<'a>(
    stage: &'a Stage,
    document: &'a str,
    frames: &'a str,
    wallet: &'a str,
) -> Vec<&'a str> {
    [
        &["enrol", "--server", &stage.origin][..],
        &["--document", document, "--frames", frames],
        &["--wallet", wallet, "--passphrase-file", "words"],
        &["--environment", "development"],
    ]
    .concat()
}

const STAGED: [&str; 2] = ["--stage-active-liveness", "--agree"];

/// Enrolments that must fail, the one that succeeds, and those that come too late.
pub fn enrolment(stage: &Stage) {
    let with = |document, frames, more: &[&'static str]| {
        [&enrol(stage, document, frames, "wallet")[..], more].concat()
    };
    let mut production = with("chip", "frames", &STAGED);
    production.retain(|word| !["--environment", "development"].contains(word));
    stage.refused(2, "address_insecure", &production);
    stage.refused(2, "consent_refused", &with("chip", "frames", &STAGED[..1]));
    stage.refused(2, "", &with("none", "frames", &STAGED));
    stage.refused(1, "dg1_digest", &with("tampered", "frames", &STAGED));
    stage.refused(1, "gate_match_failed", &with("chip", "stranger", &STAGED));
    stage.refused(2, "frame_count", &with("chip", "nobody", &STAGED));
    stage.refused(1, "gate_not_run", &with("chip", "frames", &STAGED[1..]));

    let enrolled = stage.done(&with("chip", "frames", &STAGED));
    for (member, value) in [
        ("enrolled", json!(true)),
        ("acknowledged", json!(true)),
        ("environment", json!("development")),
        ("document", json!(2)),
        ("device", json!(1)),
    ] {
        assert_eq!(enrolled[member], value, "{member}: {enrolled}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let wallet = fs::metadata(stage.path().join("wallet")).expect("the wallet");
        assert_eq!(wallet.permissions().mode() & 0o777, 0o600);
    }
    stage.refused(2, "credential already", &with("chip", "frames", &STAGED));
    let second = [&enrol(stage, "chip", "frames", "second")[..], &STAGED].concat();
    // The fifth plan for this document: a sixth would be refused as such.
    stage.refused(1, "document_known", &second);
}

/// A document with a chip: made, copied, its chip pulled away and held again, enrolled; and its copy.
pub fn chips(stage: &Stage) {
    let portrait = face("obama.jpg");
    let make = |out: &str, key: &str, number: &str, birthdate: &str| {
        let whose = ["--number", number, "--birthdate", birthdate];
        let what = ["document", "make", "--portrait", &portrait, "--out", out];
        stage.done(&[&what[..], &whose, &["--active-authentication", key]].concat());
    };
    make("ecdsa", "ecdsa", "CHIP00001", "19750101");
    make("rsa", "rsa", "CHIP00002", "19760101");
    make("copied", "ecdsa", "CHIP00003", "19770101");
    let key = |folder: &str| stage.path().join(folder).join("insecure-specimen-chip.pem");
    fs::remove_file(key("copied")).expect("the chip's key");
    for (folder, level, verdict) in [
        ("ecdsa", 3, "passed"),
        ("rsa", 3, "passed"),
        ("copied", 2, "not_run"),
    ] {
        let checked = stage.done(&["document", "check", folder, "--trust", "chip/trust"]);
        assert_eq!(checked["level"], level, "{folder}");
        let last = checked["checks"].as_array().and_then(|all| all.last());
        let last = last.expect("a check");
        assert_eq!(
            (&last["check"], &last["verdict"]),
            (&json!("active_authentication"), &json!(verdict))
        );
    }
    // Another chip in the document's place.
    let own = fs::read(key("ecdsa")).expect("a key");
    fs::copy(key("rsa"), key("ecdsa")).expect("a copy");
    let check = ["document", "check", "ecdsa", "--trust", "chip/trust"];
    stage.refused(1, "active_authentication_answer_form", &check);
    let with = |document, wallet| [&enrol(stage, document, "frames", wallet)[..], &STAGED].concat();
    stage.refused(
        1,
        "active_authentication_answer_form",
        &with("ecdsa", "alive"),
    );
    // A chip that does not answer, and again.
    fs::write(key("ecdsa"), "gone").expect("a file");
    stage.refused(2, "chip_silent", &check);
    stage.refused(2, "chip_silent", &with("ecdsa", "alive"));
    fs::write(key("ecdsa"), own).expect("the key");

    for (document, wallet, level) in [
        ("ecdsa", "alive", 3),
        ("rsa", "alive-too", 3),
        ("copied", "copy", 2),
    ] {
        let enrolled = stage.done(&with(document, wallet));
        assert_eq!(enrolled["document"], json!(level), "{document}");
    }
}

/// A newer credential: after a live match alone, with the document, with a new one of the same
/// person.
pub fn following(stage: &Stage) {
    let with = |command: &'static str, frames: &'static str, document: &[&'static str]| {
        let what = [command, "--server", &stage.origin, "--frames", frames];
        let wallet = ["--wallet", "alive", "--passphrase-file", "words"];
        let place = ["--environment", "development"];
        let all = [&what[..], &wallet, &place, document, &STAGED].concat();
        all.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let run = |arguments: Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let followed = stage.done(&arguments);
        assert_eq!(followed["document"], json!(3), "{followed}");
    };
    let refused = |exit, code, arguments: Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        stage.refused(exit, code, &arguments);
    };
    refused(1, "gate_match_failed", with("refresh", "stranger", &[]));
    run(with("refresh", "frames", &[]));
    run(with("refresh", "frames", &["--document", "ecdsa"]));
    let portrait = face("obama.jpg");
    let make = [
        &["document", "make", "--portrait", &portrait, "--out", "next"][..],
        &["--number", "CHIP00009", "--birthdate", "19750101"],
        &["--active-authentication", "ecdsa"],
    ];
    stage.done(&make.concat());
    let next = ["--document", "next"];
    refused(1, "gate_match_failed", with("renew", "stranger", &next));
    run(with("renew", "frames", &next));
}

/// Without an issuer nothing is written.
pub fn service_down(stage: &Stage) {
    let arguments = [&enrol(stage, "chip", "frames", "second")[..], &STAGED].concat();
    stage.refused(3, "service_unreachable", &arguments);
}
