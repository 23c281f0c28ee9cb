//! Who vouches for a statement: a software key, an Android phone, an Apple device
//! (docs/protocol.md section 11).
//!
//! Here is the shape of all three, and the check of the first. Certificates and attestations are
//! another crate's matter.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Base64, Sha256Digest};

/// Longest certificate chain.
const MAX_CHAIN: usize = 8;
/// Longest attestation object of Apple's in bytes; those seen have about 6,000.
const MAX_ATTESTATION: usize = 16 * 1024;

/// Prefix of what a device key signs, so that no other signature of it is one.
const DOMAIN: &[u8] = b"humanseal/v1/statement";

/// The bytes that a device key signs: `"humanseal/v1/statement" ‖ SHA-256(statement)`. An attested
/// key is not told more of the statement than this digest.
pub fn device_message(statement: &Sha256Digest) -> Vec<u8> {
    [DOMAIN, &statement.0].concat()
}

/// Who vouches for a statement. In JSON the member `kind` says which, the others are its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DeviceSignature {
    /// A key of the program itself: device level 1.
    Software(SoftwareSignature),
    /// A key of Android's key store with its attestation: device level 2 or 3.
    AndroidKey(AndroidSignature),
    /// A key that Apple attests (App Attest): device level 2.
    AppleAppattest(AppleAttestation),
}

/// A signature of a software key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoftwareSignature {
    /// The 32 bytes of an Ed25519 key.
    pub public_key: Base64<128>,
    /// 64 bytes over [`device_message`].
    pub signature: Base64<512>,
}

/// A signature of an Android key. The attestation's challenge is SHA-256 of the statement, so that
/// the key was made for this statement alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AndroidSignature {
    /// X.509 certificates in DER, leaf first, at most 8 of 8,192 bytes.
    #[serde(deserialize_with = "chain")]
    pub chain: Vec<Base64<8192>>,
    /// The leaf's key over [`device_message`], in its own algorithm with SHA-256.
    pub signature: Base64<512>,
}

/// An attestation of Apple's. Its client data hash is SHA-256 of the statement, so the attestation
/// itself is what vouches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppleAttestation {
    /// The attestation object, CBOR.
    pub attestation: Base64<MAX_ATTESTATION>,
}

fn chain<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Base64<8192>>, D::Error> {
    let chain: Vec<Base64<8192>> = Vec::deserialize(deserializer)?;
    if chain.len() <= MAX_CHAIN {
        Ok(chain)
    } else {
        Err(de::Error::custom("more than 8 certificates"))
    }
}

/// Why a software key's signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SoftwareSignatureError {
    /// Not an Ed25519 key, or one of small order.
    #[error("the device key is not a valid Ed25519 key")]
    KeyInvalid,
    /// The signature does not hold.
    #[error("the device signature does not hold over this statement")]
    SignatureInvalid,
}

impl SoftwareSignatureError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KeyInvalid => "device_key_invalid",
            Self::SignatureInvalid => "device_signature_invalid",
        }
    }
}

impl SoftwareSignature {
    /// Signs for a statement.
    pub fn sign(key: &SigningKey, statement: &Sha256Digest) -> Self {
        let signature = key.sign(&device_message(statement)).to_bytes();
        Self {
            public_key: Base64::new(key.verifying_key().to_bytes().to_vec()).unwrap_or_default(),
            signature: Base64::new(signature.to_vec()).unwrap_or_default(),
        }
    }

    /// Checks the signature for a statement.
    ///
    /// # Errors
    /// [`SoftwareSignatureError`].
    pub fn verify(&self, statement: &Sha256Digest) -> Result<(), SoftwareSignatureError> {
        use SoftwareSignatureError as E;
        let key = <[u8; 32]>::try_from(self.public_key.as_bytes()).map_err(|_| E::KeyInvalid)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| E::KeyInvalid)?;
        if key.is_weak() {
            return Err(E::KeyInvalid);
        }
        let signature =
            Signature::from_slice(self.signature.as_bytes()).map_err(|_| E::SignatureInvalid)?;
        key.verify_strict(&device_message(statement), &signature)
            .map_err(|_| E::SignatureInvalid)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use SoftwareSignatureError as E;

    fn digest() -> Sha256Digest {
        Sha256Digest::of(b"statement")
    }

    fn signed() -> SoftwareSignature {
        SoftwareSignature::sign(&SigningKey::from_bytes(&[7; 32]), &digest())
    }

