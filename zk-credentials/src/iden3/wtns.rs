//! `.wtns`: one full assignment.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use zeroize::Zeroizing;

use super::container::{self, ELEMENT};

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
