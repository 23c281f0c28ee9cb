//! Byte strings in JSON: standard base64 with padding, under an explicit limit.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroize;

/// At most `MAX` bytes. In JSON: RFC 4648 section 4 base64, padded, canonical; in CBOR: the same
/// text. The length is checked before decoding. `Debug` shows the length only, because many of
/// these hold personal data; for the same reason the bytes are erased on drop.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Base64<const MAX: usize>(Vec<u8>);

/// A proof as it was sent: up to 256 bytes, so that a wrong length is answered by the check that
/// is named for it and not by the JSON reader.
pub type ProofBytes = Base64<256>;

impl<const MAX: usize> Base64<MAX> {
    /// Wraps bytes; `None` above the limit.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() <= MAX).then_some(Self(bytes))
    }
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    /// The bytes, by value.
    pub fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

impl<const MAX: usize> Drop for Base64<MAX> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const MAX: usize> fmt::Debug for Base64<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

impl<const MAX: usize> Serialize for Base64<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Base64<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<const MAX: usize>;
        impl<const MAX: usize> de::Visitor<'_> for Text<MAX> {
            type Value = Base64<MAX>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "padded base64 of at most {MAX} bytes")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                if text.len() > MAX.div_ceil(3) * 4 {
                    return Err(E::custom(format!("more than {MAX} bytes")));
                }
                // The engine refuses missing padding and set trailing bits.
                let bytes = STANDARD
                    .decode(text)
                    .map_err(|_| E::custom("not canonical padded base64"))?;
                Base64::new(bytes).ok_or_else(|| E::custom(format!("more than {MAX} bytes")))
            }
        }
        deserializer.deserialize_str(Text::<MAX>)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_spelling_only_and_never_above_the_limit() {
        let read = |text: &str| serde_json::from_str::<Base64<4>>(&format!("\"{text}\""));
        assert_eq!(read("AQID").unwrap().as_bytes(), [1, 2, 3]);
        assert_eq!(read("AQ==").unwrap().as_bytes(), [1]);
        for bad in [
            "AQ",
            "AQ=",
            "AR==",
            "A-_=",
            "AQID\\n",
            " AQID",
            "AQIDBAU=",
            "AQIDBAUG",
            "AQIDBAUGBwg=",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_content() {
        assert_eq!(
            format!("{:?}", Base64::<9>::new(b"ERIKSSON".to_vec()).unwrap()),
            "[8 bytes]"
        );
    }
}
