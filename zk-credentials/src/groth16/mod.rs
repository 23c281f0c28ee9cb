//! Groth16 over BN254 with the circom QAP: keys, proofs, verification, batches.

mod key;
mod proof;
mod prove;
mod qap;
pub mod snarkjs;
#[cfg(test)]
mod tests;
mod verify;
mod words;

pub use key::{KeyError, ProvingKey, VerifyingKey};
pub use proof::{PROOF_BYTES, Proof, ProofError};
pub use prove::{ProveError, prove};
pub use verify::{BATCH_LIMIT, VerifyError, verify, verify_batch};
