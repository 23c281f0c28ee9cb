//! `.wtns`: one full assignment.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use thiserror::Error;
use zeroize::Zeroizing;

use super::container::{self, ELEMENT};
use super::points;

/// The assignment as a `.wtns` file, version 2.
///
/// The file holds every secret of the statement. It is for checking a circuit with foreign tools
/// on made-up statements; the bytes are wiped when dropped.
pub fn write_wtns(assignment: &[Fr]) -> Zeroizing<Vec<u8>> {
    let mut header = (ELEMENT as u32).to_le_bytes().to_vec();
    header.extend(container::modulus::<Fr>());
    header.extend((assignment.len() as u32).to_le_bytes());
    let mut values = Zeroizing::new(Vec::with_capacity(assignment.len() * ELEMENT));
    for value in assignment {
        for limb in value.into_bigint().0 {
            values.extend_from_slice(&limb.to_le_bytes());
        }
    }
    Zeroizing::new(container::write(b"wtns", 2, &[(1, &header), (2, &values)]))
}

/// The most bytes of a file that is looked at: several times what the larger circuit needs.
const MAX_BYTES: usize = 16 << 20;

/// Why a `.wtns` file is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum WtnsError {
    /// More than 16 MiB.
    #[error("the file is larger than 16 MiB")]
    TooLarge,
    /// Not a container of this format, a section of the wrong length, or a value that is not
    /// below the modulus.
    #[error("the file is damaged or of another format")]
    Malformed,
    /// Values of another field.
    #[error("the file is not over the scalar field of BN254")]
    OtherField,
}

impl WtnsError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "wtns_too_large",
            Self::Malformed => "wtns_malformed",
            Self::OtherField => "wtns_other_field",
        }
    }
}

/// The assignment in a `.wtns` file. Whether it satisfies a circuit is what
/// [`crate::circuit::Matrices::unsatisfied`] says.
///
/// # Errors
/// [`WtnsError`], the first thing that is wrong.
pub fn read_wtns(file: &[u8]) -> Result<Zeroizing<Vec<Fr>>, WtnsError> {
    use WtnsError::{Malformed, OtherField, TooLarge};
    if file.len() > MAX_BYTES {
        return Err(TooLarge);
    }
    let mut sections = container::read(file, b"wtns", 2).ok_or(Malformed)?;
    if sections.len() != 2 {
        return Err(Malformed);
    }
    let mut section = |number| sections.remove(&number).ok_or(Malformed);
    let (mut header, mut values) = (section(1)?, section(2)?);
    if !container::is_field::<Fr>(&mut header).ok_or(Malformed)? {
        return Err(OtherField);
    }
    let count = header.u32().ok_or(Malformed)? as usize;
    if !header.is_empty() || values.len() != count * ELEMENT {
        return Err(Malformed);
    }
    let mut assignment = Zeroizing::new(Vec::with_capacity(count));
    for _ in 0..count {
        assignment.push(points::plain(&mut values).ok_or(Malformed)?);
    }
    Ok(assignment)
}
