//! The document step (docs/protocol.md section 11).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Base64, Plan, Timestamp};
use crate::{
    credential::{DocumentLevel, SignedCredential},
    holder::HolderKey,
};

/// How the device got the document's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadChannel {
    /// From the chip, over the air.
    Nfc,
    /// From files.
    File,
    /// The machine-readable zone, by camera.
    Camera,
}

/// The machine-readable zone as lines of text, up to 96 bytes. Personal: erased on drop, not shown.
#[derive(Clone, PartialEq, Eq, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct MrzText(String);

impl MrzText {
    /// Wraps the lines; `None` above 96 bytes or outside `A-Z0-9<` and line ends.
    pub fn new(text: &str) -> Option<Self> {
        let fits = text.len() <= 96
            && text
                .bytes()
                .all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'<' | b'\n'));
        fits.then(|| Self(text.to_owned()))
    }
    /// The lines, separated by `\n`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MrzText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzText(..)")
    }
}

impl<'de> Deserialize<'de> for MrzText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = zeroize::Zeroizing::new(String::deserialize(deserializer)?);
        Self::new(&text).ok_or_else(|| de::Error::custom("not a machine-readable zone"))
    }
}

/// The chip's answer to the issuer's challenge, for document level 3. Not evaluated yet: a body
/// that carries one is refused by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChipAnswer {
    /// The chip's signature over the challenge.
    pub signature: Base64<1024>,
}

/// `POST /sessions/{id}/document`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentBody {
    /// The holder key; the evidence must repeat it.
    pub holder_key: HolderKey,
    /// How the data was read.
    pub channel: ReadChannel,
    /// EF.SOD, up to 32 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sod: Option<Base64<32768>>,
    /// EF.DG1, up to 256 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dg1: Option<Base64<256>>,
    /// The machine-readable zone alone, for document level 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mrz: Option<MrzText>,
    /// EF.DG14, for chip authentication (level 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dg14: Option<Base64<4096>>,
    /// EF.DG15, for active authentication (level 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dg15: Option<Base64<4096>>,
    /// The chip's answer (level 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chip_answer: Option<ChipAnswer>,
    /// The newest credential in place of a document, for a refresh without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<SignedCredential>,
    /// Asks for the accessible plan; the choice is not kept.
    #[serde(default)]
    pub accessible: bool,
}

/// What a [`DocumentBody`] holds, once its shape is clear.
#[derive(Debug, Clone, Copy)]
pub enum DocumentEvidence<'a> {
    /// Chip files: document level 2.
    Chip {
        /// EF.SOD.
        sod: &'a [u8],
        /// EF.DG1.
        dg1: &'a [u8],
    },
    /// The data page alone: document level 1.
    Page {
        /// The machine-readable zone.
        mrz: &'a MrzText,
    },
}

/// Why a body has no usable shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentBodyError {
    /// Neither `sod` and `dg1` nor `mrz` alone.
    #[error("send sod and dg1 of a chip, or mrz alone")]
    Shape,
    /// DG14, DG15 or a chip's answer: level 3 is not offered here.
    #[error("active and chip authentication are not offered by this issuer")]
    ChipAuthenticationNotOffered,
    /// A credential in place of a document: refresh is not offered here.
    #[error("a refresh without the document is not offered by this issuer")]
    CredentialNotOffered,
    /// A channel that cannot have read this.
    #[error("the read channel does not fit the data")]
    Channel,
}

impl DocumentBodyError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape => "document_shape",
            Self::ChipAuthenticationNotOffered => "chip_authentication_not_offered",
            Self::CredentialNotOffered => "refresh_without_document_not_offered",
            Self::Channel => "document_channel",
        }
    }
}

