//! Who is in the vectors: two issuers, their holders, lists and roots.

use std::collections::BTreeMap;

use ark_bn254::{Fq2, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use ed25519_dalek::SigningKey as EdKey;
use humanseal_zk_credentials::calendar::{Date, Day};
use humanseal_zk_credentials::credential::{Credential, SignedCredential, StatusIndex};
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::exchange::Timestamp;
use humanseal_zk_credentials::holder::{HolderSecret, Scope};
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::policy::{Excluded, Policy};
use humanseal_zk_credentials::specimen::present_witness;
use humanseal_zk_credentials::status_list::StatusList;
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootStatement, address};
use humanseal_zk_credentials::word::keccak256;
use k256::ecdsa::SigningKey as EcKey;
use serde_json::{Map, Value, json};

/// Day D.
pub const DAY: u16 = 20_700;
/// A day when a registration of day D has lapsed.
pub const LATER: u16 = DAY + 31;
/// The chain id of anvil and forge.
pub const CHAIN: u64 = 31_337;
/// Where the tests put the registry.
pub const REGISTRY: [u8; 20] = [
    0x5e, 0xa1, 0x5e, 0xa1, 0x5e, 0xa1, 0x5e, 0xa1, 0x5e, 0xa1, 0x5e, 0xa1, 0x5e, 0xa1, 0x5e, 0xa1,
    0x5e, 0xa1, 0x5e, 0xa1,
];
/// Holders in the batch.
pub const BATCH: u32 = 32;

/// A network's providers in one epoch.
pub fn scope(epoch: u64) -> Scope {
    Scope::new("network.example", "provider", epoch)
}

/// 34 days: a term and a ban of 30, a window of 72 hours, and one.
pub fn policy() -> Policy {
    Policy {
        min_age: 18,
        min_document: 2,
        min_device: 2,
        min_unique: 2,
        max_slots: 2,
        max_verified_days: 65_535,
        min_established_days: 34,
    }
}

/// One nationality, which nobody here has.
pub fn excluded() -> Excluded {
    Excluded::of([Nationality::new(1).expect("a nationality")])
}

/// Somebody with a secret, an account and a credential.
pub struct Holder {
    number: u8,
}

impl Holder {
    pub fn secret(&self) -> HolderSecret {
        let mut bytes = [0; 32];
        bytes[31] = self.number;
        HolderSecret::from_bytes(&bytes).expect("below r")
    }
    fn account_key(&self) -> EcKey {
        key(100 + self.number)
    }
    /// The address of the holder's account.
    pub fn account(&self) -> [u8; 20] {
        address(self.account_key().verifying_key())
    }
    pub fn status_index(&self) -> StatusIndex {
        StatusIndex::new(1_000 * u32::from(self.number)).expect("an index")
    }
    /// A first credential, whose line nobody came back to.
    pub fn credential(&self) -> Credential {
        Credential {
            holder_key: self.secret().holder_key(),
            template: present_witness().signed.credential.template,
            birthdate: Date::new(1974, 8, 12).expect("a date"),
            nationality: Nationality::OTHER,
            document: 2.try_into().expect("a level"),
            device: 2.try_into().expect("a level"),
            unique: 2.try_into().expect("a level"),
            established_on: Day(0),
            verified_on: Day(DAY - 100),
            expires_on: Day(DAY + 300),
            status_index: self.status_index(),
        }
    }
}

/// An issuer key and the key that signs its roots for chains.
pub struct Issuer {
    secret: IssuerSecretKey,
    chain_key: EcKey,
    index: usize,
}

impl Issuer {
    /// Signs a credential.
    pub fn sign(&self, credential: Credential) -> SignedCredential {
        SignedCredential {
            signature: self.secret.sign(credential.message()),
            issuer: self.secret.public(),
            credential,
        }
    }
}

/// A list as an issuer signed it.
pub struct Root {
    pub issuer: Issuer,
    pub list: StatusList,
    pub signed: SignedStatusRoot,
}

/// Everybody.
pub struct World {
    holders: BTreeMap<String, Holder>,
    roots: BTreeMap<&'static str, Root>,
}

