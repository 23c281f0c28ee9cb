//! Random statements: the circuit takes exactly those that the concrete functions take.

use std::collections::BTreeSet;

use ark_bn254::Fr;
use proptest::prelude::*;

use super::threshold::verdict;
use super::{EnrolPublic, SHAPE, assignment, template, witness};
use crate::circuit::corruption::{CHANGES, boolean_wires, broken, unbound};
use crate::circuit::tangent::{Tangent, tangent};
use crate::template::{Tau, Template};

/// Two vectors, from strangers to twins: the second is the first with some components replaced.
fn pairs() -> impl Strategy<Value = (Vec<i8>, Vec<i8>)> {
    let vector = || proptest::collection::vec(-127..=127i8, 512);
    (vector(), vector(), 0..=512usize).prop_map(|(a, noise, replaced)| {
        let b = noise[..replaced]
            .iter()
            .chain(&a[replaced..])
            .copied()
            .collect();
        (a, b)
    })
}

/// The largest threshold under which the two are similar, if any.
fn largest_tau(a: &Template, b: &Template) -> Option<u16> {
    (1..=1000)
        .rev()
        .find(|tau| a.similar(b, Tau::new(*tau).unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn circuit_and_check_agree((a, b) in pairs(), tau in 1..=1000u16) {
        verdict(&witness(template(&a), template(&b), tau));
    }

    #[test]
    fn a_thousandth_above_the_cosine_is_refused((a, b) in pairs()) {
        let (a, b) = (template(&a), template(&b));
        let tau = largest_tau(&a, &b);
        if let Some(tau) = tau {
            prop_assert!(verdict(&witness(a.clone(), b.clone(), tau)).is_empty());
        }
        let above = tau.map_or(1, |tau| tau + 1);
        if above <= 1000 {
            prop_assert!(!verdict(&witness(a, b, above)).is_empty());
        }
    }
}

#[test]
fn every_wire_is_held_by_a_constraint() {
    let witness = witness(
        template(&[127, -127, 3, 0]),
        template(&[127, -90, 5, 0]),
        800,
    );
    let honest = assignment(&witness);
    for (name, change) in CHANGES {
        let free: Vec<_> = unbound(&SHAPE, &honest, change)
            .into_iter()
            .map(|w| SHAPE.wires[w].as_str())
            .collect();
        // One square for two contexts: the proof system tells them apart (docs/circuits.md).
        let expected: &[&str] = if name == "-v" { &["context"] } else { &[] };
        assert_eq!(free, expected, "{name}");
    }
}

/// Nothing but inputs is open, and what forbids no small step is the verdict of a rule. Of the
/// three ranges of the products the first two hold both claims already, so the third is one.
#[test]
fn all_but_the_inputs_follows_and_no_constraint_is_idle() {
    let witness = witness(
        template(&[127, -127, 3, 0]),
        template(&[127, -90, 5, 0]),
        800,
    );
    let Tangent { free, verdicts } = tangent(&SHAPE, &assignment(&witness));
    let inputs = ["holder/secret", "portrait/blinding", "live/blinding"];
    let other: Vec<_> = free
        .iter()
        .filter(|name| !inputs.contains(name) && !EnrolPublic::NAMES.contains(name))
        .collect();
    assert!(other.is_empty(), "{other:?}");
    assert_eq!(
        verdicts,
        ["products/dot/range", "similarity/difference/range"]
    );
}

/// No bit of any component or range, first or last, goes without its constraint.
#[test]
fn every_bit_is_stated_to_be_0_or_1() {
    let is_bit = |name: &str| name.ends_with("/bit") || name.ends_with("/component");
    let bits: BTreeSet<usize> = (0..SHAPE.wires.len())
        .filter(|wire| is_bit(&SHAPE.wires[*wire]))
        .collect();
    // Of a range the top bit is no wire: 3 · 22 for the products, 9 for tau, 65.
    assert_eq!(bits.len(), 2 * 4096 + 3 * 22 + 9 + 65);
    assert_eq!(boolean_wires(&SHAPE), bits);
}

#[test]
fn the_two_spellings_of_a_zero_component_mean_the_same() {
    let witness = witness(template(&[127, 0]), template(&[127, 0]), 1000);
    let mut assignment = assignment(&witness);
    let bits: Vec<usize> = (0..SHAPE.wires.len())
        .filter(|w| SHAPE.wires[*w] == "portrait/component")
        .collect();
    let zero = &bits[8..16];
    assert_eq!(
        zero.iter().map(|w| assignment[*w]).collect::<Vec<_>>(),
        [1, 1, 1, 1, 1, 1, 1, 0].map(Fr::from)
    );
    for wire in zero {
        assignment[*wire] = Fr::from(1u64) - assignment[*wire];
    }
    assert!(broken(&SHAPE, &assignment).is_empty());
}
