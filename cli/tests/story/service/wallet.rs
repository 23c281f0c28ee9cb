//! `wallet show`, `wallet export`, `wallet import`.

use std::fs;

use sha2::{Digest, Sha256};

use super::{Stage, ends};

const WORDS: [&str; 2] = ["--passphrase-file", "words"];
const OTHER: [&str; 2] = ["--passphrase-file", "other-words"];

fn show<'a>(wallet: &'a str, words: [&'a str; 2]) -> Vec<&'a str> {
    [&["wallet", "show", "--wallet", wallet][..], &words].concat()
}

/// A wallet, its backup, and the wallet that comes out of that.
pub fn wallets(stage: &Stage) {
    let shown = stage.done(&show("wallet", WORDS));
    assert_eq!(shown["environment"], "development");
    assert_eq!(shown["credential"]["document"], 2);
    // Five presentations were made, and each is remembered.
    assert_eq!(shown["ledger"].as_array().map(Vec::len), Some(5));
    let (told, _) = ends(0, &show("wallet", WORDS), stage.path());
    for text in [shown.to_string(), told] {
        assert!(text.contains("compute.example"), "{text}");
        for secret in [
            "1974",
            "740812",
            "ERIKSSON",
            "L898902C3",
            "birthdate",
            "secret",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    stage.refused(2, "wallet_wrong_passphrase", &show("wallet", OTHER));
    stage.refused(2, "wallet_missing", &show("none", WORDS));
    stage.refused(2, "wallet_unknown_format", &show("evm.key", WORDS));

    let export = |out| {
        let backup = ["--out", out, "--out-passphrase-file", "other-words"];
        [
            &["wallet", "export", "--wallet", "wallet"][..],
            &WORDS,
            &backup,
        ]
        .concat()
    };
    stage.done(&export("backup"));
    stage.refused(2, "wallet_exists", &export("backup"));
    stage.refused(2, "wallet_io", &export("no/such/folder"));
    stage.refused(2, "wallet_wrong_passphrase", &show("backup", WORDS));

    let import = |from, words| {
        let import = ["wallet", "import", "--from", from, "--wallet", "restored"];
        let words = ["--from-passphrase-file", words];
        [&import[..], &words, &WORDS].concat()
    };
    stage.refused(2, "wallet_wrong_passphrase", &import("backup", "words"));
    let backup = fs::read(stage.path().join("backup")).expect("the backup");
    let planted = |at: usize, bytes: &[u8], mended: bool| {
        let mut file = backup.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        if mended {
            let digest = Sha256::digest(&file[..100]);
            file[100..132].copy_from_slice(&digest);
        }
        fs::write(stage.path().join("planted"), file).expect("a file");
    };
    planted(200, &[0; 16], false);
    stage.refused(2, "wallet_tampered", &import("planted", "other-words"));
    planted(20, &[0xff; 4], false);
    stage.refused(
        2,
        "wallet_header_damaged",
        &import("planted", "other-words"),
    );
    // A file that demands 4 TiB of memory, or 2^32 passes, from whoever opens it.
    for at in [20, 24] {
        planted(at, &[0xff; 4], true);
        let refused = "wallet_key_derivation_refused";
        stage.refused(2, refused, &import("planted", "other-words"));
    }
    stage.done(&import("backup", "other-words"));
    stage.refused(2, "wallet_exists", &import("backup", "other-words"));
    let restored = stage.done(&show("restored", WORDS));
    assert_eq!(restored["ledger"], shown["ledger"]);
    assert_eq!(restored["credential"], shown["credential"]);
}
