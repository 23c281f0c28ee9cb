//! Rules 2 and 3: norms, dot product, threshold; the context.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use super::{base, carried, reopened, row};
use crate::circuit::corruption::{Corruption, Edit};
use crate::circuit::enrol::EnrolWitness;
use crate::circuit::enrol::tests::threshold::cases;
use crate::circuit::enrol::tests::{template, vectors, witness};

pub(super) fn products() -> Vec<Corruption<EnrolWitness>> {
    let power = |exponent: u64| Fr::from(2u64).pow([exponent]);
    let half = || {
        let (portrait, live) = vectors(1_000_000, 600_000, 900_000);
        witness(portrait, live, 500)
    };
    let short = |portrait: &[i8], live: &[i8]| witness(template(portrait), template(live), 900);
    // A zero vector needs a dot product above zero; the norm that has to pay for it is refused.
    let zero_portrait = || {
        let statement = short(&[1], &[127]);
        let mut edits = vec![
            Edit::set("portrait/component", 7, Fr::ZERO),
            Edit::set("products/dot", 0, Fr::ONE),
            Edit::set("products/portrait_norm", 0, -power(27)),
        ];
        let all = (0..7).map(|place| Edit::set("portrait/component", place, Fr::ONE));
        edits.extend(all);
        let edits = reopened(&statement, edits, "template_portrait", "portrait/opens");
        (statement, edits)
    };
    let (zero, zero_edits) = zero_portrait();
    let near = cases()
        .into_iter()
        .find(|case| case.difference == 1)
        .unwrap();
    let mut rows = vec![
        row(
            "a portrait shorter than any embedding",
            short(&[5], &[127]),
            vec![],
            "products/portrait_norm/range",
        ),
        row(
            "a live vector shorter than any embedding",
            short(&[127], &[5]),
            vec![],
            "products/live_norm/range",
        ),
        row(
            "a zero vector",
            zero,
            zero_edits,
            "products/portrait_norm/range",
        ),
        row(
            "a negative dot product",
            short(&[127, 1], &[-127, -1]),
            vec![],
            "products/dot/range",
        ),
        row(
            "a square that raises the norm",
            half(),
            vec![Edit::add("products/square", 0, power(52))],
            "products/square",
        ),
        row(
            "a square that raises the dot product",
            half(),
            vec![
                Edit::add("products/square", 9, power(27)),
                Edit::add("products/dot", 0, Fr::ONE),
            ],
            "products/square",
        ),
        row(
            "a norm below zero lends to the dot product",
            near.witness(),
            vec![
                Edit::add("products/portrait_norm", 0, -power(27)),
                Edit::add("products/dot", 0, Fr::ONE),
            ],
            "products/portrait_norm/range",
        ),
    ];
    for rule in [
        "products/portrait_norm/bit",
        "products/live_norm/bit",
        "products/dot/bit",
    ] {
        let statement = half();
        let edits = carried(&statement, rule);
        rows.push(row("a bit of 2", statement, edits, rule));
    }
    rows
}

pub(super) fn thresholds() -> Vec<Corruption<EnrolWitness>> {
    let twins = || witness(template(&[127, 3]), template(&[127, 3]), 1000);
    let missed = cases().into_iter().filter(|case| case.difference == -1);
    let mut rows: Vec<_> = missed
        .map(|case| {
            row(
                "threshold missed by one",
                case.witness(),
                vec![],
                "similarity/difference/range",
            )
        })
        .collect();
    let tau = |value: Fr| vec![Edit::set("tau", 0, value)];
    rows.extend([
        row("tau 0", base(), tau(Fr::ZERO), "tau/range"),
        row("tau -500", base(), tau(-Fr::from(500u64)), "tau/range"),
        row(
            "tau 1001 for equal vectors",
            twins(),
            tau(Fr::from(1001u64)),
            "similarity/difference/range",
        ),
        row(
            "tau 1024 for equal vectors",
            twins(),
            tau(Fr::from(1024u64)),
            "similarity/difference/range",
        ),
    ]);
    for rule in ["tau/bit", "similarity/difference/bit"] {
        let statement = base();
        let edits = carried(&statement, rule);
        rows.push(row("a bit of 2", statement, edits, rule));
    }
    rows.push(row(
        "a larger square of the dot product",
        base(),
        vec![Edit::add("similarity/dot_squared", 0, Fr::ONE)],
        "similarity/dot_squared",
    ));
    for rule in [
        "similarity/norms",
        "similarity/tau_squared",
        "similarity/bound",
    ] {
        rows.push(row(
            "a smaller bound",
            base(),
            vec![Edit::add(rule, 0, -Fr::ONE)],
            rule,
        ));
    }
    rows
}

pub(super) fn context() -> Vec<Corruption<EnrolWitness>> {
    let kept = Edit::add("context/bound", 0, Fr::ZERO);
    let edits = vec![Edit::add("context", 0, Fr::ONE), kept];
    vec![row(
        "the context of another session",
        base(),
        edits,
        "context/bound",
    )]
}
