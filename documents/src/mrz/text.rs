//! The characters of an MRZ, cut into fields whose form is checked.

use std::ops::Range;

use zeroize::Zeroizing;

use super::MrzError;
use super::check_digit::check_digit;
use super::layout::{Layout, MrzFormat};
use crate::state::StateCode;

/// A field that a check digit covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckedField {
    /// The document number.
    Number,
    /// The date of birth.
    Birthdate,
    /// The date of expiry.
    Expiry,
    /// The optional data of a TD3.
    Optional,
    /// Several fields together.
    Composite,
}

impl CheckedField {
    /// The stable code that says which field is wrong.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "mrz_field_number",
            Self::Birthdate => "mrz_field_birthdate",
            Self::Expiry => "mrz_field_expiry",
            Self::Optional => "mrz_field_optional",
            Self::Composite => "mrz_field_composite",
        }
    }
}

/// An MRZ whose characters and fields have the right form; check digits and dates are looked at
/// separately.
#[derive(Clone)]
pub(crate) struct MrzText {
    format: MrzFormat,
    text: Zeroizing<String>,
}

impl MrzText {
    /// Checks length, alphabet and the form of every field.
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, MrzError> {
        let format = MrzFormat::ALL
            .into_iter()
            .find(|f| f.length() == bytes.len())
            .ok_or(MrzError::Length)?;
        let in_alphabet = |b: &u8| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'<');
        if !bytes.iter().all(in_alphabet) {
            return Err(MrzError::Alphabet);
        }
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| MrzError::Alphabet)?;
        let this = Self {
            format,
            text: Zeroizing::new(text),
        };
        this.check_form()?;
        Ok(this)
    }

    fn check_form(&self) -> Result<(), MrzError> {
        let layout = self.layout();
        let code = self.slice(&layout.code).as_bytes();
        if !matches!(code[0], b'P' | b'A' | b'C' | b'I') || code[1].is_ascii_digit() {
            return Err(MrzError::DocumentCode);
        }
        StateCode::from_field(self.slice(&layout.state)).ok_or(MrzError::State)?;
        StateCode::from_field(self.slice(&layout.nationality)).ok_or(MrzError::Nationality)?;
        let names = self.slice(&layout.names).as_bytes();
        if !names[0].is_ascii_uppercase() || names.iter().any(u8::is_ascii_digit) {
            return Err(MrzError::Name);
        }
        if !matches!(self.byte(layout.sex), b'M' | b'F' | b'X' | b'<') {
            return Err(MrzError::Sex);
        }
        if self.byte(layout.number.start) == b'<' || self.number_parts().is_none() {
            return Err(MrzError::Number);
        }
        Ok(())
    }

    /// Verifies every check digit (part 3, section 4.9; parts 4 to 6, section 4.2.2).
    pub(crate) fn verify_check_digits(&self) -> Result<(), MrzError> {
        use CheckedField::{Birthdate, Composite, Expiry, Number, Optional};
        let layout = self.layout();
        let verify = |field, characters: &[&str], digit: u8| {
            let joined = characters.iter().flat_map(|c| c.bytes());
            if check_digit(joined) == Some(digit) {
                Ok(())
            } else {
                Err(MrzError::CheckDigit(field))
            }
        };

        let (head, tail, digit) = self.number_parts().ok_or(MrzError::Number)?;
        verify(Number, &[head, tail], digit)?;
        let birth = self.slice(&layout.birth);
        verify(Birthdate, &[birth], self.byte(layout.birth_check))?;
        let expiry = self.slice(&layout.expiry);
        verify(Expiry, &[expiry], self.byte(layout.expiry_check))?;
        if let Some(place) = layout.optional_check {
            let optional = self.slice(&layout.optional);
            // Empty optional data may leave its check digit empty (part 4, section 4.2.2.2).
            let empty = optional.bytes().all(|b| b == b'<') && self.byte(place) == b'<';
            if !empty {
                verify(Optional, &[optional], self.byte(place))?;
            }
        }
        let composite = layout.composite.each_ref().map(|range| self.slice(range));
        verify(Composite, &composite, self.byte(layout.composite_check))
    }

    /// The document number's two parts and its check digit. A number of more than nine characters
    /// puts a filler in the place of the check digit and goes on in the optional data, up to the
    /// next filler, its last character being the check digit (part 5 and 6, section 4.2.2, note j).
    fn number_parts(&self) -> Option<(&str, &str, u8)> {
        let layout = self.layout();
        let head = self.slice(&layout.number);
        let digit = self.byte(layout.number_check);
        if digit != b'<' {
            return Some((head, "", digit));
        }
        if self.format == MrzFormat::Td3 || head.contains('<') {
            return None;
        }
        let tail = self.slice(&layout.optional).split('<').next()?;
        let (tail, digit) = tail.split_at_checked(tail.len().checked_sub(1)?)?;
        if tail.is_empty() {
            return None;
        }
        Some((head, tail, *digit.as_bytes().first()?))
    }

    pub(crate) fn format(&self) -> MrzFormat {
        self.format
    }

    /// All characters, lines joined.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn code(&self) -> &str {
        self.slice(&self.layout().code).trim_end_matches('<')
    }

    pub(crate) fn state(&self) -> Result<StateCode, MrzError> {
        StateCode::from_field(self.slice(&self.layout().state)).ok_or(MrzError::State)
    }

    pub(crate) fn nationality(&self) -> Result<StateCode, MrzError> {
        StateCode::from_field(self.slice(&self.layout().nationality)).ok_or(MrzError::Nationality)
    }

    pub(crate) fn names(&self) -> &str {
        self.slice(&self.layout().names)
    }

    pub(crate) fn sex(&self) -> u8 {
        self.byte(self.layout().sex)
    }

    pub(crate) fn birth(&self) -> &str {
        self.slice(&self.layout().birth)
    }

    pub(crate) fn expiry(&self) -> &str {
        self.slice(&self.layout().expiry)
    }

    /// The whole document number with its fillers, its check digit left out.
    pub(crate) fn number_as_printed(&self) -> Zeroizing<String> {
        let (head, tail, _) = self.number_parts().unwrap_or_default();
        let mut number = Zeroizing::new(String::with_capacity(head.len() + tail.len()));
        number.push_str(head);
        number.push_str(tail);
        number
    }

    /// The whole document number without fillers.
    pub(crate) fn number(&self) -> Zeroizing<String> {
        let (head, tail, _) = self.number_parts().unwrap_or_default();
        let mut number = Zeroizing::new(String::with_capacity(head.len() + tail.len()));
        number.extend(head.chars().chain(tail.chars()).filter(|c| *c != '<'));
        number
    }

    /// The optional data without trailing fillers and without what a long number took; in TD1 the
    /// field of the second line is the second element.
    pub(crate) fn optional(&self) -> [&str; 2] {
        let layout = self.layout();
        let mut first = self.slice(&layout.optional);
        if let Some((_, tail, _)) = self.number_parts()
            && !tail.is_empty()
        {
            // What the long number took is its tail, the check digit, and a filler if there is room.
            first = first.get(tail.len() + 1..).unwrap_or_default();
            first = first.strip_prefix('<').unwrap_or(first);
        }
        [first, self.slice(&layout.optional_more)].map(|field| field.trim_end_matches('<'))
    }

    fn layout(&self) -> &'static Layout {
        self.format.layout()
    }

    /// The text is ASCII and as long as its layout, so a range is always there.
    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn byte(&self, place: usize) -> u8 {
        self.text.as_bytes().get(place).copied().unwrap_or(b'<')
    }
}
