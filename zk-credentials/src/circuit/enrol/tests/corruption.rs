//! Who cheats how, and the one rule that stops it.

mod openings;
mod similarity;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use self::openings::{components, openings};
use self::similarity::{context, products, thresholds};
use super::{SHAPE, assignment, circuit, template, witness};
use crate::circuit::corruption::{Corruption, Edit, broken, cheat, run, untouched};
use crate::circuit::enrol::EnrolWitness;

const SIDES: [Side; 2] = [
    Side {
        commitment: "template_portrait",
        component: "portrait/component",
        blinding: "portrait/blinding",
        opens: "portrait/opens",
        hashes: [
            [
                "portrait/head/square",
                "portrait/head/fourth",
                "portrait/head/fifth",
            ],
            [
                "portrait/commitment/square",
                "portrait/commitment/fourth",
                "portrait/commitment/fifth",
            ],
        ],
    },
    Side {
        commitment: "template_live",
        component: "live/component",
        blinding: "live/blinding",
        opens: "live/opens",
        hashes: [
            ["live/head/square", "live/head/fourth", "live/head/fifth"],
            [
                "live/commitment/square",
                "live/commitment/fourth",
                "live/commitment/fifth",
            ],
        ],
    },
];

/// Names of one vector's wires and rules.
struct Side {
    commitment: &'static str,
    component: &'static str,
    blinding: &'static str,
    opens: &'static str,
    hashes: [[&'static str; 3]; 2],
}

fn base() -> EnrolWitness {
    witness(
        template(&[127, 3, -125, 90]),
        template(&[127, 5, -125, -20]),
        500,
    )
}

fn row(
    name: &'static str,
    statement: EnrolWitness,
    edits: Vec<Edit>,
    rule: &'static str,
) -> Corruption<EnrolWitness> {
    Corruption {
        name,
        statement,
        edits,
        rules: rule.into(),
    }
}

/// Sets a public hash to what the edited private values open to, so that only the rule between
/// them is left to refuse the edits.
fn reopened(
    statement: &EnrolWitness,
    mut edits: Vec<Edit>,
    public: &'static str,
    opens: &str,
) -> Vec<Edit> {
    let assignment = cheat(&SHAPE, circuit, statement, &edits);
    let row = SHAPE.rules.iter().position(|rule| rule == opens).unwrap();
    let residual: Fr = SHAPE.a[row]
        .iter()
        .map(|(wire, k)| assignment[*wire] * k)
        .sum();
    edits.push(Edit::add(public, 0, residual));
    edits
}

/// Spells a number with a 2 in the place of a carry: the sum of the bits stays what it was.
fn carried(statement: &EnrolWitness, wire: &'static str) -> Vec<Edit> {
    let assignment = assignment(statement);
    let bits: Vec<Fr> = SHAPE
        .wires
        .iter()
        .zip(&assignment)
        .filter(|(name, _)| *name == wire)
        .map(|(_, value)| *value)
        .collect();
    let place = bits
        .windows(2)
        .position(|pair| pair == [Fr::ZERO, Fr::ONE])
        .unwrap();
    vec![
        Edit::set(wire, place, Fr::from(2u64)),
        Edit::set(wire, place + 1, Fr::ZERO),
    ]
}

fn table() -> Vec<Corruption<EnrolWitness>> {
    [
        openings(),
        components(),
        products(),
        thresholds(),
        context(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_rule_refuses_its_corruptions_alone() {
    assert!(broken(&SHAPE, &assignment(&base())).is_empty());
    let table = table();
    run(&SHAPE, circuit, &table);
    assert!(
        untouched(&SHAPE, &table).is_empty(),
        "no row for {:?}",
        untouched(&SHAPE, &table)
    );
}

/// Attempts that more than one rule stands against.
#[test]
fn wrap_around_attempts_are_refused() {
    let power = |exponent: u64| Fr::from(2u64).pow([exponent]);
    let half = Fr::from(2u64).inverse().unwrap();
    let dot = "products/dot";
    let norm = "products/portrait_norm";
    let attempts: Vec<(&str, Vec<Edit>)> = vec![
        ("dot r - 1", vec![Edit::set(dot, 0, -Fr::ONE)]),
        ("dot 0", vec![Edit::set(dot, 0, Fr::ZERO)]),
        ("norm r - 1", vec![Edit::set(norm, 0, -Fr::ONE)]),
        ("norm one too low", vec![Edit::add(norm, 0, -Fr::ONE)]),
        (
            "dot pays for a longer live vector",
            vec![Edit::add(dot, 0, -power(25))],
        ),
        (
            "dot takes from the live vector",
            vec![Edit::add(dot, 0, power(25))],
        ),
        (
            "norm pays for a smaller dot",
            vec![Edit::add(norm, 0, power(27)), Edit::add(dot, 0, -Fr::ONE)],
        ),
        (
            "norm pays for a longer live vector",
            vec![Edit::add(norm, 0, -power(52))],
        ),
        ("tau 1/2", vec![Edit::set("tau", 0, half)]),
        ("tau 1025", vec![Edit::set("tau", 0, Fr::from(1025u64))]),
        ("tau 2^127", vec![Edit::set("tau", 0, power(127))]),
    ];
    let statement = base();
    for (name, edits) in attempts {
        let assignment = cheat(&SHAPE, circuit, &statement, &edits);
        assert!(!broken(&SHAPE, &assignment).is_empty(), "{name}");
    }
}
