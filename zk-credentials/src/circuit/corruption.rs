//! Tables of corruptions: for every rule of a circuit, somebody who breaks it.
//!
//! A row starts from a statement, replaces named wires, lets everything computed later follow, and
//! names the rule that must then be unsatisfied. It must be the only one: with that rule deleted
//! the corrupted assignment would pass, so a row that holds shows at once that the rule is there
//! and that nothing else does its work.

use std::collections::{BTreeMap, BTreeSet};

use ark_bn254::Fr;

use super::matrices::Matrices;
use super::system::Assigner;

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
    /// Full name of the one rule that must be unsatisfied, or of a part: then one or more of the
    /// part's rules, and none outside it.
    pub(crate) rule: &'static str,
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

/// Whether `named` is a rule's own name or that of a part around it.
fn covers(named: &str, rule: &str) -> bool {
    rule.strip_prefix(named)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Runs a table: every row must break its rule and no other.
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
        let rules = broken(matrices, &assignment);
        if rules.is_empty() || !rules.iter().all(|rule| covers(row.rule, rule)) {
            wrong.push(format!(
                "{}: expected {}, broke {rules:?}",
                row.name, row.rule
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} rows do not hold:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Names of the rules that no row of a table names. A row that names a part names none of its
/// rules.
pub(crate) fn untouched<'a, W>(
    matrices: &'a Matrices,
    rows: &[Corruption<W>],
) -> BTreeSet<&'a str> {
    let rules = matrices.rules.iter().map(String::as_str);
    rules
        .filter(|rule| rows.iter().all(|row| row.rule != *rule))
        .collect()
}

/// The wires whose value alone can be raised by one without breaking a constraint: those that
/// nothing holds. Wire 0, the constant, is left out.
pub(crate) fn unbound(matrices: &Matrices, assignment: &[Fr]) -> Vec<usize> {
    assert!(
        matrices.unsatisfied(assignment).is_empty(),
        "start from a satisfied assignment"
    );
    let mut bound = vec![false; matrices.wires.len()];
    let value = |row: &[(usize, Fr)]| -> Fr { row.iter().map(|(w, k)| assignment[*w] * k).sum() };
    for row in 0..matrices.constraints() {
        let (a, b, c) = (&matrices.a[row], &matrices.b[row], &matrices.c[row]);
        let (va, vb, vc) = (value(a), value(b), value(c));
        let mut change = BTreeMap::<usize, [Fr; 3]>::new();
        for (matrix, terms) in [a, b, c].into_iter().enumerate() {
            for (wire, coefficient) in terms {
                change.entry(*wire).or_default()[matrix] = *coefficient;
            }
        }
        for (wire, [da, db, dc]) in change {
            bound[wire] |= (va + da) * (vb + db) != vc + dc;
        }
    }
    (1..bound.len()).filter(|wire| !bound[*wire]).collect()
}
