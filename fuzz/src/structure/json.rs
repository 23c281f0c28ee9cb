//! JSON (RFC 8259).

use std::ops::Range;

use super::{Item, MAX_DEPTH, MAX_ITEMS};

/// Values, and members with their names.
pub(super) fn items(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    value(bytes, 0, 0, &mut items);
    items
}

/// Adds the value at a place and what is in it; gives the place behind it.
fn value(bytes: &[u8], at: usize, depth: usize, items: &mut Vec<Item>) -> Option<usize> {
    let start = skip_space(bytes, at);
    if items.len() >= MAX_ITEMS || depth > MAX_DEPTH {
        return None;
    }
    let own = push(items, start);
    let end = match bytes.get(start)? {
        b'"' => string_end(bytes, start)?,
        b'{' => list(bytes, start, b'}', items, |bytes, at, items| {
            let start = skip_space(bytes, at);
            let member = push(items, start);
            let colon = skip_space(bytes, string_end(bytes, start)?);
            (*bytes.get(colon)? == b':').then_some(())?;
            let end = value(bytes, colon + 1, depth + 1, items)?;
            items[member].whole.end = end;
            Some(end)
        })?,
        b'[' => list(bytes, start, b']', items, |bytes, at, items| {
            value(bytes, at, depth + 1, items)
        })?,
        _ => {
            let scalar = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'+' | b'-');
            start + bytes[start..].iter().take_while(|b| scalar(b)).count()
        }
    };
    items[own].whole.end = end;
    Some(end)
}

fn push(items: &mut Vec<Item>, start: usize) -> usize {
    items.push(Item {
        whole: start..start,
        body: start,
        // Nothing in JSON counts or measures what it holds.
        parent: None,
    });
    items.len() - 1
}

/// What stands between brackets, with commas between.
fn list(
    bytes: &[u8],
    start: usize,
    close: u8,
    items: &mut Vec<Item>,
    mut one: impl FnMut(&[u8], usize, &mut Vec<Item>) -> Option<usize>,
) -> Option<usize> {
    let first = skip_space(bytes, start + 1);
    if *bytes.get(first)? == close {
        return Some(first + 1);
    }
    let mut at = first;
    loop {
        at = skip_space(bytes, one(bytes, at, items)?);
        match *bytes.get(at)? {
            b',' => at += 1,
            found if found == close => return Some(at + 1),
            _ => return None,
        }
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    (*bytes.get(start)? == b'"').then_some(())?;
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The range with the comma behind it, or else the one before it.
pub(super) fn with_comma(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let behind = skip_space(bytes, range.end);
    if bytes.get(behind) == Some(&b',') {
        return range.start..behind + 1;
    }
    let before = bytes[..range.start].iter().rposition(|b| *b == b',');
    let only_space = |at: usize| skip_space(bytes, at + 1) == range.start;
    match before {
        Some(comma) if only_space(comma) => comma..range.end,
        _ => range,
    }
}

/// The same value in another spelling, or one close to it.
pub(super) fn other_spelling(whole: &[u8], how: u8) -> Vec<u8> {
    let inner = match whole {
        [b'"', inner @ .., b'"'] if !inner.is_empty() => inner,
        _ => {
            let behind: &[u8] = match how % 5 {
                0 => b" \n\t",
                1 => b".0",
                2 => b"e0",
                3 => b"0",
                _ => return [b"-0", whole].concat(),
            };
            return [whole, behind].concat();
        }
    };
    let (first, rest) = inner.split_at(1);
    let spelled = match how % 6 {
        0 => [format!("\\u{:04x}", first[0]).as_bytes(), rest].concat(),
        1 => [b"0", inner].concat(),
        2 => inner.to_ascii_uppercase(),
        3 => inner.to_ascii_lowercase(),
        4 => [inner, b" "].concat(),
        // The value without its quotes: a number where a text of digits was.
        _ => return inner.to_vec(),
    };
    [b"\"", &spelled[..], b"\""].concat()
}

/// Numbers at and beyond limits, odd texts, deep nesting, r and r + 1.
pub(super) fn provocations() -> Vec<Vec<u8>> {
    let text = |text: &str| text.as_bytes().to_vec();
    let r = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let deep = |open: &str, close: &str| text(&(open.repeat(2000) + &close.repeat(2000)));
    vec![
        text("null"),
        text("true"),
        text("0"),
        text("-1"),
        text("255"),
        text("256"),
        text("65536"),
        text("9007199254740993"),
        text("18446744073709551615"),
        text("18446744073709551616"),
        text("-9223372036854775809"),
        text("1e400"),
        text("1.5"),
        text("\"\""),
        text("\"0\""),
        text("\"\\u0000\""),
        text("\"\\ud800\""),
        text("\"\\u202e\""),
        text("[]"),
        text("{}"),
        text(&format!("\"{r}\"")),
        text(&r.replace("495617", "495618"))
            .iter()
            .fold(text("\""), |mut all, b| {
                all.push(*b);
                all
            }),
        text(&format!("\"{}\"", "9".repeat(5000))),
        text(&format!("[{}0]", "0,".repeat(3000))),
        text("\"9999-12-31T23:59:60Z\""),
        text("\"0000-00-00T00:00:00Z\""),
        text("\"ZQ7WX9KV\""),
        text("\"ZQ7WX9KV\":1"),
        deep("[", "]"),
        deep("{\"a\":", "}"),
    ]
}
