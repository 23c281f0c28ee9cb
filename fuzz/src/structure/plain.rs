//! Bytes without a structure that is known here: blocks of 32, as field elements and points are.

use super::{Item, MAX_ITEMS};

const BLOCK: usize = 32;

pub(super) fn items(bytes: &[u8]) -> Vec<Item> {
    let blocks = bytes.len() / BLOCK;
    let block = |number: usize| Item {
        whole: number * BLOCK..(number + 1) * BLOCK,
        body: number * BLOCK,
        parent: None,
    };
    (0..blocks.min(MAX_ITEMS)).map(block).collect()
}

/// The block as a number in the other byte order, negated, one more or less, with other flags in
/// its top bits.
pub(super) fn other_spelling(block: &[u8], how: u8) -> Vec<u8> {
    let mut other = block.to_vec();
    match how % 5 {
        0 => other.reverse(),
        1 => other.iter_mut().for_each(|byte| *byte = !*byte),
        2 | 3 => {
            for byte in &mut other {
                let (sum, carries) = match how % 5 {
                    2 => byte.overflowing_add(1),
                    _ => byte.overflowing_sub(1),
                };
                *byte = sum;
                if !carries {
                    break;
                }
            }
        }
        _ => {
            if let Some(top) = other.last_mut() {
                *top ^= how & 0xc0 | 0x40;
            }
        }
    }
    other
}

/// Zero, one, the orders of BN254's two fields in both byte orders, the point at infinity, and
/// runs of one byte.
pub(super) fn provocations() -> Vec<Vec<u8>> {
    let r = "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
    let q = "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";
    let mut values = vec![
        vec![0; BLOCK],
        vec![0xff; BLOCK],
        vec![0; 2 * BLOCK],
        Vec::new(),
    ];
    values.extend([0x40, 0x80, 0xc0, 1].map(|last| {
        let mut value = vec![0; BLOCK];
        value[BLOCK - 1] = last;
        value
    }));
    for order in [r, q] {
        let order = hex::decode(order).unwrap_or_else(|_| unreachable!("these are digits"));
        let little = order.iter().rev().copied().collect();
        values.extend([order, little]);
    }
    values
}
