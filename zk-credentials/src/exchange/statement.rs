//! The statement: what a device says it did, signed by its key (docs/protocol.md section 11).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{
    CborError, Environment, Gates, Nonce, ReadChannel, Sha256Digest, decode_deterministic,
    encode_deterministic,
};
use crate::{
    calendar::Day,
    holder::HolderKey,
    template::{Tau, TemplateCommitment},
};

/// Hash algorithms that a document security object may use (ICAO 9303-10 and -12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HashAlgorithm {
    /// SHA-1, in old documents only.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl HashAlgorithm {
    /// Length of its digests in bytes.
    pub fn digest_bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// Digest of EF.DG2 in the security object's own algorithm. The issuer compares it with the one
/// that the security object holds, so that the portrait itself never travels.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg2Digest {
    algorithm: HashAlgorithm,
    value: Vec<u8>,
}

impl Dg2Digest {
    /// `None` if the length is not the algorithm's.
    pub fn new(algorithm: HashAlgorithm, value: Vec<u8>) -> Option<Self> {
        (value.len() == algorithm.digest_bytes()).then_some(Self { algorithm, value })
    }
    /// The algorithm.
    pub fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }
    /// The digest.
    pub fn value(&self) -> &[u8] {
        &self.value
    }
}

impl fmt::Debug for Dg2Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dg2Digest({:?})", self.algorithm)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dg2DigestOnWire {
    algorithm: HashAlgorithm,
    value: String,
}

impl Serialize for Dg2Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = hex::encode(&self.value);
        Dg2DigestOnWire {
            algorithm: self.algorithm,
            value,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Dg2Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Dg2DigestOnWire::deserialize(deserializer)?;
        let canonical = !wire.value.bytes().any(|b| b.is_ascii_uppercase());
        let value = hex::decode(&wire.value).ok().filter(|_| canonical);
        value
            .and_then(|value| Self::new(wire.algorithm, value))
            .ok_or_else(|| de::Error::custom("not a digest of this algorithm in hexadecimal"))
    }
}

/// Everything that the device vouches for. It holds commitments, digests and verdicts: no image,
/// no template, no score, no personal data.
///
/// On the wire: deterministic CBOR, a map with the member names as text keys, digests as
/// hexadecimal text, field elements as decimal text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// 1.
    pub version: u8,
    /// Where the issuer that it is made for belongs.
    pub environment: Environment,
    /// The session's nonce.
    pub nonce: Nonce,
    /// Digest of the consent text.
    pub consent: Sha256Digest,
    /// Digest of the plan that was followed.
    pub plan: Sha256Digest,
    /// Digest of the transcript of how it was followed.
    pub transcript: Sha256Digest,
    /// SHA-256 of EF.SOD; for document level 1 of the MRZ's text, for a refresh without a document
    /// of the credential.
    pub document: Sha256Digest,
    /// Digest of EF.DG2; absent exactly where there is no security object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dg2: Option<Dg2Digest>,
    /// How the document was read.
    pub channel: ReadChannel,
    /// The holder key `H`.
    pub holder_key: HolderKey,
    /// `T_portrait`.
    pub portrait: TemplateCommitment,
    /// `T_live`.
    pub live: TemplateCommitment,
    /// The threshold of the `enrol` proof.
    pub tau: Tau,
    /// SHA-256 of the model manifest.
    pub model_manifest: Sha256Digest,
    /// All gates.
    pub gates: Gates,
    /// Day of the live capture.
    pub capture_day: Day,
}

/// Why bytes are not a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// No deterministic CBOR of a statement.
    #[error(transparent)]
    Encoding(#[from] CborError),
    /// Another version.
    #[error("the statement's version is not 1")]
    Version,
}

impl StatementError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encoding(_) => "statement_malformed",
            Self::Version => "statement_version",
        }
    }
}

