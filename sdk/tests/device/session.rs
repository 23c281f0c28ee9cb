//! The end of an enrolment: evidence that is sent again, answers that are refused, lines that break.

use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use humanseal_sdk::wallet::Pending;
use humanseal_sdk::{Arrival, Ledger, Silent, Standing, Wallet, WalletFile, resume};
use humanseal_zk_credentials::credential::Credential;
use humanseal_zk_credentials::exchange::{
    Base64, DeviceSignature, EnrolProof, Environment, EvidenceBody, Issued, Nonce, ProofBytes,
    RecoveryAnnounced, SessionToken, Sha256Digest, SoftwareSignature,
};
use humanseal_zk_credentials::field::FieldElement;

use crate::answer::expected;
use crate::holder::{Issuer, credential, passphrase, secrets, session};
use crate::server::{Server, problem};

/// A wallet file that waits, and the credential that it waits for.
fn pending(folder: &Path, issuer: &Issuer, origin: &str) -> (PathBuf, Credential) {
    let (secret, portrait) = secrets();
    let credential = credential(&secret, &portrait);
    let device = SigningKey::from_bytes(&[9; 32]);
    let evidence = EvidenceBody {
        statement: Base64::new(b"statement".to_vec()).unwrap(),
        device: DeviceSignature::Software(SoftwareSignature::sign(
            &device,
            &Sha256Digest::of(b"statement"),
        )),
        proofs: vec![EnrolProof {
            proof: ProofBytes::new(vec![0; 128]).unwrap(),
            public: [FieldElement::ZERO; 6].map(Into::into),
        }],
    };
    let wallet = Wallet {
        environment: Environment::Development,
        issuer: issuer.pin(origin),
        secret,
        portrait,
        standing: Standing::Pending(Box::new(Pending {
            session: session(),
            token: SessionToken::new([5; 32]),
            nonce: Nonce([6; 32]),
            evidence,
            expected: expected(issuer, &credential),
        })),
        ledger: Ledger::default(),
    };
    let path = folder.join("wallet");
    WalletFile::create(&path, &passphrase(), wallet).unwrap();
    (path, credential)
}

fn open(path: &Path) -> WalletFile {
    WalletFile::open(path, &passphrase(), 0).unwrap()
}

/// Lets the issuer answer `evidence` with this; the wallet is made for its address.
fn with_answer(
    issuer: &Issuer,
    folder: &Path,
    answer: impl Fn(&Issuer, Credential) -> (u16, Vec<u8>),
) -> (Server, PathBuf) {
    // The address must be known before the credential, so the answer is filled in afterwards.
    let slot = std::sync::Arc::new(std::sync::Mutex::new((500, problem("internal"))));
    let filled = slot.clone();
    let server = Server::start(Box::new(move |call| {
        if call.ends_with("/evidence") {
            return Some(slot.lock().unwrap().clone());
        }
        call.ends_with("/ack").then(|| (204, vec![]))
    }));
    let (path, credential) = pending(folder, issuer, &server.origin);
    *filled.lock().unwrap() = answer(issuer, credential);
    (server, path)
}

fn issued(issuer: &Issuer, credential: Credential) -> (u16, Vec<u8>) {
    let answer = Issued {
        credential: issuer.sign(credential),
        receipt: issuer.receipt(&session(), Sha256Digest::of(b"statement")),
    };
    (200, serde_json::to_vec(&answer).unwrap())
}

#[test]
fn a_waiting_wallet_gets_its_credential_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::new(1);
    let (server, path) = with_answer(&issuer, folder.path(), issued);
    let mut wallet = open(&path);
    let arrival = resume(&mut wallet, &server.client(), &Silent).unwrap();
    assert_eq!(arrival, Arrival::Issued { acknowledged: true });
    assert!(wallet.wallet.credential().is_some());
    assert!(
        open(&path).wallet.credential().is_some(),
        "it is on the disk"
    );
    let name = session();
    assert_eq!(
        server.called(),
        [
            format!("POST /v1/sessions/{name}/evidence"),
            format!("POST /v1/sessions/{name}/ack")
        ]
    );
    let again = resume(&mut open(&path), &server.client(), &Silent).unwrap_err();
    assert_eq!(again.code(), "nothing_pending");
}

#[test]
fn a_lie_is_neither_kept_nor_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::new(1);
    let (server, path) = with_answer(&issuer, folder.path(), |issuer, mut credential| {
        credential.birthdate = humanseal_zk_credentials::calendar::Date::new(1990, 1, 1).unwrap();
        issued(issuer, credential)
    });
    let error = resume(&mut open(&path), &server.client(), &Silent).unwrap_err();
    assert_eq!(error.code(), "credential_birthdate");
    assert!(open(&path).wallet.credential().is_none());
    assert!(!server.called().iter().any(|call| call.ends_with("/ack")));
}

#[test]
fn only_a_judgement_takes_the_wallet_away() {
    let issuer = Issuer::new(1);
    for (status, code, kept) in [
        (422, "gate_failed", false),
        (409, "document_known", false),
        (503, "service_busy", true),
        // The evidence may have been accepted and its answer lost: the secret stays.
        (401, "token_invalid", true),
        (404, "session_unknown", true),
        (409, "session_state_wrong", true),
        (410, "session_expired", true),
        (413, "body_too_large", true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (server, path) = with_answer(&issuer, folder.path(), |_, _| (status, problem(code)));
        let error = resume(&mut open(&path), &server.client(), &Silent).unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(path.exists(), kept, "{code}");
    }
}

#[test]
fn an_answer_for_another_kind_of_session_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::new(1);
    let (server, path) = with_answer(&issuer, folder.path(), |_, _| {
        let announced = RecoveryAnnounced {
            effective_at: crate::holder::at(7 * 86_400),
        };
        (202, serde_json::to_vec(&announced).unwrap())
    });
    let error = resume(&mut open(&path), &server.client(), &Silent).unwrap_err();
    assert_eq!(error.code(), "answer_kind_mismatch");
    assert!(open(&path).wallet.credential().is_none());
}

#[test]
fn evidence_goes_to_no_other_issuer() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::new(1);
    let (path, _) = pending(folder.path(), &issuer, "http://127.0.0.1:1");
    let other = Server::start(Box::new(|_| None));
    let error = resume(&mut open(&path), &other.client(), &Silent).unwrap_err();
    assert_eq!(error.code(), "nothing_pending");
    assert!(other.called().is_empty() && path.exists());
}
