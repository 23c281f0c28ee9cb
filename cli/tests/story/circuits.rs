//! `humanseal circuits`: what is exported passes the check, and every edit of it is refused by name.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{answer, answered, ends, fixture};

/// Verdict and code of every check, by its name.
fn rows(answer: &Value) -> Value {
    let rows = answer["checks"].as_array().expect("checks");
    let row = |row: &Value| {
        let name = row["check"].as_str().expect("a name").to_owned();
        let code = row.get("code").unwrap_or(&row["verdict"]).clone();
        (name, code)
    };
    Value::Object(rows.iter().map(row).collect())
}

#[test]
fn circuits_are_described() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = answer(&["circuits", "info"], folder.path()).to_string();
    assert!(
        text.contains("present") && text.contains("insecure"),
        "{text}"
    );
}

#[test]
fn what_is_exported_passes_and_what_is_not_given_is_not_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for circuit in ["enrol", "present"] {
        let export = ["circuits", "export", "--circuit", circuit, "--out", "out"];
        let made = answer(&export, folder);
        let file = |name: &str| made[0][name].as_str().expect("a file").to_owned();
        let check = ["circuits", "check", "--circuit", circuit];
        let files = [
            ("--r1cs", file("r1cs")),
            ("--wtns", file("witness")),
            ("--vkey", file("verifying_key")),
            ("--proof", file("proof")),
            ("--public", file("public")),
        ];
        let files: Vec<&str> = files.iter().flat_map(|(a, b)| [*a, b.as_str()]).collect();
        let checked = answer(&[&check[..], &files].concat(), folder);
        assert_eq!(checked["passed"], true);
        assert_eq!(
            rows(&checked),
            json!({
                "r1cs": "passed", "witness": "passed", "verifying_key": "passed", "proof": "passed",
                "proving_key": "not_checked", "proving_key_proves": "not_checked",
                "keys_are_a_pair": "not_checked",
            })
        );
        let alone = answer(&[&check[..], &files[..2]].concat(), folder);
        assert_eq!(rows(&alone)["proof"], "not_checked");
        // Nothing that is there is written over.
        ends(2, &export, folder);

        damaged(circuit, &file, folder);
    }
    ends(2, &["circuits", "check", "--circuit", "enrol"], folder);
    let keyless = [
        "circuits",
        "check",
        "--circuit",
        "enrol",
        "--proof",
        "a",
        "--public",
        "b",
    ];
    ends(2, &keyless, folder);
}

/// One edit each, and the code that names it.
fn damaged(circuit: &str, file: &dyn Fn(&str) -> String, folder: &Path) {
    let check = |arguments: &[&str], row: &str| -> Value {
        let check = ["circuits", "check", "--circuit", circuit];
        let checked = answered(1, &[&check[..], arguments].concat(), folder);
        assert_eq!(checked["passed"], false);
        rows(&checked)[row].clone()
    };
    let read = |name: &str| fs::read(folder.join(file(name))).expect(name);
    let write = |bytes: &[u8]| fs::write(folder.join("edited"), bytes).expect("a file");

    let mut r1cs = read("r1cs");
    let last = r1cs.len() / 2;
    r1cs[last] ^= 1;
    write(&r1cs);
    let code = check(&["--r1cs", "edited"], "r1cs");
    assert!(
        code == "r1cs_other_constraint" || code == "r1cs_malformed",
        "{code}"
    );
    let other = if circuit == "enrol" {
        "present"
    } else {
        "enrol"
    };
    answer(
        &["circuits", "export", "--circuit", other, "--out", circuit],
        folder,
    );
    let foreign = |ending: &str| format!("{circuit}/{other}.{ending}");
    assert_eq!(
        check(&["--r1cs", &foreign("r1cs")], "r1cs"),
        "r1cs_other_size"
    );
    assert_eq!(
        check(&["--wtns", &foreign("wtns")], "witness"),
        "wtns_other_size"
    );
    let vkey = foreign("development-insecure.vkey.json");
    assert_eq!(check(&["--vkey", &vkey], "verifying_key"), "key_ic_length");

    let mut wtns = read("witness");
    let last = wtns.len() - 32;
    wtns[last] ^= 1;
    write(&wtns);
    assert_eq!(check(&["--wtns", "edited"], "witness"), "wtns_unsatisfied");

    let key: Value = serde_json::from_slice(&read("verifying_key")).expect("a key");
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut key = key.clone();
        edit(&mut key);
        write(key.to_string().as_bytes());
        check(&["--vkey", "edited"], "verifying_key")
    };
    let generator = json!([
        [
            "10857046999023057135944570762232829481370756359578518086990519993285655852781",
            "11559732032986387107991004021392285783925812861821192530917403151452391805634"
        ],
        [
            "8495653923123431417604973247489272438418190587263600148770280649306958101930",
            "4082367875863433681332203403145435568316851327593401208105741076214120093531"
        ],
        ["1", "0"]
    ]);
    let delta_is_gamma = |key: &mut Value| key["vk_delta_2"] = key["vk_gamma_2"].clone();
    assert_eq!(edited(&delta_is_gamma), "key_delta_is_gamma");
    let delta_is_generator = |key: &mut Value| {
        key["vk_gamma_2"] = key["vk_beta_2"].clone();
        key["vk_delta_2"] = generator.clone();
    };
    assert_eq!(edited(&delta_is_generator), "key_delta_is_generator");
    assert_eq!(
        edited(&|key| key["IC"][1] = json!(["0", "1", "0"])),
        "key_zero_ic"
    );
    let short = |key: &mut Value| {
        key["IC"].as_array_mut().expect("a list").pop();
    };
    assert_eq!(edited(&short), "key_ic_length");
    let off_curve = |key: &mut Value| key["IC"][0][1] = json!("1");
    assert_eq!(edited(&off_curve), "snarkjs_point_invalid");

    // A proof of something else, and a signal in a second spelling.
    let mut public: Vec<String> = serde_json::from_slice(&read("public")).expect("signals");
    let proved = |public: &[String]| {
        write(json!(public).to_string().as_bytes());
        let (vkey, proof) = (file("verifying_key"), file("proof"));
        let given = ["--vkey", &vkey, "--proof", &proof, "--public", "edited"];
        check(&given, "proof")
    };
    public[0].insert(0, '0');
    assert_eq!(proved(&public), "public_input_not_canonical");
    public[0] = "1".into();
    assert_eq!(proved(&public), "proof_invalid");
    // Under a refused key nothing is said about the proof.
    edited(&delta_is_gamma);
    fs::copy(folder.join("edited"), folder.join("refused")).expect("a copy");
    let (proof, public) = (file("proof"), file("public"));
    let under_refused = ["--vkey", "refused", "--proof", &proof, "--public", &public];
    assert_eq!(check(&under_refused, "proof"), "not_checked");
}

