//! `h·8A`, a key's multiple by the bits of the challenge.

use ark_bn254::Fr;
use ark_ec::twisted_edwards::MontCurveConfig;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field};

use crate::baby_jubjub::{self, Affine, BabyJubjub};
use crate::circuit::curve::{self, Edwards, Montgomery};
use crate::circuit::inverses::{Inverses, batch, inverse, montgomery_coordinates};
use crate::circuit::system::System;

/// Digits of the multiple: all bits of h but the lowest.
const DIGITS: usize = 253;

/// What [`multiple`] adds to the multiple: `2^253·G`.
pub(super) fn shift() -> Affine {
    let mut shift = baby_jubjub::offset().into_group();
    for _ in 0..DIGITS {
        shift.double_in_place();
    }
    shift.into_affine()
}

/// `h'·Q + 2^253·G`, where h' is h where h is odd and h + 1 where it is even.
///
/// With digits `d_j = 2·h_{j+1} − 1` the number `2^253 + Σ_{j<253} d_j·2^j` is h'. The accumulator
/// starts at G + Q for the leading 1 and goes to `2·acc + d·Q` for each digit, six constraints.
/// (Started at Q alone, a first digit −1 would add Q and −Q, where the slope is free, and a
/// challenge with leading zeros would let the prover choose the result.)
///
/// Why no exceptional case can be reached: after k steps the accumulator is `2^k·G + m·Q` with
/// k < 254 and an integer m that the digits tell. An exception, `acc = ±Q` or `2·acc + d·Q = 0`
/// (or `G = ±Q` at the start), is an equation `2^k·G = m'·Q` with k and m' known. l is an odd
/// prime, so `2^k` has an inverse modulo l, and `G = m'·2^−k·8·A` is the logarithm of G to the base
/// A. Nobody knows the logarithm of G to the base B8 (it comes out of a hash), so whoever finds
/// that equation for a key `A = a·B8` has solved a discrete logarithm. Only somebody who makes a
/// key from G instead has it, and he is the issuer under that key: what he signs is his to choose.
/// The same holds for the conversion at the end, which has no answer for the neutral element only.
pub(super) fn multiple<S: System>(
    system: &mut S,
    q: &Edwards<S::Expr>,
    h: &[S::Expr],
) -> Edwards<S::Expr> {
    system.enter("challenge-multiple");
    let q = curve::to_montgomery(system, "key", q);
    let [u, v] = curve::montgomery(&baby_jubjub::offset()).map(|c| system.constant(c));
    let g = Montgomery { u, v };
    let mut sum = curve::add_incomplete(system, "start", &g, &q, &mut Inverses::none());
    let digits: Vec<bool> = h[1..]
        .iter()
        .rev()
        .map(|digit| system.value(digit) == Fr::ONE)
        .collect();
    let mut inverses = divisors(values(system, &sum), values(system, &q), &digits);
    for digit in h[1..].iter().rev() {
        sum = curve::double_and_add(system, "step", &sum, &q, digit, &mut inverses);
    }
    let sum = curve::to_edwards(system, "sum", &sum);
    system.leave();
    sum
}

fn values<S: System>(system: &S, point: &Montgomery<S::Expr>) -> [Fr; 2] {
    [system.value(&point.u), system.value(&point.v)]
}

/// The divisors of both slopes of every step, for hints: the accumulators in projective form, then
/// the lines that go through them.
fn divisors(start: [Fr; 2], q: [Fr; 2], digits: &[bool]) -> Inverses {
    let (mut sum, plus) = (edwards(start).into_group(), edwards(q));
    let minus = -plus;
    let mut sums = Vec::with_capacity(digits.len());
    for digit in digits {
        sums.push(sum);
        sum.double_in_place();
        sum += if *digit { plus } else { minus };
    }
    let sums = montgomery_coordinates(&sums);
    let first: Vec<Fr> = sums.iter().map(|[u, _]| *u - q[0]).collect();
    let lines = sums.iter().zip(digits).zip(first.iter().zip(batch(&first)));
    let both: Vec<Fr> = lines
        .flat_map(|(([u, v], digit), (run, inverse))| {
            let slope = (if *digit { *v - q[1] } else { *v + q[1] }) * inverse;
            let middle = slope.square() - <BabyJubjub as MontCurveConfig>::COEFF_A - u - q[0];
            [*run, *u - middle]
        })
        .collect();
    Inverses::of(&both)
}

/// The Edwards form of Montgomery coordinates; what it gives for no point does not matter.
fn edwards([u, v]: [Fr; 2]) -> Affine {
    Affine::new_unchecked(u * inverse(v), (u - Fr::ONE) * inverse(u + Fr::ONE))
}
