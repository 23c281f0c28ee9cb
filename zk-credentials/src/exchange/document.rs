//! The document step (docs/protocol.md section 11).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Base64, Issued, Nonce, Plan, Timestamp};
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

/// The chip's answer to [`chip_challenge`], for document level 3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChipAnswer {
    /// What the chip answered to INTERNAL AUTHENTICATE, as it came.
    pub signature: Base64<1024>,
}

/// What the chip is asked to sign in active authentication: the first 8 bytes of
/// `SHA-256("humanseal/v1/aa" ‖ nonce ‖ H)`, the session's nonce with its 32 bytes and the holder key
/// as a 32-byte big-endian integer.
///
/// So an answer is for one session and one holder. Eight bytes are all that ICAO 9303 part 11
/// section 6.1.1 lets a chip sign.
pub fn chip_challenge(nonce: Nonce, holder: HolderKey) -> [u8; 8] {
    let digest = Sha256::new()
        .chain_update(b"humanseal/v1/aa")
        .chain_update(nonce.0)
        .chain_update(holder.0.to_be_bytes())
        .finalize();
    std::array::from_fn(|place| digest[place])
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
    /// EF.DG14, where the key in EF.DG15 is on a curve and the document has one (level 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dg14: Option<Base64<4096>>,
    /// EF.DG15, the chip's key (level 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dg15: Option<Base64<4096>>,
    /// The chip's answer (level 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chip_answer: Option<ChipAnswer>,
    /// The newest credential in place of a document, for a refresh without one: nothing else then,
    /// and the channel is `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<SignedCredential>,
    /// Asks for the accessible plan; the choice is not kept.
    #[serde(default)]
    pub accessible: bool,
}

/// A chip's key and its answer.
#[derive(Debug, Clone, Copy)]
pub struct ActiveEvidence<'a> {
    /// EF.DG15.
    pub dg15: &'a [u8],
    /// EF.DG14, if it was sent.
    pub dg14: Option<&'a [u8]>,
    /// The answer to [`chip_challenge`].
    pub answer: &'a [u8],
}

/// What a [`DocumentBody`] holds, once its shape is clear.
#[derive(Debug, Clone, Copy)]
pub enum DocumentEvidence<'a> {
    /// Chip files: document level 2, with an answer of the chip level 3.
    Chip {
        /// EF.SOD.
        sod: &'a [u8],
        /// EF.DG1.
        dg1: &'a [u8],
        /// What says that the chip is no copy, if it was sent.
        active: Option<ActiveEvidence<'a>>,
    },
    /// The data page alone: document level 1.
    Page {
        /// The machine-readable zone.
        mrz: &'a MrzText,
    },
    /// A credential in place of a document, for a refresh.
    Credential(&'a SignedCredential),
}

/// Why a body has no usable shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentBodyError {
    /// Neither `sod` and `dg1`, with or without `dg15` and `chip_answer`, nor `mrz` alone, nor
    /// `credential` alone.
    #[error(
        "send sod and dg1 of a chip, with dg15 and chip_answer for level 3, or mrz alone, or for a \
         refresh credential alone"
    )]
    Shape,
    /// DG14 without DG15, which serves chip authentication alone. That an issuer takes only where it
    /// ran the terminal itself: a transcript made by the device can be simulated.
    #[error("chip authentication is not offered by this issuer")]
    ChipAuthenticationNotOffered,
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
            Self::Channel => "document_channel",
        }
    }
}

