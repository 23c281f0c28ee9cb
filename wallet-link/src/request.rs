//! The request document: what a verifier asks of an account's owner.

use std::fmt;

use humanseal_zk_credentials::{
    eddsa::IssuerId,
    exchange::{
        CborError, Environment, KeyHash, Nonce, Sha256Digest, Timestamp, encode_deterministic,
    },
    holder::Scope,
    policy::{Excluded, Policy},
    status_list::StatusRoot,
    word::Word,
};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    chain::Chain,
    origin::{NetworkId, Origin},
};

/// Longest request document in JSON, in bytes.
pub const MAX_REQUEST_BYTES: usize = 64 * 1024;
/// Longest time from issue to expiry, in seconds.
pub const MAX_REQUEST_SECONDS: i64 = 86_400;
/// How far a request's issue time may lie ahead of the reader's clock, in seconds.
pub const CLOCK_SKEW_SECONDS: i64 = 300;

const MAX_ISSUERS: usize = 16;
const MAX_ROOTS: usize = 256;
const MAX_CHAINS: usize = 32;
const MAX_STATEMENT_BYTES: usize = 200;
/// Largest integer that every JSON reader keeps exact (RFC 8259 section 6).
pub(crate) const MAX_EPOCH: u64 = (1 << 53) - 1;

/// What a verifier asks for. Members that follow from others (`scope`) are computed again by
/// whoever reads it; [`Request::validate`] does that on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// 1.
    pub version: u8,
    /// Name of the request.
    pub id: RequestId,
    /// Where the verifier belongs.
    pub environment: Environment,
    /// The verifier's origin: the audience of the binding.
    pub verifier: Origin,
    /// The network that the account's owner joins.
    pub network: NetworkId,
    /// What for.
    pub action: Action,
    /// The epoch, 0 "for ever", at most 2^53 − 1.
    pub epoch: u64,
    /// `H248("humanseal/v1/scope", network, action, epoch)`.
    pub scope: Scope,
    /// What the credential must satisfy.
    pub policy: Policy,
    /// Nationalities that are refused.
    pub excluded: Excluded,
    /// Issuers that the verifier trusts, 1 to 16.
    pub issuers: Vec<IssuerId>,
    /// Status roots that it takes, 1 to 256.
    pub roots: Vec<IssuedRoot>,
    /// The verifying key of circuit `present` that it uses.
    pub vk_hash: KeyHash,
    /// 32 random bytes, for one presentation.
    pub nonce: Nonce,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When it ends, at most a day later.
    pub expires_at: Timestamp,
    /// Chains whose accounts it takes, 1 to 32.
    pub chains: Vec<Chain>,
    /// One line for the account's owner: 1 to 200 printable ASCII characters.
    pub statement: String,
}

/// A status root of an issuer and when it was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuedRoot {
    /// The issuer.
    pub issuer: IssuerId,
    /// The root.
    pub root: StatusRoot,
    /// Its issue time.
    pub issued_at: Timestamp,
}

/// Why a request is not acceptable, to either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No JSON of a request, or too long.
    #[error("the bytes are not a request document")]
    Malformed,
    /// Another version.
    #[error("the request's version is not 1")]
    Version,
    /// Another environment than the reader's.
    #[error("the request belongs to another environment")]
    EnvironmentMismatch,
    /// `http://localhost` outside development.
    #[error("http://localhost may ask in development only")]
    LocalOrigin,
    /// An epoch that JSON cannot carry.
    #[error("the epoch must be at most 2^53 - 1")]
    Epoch,
    /// `scope` is not that of network, action and epoch.
    #[error("the scope is not that of the network, the action and the epoch")]
    ScopeMismatch,
    /// A level that does not exist, or no slot.
    #[error("the policy is not one that a proof can satisfy")]
    Policy,
    /// No issuer, too many, or one twice.
    #[error("the request must name 1 to 16 different issuers")]
    Issuers,
    /// No root, too many, one twice, or one of an issuer that is not named.
    #[error("the request must name 1 to 256 different roots of its issuers")]
    Roots,
    /// No chain, too many, or one twice.
    #[error("the request must name 1 to 32 different chains")]
    Chains,
    /// The statement is empty, too long, or not printable ASCII.
    #[error("the statement must have 1 to 200 printable ASCII characters")]
    Statement,
    /// The contract is no account of an EVM chain.
    #[error("the contract is no account of an EVM chain")]
    Contract,
    /// A window that no contract has.
    #[error("a contract takes status roots for 1 to 168 hours")]
    Window,
    /// Expiry not after issue, or more than a day after.
    #[error("a request lasts more than nothing and at most a day")]
    Lifetime,
    /// Issued in the future.
    #[error("the request is issued in the future")]
    NotYetValid,
    /// Over.
    #[error("the request has expired")]
    Expired,
}

