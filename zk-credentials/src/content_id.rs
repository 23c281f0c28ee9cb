//! Names of published bytes by their content: CIDv1 of a raw block under SHA-256, as IPFS names it
//! (multiformats/cid; codes of the multicodec table).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// Version 1, raw, sha2-256, 32 bytes of digest.
const PREFIX: [u8; 4] = [0x01, 0x55, 0x12, 0x20];
/// RFC 4648 base 32 in lower case, which multibase marks with `b`.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Five bits a letter, 36 bytes, and the mark.
const LENGTH: usize = 59;

/// The name of bytes: written as 59 characters, `bafkrei…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentId([u8; 32]);

/// A text that is no such name, or a second spelling of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no CIDv1 of a raw block under SHA-256 in lower-case base 32")]
pub struct ContentIdError;

impl ContentIdError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "content_id_malformed"
    }
}

impl ContentId {
    /// The name of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&PREFIX[..], &self.0].concat();
        let letter = |place: usize| {
            let first = place / 8;
            let pair = [bytes[first], bytes.get(first + 1).copied().unwrap_or(0)];
            let five = u16::from_be_bytes(pair) >> (11 - place % 8) & 31;
            char::from(ALPHABET[usize::from(five)])
        };
        let name: String = (0..bytes.len() * 8).step_by(5).map(letter).collect();
        write!(f, "b{name}")
    }
}

impl FromStr for ContentId {
    type Err = ContentIdError;

    fn from_str(text: &str) -> Result<Self, ContentIdError> {
        if text.len() != LENGTH {
            return Err(ContentIdError);
        }
        let mut bytes = [0u8; 36];
        for (place, letter) in text.bytes().skip(1).enumerate() {
            let five = ALPHABET.iter().position(|known| *known == letter);
            let five = five.ok_or(ContentIdError)?;
            for bit in 0..5 {
                let to = 5 * place + bit;
                if to < 8 * bytes.len() {
                    bytes[to / 8] |= ((five >> (4 - bit) & 1) as u8) << (7 - to % 8);
                }
            }
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(&bytes[PREFIX.len()..]);
        let id = Self(digest);
        // Whatever was not read, such as the mark, the prefix or bits past the end, is compared.
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(ContentIdError)
        }
    }
}

impl Serialize for ContentId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The empty raw block, as IPFS names it.
    const EMPTY: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

    #[test]
    fn the_name_of_known_bytes_is_known() {
        assert_eq!(ContentId::of(b"").to_string(), EMPTY);
        assert_eq!(EMPTY.parse(), Ok(ContentId::of(b"")));
    }

    #[test]
    fn other_spellings_and_kinds_are_refused() {
        let upper = EMPTY.to_uppercase();
        // The last letter carries three bits of the digest and two that are 0.
        let padded = EMPTY.replace("vyku", "vykv");
        // Another codec (dag-pb), base 32 with another mark, version 0.
        let dag = EMPTY.replace("bafkrei", "bafybei");
        let hex = EMPTY.replacen('b', "f", 1);
        let version_0 = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n";
        let longer = format!("{EMPTY}a");
        for bad in [&upper, &padded, &dag, &hex, version_0, &longer, ""] {
            assert_eq!(bad.parse::<ContentId>(), Err(ContentIdError), "{bad}");
        }
    }
}
