//! The sealed container of a wallet file: a fixed header, then one authenticated ciphertext.
//!
//! | offset | bytes | field |
//! | --- | --- | --- |
//! | 0 | 16 | the ASCII letters `humanseal-wallet` |
//! | 16 | 2 | format version, 1 |
//! | 18 | 1 | key derivation, 1 = Argon2id version 1.3 (RFC 9106) |
//! | 19 | 1 | cipher, 1 = XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) |
//! | 20 | 4 | Argon2 memory in KiB |
//! | 24 | 4 | Argon2 passes |
//! | 28 | 4 | Argon2 lanes |
//! | 32 | 8 | generation: how often this wallet was saved |
//! | 40 | 16 | salt |
//! | 56 | 24 | nonce |
//! | 80 | 4 | ciphertext length, tag included |
//! | 84 | 16 | passphrase check |
//! | 100 | 32 | SHA-256 of bytes 0 to 99 |
//! | 132 | n | ciphertext and tag |
//!
//! All integers are big-endian. The whole header is associated data of the cipher. The digest
//! needs no key: it tells a damaged header from a wrong passphrase before any memory is spent.
//! Who alters a header and mends its digest is caught by the cipher. Argon2 yields 64 bytes: 32
//! are the key, the next 16 the passphrase check, which tells a wrong passphrase from a changed
//! ciphertext and gives a guesser nothing that the cipher's own tag does not give.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// The first bytes of every wallet file.
const MAGIC: &[u8; 16] = b"humanseal-wallet";
/// The only format version there is.
const VERSION: u16 = 1;
const KDF_ARGON2ID: u8 = 1;
const CIPHER_XCHACHA20_POLY1305: u8 = 1;
const DIGESTED: usize = 100;
/// Length of the header in bytes.
pub(crate) const HEADER: usize = 132;
/// Length of the cipher's tag in bytes.
const TAG: usize = 16;
/// The largest plaintext that is sealed or opened, in bytes: a ledger of many thousand entries.
const MAX_PLAINTEXT: usize = 4 << 20;
/// The largest file that is read at all.
pub(crate) const MAX_FILE: u64 = (HEADER + MAX_PLAINTEXT + TAG) as u64;

/// How hard the passphrase is to guess: the second recommended choice of RFC 9106 section 4,
/// 64 MiB, 3 passes, 4 lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// Less than this program writes is a downgrade; more than this is refused when a file is opened: a planted file must not exhaust the device.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 16;

/// Why a container cannot be opened or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// These bytes are no wallet file, or one of another version.
    #[error("this is no wallet file of a version that this program reads")]
    NotAWallet,
    /// The file is shorter or longer than its header says.
    #[error("the wallet file is cut short or has bytes too many; restore it from a backup")]
    Truncated,
    /// The header was changed.
    #[error("the wallet file's header was altered; restore it from a backup")]
    HeaderDamaged,
    /// The key derivation is weaker than this program ever writes, or absurdly costly.
    #[error(
        "the wallet file asks for a key derivation outside the accepted range; restore it from a backup"
    )]
    KeyDerivationRefused,
    /// The passphrase is not the one that sealed the file.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The passphrase is right but the content was changed.
    #[error("the wallet file's content was altered; restore it from a backup")]
    Tampered,
    /// The passphrase is empty.
    #[error("the passphrase is empty; give at least one character")]
    EmptyPassphrase,
    /// There is more to seal than a wallet file may hold.
    #[error("the wallet holds more than a wallet file may; its ledger is too long")]
    TooLarge,
    /// The operating system gave no randomness or no memory.
    #[error("the operating system gave no randomness or no memory for the key derivation")]
    System,
}

impl SealError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAWallet => "wallet_unknown_format",
            Self::Truncated => "wallet_truncated",
            Self::HeaderDamaged => "wallet_header_damaged",
            Self::KeyDerivationRefused => "wallet_key_derivation_refused",
            Self::WrongPassphrase => "wallet_wrong_passphrase",
            Self::Tampered => "wallet_tampered",
            Self::EmptyPassphrase => "wallet_passphrase_empty",
            Self::TooLarge => "wallet_too_large",
            Self::System => "wallet_system",
        }
    }
}

