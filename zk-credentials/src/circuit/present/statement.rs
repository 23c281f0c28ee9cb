//! What `present` is about: its public inputs, its private ones, and whether they can be proved.

use ark_bn254::Fr;
use thiserror::Error;

use crate::calendar::Today;
use crate::credential::{Credential, SignedCredential};
use crate::eddsa::IssuerId;
use crate::field::FieldElement;
use crate::holder::{HolderSecret, Nullifier, Scope, Slot};
use crate::policy::{Excluded, Policy, PolicyError};
use crate::status_list::{LEAF_BITS, StatusPath, StatusRoot};

/// Everything that the circuit takes. The secret zeroizes when dropped; nothing prints.
pub struct PresentWitness {
    /// The credential with its signature.
    pub signed: SignedCredential,
    /// The path of its leaf in the status list.
    pub path: StatusPath,
    /// The holder secret `s`.
    pub secret: HolderSecret,
    /// The place in the scope.
    pub slot: Slot,
    /// The scope of the nullifier.
    pub scope: Scope,
    /// The binding to account, audience and nonce (docs/protocol.md section 8).
    pub binding: FieldElement,
    /// The verifier's day.
    pub today: Today,
    /// The verifier's demands.
    pub policy: Policy,
    /// Whom the verifier excludes.
    pub excluded: Excluded,
}

/// Why a witness has no proof, by the rule of docs/protocol.md section 7 that it breaks.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PresentError {
    /// The credential is for another holder secret.
    #[error("the credential belongs to another holder secret")]
    OtherHolder,
    /// The issuer's signature does not verify.
    #[error("the credential's signature is not valid")]
    Signature,
    /// The holder is younger than the policy demands.
    #[error("the holder is not old enough for this request")]
    UnderAge,
    /// The credential has expired.
    #[error("the credential has expired; enrol again")]
    Expired,
    /// The last live match is too long ago.
    #[error("the last live match is too long ago; refresh the credential")]
    VerifiedTooLongAgo,
    /// The line was established too recently.
    #[error("the credential was established too recently for this request")]
    EstablishedTooRecently,
    /// The document level is too low.
    #[error("the request demands a higher document level")]
    DocumentLevel,
    /// The device level is too low.
    #[error("the request demands a higher device level")]
    DeviceLevel,
    /// The unique level is too low.
    #[error("the request demands a higher unique level")]
    UniqueLevel,
    /// The nationality is excluded.
    #[error("the request excludes the holder's nationality")]
    Excluded,
    /// The status path is not that of the credential.
    #[error("the status path belongs to another credential")]
    StatusIndex,
    /// The credential's bit is set.
    #[error("the credential is revoked or superseded")]
    Revoked,
    /// The leaf of the status path is no leaf.
    #[error("the status list is damaged; download it again")]
    Leaf,
    /// No such slot.
    #[error("the request allows no such slot")]
    Slot,
    /// No policy at all.
    #[error(transparent)]
    Policy(PolicyError),
}

impl PresentError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherHolder => "credential_other_holder",
            Self::Signature => "credential_signature_invalid",
            Self::UnderAge => "under_age",
            Self::Expired => "credential_expired",
            Self::VerifiedTooLongAgo => "verified_too_long_ago",
            Self::EstablishedTooRecently => "established_too_recently",
            Self::DocumentLevel => "document_level_too_low",
            Self::DeviceLevel => "device_level_too_low",
            Self::UniqueLevel => "unique_level_too_low",
            Self::Excluded => "nationality_excluded",
            Self::StatusIndex => "status_path_other_credential",
            Self::Revoked => "credential_revoked",
            Self::Leaf => "status_path_leaf",
            Self::Slot => "slot_out_of_range",
            Self::Policy(error) => error.code(),
        }
    }
}

impl std::fmt::Debug for PresentWitness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PresentWitness(..)")
    }
}

impl PresentWitness {
    /// The place of the credential's bit in its leaf.
    pub(super) fn bit(&self) -> u8 {
        (u32::from(self.signed.credential.status_index) % LEAF_BITS) as u8
    }

    /// The public inputs that belong to this witness, satisfied or not.
    pub fn public(&self) -> PresentPublic {
        PresentPublic {
            nullifier: self.secret.nullifier(self.scope, self.slot),
            binding: self.binding,
            today: self.today.pack(),
            status_root: self.path.root(),
            issuer: self.signed.issuer.id(),
            policy: self.policy.pack(),
            excluded: self.excluded.pack(),
            scope: self.scope,
        }
    }

