//! Elements of the BN254 scalar field and their one spelling outside.
//!
//! docs/protocol.md, preamble: "Field elements travel in JSON as canonical decimal strings; a
//! value ≥ r, a sign, a leading zero or any other spelling is refused, never reduced." A second
//! spelling of a public input would be a second name of the same nullifier.

use std::fmt;
use std::str::FromStr;

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use num_bigint::BigUint;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Decimal digits of r − 1: the longest canonical spelling.
const MAX_DIGITS: usize = 77;

/// A public element of F_r, r the order of BN254's groups.
///
/// Secrets are never held in this type: it prints itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FieldElement(Fr);

/// Why a spelling of a field element is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Something else than 1 to 77 decimal digits without a leading zero.
    #[error("a field element is written as a decimal number without sign or leading zero")]
    NotCanonical,
    /// A number that is no smaller than the order of the field.
    #[error("the number is not smaller than the order of the field")]
    OutOfRange,
}

impl FieldError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotCanonical => "field_not_canonical",
            Self::OutOfRange => "field_out_of_range",
        }
    }
}

impl FieldElement {
    /// Zero.
    pub const ZERO: Self = Self(ark_ff::AdditiveGroup::ZERO);

    /// Reads the canonical decimal spelling and nothing else.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let digits = text.as_bytes();
        let canonical = !digits.is_empty()
            && digits.len() <= MAX_DIGITS
            && digits.iter().all(u8::is_ascii_digit)
            && (digits[0] != b'0' || digits.len() == 1);
        if !canonical {
            return Err(FieldError::NotCanonical);
        }
        let number = BigUint::parse_bytes(digits, 10).ok_or(FieldError::NotCanonical)?;
        let mut bytes = [0; 32];
        let tail = number.to_bytes_be();
        let start = bytes
            .len()
            .checked_sub(tail.len())
            .ok_or(FieldError::OutOfRange)?;
        bytes[start..].copy_from_slice(&tail);
        Self::from_be_bytes(&bytes)
    }

    /// Reads 32 bytes, big-endian; a number ≥ r is refused.
    pub fn from_be_bytes(bytes: &[u8; 32]) -> Result<Self, FieldError> {
        let value = Fr::from_be_bytes_mod_order(bytes);
        if Self(value).to_be_bytes() == *bytes {
            Ok(Self(value))
        } else {
            Err(FieldError::OutOfRange)
        }
    }

    /// The element as arithmetic type.
    pub fn fr(&self) -> Fr {
        self.0
    }

    /// 32 bytes, big-endian.
    pub fn to_be_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&self.0.into_bigint().to_bytes_be());
        bytes
    }
}

impl From<Fr> for FieldElement {
    fn from(value: Fr) -> Self {
        Self(value)
    }
}

impl From<u64> for FieldElement {
    fn from(value: u64) -> Self {
        Self(Fr::from(value))
    }
}

impl FromStr for FieldElement {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::parse(text)
    }
}

impl fmt::Display for FieldElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        BigUint::from_bytes_be(&self.to_be_bytes()).fmt(f)
    }
}

impl fmt::Debug for FieldElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for FieldElement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldElement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = FieldElement;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field element as a canonical decimal string")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<FieldElement, E> {
                FieldElement::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const R: &str = "21888242871839275222246405745257275088548364400416034343698204186575808495617";

    #[test]
    fn public_input_as_x_plus_r_is_refused() {
        let r = R.parse::<BigUint>().unwrap();
        for x in [0_u32, 1, 5] {
            let text = (&r + x).to_string();
            assert_eq!(FieldElement::parse(&text), Err(FieldError::OutOfRange));
        }
        let largest = (r - 1_u32).to_string();
        assert_eq!(FieldElement::parse(&largest).unwrap().to_string(), largest);
    }

    #[test]
    fn every_other_spelling_is_refused() {
        let long = "1".repeat(78);
        let huge = "9".repeat(77);
        for text in [
            "", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "0x1", "1e3", "1.0", "١", &long,
        ] {
            assert_eq!(
                FieldElement::parse(text),
                Err(FieldError::NotCanonical),
                "{text}"
            );
        }
        assert_eq!(FieldElement::parse(&huge), Err(FieldError::OutOfRange));
        assert_eq!(FieldElement::parse("0").unwrap(), FieldElement::ZERO);
    }

    #[test]
    fn json_numbers_and_leading_zeros_are_refused() {
        assert_eq!(
            serde_json::from_str::<FieldElement>("\"7\"").unwrap(),
            FieldElement::from(7)
        );
        for json in [
            "7",
            "7.0",
            "\"07\"",
            "null",
            "[\"7\"]",
            "{\"0\":\"7\"}",
            "true",
        ] {
            assert!(
                serde_json::from_str::<FieldElement>(json).is_err(),
                "{json}"
            );
        }
    }

    #[test]
    fn bytes_not_below_r_are_refused() {
        assert_eq!(
            FieldElement::from_be_bytes(&[0xff; 32]),
            Err(FieldError::OutOfRange)
        );
        let mut r = [0; 32];
        r.copy_from_slice(&R.parse::<BigUint>().unwrap().to_bytes_be());
        assert_eq!(FieldElement::from_be_bytes(&r), Err(FieldError::OutOfRange));
    }

    proptest! {
        #[test]
        fn spelling_and_bytes_round_trip(bytes in any::<[u8; 32]>()) {
            let x = FieldElement::from(Fr::from_be_bytes_mod_order(&bytes));
            prop_assert_eq!(FieldElement::parse(&x.to_string()), Ok(x));
            prop_assert_eq!(FieldElement::from_be_bytes(&x.to_be_bytes()), Ok(x));
            let json = serde_json::to_string(&x).unwrap();
            prop_assert_eq!(serde_json::from_str::<FieldElement>(&json).unwrap(), x);
        }
    }
}
