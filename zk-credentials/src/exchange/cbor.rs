//! Deterministic CBOR (RFC 8949 section 4.2.1) for whatever is hashed or signed.

use ciborium::Value;
use serde::{Serialize, de::DeserializeOwned};

/// Longest encoding that is written or read, in bytes.
pub const MAX_CBOR_BYTES: usize = 64 * 1024;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 16;

/// Why bytes are not the deterministic encoding of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// More than [`MAX_CBOR_BYTES`], or than another limit that was named.
    #[error("the encoding is longer than it may be")]
    TooLong,
    /// No CBOR, or not of this type: a missing, unknown or doubled key, a wrong kind or length.
    #[error("the bytes are not the expected CBOR structure")]
    Malformed,
    /// The same value has another, the only accepted, encoding.
    #[error("the encoding is not the deterministic one")]
    NotDeterministic,
}

impl CborError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "cbor_too_long",
            Self::Malformed => "cbor_malformed",
            Self::NotDeterministic => "cbor_not_deterministic",
        }
    }
}

/// Encodes with definite lengths, shortest integers, and map keys in the bytewise order of their
/// encodings.
pub fn encode_deterministic<T: Serialize>(value: &T) -> Result<Vec<u8>, CborError> {
    encode_deterministic_within(value, MAX_CBOR_BYTES)
}

/// The same up to another number of bytes, for a message that carries whole files.
pub fn encode_deterministic_within<T: Serialize>(
    value: &T,
    most: usize,
) -> Result<Vec<u8>, CborError> {
    let mut value = Value::serialized(value).map_err(|_| CborError::Malformed)?;
    sort_keys(&mut value)?;
    let bytes = encode(&value)?;
    if bytes.len() > most {
        return Err(CborError::TooLong);
    }
    Ok(bytes)
}

/// Decodes, encodes again and compares: trailing bytes, doubled keys, another key order, longer
/// integers, indefinite lengths and tags all fail here.
pub fn decode_deterministic<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, CborError> {
    decode_deterministic_within(bytes, MAX_CBOR_BYTES)
}

/// The same up to another number of bytes.
pub fn decode_deterministic_within<T: Serialize + DeserializeOwned>(
    bytes: &[u8],
    most: usize,
) -> Result<T, CborError> {
    if bytes.len() > most {
        return Err(CborError::TooLong);
    }
    let value: T = ciborium::de::from_reader_with_recursion_limit(bytes, MAX_DEPTH)
        .map_err(|_| CborError::Malformed)?;
    if encode_deterministic_within(&value, most)? != bytes {
        return Err(CborError::NotDeterministic);
    }
    Ok(value)
}

fn encode(value: &Value) -> Result<Vec<u8>, CborError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).map_err(|_| CborError::Malformed)?;
    Ok(bytes)
}

fn sort_keys(value: &mut Value) -> Result<(), CborError> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(sort_keys),
        Value::Map(entries) => {
            let mut keyed = Vec::with_capacity(entries.len());
            for (key, mut value) in entries.drain(..) {
                sort_keys(&mut value)?;
                keyed.push((encode(&key)?, key, value));
            }
            keyed.sort_by(|left, right| left.0.cmp(&right.0));
            entries.extend(keyed.into_iter().map(|(_, key, value)| (key, value)));
            Ok(())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        // Declared against the encoded order: shorter keys come first.
        bb: u8,
        a: Option<u16>,
    }

    #[test]
    fn keys_are_sorted_by_their_encodings() {
        let bytes = encode_deterministic(&Pair { bb: 1, a: Some(2) }).unwrap();
        // {"a": 2, "bb": 1}
        assert_eq!(hex::encode(&bytes), "a261610262626201");
        assert_eq!(
            decode_deterministic::<Pair>(&bytes).unwrap(),
            Pair { bb: 1, a: Some(2) }
        );
    }

    #[test]
    fn every_other_encoding_of_the_same_value_is_refused() {
        let cases = [
            ("a262626201616102", CborError::NotDeterministic), // key order
            ("a26161021802626262", CborError::Malformed),      // a number as key
            ("a2616118026262620100", CborError::NotDeterministic), // long integer, trailing byte
            ("a26161180262626201", CborError::NotDeterministic), // 2 in two bytes
            ("bf61610262626201ff", CborError::NotDeterministic), // indefinite map
            ("a26161026262620100", CborError::NotDeterministic), // trailing byte
            ("a3616102616102626262 01", CborError::Malformed), // doubled key
            ("a361610262626201616301", CborError::Malformed),  // unknown key
            ("a1616102", CborError::Malformed),                // missing key
            ("a2616102626262c101", CborError::NotDeterministic), // tagged integer
            ("a2616102626262f93c00", CborError::Malformed),    // 1.0
            ("", CborError::Malformed),
        ];
        for (text, error) in cases {
            let bytes = hex::decode(text.replace(' ', "")).unwrap();
            assert_eq!(decode_deterministic::<Pair>(&bytes), Err(error), "{text}");
        }
    }

    #[test]
    fn size_and_depth_are_limited() {
        assert_eq!(
            decode_deterministic::<Vec<u8>>(&vec![0; MAX_CBOR_BYTES + 1]),
            Err(CborError::TooLong)
        );
        assert_eq!(
            encode_deterministic(&"x".repeat(MAX_CBOR_BYTES)),
            Err(CborError::TooLong)
        );
        let deep = [vec![0x81; 60_000], vec![0x00]].concat();
        assert_eq!(
            decode_deterministic::<Vec<Vec<u8>>>(&deep),
            Err(CborError::Malformed)
        );
    }
}
