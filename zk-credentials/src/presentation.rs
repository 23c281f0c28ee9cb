//! Proving and verifying circuit `present` (docs/protocol.md section 7).

use ark_std::rand::{CryptoRng, RngCore};
use thiserror::Error;

pub use crate::circuit::present::{PresentError, PresentPublic, PresentWitness, demands_met};
use crate::circuit::system::Assigner;
use crate::circuit::{Circuit, present, shape};
use crate::groth16::{self, Proof, ProveError, ProvingKey, VerifyError, VerifyingKey};

/// Why no proof was made.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PresentationError {
    /// The statement is false: a demand of the policy is not met.
    #[error(transparent)]
    Statement(#[from] PresentError),
    /// The prover refused.
    #[error(transparent)]
    Prove(#[from] ProveError),
}

impl PresentationError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Statement(error) => error.code(),
            Self::Prove(error) => error.code(),
        }
    }
}

/// Proves that a witness holds a signed, unrevoked credential that satisfies the policy.
///
/// # Errors
/// [`PresentationError`]; a false statement is refused before any group operation.
pub fn prove_present<R: RngCore + CryptoRng>(
    key: &ProvingKey,
    witness: &PresentWitness,
    rng: &mut R,
) -> Result<(Proof, PresentPublic), PresentationError> {
    witness.check()?;
    let mut assigner = Assigner::new();
    present::synthesize(&mut assigner, Some(witness));
    let assignment = assigner.into_wires();
    let proof = groth16::prove(key, shape(Circuit::Present), &assignment, rng)?;
    Ok((proof, witness.public()))
}

/// Verifies a proof against public inputs that the verifier computed itself.
///
/// # Errors
/// [`VerifyError`].
pub fn verify_present(
    key: &VerifyingKey,
    proof: &Proof,
    public: &PresentPublic,
) -> Result<(), VerifyError> {
    groth16::verify(key, proof, &public.to_array())
}

/// Verifies many proofs of one status root and one issuer at once (docs/protocol.md section 10);
/// the refusal names the positions of the false ones.
///
/// # Errors
/// [`VerifyError`], also for an empty batch and for a mixed one.
pub fn verify_present_batch<R: RngCore + CryptoRng>(
    key: &VerifyingKey,
    entries: Vec<(Proof, PresentPublic)>,
    rng: &mut R,
) -> Result<(), VerifyError> {
    let mixed = |pair: &[(Proof, PresentPublic)]| {
        let [(_, one), (_, next)] = pair else {
            return false;
        };
        one.status_root != next.status_root || one.issuer != next.issuer
    };
    if entries.windows(2).any(mixed) {
        return Err(VerifyError::BatchMixed);
    }
    let public = |(proof, public): (Proof, PresentPublic)| (proof, public.to_array().to_vec());
    let entries: Vec<_> = entries.into_iter().map(public).collect();
    groth16::verify_batch(key, &entries, rng)
}