impl World {
    pub fn new() -> Self {
        let named = ["alice", "bob", "mallory"].map(str::to_owned).into_iter();
        let names = named.chain((0..BATCH).map(|i| format!("h{i}")));
        let holders: BTreeMap<_, _> = names
            .zip(1..)
            .map(|(name, number)| (name, Holder { number }))
            .collect();
        let mallory = holders["mallory"].status_index();
        let first = root(0, &[], at(DAY, 30), None);
        let second = root(0, &[mallory], at(DAY, 360), Some(first.signed.hash()));
        let later = root(0, &[mallory], at(LATER, 30), Some(second.signed.hash()));
        let other = root(1, &[], at(DAY, 30), None);
        let roots = [
            ("first", first),
            ("second", second),
            ("later", later),
            ("other", other),
        ];
        Self {
            holders,
            roots: roots.into(),
        }
    }
    pub fn holder(&self, name: &str) -> &Holder {
        &self.holders[name]
    }
    pub fn root(&self, name: &str) -> &Root {
        &self.roots[name]
    }

    /// Name to address and private key of every account.
    pub fn accounts_json(&self) -> Value {
        let json = |key: &EcKey| json!({ "address": hexadecimal(&address(key.verifying_key())), "key": hexadecimal(&key.to_bytes()) });
        let mut accounts: Map<_, _> = self
            .holders
            .iter()
            .map(|(name, holder)| (name.clone(), json(&holder.account_key())))
            .collect();
        accounts.insert("alice2".into(), json(&second_account()));
        accounts.into()
    }
    /// Both issuers.
    pub fn issuers_json(&self) -> Value {
        let json = |index| {
            let Issuer {
                secret, chain_key, ..
            } = issuer(index);
            json!({
                "id": hexadecimal(&secret.public().id().0.to_be_bytes()),
                "rootSigner": hexadecimal(&address(chain_key.verifying_key())),
                "rootSignerKey": hexadecimal(&chain_key.to_bytes()),
            })
        };
        [0, 1].map(json).to_vec().into()
    }
    /// Name to statement and signature of every root.
    pub fn roots_json(&self) -> Value {
        let json = |root: &Root| {
            let signed = serde_json::to_value(&root.signed).expect("JSON");
            json!({
                "issuer": root.issuer.index,
                "root": hexadecimal(&root.signed.root().0.to_be_bytes()),
                "issuedAt": root.signed.issued_at().unix_seconds(),
                "previous": hexadecimal(&root.signed.previous().unwrap_or_default()),
                "signature": signed["chain_signature"],
            })
        };
        let roots = self
            .roots
            .iter()
            .map(|(name, root)| ((*name).to_owned(), json(root)));
        Value::Object(roots.collect())
    }
}

/// Alice's second account, of no holder's own.
pub fn second_account() -> EcKey {
    key(99)
}

fn key(number: u8) -> EcKey {
    EcKey::from_slice(&keccak256(&[number])).expect("a key")
}

fn issuer(index: usize) -> Issuer {
    let number = 6 + u8::try_from(index).expect("few issuers");
    Issuer {
        secret: IssuerSecretKey::from_seed([number; 32]),
        chain_key: key(number),
        index,
    }
}

/// So many minutes into a day.
fn at(day: u16, minutes: i64) -> Timestamp {
    Timestamp::from_unix_seconds(Day(day).unix_seconds() + 60 * minutes).expect("a time")
}

fn root(
    index: usize,
    revoked: &[StatusIndex],
    issued_at: Timestamp,
    previous: Option<[u8; 32]>,
) -> Root {
    let issuer = issuer(index);
    let mut list = StatusList::new();
    for index in revoked {
        list.set(*index, true);
    }
    let statement = StatusRootStatement {
        issuer: issuer.secret.public().id(),
        root: list.root(),
        issued_at,
        previous,
    };
    // Only the chain signature is used here.
    let signed = SignedStatusRoot::sign(statement, &EdKey::from_bytes(&[1; 32]), &issuer.chain_key);
    Root {
        issuer,
        list,
        signed,
    }
}

/// The words (EIP-197) of a point that is on G2's curve and not in the group: the first by x.
pub fn twist_point() -> [[u8; 32]; 4] {
    let outside = (1u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve());
    let (x, y) = outside
        .and_then(|point| point.xy())
        .expect("most are outside");
    [x.c1, x.c0, y.c1, y.c0].map(|part| {
        part.into_bigint()
            .to_bytes_be()
            .try_into()
            .expect("32 bytes")
    })
}

/// `0x` and digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
