//! A public input as it was sent, not yet checked.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::field::FieldElement;

/// Longest text that is kept: r has 77 decimal digits.
const MAX_DIGITS: usize = 80;

/// One public input in the sender's spelling. Whether it is canonical is a check of its own
/// (docs/protocol.md section 10), so reading the message does not answer it: any JSON scalar is
/// taken, and what is not a short string is kept as the empty text, which no check accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PublicInput(String);

/// A public input in another spelling than the canonical one, or not below r.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a public input must be a decimal string below r, without sign or leading zero")]
pub struct PublicInputError;

impl PublicInputError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        "public_input_not_canonical"
    }
}

impl PublicInput {
    /// Keeps a text as it is; a text above the limit becomes empty.
    pub fn from_sent(text: &str) -> Self {
        Self(if text.len() <= MAX_DIGITS {
            text.to_owned()
        } else {
            String::new()
        })
    }
    /// The field element, refused in any but the canonical spelling.
    pub fn field(&self) -> Result<FieldElement, PublicInputError> {
        FieldElement::parse(&self.0).map_err(|_| PublicInputError)
    }
    /// All of `inputs` as field elements.
    pub fn fields<const N: usize>(
        inputs: &[Self; N],
    ) -> Result<[FieldElement; N], PublicInputError> {
        let fields = inputs
            .iter()
            .map(Self::field)
            .collect::<Result<Vec<_>, _>>()?;
        fields.try_into().map_err(|_| PublicInputError)
    }
}

impl From<FieldElement> for PublicInput {
    fn from(field: FieldElement) -> Self {
        Self(field.to_string())
    }
}

impl<'de> Deserialize<'de> for PublicInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl de::Visitor<'_> for Scalar {
            type Value = PublicInput;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field element as a decimal string")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<PublicInput, E> {
                Ok(PublicInput::from_sent(text))
            }
            fn visit_u64<E: de::Error>(self, _: u64) -> Result<PublicInput, E> {
                Ok(PublicInput(String::new()))
            }
            fn visit_i64<E: de::Error>(self, _: i64) -> Result<PublicInput, E> {
                Ok(PublicInput(String::new()))
            }
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<PublicInput, E> {
                Ok(PublicInput(String::new()))
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The order of the BN254 scalar field (EIP-197).
    const R: &str = "21888242871839275222246405745257275088548364400416034343698204186575808495617";

    #[test]
    fn another_spelling_of_a_value_is_refused_never_reduced() {
        let check = |json: &str| serde_json::from_str::<PublicInput>(json).unwrap().field();
        assert_eq!(check("\"0\"").unwrap().to_string(), "0");
        assert_eq!(check("\"12\"").unwrap().to_string(), "12");
        let long = format!("\"{}\"", "9".repeat(500));
        let r = format!("\"{R}\"");
        for bad in [
            "12", "-1", "1.5", "\"012\"", "\"+1\"", "\"-1\"", "\"\"", "\" 1\"", "\"0x1\"",
            "\"1e3\"", &long, &r,
        ] {
            assert_eq!(check(bad), Err(PublicInputError), "{bad}");
        }
    }

    #[test]
    fn one_bad_input_spoils_all() {
        let good = PublicInput::from_sent("1");
        let bad = PublicInput::from_sent("01");
        assert!(PublicInput::fields(&[good.clone(), good.clone()]).is_ok());
        assert_eq!(PublicInput::fields(&[good, bad]), Err(PublicInputError));
    }
}
