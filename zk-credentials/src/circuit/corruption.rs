//! Tables of corruptions: for every rule of a circuit, somebody who breaks it.
//!
//! A row starts from a statement, replaces named wires, lets everything computed later follow, and
//! names the rules that must then be unsatisfied: one, or both coordinates of one point. They must
//! be the only ones. [`run`] deletes them and gives the corrupted assignment to what is left of
//! the circuit, which must take it: so the row shows that the rule is there and that nothing else
//! does its work.

use std::collections::{BTreeMap, BTreeSet};

use ark_bn254::Fr;

use super::matrices::Matrices;
use super::system::{Assigner, Row};

/// Another value for one wire.
pub(crate) struct Edit {
    wire: String,
    /// Which of the wires of that name, in the order of the circuit.
    at: usize,
    to: Box<dyn Fn(Fr) -> Fr>,
}

impl Edit {
    /// Puts `value` on the wire.
    pub(crate) fn set(wire: impl Into<String>, at: usize, value: Fr) -> Self {
        Self {
            wire: wire.into(),
            at,
            to: Box::new(move |_| value),
        }
    }
    /// Adds `summand` to what an honest prover puts there.
    pub(crate) fn add(wire: impl Into<String>, at: usize, summand: Fr) -> Self {
        Self {
            wire: wire.into(),
            at,
            to: Box::new(move |honest| honest + summand),
        }
    }
    /// Turns 0 into 1 and 1 into 0.
    pub(crate) fn flip(wire: impl Into<String>, at: usize) -> Self {
        Self {
            wire: wire.into(),
            at,
            to: Box::new(|honest: Fr| Fr::from(1u64) - honest),
        }
    }
    /// Turns the sign.
    pub(crate) fn negate(wire: impl Into<String>, at: usize) -> Self {
        Self {
            wire: wire.into(),
            at,
            to: Box::new(|honest: Fr| -honest),
        }
    }
}

/// One row: who cheats how, and which rule stops it.
pub(crate) struct Corruption<W> {
    /// What the cheater tries, as a test's name.
    pub(crate) name: &'static str,
    /// The statement that the cheater starts from.
    pub(crate) statement: W,
    /// The wires replaced; none where the statement itself is the lie.
    pub(crate) edits: Vec<Edit>,
    /// Full names of the rules that must be unsatisfied: these and no others.
    pub(crate) rules: Rules,
}

/// Names of rules. They live as long as the tests run.
pub(crate) struct Rules(pub(crate) Vec<&'static str>);

impl From<&'static str> for Rules {
    fn from(rule: &'static str) -> Self {
        Self(vec![rule])
    }
}

impl From<String> for Rules {
    fn from(rule: String) -> Self {
        Self(vec![rule.leak()])
    }
}

impl From<[&'static str; 2]> for Rules {
    fn from(rules: [&'static str; 2]) -> Self {
        Self(rules.to_vec())
    }
}

/// The assignment that `synthesize` gives for `statement` with the edits made.
///
/// # Panics
/// If an edit names a wire that is not there.
pub(crate) fn cheat<W>(
    matrices: &Matrices,
    synthesize: impl Fn(&mut Assigner, &W),
    statement: &W,
    edits: &[Edit],
) -> Vec<Fr> {
    let mut honest = Assigner::new();
    synthesize(&mut honest, statement);
    let honest = honest.into_wires();
    let mut overrides = BTreeMap::new();
    for edit in edits {
        let named = matrices
            .wires
            .iter()
            .enumerate()
            .filter(|(_, name)| **name == edit.wire);
        let found = named.map(|(wire, _)| wire).nth(edit.at);
        let wire = found.unwrap_or_else(|| panic!("no wire {} at {}", edit.wire, edit.at));
        overrides.insert(wire, (edit.to)(honest[wire]));
    }
    let mut cheating = Assigner::cheating(overrides);
    synthesize(&mut cheating, statement);
    cheating.into_wires().to_vec()
}

/// Names of the rules that `assignment` breaks.
pub(crate) fn broken<'a>(matrices: &'a Matrices, assignment: &[Fr]) -> BTreeSet<&'a str> {
    matrices
        .unsatisfied(assignment)
        .into_iter()
        .map(|row| matrices.rules[row].as_str())
        .collect()
}

/// The place of the wire with this name, the `at`-th of them.
///
/// # Panics
/// If there is none.
pub(crate) fn place(matrices: &Matrices, name: &str, at: usize) -> usize {
    let named = matrices
        .wires
        .iter()
        .enumerate()
        .filter(|(_, wire)| *wire == name);
    let found = named.map(|(wire, _)| wire).nth(at);
    found.unwrap_or_else(|| panic!("no wire {name} at {at}"))
}

