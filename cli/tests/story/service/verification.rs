//! `verify`: one presentation, a folder of them, and presentations that somebody changed.

use std::fs;

use serde_json::{Value, json};

use super::{Stage, answered};

fn verify(presentation: &str) -> [&str; 5] {
    let request = "pairs/evm.request.json";
    [
        "verify",
        "--request",
        request,
        "--presentation",
        presentation,
    ]
}

/// What is done to a presentation.
type Change<'a> = &'a dyn Fn(&mut Value);

/// Good ones, then each thing that can be changed.
pub fn verifications(stage: &Stage) {
    let good = stage.json("pairs/evm.presentation.json");
    let checked = stage.done(&verify("pairs/evm.presentation.json"));
    assert_eq!(checked["verified"], true);
    assert_eq!(checked["entries"][0]["account"], good["account"]);

    let other = stage.json("pairs/solana.presentation.json");
    let order = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let changes: [(&str, Change<'_>); 12] = [
        ("proof_invalid", &|p| p["proof"] = other["proof"].clone()),
        ("proof_malformed", &|p| {
            // The first point says both that it is infinity and which root y is.
            let proof = p["proof"].as_str().expect("a proof");
            p["proof"] = json!(format!("{}{}", "/".repeat(44), &proof[44..]));
        }),
        ("proof_malformed", &|p| p["proof"] = json!("AAAA")),
        ("proof_invalid", &|p| p["public"][0] = json!("1")),
        ("binding_mismatch", &|p| p["public"][1] = json!("1")),
        ("today_out_of_window", &|p| p["public"][2] = json!("1")),
        ("issuer_untrusted", &|p| p["public"][4] = json!("1")),
        ("policy_mismatch", &|p| p["public"][5] = json!("1")),
        ("public_input_not_canonical", &|p| {
            p["public"][0] = json!(order)
        }),
        ("public_input_not_canonical", &|p| {
            p["public"][6] = json!("00")
        }),
        ("account_signature_kind_mismatch", &|p| {
            p["signature"] = other["signature"].clone();
        }),
        ("account_signature_invalid", &|p| {
            let bytes = p["signature"]["bytes"].as_str().expect("bytes");
            p["signature"]["bytes"] = json!(format!("AAAA{}", &bytes[4..]));
        }),
    ];
    for (code, change) in changes {
        let mut changed = good.clone();
        change(&mut changed);
        stage.write_json("changed.json", &changed);
        stage.refused(1, code, &verify("changed.json"));
        // The exit code alone would say this of a changed request too.
        let said = answered(1, &verify("changed.json"), stage.path());
        assert_eq!(said["entries"][0]["code"], code);
    }
    stage.refused(
        1,
        "request_mismatch",
        &verify("pairs/solana.presentation.json"),
    );
    let mut more = good.clone();
    more["more"] = json!(1);
    stage.write_json("changed.json", &more);
    stage.refused(2, "presentation_malformed", &verify("changed.json"));
    stage.refused(2, "missing", &verify("missing"));
    let vkey = super::super::fixture("keys/enrol.development-insecure.vkey.json");
    let vkey = vkey.display().to_string();
    let other_key = [
        &verify("pairs/evm.presentation.json")[..],
        &["--key", &vkey],
    ]
    .concat();
    stage.refused(1, "verifying_key_mismatch", &other_key);

    batches(stage, &good);
}

fn batches(stage: &Stage, good: &Value) {
    let batch = ["verify", "--batch", "pairs"];
    let checked = stage.done(&batch);
    assert_eq!(checked["entries"].as_array().map(Vec::len), Some(2));
    // One false proof among good ones is named, and the good ones stay good.
    let mut changed = good.clone();
    changed["public"][0] = json!("1");
    stage.write_json("pairs/false.presentation.json", &changed);
    let request = stage.json("pairs/evm.request.json");
    stage.write_json("pairs/false.request.json", &request);
    let said = answered(1, &batch, stage.path());
    let entries = said["entries"].as_array().expect("entries");
    let codes: Vec<_> = entries.iter().map(|entry| entry["code"].clone()).collect();
    assert_eq!(
        codes,
        [Value::Null, json!("proof_invalid"), Value::Null],
        "evm, false, solana"
    );
    fs::remove_file(stage.path().join("pairs/false.request.json")).expect("the file");
    stage.refused(2, "false.request.json", &batch);
    fs::remove_file(stage.path().join("pairs/false.presentation.json")).expect("the file");
    stage.refused(2, "holds no pair", &["verify", "--batch", "nobody"]);
    stage.refused(2, "missing", &["verify", "--batch", "missing"]);
}

/// A verifier needs nobody but its own request.
pub fn without_a_service(stage: &Stage) {
    assert_eq!(
        stage.done(&["verify", "--batch", "pairs"])["verified"],
        true
    );
}