/// The words that open a wallet. Never printed, wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes the passphrase as it was typed; an empty one is refused.
    pub fn new(words: String) -> Result<Self, SealError> {
        let words = Zeroizing::new(words);
        if words.is_empty() {
            return Err(SealError::EmptyPassphrase);
        }
        Ok(Self(words))
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// What the key derivation costs.
#[derive(Clone, Copy)]
struct Costs {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Costs {
    const WRITTEN: Self = Self {
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        lanes: LANES,
    };

    fn accepted(self) -> bool {
        (MEMORY_KIB..=MAX_MEMORY_KIB).contains(&self.memory_kib)
            && (PASSES..=MAX_PASSES).contains(&self.passes)
            && (1..=MAX_LANES).contains(&self.lanes)
    }
}

/// The readable part of a container.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    costs: Costs,
    pub(crate) generation: u64,
    salt: [u8; 16],
    nonce: [u8; 24],
    length: u32,
    check: [u8; 16],
}

impl Header {
    /// Reads and judges a header; nothing secret is touched.
    pub(crate) fn parse(file: &[u8]) -> Result<Self, SealError> {
        if file.len() < MAGIC.len() || &file[..MAGIC.len()] != MAGIC {
            return Err(SealError::NotAWallet);
        }
        let header = file.get(..HEADER).ok_or(SealError::Truncated)?;
        if Sha256::digest(&header[..DIGESTED]).as_slice() != &header[DIGESTED..] {
            return Err(SealError::HeaderDamaged);
        }
        let mut at = Reader(&header[MAGIC.len()..]);
        let version = u16::from_be_bytes(at.take()?);
        let [kdf, cipher] = at.take()?;
        if version != VERSION || kdf != KDF_ARGON2ID || cipher != CIPHER_XCHACHA20_POLY1305 {
            return Err(SealError::NotAWallet);
        }
        let header = Self {
            costs: Costs {
                memory_kib: u32::from_be_bytes(at.take()?),
                passes: u32::from_be_bytes(at.take()?),
                lanes: u32::from_be_bytes(at.take()?),
            },
            generation: u64::from_be_bytes(at.take()?),
            salt: at.take()?,
            nonce: at.take()?,
            length: u32::from_be_bytes(at.take()?),
            check: at.take()?,
        };
        if !header.costs.accepted() {
            return Err(SealError::KeyDerivationRefused);
        }
        if file.len() as u64 != HEADER as u64 + u64::from(header.length) {
            return Err(SealError::Truncated);
        }
        Ok(header)
    }

    fn to_bytes(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_be_bytes());
        out.push(KDF_ARGON2ID);
        out.push(CIPHER_XCHACHA20_POLY1305);
        out.extend_from_slice(&self.costs.memory_kib.to_be_bytes());
        out.extend_from_slice(&self.costs.passes.to_be_bytes());
        out.extend_from_slice(&self.costs.lanes.to_be_bytes());
        out.extend_from_slice(&self.generation.to_be_bytes());
        out.extend_from_slice(&self.salt);
        out.extend_from_slice(&self.nonce);
        out.extend_from_slice(&self.length.to_be_bytes());
        out.extend_from_slice(&self.check);
        let digest = Sha256::digest(&out);
        out.extend_from_slice(digest.as_slice());
        out
    }
}

/// Takes fixed pieces from the front of a slice.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], SealError> {
        let (piece, rest) = self.0.split_first_chunk().ok_or(SealError::Truncated)?;
        self.0 = rest;
        Ok(*piece)
    }
}

/// What a passphrase yields under one salt: it opens and seals one wallet file.
///
/// Kept while a wallet is open, so that saving needs no passphrase and no second derivation.
pub(crate) struct Key {
    costs: Costs,
    salt: [u8; 16],
    derived: Zeroizing<[u8; 64]>,
}

