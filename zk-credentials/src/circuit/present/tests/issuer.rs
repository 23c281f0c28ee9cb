//! An issuer who signs with whatever commitment and challenge a test wants, which the real one
//! does not offer.

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

use crate::baby_jubjub::{Affine, Scalar, base, reduced_scalar};
use crate::circuit::corruption::{Edit, cheat, place};
use crate::circuit::present::PresentWitness;
use crate::circuit::{Circuit, shape};
use crate::eddsa::{IssuerKey, Signature};
use crate::poseidon::poseidon;

/// Knows the logarithm a of its key.
pub(super) struct Issuer {
    secret: Scalar,
}

impl Issuer {
    pub(super) fn new(secret: u64) -> Self {
        Self {
            secret: Scalar::from(secret),
        }
    }
    pub(super) fn key(&self) -> IssuerKey {
        let point = (base() * self.secret).into_affine();
        IssuerKey::new(point.x.into(), point.y.into()).unwrap()
    }
    /// A valid signature.
    pub(super) fn sign(&self, message: Fr) -> Signature {
        let nonce = Scalar::from(12_345u64);
        let commitment = (base() * nonce).into_affine();
        let key = self.key().point();
        let h = poseidon(&[commitment.x, commitment.y, key.x, key.y, message]);
        signature(commitment, self.respond(nonce, reduced_scalar(h)))
    }
    /// `S = k + 8·h·a`.
    fn respond(&self, nonce: Scalar, challenge: Scalar) -> Scalar {
        nonce + Scalar::from(8u64) * challenge * self.secret
    }
}

fn signature(commitment: Affine, response: Scalar) -> Signature {
    let response = Fr::from_le_bytes_mod_order(&response.into_bigint().to_bytes_le());
    Signature {
        r8x: commitment.x.into(),
        r8y: commitment.y.into(),
        s: response.into(),
    }
}

/// What replaced wires make of a signature: how a test chooses it so that they go unnoticed.
pub(super) struct Forgery {
    /// R8 from its multiple of B8.
    pub(super) commitment: fn(Affine) -> Affine,
    /// What the circuit multiplies 8A by, out of the challenge's bits.
    pub(super) multiple: fn(&Challenge) -> Scalar,
    /// The S that the witness carries, for what the circuit makes of it; `None` to try again.
    pub(super) response: fn(Scalar) -> Option<Scalar>,
    /// Which challenges will do.
    pub(super) fits: fn(&Challenge) -> bool,
}

/// The bits of h that the circuit works with.
pub(super) struct Challenge(pub(super) Vec<bool>);

impl Challenge {
    /// As a number modulo l.
    pub(super) fn number(&self) -> Scalar {
        self.0
            .iter()
            .rev()
            .fold(Scalar::ZERO, |sum, bit| sum.double() + Scalar::from(*bit))
    }
    /// The digit ±1 of a step of the ladder, the first step first.
    pub(super) fn digit(&self, step: usize) -> Scalar {
        if self.0[253 - step] {
            Scalar::ONE
        } else {
            -Scalar::ONE
        }
    }
    /// The multiple of 8A that the ladder computes, h with its lowest bit set.
    pub(super) fn odd(&self) -> Scalar {
        self.number() + Scalar::from(!self.0[0])
    }
}

impl Default for Forgery {
    fn default() -> Self {
        Self {
            commitment: |point| point,
            multiple: Challenge::number,
            response: Some,
            fits: |_| true,
        }
    }
}

impl Forgery {
    /// Gives the statement the signature that goes with the edits. They may depend on the nonce.
    pub(super) fn sign(
        &self,
        statement: &mut PresentWitness,
        edits: impl Fn(&PresentWitness) -> Vec<Edit>,
    ) -> Vec<Edit> {
        let issuer = Issuer::new(9);
        let matrices = shape(Circuit::Present);
        for nonce in 1..200u64 {
            let nonce = Scalar::from(nonce);
            let commitment = (self.commitment)((base() * nonce).into_affine());
            statement.signed.signature = signature(commitment, Scalar::ZERO);
            if !(self.fits)(&challenge(&super::assignment(statement))) {
                continue;
            }
            let first = cheat(matrices, super::circuit, statement, &edits(statement));
            let challenge = challenge(&first);
            if !(self.fits)(&challenge) {
                continue;
            }
            let response = issuer.respond(nonce, (self.multiple)(&challenge));
            if let Some(response) = (self.response)(response) {
                statement.signed.signature = signature(commitment, response);
                return edits(statement);
            }
        }
        panic!("no nonce fits");
    }
}

/// The bits of h in an assignment. The highest is no wire: it is what the others leave.
pub(super) fn challenge(assignment: &[Fr]) -> Challenge {
    let matrices = shape(Circuit::Present);
    let first = place(matrices, "signature/challenge-bits/bit", 0);
    let mut bits: Vec<bool> = assignment[first..first + 253]
        .iter()
        .map(|bit| *bit == Fr::ONE)
        .collect();
    let rule = "signature/challenge-bits/range";
    let row = matrices.rules.iter().position(|name| name == rule).unwrap();
    let top: Fr = matrices.a[row]
        .iter()
        .map(|(wire, k)| assignment[*wire] * k)
        .sum();
    bits.push(top == Fr::ONE);
    Challenge(bits)
}

/// The point of order two, (0, −1).
pub(super) fn order_two() -> Affine {
    Affine::new_unchecked(Fr::ZERO, -Fr::ONE)
}

/// `p + (0, −1)`.
pub(super) fn shifted(point: Affine) -> Affine {
    (point.into_group() + order_two()).into_affine()
}
