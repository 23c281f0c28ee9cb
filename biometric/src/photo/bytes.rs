//! Big-endian numbers in a file's bytes; a number beyond the end means that the file is truncated.

use super::PhotoError;

pub(super) fn be8(bytes: &[u8], at: usize) -> Result<u8, PhotoError> {
    bytes.get(at).copied().ok_or(PhotoError::Truncated)
}

pub(super) fn be16(bytes: &[u8], at: usize) -> Result<u16, PhotoError> {
    Ok(u16::from(be8(bytes, at)?) << 8 | u16::from(be8(bytes, at + 1)?))
}

pub(super) fn be32(bytes: &[u8], at: usize) -> Result<u32, PhotoError> {
    Ok(u32::from(be16(bytes, at)?) << 16 | u32::from(be16(bytes, at + 2)?))
}
