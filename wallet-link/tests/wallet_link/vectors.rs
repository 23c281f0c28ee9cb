use humanseal_wallet_link::{
    Account, AccountSignature, EvmKey, Origin, SignatureKind, SolanaKey, binding, contract_audience,
};
use humanseal_zk_credentials::{
    exchange::Base64,
    field::FieldElement,
    holder::Scope,
    word::{Word, keccak256},
};
use serde::Deserialize;
use signinwithethereum::Message;

#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<AccountVector>,
}

#[derive(Deserialize)]
struct AccountVector {
    account: String,
    canonical: String,
    chain: String,
    chain_word: String,
    account_word: String,
}

#[derive(Deserialize)]
struct Bindings {
    bindings: Vec<BindingVector>,
}

#[derive(Deserialize)]
struct BindingVector {
    account: String,
    origin: Option<String>,
    contract: Option<String>,
    nonce: String,
    binding: FieldElement,
}

#[derive(Deserialize)]
struct Scopes {
    scopes: Vec<ScopeVector>,
}

#[derive(Deserialize)]
struct ScopeVector {
    network: String,
    action: String,
    epoch: u64,
    scope: Scope,
}

#[derive(Deserialize)]
struct Signatures {
    signatures: Vec<SignatureVector>,
}

#[derive(Deserialize)]
struct SignatureVector {
    kind: SignatureKind,
    secret: String,
    account: String,
    message: String,
    signature: String,
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text.trim_start_matches("0x"))
        .unwrap()
        .try_into()
        .unwrap()
}

pub fn accounts() -> Vec<String> {
    let file: Accounts = read(include_str!("../../../fixtures/vectors/accounts.json"));
    file.accounts
        .into_iter()
        .map(|vector| vector.canonical)
        .collect()
}

#[test]
fn accounts_and_their_words() {
    let file: Accounts = read(include_str!("../../../fixtures/vectors/accounts.json"));
    assert_eq!(file.accounts.len(), 9);
    for vector in file.accounts {
        let account: Account = vector.account.parse().unwrap();
        assert_eq!(account.to_string(), vector.canonical);
        assert_eq!(account.chain().to_string(), vector.chain);
        assert_eq!(account.chain_word().0, bytes(&vector.chain_word));
        assert_eq!(account.account_word().0, bytes(&vector.account_word));
    }
}

#[test]
fn bindings() {
    let file: Bindings = read(include_str!("../../../fixtures/vectors/binding.json"));
    assert_eq!(file.bindings.len(), 13);
    for vector in file.bindings {
        let account: Account = vector.account.parse().unwrap();
        let audience = match (vector.origin, vector.contract) {
            (Some(origin), None) => origin.parse::<Origin>().unwrap().audience(),
            (None, Some(contract)) => contract_audience(bytes(&contract)),
            _ => panic!("a binding has one audience"),
        };
        let nonce = Word::of_bytes(bytes(&vector.nonce));
        assert_eq!(binding(&account, audience, nonce), vector.binding);
    }
}

#[test]
fn scopes() {
    let file: Scopes = read(include_str!("../../../fixtures/vectors/scope.json"));
    assert_eq!(file.scopes.len(), 18);
    for vector in file.scopes {
        assert_eq!(
            Scope::new(&vector.network, &vector.action, vector.epoch),
            vector.scope
        );
    }
}

#[test]
fn every_part_of_a_binding_counts() {
    let account: Account = accounts()[0].parse().unwrap();
    let base = binding(&account, Word::of_u64(1), Word::of_u64(2));
    let other: Account = accounts()[2].parse().unwrap();
    assert_ne!(binding(&other, Word::of_u64(1), Word::of_u64(2)), base);
    assert_ne!(binding(&account, Word::of_u64(2), Word::of_u64(2)), base);
    assert_ne!(binding(&account, Word::of_u64(1), Word::of_u64(3)), base);
    assert_ne!(binding(&account, Word::of_u64(2), Word::of_u64(1)), base);
}

#[test]
fn wallets_sign_as_other_implementations_do() {
    let file: Signatures = read(include_str!("../../../fixtures/vectors/sign-in.json"));
    assert_eq!(file.signatures.len(), 2);
    for vector in file.signatures {
        let account: Account = vector.account.parse().unwrap();
        let secret: [u8; 32] = bytes(&vector.secret);
        let (own_account, signed) = match vector.kind {
            SignatureKind::Eip191 => {
                let key = EvmKey::from_bytes(&secret).unwrap();
                (key.account(1).unwrap(), key.sign(&vector.message))
            }
            SignatureKind::Ed25519 => {
                let key = SolanaKey::from_bytes(&secret);
                (
                    key.account(account.chain().clone()).unwrap(),
                    key.sign(&vector.message),
                )
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(own_account, account);
        let expected = Base64::new(hex::decode(&vector.signature).unwrap()).unwrap();
        assert_eq!(
            signed,
            AccountSignature {
                kind: vector.kind,
                bytes: expected
            }
        );
    }
}

#[test]
fn personal_signature_of_the_web3_documentation() {
    // docs.web3js.org, web3-eth-accounts, function sign: 'Some data'.
    let secret = bytes("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
    let key = EvmKey::from_bytes(&secret).unwrap();
    let expected = "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd\
                    6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c";
    assert_eq!(
        hex::encode(key.sign("Some data").bytes.as_bytes()),
        expected
    );
    let account = key.account(1).unwrap();
    assert_eq!(
        account.address(),
        "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"
    );
    let hash = keccak256(b"\x19Ethereum Signed Message:\n9Some data");
    assert_eq!(
        hex::encode(hash),
        "1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655"
    );
}

#[test]
fn signinwithethereum_reads_our_message_and_accepts_our_signature() {
    use crate::fixture::{evm, evm_account, request};
    let text = humanseal_wallet_link::challenge::message(&request(), &evm_account(), None).unwrap();
    let message: Message = text.parse().unwrap();
    assert_eq!(message.to_string(), text);
    assert_eq!(message.address, evm_account().evm_address().unwrap());
    assert!(message.warnings.is_empty());
    let signature: [u8; 65] = evm().sign(&text).bytes.into_bytes().try_into().unwrap();
    message.verify_eip191(&signature).unwrap();
}
