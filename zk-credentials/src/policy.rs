//! What a verifier demands, as one field element, and whom it excludes (docs/protocol.md
//! section 7).

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use serde::{Deserialize, Serialize};

use crate::field::FieldElement;
use crate::nationality::Nationality;

/// No demand on the age of the last live match.
pub const ANY_VERIFIED_DAYS: u16 = 65_535;

/// Why a packed policy or mask is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A bit above the highest field is set.
    #[error("the packed value has bits that no field has")]
    Bits,
    /// A level above 15.
    #[error("a level has 4 bits")]
    Level,
    /// No slot, so nobody could ever present.
    #[error("max_slots is at least 1")]
    NoSlots,
}

impl PolicyError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bits => "policy_bits",
            Self::Level => "policy_level",
            Self::NoSlots => "policy_no_slots",
        }
    }
}

/// The demands of a verifier. A level that is left out means 2, other demands left out mean none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Policy {
    /// Least age in years; 0 no demand.
    pub min_age: u8,
    /// Least document level, 4 bits; 0 no demand.
    pub min_document: u8,
    /// Least device level, 4 bits; 0 no demand.
    pub min_device: u8,
    /// Least unique level, 4 bits; 0 no demand.
    pub min_unique: u8,
    /// Places of one person in the scope, at least 1.
    pub max_slots: u8,
    /// The last live match is at most this many days old; 65535 no demand.
    pub max_verified_days: u16,
    /// The credential's line was established at least this many days ago; 0 no demand.
    pub min_established_days: u16,
}

/// The JSON form, before its ranges are checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default)]
    min_age: u8,
    #[serde(default = "level")]
    min_document: u8,
    #[serde(default = "level")]
    min_device: u8,
    #[serde(default = "level")]
    min_unique: u8,
    #[serde(default = "one")]
    max_slots: u8,
    #[serde(default = "any")]
    max_verified_days: u16,
    #[serde(default)]
    min_established_days: u16,
}

fn level() -> u8 {
    2
}
fn one() -> u8 {
    1
}
fn any() -> u16 {
    ANY_VERIFIED_DAYS
}

impl TryFrom<Fields> for Policy {
    type Error = PolicyError;
    fn try_from(f: Fields) -> Result<Self, PolicyError> {
        let policy = Self {
            min_age: f.min_age,
            min_document: f.min_document,
            min_device: f.min_device,
            min_unique: f.min_unique,
            max_slots: f.max_slots,
            max_verified_days: f.max_verified_days,
            min_established_days: f.min_established_days,
        };
        policy.check().map(|()| policy)
    }
}

impl From<Policy> for Fields {
    fn from(p: Policy) -> Self {
        Self {
            min_age: p.min_age,
            min_document: p.min_document,
            min_device: p.min_device,
            min_unique: p.min_unique,
            max_slots: p.max_slots,
            max_verified_days: p.max_verified_days,
            min_established_days: p.min_established_days,
        }
    }
}

impl Policy {
    /// Checks the ranges that the types leave open.
    ///
    /// # Errors
    /// [`PolicyError::Level`] or [`PolicyError::NoSlots`].
    pub fn check(&self) -> Result<(), PolicyError> {
        if [self.min_document, self.min_device, self.min_unique]
            .iter()
            .any(|level| *level > 15)
        {
            return Err(PolicyError::Level);
        }
        if self.max_slots == 0 {
            return Err(PolicyError::NoSlots);
        }
        Ok(())
    }

    /// The public input: from bit 0 `min_age` 8, `min_document` 4, `min_device` 4, `min_unique` 4,
    /// `max_slots` 8, `max_verified_days` 16, `min_established_days` 16.
    pub fn pack(&self) -> FieldElement {
        FieldElement::from(
            u64::from(self.min_age)
                | u64::from(self.min_document) << 8
                | u64::from(self.min_device) << 12
                | u64::from(self.min_unique) << 16
                | u64::from(self.max_slots) << 20
                | u64::from(self.max_verified_days) << 28
                | u64::from(self.min_established_days) << 44,
        )
    }

    /// Reads a public input back.
    ///
    /// # Errors
    /// [`PolicyError`] where a higher bit is set or there is no slot.
    pub fn unpack(packed: FieldElement) -> Result<Self, PolicyError> {
        let limbs = packed.fr().into_bigint().0;
        if limbs[0] >> 60 != 0 || limbs[1..].iter().any(|limb| *limb != 0) {
            return Err(PolicyError::Bits);
        }
        let field = |from: u32, bits: u32| limbs[0] >> from & ((1 << bits) - 1);
        let policy = Self {
            min_age: field(0, 8) as u8,
            min_document: field(8, 4) as u8,
            min_device: field(12, 4) as u8,
            min_unique: field(16, 4) as u8,
            max_slots: field(20, 8) as u8,
            max_verified_days: field(28, 16) as u16,
            min_established_days: field(44, 16) as u16,
        };
        policy.check().map(|()| policy)
    }
}

