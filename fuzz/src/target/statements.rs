//! What a device sends an issuer: the statement in CBOR, the bodies around it in JSON.

use ed25519_dalek::SigningKey;
use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{
    Base64, ChipAnswer, DeviceSignature, Dg2Digest, DocumentBody, EnrolProof, Environment,
    EvidenceBody, Gate, GateName, GateOutcome, Gates, HashAlgorithm, Nonce, ProofBytes,
    PublicInput, ReadChannel, ReasonCode, Sha256Digest, SoftwareSignature, Statement, Timestamp,
};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::status_list::StatusRoot;
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootStatement, address};
use humanseal_zk_credentials::template::{Tau, TemplateCommitment};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Case, Reached, Target, fixture};
use crate::bounds::Bounds;
use crate::secret::{assert_hidden, assert_silent};
use crate::structure::Structure;

/// What is read is written again as the same bytes; a device's signature over the genuine
/// statement does not hold over another one.
pub(super) fn target() -> Target {
    let full = statement();
    let page = Statement {
        dg2: None,
        channel: ReadChannel::Camera,
        ..statement()
    };
    let seeds: Vec<Vec<u8>> = [full, page].iter().map(bytes).collect();
    let key = SigningKey::from_bytes(&[7; 32]);
    let signatures: Vec<_> = seeds
        .iter()
        .map(|seed| SoftwareSignature::sign(&key, &Sha256Digest::of(seed)))
        .collect();
    let properties = move |case: &Case<'_>| {
        let holds = signatures[case.seed]
            .verify(&Sha256Digest::of(case.bytes))
            .is_ok();
        assert_eq!(holds, !case.changed);
        let statement = match Statement::from_bytes(case.bytes) {
            Ok(statement) => statement,
            Err(error) => {
                assert_silent(&error);
                return Reached::Refused;
            }
        };
        assert_eq!(bytes(&statement), case.bytes, "a second spelling was read");
        for environment in [Environment::Production, Environment::Development] {
            if let Err(refusal) = statement.gates.admit(environment) {
                let staged = statement
                    .gates
                    .as_slice()
                    .iter()
                    .any(|gate| gate.outcome != GateOutcome::Passed);
                assert!(staged, "{refusal}");
            }
        }
        match holds {
            true => Reached::Verified,
            false => Reached::Decoded,
        }
    };
    Target::new(
        "statements",
        Structure::Cbor,
        Bounds::mebibytes(4),
        seeds,
        properties,
    )
}

