//! `.zkey`: a Groth16 proving key made by `snarkjs`.
//!
//! Sections: 1 protocol, 2 fields, sizes and single points, 3 IC, 4 coefficients of A and B,
//! 5 A, 6 B in G1, 7 B in G2, 8 C of private wires over δ, 9 H over δ in the Lagrange basis of the
//! odd coset (the circom QAP), 10 record of contributions.

use std::collections::BTreeMap;

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ff::Field;
use rayon::prelude::*;
use thiserror::Error;

use super::container::{self, ELEMENT, Reader};
use super::points::{self, Point};
use crate::circuit::Matrices;
use crate::groth16::{KeyError, ProvingKey};

/// The most bytes of a key that is looked at: several times what the larger circuit needs.
const MAX_BYTES: usize = 64 << 20;
/// Number of the Groth16 protocol in section 1.
const GROTH16: u32 = 1;
/// Sections that the file must have, and the only ones.
const SECTIONS: std::ops::RangeInclusive<u32> = 1..=10;

/// Why a `.zkey` file is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ZkeyError {
    /// More than 64 MiB.
    #[error("the key file is larger than 64 MiB")]
    TooLarge,
    /// Not a container of this format, or a section of the wrong length.
    #[error("the key file is damaged or of another format")]
    Malformed,
    /// A key for another proof system or another curve.
    #[error("the key is not for Groth16 over BN254")]
    OtherSystem,
    /// Sizes or coefficients are not those of this circuit.
    #[error("the key was made for another circuit")]
    OtherCircuit,
    /// A coordinate that is not canonical, a point off the curve or outside the subgroup, or
    /// infinity where a key must not have it.
    #[error("the key holds an invalid point")]
    Point,
    /// A key that section 12 of docs/protocol.md refuses, such as one without a phase 2.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl ZkeyError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "zkey_too_large",
            Self::Malformed => "zkey_malformed",
            Self::OtherSystem => "zkey_other_system",
            Self::OtherCircuit => "zkey_other_circuit",
            Self::Point => "zkey_point_invalid",
            Self::Key(error) => error.code(),
        }
    }
}

/// Reads a proving key for the circuit with these matrices.
///
/// Every byte is accounted for, every point is checked, and the coefficients of A and B must be
/// the circuit's own. What this cannot see is whether the points are powers of one secret, and C,
/// of which the file holds no coefficients: that is for `snarkjs zkey verify`, which replays the
/// set-up, and for the pinned digest of the key that it passed.
///
/// A key straight out of `snarkjs groth16 setup` has δ = γ and is refused until somebody has
/// contributed to it.
///
/// # Errors
/// [`ZkeyError`], the first thing that is wrong.
pub fn read_zkey(file: &[u8], matrices: &Matrices) -> Result<ProvingKey, ZkeyError> {
    if file.len() > MAX_BYTES {
        return Err(ZkeyError::TooLarge);
    }
    let mut sections = container::read(file, b"zkey", 1).ok_or(ZkeyError::Malformed)?;
    if !sections.keys().copied().eq(SECTIONS) {
        return Err(ZkeyError::Malformed);
    }
    let mut section = |number| sections.remove(&number).ok_or(ZkeyError::Malformed);

    let mut protocol = section(1)?;
    if protocol.u32() != Some(GROTH16) {
        return Err(ZkeyError::OtherSystem);
    }
    let Header {
        alpha_g1,
        beta_g1,
        beta_g2,
        gamma_g2,
        delta_g1,
        delta_g2,
    } = header(section(2)?, matrices)?;
    let wires = matrices.wires.len();
    let known = 1 + matrices.public_inputs;
    let gamma_abc_g1 = points(section(3)?, known)?;
    coefficients(section(4)?, matrices)?;
    let a_query = points(section(5)?, wires)?;
    let b_g1_query = points(section(6)?, wires)?;
    let b_g2_query = points(section(7)?, wires)?;
    let l_query = points(section(8)?, wires - known)?;
    let h_query = points(section(9)?, matrices.domain_size())?;
    let vk = ark_groth16::VerifyingKey {
        alpha_g1,
        beta_g2,
        gamma_g2,
        delta_g2,
        gamma_abc_g1,
    };
    let key = ark_groth16::ProvingKey {
        vk,
        beta_g1,
        delta_g1,
        a_query,
        b_g1_query,
        b_g2_query,
        h_query,
        l_query,
    };
    Ok(ProvingKey::new(key, matrices)?)
}

