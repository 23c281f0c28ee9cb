//! The digest algorithms that a security object may use, SHA-1 to SHA-512.

use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912, rfc5912::ID_SHA_1};
use sha2::Digest as _;

/// A digest algorithm of ICAO 9303 part 10, section 4.6.2.3.
///
/// SHA-1 remains for documents of the first years: their digests stand inside a signed object, so
/// a forger would need a second preimage, which SHA-1 still resists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-224, 28 bytes.
    Sha224,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl DigestAlgorithm {
    /// All of them, shortest first.
    pub const ALL: [Self; 5] = [
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
    ];

    /// The name in text: `sha-1`, `sha-224`, `sha-256`, `sha-384`, `sha-512`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha-1",
            Self::Sha224 => "sha-224",
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The algorithm of this name, as [`Self::name`] writes it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.name() == name)
    }

    /// The length of a digest in bytes.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The digest of some bytes.
    #[must_use]
    pub fn hash(self, bytes: &[u8]) -> DataDigest {
        let digest = match self {
            Self::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
            Self::Sha224 => sha2::Sha224::digest(bytes).to_vec(),
            Self::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(bytes).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(bytes).to_vec(),
        };
        DataDigest {
            algorithm: self,
            bytes: digest,
        }
    }

    /// The object identifier (RFC 5912, `id-sha1` to `id-sha512`).
    pub(crate) fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha1 => ID_SHA_1,
            Self::Sha224 => rfc5912::ID_SHA_224,
            Self::Sha256 => rfc5912::ID_SHA_256,
            Self::Sha384 => rfc5912::ID_SHA_384,
            Self::Sha512 => rfc5912::ID_SHA_512,
        }
    }

    /// The algorithm of an object identifier.
    pub(crate) fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.oid() == oid)
    }
}

/// A digest and the algorithm that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataDigest {
    algorithm: DigestAlgorithm,
    bytes: Vec<u8>,
}

impl DataDigest {
    /// Joins an algorithm with digest bytes, if their number is right.
    #[must_use]
    pub fn new(algorithm: DigestAlgorithm, bytes: &[u8]) -> Option<Self> {
        (bytes.len() == algorithm.length()).then(|| Self {
            algorithm,
            bytes: bytes.to_vec(),
        })
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// The digest, as long as its algorithm says.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// FIPS 180-4 examples, message "abc", first four bytes.
    #[test]
    fn abc_in_every_algorithm() {
        let starts = ["a9993e36", "23097d22", "ba7816bf", "cb00753f", "ddaf35a1"];
        for (algorithm, start) in DigestAlgorithm::ALL.into_iter().zip(starts) {
            let digest = algorithm.hash(b"abc");
            assert_eq!(hex::encode(&digest.as_bytes()[..4]), start);
            assert_eq!(digest.as_bytes().len(), algorithm.length());
            assert_eq!(DigestAlgorithm::from_oid(algorithm.oid()), Some(algorithm));
            assert_eq!(
                DigestAlgorithm::from_name(algorithm.name()),
                Some(algorithm)
            );
            assert!(DataDigest::new(algorithm, &digest.as_bytes()[1..]).is_none());
        }
    }
}
