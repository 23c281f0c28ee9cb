//! The evidence step and its answers (docs/protocol.md sections 9 and 11).

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Base64, ProofBytes, PublicInput, PublicInputError, SignedReceipt, Timestamp};
use crate::{credential::SignedCredential, field::FieldElement};

/// Longest list of `enrol` proofs: renew brings two.
const MAX_PROOFS: usize = 2;
/// Longest certificate chain.
const MAX_CHAIN: usize = 8;

/// Prefix of what a software key signs, so that no other signature of it is one.
const SOFTWARE_DOMAIN: &[u8] = b"humanseal/v1/statement";

/// `POST /sessions/{id}/evidence`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceBody {
    /// The statement's bytes, deterministic CBOR.
    pub statement: Base64<65536>,
    /// Who vouches for it.
    pub device: DeviceSignature,
    /// One `enrol` proof, two for renew.
    #[serde(deserialize_with = "proofs")]
    pub proofs: Vec<EnrolProof>,
}

fn proofs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<EnrolProof>, D::Error> {
    let proofs = Vec::deserialize(deserializer)?;
    if (1..=MAX_PROOFS).contains(&proofs.len()) {
        Ok(proofs)
    } else {
        Err(de::Error::custom("expected one or two proofs"))
    }
}

/// A proof of circuit `enrol` with its public inputs, as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolProof {
    /// 128 bytes.
    pub proof: ProofBytes,
    /// `H, T_portrait, T_live, tau, model, context`.
    pub public: [PublicInput; 6],
}

impl EnrolProof {
    /// The public inputs, refused in any but the canonical spelling.
    pub fn fields(&self) -> Result<[FieldElement; 6], PublicInputError> {
        PublicInput::fields(&self.public)
    }
}

/// What kind of key signed a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceKeyKind {
    /// Ed25519 key of the program: device level 1.
    Software,
    /// Android key attestation.
    AndroidKey,
    /// Apple App Attest.
    AppleAppattest,
}

/// The device key's signature over a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceSignature {
    /// What kind of key.
    pub kind: DeviceKeyKind,
    /// For `software`: the 32 bytes of an Ed25519 key.
    pub public_key: Base64<128>,
    /// For `software`: 64 bytes over `"humanseal/v1/statement" ‖ statement`.
    pub signature: Base64<512>,
    /// Certificates, leaf first; empty for `software`.
    #[serde(default, deserialize_with = "chain")]
    pub chain: Vec<Base64<8192>>,
}

fn chain<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Base64<8192>>, D::Error> {
    let chain: Vec<Base64<8192>> = Vec::deserialize(deserializer)?;
    if chain.len() <= MAX_CHAIN {
        Ok(chain)
    } else {
        Err(de::Error::custom("more than 8 certificates"))
    }
}

/// Why a device's signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceSignatureError {
    /// Phone attestations are not offered by this issuer.
    #[error("this kind of device key is not offered by this issuer")]
    KindNotOffered,
    /// A software key comes without certificates.
    #[error("a software key has no certificate chain")]
    UnexpectedChain,
    /// Not an Ed25519 key, or one of small order.
    #[error("the device key is not a valid Ed25519 key")]
    KeyInvalid,
    /// The signature does not hold.
    #[error("the device signature does not hold over this statement")]
    SignatureInvalid,
}

impl DeviceSignatureError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KindNotOffered => "device_kind_not_offered",
            Self::UnexpectedChain => "device_chain_unexpected",
            Self::KeyInvalid => "device_key_invalid",
            Self::SignatureInvalid => "device_signature_invalid",
        }
    }
}

fn signed_bytes(statement: &[u8]) -> Vec<u8> {
    [SOFTWARE_DOMAIN, statement].concat()
}

impl DeviceSignature {
    /// Signs a statement's bytes with a software key.
    pub fn software(key: &SigningKey, statement: &[u8]) -> Self {
        let signature = key.sign(&signed_bytes(statement)).to_bytes();
        Self {
            kind: DeviceKeyKind::Software,
            public_key: Base64::new(key.verifying_key().to_bytes().to_vec()).unwrap_or_default(),
            signature: Base64::new(signature.to_vec()).unwrap_or_default(),
            chain: Vec::new(),
        }
    }

