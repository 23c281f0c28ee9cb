//! The evidence step and its answers (docs/protocol.md sections 9 and 11).

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{
    Base64, DeviceSignature, ProofBytes, PublicInput, PublicInputError, SignedReceipt, Timestamp,
};
use crate::{credential::SignedCredential, field::FieldElement};

/// Longest list of `enrol` proofs: renew brings two.
const MAX_PROOFS: usize = 2;

/// `POST /sessions/{id}/evidence`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceBody {
    /// The statement's bytes, deterministic CBOR.
    pub statement: Base64<65536>,
    /// Who vouches for it.
    pub device: DeviceSignature,
    /// One `enrol` proof against the portrait of the statement. For renew a second one, of the same
    /// holder key, live vector and context, against the `T_portrait` of the newest credential: both
    /// portraits are of whoever stood before the camera.
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

/// The answer 200: a credential and a receipt. A retry of the same evidence gives the same bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// The credential with its signature.
    pub credential: SignedCredential,
    /// What was agreed to, signed by the issuer.
    pub receipt: SignedReceipt,
}

/// The answer 202 to evidence of kind recover.
///
/// The older credential is in the list `contested` from the next published one on, and stays valid
/// until `effective_at`; a refresh with its holder key cancels. From the first signed root after
/// that moment, and for 30 days, `POST /sessions/{id}/document` with the same document and holder key
/// in the same session answers with the credential, so the device keeps session id and token. Until
/// then it is refused as `recovery_pending`, with the moment to ask again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryAnnounced {
    /// When the older credentials are revoked if nobody cancels: the beginning of a day, 7 days
    /// ahead, 30 below document 3.
    pub effective_at: Timestamp,
}

/// The answer to evidence: 200 or 202. The same evidence again gives the same bytes until
/// acknowledgement.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EvidenceAnswer {
    /// 200, for issue, refresh and renew.
    Issued(Box<Issued>),
    /// 202, for recover.
    Announced(RecoveryAnnounced),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn list_lengths_are_limited() {
        let proof = r#"{"proof":"AQ==","public":["1","2","3","4","5","6"]}"#;
        let body = |count: usize| {
            let device = r#"{"kind":"software","public_key":"AQ==","signature":"AQ=="}"#;
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