impl RequestError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "request_malformed",
            Self::Version => "request_version",
            Self::EnvironmentMismatch => "environment_mismatch",
            Self::LocalOrigin => "request_origin_local",
            Self::Epoch => "request_epoch",
            Self::ScopeMismatch => "request_scope_mismatch",
            Self::Policy => "request_policy",
            Self::Issuers => "request_issuers",
            Self::Roots => "request_roots",
            Self::Chains => "request_chains",
            Self::Statement => "request_statement",
            Self::Contract => "request_contract",
            Self::Window => "request_window",
            Self::Lifetime => "request_lifetime",
            Self::NotYetValid => "request_not_yet_valid",
            Self::Expired => "request_expired",
        }
    }
}

impl Request {
    /// Reads a document of at most [`MAX_REQUEST_BYTES`].
    pub fn from_json(json: &[u8]) -> Result<Self, RequestError> {
        if json.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::Malformed);
        }
        serde_json::from_slice(json).map_err(|_| RequestError::Malformed)
    }

    /// Checks all that can be checked without knowing who asks: verifier and device call it
    /// before they use a request. What a device refuses beyond that stands in [`crate::refusal`].
    pub fn validate(&self, now: Timestamp, environment: Environment) -> Result<(), RequestError> {
        use RequestError as E;
        let ensure = |holds: bool, error: E| if holds { Ok(()) } else { Err(error) };
        ensure(self.version == 1, E::Version)?;
        ensure(self.environment == environment, E::EnvironmentMismatch)?;
        let local_allowed = environment == Environment::Development;
        ensure(!self.verifier.is_local() || local_allowed, E::LocalOrigin)?;
        ensure(self.epoch <= MAX_EPOCH, E::Epoch)?;
        ensure(self.scope == self.computed_scope(), E::ScopeMismatch)?;
        ensure(self.policy.check().is_ok(), E::Policy)?;
        ensure(distinct(&self.issuers, MAX_ISSUERS), E::Issuers)?;
        let of_an_issuer = self
            .roots
            .iter()
            .all(|root| self.issuers.contains(&root.issuer));
        ensure(of_an_issuer && distinct(&self.roots, MAX_ROOTS), E::Roots)?;
        ensure(distinct(&self.chains, MAX_CHAINS), E::Chains)?;
        let printable = self.statement.bytes().all(|b| (0x20..=0x7e).contains(&b));
        let length_fits = (1..=MAX_STATEMENT_BYTES).contains(&self.statement.len());
        ensure(printable && length_fits, E::Statement)?;
        let lifetime = self.expires_at.seconds_since(self.issued_at);
        ensure((1..=MAX_REQUEST_SECONDS).contains(&lifetime), E::Lifetime)?;
        ensure(
            self.issued_at.seconds_since(now) <= CLOCK_SKEW_SECONDS,
            E::NotYetValid,
        )?;
        ensure(now < self.expires_at, E::Expired)
    }

    /// The scope that follows from network, action and epoch.
    pub fn computed_scope(&self) -> Scope {
        Scope::new(self.network.as_str(), self.action.as_str(), self.epoch)
    }
    /// The request's nonce as a word of the binding.
    pub fn nonce_word(&self) -> Word {
        Word::of_bytes(self.nonce.0)
    }
    /// Where the request is found at the verifier, and the subject of the sign-in message.
    pub fn uri(&self) -> String {
        format!("{}/v1/requests/{}", self.verifier, self.id)
    }
    /// SHA-256 of the document in deterministic CBOR. The wallet signs it, so that a signature
    /// stands for every member.
    pub fn digest(&self) -> Result<Sha256Digest, CborError> {
        encode_deterministic(self).map(|bytes| Sha256Digest::of(&bytes))
    }
}

fn distinct<T: PartialEq>(list: &[T], most: usize) -> bool {
    let once = |(i, item): (usize, &T)| !list[..i].contains(item);
    (1..=most).contains(&list.len()) && list.iter().enumerate().all(once)
}

/// `pr_` and 1 to 40 characters `0-9a-z`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RequestId(String);

impl RequestId {
    /// Reads an id; `None` in any other form.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.strip_prefix("pr_")?;
        let fits = (1..=40).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        fits.then(|| Self(text.to_owned()))
    }
    /// The id made of 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(format!("pr_{}", hex::encode(bytes)))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RequestId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a request id"))
    }
}

/// What a network admits people to: 1 to 64 characters `a-z0-9-_.`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Action(String);

impl Action {
    /// Reads a name; `None` in any other form.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'));
        fits.then(|| Self(text.to_owned()))
    }
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not an action's name"))
    }
}
