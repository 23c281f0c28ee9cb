//! `.r1cs`: the constraint matrices of a circuit.

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};

use super::container::{self, ELEMENT};
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
