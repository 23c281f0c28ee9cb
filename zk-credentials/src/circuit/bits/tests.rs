#![allow(clippy::unwrap_used)]

use num_bigint::BigUint;

use super::*;
use crate::circuit::corruption::{Corruption, Edit, broken, cheat, run};
use crate::circuit::matrices::Matrices;
use crate::circuit::system::Assigner;

fn ranged<S: System>(system: &mut S, value: &Fr) {
    let value = system.public("value", *value);
    range(system, "number", &value, 3);
}

#[test]
fn three_bits_are_0_to_7_and_nothing_else() {
    let matrices = Matrices::record(|recorder| ranged(recorder, &Fr::ZERO));
    assert_eq!((matrices.constraints(), matrices.wires.len()), (3, 4));
    for number in -20i64..20 {
        let assignment = cheat(&matrices, ranged, &Fr::from(number), &[]);
        let fits = (0..8).contains(&number);
        assert_eq!(broken(&matrices, &assignment).is_empty(), fits, "{number}");
    }
}

/// Whatever the two lower wires hold, some rule stops a number out of range.
#[test]
fn no_bits_spell_a_number_out_of_range() {
    let matrices = Matrices::record(|recorder| ranged(recorder, &Fr::ZERO));
    let wires = |low: i64, high: i64| {
        [
            Edit::set("number/bit", 0, Fr::from(low)),
            Edit::set("number/bit", 1, Fr::from(high)),
        ]
    };
    for number in [-1i64, 8, 9, 100] {
        for low in -3..4 {
            for high in -3..4 {
                let cheated = cheat(&matrices, ranged, &Fr::from(number), &wires(low, high));
                assert!(!broken(&matrices, &cheated).is_empty(), "{number}");
            }
        }
    }
}

fn ordered<S: System>(system: &mut S, pair: &(u64, u64)) {
    let low = system.public("low", Fr::from(pair.0));
    let high = system.public("high", Fr::from(pair.1));
    at_most(system, "order", &low, &high, 4);
}

#[test]
fn at_most_is_the_order_of_the_numbers() {
    let matrices = Matrices::record(|recorder| ordered(recorder, &(0, 0)));
    for low in 0..16 {
        for high in 0..16 {
            let rules = broken(&matrices, &cheat(&matrices, ordered, &(low, high), &[])).len();
            assert_eq!(rules == 0, low <= high);
        }
    }
}

fn strict<S: System>(system: &mut S, value: &Fr) {
    let value = system.public("value", *value);
    canonical(system, "bits", &value);
}

#[test]
fn canonical_bits_are_those_of_the_integer_below_the_modulus() {
    let matrices = Matrices::record(|recorder| strict(recorder, &Fr::ZERO));
    assert_eq!(matrices.constraints(), 254 + 99);
    let two = Fr::from(2u64);
    let values = [
        Fr::ZERO,
        Fr::ONE,
        -Fr::ONE,
        -two,
        two.pow([253]),
        two.pow([253]) - Fr::ONE,
        two.pow([28]),
    ];
    for value in values {
        let assignment = cheat(&matrices, strict, &value, &[]);
        assert!(broken(&matrices, &assignment).is_empty(), "{value}");
        let mut system = Assigner::new();
        let bits = canonical(&mut system, "bits", &value);
        assert_eq!(
            bits,
            bits_of(value).into_iter().map(Fr::from).collect::<Vec<_>>()
        );
    }
}

/// In the whole circuit what the ladder makes of such bits is refused as well.
#[test]
fn bits_of_a_number_that_are_none_break_their_rule_alone() {
    let matrices = Matrices::record(|recorder| strict(recorder, &Fr::ZERO));
    let row = |name, statement, edits, rule: &'static str| Corruption {
        name,
        statement,
        edits,
        rules: rule.into(),
    };
    let (two, bit) = (Fr::from(2u64), "bits/bit");
    // Bit 28 is the lowest where r − 1 has a one.
    let carried = vec![Edit::set(bit, 28, two), Edit::set(bit, 29, Fr::ZERO)];
    let table = [
        row("a two for a carry", two.pow([29]), carried, bit),
        row(
            "a rest that is no bit",
            Fr::ZERO,
            vec![Edit::flip(bit, 0)],
            "bits/range",
        ),
        row(
            "said to be equal so far",
            Fr::ZERO,
            vec![Edit::set("bits/equal", 98, Fr::ONE)],
            "bits/equal",
        ),
    ];
    run(&matrices, strict, &table);
}

/// h + r in place of h, for every h near the ends of where that fits 254 bits.
#[test]
fn the_other_spelling_is_refused() {
    let matrices = Matrices::record(|recorder| strict(recorder, &Fr::ZERO));
    let r = BigUint::from_bytes_le(&Fr::MODULUS.to_bytes_le());
    let room = (BigUint::from(1u8) << 254) - &r;
    let near = [0u8, 1, 2, 100].map(BigUint::from);
    let values = near
        .iter()
        .cloned()
        .chain(near.iter().map(|n| &room - 1u8 - n));
    for h in values {
        let spelled = &h + &r;
        let edits: Vec<Edit> = (0..253)
            .map(|i| Edit::set("bits/bit", i, Fr::from(spelled.bit(i as u64))))
            .collect();
        let cheated = cheat(
            &matrices,
            strict,
            &Fr::from_le_bytes_mod_order(&h.to_bytes_le()),
            &edits,
        );
        assert_eq!(broken(&matrices, &cheated), ["bits/below-modulus"].into());
    }
}

#[test]
fn a_table_is_read_where_the_position_says() {
    for len in 1..=8usize {
        let table: Vec<Fr> = (0..len).map(|i| Fr::from(100 + i as u64)).collect();
        for at in 0..len {
            let mut system = Assigner::new();
            let position: Vec<Fr> = (0..3).map(|i| Fr::from(at as u64 >> i & 1)).collect();
            assert_eq!(look_up(&mut system, "entry", &position, &table), table[at]);
        }
    }
}

fn zero_at<S: System>(system: &mut S, given: &(Vec<bool>, u64)) {
    let list: Vec<_> = given
        .0
        .iter()
        .map(|bit| system.witness("list", Fr::from(*bit)))
        .collect();
    let position = number(system, "position", given.1, 8);
    bit_is_zero(system, "zero", &position.bits, &list);
}

#[test]
fn each_bit_of_a_list_is_read_at_its_own_position() {
    for len in [248, 253] {
        let matrices = Matrices::record(|recorder| zero_at(recorder, &(vec![false; len], 0)));
        for set in 0..len {
            let mut list = vec![false; len];
            list[set] = true;
            for at in [set, (set + 1) % len, (set + 8) % len, (set * 7 + 3) % len] {
                let given = (list.clone(), at as u64);
                let rules = broken(&matrices, &cheat(&matrices, zero_at, &given, &[]));
                let expected: &[&str] = if at == set { &["zero"] } else { &[] };
                assert_eq!(
                    rules.into_iter().collect::<Vec<_>>(),
                    expected,
                    "{set} {at}"
                );
            }
        }
    }
}