/// The set of nationalities that a verifier refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "FieldElement", into = "FieldElement")]
pub struct Excluded([u64; 4]);

impl Excluded {
    /// Nobody is excluded.
    pub fn none() -> Self {
        Self::default()
    }

    /// These nationalities are excluded.
    pub fn of(nationalities: impl IntoIterator<Item = Nationality>) -> Self {
        let mut mask = [0; 4];
        for nationality in nationalities {
            let index = usize::from(nationality.get());
            mask[index / 64] |= 1 << (index % 64);
        }
        Self(mask)
    }

    /// Whether this nationality is excluded.
    pub fn contains(&self, nationality: Nationality) -> bool {
        let index = usize::from(nationality.get());
        self.0[index / 64] >> (index % 64) & 1 == 1
    }

    /// The public input: bit i set excludes index i; below 2²⁵³, so always below r.
    pub fn pack(&self) -> FieldElement {
        let mut bytes = [0; 32];
        for (chunk, limb) in bytes.chunks_mut(8).zip(self.0) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        Fr::from_le_bytes_mod_order(&bytes).into()
    }

    /// Reads a public input back.
    ///
    /// # Errors
    /// [`PolicyError::Bits`] at or above 2²⁵³.
    pub fn unpack(packed: FieldElement) -> Result<Self, PolicyError> {
        let number = packed.fr().into_bigint();
        if number.num_bits() > 253 {
            Err(PolicyError::Bits)
        } else {
            Ok(Self(number.0))
        }
    }
}

impl TryFrom<FieldElement> for Excluded {
    type Error = PolicyError;
    fn try_from(packed: FieldElement) -> Result<Self, PolicyError> {
        Self::unpack(packed)
    }
}

impl From<Excluded> for FieldElement {
    fn from(excluded: Excluded) -> Self {
        excluded.pack()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn packing_is_reversible(
            min_age: u8, levels in [0u8..16, 0..16, 0..16], max_slots in 1u8..,
            max_verified_days: u16, min_established_days: u16,
        ) {
            let [min_document, min_device, min_unique] = levels;
            let policy = Policy {
                min_age, min_document, min_device, min_unique, max_slots, max_verified_days,
                min_established_days,
            };
            prop_assert_eq!(Policy::unpack(policy.pack()), Ok(policy));
        }

        #[test]
        fn masks_are_reversible(indices in proptest::collection::vec(0u8..=252, 0..40)) {
            let set: Vec<_> = indices.iter().map(|i| Nationality::new(*i).unwrap()).collect();
            let excluded = Excluded::of(set.clone());
            prop_assert_eq!(Excluded::unpack(excluded.pack()).unwrap(), excluded.clone());
            for index in 0..=252 {
                let nationality = Nationality::new(index).unwrap();
                prop_assert_eq!(excluded.contains(nationality), set.contains(&nationality));
            }
        }
    }

    #[test]
    fn higher_bits_and_no_slots_are_refused() {
        let bit_60 = FieldElement::from(1u64 << 60 | 1 << 20);
        assert_eq!(Policy::unpack(bit_60), Err(PolicyError::Bits));
        assert_eq!(
            Policy::unpack(FieldElement::from(18u64)),
            Err(PolicyError::NoSlots)
        );
        let two_253 = Fr::from(2u64).pow_bits(253);
        assert_eq!(Excluded::unpack(two_253.into()), Err(PolicyError::Bits));
    }

    trait PowBits {
        fn pow_bits(self, exponent: u64) -> Self;
    }
    impl PowBits for Fr {
        fn pow_bits(self, exponent: u64) -> Self {
            ark_ff::Field::pow(&self, [exponent])
        }
    }

    #[test]
    fn a_level_left_out_means_two() {
        let policy: Policy = serde_json::from_str("{\"min_age\":18}").unwrap();
        assert_eq!(
            (policy.min_document, policy.min_device, policy.min_unique),
            (2, 2, 2)
        );
        assert_eq!((policy.max_slots, policy.max_verified_days), (1, 65_535));
        assert!(serde_json::from_str::<Policy>("{\"max_slots\":0}").is_err());
        assert!(serde_json::from_str::<Policy>("{\"min_unique\":16}").is_err());
    }
}
