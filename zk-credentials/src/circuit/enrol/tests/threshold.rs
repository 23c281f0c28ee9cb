//! The similarity rule where it turns: integers at the threshold, extreme vectors.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{SHAPE, assignment, template, vectors, witness};
use crate::circuit::corruption::broken;
use crate::circuit::enrol::{EnrolError, EnrolWitness};

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) tau: u16,
    dot: u64,
    portrait_norm: u64,
    live_norm: u64,
    pub(super) difference: i64,
}

impl Case {
    pub(super) fn witness(&self) -> EnrolWitness {
        let (portrait, live) = vectors(self.portrait_norm, self.dot, self.live_norm);
        witness(portrait, live, self.tau)
    }
}

pub(super) fn cases() -> Vec<Case> {
    let file = include_str!("../../../../../fixtures/vectors/enrol-threshold.json");
    serde_json::from_str::<Vectors>(file).unwrap().cases
}

/// The rules that an honest run over this statement breaks, which must be none where the concrete
/// check passes.
pub(super) fn verdict(witness: &EnrolWitness) -> BTreeSet<&'static str> {
    let rules = broken(&SHAPE, &assignment(witness));
    assert_eq!(
        rules.is_empty(),
        witness.check().is_ok(),
        "circuit and check disagree: {rules:?}"
    );
    rules
}

#[test]
fn one_integer_decides_at_the_threshold() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        let witness = case.witness();
        assert_eq!(witness.portrait.dot(&witness.live), case.dot as i64);
        assert_eq!(
            witness.portrait.dot(&witness.portrait),
            case.portrait_norm as i64
        );
        assert_eq!(witness.live.dot(&witness.live), case.live_norm as i64);
        let expected = if case.difference < 0 {
            assert_eq!(witness.check(), Err(EnrolError::NotSimilar));
            BTreeSet::from(["similarity/difference/range"])
        } else {
            BTreeSet::new()
        };
        assert_eq!(
            verdict(&witness),
            expected,
            "difference {}",
            case.difference
        );
        seen.insert(case.difference);
    }
    assert_eq!(seen, BTreeSet::from([-1, 0, 1]));
}

#[test]
fn extreme_vectors_stay_in_every_range() {
    let (high, low) = ([127; 512], [-127; 512]);
    let mut mixed = high;
    mixed.iter_mut().step_by(3).for_each(|q| *q = -127);
    let mut last = [0; 512];
    last[511] = -127;
    for [a, b] in [
        [high, high],
        [low, low],
        [mixed, mixed],
        [last, last],
        [mixed, high],
    ] {
        for tau in [1, 332] {
            assert!(verdict(&witness(template(&a), template(&b), tau)).is_empty());
        }
    }
    for equal in [high, low, mixed, last] {
        assert!(verdict(&witness(template(&equal), template(&equal), 1000)).is_empty());
    }
    assert!(verdict(&witness(template(&[127]), template(&high), 44)).is_empty());
    assert!(!verdict(&witness(template(&[127]), template(&high), 45)).is_empty());
}

#[test]
fn opposite_and_orthogonal_vectors_break_the_range_of_the_dot_product() {
    let high = [127; 512];
    for [a, b] in [
        [high, high.map(|q: i8| -q)],
        [
            [127; 512],
            std::array::from_fn(|i| if i % 2 == 0 { 127 } else { -127 }),
        ],
    ] {
        let rules = verdict(&witness(template(&a), template(&b), 1));
        assert!(rules.contains("products/dot/range"), "{rules:?}");
    }
}

#[test]
fn vectors_shorter_than_any_embedding_are_refused() {
    for (a, b) in [([126], [127]), ([127], [126]), ([1], [1])] {
        let witness = witness(template(&a), template(&b), 900);
        assert_eq!(witness.check(), Err(EnrolError::VectorTooShort));
        assert!(
            verdict(&witness)
                .iter()
                .all(|rule| rule.ends_with("norm/range"))
        );
    }
}
