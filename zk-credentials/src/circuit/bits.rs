//! Bits, ranges, comparisons and choices.
//!
//! A field of known width is a linear combination of its bits and is hashed as such; a value that
//! is given from outside is decomposed, with its top bit as the linear remainder, so that `n` bits
//! cost `n` constraints and no separate sum.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

use super::system::System;

/// The bits of `value`, least significant first, as many as the field modulus has: 254.
pub fn bits_of(value: Fr) -> Vec<bool> {
    let mut bits = value.into_bigint().to_bits_le();
    bits.truncate(Fr::MODULUS_BIT_SIZE as usize);
    bits
}

/// States that `value` is 0 or 1.
pub fn boolean<S: System>(system: &mut S, rule: &'static str, value: &S::Expr) {
    let (one, zero) = (system.constant(Fr::ONE), system.constant(Fr::ZERO));
    let complement = system.sub(&one, value);
    system.enforce(rule, value, &complement, &zero);
}

/// A new wire that is 0 or 1. Wire and rule carry the same name.
pub fn bit<S: System>(system: &mut S, name: &'static str, value: bool) -> S::Expr {
    let wire = system.witness(name, Fr::from(value));
    boolean(system, name, &wire);
    wire
}

/// `Σ 2^i · bits[i]`.
pub fn from_bits<S: System>(system: &S, bits: &[S::Expr]) -> S::Expr {
    let mut weight = Fr::ONE;
    let terms: Vec<(&S::Expr, Fr)> = bits
        .iter()
        .map(|bit| {
            let term = (bit, weight);
            weight.double_in_place();
            term
        })
        .collect();
    system.linear(&terms)
}

/// An unsigned number with its bits, least significant first.
#[derive(Clone)]
pub struct Number<E> {
    /// The bits, each 0 or 1.
    pub bits: Vec<E>,
    /// Their weighted sum.
    pub value: E,
}

/// A private number of `width` bits: `width` wires `part/bit`, as many constraints of that name.
/// Bits of `value` above `width` are dropped, so an honest caller keeps to the range.
pub fn number<S: System>(
    system: &mut S,
    part: &'static str,
    value: u64,
    width: usize,
) -> Number<S::Expr> {
    system.enter(part);
    let bits: Vec<S::Expr> = (0..width)
        .map(|i| bit(system, "bit", value >> i & 1 == 1))
        .collect();
    system.leave();
    let value = from_bits(system, &bits);
    Number { bits, value }
}

/// States that `0 ≤ value < 2^width` and gives the bits, least significant first. `width` must be
/// below 254, so that no two bit patterns mean one field element.
///
/// The lower bits are wires under the rule `part/bit`; the top bit is what remains, divided by its
/// weight, under the rule `part/range`. `width` constraints, `width − 1` wires.
pub fn range<S: System>(
    system: &mut S,
    part: &'static str,
    value: &S::Expr,
    width: usize,
) -> Vec<S::Expr> {
    assert!((1..254).contains(&width), "a range must fit the field");
    system.enter(part);
    let hints = bits_of(system.value(value));
    let mut bits: Vec<S::Expr> = hints[..width - 1]
        .iter()
        .map(|hint| bit(system, "bit", *hint))
        .collect();
    let top = remainder(system, value, &bits);
    boolean(system, "range", &top);
    bits.push(top);
    system.leave();
    bits
}

/// `(value − Σ 2^i · bits[i]) / 2^len`: the top bit as what the lower ones leave.
fn remainder<S: System>(system: &S, value: &S::Expr, bits: &[S::Expr]) -> S::Expr {
    let lower = from_bits(system, bits);
    let rest = system.sub(value, &lower);
    let half = (Fr::from(Fr::MODULUS_MINUS_ONE_DIV_TWO) + Fr::ONE).pow([bits.len() as u64]);
    system.scale(&rest, half)
}

/// States that `low ≤ high`, both known to lie in a range whose differences fit `width` bits:
/// `high − low` is decomposed. With operands of at most 252 bits a negative difference is a huge
/// field element and has no such decomposition. `width` constraints, the verdict in `part/range`.
pub fn at_most<S: System>(
    system: &mut S,
    part: &'static str,
    low: &S::Expr,
    high: &S::Expr,
    width: usize,
) {
    let difference = system.sub(high, low);
    range(system, part, &difference, width);
}