impl Key {
    /// A key under a fresh salt.
    pub(crate) fn new(passphrase: &Passphrase) -> Result<Self, SealError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| SealError::System)?;
        Self::derive(passphrase, Costs::WRITTEN, salt)
    }

    fn derive(passphrase: &Passphrase, costs: Costs, salt: [u8; 16]) -> Result<Self, SealError> {
        let parameters = Params::new(costs.memory_kib, costs.passes, costs.lanes, Some(64))
            .map_err(|_| SealError::KeyDerivationRefused)?;
        let mut memory = vec![Block::default(); parameters.block_count()];
        let mut derived = Zeroizing::new([0u8; 64]);
        let outcome = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
            .hash_password_into_with_memory(
                passphrase.0.as_bytes(),
                &salt,
                derived.as_mut(),
                &mut memory,
            );
        memory.zeroize();
        outcome.map_err(|_| SealError::System)?;
        Ok(Self {
            costs,
            salt,
            derived,
        })
    }

    /// Opens a wallet file; answers the key that opened it, the header and the content.
    pub(crate) fn open(
        file: &[u8],
        passphrase: &Passphrase,
    ) -> Result<(Self, Header, Zeroizing<Vec<u8>>), SealError> {
        let header = Header::parse(file)?;
        let key = Self::derive(passphrase, header.costs, header.salt)?;
        if !bool::from(key.derived[32..48].ct_eq(&header.check)) {
            return Err(SealError::WrongPassphrase);
        }
        let plaintext = key
            .cipher()?
            .decrypt(
                &XNonce::from(header.nonce),
                Payload {
                    msg: &file[HEADER..],
                    aad: &file[..HEADER],
                },
            )
            .map_err(|_| SealError::Tampered)?;
        Ok((key, header, Zeroizing::new(plaintext)))
    }

    /// Seals a content under a fresh nonce.
    pub(crate) fn seal(&self, plaintext: &[u8], generation: u64) -> Result<Vec<u8>, SealError> {
        if plaintext.len() > MAX_PLAINTEXT {
            return Err(SealError::TooLarge);
        }
        let mut header = Header {
            costs: self.costs,
            generation,
            salt: self.salt,
            nonce: [0; 24],
            length: u32::try_from(plaintext.len() + TAG).map_err(|_| SealError::TooLarge)?,
            check: [0; 16],
        };
        // 192 random bits: they do not repeat under one key in any number of saves.
        getrandom::fill(&mut header.nonce).map_err(|_| SealError::System)?;
        header.check.copy_from_slice(&self.derived[32..48]);
        let mut file = header.to_bytes();
        let sealed = self
            .cipher()?
            .encrypt(
                &XNonce::from(header.nonce),
                Payload {
                    msg: plaintext,
                    aad: &file,
                },
            )
            .map_err(|_| SealError::System)?;
        file.extend_from_slice(&sealed);
        Ok(file)
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, SealError> {
        XChaCha20Poly1305::new_from_slice(&self.derived[..32]).map_err(|_| SealError::System)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn words(text: &str) -> Passphrase {
        Passphrase::new(text.into()).unwrap()
    }

    fn seal(
        plaintext: &[u8],
        passphrase: &Passphrase,
        generation: u64,
    ) -> Result<Vec<u8>, SealError> {
        Key::new(passphrase)?.seal(plaintext, generation)
    }

    fn open(file: &[u8], passphrase: &Passphrase) -> Result<(u64, Vec<u8>), SealError> {
        Key::open(file, passphrase)
            .map(|(_, header, plaintext)| (header.generation, plaintext.to_vec()))
    }

    /// Mends the digest after an edit, as somebody who knows the format would.
    fn mend(file: &mut [u8]) {
        let digest = Sha256::digest(&file[..DIGESTED]);
        file[DIGESTED..HEADER].copy_from_slice(digest.as_slice());
    }

    #[test]
    fn opens_with_its_passphrase_and_no_other() {
        let file = seal(b"content", &words("right"), 7).unwrap();
        assert_eq!(
            open(&file, &words("right")).unwrap(),
            (7, b"content".to_vec())
        );
        assert_eq!(
            open(&file, &words("wrong")).unwrap_err(),
            SealError::WrongPassphrase
        );
        let again = seal(b"content", &words("right"), 7).unwrap();
        assert_ne!(file[40..80], again[40..80], "salt and nonce are fresh");
    }

    #[test]
    fn a_bit_flip_in_any_header_byte_is_told_from_a_wrong_passphrase() {
        let file = seal(b"content", &words("right"), 1).unwrap();
        for at in 0..HEADER {
            let mut flipped = file.clone();
            flipped[at] ^= 1 << (at % 8);
            let expected = if at < MAGIC.len() {
                SealError::NotAWallet
            } else {
                SealError::HeaderDamaged
            };
            assert_eq!(
                open(&flipped, &words("right")).unwrap_err(),
                expected,
                "byte {at}"
            );
        }
    }

    #[test]
    fn a_header_altered_with_its_digest_mended_still_does_not_open() {
        let file = seal(b"content", &words("right"), 1).unwrap();
        let cases: [(&str, usize, SealError); 10] = [
            ("version", 17, SealError::NotAWallet),
            ("key derivation", 18, SealError::NotAWallet),
            ("cipher", 19, SealError::NotAWallet),
            ("memory", 23, SealError::WrongPassphrase),
            ("passes", 27, SealError::WrongPassphrase),
            ("lanes", 31, SealError::WrongPassphrase),
            ("generation", 39, SealError::Tampered),
            ("salt", 40, SealError::WrongPassphrase),
            ("nonce", 56, SealError::Tampered),
            ("check", 84, SealError::WrongPassphrase),
        ];
        for (name, at, expected) in cases {
            let mut altered = file.clone();
            // One more than before: inside the accepted range for the three costs.
            altered[at] = altered[at].wrapping_add(1);
            mend(&mut altered);
            assert_eq!(
                open(&altered, &words("right")).unwrap_err(),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn downgraded_or_exhausting_key_derivation_is_refused_before_it_runs() {
        let file = seal(b"content", &words("right"), 1).unwrap();
        for (at, value) in [
            (20, MEMORY_KIB - 1),
            (20, 8),
            (20, u32::MAX),
            (24, PASSES - 1),
            (24, 0),
            (24, u32::MAX),
            (28, 0),
            (28, MAX_LANES + 1),
        ] {
            let mut altered = file.clone();
            altered[at..at + 4].copy_from_slice(&value.to_be_bytes());
            mend(&mut altered);
            assert_eq!(
                open(&altered, &words("right")).unwrap_err(),
                SealError::KeyDerivationRefused,
                "{at} {value}"
            );
        }
    }

    #[test]
    fn truncated_lengthened_and_changed_content_is_refused() {
        let file = seal(b"content", &words("right"), 1).unwrap();
        for length in [0, 15, 16, HEADER - 1, HEADER, file.len() - 1] {
            let expected = if length < MAGIC.len() {
                SealError::NotAWallet
            } else {
                SealError::Truncated
            };
            assert_eq!(
                open(&file[..length], &words("right")).unwrap_err(),
                expected,
                "{length}"
            );
        }
        let mut longer = file.clone();
        longer.push(0);
        assert_eq!(
            open(&longer, &words("right")).unwrap_err(),
            SealError::Truncated
        );
        let mut changed = file.clone();
        changed[HEADER] ^= 1;
        assert_eq!(
            open(&changed, &words("right")).unwrap_err(),
            SealError::Tampered
        );
    }

    #[test]
    fn an_empty_passphrase_is_refused_and_none_is_printed() {
        assert_eq!(
            Passphrase::new(String::new()).unwrap_err(),
            SealError::EmptyPassphrase
        );
        assert_eq!(format!("{:?}", words("secret")), "Passphrase(..)");
    }
}
