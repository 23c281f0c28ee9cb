//! `present`, for an EVM and a Solana account, out of a file and by link.

use std::fs;

use serde_json::{Value, json};

use super::{Stage, server::Humanseald};

/// The arguments of `present`.
fn present<'a>(
    request: &'a str,
    account: &'a str,
    key: &'a str,
    slot: &'a str,
    out: &'a str,
) -> Vec<&'a str> {
    [
        &["present", "--request", request, "--wallet", "wallet"][..],
        &["--account", account, "--key", key, "--slot", slot],
        &["--out", out, "--passphrase-file", "words"],
    ]
    .concat()
}

/// Requests that a device refuses, then one presentation for each of two accounts.
pub fn presentations(stage: &Stage, service: &Humanseald) {
    let (evm, solana) = (stage.evm.to_string(), stage.solana.to_string());
    let (good, _) = service.request();
    fs::create_dir(stage.path().join("pairs")).expect("a folder");
    stage.write_json("pairs/evm.request.json", &good);
    let request = "pairs/evm.request.json";

    let opened_with = |words| {
        let mut arguments = present(request, &evm, "evm.key", "0", "none");
        arguments.pop();
        arguments.push(words);
        arguments
    };
    stage.refused(2, "wallet_wrong_passphrase", &opened_with("other-words"));
    fn of<'a>(request: &'a str, account: &'a str, key: &'a str, slot: &'a str) -> Vec<&'a str> {
        present(request, account, key, slot, "none")
    }
    stage.refused(2, "request_malformed", &of("words", &evm, "evm.key", "0"));
    stage.refused(2, "missing", &of("missing", &evm, "evm.key", "0"));
    stage.refused(2, "another account", &of(request, &evm, "solana.key", "0"));
    stage.refused(2, "hexadecimal", &of(request, &evm, "words", "0"));
    stage.refused(1, "slot_out_of_range", &of(request, &evm, "evm.key", "2"));
    let elsewhere = evm.replace("eip155:1:", "eip155:10:");
    stage.refused(
        1,
        "chain_not_offered",
        &of(request, &elsewhere, "evm.key", "0"),
    );
    let taken = present(request, &evm, "evm.key", "0", "words");
    stage.refused(2, "exists already", &taken);
    let nowhere = present(request, &evm, "evm.key", "0", "no/such/folder");
    stage.refused(2, "cannot be written", &nowhere);
    let unknown = format!("{}/v1/requests/pr_0123456789abcdef", stage.origin);
    stage.refused(2, "request_unknown", &of(&unknown, &evm, "evm.key", "0"));

    // What a device refuses of a request that somebody changed on its way.
    type Edit = fn(&mut Value);
    let edits: [(&str, Edit); 6] = [
        ("request_expired", |r| {
            r["issued_at"] = json!("2026-01-01T00:00:00Z");
            r["expires_at"] = json!("2026-01-01T00:10:00Z");
        }),
        ("environment_mismatch", |r| {
            r["environment"] = json!("production")
        }),
        ("origin_not_of_network", |r| {
            r["verifier"] = json!("https://evil.example")
        }),
        ("age_not_allowed", |r| r["policy"]["min_age"] = json!(19)),
        ("days_not_allowed", |r| {
            r["policy"]["min_established_days"] = json!(31)
        }),
        ("request_scope_mismatch", |r| r["action"] = json!("other")),
    ];
    for (code, edit) in edits {
        let mut changed = good.clone();
        edit(&mut changed);
        stage.write_json("changed.request.json", &changed);
        stage.refused(1, code, &of("changed.request.json", &evm, "evm.key", "0"));
    }

    let out = "pairs/evm.presentation.json";
    let presented = stage.done(&present(request, &evm, "evm.key", "0", out));
    assert_eq!(presented["presented"], true);
    assert_eq!(presented["verified"], Value::Null, "nobody was asked");

    let (good, _) = service.request();
    stage.write_json("pairs/solana.request.json", &good);
    let (request, out) = (
        "pairs/solana.request.json",
        "pairs/solana.presentation.json",
    );
    let second = stage.done(&present(request, &solana, "solana.key", "1", out));
    assert_ne!(second["nullifier"], presented["nullifier"], "another place");

    for (account, key, slot) in [(&evm, "evm.key", "0"), (&solana, "solana.key", "1")] {
        let (_, link) = service.request();
        let out = format!("{slot}.sent.json");
        let sent = stage.done(&present(&link, account, key, slot, &out));
        assert_eq!(sent["verified"], true);
        assert!(
            sent["pass"]
                .as_str()
                .is_some_and(|pass| pass.split('.').count() == 3)
        );
        stage.refused(2, "request_closed", &of(&link, account, key, slot));
    }
    // The same place for another account: the verifier says no, by name.
    let (_, link) = service.request();
    let moved = present(&link, &solana, "solana.key", "0", "moved.json");
    let said = super::answered(1, &moved, stage.path());
    assert_eq!(said["presented"], false);
    assert!(
        said["code"] == "move_cooling_down" || said["code"] == "nullifier_taken",
        "{said}"
    );
}

/// Without the issuer there is no status root and no proof; the ledger stays as it is.
pub fn service_down(stage: &Stage, link: &str) {
    let evm = stage.evm.to_string();
    for request in ["late.request.json", link] {
        let arguments = present(request, &evm, "evm.key", "0", "none");
        stage.refused(3, "service_unreachable", &arguments);
    }
}
