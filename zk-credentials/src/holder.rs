//! The holder's secret and what is derived from it (docs/protocol.md section 2).

use std::fmt;

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use ark_std::UniformRand;
use ark_std::rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::field::{FieldElement, FieldError};
use crate::poseidon::poseidon;
use crate::word::{Word, h248, tag};

/// The secret `s` of a holder, uniform in the field. Whoever has it can compute every nullifier.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct HolderSecret(Fr);

impl HolderSecret {
    /// Draws a secret.
    pub fn generate<R: RngCore + CryptoRng>(rng: &mut R) -> Self {
        Self(Fr::rand(rng))
    }
    /// Reads the 32 bytes of [`HolderSecret::to_bytes`]; a number ≥ r is refused.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, FieldError> {
        FieldElement::from_be_bytes(bytes).map(|element| Self(element.fr()))
    }
    /// 32 bytes, big-endian.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        let digits = Zeroizing::new(self.0.into_bigint().to_bytes_be());
        bytes.copy_from_slice(&digits);
        bytes
    }
    /// `H = P(TAG_HOLDER, s)`.
    pub fn holder_key(&self) -> HolderKey {
        HolderKey(poseidon(&[tag("holder").fr(), self.0]).into())
    }
    /// `N = P(TAG_NULLIFIER, s, scope, slot)`.
    pub fn nullifier(&self, scope: Scope, slot: Slot) -> Nullifier {
        let inputs = [
            tag("nullifier").fr(),
            self.0,
            scope.0.fr(),
            Fr::from(slot.0),
        ];
        Nullifier(poseidon(&inputs).into())
    }
    /// The element itself, for the circuits.
    pub(crate) fn fr(&self) -> Fr {
        self.0
    }
}

impl fmt::Debug for HolderSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderSecret(..)")
    }
}

/// The holder key `H`, by which an issuer knows a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HolderKey(pub FieldElement);

/// Where a nullifier counts: one action of one network in one epoch (section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(pub FieldElement);

impl Scope {
    /// `H248("humanseal/v1/scope", keccak256(network), keccak256(action), epoch)`; epoch 0 is
    /// "for ever".
    pub fn new(network: &str, action: &str, epoch: u64) -> Self {
        let parts = [
            Word::of_str(network),
            Word::of_str(action),
            Word::of_u64(epoch),
        ];
        Self(h248("humanseal/v1/scope", &parts))
    }
}

/// Which of a scope's places: 0 ≤ slot < `max_slots`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Slot(pub u8);

/// One place of one holder in one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nullifier(pub FieldElement);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_round_trips_and_does_not_print() {
        let secret = HolderSecret::generate(&mut crate::entropy::OsEntropy);
        let again = HolderSecret::from_bytes(&secret.to_bytes()).unwrap();
        assert_eq!(secret.holder_key(), again.holder_key());
        assert_eq!(format!("{secret:?}"), "HolderSecret(..)");
    }

    #[test]
    fn a_secret_in_a_second_spelling_is_refused() {
        assert_eq!(
            HolderSecret::from_bytes(&[0xff; 32]).unwrap_err(),
            FieldError::OutOfRange
        );
    }

    #[test]
    fn nullifiers_differ_by_scope_slot_and_secret() {
        let secrets = [1_u8, 2].map(|last| {
            let mut bytes = [0; 32];
            bytes[31] = last;
            HolderSecret::from_bytes(&bytes).unwrap()
        });
        let mut seen = std::collections::HashSet::new();
        for secret in &secrets {
            for (network, action, epoch) in [
                ("a.example", "join", 0),
                ("b.example", "join", 0),
                ("a.example", "vote", 0),
                ("a.example", "join", 1),
            ] {
                for slot in 0..3 {
                    seen.insert(secret.nullifier(Scope::new(network, action, epoch), Slot(slot)));
                }
            }
        }
        assert_eq!(seen.len(), 2 * 4 * 3);
    }
}
