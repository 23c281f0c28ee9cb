//! The 128 bytes of a proof.

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use thiserror::Error;

use super::words::{g1_of, g1_words, g2_of, g2_words};

/// Length of a proof in bytes: A in G1, B in G2, C in G1, each compressed by arkworks' convention
/// (little-endian x, two flag bits at the top).
pub const PROOF_BYTES: usize = 128;

/// Why bytes are no proof.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ProofError {
    /// Not 128 bytes; for a contract not 256.
    #[error("a proof has 128 bytes, for a contract 256")]
    Length,
    /// A point off the curve or outside the subgroup, or a coordinate that is not reduced.
    #[error("the proof holds an invalid point")]
    Point,
    /// The point at infinity, in any spelling.
    #[error("the proof holds the point at infinity")]
    Infinity,
    /// Bytes that decode but would be written otherwise.
    #[error("the proof is not in its canonical form")]
    NotCanonical,
}

impl ProofError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length => "proof_length",
            Self::Point => "proof_point_invalid",
            Self::Infinity => "proof_infinity",
            Self::NotCanonical => "proof_not_canonical",
        }
    }
}

/// A proof whose points are on the curve, in the subgroup and not at infinity.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof(ark_groth16::Proof<Bn254>);

impl Proof {
    /// Reads the 128 bytes strictly: each proof has exactly one spelling.
    ///
    /// # Errors
    /// [`ProofError`], the first thing that is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofError> {
        if bytes.len() != PROOF_BYTES {
            return Err(ProofError::Length);
        }
        let a = G1Affine::deserialize_compressed(&bytes[..32]).map_err(|_| ProofError::Point)?;
        let b = G2Affine::deserialize_compressed(&bytes[32..96]).map_err(|_| ProofError::Point)?;
        let c = G1Affine::deserialize_compressed(&bytes[96..]).map_err(|_| ProofError::Point)?;
        if a.is_zero() || b.is_zero() || c.is_zero() {
            return Err(ProofError::Infinity);
        }
        let proof = Self(ark_groth16::Proof { a, b, c });
        if proof.to_bytes() != bytes {
            return Err(ProofError::NotCanonical);
        }
        Ok(proof)
    }

    /// Wraps points that are known to be valid.
    pub(super) fn of_points(a: G1Affine, b: G2Affine, c: G1Affine) -> Self {
        Self(ark_groth16::Proof { a, b, c })
    }

    /// The 128 bytes.
    pub fn to_bytes(&self) -> [u8; PROOF_BYTES] {
        let mut bytes = [0; PROOF_BYTES];
        let mut rest = &mut bytes[..];
        // Writing into a buffer of exactly the compressed size cannot fail.
        let written = self.0.a.serialize_compressed(&mut rest).is_ok()
            && self.0.b.serialize_compressed(&mut rest).is_ok()
            && self.0.c.serialize_compressed(&mut rest).is_ok();
        debug_assert!(written && rest.is_empty());
        bytes
    }

    /// The words of A, B, C as the pairing precompile reads them (EIP-197): 256 bytes in all.
    pub fn evm_words(&self) -> [[u8; 32]; 8] {
        let ([ax, ay], [cx, cy]) = (g1_words(&self.0.a), g1_words(&self.0.c));
        let [bx_im, bx_re, by_im, by_re] = g2_words(&self.0.b);
        [ax, ay, bx_im, bx_re, by_im, by_re, cx, cy]
    }

    /// Reads [`Self::evm_words`] strictly, as the precompiles do: coordinates below the modulus, points on the curve and
    /// in the subgroup. Infinity, which a precompile takes, is refused here as the verifier contract refuses it.
    ///
    /// # Errors
    /// [`ProofError::Length`], [`ProofError::Infinity`], [`ProofError::Point`].
    pub fn from_evm_bytes(bytes: &[u8]) -> Result<Self, ProofError> {
        let (words, []) = bytes.as_chunks::<32>() else {
            return Err(ProofError::Length);
        };
        let Ok([ax, ay, bx_im, bx_re, by_im, by_re, cx, cy]) = <[[u8; 32]; 8]>::try_from(words)
        else {
            return Err(ProofError::Length);
        };
        let none = |words: &[[u8; 32]]| words.as_flattened().iter().all(|byte| *byte == 0);
        if none(&[ax, ay]) || none(&[bx_im, bx_re, by_im, by_re]) || none(&[cx, cy]) {
            return Err(ProofError::Infinity);
        }
        let read = |point: Option<_>| point.ok_or(ProofError::Point);
        let (a, c) = (read(g1_of([ax, ay]))?, read(g1_of([cx, cy]))?);
        let b = g2_of([bx_im, bx_re, by_im, by_re]).ok_or(ProofError::Point)?;
        Ok(Self(ark_groth16::Proof { a, b, c }))
    }

    /// The proof in arkworks' form.
    pub fn ark(&self) -> &ark_groth16::Proof<Bn254> {
        &self.0
    }
}
