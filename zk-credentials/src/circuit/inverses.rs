//! Inverses for hints, many at the cost of one.

use ark_bn254::Fr;
use ark_ec::twisted_edwards::Projective;
use ark_ff::{AdditiveGroup, Field, serial_batch_inversion_and_mul};

use crate::baby_jubjub::BabyJubjub;

/// The inverse, or zero of zero: a hint must not panic.
pub fn inverse(x: Fr) -> Fr {
    x.inverse().unwrap_or(Fr::ZERO)
}

/// Inverses of divisors that are known before the gadget runs, in the order in which it asks.
///
/// They are hints and nothing rests on them. A divisor that comes out otherwise, as in a run with
/// replaced wires, is inverted on its own.
#[derive(Default)]
pub struct Inverses {
    expected: std::vec::IntoIter<(Fr, Fr)>,
}

impl Inverses {
    /// None known.
    pub fn none() -> Self {
        Self::default()
    }

    /// The inverses of these divisors.
    pub fn of(divisors: &[Fr]) -> Self {
        let inverses = batch(divisors);
        let pairs: Vec<(Fr, Fr)> = divisors.iter().copied().zip(inverses).collect();
        Self {
            expected: pairs.into_iter(),
        }
    }

    /// The inverse of the next divisor.
    pub fn next(&mut self, divisor: Fr) -> Fr {
        match self.expected.next() {
            Some((expected, inverse)) if expected == divisor => inverse,
            _ => inverse(divisor),
        }
    }
}

/// The inverse of each element, zero of zero, with one inversion (Montgomery's trick).
pub fn batch(elements: &[Fr]) -> Vec<Fr> {
    let mut inverses = elements.to_vec();
    serial_batch_inversion_and_mul(&mut inverses, &Fr::ONE);
    inverses
}

/// The Montgomery coordinates of points, with one inversion: `u = (Z + Y)/(Z − Y)`, `v = u·Z/X`.
/// Points that have none get zeros.
pub fn montgomery_coordinates(points: &[Projective<BabyJubjub>]) -> Vec<[Fr; 2]> {
    let divisors: Vec<Fr> = points.iter().map(|p| (p.z - p.y) * p.x).collect();
    points
        .iter()
        .zip(batch(&divisors))
        .map(|(p, inverse)| {
            let above = (p.z + p.y) * inverse;
            [above * p.x, above * p.z]
        })
        .collect()
}
