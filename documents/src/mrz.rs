//! The machine readable zone of TD1, TD2 and TD3 documents (ICAO 9303 parts 3 to 6).

mod check_digit;
mod dates;
mod layout;
mod name;
mod personal_number;
mod text;

use zeroize::Zeroizing;

pub use check_digit::check_digit;
pub(crate) use dates::{birthdate, expiry};
pub use layout::MrzFormat;
pub use name::MrzName;
pub use text::CheckedField;
pub(crate) use text::MrzText;

use crate::state::StateCode;
use crate::time::{Date, Moment};

/// Why an MRZ is refused. No variant carries what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    /// Not 90, 72 or 88 characters, or lines of other lengths.
    #[error("the MRZ has not the length of a TD1, TD2 or TD3")]
    Length,
    /// A character other than A–Z, 0–9 and `<`.
    #[error("the MRZ holds a character outside its alphabet")]
    Alphabet,
    /// The document code does not begin with P, A, C or I; visas are among those.
    #[error("the MRZ's document code is not that of a passport or an identity card")]
    DocumentCode,
    /// The issuing state is no code of letters.
    #[error("the MRZ's issuing state is malformed")]
    State,
    /// The nationality is no code of letters.
    #[error("the MRZ's nationality is malformed")]
    Nationality,
    /// The name is empty or holds a digit.
    #[error("the MRZ's name is malformed")]
    Name,
    /// The sex is none of M, F, X and `<`.
    #[error("the MRZ's sex is malformed")]
    Sex,
    /// The document number is empty or breaks the rule for long numbers.
    #[error("the MRZ's document number is malformed")]
    Number,
    /// A check digit is wrong.
    #[error("a check digit of the MRZ is wrong")]
    CheckDigit(CheckedField),
    /// The year of birth is unknown, so no age can be told.
    #[error("the MRZ leaves the year of birth open")]
    BirthYearUnknown,
    /// The date of birth is no date.
    #[error("the MRZ's date of birth is no date")]
    Birthdate,
    /// The date of expiry is no date.
    #[error("the MRZ's date of expiry is no date")]
    Expiry,
}

impl MrzError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Length => "mrz_length",
            Self::Alphabet => "mrz_alphabet",
            Self::DocumentCode => "mrz_document_code",
            Self::State => "mrz_state",
            Self::Nationality => "mrz_nationality",
            Self::Name => "mrz_name",
            Self::Sex => "mrz_sex",
            Self::Number => "mrz_number",
            Self::CheckDigit(_) => "mrz_check_digits",
            Self::BirthYearUnknown => "mrz_birth_year",
            Self::Birthdate => "mrz_birthdate",
            Self::Expiry => "mrz_expiry",
        }
    }

    /// The field to look at again, where one alone is wrong.
    #[must_use]
    pub fn field(self) -> Option<CheckedField> {
        match self {
            Self::CheckDigit(field) => Some(field),
            Self::Number => Some(CheckedField::Number),
            Self::BirthYearUnknown | Self::Birthdate => Some(CheckedField::Birthdate),
            Self::Expiry => Some(CheckedField::Expiry),
            _ => None,
        }
    }
}

/// A document code: the MRZ's first one or two letters, such as `P`, `PP`, `I`, `ID`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentCode(String);

impl DocumentCode {
    /// Reads one or two letters `A` to `Z`.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        let letters = code.bytes().all(|b| b.is_ascii_uppercase());
        (letters && (1..=2).contains(&code.len())).then(|| Self(code.to_owned()))
    }

    /// The letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The class that the first letter names (ICAO 9303 parts 4 to 6, section 4.2.2).
    #[must_use]
    pub fn class(&self) -> DocumentClass {
        if self.0.starts_with('P') {
            DocumentClass::Passport
        } else {
            DocumentClass::Card
        }
    }
}

/// The class of a document, a part of its tag (docs/protocol.md section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentClass {
    /// Codes that begin with P.
    Passport,
    /// Codes that begin with A, C or I.
    Card,
}

impl DocumentClass {
    /// `P` or `I`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passport => "P",
            Self::Card => "I",
        }
    }
}

/// What the holder's document says about its holder, in the form in which it is used further.
///
/// Strings are wiped when dropped, and `Debug` prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct HolderData {
    /// The state or organisation that issued the document.
    pub state: StateCode,
    /// Passport or card.
    pub class: DocumentClass,
    /// The document number without fillers.
    pub number: Zeroizing<String>,
    /// The date of birth; unknown month or day as the latest possible.
    pub birthdate: Date,
    /// The name in one spelling, cut to 30 characters: [`MrzName::normalised`].
    pub name: Zeroizing<String>,
    /// The nationality.
    pub nationality: StateCode,
    /// The last day on which the document is valid.
    pub expiry: Date,
    /// The lifelong personal number, for the states of the pinned table.
    pub personal_number: Option<Zeroizing<String>>,
}