/// Bodies of JSON, each as its type: a signed status root, evidence, a document. What is read and
/// written is read as the same; a signed root that says something else does not verify; evidence
/// whose statement was changed is not signed by the device; `Debug` forms show no document.
///
/// serde's own errors quote what was sent. None of these types is read by the crates themselves,
/// and the service never passes those errors on, so they are not looked at here.
pub(super) fn messages() -> Target {
    let signer = SigningKey::from_bytes(&[5; 32]);
    let chain_key = k256::ecdsa::SigningKey::from_slice(&[6; 32]);
    let chain_key = chain_key.unwrap_or_else(|error| panic!("{error}"));
    let root = SignedStatusRoot::sign(
        StatusRootStatement {
            issuer: IssuerId(FieldElement::from(7)),
            root: StatusRoot(FieldElement::from(9)),
            issued_at: Timestamp::from_unix_seconds(1_893_553_445)
                .unwrap_or_else(|error| panic!("{error}")),
            previous: Some([1; 32]),
        },
        &signer,
        &chain_key,
    );
    let signed = bytes(&statement());
    let evidence = EvidenceBody {
        device: DeviceSignature::Software(SoftwareSignature::sign(
            &signer,
            &Sha256Digest::of(&signed),
        )),
        statement: base64(signed),
        proofs: vec![EnrolProof {
            proof: proof(),
            public: [1_u64, 2, 3, 4, 5, 6].map(|n| PublicInput::from(FieldElement::from(n))),
        }],
    };
    let document = DocumentBody {
        holder_key: HolderKey(FieldElement::from(5)),
        channel: ReadChannel::Nfc,
        sod: Some(base64(fixture("documents/openssl/p-256-sha256/EF.SOD"))),
        dg1: Some(base64(fixture("documents/openssl/EF.DG1"))),
        mrz: None,
        dg14: None,
        dg15: Some(base64(b"DG15".to_vec())),
        chip_answer: Some(ChipAnswer {
            signature: base64(vec![7; 64]),
        }),
        credential: None,
        accessible: false,
    };
    let seeds = vec![json(&root), json(&evidence), json(&document)];
    let signer_address = address(chain_key.verifying_key());
    let properties = move |case: &Case<'_>| match case.seed {
        0 => {
            let Some(read) = read_again::<SignedStatusRoot>(case.bytes) else {
                return Reached::Refused;
            };
            let same = read.hash() == root.hash();
            let verdict = read.verify(&signer.verifying_key());
            assert!(verdict.is_err() || same, "another root verifies");
            let on_chain = read.chain_signer() == Ok(signer_address);
            assert!(!on_chain || same, "another root verifies on a chain");
            match verdict {
                Ok(()) => Reached::Verified,
                Err(error) => {
                    assert_silent(&error);
                    Reached::Decoded
                }
            }
        }
        1 => {
            let Some(read) = read_again::<EvidenceBody>(case.bytes) else {
                return Reached::Refused;
            };
            let DeviceSignature::Software(signature) = &read.device else {
                return Reached::Decoded;
            };
            match signature.verify(&Sha256Digest::of(read.statement.as_bytes())) {
                Ok(()) => {
                    let genuine = (&evidence.device, &evidence.statement);
                    assert_eq!((&read.device, &read.statement), genuine);
                    Reached::Verified
                }
                Err(error) => {
                    assert_silent(&error);
                    Reached::Decoded
                }
            }
        }
        _ => {
            let Some(read) = read_again::<DocumentBody>(case.bytes) else {
                return Reached::Refused;
            };
            assert_hidden(&read);
            match read.evidence() {
                Ok(found) => assert_hidden(&found),
                Err(error) => assert_silent(&error),
            }
            Reached::Decoded
        }
    };
    Target::new(
        "messages",
        Structure::Json,
        Bounds::mebibytes(4),
        seeds,
        properties,
    )
}

/// Reads a body, and asserts that what is written of it is read and written as the same.
fn read_again<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(bytes).ok()?;
    let written = json(&read);
    let again: T = serde_json::from_slice(&written).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(json(&again), written);
    Some(read)
}

fn statement() -> Statement {
    let gates = GateName::ALL.map(|name| Gate {
        name,
        outcome: match name {
            GateName::ActiveLiveness => GateOutcome::Staged,
            _ => GateOutcome::Passed,
        },
        reason: ReasonCode::new("ok").unwrap_or_else(|| panic!("it is a word")),
    });
    let digest = |byte| Sha256Digest([byte; 32]);
    let commitment = |number: u64| TemplateCommitment(FieldElement::from(number));
    Statement {
        version: 1,
        environment: Environment::Development,
        nonce: Nonce([1; 32]),
        consent: digest(2),
        plan: digest(3),
        transcript: digest(4),
        document: digest(5),
        dg2: Dg2Digest::new(HashAlgorithm::Sha256, vec![6; 32]),
        channel: ReadChannel::Nfc,
        holder_key: HolderKey(FieldElement::from(7)),
        portrait: commitment(8),
        live: commitment(9),
        tau: Tau::new(400).unwrap_or_else(|error| panic!("{error}")),
        model_manifest: digest(10),
        gates: Gates::new(gates.to_vec()).unwrap_or_else(|error| panic!("{error}")),
        capture_day: Day(20_000),
    }
}

fn bytes(statement: &Statement) -> Vec<u8> {
    statement
        .to_bytes()
        .unwrap_or_else(|error| panic!("{error}"))
}

fn base64<const MAX: usize>(bytes: Vec<u8>) -> Base64<MAX> {
    Base64::new(bytes).unwrap_or_else(|| panic!("it is too long"))
}

/// 128 bytes that nobody verifies here.
fn proof() -> ProofBytes {
    base64(vec![3; 128])
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|error| panic!("{error}"))
}
