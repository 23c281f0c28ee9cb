//! BER-TLV.

use super::{Item, MAX_DEPTH, MAX_ITEMS, number};

/// The objects, also those inside of octet and bit strings that hold objects.
pub(super) fn items(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    walk(bytes, 0, bytes.len(), None, 0, &mut items);
    items
}

/// Adds the objects between two places; tells whether they fill the range.
fn walk(
    bytes: &[u8],
    mut at: usize,
    end: usize,
    parent: Option<usize>,
    depth: usize,
    items: &mut Vec<Item>,
) -> bool {
    while at < end {
        let Some((body, length)) = head_at(&bytes[at..end]) else {
            return false;
        };
        if items.len() >= MAX_ITEMS || length > end - at - body {
            return false;
        }
        let own = items.len();
        let whole = at..at + body + length;
        items.push(Item {
            body: at + body,
            parent,
            whole: whole.clone(),
        });
        let constructed = bytes[at] & 0x20 != 0;
        if depth < MAX_DEPTH {
            let inside = items.len();
            let filled = walk(bytes, at + body, whole.end, Some(own), depth + 1, items);
            if !filled && !constructed {
                items.truncate(inside);
            }
        }
        at = whole.end;
    }
    at == end
}

/// Length of the head and of the body.
fn head_at(bytes: &[u8]) -> Option<(usize, usize)> {
    let tag = tag_length(bytes)?;
    let first = *bytes.get(tag)?;
    if first < 0x80 {
        return Some((tag + 1, usize::from(first)));
    }
    let count = usize::from(first & 0x7f);
    let digits = bytes.get(tag + 1..tag + 1 + count)?;
    if !(1..=4).contains(&count) {
        return None;
    }
    Some((tag + 1 + count, usize::try_from(number(digits)).ok()?))
}

/// One byte, or as many as have their top bit set and one more.
fn tag_length(bytes: &[u8]) -> Option<usize> {
    match *bytes.first()? {
        0 => None,
        long if long & 0x1f == 0x1f => {
            let more = bytes[1..].iter().position(|byte| byte & 0x80 == 0)?;
            Some(more + 2)
        }
        _ => Some(1),
    }
}

/// The same tag with the shortest spelling of a length.
pub(super) fn head(old: &[u8], length: usize) -> Vec<u8> {
    let tag = &old[..tag_length(old).unwrap_or(0)];
    let digits = length.to_be_bytes();
    let digits = &digits[digits.iter().take_while(|digit| **digit == 0).count()..];
    match digits {
        [] => [tag, &[0]].concat(),
        [short] if *short < 0x80 => [tag, &[*short]].concat(),
        long => [tag, &[0x80 | long.len() as u8], long].concat(),
    }
}

/// Lengths that are wrong, indefinite or longer than needed, and another tag.
pub(super) fn other_head(old: &[u8], length: usize, how: u8) -> Vec<u8> {
    let tag = old[..tag_length(old).unwrap_or(0)].to_vec();
    let padded = (length as u32).to_be_bytes();
    let other = match how % 10 {
        0 => return head(old, length + 1),
        1 => return head(old, length.saturating_sub(1)),
        2 => vec![0x80],
        3 => [&[0x84], &padded[..]].concat(),
        4 => [&[0x82], &padded[2..]].concat(),
        5 => vec![0x84, 0xff, 0xff, 0xff, 0xff],
        6 => vec![0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        7 => vec![0xff],
        8 => vec![0],
        _ => {
            let mut other = head(old, length);
            if let Some(first) = other.first_mut() {
                *first ^= how >> 3;
            }
            return other;
        }
    };
    [tag, other].concat()
}

/// Empty values, huge and negative numbers, deep nesting, odd identifiers.
pub(super) fn provocations() -> Vec<Vec<u8>> {
    let deep = (0..64).fold(vec![0x05, 0x00], |inner, _| {
        [head(&[0x30], inner.len()), inner].concat()
    });
    let number = [head(&[0x02], 4096), vec![0x7f; 4096]].concat();
    let list = [head(&[0x30], 3 * 1000), [0x02, 1, 1].repeat(1000)].concat();
    vec![
        vec![0x05, 0x00],
        vec![0x02, 0x00],
        vec![0x02, 0x01, 0xff],
        vec![0x02, 0x01, 0x00],
        number,
        vec![0x06, 0x00],
        vec![0x06, 0x01, 0x80],
        vec![0x06, 0x06, 0x2a, 0xff, 0xff, 0xff, 0xff, 0x7f],
        vec![0x04, 0x00],
        vec![0x03, 0x00],
        vec![0x03, 0x01, 0x07],
        vec![0x03, 0x02, 0x09, 0xff],
        vec![0x30, 0x00],
        vec![0x31, 0x00],
        vec![0x30, 0x80, 0x00, 0x00],
        vec![0x01, 0x01, 0x01],
        b"\x17\x0d991332256199Z".to_vec(),
        b"\x18\x0f99991231235959Z".to_vec(),
        b"\x17\x0d500101000000Z".to_vec(),
        b"\x0c\x08ZQ7WX9KV".to_vec(),
        b"\x13\x08ZQ7WX9KV".to_vec(),
        deep,
        list,
    ]
}
