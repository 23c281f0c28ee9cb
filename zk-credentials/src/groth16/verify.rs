//! Checking one proof, and many at once.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, PrimeField, Zero};
use ark_std::rand::{CryptoRng, RngCore};
use thiserror::Error;

use super::key::VerifyingKey;
use super::proof::Proof;

/// The most proofs in one batch.
pub const BATCH_LIMIT: usize = 1024;

/// Why proofs are refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum VerifyError {
    /// The number of public inputs is not the key's.
    #[error("the number of public inputs is not that of the key")]
    PublicInputs,
    /// The pairing equation does not hold.
    #[error("the proof does not verify")]
    Invalid,
    /// No proof at all: nothing was shown.
    #[error("an empty batch shows nothing")]
    EmptyBatch,
    /// More than [`BATCH_LIMIT`] proofs.
    #[error("a batch holds at most 1024 proofs")]
    BatchTooLarge,
    /// Presentations under different status roots or issuers.
    #[error("a batch has one status root and one issuer")]
    BatchMixed,
    /// The entries at these positions do not verify.
    #[error("{} proofs of the batch do not verify", .0.len())]
    Culprits(Vec<usize>),
}

impl VerifyError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PublicInputs => "public_input_count",
            Self::Invalid => "proof_invalid",
            Self::EmptyBatch => "batch_empty",
            Self::BatchTooLarge => "batch_too_large",
            Self::BatchMixed => "batch_mixed",
            Self::Culprits(_) => "batch_proofs_invalid",
        }
    }
}

/// Verifies one proof: `e(A, B) = e(α, β) · e(Σ x_i·IC_i, γ) · e(C, δ)`.
///
/// # Errors
/// [`VerifyError::PublicInputs`] or [`VerifyError::Invalid`].
pub fn verify(key: &VerifyingKey, proof: &Proof, public: &[Fr]) -> Result<(), VerifyError> {
    let ark = key.ark();
    let inputs = combine(&ark.gamma_abc_g1, public)?;
    let (a, b, c) = (proof.ark().a, proof.ark().b, proof.ark().c);
    let left = [
        -a.into_group(),
        ark.alpha_g1.into_group(),
        inputs,
        c.into_group(),
    ];
    let right = [b, ark.beta_g2, ark.gamma_g2, ark.delta_g2];
    if Bn254::multi_pairing(left.map(|p| p.into_affine()), right).is_zero() {
        Ok(())
    } else {
        Err(VerifyError::Invalid)
    }
}

fn combine(ic: &[G1Affine], public: &[Fr]) -> Result<G1Projective, VerifyError> {
    if ic.len() != public.len() + 1 {
        return Err(VerifyError::PublicInputs);
    }
    let sum = G1Projective::msm(&ic[1..], public).map_err(|_| VerifyError::PublicInputs)?;
    Ok(sum + ic[0])
}

/// Verifies many proofs under one key by a random linear combination with non-zero 128-bit
/// coefficients from `rng`, at N + 3 pairings; where it fails, finds the culprits by halving.
///
/// A batch with a false proof passes with probability at most 1/(2¹²⁸ − 1).
///
/// # Errors
/// [`VerifyError::EmptyBatch`], [`VerifyError::BatchTooLarge`], [`VerifyError::PublicInputs`], or
/// [`VerifyError::Culprits`] with positions ascending.
pub fn verify_batch<R: RngCore + CryptoRng>(
    key: &VerifyingKey,
    entries: &[(Proof, Vec<Fr>)],
    rng: &mut R,
) -> Result<(), VerifyError> {
    if entries.is_empty() {
        return Err(VerifyError::EmptyBatch);
    }
    if entries.len() > BATCH_LIMIT {
        return Err(VerifyError::BatchTooLarge);
    }
    if entries
        .iter()
        .any(|(_, public)| public.len() != key.public_inputs())
    {
        return Err(VerifyError::PublicInputs);
    }
    let mut culprits = Vec::new();
    halve(key, entries, 0, rng, &mut culprits);
    if culprits.is_empty() {
        Ok(())
    } else {
        Err(VerifyError::Culprits(culprits))
    }
}

/// Adds the positions of the false proofs among `entries`, which begin at position `first`.
fn halve<R: RngCore + CryptoRng>(
    key: &VerifyingKey,
    entries: &[(Proof, Vec<Fr>)],
    first: usize,
    rng: &mut R,
    culprits: &mut Vec<usize>,
) {
    if holds(key, entries, rng) {
        return;
    }
    if entries.len() == 1 {
        culprits.push(first);
        return;
    }
    let (left, right) = entries.split_at(entries.len() / 2);
    let found = culprits.len();
    halve(key, left, first, rng, culprits);
    halve(key, right, first + left.len(), rng, culprits);
    // The whole does not hold, so something in it is false: if by a coincidence of coefficients
    // both halves hold, nothing here is believed.
    if culprits.len() == found {
        culprits.extend(first..first + entries.len());
    }
}

fn holds<R: RngCore + CryptoRng>(
    key: &VerifyingKey,
    entries: &[(Proof, Vec<Fr>)],
    rng: &mut R,
) -> bool {
    let ark = key.ark();
    let mut left = Vec::with_capacity(entries.len() + 3);
    let mut right = Vec::with_capacity(entries.len() + 3);
    let mut total = Fr::ZERO;
    let mut inputs = vec![Fr::ZERO; key.public_inputs()];
    let mut c = G1Projective::zero();
    for (proof, public) in entries {
        let k = coefficient(rng);
        total += k;
        for (sum, x) in inputs.iter_mut().zip(public) {
            *sum += *x * k;
        }
        c += proof.ark().c.into_group() * k;
        left.push((-(proof.ark().a.into_group() * k)).into_affine());
        right.push(proof.ark().b);
    }
    let Ok(mut ic) = G1Projective::msm(&ark.gamma_abc_g1[1..], &inputs) else {
        return false;
    };
    ic += ark.gamma_abc_g1[0].into_group() * total;
    left.extend([
        (ark.alpha_g1.into_group() * total).into_affine(),
        ic.into_affine(),
        c.into_affine(),
    ]);
    right.extend([ark.beta_g2, ark.gamma_g2, ark.delta_g2]);
    Bn254::multi_pairing(left, right).is_zero()
}

/// A random coefficient in 1..2^128.
fn coefficient<R: RngCore + CryptoRng>(rng: &mut R) -> Fr {
    loop {
        let mut bytes = [0u8; 16];
        rng.fill_bytes(&mut bytes);
        let k = Fr::from_le_bytes_mod_order(&bytes);
        if !k.is_zero() {
            return k;
        }
    }
}
