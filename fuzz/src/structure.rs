//! The formats as far as edits need them: where the items lie, what stands before them.

mod cbor;
mod der;
mod image;
mod json;
mod plain;

use std::ops::Range;

/// The most items that are looked for in one input.
const MAX_ITEMS: usize = 4096;
/// The deepest nesting in which they are looked for.
const MAX_DEPTH: usize = 24;

/// How an input is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Structure {
    /// Blocks of 32 bytes.
    Plain,
    /// BER-TLV, which DER is: nested objects with a tag and a length in bytes.
    Der,
    /// CBOR: nested items with a count.
    Cbor,
    /// JSON: nested members, elements and values.
    Json,
    /// PNG chunks, JPEG segments or JP2 boxes.
    Image,
}

/// A part of an input that can be removed, repeated or exchanged.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// All of it.
    whole: Range<usize>,
    /// Where its head, a tag with a length or a count, ends.
    body: usize,
    /// The item that it lies in.
    parent: Option<usize>,
}

impl Structure {
    /// The items in the order in which they begin. Damaged inputs have those before the damage.
    pub(crate) fn items(self, bytes: &[u8]) -> Vec<Item> {
        match self {
            Self::Plain => plain::items(bytes),
            Self::Der => der::items(bytes),
            Self::Cbor => cbor::items(bytes),
            Self::Json => json::items(bytes),
            Self::Image => image::items(bytes),
        }
    }

    /// The bytes of an item.
    pub(crate) fn item(self, bytes: &[u8], number: u16) -> Option<&[u8]> {
        let items = self.items(bytes);
        let item = items.get(usize::from(number) % items.len().max(1))?;
        Some(&bytes[item.whole.clone()])
    }

    /// Puts other bytes in the place of an item and writes the lengths of the items around it
    /// anew; `more` is by how many the number of items around it changes.
    pub(crate) fn replace(
        self,
        bytes: &[u8],
        number: u16,
        make: impl FnOnce(&[u8]) -> Vec<u8>,
        more: i8,
    ) -> Vec<u8> {
        let items = self.items(bytes);
        let Some(item) = items.get(usize::from(number) % items.len().max(1)) else {
            return bytes.to_vec();
        };
        let mut piece = make(&bytes[item.whole.clone()]);
        let mut place = item.whole.clone();
        if self == Self::Json && piece.is_empty() {
            place = json::with_comma(bytes, place);
        }
        let mut parent = item.parent;
        let mut direct = true;
        while let Some(around) = parent.map(|number| &items[number]) {
            let head = &bytes[around.whole.start..around.body];
            let before = &bytes[around.body..place.start];
            let after = &bytes[place.end..around.whole.end];
            let length = before.len() + piece.len() + after.len();
            let head = match self {
                Self::Der => der::head(head, length),
                Self::Cbor if direct => cbor::head(head, more),
                _ => head.to_vec(),
            };
            piece = [&head, before, &piece, after].concat();
            place = around.whole.clone();
            parent = around.parent;
            direct = false;
        }
        [&bytes[..place.start], &piece, &bytes[place.end..]].concat()
    }

    /// An item twice, one behind the other.
    pub(crate) fn doubled(self, whole: &[u8]) -> Vec<u8> {
        let between: &[u8] = if self == Self::Json { b"," } else { b"" };
        [whole, between, whole].concat()
    }

    /// Writes another head before an item's body: a length or count that is wrong, or a right one
    /// in a spelling that is not the shortest. JSON and plain blocks have no heads: there, a value
    /// is spelled otherwise.
    pub(crate) fn with_other_head(self, bytes: &[u8], number: u16, how: u8) -> Vec<u8> {
        let items = self.items(bytes);
        let Some(item) = items.get(usize::from(number) % items.len().max(1)) else {
            return bytes.to_vec();
        };
        let head_length = item.body - item.whole.start;
        let other = |whole: &[u8]| {
            let (head, body) = whole.split_at(head_length);
            match self {
                Self::Der => [der::other_head(head, body.len(), how), body.to_vec()].concat(),
                Self::Cbor => [cbor::other_head(head, how), body.to_vec()].concat(),
                Self::Json => json::other_spelling(whole, how),
                Self::Image => [image::other_head(head, how), body.to_vec()].concat(),
                Self::Plain => plain::other_spelling(whole, how),
            }
        };
        self.replace(bytes, number, other, 0)
    }

    /// Values on which readers of this format have been known to stumble.
    pub(crate) fn provocations(self) -> Vec<Vec<u8>> {
        match self {
            Self::Plain => plain::provocations(),
            Self::Image => vec![vec![0; 64], vec![0xff; 64]],
            Self::Der => der::provocations(),
            Self::Cbor => cbor::provocations(),
            Self::Json => json::provocations(),
        }
    }

    /// Computes a PNG's checksums again; other formats have none.
    pub(crate) fn mend(self, bytes: &mut [u8]) {
        if self == Self::Image {
            image::mend(bytes);
        }
    }
}

/// The objects right inside the first object of the bytes.
pub(crate) fn inside(bytes: &[u8]) -> Vec<&[u8]> {
    let items = der::items(bytes);
    let direct = items.iter().filter(|item| item.parent == Some(0));
    direct.map(|item| &bytes[item.whole.clone()]).collect()
}

/// The body of the first object of the bytes.
pub(crate) fn body(bytes: &[u8]) -> &[u8] {
    let items = der::items(bytes);
    items
        .first()
        .map_or(&[], |item| &bytes[item.body..item.whole.end])
}

pub(crate) use image::crc;

/// An unsigned number, the most significant byte first.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_object_is_exchanged_and_the_lengths_around_it_follow() {
        let file = [0x30, 5, 0x31, 3, 0x02, 1, 7];
        let items = Structure::Der.items(&file);
        assert_eq!(items.len(), 3);
        let longer = Structure::Der.replace(&file, 2, |_| vec![0x04, 2, 8, 9], 0);
        assert_eq!(longer, [0x30, 6, 0x31, 4, 0x04, 2, 8, 9]);
        let without = Structure::Der.replace(&file, 2, |_| Vec::new(), -1);
        assert_eq!(without, [0x30, 2, 0x31, 0]);
    }

    #[test]
    fn an_entry_of_a_map_is_removed_and_the_count_follows() {
        let map = [0xa2, 0x61, b'a', 1, 0x61, b'b', 2];
        let removed = Structure::Cbor.replace(&map, 1, |_| Vec::new(), -1);
        assert_eq!(removed, [0xa1, 0x61, b'b', 2]);
    }

    #[test]
    fn a_member_is_removed_with_its_comma() {
        let text = br#"{"a":[1,2],"b":"x"}"#;
        let items = Structure::Json.items(text);
        let all: Vec<Vec<u8>> = (0..items.len() as u16)
            .map(|item| Structure::Json.replace(text, item, |_| Vec::new(), -1))
            .collect();
        assert!(all.contains(&br#"{"b":"x"}"#.to_vec()));
        assert!(all.contains(&br#"{"a":[1,2]}"#.to_vec()));
        assert!(all.contains(&br#"{"a":[2],"b":"x"}"#.to_vec()));
    }

    #[test]
    fn chunks_are_found_and_their_checksums_are_mended() {
        let mut png = crate::target::small_png();
        let whole = png.clone();
        let items = Structure::Image.items(&png);
        assert!(items.len() >= 3);
        let crc = png.len() - 1;
        png[crc] ^= 1;
        assert_ne!(png, whole);
        Structure::Image.mend(&mut png);
        assert_eq!(png, whole);
    }
}