impl DocumentBody {
    /// Which evidence the body holds. What is laid out for later is refused by its name, never
    /// passed over.
    pub fn evidence(&self) -> Result<DocumentEvidence<'_>, DocumentBodyError> {
        if self.dg14.is_some() || self.dg15.is_some() || self.chip_answer.is_some() {
            return Err(DocumentBodyError::ChipAuthenticationNotOffered);
        }
        if self.credential.is_some() {
            return Err(DocumentBodyError::CredentialNotOffered);
        }
        let evidence = match (&self.sod, &self.dg1, &self.mrz) {
            (Some(sod), Some(dg1), None) => DocumentEvidence::Chip {
                sod: sod.as_bytes(),
                dg1: dg1.as_bytes(),
            },
            (None, None, Some(mrz)) => DocumentEvidence::Page { mrz },
            _ => return Err(DocumentBodyError::Shape),
        };
        match (&evidence, self.channel) {
            (DocumentEvidence::Chip { .. }, ReadChannel::Camera)
            | (DocumentEvidence::Page { .. }, ReadChannel::Nfc) => Err(DocumentBodyError::Channel),
            _ => Ok(evidence),
        }
    }
}

/// The answer: the level reached, and one liveness plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentAccepted {
    /// The document level that the issuer verified.
    pub document: DocumentLevel,
    /// What the owner is asked to do.
    pub plan: Plan,
    /// Evidence after this moment is refused.
    pub deadline: Timestamp,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn body(members: &str) -> serde_json::Result<DocumentBody> {
        serde_json::from_str(&format!(r#"{{"holder_key":"1",{members}}}"#))
    }

    #[test]
    fn chip_files_or_the_page_and_nothing_between() {
        let evidence = |members: &str| body(members).unwrap().evidence().map(|_| ());
        let chip = r#""channel":"nfc","sod":"AQ==","dg1":"AQ==""#;
        assert_eq!(evidence(chip), Ok(()));
        assert_eq!(evidence(r#""channel":"camera","mrz":"P<UTO""#), Ok(()));
        for (members, error) in [
            (
                r#""channel":"nfc","sod":"AQ==""#.to_owned(),
                DocumentBodyError::Shape,
            ),
            (
                r#""channel":"nfc","dg1":"AQ==""#.to_owned(),
                DocumentBodyError::Shape,
            ),
            (r#""channel":"nfc""#.to_owned(), DocumentBodyError::Shape),
            (format!(r#"{chip},"mrz":"P<UTO""#), DocumentBodyError::Shape),
            (
                format!(r#"{chip},"dg14":"AQ==""#),
                DocumentBodyError::ChipAuthenticationNotOffered,
            ),
            (
                format!(r#"{chip},"dg15":"AQ==""#),
                DocumentBodyError::ChipAuthenticationNotOffered,
            ),
            (
                format!(r#"{chip},"chip_answer":{{"signature":"AQ=="}}"#),
                DocumentBodyError::ChipAuthenticationNotOffered,
            ),
            (chip.replace("nfc", "camera"), DocumentBodyError::Channel),
            (
                r#""channel":"nfc","mrz":"P<UTO""#.to_owned(),
                DocumentBodyError::Channel,
            ),
        ] {
            assert_eq!(evidence(&members), Err(error), "{members}");
        }
    }

    #[test]
    fn limits_hold_while_reading() {
        let long = "A".repeat(400);
        assert!(body(&format!(r#""channel":"nfc","sod":"AQ==","dg1":"{long}""#)).is_err());
        assert!(body(&format!(r#""channel":"camera","mrz":"{long}""#)).is_err());
        assert!(body(r#""channel":"camera","mrz":"p<uto""#).is_err());
        assert!(body(r#""channel":"camera","mrz":"P<UTO","portrait":"AQ==""#).is_err());
    }

    #[test]
    fn nothing_personal_in_debug() {
        let body = body(r#""channel":"camera","mrz":"P<UTOERIKSSON<<ANNA<MARIA""#).unwrap();
        assert!(!format!("{body:?}").contains("ERIKSSON"));
    }
}
