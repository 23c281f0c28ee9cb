//! One request of a development verifier, and the accounts that answer it.

use humanseal_wallet_link::{
    Account, Action, Chain, EvmKey, IssuedRoot, Request, RequestId, SolanaKey,
};
use humanseal_zk_credentials::{
    eddsa::IssuerId,
    exchange::{Environment, KeyHash, Nonce, Timestamp},
    field::FieldElement,
    holder::Scope,
    policy::{Excluded, Policy},
    status_list::StatusRoot,
};

/// 2030-01-02T03:04:05Z.
pub const ISSUED_AT: i64 = 1_893_553_445;

pub fn at(seconds_after_issue: i64) -> Timestamp {
    Timestamp::from_unix_seconds(ISSUED_AT + seconds_after_issue).unwrap()
}

pub fn policy() -> Policy {
    Policy {
        min_age: 18,
        min_document: 2,
        min_device: 1,
        min_unique: 2,
        max_slots: 2,
        max_verified_days: 360,
        min_established_days: 0,
    }
}

pub fn issuer() -> IssuerId {
    IssuerId(FieldElement::from(1_001))
}

pub fn root() -> IssuedRoot {
    IssuedRoot {
        issuer: issuer(),
        root: StatusRoot(FieldElement::from(2_002)),
        issued_at: at(-3600),
    }
}

pub fn request() -> Request {
    Request {
        version: 1,
        id: RequestId::from_random([10; 16]),
        environment: Environment::Development,
        verifier: "https://verify.net.example".parse().unwrap(),
        network: "net.example".parse().unwrap(),
        action: Action::parse("provide").unwrap(),
        epoch: 0,
        scope: Scope::new("net.example", "provide", 0),
        policy: policy(),
        excluded: Excluded::default(),
        issuers: vec![issuer()],
        roots: vec![root()],
        vk_hash: KeyHash([12; 32]),
        nonce: Nonce([11; 32]),
        issued_at: at(0),
        expires_at: at(600),
        chains: vec![
            "eip155:1".parse().unwrap(),
            "eip155:8453".parse().unwrap(),
            Chain::solana_mainnet(),
        ],
        statement: "Join net.example as a provider.".into(),
    }
}

pub fn evm() -> EvmKey {
    EvmKey::from_bytes(&[0x11; 32]).unwrap()
}

pub fn evm_account() -> Account {
    evm().account(1).unwrap()
}

pub fn solana() -> SolanaKey {
    SolanaKey::from_bytes(&[0x22; 32])
}

pub fn solana_account() -> Account {
    solana().account(Chain::solana_mainnet()).unwrap()
}

/// A named change of a request.
type Change = (&'static str, fn(&mut Request));

/// Changes of a request that leave it valid; each must change whatever is bound to it.
pub fn other_requests() -> Vec<(&'static str, Request)> {
    let changes: [Change; 12] = [
        ("id", |request| {
            request.id = RequestId::from_random([99; 16])
        }),
        ("verifier", |request| {
            request.verifier = "https://verify-net.example".parse().unwrap()
        }),
        ("verifier's port", |request| {
            request.verifier = "https://verify.net.example:8443".parse().unwrap()
        }),
        ("network", |request| {
            request.network = "other.example".parse().unwrap();
            request.scope = request.computed_scope();
        }),
        ("epoch", |request| {
            request.epoch = 1;
            request.scope = request.computed_scope();
        }),
        ("policy", |request| request.policy.min_age = 21),
        ("issuers", |request| {
            request.issuers.push(IssuerId(FieldElement::from(1_002)))
        }),
        ("roots", |request| {
            request.roots[0].root = StatusRoot(FieldElement::from(2_003))
        }),
        ("key", |request| request.vk_hash.0[0] ^= 1),
        ("nonce", |request| request.nonce.0[31] ^= 1),
        ("expiry", |request| request.expires_at = at(601)),
        ("statement", |request| request.statement.push('!')),
    ];
    let other = |(name, change): (&'static str, fn(&mut Request))| {
        let mut request = request();
        change(&mut request);
        request.validate(at(1), Environment::Development).unwrap();
        (name, request)
    };
    changes.map(other).into()
}
