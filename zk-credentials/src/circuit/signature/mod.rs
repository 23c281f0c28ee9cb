//! The issuer's signature: `S·B8 = R8 + 8h·A` (docs/protocol.md section 5).

mod challenge;
mod response;

#[cfg(test)]
mod tests;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use super::bits::canonical;
use super::curve::{self, Edwards};
use super::poseidon;
use super::system::System;
use crate::eddsa::{IssuerKey, Signature};
use crate::field::FieldElement;

/// States that somebody with the key A signed `message`, and gives `P(Ax, Ay)`.
///
/// With Q = 8A the statement is `R8 = S·B8 − h·Q`, put together by additions without exception:
///
/// ```text
/// R8 = (S·B8 + 2^253·G) + [h even]·Q − ((h + [h even])·Q + 2^253·G)
/// ```
///
/// R8 is thereby on the curve. S is used nowhere else, so any digits that satisfy the equation are
/// as good as the signer's. That A is on the curve, in the prime subgroup and not the identity is
/// not stated here: whoever trusts the hash of a key has checked the key (section 5).
pub fn verify<S: System>(
    system: &mut S,
    signed: Option<(&IssuerKey, &Signature)>,
    message: &S::Expr,
) -> S::Expr {
    let known = |get: fn(&IssuerKey, &Signature) -> FieldElement| {
        signed.map_or(Fr::ZERO, |(key, signature)| get(key, signature).fr())
    };
    system.enter("signature");
    let key = Edwards {
        x: system.witness("key-x", known(|key, _| key.ax())),
        y: system.witness("key-y", known(|key, _| key.ay())),
    };
    let commitment = Edwards {
        x: system.witness("commitment-x", known(|_, signature| signature.r8x)),
        y: system.witness("commitment-y", known(|_, signature| signature.r8y)),
    };
    let id = poseidon::hash(system, "key-hash", &[], &[key.x.clone(), key.y.clone()]);
    let inputs = [&commitment.x, &commitment.y, &key.x, &key.y, message].map(Clone::clone);
    let h = poseidon::hash(system, "challenge", &[], &inputs);
    let h = canonical(system, "challenge-bits", &h);

    let key = curve::double(system, "key-twice", &key);
    let key = curve::double(system, "key-fourfold", &key);
    let q = curve::double(system, "key-eightfold", &key);

    let shifted = challenge::multiple(system, &q, &h);
    let base = response::multiple(system, known(|_, signature| signature.s));

    let even = system.sub(&system.constant(Fr::ONE), &h[0]);
    let mend = curve::mask(system, "parity", &even, &q);
    let base = curve::add(system, "mended", &base, &mend);
    let shifted = curve::negate(system, &shifted);
    curve::add_to(system, "equation", &base, &shifted, &commitment);
    system.leave();
    id
}
