//! The container: type, version, numbered sections.

use std::collections::BTreeMap;

use ark_ff::{BigInteger, PrimeField};

/// Bytes of an element of either field.
pub(super) const ELEMENT: usize = 32;

/// Joins sections to a file.
pub(super) fn write(kind: &[u8; 4], version: u32, sections: &[(u32, &[u8])]) -> Vec<u8> {
    let length: usize = sections.iter().map(|(_, body)| 12 + body.len()).sum();
    // All of it at once: a list that grows leaves copies of a secret behind.
    let mut file = Vec::with_capacity(12 + length);
    file.extend_from_slice(kind);
    file.extend_from_slice(&version.to_le_bytes());
    file.extend_from_slice(&(sections.len() as u32).to_le_bytes());
    for (number, body) in sections {
        file.extend_from_slice(&number.to_le_bytes());
        file.extend_from_slice(&(body.len() as u64).to_le_bytes());
        file.extend_from_slice(body);
    }
    file
}

/// The modulus of a field, little-endian.
pub(super) fn modulus<F: PrimeField>() -> Vec<u8> {
    F::MODULUS.to_bytes_le()
}

/// The first member of a header: whether it names this field and no other.
pub(super) fn is_field<F: PrimeField>(header: &mut Reader) -> Option<bool> {
    let length = header.u32()? as usize;
    Some(header.take(length)? == F::MODULUS.to_bytes_le())
}

/// The sections of a file by number, or nothing unless every byte belongs to exactly one section
/// and no section comes twice.
pub(super) fn read<'a>(
    file: &'a [u8],
    kind: &[u8; 4],
    version: u32,
) -> Option<BTreeMap<u32, Reader<'a>>> {
    let mut reader = Reader(file);
    if reader.take(4)? != kind || reader.u32()? != version {
        return None;
    }
    let mut sections = BTreeMap::new();
    for _ in 0..reader.u32()? {
        let number = reader.u32()?;
        let length = usize::try_from(reader.u64()?).ok()?;
        if sections
            .insert(number, Reader(reader.take(length)?))
            .is_some()
        {
            return None;
        }
    }
    reader.is_empty().then_some(sections)
}

/// Bytes still to be read.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Starts at the first of `bytes`.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
    /// The next `length` bytes, if there are as many.
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
    /// The next four bytes as a number.
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
    /// The next eight bytes as a number.
    pub(super) fn u64(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }
    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// How many bytes are left.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