/// The single points of section 2.
struct Header {
    alpha_g1: G1Affine,
    beta_g1: G1Affine,
    beta_g2: G2Affine,
    gamma_g2: G2Affine,
    delta_g1: G1Affine,
    delta_g2: G2Affine,
}

fn header(mut section: Reader, matrices: &Matrices) -> Result<Header, ZkeyError> {
    let fields = [
        container::is_field::<Fq>(&mut section),
        container::is_field::<Fr>(&mut section),
    ];
    if fields != [Some(true); 2] {
        return Err(ZkeyError::OtherSystem);
    }
    for size in [
        matrices.wires.len(),
        matrices.public_inputs,
        matrices.domain_size(),
    ] {
        if section.u32().ok_or(ZkeyError::Malformed)? as usize != size {
            return Err(ZkeyError::OtherCircuit);
        }
    }
    if section.len() != 3 * G1Affine::LENGTH + 3 * G2Affine::LENGTH {
        return Err(ZkeyError::Malformed);
    }
    // The order of the file.
    Ok(Header {
        alpha_g1: single(&mut section)?,
        beta_g1: single(&mut section)?,
        beta_g2: single(&mut section)?,
        gamma_g2: single(&mut section)?,
        delta_g1: single(&mut section)?,
        delta_g2: single(&mut section)?,
    })
}

/// A point that must not be infinity.
fn single<P: Point>(section: &mut Reader) -> Result<P, ZkeyError> {
    P::read(section)
        .filter(|point| !point.is_zero())
        .ok_or(ZkeyError::Point)
}

/// A section of exactly `count` points. Wires that a matrix does not touch have infinity.
fn points<P: Point>(mut section: Reader, count: usize) -> Result<Vec<P>, ZkeyError> {
    if section.len() != count * P::LENGTH {
        return Err(ZkeyError::Malformed);
    }
    let bytes = section
        .take(count * P::LENGTH)
        .ok_or(ZkeyError::Malformed)?;
    let read = |bytes: &[u8]| P::read(&mut Reader::new(bytes)).ok_or(ZkeyError::Point);
    bytes.par_chunks_exact(P::LENGTH).map(read).collect()
}

/// Compares section 4 with the circuit: the rows of A and B, and a row of A for the constant and
/// for each public input, which ties them to the proof.
fn coefficients(mut section: Reader, matrices: &Matrices) -> Result<(), ZkeyError> {
    let mut expected = BTreeMap::new();
    for (matrix, rows) in [(0, &matrices.a), (1, &matrices.b)] {
        for (constraint, row) in rows.iter().enumerate() {
            for (wire, coefficient) in row {
                expected.insert((matrix, constraint as u32, *wire as u32), *coefficient);
            }
        }
    }
    for wire in 0..=matrices.public_inputs {
        let constraint = matrices.constraints() + wire;
        expected.insert((0, constraint as u32, wire as u32), Fr::ONE);
    }
    let count = section.u32().ok_or(ZkeyError::Malformed)? as usize;
    if section.len() != count * (3 * 4 + ELEMENT) {
        return Err(ZkeyError::Malformed);
    }
    for _ in 0..count {
        let mut number = || section.u32().ok_or(ZkeyError::Malformed);
        let place = (number()?, number()?, number()?);
        let value = points::coefficient(&mut section).ok_or(ZkeyError::Malformed)?;
        if expected.remove(&place) != Some(value) {
            return Err(ZkeyError::OtherCircuit);
        }
    }
    if expected.is_empty() {
        Ok(())
    } else {
        Err(ZkeyError::OtherCircuit)
    }
}
