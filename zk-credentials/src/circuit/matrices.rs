//! The constraint matrices of a circuit, and the check of an assignment against them.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

use super::system::{Recorder, Row};

/// The rank-1 constraint system of a circuit: row `i` of the three matrices states
/// `(a[i]·z) · (b[i]·z) = c[i]·z` for the assignment `z`.
///
/// An assignment is one field element for each wire: the constant one, the public inputs in the
/// order of the protocol, the private wires.
pub struct Matrices {
    /// Number of public inputs, without the constant one.
    pub public_inputs: usize,
    /// Name of every wire, by index.
    pub wires: Vec<String>,
    /// Left factors.
    pub a: Vec<Row>,
    /// Right factors.
    pub b: Vec<Row>,
    /// Products.
    pub c: Vec<Row>,
    /// For every row the full name of the rule that it enforces, parts joined by `/`. Rows of one
    /// gadget share a name.
    pub rules: Vec<String>,
}

impl Matrices {
    /// Runs `circuit` on a fresh recorder and keeps what it stated.
    pub fn record(circuit: impl FnOnce(&mut Recorder)) -> Self {
        let mut recorder = Recorder::new();
        circuit(&mut recorder);
        let (public_inputs, wires, constraints) = recorder.into_parts();
        let mut matrices = Self {
            public_inputs,
            wires,
            a: vec![],
            b: vec![],
            c: vec![],
            rules: vec![],
        };
        for constraint in constraints {
            matrices.a.push(constraint.a);
            matrices.b.push(constraint.b);
            matrices.c.push(constraint.c);
            matrices.rules.push(constraint.rule);
        }
        matrices
    }

    /// Number of constraints.
    pub fn constraints(&self) -> usize {
        self.rules.len()
    }

    /// Size of the evaluation domain of the circom QAP: the next power of two that holds the
    /// constraints, one consistency row for each public input, and one for the constant.
    pub fn domain_size(&self) -> usize {
        (self.constraints() + self.public_inputs + 1).next_power_of_two()
    }

    /// The rows that `assignment` does not satisfy, ascending; all rows where its length is not
    /// the number of wires or its first element is not one.
    pub fn unsatisfied(&self, assignment: &[Fr]) -> Vec<usize> {
        if assignment.len() != self.wires.len() || assignment[0] != Fr::from(1u64) {
            return (0..self.constraints()).collect();
        }
        (0..self.constraints())
            .filter(|&i| {
                let [a, b, c] = [&self.a, &self.b, &self.c].map(|m| dot(&m[i], assignment));
                a * b != c
            })
            .collect()
    }
}

/// The value of a row under an assignment.
fn dot(row: &Row, assignment: &[Fr]) -> Fr {
    row.iter().fold(Fr::ZERO, |sum, (wire, coefficient)| {
        sum + assignment[*wire] * coefficient
    })
}
