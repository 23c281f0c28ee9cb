//! `cos ≥ tau/1000` over the integers.

use ark_bn254::Fr;

use super::products::Products;
use crate::circuit::bits;
use crate::circuit::system::System;

/// The largest cosine threshold, in thousandths.
const MOST_TAU: u64 = 1000;
/// Bits of `tau − 1` and of `1000 − tau`.
const TAU_BITS: usize = 10;
/// Bits of the difference: `10^6·(512·127²)² = 6.82·10^19 < 2^66 = 7.38·10^19`.
const DIFFERENCE_BITS: usize = 66;

/// `1 ≤ tau ≤ 1000`: two ranges of ten bits that meet there, −23..=1000 and 1..=1024.
///
/// The circuit bounds `tau` itself although every verifier brings its own: without the bound a
/// field element such as −1 or 1/2, whose square is small, would pass for a threshold.
pub(super) fn threshold<S: System>(system: &mut S, tau: &S::Expr) {
    system.enter("tau");
    let least = system.sub(tau, &system.constant(Fr::from(1u64)));
    bits::decompose(system, "least", &least, TAU_BITS);
    let most = system.sub(&system.constant(Fr::from(MOST_TAU)), tau);
    bits::decompose(system, "most", &most, TAU_BITS);
    system.leave();
}

/// `10^6·dot² ≥ tau²·|a|²·|b|²`, as a difference of 66 bits.
///
/// [`Products`] are the true integers and `tau` is in 1..=1000, so `10^6·dot²` lies in
/// 0..2^66 and `tau²·|a|²·|b|² ≤ 10^6·(512·127²)² < 2^66`. The difference therefore lies in
/// −2^66..2^66, and a negative one is a field element near the modulus that has no 66 bits.
/// `dot > 0` is shown with the products, so that the square hides no sign.
pub(super) fn constrain<S: System>(system: &mut S, products: &Products<S::Expr>, tau: &S::Expr) {
    system.enter("similarity");
    let dot_squared = system.product("dot_squared", &products.dot, &products.dot);
    let norms = system.product("norms", &products.portrait_norm, &products.live_norm);
    let tau_squared = system.product("tau_squared", tau, tau);
    let bound = system.product("bound", &tau_squared, &norms);
    let difference = system.sub(&system.scale(&dot_squared, Fr::from(1_000_000u64)), &bound);
    bits::decompose(system, "difference", &difference, DIFFERENCE_BITS);
    system.leave();
}
