//! Rule 1: holder key and commitments open, components keep their range.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use super::{SIDES, Side, base, reopened, row};
use crate::circuit::corruption::{Corruption, Edit};
use crate::circuit::enrol::EnrolWitness;
use crate::poseidon::poseidon;
use crate::template::{Blinding, ModelId};
use crate::word::tag;

fn commitment_of(elements: &[Fr], model: ModelId, blinding: &Blinding) -> Fr {
    let mut inputs = vec![
        tag("template").fr(),
        model.0.fr(),
        poseidon(&elements[..12]),
    ];
    inputs.extend(&elements[12..]);
    inputs.push(blinding.fr());
    poseidon(&inputs)
}

pub(super) fn openings() -> Vec<Corruption<EnrolWitness>> {
    let one = Fr::ONE;
    let mut rows = vec![
        row(
            "another secret",
            base(),
            vec![Edit::add("holder/secret", 0, one)],
            "holder/opens",
        ),
        row(
            "another holder key",
            base(),
            vec![Edit::add("holder_key", 0, one)],
            "holder/opens",
        ),
    ];
    for rule in [
        "holder/hash/square",
        "holder/hash/fourth",
        "holder/hash/fifth",
    ] {
        let statement = base();
        let edits = reopened(
            &statement,
            vec![Edit::add(rule, 0, one)],
            "holder_key",
            "holder/opens",
        );
        rows.push(row(
            "a holder key out of a wrong S-box",
            statement,
            edits,
            rule,
        ));
    }
    for (side, other) in [(&SIDES[0], &SIDES[1]), (&SIDES[1], &SIDES[0])] {
        let edits = vec![Edit::add(side.blinding, 0, one)];
        rows.push(row("another blinding", base(), edits, side.opens));
        let edits = vec![Edit::add(side.commitment, 0, one)];
        rows.push(row("another commitment", base(), edits, side.opens));

        let statement = base();
        let public = statement.public();
        let (own, swapped) = (public.portrait.0.fr(), public.live.0.fr());
        let taken = if side.opens == "portrait/opens" {
            swapped
        } else {
            own
        };
        let edits = vec![Edit::set(side.commitment, 0, taken)];
        rows.push(row(
            "the other vector's commitment",
            statement,
            edits,
            side.opens,
        ));

        let statement = base();
        let edits = vec![Edit::add("model", 0, one)];
        let edits = reopened(&statement, edits, other.commitment, other.opens);
        rows.push(row(
            "a vector of another model",
            statement,
            edits,
            side.opens,
        ));

        let edits = vec![Edit::flip(side.component, 8 * 3)];
        rows.push(row(
            "a component that was not committed",
            base(),
            edits,
            side.opens,
        ));

        let statement = base();
        let (vector, blinding) = if side.opens == "portrait/opens" {
            (&statement.portrait, &statement.portrait_blinding)
        } else {
            (&statement.live, &statement.live_blinding)
        };
        let mut padded = vector.elements();
        padded[16] += Fr::from(256u64).pow([16]);
        let commitment = commitment_of(padded.as_slice(), statement.model, blinding);
        let edits = vec![Edit::set(side.commitment, 0, commitment)];
        rows.push(row(
            "byte place 512 is not zero",
            statement,
            edits,
            side.opens,
        ));

        for rule in side.hashes.iter().flatten() {
            let statement = base();
            let edits = vec![Edit::add(*rule, 0, one)];
            let edits = reopened(&statement, edits, side.commitment, side.opens);
            rows.push(row(
                "a commitment out of a wrong S-box",
                statement,
                edits,
                rule,
            ));
        }
    }
    rows
}

pub(super) fn components() -> Vec<Corruption<EnrolWitness>> {
    let spelled = |side: &Side, component: usize, bits: [Fr; 8]| -> Vec<Edit> {
        let edit = |(place, bit)| Edit::set(side.component, 8 * component + place, bit);
        bits.into_iter().enumerate().map(edit).collect()
    };
    let (zero, one, two) = (Fr::ZERO, Fr::ONE, Fr::from(2u64));
    let mut rows = vec![];
    for side in &SIDES {
        let mut add = |name, edits| {
            let statement = base();
            let edits = reopened(&statement, edits, side.commitment, side.opens);
            rows.push(row(name, statement, edits, side.component));
        };
        add(
            "a component of 128",
            spelled(side, 1, [two, one, one, one, one, one, one, one]),
        );
        add(
            "a component of -128",
            spelled(side, 1, [-one, zero, zero, zero, zero, zero, zero, zero]),
        );
        add(
            "a component of 128 in the last place",
            spelled(side, 511, [two, one, one, one, one, one, one, one]),
        );
        add(
            "a bit of r - 1",
            vec![Edit::set(side.component, 8 * 2, -one)],
        );
        // The third component is −125, whose bits begin 0, 1: the 2 stands for the carry.
        let edits = vec![
            Edit::set(side.component, 16, two),
            Edit::set(side.component, 17, zero),
        ];
        rows.push(row("a bit of 2", base(), edits, side.component));
    }
    rows
}

/// The commitment that the padding rows compute is the protocol's.
#[test]
fn the_tables_own_commitment_is_the_concrete_one() {
    let statement = base();
    let own = commitment_of(
        statement.portrait.elements().as_slice(),
        statement.model,
        &statement.portrait_blinding,
    );
    assert_eq!(own, statement.public().portrait.0.fr());
}
