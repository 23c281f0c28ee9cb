//! Opening a session (docs/protocol.md sections 9 and 11).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Environment, KeyHash, Nonce, Sha256Digest, Timestamp, digest::HexVisitor};
use crate::{
    credential::{DeviceLevel, DocumentLevel},
    eddsa::{IssuerId, IssuerKey},
    template::{ModelId, Tau},
};

/// Longest consent text, in bytes.
const MAX_CONSENT_BYTES: usize = 16 * 1024;

/// What a session is for (section 9; docs/life.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A person's first credential.
    Issue,
    /// The same holder key, a new live match: against a document of the line, or without one against
    /// the portrait of the newest credential, which stands in its place in the document step.
    Refresh,
    /// A new document of the same person under the same holder key.
    Renew,
    /// The same person, another holder key, after a delay.
    Recover,
}

impl SessionKind {
    /// The number that stands in `context`: 1 issue, 2 refresh, 3 renew, 4 recover.
    pub fn number(self) -> u64 {
        match self {
            Self::Issue => 1,
            Self::Refresh => 2,
            Self::Renew => 3,
            Self::Recover => 4,
        }
    }
    /// The name as it travels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Refresh => "refresh",
            Self::Renew => "renew",
            Self::Recover => "recover",
        }
    }
}

/// `POST /sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateSession {
    /// What the session is for.
    pub kind: SessionKind,
    /// The issuer key that shall sign.
    pub issuer: IssuerId,
    /// SHA-256 of the consent text that its owner agreed to.
    pub consent: Sha256Digest,
}

/// The answer: 201.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionCreated {
    /// Name of the session.
    pub id: SessionId,
    /// Bearer secret of the session; the data page is sealed under a key derived from it.
    pub token: SessionToken,
    /// What statement and `enrol` proof must be bound to.
    pub nonce: Nonce,
    /// When the session ends if no document comes.
    pub expires_at: Timestamp,
    /// The issuer's environment.
    pub environment: Environment,
    /// The parameters of the issuer key that the session named.
    pub issuer: IssuerParameters,
}

/// Under which conditions an issuer key signs. The device compares the keys and digests with
/// those that it pins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerParameters {
    /// The key: Baby Jubjub, in the prime subgroup, not the identity.
    pub key: IssuerKey,
    /// `P(Ax, Ay)` of the key.
    pub id: IssuerId,
    /// Where the key belongs.
    pub environment: Environment,
    /// The cosine threshold in thousandths.
    pub tau: Tau,
    /// The embedding model.
    pub model: ModelId,
    /// SHA-256 of the model manifest.
    pub model_manifest: Sha256Digest,
    /// The lowest document level that this key signs.
    pub min_document: DocumentLevel,
    /// The lowest device level that this key signs.
    pub min_device: DeviceLevel,
    /// The verifying key that checks `enrol` proofs.
    pub enrol_vk_hash: KeyHash,
    /// What the owner agrees to, in plain words, at most 16 KiB.
    pub consent_text: String,
}

/// Why parameters do not hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParametersError {
    /// The id is not the hash of the key.
    #[error("the issuer id is not the hash of its key")]
    IssuerIdMismatch,
    /// The consent text is empty or too long.
    #[error("the consent text must have 1 to 16384 bytes")]
    ConsentText,
    /// A production key that signs below document 2 or device 2.
    #[error("a production issuer signs at document 2 and device 2 or above")]
    FloorTooLow,
}

impl ParametersError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::IssuerIdMismatch => "issuer_id_mismatch",
            Self::ConsentText => "consent_text",
            Self::FloorTooLow => "issuer_floor_too_low",
        }
    }
}

