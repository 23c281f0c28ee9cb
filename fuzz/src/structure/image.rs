//! The parts of image files: PNG chunks, JPEG segments, JP2 boxes.

use super::{Item, MAX_ITEMS, number};

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

pub(super) fn items(bytes: &[u8]) -> Vec<Item> {
    if bytes.starts_with(PNG_SIGNATURE) {
        parts(bytes, PNG_SIGNATURE.len(), png_chunk)
    } else if bytes.starts_with(b"\xff\xd8") || bytes.starts_with(b"\xff\x4f") {
        parts(bytes, 2, segment)
    } else {
        jp2(bytes)
    }
}

/// Part after part; the function gives the lengths of head and whole.
fn parts(bytes: &[u8], mut at: usize, part: impl Fn(&[u8]) -> Option<(usize, usize)>) -> Vec<Item> {
    let mut items = Vec::new();
    while let Some((head, whole)) = bytes.get(at..).and_then(&part) {
        let end = at.saturating_add(whole);
        if whole < head || head == 0 || end > bytes.len() || items.len() >= MAX_ITEMS {
            break;
        }
        items.push(Item {
            whole: at..end,
            body: at + head,
            parent: None,
        });
        at = end;
    }
    items
}

/// Length, type, data, checksum.
fn png_chunk(bytes: &[u8]) -> Option<(usize, usize)> {
    let length = usize::try_from(number(bytes.get(..4)?)).ok()?;
    Some((8, length.checked_add(12)?))
}

/// Marker and length of a JPEG or JPEG 2000 segment. Behind the start of a scan or of a tile's
/// data come bytes without segments.
fn segment(bytes: &[u8]) -> Option<(usize, usize)> {
    match bytes {
        [0xff, 0xda | 0x93, ..] => None,
        [0xff, _, high, low, ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            (length >= 2).then_some((4, 2 + length))
        }
        _ => None,
    }
}

/// Boxes; of the codestream's box also the segments in it.
fn jp2(bytes: &[u8]) -> Vec<Item> {
    let box_at = |bytes: &[u8]| {
        let length = usize::try_from(number(bytes.get(..4)?)).ok()?;
        Some((8, if length == 0 { bytes.len() } else { length }))
    };
    let mut items = parts(bytes, 0, box_at);
    let codestream = items
        .iter()
        .find(|item| bytes[item.whole.clone()].get(4..8) == Some(b"jp2c"))
        .map(|item| item.body);
    if let Some(start) = codestream {
        items.extend(parts(bytes, start + 2, segment));
    }
    items
}

/// Another length before the type of a chunk or box, or behind the marker of a segment.
pub(super) fn other_head(old: &[u8], how: u8) -> Vec<u8> {
    let mut head = old.to_vec();
    let field = if old.len() == 4 { 2..4 } else { 0..4 };
    let Some(field) = head.get_mut(field) else {
        return head;
    };
    let length = number(field);
    let other = match how % 5 {
        0 => length + 1,
        1 => length.saturating_sub(1),
        2 => 0,
        3 => u64::MAX,
        _ => 1,
    };
    let digits = other.to_be_bytes();
    let start = digits.len() - field.len();
    field.copy_from_slice(&digits[start..]);
    head
}

/// Computes the checksum of every PNG chunk again.
pub(super) fn mend(bytes: &mut [u8]) {
    if !bytes.starts_with(PNG_SIGNATURE) {
        return;
    }
    for item in items(bytes) {
        let checksum = item.whole.end - 4;
        let crc = crc(&bytes[item.whole.start + 4..checksum]);
        bytes[checksum..item.whole.end].copy_from_slice(&crc.to_be_bytes());
    }
}

/// The CRC of ISO/IEC 15948 5.5: polynomial 0xedb88320, reflected.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), step)
    })
}
