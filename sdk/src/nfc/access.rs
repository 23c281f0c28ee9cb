//! What opens a chip: fields of the MRZ, or the card access number.

use dmrtd::crypto::kdf::DeriveKey;
use dmrtd::lds::asn1_object_identifiers::{CipherAlgorithm, KeyLength};
use dmrtd::proto::access_key::{AccessKey, PACE_REF_KEY_TAG_CAN, PACE_REF_KEY_TAG_MRZ};
use dmrtd::proto::dba_key::DBAKey;
use humanseal_documents::{Mrz, check_digit};
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

/// The longest document number of a TD1, which goes on in the optional data.
const LONGEST_NUMBER: usize = 22;
/// The shortest form of it: fillers make it up to this length.
const SHORTEST_NUMBER: usize = 9;

/// What opens a chip. It prints nothing and is wiped when dropped.
#[derive(Clone)]
pub struct Access(Kind);

#[derive(Clone)]
enum Kind {
    /// Document number with fillers, birth and expiry as yymmdd.
    Mrz([Zeroizing<String>; 3]),
    /// Six digits.
    Can(Zeroizing<String>),
}

/// Why something cannot open a chip. No variant carries what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// No document number: 1 to 22 characters A to Z, 0 to 9 and `<`.
    #[error("the document number has other characters than A-Z and 0-9, or too many")]
    Number,
    /// No date of birth as the MRZ has it, yymmdd, unknown parts as `<<`.
    #[error("the date of birth is no date of six digits, year first")]
    Birthdate,
    /// No date of expiry, yymmdd.
    #[error("the date of expiry is no date of six digits, year first")]
    Expiry,
    /// Not the six digits of a card access number.
    #[error("the card access number has six digits")]
    Can,
}

impl AccessError {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "access_number",
            Self::Birthdate => "access_birthdate",
            Self::Expiry => "access_expiry",
            Self::Can => "access_can",
        }
    }
}

impl Access {
    /// The key that follows from a whole MRZ.
    #[must_use]
    pub fn from_mrz(mrz: &Mrz) -> Self {
        Self(Kind::Mrz(mrz.key_fields()))
    }

    /// The key that follows from typed fields: the document number, without its check digit, and two dates as
    /// yymmdd.
    ///
    /// # Errors
    /// [`AccessError`], which names the field.
    pub fn from_fields(number: &str, birthdate: &str, expiry: &str) -> Result<Self, AccessError> {
        let of_mrz = |c: &u8| matches!(c, b'A'..=b'Z' | b'0'..=b'9' | b'<');
        let numbered = number.bytes().all(|c| of_mrz(&c)) && !number.starts_with('<');
        if !numbered || !(1..=LONGEST_NUMBER).contains(&number.len()) {
            return Err(AccessError::Number);
        }
        let date = |text: &str, unknown: bool| {
            text.len() == 6
                && text
                    .bytes()
                    .all(|c| c.is_ascii_digit() || unknown && c == b'<')
        };
        if !date(birthdate, true) {
            return Err(AccessError::Birthdate);
        }
        if !date(expiry, false) {
            return Err(AccessError::Expiry);
        }
        let number = format!("{number:<<SHORTEST_NUMBER$}");
        let copy = |text: &str| Zeroizing::new(text.to_owned());
        Ok(Self(Kind::Mrz([
            Zeroizing::new(number),
            copy(birthdate),
            copy(expiry),
        ])))
    }

    /// The card access number, six digits that are printed on the front of cards.
    ///
    /// # Errors
    /// [`AccessError::Can`].
    pub fn from_can(can: &str) -> Result<Self, AccessError> {
        match can.len() == 6 && can.bytes().all(|c| c.is_ascii_digit()) {
            true => Ok(Self(Kind::Can(Zeroizing::new(can.to_owned())))),
            false => Err(AccessError::Can),
        }
    }

    /// Whether basic access control can work with it at all.
    pub(super) fn is_can(&self) -> bool {
        matches!(self.0, Kind::Can(_))
    }

    /// The password of PACE (part 11, section 4.4.4.1 and 9.7.3).
    pub(super) fn pace(&self) -> PacePassword {
        match &self.0 {
            Kind::Can(can) => PacePassword {
                reference: PACE_REF_KEY_TAG_CAN,
                seed: Zeroizing::new(can.as_bytes().to_vec()),
            },
            Kind::Mrz(fields) => {
                let mut digest = Sha1::new();
                for field in fields {
                    digest.update(field.as_bytes());
                    digest.update(check_digit(field.bytes()).as_slice());
                }
                PacePassword {
                    reference: PACE_REF_KEY_TAG_MRZ,
                    seed: Zeroizing::new(digest.finalize().to_vec()),
                }
            }
        }
    }

