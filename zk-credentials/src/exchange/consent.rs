//! The signed receipt of what the owner agreed to.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::{
    Base64, CborError, Environment, SessionId, SessionKind, Sha256Digest, encode_deterministic,
};
use crate::{calendar::Day, eddsa::IssuerId};

/// Prefix of what the receipt key signs.
const DOMAIN: &[u8] = b"humanseal/v1/consent-receipt";

/// Who agreed to what, when, towards whom. It names the session, not the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentReceipt {
    /// 1.
    pub version: u8,
    /// The issuer's environment.
    pub environment: Environment,
    /// The issuer key that signed the credential.
    pub issuer: IssuerId,
    /// The session.
    pub session: SessionId,
    /// What the session was for.
    pub kind: SessionKind,
    /// Digest of the consent text.
    pub consent: Sha256Digest,
    /// Digest of the statement that was accepted.
    pub statement: Sha256Digest,
    /// Day of the evidence.
    pub day: Day,
}

/// A receipt with the issuer's Ed25519 signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedReceipt {
    /// The receipt.
    pub receipt: ConsentReceipt,
    /// 64 bytes over `"humanseal/v1/consent-receipt" ‖ deterministic CBOR of the receipt`.
    pub signature: Base64<64>,
}

/// Why a receipt is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It cannot be encoded.
    #[error(transparent)]
    Encoding(#[from] CborError),
    /// The signature does not hold under this key.
    #[error("the receipt's signature does not hold under the issuer's key")]
    SignatureInvalid,
}

impl ReceiptError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encoding(_) => "receipt_malformed",
            Self::SignatureInvalid => "receipt_signature_invalid",
        }
    }
}

fn signed_bytes(receipt: &ConsentReceipt) -> Result<Vec<u8>, CborError> {
    Ok([DOMAIN.to_vec(), encode_deterministic(receipt)?].concat())
}

impl SignedReceipt {
    /// Signs a receipt. Ed25519 is deterministic: the same receipt has the same bytes.
    pub fn sign(receipt: ConsentReceipt, key: &SigningKey) -> Result<Self, ReceiptError> {
        let signature = key.sign(&signed_bytes(&receipt)?).to_bytes().to_vec();
        let signature = Base64::new(signature).ok_or(CborError::TooLong)?;
        Ok(Self { receipt, signature })
    }
    /// Checks the signature under the key of the issuer's metadata.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), ReceiptError> {
        let signature = Signature::from_slice(self.signature.as_bytes())
            .map_err(|_| ReceiptError::SignatureInvalid)?;
        key.verify_strict(&signed_bytes(&self.receipt)?, &signature)
            .map_err(|_| ReceiptError::SignatureInvalid)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::field::FieldElement;

    #[test]
    fn holds_for_its_content_and_key_only() {
        let receipt = ConsentReceipt {
            version: 1,
            environment: Environment::Development,
            issuer: IssuerId(FieldElement::from(5)),
            session: SessionId::from_random([1; 16]),
            kind: SessionKind::Issue,
            consent: Sha256Digest([2; 32]),
            statement: Sha256Digest([3; 32]),
            day: Day(20_000),
        };
        let key = SigningKey::from_bytes(&[9; 32]);
        let signed = SignedReceipt::sign(receipt.clone(), &key).unwrap();
        assert_eq!(signed, SignedReceipt::sign(receipt, &key).unwrap());
        assert_eq!(signed.verify(&key.verifying_key()), Ok(()));
        let stranger = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert_eq!(
            signed.verify(&stranger),
            Err(ReceiptError::SignatureInvalid)
        );
        let changes: [fn(&mut SignedReceipt); 4] = [
            |signed| signed.receipt.consent.0[0] ^= 1,
            |signed| signed.receipt.environment = Environment::Production,
            |signed| signed.receipt.day.0 += 1,
            |signed| signed.signature = Base64::default(),
        ];
        for change in changes {
            let mut other = signed.clone();
            change(&mut other);
            assert_eq!(
                other.verify(&key.verifying_key()),
                Err(ReceiptError::SignatureInvalid)
            );
        }
    }
}