impl std::fmt::Debug for HolderData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HolderData(..)")
    }
}

/// An MRZ with right check digits and dates. `Debug` prints nothing.
#[derive(Clone)]
pub struct Mrz {
    text: MrzText,
    state: StateCode,
    nationality: StateCode,
    name: MrzName,
    birthdate: Date,
    expiry: Date,
}

impl Mrz {
    /// Reads the 90, 72 or 88 characters of an MRZ without line breaks, as EF.DG1 holds them. The
    /// time is that of reading: it decides centuries.
    ///
    /// # Errors
    /// Whatever [`MrzError`] names.
    pub fn parse(bytes: &[u8], at: Moment) -> Result<Self, MrzError> {
        let text = MrzText::new(bytes)?;
        text.verify_check_digits()?;
        let birthdate = birthdate(text.birth(), at.date())?;
        let expiry = expiry(text.expiry(), at.date())?;
        Self::assemble(text, birthdate, expiry)
    }

    /// Reads an MRZ as a person or a camera hands it over: lines separated by line breaks, or all
    /// in one line.
    ///
    /// # Errors
    /// As [`Mrz::parse`]; lines of unequal length are [`MrzError::Length`].
    pub fn from_text(text: &str, at: Moment) -> Result<Self, MrzError> {
        // Longer input is no MRZ, and need not be looked at.
        if text.len() > 128 {
            return Err(MrzError::Length);
        }
        let lines: Vec<&str> = text.trim_end().lines().collect();
        let joined = Zeroizing::new(lines.concat());
        let mrz = Self::parse(joined.as_bytes(), at)?;
        let split = lines.len() == mrz.format().lines()
            && lines.iter().all(|l| l.len() == mrz.format().line_length());
        if lines.len() == 1 || split {
            Ok(mrz)
        } else {
            Err(MrzError::Length)
        }
    }

    /// Joins what was checked one by one.
    pub(crate) fn assemble(text: MrzText, birthdate: Date, expiry: Date) -> Result<Self, MrzError> {
        Ok(Self {
            state: text.state()?,
            nationality: text.nationality()?,
            name: MrzName::from_field(text.names()),
            birthdate,
            expiry,
            text,
        })
    }

    /// TD1, TD2 or TD3.
    #[must_use]
    pub fn format(&self) -> MrzFormat {
        self.text.format()
    }

    /// All characters, lines joined.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// The document code.
    #[must_use]
    pub fn document_code(&self) -> DocumentCode {
        DocumentCode(self.text.code().to_owned())
    }

    /// The issuing state or organisation.
    #[must_use]
    pub fn state(&self) -> StateCode {
        self.state
    }

    /// The nationality.
    #[must_use]
    pub fn nationality(&self) -> StateCode {
        self.nationality
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &MrzName {
        &self.name
    }

    /// The document number without fillers, also where it goes on in the optional data.
    #[must_use]
    pub fn number(&self) -> Zeroizing<String> {
        self.text.number()
    }

    /// What the access keys of the chip are derived from (part 11, section 9.7.2 with 4.3.2): the whole
    /// document number with its fillers, the date of birth and the date of expiry, as they are printed.
    #[must_use]
    pub fn key_fields(&self) -> [Zeroizing<String>; 3] {
        let copy = |field: &str| Zeroizing::new(field.to_owned());
        [
            self.text.number_as_printed(),
            copy(self.text.birth()),
            copy(self.text.expiry()),
        ]
    }

    /// The date of birth; unknown month or day as the latest possible.
    #[must_use]
    pub fn birthdate(&self) -> Date {
        self.birthdate
    }

    /// The date of expiry.
    #[must_use]
    pub fn expiry(&self) -> Date {
        self.expiry
    }

    /// `M`, `F`, `X` or `<`.
    #[must_use]
    pub fn sex(&self) -> char {
        char::from(self.text.sex())
    }

    /// The optional data without trailing fillers; the second element is that of a TD1's second
    /// line, else empty.
    #[must_use]
    pub fn optional(&self) -> [&str; 2] {
        self.text.optional()
    }

    /// The lifelong personal number, for the states of the pinned table.
    #[must_use]
    pub fn personal_number(&self) -> Option<&str> {
        let state = self.state();
        self.optional().into_iter().find(|field| {
            personal_number::is_personal_number(state.as_str(), field, self.text.birth())
        })
    }

    /// The fields that go on from here.
    #[must_use]
    pub fn holder(&self) -> HolderData {
        HolderData {
            state: self.state,
            class: self.document_code().class(),
            number: self.number(),
            birthdate: self.birthdate,
            name: self.name.normalised(),
            nationality: self.nationality,
            expiry: self.expiry,
            personal_number: self
                .personal_number()
                .map(|number| Zeroizing::new(number.to_owned())),
        }
    }
}

impl std::fmt::Debug for Mrz {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mrz(..)")
    }
}
