#![allow(clippy::unwrap_used)]

use ark_ec::CurveGroup;
use ark_ff::AdditiveGroup;
use ark_std::UniformRand;

use super::*;
use crate::baby_jubjub::{Projective, Scalar, base};
use crate::circuit::corruption::{Corruption, Edit, broken, run, unbound, untouched};
use crate::circuit::matrices::Matrices;
use crate::circuit::system::Assigner;

/// What every gadget is tried on: two points and a bit.
#[derive(Clone, Copy)]
struct Inputs {
    p: Affine,
    q: Affine,
    flag: bool,
}

fn inputs(flag: bool) -> Inputs {
    let mut rng = ark_std::test_rng();
    let mut point = || (base() * Scalar::rand(&mut rng)).into_affine();
    Inputs {
        p: point(),
        q: point(),
        flag,
    }
}

fn edwards<S: System>(system: &mut S, point: &Affine) -> Edwards<S::Expr> {
    Edwards {
        x: system.witness("in", point.x),
        y: system.witness("in", point.y),
    }
}

fn flat<S: System>(system: &mut S, point: &Affine) -> Montgomery<S::Expr> {
    let [u, v] = montgomery(point).map(|coordinate| system.witness("in", coordinate));
    Montgomery { u, v }
}

fn back(system: &Assigner, point: &Montgomery<Fr>) -> Affine {
    let (u, v) = (system.value(&point.u), system.value(&point.v));
    Affine::new_unchecked(u * inverse(v), (u - Fr::ONE) * inverse(u + Fr::ONE))
}

fn affine(system: &Assigner, point: &Edwards<Fr>) -> Affine {
    Affine::new_unchecked(system.value(&point.x), system.value(&point.y))
}

/// Every gadget beside the other, with nothing that holds their results.
fn all<S: System>(system: &mut S, inputs: &Inputs) {
    let (p, q) = (edwards(system, &inputs.p), edwards(system, &inputs.q));
    add(system, "add", &p, &q);
    double(system, "double", &p);
    let flag = system.witness("in", Fr::from(inputs.flag));
    mask(system, "mask", &flag, &p);
    to_montgomery(system, "to-montgomery", &p);
    let (p, q) = (flat(system, &inputs.p), flat(system, &inputs.q));
    to_edwards(system, "to-edwards", &p);
    add_incomplete(system, "add-incomplete", &p, &q, &mut Inverses::none());
    double_and_add(
        system,
        "double-and-add",
        &p,
        &q,
        &flag,
        &mut Inverses::none(),
    );
}

#[test]
fn every_constraint_of_every_gadget_is_broken_alone_by_its_own_wire() {
    let matrices = Matrices::record(|recorder| all(recorder, &inputs(true)));
    let rows: Vec<Corruption<Inputs>> = matrices
        .rules
        .iter()
        .map(|rule| Corruption {
            name: "a wire of a gadget",
            statement: inputs(true),
            edits: vec![Edit::add(rule.as_str(), 0, Fr::ONE)],
            rules: rule.clone().into(),
        })
        .collect();
    run(&matrices, all, &rows);
    assert!(untouched(&matrices, &rows).is_empty());
    assert_eq!(rows.len(), 6 + 5 + 2 + 2 + 2 + 3 + 6);
}

#[test]
fn complete_addition_has_no_exception() {
    let mut rng = ark_std::test_rng();
    let order_two = Affine::new_unchecked(Fr::ZERO, -Fr::ONE);
    let a = <BabyJubjub as TECurveConfig>::COEFF_A;
    let order_four = Affine::new_unchecked(inverse(a).sqrt().unwrap(), Fr::ZERO);
    let random = (base() * Scalar::rand(&mut rng)).into_affine();
    let shifted = (random + order_four).into_affine();
    let points = [
        Affine::zero(),
        order_two,
        order_four,
        base(),
        -base(),
        random,
        -random,
        shifted,
    ];
    for p in points {
        for q in points {
            let mut system = Assigner::new();
            let (left, right) = (edwards(&mut system, &p), edwards(&mut system, &q));
            let sum = add(&mut system, "add", &left, &right);
            assert_eq!(affine(&system, &sum), (p + q).into_affine());
            let matrices = Matrices::record(|recorder| {
                let (left, right) = (edwards(recorder, &p), edwards(recorder, &q));
                add(recorder, "add", &left, &right);
            });
            let assignment = system.into_wires();
            assert!(broken(&matrices, &assignment).is_empty());
            // The result is bound even where inputs are special: 4 products and 2 quotients.
            assert!(
                unbound(&matrices, &assignment, |v| v + Fr::ONE)
                    .iter()
                    .all(|wire| *wire < 5),
                "{p} {q}"
            );
        }
        let mut system = Assigner::new();
        let point = edwards(&mut system, &p);
        let twice = double(&mut system, "double", &point);
        assert_eq!(affine(&system, &twice), (p + p).into_affine());
    }
}

#[test]
fn the_forms_map_onto_each_other_and_cheap_additions_agree() {
    for flag in [false, true] {
        let Inputs { p, q, .. } = inputs(flag);
        let system = &mut Assigner::new();
        let (left, right) = (flat(system, &p), flat(system, &q));
        let there = edwards(system, &p);
        let there = to_montgomery(system, "to", &there);
        assert_eq!([there.u, there.v], montgomery(&p));
        let again = to_edwards(system, "back", &left);
        assert_eq!(affine(system, &again), p);
        let none = &mut Inverses::none();
        let sum = add_incomplete(system, "add", &left, &right, none);
        assert_eq!(back(system, &sum), (p + q).into_affine());
        let sign = system.witness("sign", Fr::from(flag));
        let sum = double_and_add(system, "step", &left, &right, &sign, none);
        let signed: Projective = if flag { q.into() } else { (-q).into() };
        assert_eq!(back(system, &sum), (p + p + signed).into_affine());
        let masked = mask(system, "mask", &sign, &Edwards { x: p.x, y: p.y });
        assert_eq!(
            affine(system, &masked),
            if flag { p } else { Affine::zero() }
        );
    }
}

/// What the written arguments keep out: at `p = q` the slope is free, so that the result is the
/// prover's to choose.
#[test]
fn an_incomplete_addition_of_a_point_to_itself_binds_nothing() {
    let twice = |system: &mut Assigner, point: &Affine| {
        let (p, q) = (flat(system, point), flat(system, point));
        add_incomplete(system, "add", &p, &q, &mut Inverses::none());
    };
    let matrices = Matrices::record(|recorder| {
        let (p, q) = (flat(recorder, &base()), flat(recorder, &base()));
        add_incomplete(recorder, "add", &p, &q, &mut Inverses::none());
    });
    for slope in [0u64, 1, 77] {
        let edits = [Edit::set("add/slope", 0, Fr::from(slope))];
        let cheated = crate::circuit::corruption::cheat(&matrices, twice, &base(), &edits);
        assert!(broken(&matrices, &cheated).is_empty());
    }
}

#[test]
fn opposite_points_have_no_cheap_sum() {
    let matrices = Matrices::record(|recorder| {
        let (p, q) = (flat(recorder, &base()), flat(recorder, &-base()));
        add_incomplete(recorder, "add", &p, &q, &mut Inverses::none());
    });
    let mut system = Assigner::new();
    let (p, q) = (flat(&mut system, &base()), flat(&mut system, &-base()));
    add_incomplete(&mut system, "add", &p, &q, &mut Inverses::none());
    assert_eq!(
        broken(&matrices, &system.into_wires()),
        ["add/slope"].into()
    );
}