    /// The keys of basic access control (part 11, section 4.3.2); none for a card access number, and for
    /// dates with unknown parts, which the crate that derives them does not take.
    pub(super) fn bac(&self) -> Option<DBAKey> {
        let Kind::Mrz([number, birthdate, expiry]) = &self.0 else {
            return None;
        };
        DBAKey::new(number.as_str(), date(birthdate)?, date(expiry)?, false).ok()
    }
}

/// The keys take two digits of a year, so any century does; in this one the year 00 has a 29 February.
fn date(field: &str) -> Option<chrono::NaiveDate> {
    let part = |from: usize| field.get(from..from + 2)?.parse::<u32>().ok();
    let year = i32::try_from(part(0)?).ok()?;
    chrono::NaiveDate::from_ymd_opt(2000 + year, part(2)?, part(4)?)
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Access(..)")
    }
}

/// A password of PACE, before it becomes a key.
pub(super) struct PacePassword {
    reference: u8,
    seed: Zeroizing<Vec<u8>>,
}

impl AccessKey for PacePassword {
    fn pace_ref_key_tag(&self) -> u8 {
        self.reference
    }

    fn kpi(&self, cipher: CipherAlgorithm, length: KeyLength) -> Result<Vec<u8>, String> {
        match (cipher, length) {
            (CipherAlgorithm::Aes, KeyLength::S128) => Ok(DeriveKey::aes128(&self.seed, true)),
            (CipherAlgorithm::Aes, KeyLength::S192) => Ok(DeriveKey::aes192(&self.seed, true)),
            (CipherAlgorithm::Aes, KeyLength::S256) => Ok(DeriveKey::aes256(&self.seed, true)),
            // No session under 3DES is opened.
            (CipherAlgorithm::DeSede, _) => Err(String::new()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// ICAO 9303 part 11, appendix D.2 (its MRZ, and a TD1's long number) and G.
    #[test]
    fn keys_are_those_of_the_worked_examples() {
        let access = Access::from_fields("L898902C", "690806", "940623").unwrap();
        let seed = access.bac().unwrap().key_seed();
        assert_eq!(hex::encode_upper(seed), "239AB9CB282DAF66231DC5A4DF6BFBAE");
        let access = Access::from_fields("D23145890734", "340712", "950712").unwrap();
        let seed = access.bac().unwrap().key_seed();
        assert_eq!(hex::encode_upper(seed), "B366AD857DDCA2B08C0E299811714730");
        let access = Access::from_fields("T22000129", "640812", "101031").unwrap();
        let key = access.pace().kpi(CipherAlgorithm::Aes, KeyLength::S128);
        assert_eq!(
            hex::encode_upper(key.unwrap()),
            "89DED1B26624EC1E634C1989302849DD"
        );
        let can = Access::from_can("123456").unwrap().pace();
        let key = can.kpi(CipherAlgorithm::Aes, KeyLength::S128).unwrap();
        assert_eq!(hex::encode(key), "591468cda83d65219cccb8560233600f");
        assert_eq!(
            (can.pace_ref_key_tag(), access.pace().pace_ref_key_tag()),
            (2, 1)
        );
    }

    #[test]
    fn each_wrong_field_has_its_code() {
        let code = |number, birth, expiry| {
            Access::from_fields(number, birth, expiry)
                .unwrap_err()
                .code()
        };
        for number in ["", "l898902c", "<1234", "ABC-1", "12345678901234567890123"] {
            assert_eq!(code(number, "690806", "940623"), "access_number");
        }
        assert_eq!(code("L898902C", "69080", "940623"), "access_birthdate");
        assert_eq!(code("L898902C", "690806", "9406<<"), "access_expiry");
        for can in ["12345", "1234567", "12345a", "１２"] {
            assert_eq!(Access::from_can(can).unwrap_err().code(), "access_can");
        }
    }

    /// An unknown day of birth opens by PACE alone; a leap day of any century is a date.
    #[test]
    fn dates_with_open_parts_have_no_key_of_basic_access_control() {
        let open = Access::from_fields("L898902C", "69<<<<", "940623").unwrap();
        assert!(open.bac().is_none());
        let leap = Access::from_fields("L898902C", "000229", "240229").unwrap();
        assert!(leap.bac().is_some());
        assert!(Access::from_can("123456").unwrap().bac().is_none());
        assert_eq!(format!("{open:?}"), "Access(..)");
    }
}
