//! The sealed container of a wallet file: a fixed header, then one authenticated ciphertext.
//!
//! | offset | bytes | field |
//! | --- | --- | --- |
//! | 0 | 16 | the ASCII letters `humanseal-wallet` |
//! | 16 | 2 | format version, 1 |
//! | 18 | 1 | key derivation: Argon2id version 1.3 (RFC 9106), 1 = of the passphrase alone, 2 = also of a device's secret |
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
//! Who alters a header and mends its digest is caught by the cipher.

use sha2::{Digest, Sha256};

use super::seal::SealError;

/// The first bytes of every wallet file.
pub(super) const MAGIC: &[u8; 16] = b"humanseal-wallet";
/// The only format version there is.
const VERSION: u16 = 1;
const KDF_ARGON2ID: u8 = 1;
/// The same with the device's secret as its secret value K (RFC 9106 section 3.1).
const KDF_ARGON2ID_DEVICE: u8 = 2;
const CIPHER_XCHACHA20_POLY1305: u8 = 1;
pub(super) const DIGESTED: usize = 100;
/// Length of the header in bytes.
pub(super) const HEADER: usize = 132;
/// Length of the cipher's tag in bytes.
pub(super) const TAG: usize = 16;
/// The largest plaintext that is sealed or opened, in bytes: a ledger of many thousand entries.
pub(super) const MAX_PLAINTEXT: usize = 4 << 20;
/// The largest file that is read at all.
pub(super) const MAX_FILE: u64 = (HEADER + MAX_PLAINTEXT + TAG) as u64;

/// How hard the passphrase is to guess: the second recommended choice of RFC 9106 section 4,
/// 64 MiB, 3 passes, 4 lanes. A file that asks for less than this program writes is a downgrade.
pub(super) const MEMORY_KIB: u32 = 64 * 1024;
pub(super) const PASSES: u32 = 3;
const LANES: u32 = 4;
/// A file that asks for more than this is refused before any of it is spent: a planted file must
/// not exhaust the device. Room for the costs to be raised fourfold in each.
pub(super) const MAX_MEMORY_KIB: u32 = 4 * MEMORY_KIB;
pub(super) const MAX_PASSES: u32 = 4 * PASSES;
pub(super) const MAX_LANES: u32 = 4 * LANES;

/// What the key derivation costs.
#[derive(Clone, Copy)]
pub(super) struct Costs {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl Costs {
    pub(super) const WRITTEN: Self = Self {
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
pub(super) struct Header {
    /// Whether it takes a device's secret as well.
    pub(super) device: bool,
    pub(super) costs: Costs,
    pub(super) generation: u64,
    pub(super) salt: [u8; 16],
    pub(super) nonce: [u8; 24],
    pub(super) length: u32,
    pub(super) check: [u8; 16],
}

impl Header {
    /// Reads and judges a header; nothing secret is touched.
    pub(super) fn parse(file: &[u8]) -> Result<Self, SealError> {
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
        let device = match kdf {
            KDF_ARGON2ID => false,
            KDF_ARGON2ID_DEVICE => true,
            _ => return Err(SealError::NotAWallet),
        };
        if version != VERSION || cipher != CIPHER_XCHACHA20_POLY1305 {
            return Err(SealError::NotAWallet);
        }
        let header = Self {
            device,
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

    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_be_bytes());
        out.push(if self.device {
            KDF_ARGON2ID_DEVICE
        } else {
            KDF_ARGON2ID
        });
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
