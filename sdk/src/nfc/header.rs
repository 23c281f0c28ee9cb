//! The first bytes of a data object, which say how long it is (ISO/IEC 8825-1, section 8.1).

/// Tag and length of an object whose tag has one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) tag: u8,
    /// How many bytes tag and length take.
    pub(super) length: usize,
    /// How many bytes the object takes with them.
    pub(super) whole: usize,
}

/// Reads a header; none where the bytes are too few, or encode a length in a way that chips do not use.
pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    let (tag, first, rest) = match bytes {
        [tag, first, rest @ ..] => (*tag, *first, rest),
        _ => return None,
    };
    let (digits, value) = match first {
        0..=0x7f => (0, usize::from(first)),
        0x81..=0x84 => {
            let digits = usize::from(first & 0x7f);
            let value = rest
                .get(..digits)?
                .iter()
                .fold(0u64, |sum, digit| sum << 8 | u64::from(*digit));
            (digits, usize::try_from(value).ok()?)
        }
        _ => return None,
    };
    let length = 2 + digits;
    Some(Header {
        tag,
        length,
        whole: length.checked_add(value)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_every_form() {
        let of = |bytes: &[u8]| header(bytes).map(|header| (header.length, header.whole));
        assert_eq!(of(&[0x61, 0x5b, 1]), Some((2, 0x5d)));
        assert_eq!(of(&[0x75, 0x81, 0xff]), Some((3, 0x102)));
        assert_eq!(of(&[0x75, 0x82, 0x10, 0x00]), Some((4, 0x1004)));
        assert_eq!(of(&[0x75, 0x83, 1, 0, 0]), Some((5, 0x1_0005)));
        // Two gigabytes less a byte.
        assert_eq!(
            of(&[0x75, 0x84, 0x7f, 0xff, 0xff, 0xff]),
            Some((6, 0x8000_0005))
        );
        for none in [
            &[][..],
            &[0x75],
            &[0x75, 0x80],
            &[0x75, 0x85, 0, 0, 0, 0, 0],
            &[0x75, 0x82, 1],
        ] {
            assert_eq!(of(none), None, "{none:02x?}");
        }
    }
}
