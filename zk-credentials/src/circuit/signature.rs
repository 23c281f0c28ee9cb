//! The issuer's signature: `S·B8 = R8 + 8h·A` (docs/protocol.md section 5).

use std::sync::LazyLock;

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use num_bigint::BigUint;

use super::bits::{bit, canonical};
use super::curve::{self, Edwards};
use super::poseidon;
use super::system::System;
use crate::baby_jubjub::{self, Affine, Scalar};

/// Windows of three bits for S: `8^84 = 2^252 > 2l`.
const WINDOWS: usize = 84;
/// Bits of h.
const CHALLENGE_BITS: usize = 254;

/// What the constants of the gadget are: the odd multiples 1, 3, 5, 7 of `8^w · B8` for each
/// window, and `2^253 · G`.
struct Constants {
    windows: Vec<[Affine; 4]>,
    offset: Affine,
}

static CONSTANTS: LazyLock<Constants> = LazyLock::new(|| {
    let mut unit = baby_jubjub::base().into_group();
    let windows = (0..WINDOWS)
        .map(|_| {
            let double = unit.double();
            let mut multiple = unit;
            let row = [(); 4].map(|()| {
                let odd = multiple.into_affine();
                multiple += double;
                odd
            });
            unit = unit.double().double().double();
            row
        })
        .collect();
    let mut offset = baby_jubjub::offset().into_group();
    for _ in 1..CHALLENGE_BITS {
        offset = offset.double();
    }
    Constants { windows, offset: offset.into_affine() }
});

/// A key and a signature as wires.
pub struct Signed<E> {
    /// The key A. That it is a key worth trusting is for whoever trusts its hash.
    pub key: Edwards<E>,
    /// The commitment R8.
    pub commitment: Edwards<E>,
}

/// States that the signature over `message` is valid. `response` is S, for the hints only.
///
/// R8 is the output of complete additions of curve points, so it is on the curve. S enters as
/// digits and is used nowhere else: any digits that satisfy the equation are as good as S.
pub fn verify<S: System>(
    system: &mut S,
    signed: &Signed<S::Expr>,
    response: Fr,
    message: &S::Expr,
) {
    let Signed { key, commitment } = signed;
    let inputs = [&commitment.x, &commitment.y, &key.x, &key.y, message].map(Clone::clone);
    let h = poseidon::hash(system, "challenge", &[], &inputs);
    let h = canonical(system, "challenge", &h);

    let twice = curve::add(system, "twice", key, key);
    let fourfold = curve::add(system, "fourfold", &twice, &twice);
    let q = curve::add(system, "eightfold", &fourfold, &fourfold);

    let shifted = shifted_multiple(system, &q, &h);
    let base = base_multiple(system, response);

    // S·B8 − (multiple + 2^253·G) + 2^253·G + (1 − h₀)·Q = S·B8 − h·Q = R8.
    let negative = curve::negate(system, &shifted);
    let sum = curve::add(system, "difference", &base, &negative);
    let offset = curve::constant(system, &CONSTANTS.offset);
    let sum = curve::add(system, "offset", &sum, &offset);
    let one = system.constant(Fr::ONE);
    let even = system.sub(&one, &h[0]);
    let mend = curve::mask(system, "even", &even, &q);
    let sum = curve::add(system, "parity", &sum, &mend);
    system.equal("commitment-x", &sum.x, &commitment.x);
    system.equal("commitment-y", &sum.y, &commitment.y);
}

/// `(h + 1 − h₀)·Q + 2^253·G`, at six constraints a bit.
///
/// With digits `d_j = 2·h_{j+1} − 1` the number `2^253 + Σ_{j<253} d_j·2^j` is h where h is odd
/// and h + 1 where it is even. The accumulator starts at G + Q for the leading 1. (Started at Q
/// alone, a first digit −1 would add Q and −Q, where the slope is free.)
///
/// Exceptional cases: every intermediate point is `2^k·G + m·Q` with k and m known and
/// `2^k ≢ 0 mod l`. If it equalled ±Q, or the middle point of a step equalled ± the accumulator,
/// that would give the logarithm of Q to the base G. G comes out of a hash, so only somebody who
/// chose the key A as a known multiple of G has it: an issuer whose id nobody should trust, and
/// who could as well sign whatever it likes.
fn shifted_multiple<S: System>(
    system: &mut S,
    q: &Edwards<S::Expr>,
    h: &[S::Expr],
) -> Edwards<S::Expr> {
    system.enter("multiple");
    let q = curve::to_montgomery(system, q);
    let g = curve::montgomery_constant(system, &baby_jubjub::offset());
    let mut sum = curve::add_incomplete(system, "start", &g, &q);
    for digit in h[1..].iter().rev() {
        sum = curve::double_and_add(system, &sum, &q, digit);
    }
    let sum = curve::to_edwards(system, &sum);
    system.leave();
    sum
}

/// `S·B8` from 84 digits out of ±1, ±3, ±5, ±7, by complete additions.
fn base_multiple<S: System>(system: &mut S, response: Fr) -> Edwards<S::Expr> {
    system.enter("response");
    let mut sum: Option<Edwards<S::Expr>> = None;
    for (digit, row) in digits(response).into_iter().zip(&CONSTANTS.windows) {
        let [low, high, sign] =
            [("low", 0), ("high", 1), ("sign", 2)].map(|(name, i)| bit(system, name, digit[i]));
        let both = system.product("both", &low, &high);
        // A table of four over two bits is c₀ + c₁·low + c₂·high + c₃·both.
        let look_up = |of: fn(&Affine) -> Fr| {
            let [c0, c1, c2, c3] = row.each_ref().map(of);
            let constant = system.constant(c0);
            system.linear(&[
                (&constant, Fr::ONE),
                (&low, c1 - c0),
                (&high, c2 - c0),
                (&both, c3 - c2 - c1 + c0),
            ])
        };
        let (x, y) = (look_up(|point| point.x), look_up(|point| point.y));
        let one = system.constant(Fr::ONE);
        let signed = system.linear(&[(&sign, Fr::from(2u64)), (&one, -Fr::ONE)]);
        let x = system.product("signed", &signed, &x);
        let point = Edwards { x, y };
        sum = Some(match sum {
            None => point,
            Some(sum) => curve::add(system, "add", &sum, &point),
        });
    }
    system.leave();
    sum.unwrap_or_else(|| curve::constant(system, &Affine::zero()))
}

/// The digits of S: low and high bit of the magnitude's index, sign.
///
/// S or S + l is odd, below `8^84`, and `odd = Σ (2·c_w − 7)·8^w` for the base-8 digits c of
/// `(odd + 8^84 − 1)/2`.
fn digits(response: Fr) -> Vec<[bool; 3]> {
    let order = BigUint::from_bytes_le(&Scalar::MODULUS.to_bytes_le());
    let mut odd = BigUint::from_bytes_le(&response.into_bigint().to_bytes_le());
    if !odd.bit(0) {
        odd += order;
    }
    let coded: BigUint = (odd + (BigUint::from(1u8) << (3 * WINDOWS)) - 1u8) >> 1;
    (0..WINDOWS as u64)
        .map(|w| {
            let [low, high, sign] = [0, 1, 2].map(|i| coded.bit(3 * w + i));
            // A negative digit's magnitudes run the other way.
            [low == sign, high == sign, sign]
        })
        .collect()
}
