//! `cos ≥ tau/1000` over the integers.

use ark_bn254::Fr;
use ark_ff::Field;

use super::products::Products;
use crate::circuit::bits;
use crate::circuit::system::System;

/// Bits of `tau − 1`.
const TAU_BITS: usize = 10;
/// Bits of the difference: `10^6·(512·127²)² = 6.82·10^19` and `1024²·(512·127²)² = 7.15·10^19`
/// are below `2^66 = 7.38·10^19`.
const DIFFERENCE_BITS: usize = 66;

/// `1 ≤ tau ≤ 1000` and `10^6·dot² ≥ tau²·|a|²·|b|²`, as a difference of 66 bits.
///
/// Ten bits of `tau − 1` leave 1..=1024. [`Products`] are the true integers, so `10^6·dot²` and
/// `tau²·|a|²·|b|²` both lie in 0..2^66 and their difference in −2^66..2^66; a negative one is a
/// field element near the modulus and has no 66 bits. `dot > 0` is shown with the products, so
/// that the square hides no sign. And `dot² ≤ |a|²·|b|²` (Cauchy and Schwarz) with norms above
/// zero: no difference is 0 or more once `tau > 1000`, so nothing else has to say it.
///
/// The circuit bounds `tau` although every verifier brings its own: a field element such as −500
/// or 1/2, whose square is small, would otherwise pass for a threshold.
pub(super) fn constrain<S: System>(system: &mut S, products: &Products<S::Expr>, tau: &S::Expr) {
    let one = system.constant(Fr::ONE);
    let above_one = system.sub(tau, &one);
    bits::range(system, "tau", &above_one, TAU_BITS);

    system.enter("similarity");
    let dot_squared = system.product("dot_squared", &products.dot, &products.dot);
    let norms = system.product("norms", &products.portrait_norm, &products.live_norm);
    let tau_squared = system.product("tau_squared", tau, tau);
    let bound = system.product("bound", &tau_squared, &norms);
    let scaled = system.scale(&dot_squared, Fr::from(1_000_000u64));
    bits::at_most(system, "difference", &bound, &scaled, DIFFERENCE_BITS);
    system.leave();
}