impl IssuerParameters {
    /// What a device must check before it uses them. That the key is the one that it trusts is
    /// its own comparison.
    pub fn validate(&self) -> Result<(), ParametersError> {
        if self.key.id() != self.id {
            return Err(ParametersError::IssuerIdMismatch);
        }
        if !(1..=MAX_CONSENT_BYTES).contains(&self.consent_text.len()) {
            return Err(ParametersError::ConsentText);
        }
        let document_fits = DocumentLevel::try_from(2).is_ok_and(|two| self.min_document >= two);
        let device_fits = DeviceLevel::try_from(2).is_ok_and(|two| self.min_device >= two);
        let low = !document_fits || !device_fits;
        if self.environment == Environment::Production && low {
            return Err(ParametersError::FloorTooLow);
        }
        Ok(())
    }
    /// The digest that a session names and a statement repeats.
    pub fn consent(&self) -> Sha256Digest {
        Sha256Digest::of(self.consent_text.as_bytes())
    }
}

/// `vs_` and 1 to 40 characters `0-9a-z`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct SessionId(String);

impl SessionId {
    /// Reads an id; `None` in any other form.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.strip_prefix("vs_")?;
        let fits = (1..=40).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        fits.then(|| Self(text.to_owned()))
    }
    /// The id made of 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(format!("vs_{}", hex::encode(bytes)))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SessionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a session id"))
    }
}

/// 32 secret bytes, 64 hexadecimal digits on the wire. The issuer keeps only their digest.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SessionToken([u8; 32]);

impl SessionToken {
    /// From 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// Reads 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, super::HexError> {
        Sha256Digest::parse(text).map(|bytes| Self(bytes.0))
    }
    /// The secret, for key derivation.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
    /// The secret in hexadecimal, for an `Authorization: Bearer` header.
    pub fn bearer(&self) -> zeroize::Zeroizing<String> {
        zeroize::Zeroizing::new(hex::encode(self.0))
    }
    /// SHA-256 of the secret bytes; compare with [`Sha256Digest::same`].
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(&self.0)
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

impl Serialize for SessionToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.bearer())
    }
}

impl<'de> Deserialize<'de> for SessionToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(HexVisitor).map(Self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_does_not_print_and_round_trips() {
        let token = SessionToken::new([0xab; 32]);
        assert_eq!(format!("{token:?}"), "SessionToken(..)");
        let json = serde_json::to_string(&token).unwrap();
        let read: SessionToken = serde_json::from_str(&json).unwrap();
        assert!(read.digest().same(&token.digest()));
        assert!(SessionToken::parse(&"AB".repeat(32)).is_err());
    }

    #[test]
    fn ids_have_one_form() {
        assert!(SessionId::parse(SessionId::from_random([7; 16]).as_str()).is_some());
        for bad in [
            "",
            "vs_",
            "pr_1",
            "vs_A",
            "vs_a/b",
            "vs_ ",
            &format!("vs_{}", "a".repeat(41)),
        ] {
            assert!(SessionId::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn kinds_travel_by_name_and_count_by_number() {
        let kinds = [
            SessionKind::Issue,
            SessionKind::Refresh,
            SessionKind::Renew,
            SessionKind::Recover,
        ];
        for (kind, number) in kinds.into_iter().zip(1..) {
            assert_eq!(kind.number(), number);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert!(serde_json::from_str::<SessionKind>("\"Issue\"").is_err());
        assert!(serde_json::from_str::<SessionKind>("0").is_err());
    }

    #[test]
    fn an_unknown_member_is_refused() {
        let good = format!(
            r#"{{"kind":"issue","issuer":"5","consent":"{}"}}"#,
            "0a".repeat(32)
        );
        assert!(serde_json::from_str::<CreateSession>(&good).is_ok());
        let more = good.replace("{\"kind\"", "{\"extra\":1,\"kind\"");
        assert!(serde_json::from_str::<CreateSession>(&more).is_err());
        let twice = good.replace("{\"kind\"", "{\"kind\":\"issue\",\"kind\"");
        assert!(serde_json::from_str::<CreateSession>(&twice).is_err());
    }
}
