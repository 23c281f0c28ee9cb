//! Wallets that are not this device's to open, and one whose issuer cannot be reached.

use std::future::Future;
use std::net::TcpListener;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use humanseal_sdk::wallet::{Announced, IssuerPin, Pending, Portrait};
use humanseal_sdk::{Expected, Ledger, Standing};
use humanseal_zk_credentials::calendar::{Date, Day};
use humanseal_zk_credentials::credential::{DocumentLevel, UniqueLevel};
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    AppleAttestation, Base64, DeviceSignature, EnrolProof, EvidenceBody, Nonce, ProofBytes,
    SessionId, SessionKind, SessionToken, Sha256Digest, Timestamp,
};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::holder::HolderSecret;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::template::{Blinding, ModelId, Template};

use super::*;
use crate::keys::software_keys;
use crate::wallet::Standing as Shown;

const WORDS: &[u8] = b"correct horse";

/// Waits for one piece of the library's work.
fn wait<T>(work: impl Future<Output = T>) -> T {
    struct Woken(Thread);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Woken(std::thread::current())));
    let mut work = pin!(work);
    loop {
        match work.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(done) => return done,
            Poll::Pending => std::thread::park(),
        }
    }
}

fn words() -> Arc<Passphrase> {
    Passphrase::new(WORDS.to_vec())
}

/// A device of this environment on the folder `name`.
fn device(folder: &Path, name: &str, environment: Environment) -> Arc<Device> {
    let store = folder.join(name);
    std::fs::create_dir_all(&store).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let keys = software_keys(text(&store.join("device.key")));
    let settings = Settings {
        store: text(&store),
        models: text(&Models::default_dir()),
        environment,
        language: "en".into(),
        staged: false,
    };
    wait(Device::open(settings, keys)).unwrap()
}

/// A wallet that waits for the day of its recovery.
fn announced(origin: &str, environment: exchange::Environment) -> humanseal_sdk::Wallet {
    let secret = HolderSecret::generate(&mut OsEntropy);
    let portrait = Portrait {
        template: Template::quantise(&[0.5, -1.0, 0.25]).unwrap(),
        blinding: Blinding::generate(&mut OsEntropy),
        model: ModelId::of_sha256([3; 32]),
    };
    let issuer = IssuerSecretKey::from_seed([1; 32]).public();
    let session = SessionId::from_random([7; 16]);
    let bytes = Base64::new(b"attestation".to_vec()).unwrap();
    let expected = Expected {
        environment,
        issuer,
        session: session.clone(),
        kind: SessionKind::Recover,
        holder_key: secret.holder_key(),
        template: portrait.commitment(),
        birthdate: Date::new(1974, 8, 12).unwrap(),
        nationality: Nationality::OTHER,
        document: DocumentLevel::PassiveAuthentication,
        device: humanseal_zk_credentials::credential::DeviceLevel::Hardware,
        unique: UniqueLevel::NoLiveNamesake,
        established: Day(20_000),
        lasts_until: Day(21_000),
        day: Day(20_000),
        consent: Sha256Digest::of(b"consent"),
        statement: Sha256Digest::of(b"statement"),
    };
    let pending = Pending {
        session,
        token: SessionToken::new([5; 32]),
        nonce: Nonce([6; 32]),
        evidence: EvidenceBody {
            statement: Base64::new(b"statement".to_vec()).unwrap(),
            device: DeviceSignature::AppleAppattest(AppleAttestation { attestation: bytes }),
            proofs: vec![EnrolProof {
                proof: ProofBytes::new(vec![0; 128]).unwrap(),
                public: [FieldElement::ZERO; 6].map(Into::into),
            }],
        },
        expected,
    };
    humanseal_sdk::Wallet {
        environment,
        issuer: IssuerPin {
            origin: origin.into(),
            key: issuer,
            // The generator of Ed25519 (RFC 8032, section 5.1): a good key that signs nothing here.
            signing_key: Base64::new([&[0x58][..], &[0x66; 31]].concat()).unwrap(),
            newest_root: None,
        },
        secret,
        portrait,
        standing: Standing::Announced(Box::new(Announced {
            pending,
            effective_at: Timestamp::from_unix_seconds(1_900_000_000).unwrap(),
        })),
        ledger: Ledger::default(),
    }
}

/// Seals a wallet into the store of a device.
fn sealed(device: &Device, wallet: humanseal_sdk::Wallet) {
    let passphrase = words().on_device(&device.keys.keys).unwrap();
    WalletFile::create(&device.wallet_path(), &passphrase, wallet).unwrap();
}

/// An origin on this machine at which nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}")
}

fn code<T>(work: Result<T, HumansealError>) -> String {
    work.err().unwrap().code().to_owned()
}

/// The file and the words are right, the environment is not: neither opens, and nothing is written.
#[test]
fn a_wallet_of_another_environment_is_neither_opened_nor_imported() {
    let folder = tempfile::tempdir().unwrap();
    let origin = "https://issuer.example";
    for (theirs, other) in [
        (exchange::Environment::Development, Environment::Production),
        (exchange::Environment::Production, Environment::Development),
        (exchange::Environment::Sandbox, Environment::Production),
    ] {
        let name = format!("{theirs:?}");
        let own = device(folder.path(), &name, theirs.into());
        sealed(&own, announced(origin, theirs));
        let wallet = wait(own.clone().wallet(words(), 0)).unwrap();
        assert_eq!(wallet.summary().unwrap().environment, theirs.into());
        let backup = folder.path().join(format!("{name}.backup"));
        let backup = backup.to_str().unwrap().to_owned();
        wait(wallet.export(backup.clone(), words())).unwrap();

        // The same store, keys and words under a device that was told another environment.
        let wrong = device(folder.path(), &name, other);
        assert_eq!(code(wait(wrong.wallet(words(), 0))), "environment_mismatch");
        let fresh = device(folder.path(), &format!("{name}.fresh"), other);
        let imported = fresh
            .clone()
            .import_wallet(backup.clone(), words(), words());
        assert_eq!(code(wait(imported)), "environment_mismatch");
        assert!(!fresh.has_wallet());
        // It is nothing else that was wrong with the backup.
        let right = device(folder.path(), &format!("{name}.right"), theirs.into());
        assert!(wait(right.import_wallet(backup, words(), words())).is_ok());
    }
}

/// Withdrawal begins at the issuer: where it cannot be told, wallet and file are as they were.
#[test]
fn a_withdrawal_that_the_issuer_does_not_hear_leaves_wallet_and_file() {
    let folder = tempfile::tempdir().unwrap();
    let device = device(folder.path(), "store", Environment::Development);
    sealed(
        &device,
        announced(&nobody(), exchange::Environment::Development),
    );
    let wallet = wait(device.clone().wallet(words(), 0)).unwrap();
    for _ in 0..2 {
        let withdrawn = wait(device.clone().withdraw(wallet.clone()));
        assert_eq!(code(withdrawn), "service_unreachable");
        assert_eq!(wallet.summary().unwrap().standing, Shown::Announced);
        assert!(device.has_wallet());
    }
    // What is on the disk still opens.
    let again = wait(device.clone().wallet(words(), 0)).unwrap();
    assert_eq!(again.summary().unwrap().standing, Shown::Announced);
}
