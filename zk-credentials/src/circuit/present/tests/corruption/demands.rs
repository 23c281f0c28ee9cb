//! Rules 2 and 3: day, policy, mask, and what they demand.

use ark_bn254::Fr;
use ark_ff::Field;

use super::super::issuer::Forgery;
use super::super::{asked, base, signed};
use super::{Row, carried, lie, row};
use crate::calendar::{Date, Day, Today};
use crate::circuit::bits::bits_of;
use crate::circuit::corruption::Edit;
use crate::circuit::present::PresentWitness;
use crate::nationality::Nationality;
use crate::policy::Excluded;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = lies();
    for demand in [
        "age",
        "expiry",
        "verified",
        "established",
        "document",
        "device",
        "unique",
    ] {
        let rule = format!("demand/{demand}/bit");
        rows.push(row(
            "a difference whose bits are not bits",
            base(),
            carried(&rule),
            rule,
        ));
    }
    for rule in ["today/bit", "policy/bit", "nationality/mask/bit"] {
        rows.push(row(
            "a public input whose bits are not bits",
            base(),
            carried(rule),
            rule,
        ));
    }
    let beyond = vec![Edit::add("excluded", 0, Fr::from(2u64).pow([253]))];
    rows.push(row(
        "a mask of 254 bits",
        base(),
        beyond,
        "nationality/mask/range",
    ));
    // The highest field of the policy, 65536 too small, for somebody established too late.
    let late = signed(|c| c.established_on = Day(20_611));
    let bits = bits_of(late.policy.pack().fr());
    let mut below: Vec<Edit> = (0..59)
        .map(|i| Edit::set("policy/bit", i, Fr::from(bits[i])))
        .collect();
    below.push(Edit::add("policy", 0, -Fr::from(2u64).pow([60])));
    rows.push(row("a policy below zero", late, below, "policy/range"));
    excluded(&mut rows);
    rows
}

/// Statements that are false by a day or a level.
fn lies() -> Vec<Row> {
    let child = |day| {
        let mut child = signed(|c| {
            c.birthdate = Date::new(2008, 8, 12).unwrap();
            c.verified_on = Day(20_650);
        });
        child.today = Today::from_day(Date::new(2026, 8, day).unwrap().day().unwrap());
        child
    };
    assert_eq!(child(12).check(), Ok(()));
    let without_demand = {
        let mut future = signed(|c| c.established_on = Day(20_701));
        future.policy.min_established_days = 0;
        future
    };
    let low = 1u8;
    vec![
        lie("of age tomorrow", child(11), "demand/age/range"),
        lie(
            "expired yesterday",
            signed(|c| c.expires_on = Day(20_699)),
            "demand/expiry/range",
        ),
        lie(
            "matched a day too long ago",
            signed(|c| c.verified_on = Day(20_579)),
            "demand/verified/range",
        ),
        lie(
            "established a day too late",
            signed(|c| c.established_on = Day(20_611)),
            "demand/established/range",
        ),
        lie(
            "established tomorrow, without a demand",
            without_demand,
            "demand/established/range",
        ),
        lie(
            "a document level too low",
            signed(|c| c.document = low.try_into().unwrap()),
            "demand/document/range",
        ),
        lie(
            "a device level too low",
            signed(|c| c.device = low.try_into().unwrap()),
            "demand/device/range",
        ),
        lie(
            "a unique level too low",
            signed(|c| c.unique = low.try_into().unwrap()),
            "demand/unique/range",
        ),
        lie(
            "an excluded nationality",
            barred(),
            "nationality/not-excluded",
        ),
    ]
}

/// Somebody whose nationality is excluded, index 156: bit 4 of byte 19.
fn barred() -> PresentWitness {
    let own = base().signed.credential.nationality;
    asked(|w| w.excluded = Excluded::of([own, Nationality::OTHER]))
}

/// The excluded who hide their bit.
fn excluded(rows: &mut Vec<Row>) {
    // Index 253 has no bit in the mask.
    let mut beyond = base();
    let edits = Forgery::default().sign(&mut beyond, |_| {
        let wire = "credential/nationality/bit";
        (0..8)
            .map(|i| Edit::set(wire, i, Fr::from(253u64 >> i & 1)))
            .collect()
    });
    rows.push(row(
        "a nationality beyond the table",
        beyond,
        edits,
        "nationality/limit/range",
    ));
    let rule = "nationality/limit/bit";
    rows.push(row(
        "a difference whose bits are not bits",
        base(),
        carried(rule),
        rule,
    ));

    // 2^156 moves to the byte below, as 32 · 2^151.
    let wire = "nationality/mask/bit";
    let edits = vec![
        Edit::add(wire, 156, -Fr::ONE),
        Edit::add(wire, 151, Fr::from(32u64)),
    ];
    rows.push(row(
        "a mask spelled without one's bit",
        barred(),
        edits,
        wire,
    ));
    let edits = vec![Edit::add(wire, 156, -Fr::ONE)];
    rows.push(row(
        "a mask cut by one's bit",
        barred(),
        edits,
        "nationality/mask/range",
    ));

    let wire = "nationality/byte-bits/bit";
    let edits = vec![
        Edit::add(wire, 4, -Fr::ONE),
        Edit::add(wire, 3, Fr::from(2u64)),
    ];
    rows.push(row(
        "a byte spelled without one's bit",
        barred(),
        edits,
        wire,
    ));
    let edits = vec![Edit::add(wire, 4, -Fr::ONE)];
    rows.push(row(
        "a byte cut by one's bit",
        barred(),
        edits,
        "nationality/byte-bits/range",
    ));

    // 31 products choose the byte, the last of them between two halves of the mask.
    let wire = "nationality/byte";
    rows.push(row(
        "another byte",
        barred(),
        vec![Edit::add(wire, 30, -Fr::from(16u64))],
        wire,
    ));
    // Position 4 = 100b: the sixth product chooses between bits 4 and 6.
    let wire = "nationality/bit";
    rows.push(row(
        "another bit",
        barred(),
        vec![Edit::add(wire, 5, -Fr::ONE)],
        wire,
    ));
}
