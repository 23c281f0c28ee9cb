//! 32-byte values that travel as 64 lower-case hexadecimal digits.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Why a text is not 32 bytes in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected exactly 64 lower-case hexadecimal digits")]
pub struct HexError;

impl HexError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        "hex_not_canonical"
    }
}

fn parse(text: &str) -> Result<[u8; 32], HexError> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(HexError);
    }
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| HexError)?;
    Ok(bytes)
}

pub(super) struct HexVisitor;

impl de::Visitor<'_> for HexVisitor {
    type Value = [u8; 32];
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("64 lower-case hexadecimal digits")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        parse(text).map_err(E::custom)
    }
}

macro_rules! hex_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// Reads 64 lower-case hexadecimal digits; any other spelling is refused.
            pub fn parse(text: &str) -> Result<Self, HexError> {
                parse(text).map(Self)
            }
            /// The 32 bytes.
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(HexVisitor).map(Self)
            }
        }
    };
}

hex_newtype! {
    /// A SHA-256 digest (FIPS 180-4).
    Sha256Digest
}
hex_newtype! {
    /// 32 random bytes that make a session or a request unique. In [`crate::word::h248`] it is one word
    /// as it is.
    Nonce
}
hex_newtype! {
    /// Keccak-256 of a verifying key's words in EVM order (docs/protocol.md section 12).
    KeyHash
}

impl Sha256Digest {
    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
    /// Equality in constant time, for digests of secrets.
    pub fn same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn sha256_of_abc_as_in_fips_180_4() {
        let digest = Sha256Digest::of(b"abc");
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest.to_string(), text);
        assert_eq!(Sha256Digest::parse(text), Ok(digest));
        assert!(digest.same(&digest));
        assert!(!digest.same(&Sha256Digest([0; 32])));
    }

    #[test]
    fn one_spelling_only() {
        let text = "00".repeat(32);
        assert_eq!(Nonce::parse(&text).unwrap(), Nonce([0; 32]));
        for bad in [
            "",
            "0x",
            &text[1..],
            &text[2..],
            &format!("{text}00"),
            &"AA".repeat(32),
            &"0g".repeat(32),
        ] {
            assert_eq!(Nonce::parse(bad), Err(HexError), "{bad}");
        }
    }
}