/// The 254 bits of the one integer in `0..r` that `value` stands for, least significant first.
///
/// `h` and `h + r` both fit 254 bits for many `h`, so a sum of bits alone is not enough. The bits
/// are read from the top beside those of `r − 1`; `equal` says whether all bits seen so far at
/// places where `r − 1` has a one are ones. Where `r − 1` has a zero, the bit must be 0 while
/// `equal` is 1: `b·(1 − equal − b) = 0` says that and, while `equal` is 0, that the bit is
/// boolean. If all places with a one hold ones and all others zeros the integer is `r − 1` itself,
/// the largest that is allowed. 254 constraints for the bits and one for each one of `r − 1`
/// below its top bit, 99.
pub fn canonical<S: System>(system: &mut S, part: &'static str, value: &S::Expr) -> Vec<S::Expr> {
    let width = Fr::MODULUS_BIT_SIZE as usize;
    let largest = bits_of(-Fr::ONE);
    system.enter(part);
    let hints = bits_of(system.value(value));
    let mut bits: Vec<S::Expr> = hints[..width - 1]
        .iter()
        .map(|hint| system.witness("bit", Fr::from(*hint)))
        .collect();
    let top = remainder(system, value, &bits);
    boolean(system, "range", &top);
    let mut equal = top.clone();
    for i in (0..width - 1).rev() {
        if largest[i] {
            boolean(system, "bit", &bits[i]);
            equal = system.product("equal", &equal, &bits[i]);
        } else {
            let (one, zero) = (system.constant(Fr::ONE), system.constant(Fr::ZERO));
            let slack = system.sub(&one, &equal);
            let slack = system.sub(&slack, &bits[i]);
            system.enforce("below-modulus", &bits[i], &slack, &zero);
        }
    }
    bits.push(top);
    system.leave();
    bits
}

/// `if_zero` where `bit` is 0, `if_one` where it is 1. One constraint and wire named `rule`.
pub fn select<S: System>(
    system: &mut S,
    rule: &'static str,
    bit: &S::Expr,
    if_zero: &S::Expr,
    if_one: &S::Expr,
) -> S::Expr {
    let difference = system.sub(if_one, if_zero);
    let chosen = system.product(rule, bit, &difference);
    system.add(if_zero, &chosen)
}

/// The entry of `table` at the position that `position` spells in bits, least significant first.
///
/// `table` has at most `2^len` entries. A position beyond the last reads as some other entry, so
/// the caller bounds it. `table.len() − 1` constraints named `rule`.
pub fn look_up<S: System>(
    system: &mut S,
    rule: &'static str,
    position: &[S::Expr],
    table: &[S::Expr],
) -> S::Expr {
    assert!(
        !table.is_empty() && table.len() <= 1 << position.len(),
        "table and position"
    );
    position
        .iter()
        .fold(table.to_vec(), |entries, bit| {
            halve(system, rule, bit, &entries)
        })
        .swap_remove(0)
}

/// States that the entry of `table` at `position` is `value`; `table` has `2^len` entries.
/// `table.len() − 1` constraints, the last of them named `verdict`, the others `rule`.
pub fn look_up_is<S: System>(
    system: &mut S,
    [rule, verdict]: [&'static str; 2],
    position: &[S::Expr],
    table: &[S::Expr],
    value: &S::Expr,
) {
    assert!(table.len() == 1 << position.len(), "table and position");
    let Some((last, lower)) = position.split_last() else {
        return system.equal(verdict, &table[0], value);
    };
    let pair = lower.iter().fold(table.to_vec(), |entries, bit| {
        halve(system, rule, bit, &entries)
    });
    let difference = system.sub(&pair[1], &pair[0]);
    let chosen = system.sub(value, &pair[0]);
    system.enforce(verdict, last, &difference, &chosen);
}

/// Of every two neighbours the one that `bit` names.
fn halve<S: System>(
    system: &mut S,
    rule: &'static str,
    bit: &S::Expr,
    entries: &[S::Expr],
) -> Vec<S::Expr> {
    let choose = |pair: &[S::Expr]| match pair {
        [zero, one] => select(system, rule, bit, zero, one),
        _ => pair[0].clone(),
    };
    entries.chunks(2).map(choose).collect()
}

/// States that the bit at `position`, eight bits, of a list of at most 256 bits is 0.
///
/// The upper five bits of the position choose one of the list's bytes, the byte is taken apart
/// again, the lower three choose its bit. A list whose last byte is not full reads as 0 behind its
/// end, so the caller bounds the position. Rules `byte`, `byte-bits/…`, `bit`, and `verdict`.
pub fn bit_is_zero<S: System>(
    system: &mut S,
    verdict: &'static str,
    position: &[S::Expr],
    list: &[S::Expr],
) {
    let (lower, upper) = position.split_at(3);
    let bytes: Vec<S::Expr> = list
        .chunks(8)
        .map(|chunk| from_bits(system, chunk))
        .collect();
    let byte = look_up(system, "byte", upper, &bytes);
    let bits = range(system, "byte-bits", &byte, 8);
    let zero = system.constant(Fr::ZERO);
    look_up_is(system, ["bit", verdict], lower, &bits, &zero);
}

#[cfg(test)]
mod tests;
