//! The credential's bit in the status list is 0 (docs/protocol.md section 6).

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

use super::bits::{Number, at_most, boolean, from_bits, number, range};
use super::poseidon;
use super::system::System;
use crate::status_list::{DEPTH, LEAF_BITS, StatusPath};

/// States that the bit of a credential is 0 under `root`, and gives the status index.
///
/// A path digit is two bits of the leaf index, so it is 0..=3 by their booleanity, and the index
/// that the credential carries is the place that the path leads to.
pub fn constrain<S: System>(
    system: &mut S,
    path: Option<&StatusPath>,
    bit: u8,
    root: &S::Expr,
) -> S::Expr {
    system.enter("status");
    let leaf_index = number(system, "leaf-index", path.map_or(0, |p| p.leaf_index.into()), 16);
    let position = number(system, "position", bit.into(), 8);
    let last = system.constant(Fr::from(LEAF_BITS - 1));
    at_most(system, "position-limit", &position.value, &last, 8);

    let leaf = system.witness("leaf", path.map_or(Fr::ZERO, |p| p.leaf.fr()));
    let top = climb(system, path, &leaf, &leaf_index);
    system.equal("root", &top, root);

    let bits = range(system, "leaf-bits", &leaf, LEAF_BITS as usize);
    let revoked = select(system, "bit", &bits, &position.bits);
    let zero = system.constant(Fr::ZERO);
    system.equal("not-revoked", &revoked, &zero);
    system.leave();
    let base = system.scale(&leaf_index.value, Fr::from(LEAF_BITS));
    system.add(&base, &position.value)
}

/// The root over a leaf. All four children of a node are wires; the one that the digit names is
/// the node below.
fn climb<S: System>(
    system: &mut S,
    path: Option<&StatusPath>,
    leaf: &S::Expr,
    leaf_index: &Number<S::Expr>,
) -> S::Expr {
    let mut node = leaf.clone();
    for level in 0..DEPTH {
        system.enter("level");
        let mut hints = path.map_or(vec![Fr::ZERO; 3], |path| {
            path.siblings[level].iter().map(|sibling| sibling.fr()).collect()
        });
        hints.insert(path.map_or(0, |path| path.digit(level)), system.value(&node));
        let children: Vec<_> =
            hints.into_iter().map(|child| system.witness("child", child)).collect();
        let digit = &leaf_index.bits[2 * level..2 * level + 2];
        let chosen = choose(system, "choice", &children, digit);
        system.equal("node", &chosen, &node);
        node = poseidon::hash(system, "hash", &[], &children);
        system.leave();
    }
    node
}

/// One of `2^n` expressions by n bits, least significant first; `2^n − 1` constraints.
fn choose<S: System>(
    system: &mut S,
    rule: &'static str,
    of: &[S::Expr],
    by: &[S::Expr],
) -> S::Expr {
    let mut left = of.to_vec();
    for bit in by {
        left = left
            .chunks(2)
            .map(|pair| {
                let difference = system.sub(&pair[1], &pair[0]);
                let step = system.product(rule, bit, &difference);
                system.add(&pair[0], &step)
            })
            .collect();
    }
    left.swap_remove(0)
}

/// The bit at an index of eight bits among up to 256; those past the end count as 0.
///
/// The upper five bits pick a byte, by one product for each byte; the byte is taken apart again
/// and the lower three bits pick the bit.
pub fn select<S: System>(
    system: &mut S,
    part: &'static str,
    bits: &[S::Expr],
    index: &[S::Expr],
) -> S::Expr {
    system.enter(part);
    let mut flags = vec![system.constant(Fr::ONE)];
    for bit in &index[3..8] {
        let mut set = Vec::with_capacity(flags.len());
        for flag in &flags {
            set.push(system.product("byte-flag", flag, bit));
        }
        let clear: Vec<_> = flags.iter().zip(&set).map(|(f, s)| system.sub(f, s)).collect();
        flags = clear.into_iter().chain(set).collect();
    }
    let mut byte = system.constant(Fr::from(0u64));
    for (chunk, flag) in bits.chunks(8).zip(&flags) {
        let value = from_bits(system, chunk);
        let masked = system.product("masked-byte", flag, &value);
        byte = system.add(&byte, &masked);
    }
    let hint = system.value(&byte).into_bigint();
    let wires: Vec<_> = (0..8)
        .map(|i| {
            let wire = system.witness("byte-bit", Fr::from(hint.get_bit(i)));
            boolean(system, "byte-bit", &wire);
            wire
        })
        .collect();
    let sum = from_bits(system, &wires);
    system.equal("byte", &sum, &byte);
    let chosen = choose(system, "bit-choice", &wires, &index[..3]);
    system.leave();
    chosen
}
