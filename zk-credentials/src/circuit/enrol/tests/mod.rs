//! Circuit `enrol` against its concrete twin and against those who cheat.

#![allow(clippy::unwrap_used)]

mod corruption;
mod property;
mod threshold;

use std::sync::LazyLock;

use ark_bn254::Fr;
use ark_ff::Field;

use super::{EnrolPublic, EnrolPublicError, EnrolWitness, synthesize};
use crate::circuit::Matrices;
use crate::circuit::system::Assigner;
use crate::entropy::OsEntropy;
use crate::field::FieldElement;
use crate::holder::HolderSecret;
use crate::template::{Blinding, DIMENSION, ModelId, Tau, Template};

pub(super) static SHAPE: LazyLock<Matrices> =
    LazyLock::new(|| Matrices::record(|recorder| synthesize(recorder, None)));

/// The circuit as the corruption tables take it.
pub(super) fn circuit(system: &mut Assigner, witness: &EnrolWitness) {
    synthesize(system, Some(witness));
}

pub(super) fn assignment(witness: &EnrolWitness) -> Vec<Fr> {
    let mut system = Assigner::new();
    circuit(&mut system, witness);
    system.into_wires().to_vec()
}

/// A vector that starts with `components` and goes on with zeros.
pub(super) fn template(components: &[i8]) -> Template {
    let mut bytes = [0; DIMENSION];
    for (byte, q) in bytes.iter_mut().zip(components) {
        *byte = q.cast_unsigned();
    }
    Template::from_bytes(&bytes).unwrap()
}

/// A statement about two vectors; everything else is drawn afresh.
pub(super) fn witness(portrait: Template, live: Template, tau: u16) -> EnrolWitness {
    EnrolWitness {
        secret: HolderSecret::generate(&mut OsEntropy),
        portrait,
        portrait_blinding: Blinding::generate(&mut OsEntropy),
        live,
        live_blinding: Blinding::generate(&mut OsEntropy),
        tau: Tau::new(tau).unwrap(),
        model: ModelId::of_sha256([7; 32]),
        context: FieldElement::from(Fr::from(0xc0ffee_u64)),
    }
}

/// Two vectors with these squared norms and this dot product: what they share comes first, then
/// each has components of its own.
pub(super) fn vectors(portrait_norm: u64, dot: u64, live_norm: u64) -> (Template, Template) {
    let (mut portrait, mut live) = (
        vec![127; (dot / 16129) as usize],
        vec![127; (dot / 16129) as usize],
    );
    let rest = dot % 16129;
    portrait.extend([127, (rest % 127) as i8]);
    live.extend([(rest / 127) as i8, 1]);
    let missing = |have: &[i8], norm: u64| {
        norm - have
            .iter()
            .map(|q| i64::from(*q).pow(2) as u64)
            .sum::<u64>()
    };
    let own = squares(missing(&portrait, portrait_norm));
    let other = squares(missing(&live, live_norm));
    live.extend(vec![0; own.len()]);
    live.extend(other);
    portrait.extend(own);
    assert!(portrait.len() <= DIMENSION && live.len() <= DIMENSION);
    (template(&portrait), template(&live))
}

/// Numbers up to 127 whose squares add up to `sum`.
fn squares(mut sum: u64) -> Vec<i8> {
    let mut roots = vec![];
    while sum > 0 {
        let root = sum.isqrt().min(127);
        roots.push(root as i8);
        sum -= root * root;
    }
    roots
}

#[test]
fn counts_are_those_of_the_documentation() {
    let count = |part: &str| {
        SHAPE
            .rules
            .iter()
            .filter(|rule| rule.starts_with(part))
            .count()
    };
    let parts = [
        "holder/",
        "portrait/",
        "live/",
        "products/",
        "tau/",
        "similarity/",
        "context/",
    ];
    assert_eq!(parts.map(count), [238, 5015, 5015, 581, 10, 70, 1]);
    assert_eq!(count("portrait/component"), 512 * 8);
    assert_eq!(SHAPE.constraints(), 10_930);
    assert_eq!(SHAPE.wires.len(), 10_934);
    assert_eq!(SHAPE.public_inputs, 6);
    assert_eq!(SHAPE.domain_size(), 1 << 14);
    assert!(SHAPE.constraints() + SHAPE.public_inputs < 1 << 14);
}

#[test]
fn shape_and_assignment_agree_on_the_wires() {
    let witness = witness(template(&[127, 3]), template(&[127, 9]), 900);
    let assignment = assignment(&witness);
    assert_eq!(assignment.len(), SHAPE.wires.len());
    assert_eq!(assignment[1..7], witness.public().to_vec());
    assert_eq!(SHAPE.wires[1..7], EnrolPublic::NAMES);
}

#[test]
fn public_inputs_read_back_and_tau_keeps_its_range() {
    let witness = witness(template(&[127]), template(&[127]), 1000);
    let public = witness.public();
    let elements: [FieldElement; 6] = public
        .to_vec()
        .into_iter()
        .map(FieldElement::from)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    assert_eq!(EnrolPublic::from_elements(&elements), Ok(public));
    let half = Fr::from(2u64).inverse().unwrap();
    let refused = [
        Fr::from(0u64),
        Fr::from(1001u64),
        Fr::from(65_536u64),
        Fr::from(1u128 << 64),
        -Fr::ONE,
        half,
    ];
    for tau in refused {
        let mut elements = elements;
        elements[3] = tau.into();
        let refusal = EnrolPublic::from_elements(&elements).unwrap_err();
        assert_eq!(refusal, EnrolPublicError::TauOutOfRange);
        assert_eq!(refusal.code(), "tau_out_of_range");
    }
}

#[test]
fn refusals_have_codes() {
    let check = |a: &[i8], b: &[i8]| witness(template(a), template(b), 900).check();
    assert_eq!(check(&[127], &[127]), Ok(()));
    assert_eq!(
        check(&[126], &[127]).unwrap_err().code(),
        "vector_too_short"
    );
    assert_eq!(check(&[127], &[-127]).unwrap_err().code(), "not_similar");
}

#[test]
fn a_witness_prints_no_secret() {
    let shown = format!("{:?}", witness(template(&[127]), template(&[127]), 900));
    assert!(
        shown.contains("HolderSecret(..)") && shown.contains("Template(..)"),
        "{shown}"
    );
    assert!(
        shown.contains("Blinding(..)") && !shown.contains("127"),
        "{shown}"
    );
}
