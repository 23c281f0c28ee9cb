//! Who cheats how, and the one rule that stops it.

mod credential;
mod demands;
mod place;
mod signature;
mod status;

use std::collections::BTreeSet;

use ark_bn254::Fr;
use ark_ff::Field;

use super::{base, circuit};
use crate::circuit::corruption::{Corruption, Edit, broken, cheat, run, untouched};
use crate::circuit::present::PresentWitness;
use crate::circuit::{Circuit, shape};

type Row = Corruption<PresentWitness>;

fn row(
    name: &'static str,
    statement: PresentWitness,
    edits: Vec<Edit>,
    rule: impl Into<String>,
) -> Row {
    // The names of a table live as long as the tests run.
    let rule: &'static str = rule.into().leak();
    Row {
        name,
        statement,
        edits,
        rule,
    }
}

/// A false statement, with nothing replaced.
fn lie(name: &'static str, statement: PresentWitness, rule: &'static str) -> Row {
    row(name, statement, vec![], rule)
}

/// Sets a public input to what the edited private values lead to, so that only the rule between
/// them is left to refuse the edits. `rule` is that of `(computed − public) · 1 = 0`.
fn republished(
    statement: &PresentWitness,
    mut edits: Vec<Edit>,
    public: &str,
    rule: &str,
) -> Vec<Edit> {
    let matrices = shape(Circuit::Present);
    let assignment = cheat(matrices, circuit, statement, &edits);
    let row = matrices.rules.iter().position(|name| name == rule).unwrap();
    let residual = matrices.a[row]
        .iter()
        .map(|(wire, k)| assignment[*wire] * k)
        .sum();
    edits.push(Edit::add(public, 0, residual));
    edits
}

/// Spells a number with 2 less in one place and 1 more in the next: the sum stays what it was.
fn carried(wire: &str) -> Vec<Edit> {
    vec![
        Edit::add(wire, 0, -Fr::from(2u64)),
        Edit::add(wire, 1, Fr::ONE),
    ]
}

/// The three rules of a hash.
fn s_boxes(part: &str) -> [String; 3] {
    ["square", "fourth", "fifth"].map(|rule| format!("{part}/{rule}"))
}

fn table() -> Vec<Row> {
    let parts = [
        credential::rows(),
        signature::rows(),
        demands::rows(),
        status::rows(),
        place::rows(),
    ];
    parts.into_iter().flatten().collect()
}

#[test]
fn every_row_breaks_its_rule_and_no_other() {
    run(shape(Circuit::Present), circuit, &table());
}

#[test]
fn every_false_statement_is_refused_before_proving() {
    for row in table().iter().filter(|row| row.edits.is_empty()) {
        assert!(row.statement.check().is_err(), "{}", row.name);
    }
}

/// Rules whose violation something else refuses too, so that no row can break them alone.
///
/// Inside the curve gadgets it leads off the curve and the signature's equation fails; the
/// gadgets' own tests break each of them alone. A day of more than 16 bits fits no demand.
const STOPPED_TWICE: [&str; 39] = [
    "signature/challenge-bits/bit",
    "signature/challenge-bits/range",
    "signature/challenge-multiple/start/u",
    "signature/challenge-multiple/start/v",
    "signature/challenge-multiple/step/middle",
    "signature/challenge-multiple/step/second-slope",
    "signature/challenge-multiple/step/u",
    "signature/challenge-multiple/sum/x",
    "signature/challenge-multiple/sum/y",
    "signature/equation/beta",
    "signature/equation/delta",
    "signature/equation/gamma",
    "signature/equation/tau",
    "signature/key-eightfold/xx",
    "signature/key-eightfold/yy",
    "signature/key-fourfold/xx",
    "signature/key-fourfold/yy",
    "signature/key-twice/xx",
    "signature/key-twice/yy",
    "signature/mended/beta",
    "signature/mended/delta",
    "signature/mended/gamma",
    "signature/mended/tau",
    "signature/mended/x",
    "signature/mended/y",
    "signature/response/both",
    "signature/response/high",
    "signature/response/low",
    "signature/response/total/beta",
    "signature/response/total/delta",
    "signature/response/total/gamma",
    "signature/response/total/tau",
    "signature/response/total/x",
    "signature/response/total/y",
    "signature/response/window/both",
    "signature/response/window/high",
    "signature/response/window/low",
    "signature/response/window/sign",
    "today/range",
];

#[test]
fn every_rule_has_a_row_or_is_stopped_twice() {
    let matrices = shape(Circuit::Present);
    assert_eq!(untouched(matrices, &table()), BTreeSet::from(STOPPED_TWICE));
    for rule in STOPPED_TWICE {
        let two = Fr::from(2u64);
        let (edits, twin) = match rule {
            // Bit 28 is the lowest where r − 1 has a one. Bits of h are held by each other too.
            "signature/challenge-bits/bit" => (
                vec![Edit::add(rule, 28, -two), Edit::add(rule, 29, Fr::ONE)],
                "signature/",
            ),
            "signature/challenge-bits/range" => (
                vec![Edit::flip("signature/challenge-bits/bit", 0)],
                "signature/",
            ),
            "today/range" => (vec![Edit::add("today", 0, two.pow([41]))], "demand/"),
            _ => (vec![Edit::set(rule, 0, two)], "signature/equation/"),
        };
        let mut broken = broken(matrices, &cheat(matrices, circuit, &base(), &edits));
        assert!(broken.remove(rule), "{rule}: {broken:?}");
        assert!(
            broken.iter().all(|other| other.starts_with(twin)),
            "{rule}: {broken:?}"
        );
    }
}
