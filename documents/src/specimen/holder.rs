//! The holder of a specimen, and the MRZ that says so.

use zeroize::Zeroizing;

use super::SpecimenError;
use crate::mrz::{MrzFormat, check_digit};
use crate::time::Date;

/// What a specimen says of its holder. `Debug` prints nothing.
#[derive(Clone)]
pub struct Holder {
    /// The size of the document.
    pub format: MrzFormat,
    /// The document code, such as `P` or `I`.
    pub code: String,
    /// The issuing state as the MRZ writes it, without fillers.
    pub state: String,
    /// The name as the MRZ writes it, without trailing fillers.
    pub name: String,
    /// The document number, up to nine characters.
    pub number: String,
    /// The nationality as the MRZ writes it, without fillers.
    pub nationality: String,
    /// The date of birth.
    pub birthdate: Date,
    /// `M`, `F` or `<`.
    pub sex: char,
    /// The date of expiry.
    pub expiry: Date,
    /// The optional data: up to 14 characters in a TD3, 7 in a TD2, 15 in a TD1.
    pub personal_number: String,
}

impl Holder {
    /// The holder of ICAO's specimen passport (part 4, appendix B): Anna Maria Eriksson of UTO,
    /// born on 12 August 1974, number L898902C3; expiring five years after this day.
    #[must_use]
    pub fn specimen(today: Date) -> Self {
        let expiry = Date::new(
            today.year().saturating_add(5),
            today.month(),
            today.day().min(28),
        );
        Self {
            format: MrzFormat::Td3,
            code: "P".into(),
            state: "UTO".into(),
            name: "ERIKSSON<<ANNA<MARIA".into(),
            number: "L898902C3".into(),
            nationality: "UTO".into(),
            birthdate: Date::from_yyyymmdd(19740812).unwrap_or(today),
            sex: 'F',
            expiry: expiry.unwrap_or(today),
            personal_number: "ZE184226B".into(),
        }
    }

    /// The MRZ, lines joined, with its check digits.
    ///
    /// # Errors
    /// [`SpecimenError::Field`] for a field that is too long or outside the MRZ's alphabet.
    pub fn mrz(&self) -> Result<Zeroizing<String>, SpecimenError> {
        let layout = self.format.layout();
        let mut text = Zeroizing::new(vec![b'<'; self.format.length()]);
        let mut put = |range: &std::ops::Range<usize>, field: &str| {
            let alphabet = |b: u8| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'<');
            if field.len() > range.len() || !field.bytes().all(alphabet) {
                return Err(SpecimenError::Field);
            }
            text[range.start..range.start + field.len()].copy_from_slice(field.as_bytes());
            Ok(())
        };
        put(&layout.code, &self.code)?;
        put(&layout.state, &self.state)?;
        put(&layout.names, &self.name)?;
        put(&layout.number, &self.number)?;
        put(&layout.nationality, &self.nationality)?;
        put(&layout.birth, &six_digits(self.birthdate))?;
        put(&(layout.sex..layout.sex + 1), &self.sex.to_string())?;
        put(&layout.expiry, &six_digits(self.expiry))?;
        put(&layout.optional, &self.personal_number)?;

        let digit = |text: &[u8], ranges: &[std::ops::Range<usize>]| {
            let characters = ranges.iter().flat_map(|range| text[range.clone()].to_vec());
            check_digit(characters).ok_or(SpecimenError::Field)
        };
        text[layout.number_check] = digit(&text, std::slice::from_ref(&layout.number))?;
        text[layout.birth_check] = digit(&text, std::slice::from_ref(&layout.birth))?;
        text[layout.expiry_check] = digit(&text, std::slice::from_ref(&layout.expiry))?;
        if let Some(place) = layout.optional_check {
            text[place] = digit(&text, std::slice::from_ref(&layout.optional))?;
        }
        text[layout.composite_check] = digit(&text, &layout.composite)?;
        let text = String::from_utf8(text.to_vec()).map_err(|_| SpecimenError::Field)?;
        Ok(Zeroizing::new(text))
    }
}

impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Holder(..)")
    }
}

fn six_digits(date: Date) -> String {
    format!("{:06}", date.yyyymmdd() % 1_000_000)
}
