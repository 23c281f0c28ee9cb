//! 32-byte words, Keccak-256 and H248.
//!
//! docs/protocol.md, preamble: `H248(tag, parts…)` is
//! `keccak256(abi.encode(keccak256(tag), parts…)) >> 8`. Every part is one word, so the encoding
//! is a plain concatenation; 248 bits are always below r, so nothing is reduced.

use sha3::{Digest, Keccak256};

use crate::field::FieldElement;

/// One 32-byte word of an ABI encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word(pub [u8; 32]);

impl Word {
    /// The Keccak-256 digest of the text's UTF-8.
    pub fn of_str(text: &str) -> Self {
        Self(keccak256(text.as_bytes()))
    }
    /// An integer, big-endian.
    pub fn of_u64(number: u64) -> Self {
        let mut word = [0; 32];
        word[24..].copy_from_slice(&number.to_be_bytes());
        Self(word)
    }
    /// 32 bytes as they are: a SHA-256, a nonce, a padded address.
    pub fn of_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// A field element, big-endian.
    pub fn of_field(element: &FieldElement) -> Self {
        Self(element.to_be_bytes())
    }
}

/// Keccak-256 with Ethereum's padding.
pub fn keccak256(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// `H248(tag, parts…)`: a field element below 2^248.
pub fn h248(tag: &str, parts: &[Word]) -> FieldElement {
    let mut hasher = Keccak256::new();
    hasher.update(keccak256(tag.as_bytes()));
    for part in parts {
        hasher.update(part.0);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let shifted = digest[..31]
        .iter()
        .fold(ark_bn254::Fr::from(0_u64), |sum, byte| {
            sum * ark_bn254::Fr::from(256_u64) + ark_bn254::Fr::from(*byte)
        });
    FieldElement::from(shifted)
}

/// `TAG_X = H248("humanseal/v1/x")`, the domain separator named `x` (lower case).
pub fn tag(x: &str) -> FieldElement {
    h248(&format!("humanseal/v1/{x}"), &[])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keccak_of_nothing_is_ethereums() {
        assert_eq!(
            hex::encode(keccak256(b"")),
            "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
        );
    }

    #[test]
    fn h248_is_the_digest_of_the_concatenation_without_its_last_byte() {
        let parts = [Word::of_str("a"), Word::of_u64(7), Word::of_bytes([9; 32])];
        let mut bytes = keccak256(b"humanseal/v1/test").to_vec();
        parts.iter().for_each(|part| bytes.extend(part.0));
        let digest = keccak256(&bytes);
        let mut expected = [0; 32];
        expected[1..].copy_from_slice(&digest[..31]);
        assert_eq!(h248("humanseal/v1/test", &parts).to_be_bytes(), expected);
    }

    #[test]
    fn integers_stand_at_the_right_end() {
        let mut expected = [0; 32];
        expected[30] = 1;
        assert_eq!(Word::of_u64(256).0, expected);
        assert_eq!(Word::of_field(&FieldElement::from(256)).0, expected);
    }

    #[test]
    fn tags_differ() {
        let names = ["holder", "nullifier", "template", "credential", "offset"];
        let tags: std::collections::HashSet<_> = names.iter().map(|name| tag(name)).collect();
        assert_eq!(tags.len(), names.len());
    }
}
