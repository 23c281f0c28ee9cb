//! The credential's bit in the status list is 0 (docs/protocol.md section 6).

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

use super::bits::{Number, at_most, bit_is_zero, look_up_is, number, range};
use super::poseidon;
use super::system::System;
use crate::status_list::{DEPTH, LEAF_BITS, StatusPath};

/// States that the bit of a credential is 0 under `root`, and gives the status index.
///
/// The index is `248·leaf_index + position` with `position ≤ 247`, so it has one leaf and one
/// position only; the path's digits are pairs of bits of the leaf index, so they are 0..=3 and lead
/// to that leaf and no other. The leaf has 248 bits in one way.
pub fn constrain<S: System>(
    system: &mut S,
    path: Option<&StatusPath>,
    position: u8,
    root: &S::Expr,
) -> S::Expr {
    system.enter("status");
    let leaf_index = number(
        system,
        "leaf-index",
        path.map_or(0, |p| p.leaf_index.into()),
        16,
    );
    let position = number(system, "position", position.into(), 8);
    let last = system.constant(Fr::from(LEAF_BITS - 1));
    at_most(system, "position-limit", &position.value, &last, 8);

    let leaf = system.witness("leaf", path.map_or(Fr::ZERO, |p| p.leaf.fr()));
    let top = climb(system, path, &leaf, &leaf_index);
    system.equal("root", &top, root);

    let bits = range(system, "leaf-bits", &leaf, LEAF_BITS as usize);
    bit_is_zero(system, "not-revoked", &position.bits, &bits);
    system.leave();
    let base = system.scale(&leaf_index.value, Fr::from(LEAF_BITS));
    system.add(&base, &position.value)
}

/// Names of the levels, the leaves' first.
const LEVELS: [&str; DEPTH] = [
    "level-0", "level-1", "level-2", "level-3", "level-4", "level-5", "level-6", "level-7",
];

/// The root over a leaf. All four children of a node are wires; the one that the digit names is
/// the node below.
fn climb<S: System>(
    system: &mut S,
    path: Option<&StatusPath>,
    leaf: &S::Expr,
    leaf_index: &Number<S::Expr>,
) -> S::Expr {
    let mut node = leaf.clone();
    for (level, name) in LEVELS.into_iter().enumerate() {
        system.enter(name);
        let digit = path.map_or(0, |path| path.digit(level));
        let mut children = path.map_or(vec![Fr::ZERO; 3], |path| {
            path.siblings[level]
                .iter()
                .map(|sibling| sibling.fr())
                .collect()
        });
        children.insert(digit, system.value(&node));
        let children: Vec<S::Expr> = children
            .into_iter()
            .map(|child| system.witness("child", child))
            .collect();
        let digit = &leaf_index.bits[2 * level..2 * level + 2];
        look_up_is(system, ["choice", "node"], digit, &children, &node);
        node = poseidon::hash(system, "hash", &[], &children);
        system.leave();
    }
    node
}