impl Statement {
    /// The bytes that the device signs.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        Ok(encode_deterministic(self)?)
    }
    /// Reads at most 64 KiB; only the one deterministic encoding is taken.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        let statement: Self = decode_deterministic(bytes)?;
        if statement.version != 1 {
            return Err(StatementError::Version);
        }
        Ok(statement)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::exchange::{Gate, GateName, GateOutcome, ReasonCode};
    use crate::field::FieldElement;
    use ciborium::Value;
    use proptest::prelude::*;

    pub(crate) fn statement() -> Statement {
        let gate = |name| Gate {
            name,
            outcome: GateOutcome::Passed,
            reason: ReasonCode::new("ok").unwrap(),
        };
        Statement {
            version: 1,
            environment: Environment::Development,
            nonce: Nonce([1; 32]),
            consent: Sha256Digest([2; 32]),
            plan: Sha256Digest([3; 32]),
            transcript: Sha256Digest([4; 32]),
            document: Sha256Digest([5; 32]),
            dg2: Dg2Digest::new(HashAlgorithm::Sha1, vec![6; 20]),
            channel: ReadChannel::Nfc,
            holder_key: HolderKey(FieldElement::from(7)),
            portrait: TemplateCommitment(FieldElement::from(8)),
            live: TemplateCommitment(FieldElement::from(9)),
            tau: Tau::new(400).unwrap(),
            model_manifest: Sha256Digest([10; 32]),
            gates: Gates::new(GateName::ALL.map(gate).to_vec()).unwrap(),
            capture_day: Day(20_000),
        }
    }

    fn edited(edit: impl FnOnce(&mut Vec<(Value, Value)>)) -> Vec<u8> {
        let bytes = statement().to_bytes().unwrap();
        let mut value: Value = ciborium::from_reader(bytes.as_slice()).unwrap();
        edit(value.as_map_mut().unwrap());
        let mut out = Vec::new();
        ciborium::into_writer(&value, &mut out).unwrap();
        out
    }

    #[test]
    fn round_trips_with_and_without_dg2() {
        let full = statement();
        assert_eq!(
            Statement::from_bytes(&full.to_bytes().unwrap()),
            Ok(full.clone())
        );
        let page = Statement { dg2: None, ..full };
        assert_eq!(Statement::from_bytes(&page.to_bytes().unwrap()), Ok(page));
    }

    #[test]
    fn unedited_entries_read_back() {
        assert!(Statement::from_bytes(&edited(|_| ())).is_ok());
    }

    #[test]
    fn a_missing_member_is_refused() {
        let members = statement().to_bytes().unwrap();
        let value: Value = ciborium::from_reader(members.as_slice()).unwrap();
        for i in 0..value.as_map().unwrap().len() {
            let name = value.as_map().unwrap()[i].0.as_text().unwrap().to_owned();
            let read = Statement::from_bytes(&edited(|map| drop(map.remove(i))));
            // DG2 alone is optional; whether it may be absent the issuer decides by the document.
            assert_eq!(read.is_ok(), name == "dg2", "{name}");
        }
    }

    #[test]
    fn a_statement_with_a_gate_left_out_is_refused() {
        for place in 0..GateName::ALL.len() {
            let bytes = edited(|map| {
                let gates = map
                    .iter_mut()
                    .find(|(key, _)| key.as_text() == Some("gates"));
                gates.unwrap().1.as_array_mut().unwrap().remove(place);
            });
            assert!(Statement::from_bytes(&bytes).is_err(), "{place}");
        }
    }

    #[test]
    fn a_doubled_an_unknown_or_a_null_member_is_refused() {
        let doubled = edited(|map| map.insert(0, map[0].clone()));
        assert!(Statement::from_bytes(&doubled).is_err());
        let unknown = edited(|map| map.push(("zzzzzzzzzzzzzzzzzz".into(), 1.into())));
        assert!(Statement::from_bytes(&unknown).is_err());
        let null = edited(|map| {
            let dg2 = map
                .iter_mut()
                .find(|(key, _)| key.as_text() == Some("dg2"))
                .unwrap();
            dg2.1 = Value::Null;
        });
        assert!(Statement::from_bytes(&null).is_err());
    }

    #[test]
    fn members_in_another_order_are_refused() {
        let error = StatementError::Encoding(CborError::NotDeterministic);
        assert_eq!(
            Statement::from_bytes(&edited(|map| map.swap(0, 1))),
            Err(error)
        );
        assert_eq!(
            Statement::from_bytes(&edited(|map| map.reverse())),
            Err(error)
        );
    }

    #[test]
    fn trailing_bytes_another_version_and_excess_are_refused() {
        let mut bytes = statement().to_bytes().unwrap();
        bytes.push(0);
        let error = StatementError::Encoding(CborError::NotDeterministic);
        assert_eq!(Statement::from_bytes(&bytes), Err(error));
        let two = Statement {
            version: 2,
            ..statement()
        };
        assert_eq!(
            Statement::from_bytes(&two.to_bytes().unwrap()),
            Err(StatementError::Version)
        );
        assert_eq!(
            Statement::from_bytes(&vec![0; 64 * 1024 + 1]),
            Err(StatementError::Encoding(CborError::TooLong))
        );
    }

    #[test]
    fn a_field_element_in_another_spelling_is_refused() {
        for bad in ["08", "+8", "-1", ""] {
            let bytes = edited(|map| {
                let entry = map
                    .iter_mut()
                    .find(|(key, _)| key.as_text() == Some("portrait"));
                entry.unwrap().1 = bad.into();
            });
            assert!(Statement::from_bytes(&bytes).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_digest_of_another_length_is_refused() {
        assert!(Dg2Digest::new(HashAlgorithm::Sha256, vec![0; 20]).is_none());
        let json = format!(r#"{{"algorithm":"sha256","value":"{}"}}"#, "00".repeat(20));
        assert!(serde_json::from_str::<Dg2Digest>(&json).is_err());
        let json = format!(r#"{{"algorithm":"sha1","value":"{}"}}"#, "AA".repeat(20));
        assert!(serde_json::from_str::<Dg2Digest>(&json).is_err());
    }

    proptest! {
        #[test]
        fn no_flipped_byte_reads_as_the_same_statement(at in 0_usize..1500, flip in 1_u8..) {
            let good = statement();
            let mut bytes = good.to_bytes().unwrap();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            if let Ok(other) = Statement::from_bytes(&bytes) {
                prop_assert_ne!(other, good);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Statement::from_bytes(&bytes);
        }
    }
}
