//! The machine-readable zone from whoever types it or a camera that recognises it: check digits decide.
//!
//! The lines open a chip ([`Access::from_mrz`](super::Access::from_mrz)). Without a chip they are a document
//! of level 1: nobody signed them (docs/protocol.md section 5).

use humanseal_documents::{Moment, Mrz, MrzError};
use zeroize::Zeroizing;

/// How often lines are looked at: a recogniser at 30 frames a second has half a minute.
const MOST_READINGS: u32 = 1000;

/// Somebody who types the lines, or a recogniser of characters.
pub trait MrzReader {
    /// The two or three lines, separated by line breaks, or all in one. `wrong` says why the last ones were
    /// refused ([`MrzError::field`] which field; [`super::mrz_advice`] what to do). None gives up.
    fn lines(&mut self, wrong: Option<MrzError>) -> Option<Zeroizing<String>>;
}

/// Why there is no MRZ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MrzReaderError {
    /// The reader gave up; what was wrong with the last lines, if there were any.
    #[error("no machine-readable zone was given")]
    GivenUp(Option<MrzError>),
    /// No lines held in any number of readings.
    #[error("no lines held: {0}")]
    Unreadable(MrzError),
}

impl MrzReaderError {
    /// What was wrong with the last lines, if there were any.
    #[must_use]
    pub fn last(self) -> Option<MrzError> {
        match self {
            Self::GivenUp(last) => last,
            Self::Unreadable(last) => Some(last),
        }
    }

    /// The stable code: of the field where one is wrong, else of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::GivenUp(None) => "mrz_given_up",
            Self::GivenUp(Some(error)) | Self::Unreadable(error) => {
                error.field().map_or(error.code(), |field| field.code())
            }
        }
    }
}

/// Asks for lines until some hold: length, alphabet, every check digit, dates. Small letters and blanks count
/// as what they stand for.
///
/// # Errors
/// [`MrzReaderError`].
pub fn read_mrz(reader: &mut dyn MrzReader, at: Moment) -> Result<Mrz, MrzReaderError> {
    let mut wrong = None;
    for _ in 0..MOST_READINGS {
        let Some(lines) = reader.lines(wrong) else {
            return Err(MrzReaderError::GivenUp(wrong));
        };
        let mut tidy = Zeroizing::new(String::with_capacity(lines.len()));
        let printed = lines
            .trim()
            .chars()
            .filter(|c| !matches!(c, ' ' | '\t' | '\r'));
        tidy.extend(printed.map(|c| c.to_ascii_uppercase()));
        match Mrz::from_text(&tidy, at) {
            Ok(mrz) => return Ok(mrz),
            Err(error) => wrong = Some(error),
        }
    }
    Err(wrong.map_or(MrzReaderError::GivenUp(None), MrzReaderError::Unreadable))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use humanseal_biometric::Language;

    /// The specimen of ICAO 9303 part 4, appendix B.
    const FIRST: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    const SECOND: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";

    struct Typist {
        lines: Vec<String>,
        told: Vec<Option<MrzError>>,
    }

    impl MrzReader for Typist {
        fn lines(&mut self, wrong: Option<MrzError>) -> Option<Zeroizing<String>> {
            self.told.push(wrong);
            match self.lines.len() {
                0 => None,
                1 => Some(Zeroizing::new(self.lines[0].clone())),
                _ => Some(Zeroizing::new(self.lines.remove(0))),
            }
        }
    }

    fn at() -> Moment {
        Moment::from_unix_seconds(1_300_000_000)
    }

    fn typist(lines: &[&str]) -> Typist {
        Typist {
            lines: lines
                .iter()
                .map(|second| format!("{FIRST}\n{second}"))
                .collect(),
            told: vec![],
        }
    }

    /// One character wrong in each field: the check digit of that field says so.
    #[test]
    fn the_wrong_field_is_named_and_asked_for_again() {
        let mut typist = typist(&[
            "L898902C46UTO7408122F1204159ZE184226B<<<<<10",
            "L898902C36UTO7408132F1204159ZE184226B<<<<<10",
            "L898902C36UTO7408122F1204169ZE184226B<<<<<10",
            "L898902C36UTO7408122F1204159ZE184226C<<<<<10",
            "L898902C36UTO7408122F1204159ZE184226B<<<<<11",
            "L898902C36UTO7408122F1204159ZE184226B<<<<<1",
            SECOND,
        ]);
        let mrz = read_mrz(&mut typist, at()).unwrap();
        assert_eq!(mrz.number().as_str(), "L898902C3");
        let told: Vec<_> = typist.told.iter().flatten().copied().collect();
        let codes: Vec<_> = told
            .iter()
            .map(|error| MrzReaderError::Unreadable(*error).code())
            .collect();
        let fields = ["number", "birthdate", "expiry", "optional", "composite"];
        let fields = fields.map(|field| format!("mrz_field_{field}"));
        assert_eq!(codes[..5], fields);
        assert_eq!(codes[5..], ["mrz_length"]);
        // Whoever can tell what is wrong can tell what to do.
        for error in told {
            let [english, german] = [Language::English, Language::German]
                .map(|language| crate::nfc::mrz_advice(error, language));
            assert_ne!(english, german);
        }
    }

    #[test]
    fn what_was_typed_in_small_letters_with_blanks_counts() {
        let mut typist = Typist {
            lines: vec![format!(
                " {}\r\n{} \n",
                FIRST.to_lowercase(),
                "L898902C3 6UTO 7408122 F1204159 ZE184226B<<<<<10"
            )],
            told: vec![],
        };
        assert!(read_mrz(&mut typist, at()).is_ok());
    }

    #[test]
    fn giving_up_and_never_giving_up_end() {
        let mut nobody = typist(&[]);
        let error = read_mrz(&mut nobody, at()).unwrap_err();
        assert_eq!(error.code(), "mrz_given_up");
        let mut stubborn = typist(&["L898902C46UTO7408122F1204159ZE184226B<<<<<10"]);
        let error = read_mrz(&mut stubborn, at()).unwrap_err();
        assert_eq!(error.code(), "mrz_field_number");
        assert_eq!(stubborn.told.len(), 1000);
    }
}
