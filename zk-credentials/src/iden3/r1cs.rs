//! `.r1cs`: the constraint matrices of a circuit.

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use thiserror::Error;

use super::container::{self, ELEMENT, Reader};
use super::points;
use crate::circuit::Matrices;
use crate::circuit::system::Row;

/// The circuit as an `.r1cs` file, version 1.
///
/// Wires stand in our order, which is the format's: the constant one, the public inputs (as
/// inputs, not outputs), everything private. The format tells private inputs from intermediate
/// wires; here all private wires count as inputs, since an assigner computes them all. Labels are
/// wire numbers.
pub fn write_r1cs(matrices: &Matrices) -> Vec<u8> {
    let wires = matrices.wires.len();
    let private = wires - 1 - matrices.public_inputs;
    let mut header = (ELEMENT as u32).to_le_bytes().to_vec();
    header.extend(container::modulus::<Fr>());
    for count in [wires, 0, matrices.public_inputs, private] {
        header.extend((count as u32).to_le_bytes());
    }
    header.extend((wires as u64).to_le_bytes());
    header.extend((matrices.constraints() as u32).to_le_bytes());

    let mut constraints = vec![];
    for ((a, b), c) in matrices.a.iter().zip(&matrices.b).zip(&matrices.c) {
        for row in [a, b, c] {
            write_row(&mut constraints, row);
        }
    }
    let labels: Vec<u8> = (0..wires as u64).flat_map(u64::to_le_bytes).collect();
    container::write(b"r1cs", 1, &[(1, &header), (2, &constraints), (3, &labels)])
}

fn write_row(out: &mut Vec<u8>, row: &Row) {
    out.extend((row.len() as u32).to_le_bytes());
    for (wire, coefficient) in row {
        out.extend((*wire as u32).to_le_bytes());
        out.extend(coefficient.into_bigint().to_bytes_le());
    }
}

/// The most bytes of a file that is looked at: several times what the larger circuit needs.
const MAX_BYTES: usize = 64 << 20;

/// Why an `.r1cs` file is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum R1csError {
    /// More than 64 MiB.
    #[error("the file is larger than 64 MiB")]
    TooLarge,
    /// Not a container of this format, or a section of the wrong length.
    #[error("the file is damaged or of another format")]
    Malformed,
    /// Constraints over another field.
    #[error("the file is not over the scalar field of BN254")]
    OtherField,
    /// Other numbers of wires, public inputs or constraints.
    #[error("the file is of a circuit of another size")]
    OtherSize,
    /// The first row that is not the circuit's, counted from 0.
    #[error("constraint {0} is not the circuit's")]
    OtherConstraint(usize),
}

impl R1csError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "r1cs_too_large",
            Self::Malformed => "r1cs_malformed",
            Self::OtherField => "r1cs_other_field",
            Self::OtherSize => "r1cs_other_size",
            Self::OtherConstraint(_) => "r1cs_other_constraint",
        }
    }
}

/// Whether an `.r1cs` file, of whichever tool, states exactly the constraints of this circuit, in
/// its order. Inputs and outputs count alike as public; the terms of a row may come in any order;
/// labels are not compared.
///
/// # Errors
/// [`R1csError`], the first thing that differs.
pub fn check_r1cs(file: &[u8], matrices: &Matrices) -> Result<(), R1csError> {
    use R1csError::{Malformed, OtherConstraint, OtherField, OtherSize, TooLarge};
    if file.len() > MAX_BYTES {
        return Err(TooLarge);
    }
    let mut sections = container::read(file, b"r1cs", 1).ok_or(Malformed)?;
    // Further sections hold custom gates, which are no rank-1 constraints.
    if sections.len() != 3 {
        return Err(Malformed);
    }
    let mut section = |number| sections.remove(&number).ok_or(Malformed);
    let (mut header, mut rows, labels) = (section(1)?, section(2)?, section(3)?);

    if !container::is_field::<Fr>(&mut header).ok_or(Malformed)? {
        return Err(OtherField);
    }
    let mut count = || header.u32().map(|count| count as usize).ok_or(Malformed);
    let [wires, outputs, inputs, _private] = [count()?, count()?, count()?, count()?];
    let labelled = header.u64().ok_or(Malformed)?;
    let constraints = header.u32().ok_or(Malformed)? as usize;
    if !header.is_empty() || labels.len() != 8 * wires || labelled < wires as u64 {
        return Err(Malformed);
    }
    let ours = [
        matrices.wires.len(),
        matrices.public_inputs,
        matrices.constraints(),
    ];
    if [wires, outputs.saturating_add(inputs), constraints] != ours {
        return Err(OtherSize);
    }
    for (number, ((a, b), c)) in (matrices.a.iter().zip(&matrices.b))
        .zip(&matrices.c)
        .enumerate()
    {
        for row in [a, b, c] {
            if read_row(&mut rows).ok_or(Malformed)? != *row {
                return Err(OtherConstraint(number));
            }
        }
    }
    if rows.is_empty() {
        Ok(())
    } else {
        Err(Malformed)
    }
}

fn read_row(section: &mut Reader) -> Option<Row> {
    let count = section.u32()? as usize;
    // No room is made for a length that the file cannot have.
    let mut row = Row::new();
    for _ in 0..count {
        let wire = section.u32()? as usize;
        row.push((wire, points::plain(section)?));
    }
    row.sort_by_key(|(wire, _)| *wire);
    Some(row)
}
