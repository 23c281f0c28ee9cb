//! Commands and answers of ISO/IEC 7816-4.

/// A command, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// Class, instruction, P1, P2.
    pub(crate) header: [u8; 4],
    pub(crate) data: Vec<u8>,
    /// The longest answer that is wanted; none where no answer is.
    pub(crate) wanted: Option<usize>,
    /// Whether its lengths are extended.
    pub(crate) extended: bool,
}

/// An answer: data and status word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) data: Vec<u8>,
    pub(crate) status: u16,
}

pub(crate) const DONE: u16 = 0x9000;
pub(crate) const END_OF_FILE: u16 = 0x6282;
pub(crate) const AUTHENTICATION_FAILED: u16 = 0x6300;
pub(crate) const WRONG_LENGTH: u16 = 0x6700;
pub(crate) const SECURITY_STATUS: u16 = 0x6982;
pub(crate) const CONDITIONS: u16 = 0x6985;
pub(crate) const NO_FILE_SELECTED: u16 = 0x6986;
pub(crate) const MESSAGING_MISSING: u16 = 0x6987;
pub(crate) const MESSAGING_WRONG: u16 = 0x6988;
pub(crate) const WRONG_DATA: u16 = 0x6a80;
pub(crate) const NOT_FOUND: u16 = 0x6a82;
pub(crate) const OUTSIDE: u16 = 0x6b00;
pub(crate) const UNKNOWN_INSTRUCTION: u16 = 0x6d00;

impl Answer {
    pub(crate) fn status(status: u16) -> Self {
        Self {
            data: Vec::new(),
            status,
        }
    }

    pub(crate) fn done(data: Vec<u8>) -> Self {
        Self { data, status: DONE }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.data.clone();
        bytes.extend_from_slice(&self.status.to_be_bytes());
        bytes
    }
}

impl Command {
    /// Reads a command in its short or extended form (ISO/IEC 7816-4 section 5.2).
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (header, body) = bytes.split_first_chunk::<4>()?;
        let command = |data: &[u8], wanted, extended| Self {
            header: *header,
            data: data.to_vec(),
            wanted,
            extended,
        };
        let short = |le: u8| if le == 0 { 256 } else { usize::from(le) };
        let long = |le: [u8; 2]| match u16::from_be_bytes(le) {
            0 => 65_536,
            le => usize::from(le),
        };
        match body {
            [] => Some(command(&[], None, false)),
            [le] => Some(command(&[], Some(short(*le)), false)),
            [0, a, b] => Some(command(&[], Some(long([*a, *b])), true)),
            [0, a, b, rest @ ..] => {
                let length = usize::from(u16::from_be_bytes([*a, *b]));
                match rest.split_at_checked(length)? {
                    (data, []) => Some(command(data, None, true)),
                    (data, [a, b]) => Some(command(data, Some(long([*a, *b])), true)),
                    _ => None,
                }
            }
            [length, rest @ ..] => match rest.split_at_checked(usize::from(*length))? {
                (data, []) => Some(command(data, None, false)),
                (data, [le]) => Some(command(data, Some(short(*le)), false)),
                _ => None,
            },
        }
    }

    pub(crate) fn instruction(&self) -> u8 {
        self.header[1]
    }

    pub(crate) fn parameters(&self) -> [u8; 2] {
        [self.header[2], self.header[3]]
    }
}

/// A data object with a tag of one byte and a length in its shortest form.
pub(crate) fn object(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match value.len() {
        length @ 0..=0x7f => bytes.push(length.to_le_bytes()[0]),
        length @ 0x80..=0xff => bytes.extend([0x81, length.to_le_bytes()[0]]),
        length => {
            let [low, high, ..] = length.to_le_bytes();
            bytes.extend([0x82, high, low]);
        }
    }
    bytes.extend_from_slice(value);
    bytes
}

/// The first data object: tag, value, what follows.
pub(crate) fn first_object(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, rest) = match bytes {
        [tag, 0x81, length, rest @ ..] => (*tag, usize::from(*length), rest),
        [tag, 0x82, high, low, rest @ ..] => {
            (*tag, usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        [tag, length @ 0..=0x7f, rest @ ..] => (*tag, usize::from(*length), rest),
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((tag, value, rest))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_told_apart() {
        let of = |bytes: &[u8]| {
            let command = Command::parse(bytes)?;
            Some((command.data, command.wanted, command.extended))
        };
        let h = [0, 0xb0, 1, 2];
        let with = |rest: &[u8]| [&h[..], rest].concat();
        assert_eq!(of(&h).unwrap(), (vec![], None, false));
        assert_eq!(of(&with(&[0])).unwrap(), (vec![], Some(256), false));
        assert_eq!(of(&with(&[0, 0, 0])).unwrap(), (vec![], Some(65_536), true));
        assert_eq!(of(&with(&[1, 9])).unwrap(), (vec![9], None, false));
        assert_eq!(of(&with(&[1, 9, 4])).unwrap(), (vec![9], Some(4), false));
        assert_eq!(of(&with(&[0, 0, 1, 9])).unwrap(), (vec![9], None, true));
        assert_eq!(
            of(&with(&[0, 0, 1, 9, 1, 0])).unwrap(),
            (vec![9], Some(256), true)
        );
        assert_eq!(of(&with(&[2, 9])), None);
        assert_eq!(of(&with(&[1, 9, 4, 4])), None);
        assert_eq!(of(&[0, 1, 2]), None);
    }

    #[test]
    fn objects_come_out_as_they_went_in() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1234] {
            let value = vec![5; length];
            let mut bytes = object(0x87, &value);
            bytes.push(1);
            assert_eq!(first_object(&bytes), Some((0x87, &value[..], &[1][..])));
        }
        assert_eq!(first_object(&[0x87, 3, 1]), None);
    }
}