/// The circuit with the constraints of some rules deleted, all others as they were.
pub(crate) fn without(matrices: &Matrices, rules: &[&str]) -> Matrices {
    let kept: Vec<usize> = (0..matrices.constraints())
        .filter(|row| !rules.contains(&matrices.rules[*row].as_str()))
        .collect();
    let rows = |of: &[Row]| kept.iter().map(|row| of[*row].clone()).collect();
    Matrices {
        public_inputs: matrices.public_inputs,
        wires: matrices.wires.clone(),
        a: rows(&matrices.a),
        b: rows(&matrices.b),
        c: rows(&matrices.c),
        rules: kept
            .iter()
            .map(|row| matrices.rules[*row].clone())
            .collect(),
    }
}

/// Runs a table: every row must break its rules and no other, and with these deleted the rest of
/// the circuit must take it.
///
/// # Panics
/// With the list of all rows that do not hold.
pub(crate) fn run<W>(
    matrices: &Matrices,
    synthesize: impl Fn(&mut Assigner, &W),
    rows: &[Corruption<W>],
) {
    let mut wrong = vec![];
    for row in rows {
        let assignment = cheat(matrices, &synthesize, &row.statement, &row.edits);
        let found = broken(matrices, &assignment);
        if found != row.rules.0.iter().copied().collect() {
            let (name, rules) = (row.name, &row.rules.0);
            wrong.push(format!("{name}: expected {rules:?}, broke {found:?}"));
        }
        let mutant = without(matrices, &row.rules.0);
        let left = mutant.unsatisfied(&assignment).len();
        if left != 0 || mutant.constraints() == matrices.constraints() {
            wrong.push(format!("{}: {left} constraints left to refuse", row.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} rows do not hold:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Names of the rules that no row of a table names alone.
pub(crate) fn untouched<'a, W>(
    matrices: &'a Matrices,
    rows: &[Corruption<W>],
) -> BTreeSet<&'a str> {
    let rules = matrices.rules.iter().map(String::as_str);
    rules
        .filter(|rule| rows.iter().all(|row| row.rules.0 != [*rule]))
        .collect()
}

/// What somebody puts on a wire in place of `v`, with its name.
pub(crate) type Change = (&'static str, fn(Fr) -> Fr);

/// Other values for one wire, each tried on every wire.
pub(crate) const CHANGES: [Change; 5] = [
    ("v + 1", |v| v + Fr::from(1u64)),
    ("v - 1", |v| v - Fr::from(1u64)),
    ("1 - v", |v| Fr::from(1u64) - v),
    ("-v", |v| -v),
    ("v^3 + 5", |v| v * v * v + Fr::from(5u64)),
];

/// The wires whose value alone can be changed without breaking a constraint: those that nothing
/// holds. Wire 0, the constant, is left out, and so are wires that the change leaves as they are.
///
/// # Panics
/// Where the assignment is not satisfied to begin with.
pub(crate) fn unbound(
    matrices: &Matrices,
    assignment: &[Fr],
    change: impl Fn(Fr) -> Fr,
) -> Vec<usize> {
    assert!(
        matrices.unsatisfied(assignment).is_empty(),
        "start from a satisfied assignment"
    );
    let by: Vec<Fr> = assignment.iter().map(|v| change(*v) - v).collect();
    let mut bound: Vec<bool> = by.iter().map(|by| *by == Fr::from(0u64)).collect();
    let value = |row: &[(usize, Fr)]| -> Fr { row.iter().map(|(w, k)| assignment[*w] * k).sum() };
    for row in 0..matrices.constraints() {
        let (a, b, c) = (&matrices.a[row], &matrices.b[row], &matrices.c[row]);
        let (va, vb, vc) = (value(a), value(b), value(c));
        let mut changed = BTreeMap::<usize, [Fr; 3]>::new();
        for (matrix, terms) in [a, b, c].into_iter().enumerate() {
            for (wire, coefficient) in terms {
                changed.entry(*wire).or_default()[matrix] = *coefficient * by[*wire];
            }
        }
        for (wire, [da, db, dc]) in changed {
            bound[wire] |= (va + da) * (vb + db) != vc + dc;
        }
    }
    (1..bound.len()).filter(|wire| !bound[*wire]).collect()
}

/// The wires that some constraint states to be 0 or 1, as `w·(1 − w) = 0` and in no other way.
pub(crate) fn boolean_wires(matrices: &Matrices) -> BTreeSet<usize> {
    let one = Fr::from(1u64);
    (0..matrices.constraints())
        .filter_map(|row| match (&matrices.a[row][..], &matrices.b[row][..]) {
            ([(wire, k)], [(0, unit), (other, minus)])
                if wire == other && (*k, *unit, *minus) == (one, one, -one) =>
            {
                matrices.c[row].is_empty().then_some(*wire)
            }
            _ => None,
        })
        .collect()
}
