//! Making a proof from stored matrices and a full assignment.

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::PrimeField;
use ark_std::UniformRand;
use ark_std::rand::{CryptoRng, RngCore};
use thiserror::Error;

use super::key::ProvingKey;
use super::proof::Proof;
use super::qap;
use crate::circuit::Matrices;

/// Why no proof was made.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ProveError {
    /// The assignment does not satisfy the circuit: the statement is false.
    #[error("the statement is false")]
    Unsatisfied,
    /// Key, matrices and assignment do not belong together.
    #[error("key and circuit do not belong together")]
    Sizes,
}

impl ProveError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsatisfied => "statement_false",
            Self::Sizes => "key_other_circuit",
        }
    }
}

/// Proves that `assignment` (the one, the public inputs, the witness) satisfies `matrices`.
///
/// The formulas are those of Groth, "On the Size of Pairing-Based Non-interactive Arguments"
/// (2016), section 3.2, with fresh blindings `r` and `s` from `rng`.
///
/// # Errors
/// [`ProveError`]. An unsatisfied assignment is refused before any group operation.
pub fn prove<R: RngCore + CryptoRng>(
    key: &ProvingKey,
    matrices: &Matrices,
    assignment: &[Fr],
    rng: &mut R,
) -> Result<Proof, ProveError> {
    let ark = key.ark();
    if ark.a_query.len() != assignment.len() || ark.h_query.len() != matrices.domain_size() {
        return Err(ProveError::Sizes);
    }
    if !matrices.unsatisfied(assignment).is_empty() {
        return Err(ProveError::Unsatisfied);
    }
    let h = qap::odd_values(matrices, assignment).ok_or(ProveError::Sizes)?;
    let blindings = zeroize::Zeroizing::new([(); 2].map(|()| Fr::rand(rng)));
    let [r, s] = &*blindings;

    let scalars: zeroize::Zeroizing<Vec<_>> =
        zeroize::Zeroizing::new(assignment.iter().map(|x| x.into_bigint()).collect());
    let private = &scalars[matrices.public_inputs + 1..];
    let h: zeroize::Zeroizing<Vec<_>> =
        zeroize::Zeroizing::new(h.iter().map(|x| x.into_bigint()).collect());

    let (b_g2, (a, (b_g1, c))) = rayon::join(
        || G2Projective::msm_bigint(&ark.b_g2_query, &scalars),
        || {
            rayon::join(
                || G1Projective::msm_bigint(&ark.a_query, &scalars),
                || {
                    rayon::join(
                        || G1Projective::msm_bigint(&ark.b_g1_query, &scalars),
                        || {
                            G1Projective::msm_bigint(&ark.l_query, private)
                                + G1Projective::msm_bigint(&ark.h_query, &h)
                        },
                    )
                },
            )
        },
    );
    let delta = ark.delta_g1.into_group();
    let a = a + ark.vk.alpha_g1 + delta * r;
    let b = b_g2 + ark.vk.beta_g2 + ark.vk.delta_g2.into_group() * s;
    let b_g1 = b_g1 + ark.beta_g1 + delta * s;
    let c = c + a * s + b_g1 * r - delta * (*r * s);
    Ok(Proof::of_points(
        a.into_affine(),
        b.into_affine(),
        c.into_affine(),
    ))
}