    /// Checks the signature over a statement's bytes. The two kinds that are laid out for phones
    /// are refused by name.
    pub fn verify(&self, statement: &[u8]) -> Result<(), DeviceSignatureError> {
        use DeviceSignatureError as E;
        match self.kind {
            DeviceKeyKind::Software => {}
            DeviceKeyKind::AndroidKey | DeviceKeyKind::AppleAppattest => {
                return Err(E::KindNotOffered);
            }
        }
        if !self.chain.is_empty() {
            return Err(E::UnexpectedChain);
        }
        let key = <[u8; 32]>::try_from(self.public_key.as_bytes()).map_err(|_| E::KeyInvalid)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| E::KeyInvalid)?;
        if key.is_weak() {
            return Err(E::KeyInvalid);
        }
        let signature =
            Signature::from_slice(self.signature.as_bytes()).map_err(|_| E::SignatureInvalid)?;
        key.verify_strict(&signed_bytes(statement), &signature)
            .map_err(|_| E::SignatureInvalid)
    }
}

/// The answer 200: a credential and a receipt. A retry of the same evidence gives the same bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// The credential with its signature.
    pub credential: SignedCredential,
    /// What was agreed to, signed by the issuer.
    pub receipt: SignedReceipt,
}

/// The answer 202: a recovery is announced, and contested until that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryAnnounced {
    /// When the older credentials are revoked, if nobody cancels.
    pub effective_at: Timestamp,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn signed() -> DeviceSignature {
        DeviceSignature::software(&SigningKey::from_bytes(&[7; 32]), b"statement")
    }

    #[test]
    fn a_software_signature_holds_for_its_statement_only() {
        let signature = signed();
        assert_eq!(signature.verify(b"statement"), Ok(()));
        assert_eq!(
            signature.verify(b"statement."),
            Err(DeviceSignatureError::SignatureInvalid)
        );
        assert_eq!(
            signature.verify(b""),
            Err(DeviceSignatureError::SignatureInvalid)
        );
    }

    #[test]
    fn a_signature_of_the_same_key_for_another_purpose_is_refused() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let bare = key.sign(b"statement").to_bytes().to_vec();
        let signature = DeviceSignature {
            signature: Base64::new(bare).unwrap(),
            ..signed()
        };
        assert_eq!(
            signature.verify(b"statement"),
            Err(DeviceSignatureError::SignatureInvalid)
        );
    }

    #[test]
    fn a_small_order_key_is_refused() {
        // The identity of edwards25519: verifies R = S·B for any message in the cofactored check.
        let mut identity = vec![0; 32];
        identity[0] = 1;
        let mut zero_signature = identity.clone();
        zero_signature.extend([0; 32]);
        let signature = DeviceSignature {
            public_key: Base64::new(identity).unwrap(),
            signature: Base64::new(zero_signature).unwrap(),
            ..signed()
        };
        assert_eq!(
            signature.verify(b"statement"),
            Err(DeviceSignatureError::KeyInvalid)
        );
    }

    #[test]
    fn wrong_lengths_and_chains_are_refused() {
        for length in [0, 31, 33] {
            let key = Base64::new(vec![1; length]).unwrap();
            let signature = DeviceSignature {
                public_key: key,
                ..signed()
            };
            assert_eq!(
                signature.verify(b"statement"),
                Err(DeviceSignatureError::KeyInvalid)
            );
        }
        for length in [0, 63, 65] {
            let bytes = Base64::new(vec![1; length]).unwrap();
            let signature = DeviceSignature {
                signature: bytes,
                ..signed()
            };
            assert_eq!(
                signature.verify(b"statement"),
                Err(DeviceSignatureError::SignatureInvalid)
            );
        }
        let signature = DeviceSignature {
            chain: vec![Base64::default()],
            ..signed()
        };
        assert_eq!(
            signature.verify(b"statement"),
            Err(DeviceSignatureError::UnexpectedChain)
        );
    }

    #[test]
    fn phone_attestations_are_refused_by_name() {
        for kind in [DeviceKeyKind::AndroidKey, DeviceKeyKind::AppleAppattest] {
            let signature = DeviceSignature { kind, ..signed() };
            let error = signature.verify(b"statement").unwrap_err();
            assert_eq!(error.code(), "device_kind_not_offered");
        }
        assert_eq!(
            serde_json::to_value(DeviceKeyKind::AppleAppattest).unwrap(),
            "apple-appattest"
        );
    }

    #[test]
    fn list_lengths_are_limited() {
        let proof = r#"{"proof":"AQ==","public":["1","2","3","4","5","6"]}"#;
        let body = |count: usize| {
            let device = serde_json::to_string(&signed()).unwrap();
            let proofs = vec![proof; count].join(",");
            let json = format!(r#"{{"statement":"AQ==","device":{device},"proofs":[{proofs}]}}"#);
            serde_json::from_str::<EvidenceBody>(&json)
        };
        assert!(body(0).is_err());
        assert!(body(1).is_ok());
        assert!(body(2).is_ok());
        assert!(body(3).is_err());
        let five = proof.replace(",\"6\"", "");
        assert!(serde_json::from_str::<EnrolProof>(&five).is_err());
    }
}