impl DocumentBody {
    /// Which evidence the body holds. What is laid out for later is refused by its name, never
    /// passed over.
    pub fn evidence(&self) -> Result<DocumentEvidence<'_>, DocumentBodyError> {
        if self.dg14.is_some() && self.dg15.is_none() {
            return Err(DocumentBodyError::ChipAuthenticationNotOffered);
        }
        let active = match (&self.dg15, &self.chip_answer) {
            (Some(dg15), Some(answer)) => Some(ActiveEvidence {
                dg15: dg15.as_bytes(),
                dg14: self.dg14.as_ref().map(Base64::as_bytes),
                answer: answer.signature.as_bytes(),
            }),
            (None, None) => None,
            // A key without an answer, or an answer without a key, is no level 2.
            _ => return Err(DocumentBodyError::Shape),
        };
        let evidence = match (&self.sod, &self.dg1, &self.mrz, &self.credential) {
            (Some(sod), Some(dg1), None, None) => DocumentEvidence::Chip {
                sod: sod.as_bytes(),
                dg1: dg1.as_bytes(),
                active,
            },
            (None, None, Some(mrz), None) if active.is_none() => DocumentEvidence::Page { mrz },
            (None, None, None, Some(credential)) if active.is_none() => {
                DocumentEvidence::Credential(credential)
            }
            _ => return Err(DocumentBodyError::Shape),
        };
        match (&evidence, self.channel) {
            (DocumentEvidence::Chip { .. }, ReadChannel::Camera)
            | (DocumentEvidence::Page { .. }, ReadChannel::Nfc | ReadChannel::File)
            | (DocumentEvidence::Credential(_), ReadChannel::Nfc | ReadChannel::Camera) => {
                Err(DocumentBodyError::Channel)
            }
            _ => Ok(evidence),
        }
    }
}

/// The answer 200: one liveness plan; or, in a session whose recovery took effect, the credential.
/// A device tells them apart by their members.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DocumentAnswer {
    /// The evidence is awaited.
    Accepted(DocumentAccepted),
    /// The recovered credential. The same document again gives the same bytes until
    /// acknowledgement.
    Issued(Box<Issued>),
}

/// The level reached, and one liveness plan.
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
        let key = r#""dg15":"AQ==""#;
        let answer = r#""chip_answer":{"signature":"AQ=="}"#;
        assert_eq!(evidence(&format!("{chip},{key},{answer}")), Ok(()));
        let dg14 = r#""dg14":"AQ==""#;
        assert_eq!(evidence(&format!("{chip},{key},{dg14},{answer}")), Ok(()));
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
                format!("{chip},{dg14}"),
                DocumentBodyError::ChipAuthenticationNotOffered,
            ),
            (
                format!("{chip},{dg14},{answer}"),
                DocumentBodyError::ChipAuthenticationNotOffered,
            ),
            (format!("{chip},{key}"), DocumentBodyError::Shape),
            (format!("{chip},{key},{dg14}"), DocumentBodyError::Shape),
            (format!("{chip},{answer}"), DocumentBodyError::Shape),
            (
                format!(r#""channel":"file","mrz":"P<UTO",{key},{answer}"#),
                DocumentBodyError::Shape,
            ),
            (
                format!("{},{key},{answer}", chip.replace("nfc", "camera")),
                DocumentBodyError::Channel,
            ),
            (chip.replace("nfc", "camera"), DocumentBodyError::Channel),
            (
                r#""channel":"nfc","mrz":"P<UTO""#.to_owned(),
                DocumentBodyError::Channel,
            ),
            (
                r#""channel":"file","mrz":"P<UTO""#.to_owned(),
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

    /// Computed with Python: `hashlib.sha256(b"humanseal/v1/aa" + nonce + h.to_bytes(32,
    /// "big")).digest()[:8]`.
    #[test]
    fn the_challenge_is_of_one_session_and_one_holder() {
        let nonce = |byte| Nonce([byte; 32]);
        let holder = |n: u64| HolderKey(crate::field::FieldElement::from(n));
        let hex = |bytes: [u8; 8]| hex::encode(bytes);
        assert_eq!(
            hex(chip_challenge(nonce(7), holder(258))),
            "7b8d0ca274bcd651"
        );
        assert_eq!(
            hex(chip_challenge(nonce(8), holder(258))),
            "a5e2746458501060"
        );
        assert_eq!(
            hex(chip_challenge(nonce(7), holder(259))),
            "bb9c8eaa0c619764"
        );
    }

    #[test]
    fn nothing_personal_in_debug() {
        let body = body(r#""channel":"camera","mrz":"P<UTOERIKSSON<<ANNA<MARIA""#).unwrap();
        assert!(!format!("{body:?}").contains("ERIKSSON"));
    }
}
