//! A committed vector in the circuit: its components, its packing, its commitment.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use crate::circuit::system::System;
use crate::circuit::{bits, poseidon};
use crate::template::{DIMENSION, Template};
use crate::word::tag;

/// Weights of the eight bits of a component (docs/protocol.md section 4). Their subset sums are
/// exactly 0..=254, without a gap and with nothing above, so that eight bits are a complete range
/// proof: `q = sum − 127` is in −127..=127. The sum 127 has two spellings (the low seven bits, or
/// the top one); both mean `q = 0` and nothing public tells them apart.
const WEIGHTS: [u64; 8] = [1, 2, 4, 8, 16, 32, 64, 127];

/// Components that one field element packs (docs/protocol.md section 3).
const PER_ELEMENT: usize = 31;
/// Packed elements that are hashed first, into one: a Poseidon takes 12 inputs.
const HEAD: usize = 12;

/// A private vector: 512 components, each shown to be in −127..=127.
pub(super) struct Vector<E> {
    components: Vec<E>,
}

impl<E: Clone> Vector<E> {
    /// Puts the bits of all components on wires and constrains every one of them to 0 or 1. In a
    /// shape-only run there is no template.
    pub(super) fn witness<S: System<Expr = E>>(
        system: &mut S,
        template: Option<&Template>,
    ) -> Self {
        let component = |i| component(system, template.map_or(0, |known| known.components()[i]));
        Self {
            components: (0..DIMENSION).map(component).collect(),
        }
    }

    /// The components `q_0..q_511`.
    pub(super) fn components(&self) -> &[E] {
        &self.components
    }

    /// The 17 packed elements: `x_k = Σ 256^j · (q_{31k+j} + 128)`. The last has 16 components;
    /// its byte places 512..526 are 0 because nothing is added there. No sum wraps: 31 bytes are
    /// below 2^248.
    fn packed<S: System<Expr = E>>(&self, system: &S) -> Vec<E> {
        let one = system.constant(Fr::ONE);
        let element = |components: &[E]| {
            let (mut place, mut offset) = (Fr::ONE, Fr::ZERO);
            let mut terms = Vec::with_capacity(PER_ELEMENT + 1);
            for q in components {
                terms.push((q, place));
                offset += place * Fr::from(128u64);
                place *= Fr::from(256u64);
            }
            terms.push((&one, offset));
            system.linear(&terms)
        };
        self.components.chunks(PER_ELEMENT).map(element).collect()
    }

    /// `T = P(TAG_TEMPLATE, model, P(x_1..x_12), x_13..x_17, r)` (docs/protocol.md section 3).
    pub(super) fn commitment<S: System<Expr = E>>(
        &self,
        system: &mut S,
        model: &E,
        blinding: &E,
    ) -> E {
        let packed = self.packed(system);
        let (head, tail) = packed.split_at(HEAD);
        let head = poseidon::hash(system, "head", &[], head);
        let mut inputs = vec![model.clone(), head];
        inputs.extend_from_slice(tail);
        inputs.push(blinding.clone());
        poseidon::hash(system, "commitment", &[tag("template").fr()], &inputs)
    }
}

/// One component from its eight bits: `q = Σ weight · bit − 127`.
fn component<S: System>(system: &mut S, q: i8) -> S::Expr {
    let bits = component_bits(q).map(|hint| bits::bit(system, "component", hint == 1));
    let offset = system.constant(-Fr::from(127u64));
    let mut terms = vec![(&offset, Fr::ONE)];
    terms.extend(bits.iter().zip(WEIGHTS.map(Fr::from)));
    system.linear(&terms)
}

/// The bits of `q + 127` under [`WEIGHTS`], without a branch on the secret component. For −128,
/// which no template holds, the bits are meaningless.
fn component_bits(q: i8) -> [u8; 8] {
    let shifted = (q as u8).wrapping_add(127);
    let top = shifted >> 7;
    let low = shifted.wrapping_sub(127 * top);
    let mut bits = [0; 8];
    for (place, bit) in bits[..7].iter_mut().enumerate() {
        *bit = (low >> place) & 1;
    }
    bits[7] = top;
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn subset_sums_of_the_weights_are_exactly_0_to_254() {
        let sums: BTreeSet<u64> = (0u32..256)
            .map(|subset| {
                (0..8)
                    .map(|place| u64::from(subset >> place & 1) * WEIGHTS[place])
                    .sum()
            })
            .collect();
        assert_eq!(sums, (0..=254).collect());
    }

    #[test]
    fn every_component_is_the_weighted_sum_of_its_bits() {
        for q in -127..=127i8 {
            let bits = component_bits(q);
            assert!(bits.iter().all(|bit| *bit <= 1));
            let sum: u64 = bits
                .iter()
                .zip(WEIGHTS)
                .map(|(bit, weight)| u64::from(*bit) * weight)
                .sum();
            assert_eq!(sum as i64 - 127, i64::from(q));
        }
    }
}