#[test]
fn the_verifier_contract_is_exported_with_its_interface() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let export = ["circuits", "export", "--solidity", "--out", "out"];
    let made = answer(&export, folder);
    for (member, name) in [
        ("contract", "PresentVerifierDevelopment.sol"),
        ("interface", "IPresentVerifier.sol"),
    ] {
        let file = Path::new(made[0][member].as_str().expect("a file"));
        let committed = fixture("../contracts/solidity").join(name);
        assert_eq!(
            fs::read_to_string(folder.join(file)).expect(name),
            fs::read_to_string(committed).expect(name)
        );
    }
    assert_eq!(fs::read_dir(folder.join("out")).expect("out").count(), 2);
    // Nothing that is there is written over, and `enrol` is proved to nobody on a chain.
    ends(2, &export, folder);
    let enrol = ["--circuit", "enrol", "--solidity", "--out", "enrol"];
    ends(2, &[&["circuits", "export"], &enrol[..]].concat(), folder);
    ends(2, &["circuits", "export", "--out", "none"], folder);
}

#[test]
fn stored_proving_keys_are_checked_and_tried() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let key = humanseal_zk_credentials::keys::development(
        humanseal_zk_credentials::circuit::Circuit::Present,
    )
    .expect("the development key");
    let bytes = key.to_bytes().expect("bytes");
    let check = |code: i32, bytes: &[u8], more: &[&str]| {
        fs::write(folder.join("key"), bytes).expect("a file");
        let check = ["circuits", "check", "--circuit", "present", "--key", "key"];
        rows(&answered(code, &[&check[..], more].concat(), folder))
    };
    let vkey = fixture("keys/present.development-insecure.vkey.json");
    let vkey = vkey.display().to_string();
    let good = check(0, &bytes, &["--vkey", &vkey]);
    for row in ["proving_key", "proving_key_proves", "keys_are_a_pair"] {
        assert_eq!(good[row], "passed", "{row}");
    }
    // An IC point in place of α.
    let mut inconsistent = bytes.clone();
    inconsistent.copy_within(64 + 3 * 128 + 8..64 + 3 * 128 + 8 + 64, 0);
    let refused = check(1, &inconsistent, &["--vkey", &vkey]);
    // The other parts were made with α.
    assert_eq!(refused["proving_key_proves"], "key_inconsistent");
    assert_eq!(refused["keys_are_a_pair"], "key_pair_mismatch");
    // The last point of the last list in place of the one before: proofs under it do not verify.
    let mut inconsistent = bytes.clone();
    let end = inconsistent.len();
    inconsistent.copy_within(end - 64..end, end - 128);
    let refused = check(1, &inconsistent, &[]);
    assert_eq!(refused["proving_key_proves"], "key_inconsistent");
    let mut off_curve = bytes;
    off_curve[0] ^= 1;
    assert_eq!(check(1, &off_curve, &[])["proving_key"], "key_malformed");
}
