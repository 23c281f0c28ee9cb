//! Both squared norms and the dot product from one square a component.
//!
//! With `a_i` and `b_i` in −127..=127 let `w_i = (a_i + 2^26·b_i)²` and `S = Σ w_i`. Then
//!
//! ```text
//! S = |a|² + 2^27·dot + 2^52·|b|²
//! ```
//!
//! and every term is small: `|a|², |b|² ≤ 512·127² = 8,258,048 < 2^23` and `|dot| < 2^23`, so
//! `|S| < 2^76`. The prover claims `A` for `|a|²` and `D` for the dot product; the circuit takes
//! `B = (S − A − 2^27·D)·2^−52` for `|b|²` and shows
//!
//! ```text
//! 0 ≤ A − 16129 < 2^23      0 ≤ D − 1 < 2^23      0 ≤ B − 16129 < 2^23
//! ```
//!
//! The claims are then the true values. `A + 2^27·D + 2^52·B = S` holds in the field, both sides
//! are integers below 2^77 in absolute value, and the field has about 2^254 elements, so it holds
//! over the integers:
//!
//! ```text
//! (A − |a|²) + 2^27·(D − dot) + 2^52·(B − |b|²) = 0
//! ```
//!
//! `|A − |a|²| < 2^24` and 2^27 divides it, so it is 0. `|D − dot| < 2^24` and 2^25 divides
//! it, so it is 0, and then the third is 0 too. That `dot` is signed does no harm: the argument
//! never uses its sign, and a dot product of 0 or below has no `D` in its range.
//!
//! 16129 = 127² is the smallest squared norm of a quantised embedding, whose largest component is
//! ±127. The bound keeps the zero vector out, which would be similar to everything.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, PrimeField};

use super::vector::Vector;
use crate::circuit::bits;
use crate::circuit::system::System;

/// 127², the least squared norm (docs/protocol.md section 4, rule 2).
pub(super) const LEAST_SQUARED_NORM: u64 = 127 * 127;
/// Bits of `norm − 127²` and of `dot − 1`: 512·127² < 2^23.
const PRODUCT_BITS: usize = 23;
/// Distance in bits between the three sums inside `S`, less one for the factor 2 of the cross
/// term.
const SHIFT: u64 = 26;

/// Squared norms of both vectors and their dot product, as integers.
pub(super) struct Products<E> {
    /// `|portrait|²`, in 127²..127² + 2^23.
    pub(super) portrait_norm: E,
    /// `|live|²`, in 127²..127² + 2^23.
    pub(super) live_norm: E,
    /// `portrait · live`, in 1..=2^23.
    pub(super) dot: E,
}

impl<E: Clone> Products<E> {
    /// Computes the three sums and shows that they are what the module says.
    pub(super) fn constrain<S: System<Expr = E>>(
        system: &mut S,
        portrait: &Vector<E>,
        live: &Vector<E>,
    ) -> Self {
        system.enter("products");
        let pairs = || portrait.components().iter().zip(live.components());
        let shift = Fr::from(1u64 << SHIFT);
        let squares: Vec<E> = pairs()
            .map(|(a, b)| {
                let joined = system.linear(&[(a, Fr::ONE), (b, shift)]);
                system.product("square", &joined, &joined)
            })
            .collect();

        let (mut norm, mut dot) = (Fr::ZERO, Fr::ZERO);
        for (a, b) in pairs() {
            let (a, b) = (system.value(a), system.value(b));
            norm += a.square();
            dot += a * b;
        }
        let portrait_norm = system.witness("portrait_norm", norm);
        let dot = system.witness("dot", dot);
        // What remains of the sum, divided by 2^52.
        let half = Fr::from(Fr::MODULUS_MINUS_ONE_DIV_TWO) + Fr::ONE;
        let unit = half.pow([2 * SHIFT]);
        let mut terms: Vec<(&E, Fr)> = squares.iter().map(|square| (square, unit)).collect();
        terms.push((&portrait_norm, -unit));
        terms.push((&dot, -shift.double() * unit));
        let live_norm = system.linear(&terms);

        at_least(system, "portrait_norm", &portrait_norm, LEAST_SQUARED_NORM);
        at_least(system, "live_norm", &live_norm, LEAST_SQUARED_NORM);
        at_least(system, "dot", &dot, 1);
        system.leave();
        Self {
            portrait_norm,
            live_norm,
            dot,
        }
    }
}

/// `least ≤ value < least + 2^23`.
fn at_least<S: System>(system: &mut S, part: &'static str, value: &S::Expr, least: u64) {
    let above = system.sub(value, &system.constant(Fr::from(least)));
    bits::range(system, part, &above, PRODUCT_BITS);
}
