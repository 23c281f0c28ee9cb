//! Proving and verifying circuit `enrol` (docs/protocol.md section 4).

use ark_std::rand::{CryptoRng, RngCore};
use thiserror::Error;

pub use crate::circuit::enrol::{EnrolError, EnrolPublic, EnrolWitness};
use crate::circuit::system::Assigner;
use crate::circuit::{Circuit, enrol, shape};
use crate::groth16::{self, Proof, ProveError, ProvingKey, VerifyError, VerifyingKey};

/// Why no proof was made.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EnrolmentError {
    /// The statement is false: the faces are not similar enough.
    #[error(transparent)]
    Statement(#[from] EnrolError),
    /// The prover refused.
    #[error(transparent)]
    Prove(#[from] ProveError),
}

impl EnrolmentError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Statement(error) => error.code(),
            Self::Prove(error) => error.code(),
        }
    }
}

/// Proves that the two vectors of a witness are similar and its holder key opens.
///
/// # Errors
/// [`EnrolmentError`]; a false statement is refused before any group operation.
pub fn prove_enrol<R: RngCore + CryptoRng>(
    key: &ProvingKey,
    witness: &EnrolWitness,
    rng: &mut R,
) -> Result<(Proof, EnrolPublic), EnrolmentError> {
    witness.check()?;
    let mut assigner = Assigner::new();
    enrol::synthesize(&mut assigner, Some(witness));
    let assignment = assigner.into_wires();
    let proof = groth16::prove(key, shape(Circuit::Enrol), &assignment, rng)?;
    Ok((proof, witness.public()))
}

/// Verifies a proof against public inputs that the verifier computed itself.
///
/// # Errors
/// [`VerifyError`].
pub fn verify_enrol(
    key: &VerifyingKey,
    proof: &Proof,
    public: &EnrolPublic,
) -> Result<(), VerifyError> {
    groth16::verify(key, proof, &public.to_vec())
}
