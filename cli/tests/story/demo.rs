//! The demo, once, judged by what it prints for machines.

use std::fs;
use std::path::Path;

use humanseal_zk_credentials::exchange::GateName;
use serde_json::{Value, json};

use super::humanseal;

#[test]
fn the_demo_accepts_refuses_and_keeps_secrets_as_it_must() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = humanseal(&["demo", "--json", "--keep", "kept"], folder.path());
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{errors}");
    let story: Value = serde_json::from_slice(&ran.stdout).expect("one JSON document");

    assert_eq!(story["verified"], true);
    assert_eq!(story["holds"], true);
    assert_eq!(story["environment"], "development");
    assert_eq!(story["proof_bytes"], 128);
    assert_eq!(story["public_inputs"], 8);
    assert!(
        story["constraints"]["present"]
            .as_u64()
            .is_some_and(|n| n <= 8_183)
    );
    assert!(
        story["constraints"]["enrol"]
            .as_u64()
            .is_some_and(|n| n <= 16_377)
    );
    for step in [
        "detect",
        "embed",
        "liveness",
        "enrol_prove",
        "present_prove",
        "verify",
    ] {
        assert!(
            story["ms"][step].as_f64().is_some_and(|ms| ms > 0.0),
            "{step}"
        );
    }
    for (call, limit) in [
        ("register", 288_000),
        ("renew", 254_000),
        ("move", 288_000),
        ("verify", 210_000),
        ("batch32_per_provider", 112_000),
        ("is_verified", 4_800),
    ] {
        let gas = story["gas"][call].as_u64();
        assert!(
            gas.is_some_and(|gas| 0 < gas && gas <= limit),
            "{call}: {gas:?}"
        );
    }
    assert!(story["threads"].as_u64().is_some_and(|n| n >= 1));
    assert_eq!(story["refusals"], expected_refusals());

    // What photographs cannot show is said, and nothing else is staged.
    let gates = story["gates"].as_object().expect("gates");
    assert_eq!(gates.len(), GateName::ALL.len());
    for (gate, outcome) in gates {
        let active = GateName::ACTIVE.iter().any(|name| name.as_str() == gate);
        let expected = if active { "staged" } else { "passed" };
        assert_eq!(outcome, expected, "{gate}");
    }

    // What was rendered says so by its name, and went through the gates that are staged.
    for gate in story["simulation"]["head"].as_array().expect("gates") {
        assert_eq!(gate["outcome"], "passed", "{gate}");
    }
    let refused = story["simulation"]["picture"].as_array().expect("gates");
    let depth = refused.iter().find(|gate| gate["name"] == "depth");
    assert_eq!(
        depth.map(|gate| &gate["reason"]),
        Some(&json!("flat_surface"))
    );

    // One human, two seats, two places that nobody can link.
    let seats = story["presentations"].as_array().expect("presentations");
    assert_eq!(seats.len(), 2);
    assert_ne!(seats[0]["nullifier"], seats[1]["nullifier"]);
    assert!(folder.path().join("kept").join("service.log").is_file());

    // What was kept is checked again, by the command that knows nothing of the story.
    let again = humanseal(
        &["verify", "--batch", "kept/seats", "--json"],
        folder.path(),
    );
    assert!(again.status.success());
    let again: Value = serde_json::from_slice(&again.stdout).expect("one JSON document");
    let entries = again["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 2);
    for (entry, seat) in entries.iter().zip(seats) {
        assert_eq!(entry["verified"], true);
        assert_eq!(entry["nullifier"], seat["nullifier"]);
    }
    a_false_one_of_a_contracts_batch_is_named(folder.path());
}

/// A contract's presentations among each other: what a relayer looks at before it pays.
fn a_false_one_of_a_contracts_batch_is_named(folder: &Path) {
    let chain = folder.join("kept").join("chain");
    let verify = ["verify", "--batch", "kept/chain", "--json"];
    let answer = |exit: i32| -> Vec<Value> {
        let ran = humanseal(&verify, folder);
        assert_eq!(ran.status.code(), Some(exit));
        let answer: Value = serde_json::from_slice(&ran.stdout).expect("one JSON document");
        answer["entries"].as_array().expect("entries").clone()
    };
    let good = answer(0);
    assert_eq!((good.len(), &good[0]["verified"]), (1, &json!(true)));
    assert!(
        good[0]["account"]
            .as_str()
            .expect("an account")
            .starts_with("eip155:31337:0x")
    );

    let request = fs::read(chain.join("first.request.json")).expect("a request");
    let text = fs::read(chain.join("first.presentation.json")).expect("a presentation");
    let shown: Value = serde_json::from_slice(&text).expect("JSON");
    let changes: [(&str, &str, Value); 4] = [
        ("proof_invalid", "nullifier", json!("1")),
        ("request_mismatch", "count", json!(1)),
        ("today_out_of_window", "today", json!("1")),
        ("proof_malformed", "proof", json!("AAAA")),
    ];
    for (code, member, value) in changes {
        let mut changed = shown.clone();
        changed[member] = value;
        fs::write(chain.join("second.request.json"), &request).expect("a file");
        let bytes = serde_json::to_vec(&changed).expect("JSON");
        fs::write(chain.join("second.presentation.json"), bytes).expect("a file");
        let entries = answer(1);
        let codes: Vec<&Value> = entries.iter().map(|entry| &entry["code"]).collect();
        assert_eq!(codes, [&Value::Null, &json!(code)], "{member}");
    }
}

/// Name and code of every refusal.
fn expected_refusals() -> Value {
    json!({
        "another_account": "binding_mismatch",
        "another_face": "gate_match_failed",
        "contract_another_account": "ProofInvalid",
        "contract_cool_down": "Refused(CoolingDown)",
        "contract_distrusted": "IssuerUntrusted",
        "contract_replay": "ProofInvalid",
        "contract_replay_after_move": "ProofInvalid",
        "contract_revoked": "credential_revoked",
        "contract_revoked_old_root": "RootOutsideWindow",
        "contract_tomorrow": "Refused(Day)",
        "copied_files": "document_level_too_low",
        "development_at_production": "issuer_untrusted",
        "document_again": "document_known",
        "production_request": "environment_mismatch",
        "recorded_answer": "active_authentication_signature",
        "replay": "request_used",
        "replay_elsewhere": "binding_mismatch",
        "revoked_credential": "credential_revoked",
        "revoked_old_root": "root_unknown",
        "software_key": "device_level_too_low",
        "swapped_portrait": "dg2_digest",
        "tampered_dg1": "dg1_digest",
        "under_age": "under_age",
        "unlisted_app": "attestation_refused",
        "refresh_by_another": "gate_match_failed",
        "cancelled_recovery": "recovery_cancelled"
    })
}
