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
use crate::circuit::corruption::{Corruption, Edit, Rules, broken, cheat, run, untouched};
use crate::circuit::present::PresentWitness;
use crate::circuit::{Circuit, shape};

type Row = Corruption<PresentWitness>;

fn row(
    name: &'static str,
    statement: PresentWitness,
    edits: Vec<Edit>,
    rules: impl Into<Rules>,
) -> Row {
    Row {
        name,
        statement,
        edits,
        rules: rules.into(),
    }
}

/// A false statement, with nothing replaced.
fn lie(name: &'static str, statement: PresentWitness, rules: impl Into<Rules>) -> Row {
    row(name, statement, vec![], rules)
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
fn every_row_breaks_its_rule_and_passes_without_it() {
    run(shape(Circuit::Present), circuit, &table());
}

#[test]
fn every_false_statement_is_refused_before_proving() {
    for row in table().iter().filter(|row| row.edits.is_empty()) {
        assert!(row.statement.check().is_err(), "{}", row.name);
    }
}

/// Rules whose violation something else refuses too, so that no row can break them alone, by what
/// refuses it. Each of the gadgets' rules is broken alone in the tests of the gadget.
const STOPPED_TWICE: [(&str, &str, &[&str]); 4] = [
    (
        "bits that are none lead the ladder to points off the curve, which the equation refuses",
        "signature/",
        &[
            "signature/challenge-bits/bit",
            "signature/challenge-bits/range",
        ],
    ),
    (
        "a digit of the response that is none names a point off the curve, or a product that is \
         none does",
        "signature/equation/",
        &[
            "signature/response/both",
            "signature/response/high",
            "signature/response/low",
            "signature/response/window/both",
            "signature/response/window/high",
            "signature/response/window/low",
            "signature/response/window/sign",
        ],
    ),
    (
        "a wrong wire inside an addition or a doubling leads off the curve",
        "signature/equation/",
        &[
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
            "signature/response/total/beta",
            "signature/response/total/delta",
            "signature/response/total/gamma",
            "signature/response/total/tau",
            "signature/response/total/x",
            "signature/response/total/y",
        ],
    ),
    (
        "a day of more than 16 bits fits no demand",
        "demand/",
        &["today/range"],
    ),
];

#[test]
fn every_rule_has_a_row_or_is_stopped_twice() {
    let matrices = shape(Circuit::Present);
    let listed = STOPPED_TWICE
        .iter()
        .flat_map(|(_, twin, rules)| rules.iter().map(move |rule| (*rule, *twin)));
    let names: BTreeSet<&str> = listed.clone().map(|(rule, _)| rule).collect();
    assert_eq!(untouched(matrices, &table()), names);
    for (rule, twin) in listed {
        let two = Fr::from(2u64);
        let edits = match rule {
            // Bit 28 is the lowest where r − 1 has a one. Bits of h are held by each other too.
            "signature/challenge-bits/bit" => {
                vec![Edit::add(rule, 28, -two), Edit::add(rule, 29, Fr::ONE)]
            }
            "signature/challenge-bits/range" => {
                vec![Edit::flip("signature/challenge-bits/bit", 0)]
            }
            "today/range" => vec![Edit::add("today", 0, two.pow([41]))],
            _ => vec![Edit::set(rule, 0, two)],
        };
        let mut broken = broken(matrices, &cheat(matrices, circuit, &base(), &edits));
        assert!(broken.remove(rule), "{rule}: {broken:?}");
        assert!(
            broken.iter().all(|other| other.starts_with(twin)),
            "{rule}: {broken:?}"
        );
    }
}
