//! What a contract asks of an account's owner, as read from its chain, and what a device answers.
//!
//! A contract writes no document. Whoever wants a place in it (a wallet program, the network's page)
//! reads what it demands and hands it to the device in this form. What it says wrongly costs only
//! the place: the contract computes every public input itself, and the device judges what it is
//! asked for as it judges a verifier's request.

use humanseal_zk_credentials::{
    exchange::{
        Base64, CborError, Environment, KeyHash, Sha256Digest, Timestamp, encode_deterministic,
    },
    field::FieldElement,
    holder::{Nullifier, Scope},
    policy::{Excluded, Policy},
    word::Word,
};
use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    binding::{binding, contract_audience},
    origin::NetworkId,
    presentation::{MAX_PRESENTATION_BYTES, PresentationMalformed},
    request::{Action, IssuedRoot, MAX_EPOCH, MAX_REQUEST_BYTES, RequestError},
};

/// The most issuer keys that a registry ever has.
const ISSUERS: u8 = 32;
/// The longest window of a status root, in hours.
const MAX_WINDOW_HOURS: u8 = 168;

/// What a contract demands, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractRequest {
    /// 1.
    pub version: u8,
    /// Where the network belongs.
    pub environment: Environment,
    /// The network whose registry the contract is.
    pub network: NetworkId,
    /// What for.
    pub action: Action,
    /// The epoch, 0 "for ever", at most 2^53 − 1.
    pub epoch: u64,
    /// `H248("humanseal/v1/scope", network, action, epoch)`.
    pub scope: Scope,
    /// The contract, an EVM account: chain id and address are in the binding.
    pub contract: Account,
    /// The verifying key of circuit `present` that it checks proofs under.
    pub vk_hash: KeyHash,
    /// The newest status root that was posted for the wallet's issuer.
    pub root: IssuedRoot,
    /// The contract's index of that issuer, 0 to 31.
    pub issuer_index: u8,
    /// For so many hours after its issue time the contract takes the root, 1 to 168.
    pub window_hours: u8,
    /// What the credential must satisfy.
    pub policy: Policy,
    /// Nationalities that are refused.
    pub excluded: Excluded,
    /// How many proofs of this place the contract accepted: the nonce of the next one's binding.
    pub count: u32,
}

impl ContractRequest {
    /// Reads a document of at most [`MAX_REQUEST_BYTES`].
    ///
    /// # Errors
    /// [`RequestError::Malformed`].
    pub fn from_json(json: &[u8]) -> Result<Self, RequestError> {
        if json.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::Malformed);
        }
        serde_json::from_slice(json).map_err(|_| RequestError::Malformed)
    }

    /// Checks all that can be checked without knowing the network.
    ///
    /// # Errors
    /// [`RequestError`], the first thing that is wrong.
    pub fn validate(&self, environment: Environment) -> Result<(), RequestError> {
        use RequestError as E;
        let ensure = |holds: bool, error: E| if holds { Ok(()) } else { Err(error) };
        ensure(self.version == 1, E::Version)?;
        ensure(self.environment == environment, E::EnvironmentMismatch)?;
        ensure(self.epoch <= MAX_EPOCH, E::Epoch)?;
        ensure(self.scope == self.computed_scope(), E::ScopeMismatch)?;
        ensure(self.policy.check().is_ok(), E::Policy)?;
        ensure(self.contract.evm_address().is_some(), E::Contract)?;
        ensure(self.issuer_index < ISSUERS, E::Issuers)?;
        let window = 1..=MAX_WINDOW_HOURS;
        ensure(window.contains(&self.window_hours), E::Window)
    }

    /// The scope that follows from network, action and epoch.
    pub fn computed_scope(&self) -> Scope {
        Scope::new(self.network.as_str(), self.action.as_str(), self.epoch)
    }

    /// Whether the contract takes the root at this moment.
    pub fn root_counts(&self, now: Timestamp) -> bool {
        now.seconds_since(self.root.issued_at) <= i64::from(self.window_hours) * 3_600
    }

    /// What ties a proof to the account, this contract on this chain, and the count
    /// (docs/protocol.md section 8); `None` where the contract is no EVM account.
    pub fn binding(&self, account: &Account) -> Option<FieldElement> {
        let audience = contract_audience(self.contract.evm_address()?);
        Some(binding(account, audience, Word::of_u64(self.count.into())))
    }

    /// SHA-256 of the document in deterministic CBOR.
    ///
    /// # Errors
    /// [`CborError`].
    pub fn digest(&self) -> Result<Sha256Digest, CborError> {
        encode_deterministic(self).map(|bytes| Sha256Digest::of(&bytes))
    }
}

/// What a device answers to a contract. It holds nothing secret and works for this account only, so
/// anybody may bring it to the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractPresentation {
    /// The contract.
    pub contract: Account,
    /// The account that takes the place.
    pub account: Account,
    /// A, B, C as the contract reads them: 8 words of 32 bytes (EIP-197, of a G2 coordinate the
    /// imaginary part first).
    pub proof: Base64<256>,
    /// The place.
    pub nullifier: Nullifier,
    /// `date + 2^25·day`.
    pub today: FieldElement,
    /// The contract's index of the issuer.
    pub issuer_index: u8,
    /// The issue time of the root that the proof is under.
    pub root_issued_at: Timestamp,
    /// The count that the proof is bound to.
    pub count: u32,
}

impl ContractPresentation {
    /// Reads at most [`MAX_PRESENTATION_BYTES`]. The proof's bytes are taken as they are:
    /// [`crate::prepare_for_contract`] and the contract judge them.
    ///
    /// # Errors
    /// [`PresentationMalformed`].
    pub fn from_json(json: &[u8]) -> Result<Self, PresentationMalformed> {
        if json.len() > MAX_PRESENTATION_BYTES {
            return Err(PresentationMalformed);
        }
        serde_json::from_slice(json).map_err(|_| PresentationMalformed)
    }
}
