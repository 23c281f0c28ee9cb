//! What a circuit leaves open near an assignment, to first order.
//!
//! The derivatives of the constraints at a satisfied assignment are the rows of a matrix over the
//! wires. It is brought to echelon form, later wires first. A wire that leads no row follows from
//! no earlier one: an input, or something that the circuit forgot to bind. A row that vanishes
//! forbids no small step: it is the verdict on numbers whose bits are fixed, or it says nothing.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use super::matrices::Matrices;
use super::system::Row;

/// Names of the wires that lead no row, and of the rules whose row vanishes, in their order.
pub(crate) struct Tangent<'a> {
    pub(crate) free: Vec<&'a str>,
    pub(crate) verdicts: Vec<&'a str>,
}

/// The open directions at `assignment`.
///
/// # Panics
/// Where the assignment is not satisfied.
pub(crate) fn tangent<'a>(matrices: &'a Matrices, assignment: &[Fr]) -> Tangent<'a> {
    assert!(matrices.unsatisfied(assignment).is_empty());
    let wires = matrices.wires.len();
    let value = |row: &Row| -> Fr { row.iter().map(|(wire, k)| assignment[*wire] * k).sum() };
    let mut led = vec![Row::new(); wires];
    let mut verdicts = vec![];
    for (place, rule) in matrices.rules.iter().enumerate() {
        let (a, b, c) = (&matrices.a[place], &matrices.b[place], &matrices.c[place]);
        // d(a·b − c) = b·da + a·db − dc.
        let mut row = vec![Fr::ZERO; wires];
        for (terms, factor) in [(a, value(b)), (b, value(a)), (c, -Fr::ONE)] {
            for (wire, k) in terms {
                row[*wire] += *k * factor;
            }
        }
        match reduce(&mut row, &led) {
            Some(leader) => {
                let scale = row[leader].inverse().unwrap_or_default();
                led[leader] = (1..=leader)
                    .filter(|wire| row[*wire] != Fr::ZERO)
                    .map(|wire| (wire, row[wire] * scale))
                    .collect();
            }
            None => verdicts.push(rule.as_str()),
        }
    }
    let free = (1..wires)
        .filter(|wire| led[*wire].is_empty())
        .map(|wire| matrices.wires[wire].as_str())
        .collect();
    Tangent { free, verdicts }
}

/// Takes from `row` the rows that lead its wires, and gives the first wire that none leads. Led
/// rows have a one at their leader. Wire 0 is the constant.
fn reduce(row: &mut [Fr], led: &[Row]) -> Option<usize> {
    for wire in (1..row.len()).rev() {
        let factor = row[wire];
        if factor == Fr::ZERO {
            continue;
        }
        if led[wire].is_empty() {
            return Some(wire);
        }
        for (other, k) in &led[wire] {
            row[*other] -= factor * k;
        }
    }
    None
}
