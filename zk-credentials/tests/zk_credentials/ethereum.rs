//! H248, the EIP-712 digest of a status root and its signature, and the hash of a verifying key,
//! against ethers. scripts/vectors makes the file.

use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{Nonce, SessionKind, Timestamp, enrol_context};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::groth16::snarkjs;
use humanseal_zk_credentials::status_list::StatusRoot;
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootStatement, address};
use humanseal_zk_credentials::template::ModelId;
use humanseal_zk_credentials::word::tag;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    tags: Vec<Tag>,
    models: Vec<Model>,
    contexts: Vec<Context>,
    wallet: Wallet,
    roots: Vec<Root>,
    toy_vk_hash: String,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    tag: FieldElement,
}

#[derive(Deserialize)]
struct Model {
    sha256: String,
    model: FieldElement,
}

#[derive(Deserialize)]
struct Context {
    nonce: String,
    issuer: FieldElement,
    kind: u64,
    context: FieldElement,
}

#[derive(Deserialize)]
struct Wallet {
    key: String,
    address: String,
}

#[derive(Deserialize)]
struct Root {
    issuer: FieldElement,
    root: FieldElement,
    issued_at: i64,
    previous: String,
    digest: String,
    signature: String,
}

fn vectors() -> Vectors {
    let file = include_str!("../../../fixtures/vectors/ethereum.json");
    serde_json::from_str(file).unwrap()
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    let digits = text.strip_prefix("0x").unwrap();
    hex::decode(digits).unwrap().try_into().unwrap()
}

#[test]
fn tags_models_and_contexts_are_those_of_ethers() {
    let vectors = vectors();
    assert_eq!(vectors.tags.len(), 5);
    for Tag {
        name,
        tag: expected,
    } in vectors.tags
    {
        assert_eq!(tag(&name), expected, "{name}");
    }
    for Model { sha256, model } in vectors.models {
        assert_eq!(ModelId::of_sha256(bytes(&sha256)).0, model);
    }
    let kinds = [
        SessionKind::Issue,
        SessionKind::Refresh,
        SessionKind::Renew,
        SessionKind::Recover,
    ];
    assert_eq!(vectors.contexts.len(), kinds.len());
    for (given, kind) in vectors.contexts.iter().zip(kinds) {
        assert_eq!(given.kind, kind.number());
        let own = enrol_context(Nonce(bytes(&given.nonce)), IssuerId(given.issuer), kind);
        assert_eq!(own, given.context);
    }
}

/// The whole signature is the same, since both sides derive nonces as RFC 6979 says.
#[test]
fn status_roots_are_signed_as_ethers_signs_typed_data() {
    let vectors = vectors();
    let chain_key = k256::ecdsa::SigningKey::from_slice(&bytes::<32>(&vectors.wallet.key)).unwrap();
    let signer = address(chain_key.verifying_key());
    assert_eq!(signer, bytes::<20>(&vectors.wallet.address));
    let log_key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
    assert_eq!(vectors.roots.len(), 3);
    for given in vectors.roots {
        let previous = bytes::<32>(&given.previous);
        let statement = StatusRootStatement {
            issuer: IssuerId(given.issuer),
            root: StatusRoot(given.root),
            issued_at: Timestamp::from_unix_seconds(given.issued_at).unwrap(),
            previous: (previous != [0; 32]).then_some(previous),
        };
        assert_eq!(statement.hash(), bytes::<32>(&given.digest));
        let signed = SignedStatusRoot::sign(statement, &log_key, &chain_key);
        let json = serde_json::to_value(&signed).unwrap();
        assert_eq!(json["chain_signature"], given.signature);
        assert_eq!(signed.chain_signer(), Ok(signer));
    }
}

#[test]
fn a_verifying_keys_hash_is_that_of_its_words_in_evm_order() {
    let key = include_str!("../../../fixtures/vectors/snarkjs/toy.vkey.json");
    let key = snarkjs::read_verifying_key(key).unwrap();
    assert_eq!(key.vk_hash(), bytes::<32>(&vectors().toy_vk_hash));
}
