//! The device's commands against a running `humanseald`: what they answer, how they end, and that
//! one that fails leaves every file as it was.
//!
//! One service, one story in the order in which a holder meets the commands, so that each of the
//! slow parts (models, keys, faces) runs as seldom as it can.

mod enrolment;
mod own_model;
mod presentation;
mod server;
mod verification;
mod wallet;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use humanseal_wallet_link::{Account, Chain, EvmKey, SolanaKey};
use serde_json::Value;

use self::server::Humanseald;
use super::{answer, answered, ends, face};

/// A holder's folder: passphrases, account keys, camera frames.
pub struct Stage {
    folder: tempfile::TempDir,
    origin: String,
    evm: Account,
    solana: Account,
}

impl Stage {
    fn new(origin: String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("a file");
        };
        write("words", "correct horse\n");
        write("other-words", "battery staple\n");
        write("evm.key", &hex::encode([0x42; 32]));
        write("solana.key", &hex::encode([0x43; 32]));
        for (frames, faces) in [
            ("frames", &["obama2.jpg", "obama3.jpg"][..]),
            ("stranger", &["biden.jpg", "biden.jpg"]),
            ("nobody", &[]),
        ] {
            let frames = folder.path().join(frames);
            fs::create_dir(&frames).expect("a folder");
            for (number, name) in faces.iter().enumerate() {
                fs::copy(face(name), frames.join(format!("{number}.jpg"))).expect("a copy");
            }
        }
        let evm = EvmKey::from_bytes(&[0x42; 32]).expect("a key").account(1);
        let solana = SolanaKey::from_bytes(&[0x43; 32]).account(Chain::solana_mainnet());
        Self {
            folder,
            origin,
            evm: evm.expect("an account"),
            solana: solana.expect("an account"),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The command succeeds; its answer in JSON.
    fn done(&self, arguments: &[&str]) -> Value {
        answer(arguments, self.path())
    }

    /// The command answers no (1), refuses its input (2) or fails (3), says so by this code, and
    /// leaves every file as it was.
    fn refused(&self, exit: i32, code: &str, arguments: &[&str]) {
        let before = self.files();
        let arguments = [arguments, &["--json"]].concat();
        let (out, errors) = ends(exit, &arguments, self.path());
        assert!(
            format!("{out}{errors}").contains(code),
            "{arguments:?} should say {code}: {out}{errors}"
        );
        let lines = errors.trim().lines().count();
        assert!(exit == 1 || lines == 1, "one sentence: {errors}");
        let after = self.files();
        let changed: Vec<_> = after
            .iter()
            .filter(|(name, bytes)| before.get(*name) != Some(bytes))
            .map(|(name, _)| name)
            .collect();
        assert!(changed.is_empty(), "{arguments:?} wrote {changed:?}");
        assert_eq!(before.len(), after.len(), "{arguments:?} took files away");
    }

    /// Every file under the folder with its content.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    files.insert(path.clone(), vec![]);
                    folders.push(path);
                } else {
                    files.insert(path.clone(), fs::read(&path).expect("a file"));
                }
            }
        }
        files
    }

    fn json(&self, name: &str) -> Value {
        let bytes = fs::read(self.path().join(name)).expect("a file");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn write_json(&self, name: &str, value: &Value) {
        fs::write(self.path().join(name), value.to_string()).expect("a file");
    }
}

#[test]
fn a_holder_enrols_presents_verifies_and_keeps_a_wallet() {
    let service = Humanseald::start();
    let stage = Stage::new(service.origin.clone());
    enrolment::documents(&stage);
    enrolment::enrolment(&stage);
    enrolment::chips(&stage);
    enrolment::following(&stage);
    presentation::presentations(&stage, &service);
    verification::verifications(&stage);
    wallet::wallets(&stage);
    let (request, link) = service.request();
    stage.write_json("late.request.json", &request);
    service.stop();
    enrolment::service_down(&stage);
    presentation::service_down(&stage, &link);
    verification::without_a_service(&stage);
}
