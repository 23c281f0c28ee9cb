//! The machine's own key, to which a pass may be bound.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// An Ed25519 public key of full order, written as the `x` of its JWK (RFC 8037): 43 characters
/// of base64url.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MachineKey([u8; 32]);

/// Not the key of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a machine key is an Ed25519 public key of full order in 43 characters of base64url")]
pub struct MachineKeyError;

impl MachineKeyError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        "machine_key_invalid"
    }
}

impl MachineKey {
    /// Takes a compressed point; refuses what is no point, not canonical, or of small order.
    pub fn new(bytes: [u8; 32]) -> Result<Self, MachineKeyError> {
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| MachineKeyError)?;
        let canonical = key.to_edwards().compress().to_bytes() == bytes;
        if canonical && !key.is_weak() {
            Ok(Self(bytes))
        } else {
            Err(MachineKeyError)
        }
    }
    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
    /// The JWK thumbprint of RFC 7638, 43 characters of base64url.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.0)
    }
}

/// RFC 7638 over the members that RFC 8037 section 2 requires, in lexicographic order.
pub(crate) fn thumbprint(key: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(key);
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

impl fmt::Display for MachineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for MachineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MachineKey({self})")
    }
}

impl FromStr for MachineKey {
    type Err = MachineKeyError;
    fn from_str(text: &str) -> Result<Self, MachineKeyError> {
        if text.len() != 43 {
            return Err(MachineKeyError);
        }
        // The engine refuses padding and set trailing bits.
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| MachineKeyError)?;
        Self::new(bytes.try_into().map_err(|_| MachineKeyError)?)
    }
}

impl Serialize for MachineKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MachineKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn thumbprint_of_rfc_8037() {
        // RFC 8037 appendix A.3.
        let key: MachineKey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
            .parse()
            .unwrap();
        assert_eq!(
            key.thumbprint(),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }

    #[test]
    fn small_order_and_non_canonical_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(MachineKey::new(identity), Err(MachineKeyError));
        assert_eq!(MachineKey::new([0; 32]), Err(MachineKeyError), "order 4");
        // y = p + 1, a second spelling of the identity.
        let mut spelled = [0xff; 32];
        spelled[0] = 0xee;
        spelled[31] = 0x7f;
        assert_eq!(MachineKey::new(spelled), Err(MachineKeyError));
        for text in [
            "",
            "AAAA",
            &"A".repeat(43),
            &"A".repeat(44),
            &"+".repeat(43),
        ] {
            assert!(text.parse::<MachineKey>().is_err(), "{text}");
        }
    }
}
