//! CBOR (RFC 8949 section 3), definite lengths only.

use super::{Item, MAX_DEPTH, MAX_ITEMS, number};

/// The items; an entry of a map, key and value, is an item of its own.
pub(super) fn items(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    walk(bytes, 0, None, 0, &mut items);
    items
}

/// Adds the item at a place and those in it; gives the place behind it.
fn walk(
    bytes: &[u8],
    at: usize,
    parent: Option<usize>,
    depth: usize,
    items: &mut Vec<Item>,
) -> Option<usize> {
    let (head, argument) = head_at(bytes.get(at..)?)?;
    if items.len() >= MAX_ITEMS || depth > MAX_DEPTH {
        return None;
    }
    let own = items.len();
    let body = at + head;
    items.push(Item {
        whole: at..bytes.len(),
        body,
        parent,
    });
    let mut end = body;
    match bytes[at] >> 5 {
        2 | 3 => end = body.checked_add(usize::try_from(argument).ok()?)?,
        4 => {
            for _ in 0..argument {
                end = walk(bytes, end, Some(own), depth + 1, items)?;
            }
        }
        5 => {
            for _ in 0..argument {
                let entry = items.len();
                items.push(Item {
                    whole: end..bytes.len(),
                    body: end,
                    parent: Some(own),
                });
                end = walk(bytes, end, Some(entry), depth + 1, items)?;
                end = walk(bytes, end, Some(entry), depth + 1, items)?;
                items[entry].whole.end = end;
            }
        }
        6 => end = walk(bytes, body, Some(own), depth + 1, items)?,
        _ => {}
    }
    if end > bytes.len() {
        items.truncate(own);
        return None;
    }
    items[own].whole.end = end;
    Some(end)
}

/// Length of the head, and its argument.
fn head_at(bytes: &[u8]) -> Option<(usize, u64)> {
    let low = bytes.first()? & 0x1f;
    let more = match low {
        0..=23 => return Some((1, u64::from(low))),
        24..=27 => 1 << (low - 24),
        _ => return None,
    };
    Some((1 + more, number(bytes.get(1..1 + more)?)))
}

/// The shortest head of a type with an argument.
fn shortest(kind: u8, argument: u64) -> Vec<u8> {
    let digits = argument.to_be_bytes();
    match argument {
        0..=23 => vec![kind | digits[7]],
        24..=0xff => vec![kind | 24, digits[7]],
        0x100..=0xffff => [&[kind | 25], &digits[6..]].concat(),
        0x1_0000..=0xffff_ffff => [&[kind | 26], &digits[4..]].concat(),
        _ => [&[kind | 27], &digits[..]].concat(),
    }
}

/// The head with a count that is larger or smaller.
pub(super) fn head(old: &[u8], more: i8) -> Vec<u8> {
    match head_at(old) {
        Some((_, argument)) => {
            let argument = argument.saturating_add_signed(more.into());
            shortest(old[0] & 0xe0, argument)
        }
        None => old.to_vec(),
    }
}

/// Counts that are wrong, indefinite or longer than needed, and other types.
pub(super) fn other_head(old: &[u8], how: u8) -> Vec<u8> {
    let Some((_, argument)) = head_at(old) else {
        return old.to_vec();
    };
    let kind = old[0] & 0xe0;
    let digits = argument.to_be_bytes();
    match how % 8 {
        0 => shortest(kind, argument.saturating_add(1)),
        1 => shortest(kind, argument.saturating_sub(1)),
        2 => vec![kind | 31],
        3 => [&[kind | 27], &digits[..]].concat(),
        4 => [&[kind | 26], &digits[4..]].concat(),
        5 => [&[kind | 27], &[0xff; 8][..]].concat(),
        6 => [&[0xc0 | how >> 3], old].concat(),
        _ => shortest(how & 0xe0, argument),
    }
}

/// Huge counts, deep nesting, simple values, floats, odd tags and texts.
pub(super) fn provocations() -> Vec<Vec<u8>> {
    let mut deep = vec![0x81; 20_000];
    deep.push(0);
    vec![
        deep,
        vec![0xf6],
        vec![0xf7],
        vec![0xf5],
        vec![0xf9, 0x7e, 0x00],
        vec![0xfb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0],
        vec![0xa0],
        vec![0x80],
        vec![0x60],
        vec![0x40],
        vec![0x9f, 0xff],
        vec![0xbf, 0xff],
        vec![0x7f, 0x61, b'a', 0xff],
        vec![0x61, 0xff],
        vec![0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0xc2, 0x58, 0x20, 0xff],
        vec![0xd9, 0xd9, 0xf7, 0x00],
        b"\x68ZQ7WX9KV".to_vec(),
    ]
}
