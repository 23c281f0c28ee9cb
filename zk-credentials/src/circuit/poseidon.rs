//! Poseidon over BN254 as circomlib has it, at three constraints an S-box.
//!
//! Only S-boxes cost: additions of round constants and the products with the MDS matrix are folded
//! into linear combinations. The state starts with a zero, and where a domain tag leads the inputs
//! it is known too: their first S-boxes are computed, not constrained.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use super::system::System;
use crate::poseidon::parameters;

/// `P(constants ‖ inputs)` (docs/protocol.md, introduction), at most 12 values in all.
///
/// Constraints: three for each of the `8·(n+1) + partial rounds` S-boxes, less three for the zero
/// and for each constant. Rules `part/square`, `part/fourth`, `part/fifth`.
pub fn hash<S: System>(
    system: &mut S,
    part: &'static str,
    constants: &[Fr],
    inputs: &[S::Expr],
) -> S::Expr {
    let parameters = parameters(constants.len() + inputs.len());
    let known = 1 + constants.len();
    system.enter(part);
    let mut state: Vec<S::Expr> = std::iter::once(system.constant(Fr::ZERO))
        .chain(constants.iter().map(|constant| system.constant(*constant)))
        .chain(inputs.iter().cloned())
        .collect();
    let half = parameters.full_rounds / 2;
    for round in 0..parameters.full_rounds + parameters.partial_rounds {
        let keys = &parameters.round_constants[round * state.len()..][..state.len()];
        for (element, key) in state.iter_mut().zip(keys) {
            *element = system.add(element, &system.constant(*key));
        }
        let full = round < half || round >= half + parameters.partial_rounds;
        let boxes = if full { state.len() } else { 1 };
        for (i, element) in state.iter_mut().enumerate().take(boxes) {
            *element = if round == 0 && i < known {
                let value = system.value(element);
                system.constant(fifth_power(value))
            } else {
                s_box(system, element)
            };
        }
        state = parameters
            .mds
            .iter()
            .map(|row| {
                let terms: Vec<_> = state.iter().zip(row.iter().copied()).collect();
                system.linear(&terms)
            })
            .collect();
    }
    system.leave();
    state.swap_remove(0)
}

fn fifth_power(x: Fr) -> Fr {
    x.square().square() * x
}

fn s_box<S: System>(system: &mut S, x: &S::Expr) -> S::Expr {
    let square = system.product("square", x, x);
    let fourth = system.product("fourth", &square, &square);
    system.product("fifth", &fourth, x)
}

#[cfg(test)]
mod tests;
