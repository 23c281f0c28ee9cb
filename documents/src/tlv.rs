//! Reading BER-TLV as chip files use it (ISO/IEC 7816-4 section 5.2.2), strictly and with limits.
//!
//! Tags of one or two bytes, definite lengths of up to four bytes that must lie inside the input.
//! Lengths need not be minimal, since chips differ there and every file is covered by a digest.

/// Why bytes are not the TLV that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TlvError {
    #[error("the data end inside an object")]
    Truncated,
    #[error("a tag or length is encoded in a way that chips do not use")]
    Encoding,
    #[error("another object stands where one was expected")]
    UnexpectedTag,
    #[error("bytes follow the last object")]
    TrailingBytes,
}

/// A cursor over a sequence of objects.
pub(crate) struct Objects<'a> {
    rest: &'a [u8],
}

impl<'a> Objects<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next object's tag and value, or none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(u16, &'a [u8])>, TlvError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (tag, after_tag) = read_tag(self.rest)?;
        let (length, after_length) = read_length(after_tag)?;
        if after_length.len() < length {
            return Err(TlvError::Truncated);
        }
        let (value, rest) = after_length.split_at(length);
        self.rest = rest;
        Ok(Some((tag, value)))
    }

    /// The value of the next object, which must carry this tag.
    pub(crate) fn expect(&mut self, tag: u16) -> Result<&'a [u8], TlvError> {
        match self.next()? {
            Some((found, value)) if found == tag => Ok(value),
            Some(_) => Err(TlvError::UnexpectedTag),
            None => Err(TlvError::Truncated),
        }
    }

    /// Refuses anything that is left.
    pub(crate) fn end(self) -> Result<(), TlvError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(TlvError::TrailingBytes)
        }
    }
}

/// The value of an object that must fill the input alone.
pub(crate) fn only(bytes: &[u8], tag: u16) -> Result<&[u8], TlvError> {
    let mut objects = Objects::new(bytes);
    let value = objects.expect(tag)?;
    objects.end()?;
    Ok(value)
}

/// Writes an object with a minimal length. Values stay far below 2^32 bytes.
pub(crate) fn object(tag: u16, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 7);
    if tag > 0xff {
        out.extend_from_slice(&tag.to_be_bytes());
    } else {
        out.push(tag.to_be_bytes()[1]);
    }
    let length = value.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|b| **b == 0).count()..];
    match significant {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // At most eight bytes, so that the count fits the low bits.
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(value);
    out
}

fn read_tag(bytes: &[u8]) -> Result<(u16, &[u8]), TlvError> {
    let (&first, rest) = bytes.split_first().ok_or(TlvError::Truncated)?;
    if first == 0x00 || first == 0xff {
        return Err(TlvError::Encoding);
    }
    if first & 0x1f != 0x1f {
        return Ok((u16::from(first), rest));
    }
    let (&second, rest) = rest.split_first().ok_or(TlvError::Truncated)?;
    // A second byte with its top bit set announces a third, which no data object here has.
    if second & 0x80 != 0 {
        return Err(TlvError::Encoding);
    }
    Ok((u16::from_be_bytes([first, second]), rest))
}

fn read_length(bytes: &[u8]) -> Result<(usize, &[u8]), TlvError> {
    let (&first, rest) = bytes.split_first().ok_or(TlvError::Truncated)?;
    if first < 0x80 {
        return Ok((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return Err(TlvError::Encoding);
    }
    if rest.len() < count {
        return Err(TlvError::Truncated);
    }
    let (digits, rest) = rest.split_at(count);
    let length = digits
        .iter()
        .fold(0u64, |sum, digit| sum << 8 | u64::from(*digit));
    usize::try_from(length)
        .map(|length| (length, rest))
        .map_err(|_| TlvError::Truncated)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn malformed_objects_are_refused() {
        for (bytes, error) in [
            (&[][..], TlvError::Truncated),
            (&[0x61], TlvError::Truncated),
            (&[0x61, 0x02, 0x00], TlvError::Truncated),
            (&[0x61, 0x80, 0x00, 0x00], TlvError::Encoding),
            (&[0x61, 0x85, 0, 0, 0, 0, 0], TlvError::Encoding),
            (&[0x61, 0x84, 0xff, 0xff, 0xff, 0xff], TlvError::Truncated),
            (&[0x7f, 0xff, 0x01, 0x00], TlvError::Encoding),
            (&[0x00, 0x00], TlvError::Encoding),
            (&[0x62, 0x00], TlvError::UnexpectedTag),
            (&[0x61, 0x00, 0x00], TlvError::TrailingBytes),
        ] {
            assert_eq!(only(bytes, 0x61), Err(error), "{bytes:02x?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in prop::collection::vec(any::<u8>(), 0..70_000)) {
            for tag in [0x61u16, 0x5f1f] {
                let bytes = object(tag, &value);
                prop_assert_eq!(only(&bytes, tag), Ok(&value[..]));
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut objects = Objects::new(&bytes);
            while let Ok(Some(_)) = objects.next() {}
        }
    }
}