    #[test]
    fn a_software_signature_holds_for_its_statement_only() {
        assert_eq!(signed().verify(&digest()), Ok(()));
        for other in [Sha256Digest::of(b""), Sha256Digest([0; 32])] {
            assert_eq!(signed().verify(&other), Err(E::SignatureInvalid));
        }
    }

    #[test]
    fn a_signature_of_the_same_key_for_another_purpose_is_refused() {
        let key = SigningKey::from_bytes(&[7; 32]);
        for message in [
            &digest().0[..],
            b"statement",
            b"humanseal/v1/statementstatement",
        ] {
            let signature = SoftwareSignature {
                signature: Base64::new(key.sign(message).to_bytes().to_vec()).unwrap(),
                ..signed()
            };
            assert_eq!(signature.verify(&digest()), Err(E::SignatureInvalid));
        }
    }

    #[test]
    fn a_small_order_key_is_refused() {
        // The identity of edwards25519: verifies R = S·B for any message in the cofactored check.
        let mut identity = vec![0; 32];
        identity[0] = 1;
        let mut zero_signature = identity.clone();
        zero_signature.extend([0; 32]);
        let signature = SoftwareSignature {
            public_key: Base64::new(identity).unwrap(),
            signature: Base64::new(zero_signature).unwrap(),
        };
        assert_eq!(signature.verify(&digest()), Err(E::KeyInvalid));
    }

    #[test]
    fn wrong_lengths_are_refused() {
        for length in [0, 31, 33] {
            let signature = SoftwareSignature {
                public_key: Base64::new(vec![1; length]).unwrap(),
                ..signed()
            };
            assert_eq!(signature.verify(&digest()), Err(E::KeyInvalid));
        }
        for length in [0, 63, 65] {
            let signature = SoftwareSignature {
                signature: Base64::new(vec![1; length]).unwrap(),
                ..signed()
            };
            assert_eq!(signature.verify(&digest()), Err(E::SignatureInvalid));
        }
    }

    #[test]
    fn each_kind_has_its_own_members_and_no_others() {
        let read = |json: &str| serde_json::from_str::<DeviceSignature>(json);
        let software = serde_json::to_string(&DeviceSignature::Software(signed())).unwrap();
        assert!(software.starts_with(r#"{"kind":"software","public_key":""#));
        assert_eq!(
            read(&software).unwrap(),
            DeviceSignature::Software(signed())
        );
        let android = r#"{"kind":"android-key","chain":["AQ=="],"signature":"AQ=="}"#;
        let apple = r#"{"kind":"apple-appattest","attestation":"AQ=="}"#;
        assert!(matches!(
            read(android),
            Ok(DeviceSignature::AndroidKey(signature)) if signature.chain.len() == 1
        ));
        assert!(matches!(
            read(apple),
            Ok(DeviceSignature::AppleAppattest(_))
        ));
        for wrong in [
            r#"{"public_key":"AQ==","signature":"AQ=="}"#,
            r#"{"kind":"tpm","attestation":"AQ=="}"#,
            r#"{"kind":"software","public_key":"AQ=="}"#,
            r#"{"kind":"software","public_key":"AQ==","signature":"AQ==","chain":[]}"#,
            r#"{"kind":"software","public_key":"AQ==","signature":"AQ==","signature":"AQ=="}"#,
            r#"{"kind":"software","kind":"software","public_key":"AQ==","signature":"AQ=="}"#,
            r#"{"kind":"android-key","signature":"AQ=="}"#,
            r#"{"kind":"apple-appattest","attestation":"AQ==","signature":"AQ=="}"#,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn chains_and_attestations_are_limited() {
        let chain = |count: usize, bytes: usize| {
            let chain = vec![Base64::<8193>::new(vec![1; bytes]).unwrap(); count];
            let chain = serde_json::to_string(&chain).unwrap();
            serde_json::from_str::<DeviceSignature>(&format!(
                r#"{{"kind":"android-key","chain":{chain},"signature":"AQ=="}}"#
            ))
        };
        assert!(chain(8, 8192).is_ok());
        assert!(chain(9, 1).is_err());
        assert!(chain(1, 8193).is_err());
        let apple = |bytes: usize| {
            let attestation =
                serde_json::to_string(&Base64::<20_000>::new(vec![1; bytes])).unwrap();
            serde_json::from_str::<DeviceSignature>(&format!(
                r#"{{"kind":"apple-appattest","attestation":{attestation}}}"#
            ))
        };
        assert!(apple(16_384).is_ok());
        assert!(apple(16_385).is_err());
    }
}