    /// Whether the circuit can be satisfied, by the same rules in plain numbers.
    ///
    /// # Errors
    /// [`PresentError`], the first rule that is broken.
    pub fn check(&self) -> Result<(), PresentError> {
        use PresentError as E;
        let credential = &self.signed.credential;
        let policy = &self.policy;
        policy.check().map_err(E::Policy)?;
        demand(
            credential.holder_key == self.secret.holder_key(),
            E::OtherHolder,
        )?;
        self.signed.verify().map_err(|_| E::Signature)?;
        demands_met(credential, policy, &self.excluded, self.today)?;
        let leaf = u32::from(credential.status_index) / LEAF_BITS;
        demand(leaf == u32::from(self.path.leaf_index), E::StatusIndex)?;
        // 31 bytes: a larger element is no leaf.
        demand(self.path.leaf.to_be_bytes()[0] == 0, E::Leaf)?;
        demand(!self.revoked(), E::Revoked)?;
        demand(self.slot.0 < policy.max_slots, E::Slot)
    }

    fn revoked(&self) -> bool {
        // Bit i of a leaf is bit i mod 8 of byte i/8, counted from the end of a big-endian word.
        let bit = usize::from(self.bit());
        self.path.leaf.to_be_bytes()[31 - bit / 8] >> (bit % 8) & 1 == 1
    }
}

/// Rules 2 and 3 of section 7 in plain numbers: whether a credential meets a verifier's demands on a
/// day. Whose it is, who signed it and whether it is revoked are other rules.
///
/// # Errors
/// [`PresentError`], the first demand that is not met.
pub fn demands_met(
    credential: &Credential,
    policy: &Policy,
    excluded: &Excluded,
    today: Today,
) -> Result<(), PresentError> {
    use PresentError as E;
    let (date, day) = (today.date(), today.day().0);
    let of_age = credential.birthdate.yyyymmdd() + 10_000 * u32::from(policy.min_age);
    demand(of_age <= date.yyyymmdd(), E::UnderAge)?;
    demand(day <= credential.expires_on.0, E::Expired)?;
    let latest = u32::from(credential.verified_on.0) + u32::from(policy.max_verified_days);
    demand(latest >= u32::from(day), E::VerifiedTooLongAgo)?;
    let earliest = u32::from(credential.established_on.0) + u32::from(policy.min_established_days);
    demand(earliest <= u32::from(day), E::EstablishedTooRecently)?;
    demand(
        u8::from(credential.document) >= policy.min_document,
        E::DocumentLevel,
    )?;
    demand(
        u8::from(credential.device) >= policy.min_device,
        E::DeviceLevel,
    )?;
    demand(
        u8::from(credential.unique) >= policy.min_unique,
        E::UniqueLevel,
    )?;
    demand(!excluded.contains(credential.nationality), E::Excluded)
}

fn demand(holds: bool, error: PresentError) -> Result<(), PresentError> {
    if holds { Ok(()) } else { Err(error) }
}

/// The public inputs, in the order of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresentPublic {
    /// The nullifier of the holder in the scope and slot.
    pub nullifier: Nullifier,
    /// Account, audience and nonce.
    pub binding: FieldElement,
    /// Date and day, packed.
    pub today: FieldElement,
    /// Root of the status list.
    pub status_root: StatusRoot,
    /// Hash of the issuer's key.
    pub issuer: IssuerId,
    /// The policy, packed.
    pub policy: FieldElement,
    /// The mask of excluded nationalities.
    pub excluded: FieldElement,
    /// The scope of the nullifier.
    pub scope: Scope,
}

impl PresentPublic {
    /// Names of the public inputs, in their order.
    pub const NAMES: [&'static str; 8] = [
        "nullifier",
        "binding",
        "today",
        "status_root",
        "issuer",
        "policy",
        "excluded",
        "scope",
    ];

    /// The elements, in the order of [`Self::NAMES`].
    pub fn elements(&self) -> [FieldElement; 8] {
        [
            self.nullifier.0,
            self.binding,
            self.today,
            self.status_root.0,
            self.issuer.0,
            self.policy,
            self.excluded,
            self.scope.0,
        ]
    }

    /// What the elements in this order say.
    pub fn from_elements(elements: &[FieldElement; 8]) -> Self {
        let [
            nullifier,
            binding,
            today,
            status_root,
            issuer,
            policy,
            excluded,
            scope,
        ] = *elements;
        Self {
            nullifier: Nullifier(nullifier),
            binding,
            today,
            status_root: StatusRoot(status_root),
            issuer: IssuerId(issuer),
            policy,
            excluded,
            scope: Scope(scope),
        }
    }

    /// The elements as the prover and the verifier take them.
    pub fn to_array(&self) -> [Fr; 8] {
        self.elements().map(|element| element.fr())
    }
}
