//! Codes of states and organisations, as the MRZ writes them (ICAO 9303 part 3, section 5).

use std::fmt;

/// The pinned table: MRZ code, code handed on, countries that certificates of that state name.
const TABLE: &str = include_str!("state/table.tsv");

/// A code of one to three letters for an issuing state or a nationality.
///
/// Ordinary states use ISO 3166-1 alpha-3. ICAO adds `D` for Germany, the British variants `GBD`,
/// `GBN`, `GBO`, `GBP`, `GBS`, `RKS` for Kosovo, organisations (`UNO`, `EUE`, `XOM`, …), `XXA` for
/// a stateless person, `XXB` and `XXC` for refugees, `XXX` for an unspecified nationality, and
/// `UTO` for specimens. `Debug` prints nothing, since a nationality is personal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StateCode {
    letters: [u8; 3],
    length: u8,
}

impl StateCode {
    /// Reads a code: one to three letters `A` to `Z`, without fillers.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        let bytes = code.as_bytes();
        if !(1..=3).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_uppercase) {
            return None;
        }
        let mut letters = [b'<'; 3];
        letters[..bytes.len()].copy_from_slice(bytes);
        Some(Self {
            letters,
            length: u8::try_from(bytes.len()).ok()?,
        })
    }

    /// Reads the three-character field of an MRZ: letters, then fillers only.
    pub(crate) fn from_field(field: &str) -> Option<Self> {
        Self::new(field.trim_end_matches('<'))
    }

    /// The code as the MRZ has it, without fillers, such as `D`, `UTO`, `UNO`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The letters are ASCII by construction.
        std::str::from_utf8(&self.letters[..usize::from(self.length)]).unwrap_or_default()
    }

    /// The code to hand on: ISO 3166-1 alpha-3 where the state has one (`DEU` for `D`, `GBR` for
    /// the British variants, the user-assigned `XKX` for `RKS`), else the ICAO code as it is.
    #[must_use]
    pub fn alpha3(&self) -> &str {
        match self.row() {
            Some((_, alpha3, _)) => alpha3,
            None => self.as_str(),
        }
    }

    /// Whether ICAO or ISO list this code.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.row().is_some()
    }

    /// Whether this is `UTO`, the state of ICAO's specimens, which issues nothing real.
    #[must_use]
    pub fn is_specimen(&self) -> bool {
        self.as_str() == "UTO"
    }

    /// Whether certificates of this state name that country.
    pub(crate) fn uses_certificate_country(&self, country: CountryCode) -> bool {
        self.row()
            .is_some_and(|(_, _, countries)| countries.split(',').any(|c| c == country.as_str()))
    }

    fn row(&self) -> Option<(&'static str, &'static str, &'static str)> {
        TABLE.lines().find_map(|line| {
            let mut columns = line.split('\t');
            let (mrz, alpha3, countries) = (columns.next()?, columns.next()?, columns.next()?);
            (mrz == self.as_str()).then_some((mrz, alpha3, countries))
        })
    }
}

impl fmt::Debug for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateCode(..)")
    }
}

/// The two-letter country of a certificate's subject or issuer (ISO 3166-1 alpha-2), upper case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Reads two letters; some states write lower case, which means the same.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        letters
            .iter()
            .all(u8::is_ascii_alphabetic)
            .then(|| Self(letters.map(|l| l.to_ascii_uppercase())))
    }

    /// The two letters, upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The letters are ASCII by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether this is `UT`, the country of specimen certificates.
    #[must_use]
    pub fn is_specimen(&self) -> bool {
        self.as_str() == "UT"
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn icao_codes_are_handed_on_as_alpha3_where_there_is_one() {
        for (mrz, alpha3) in [
            ("D", "DEU"),
            ("FRA", "FRA"),
            ("GBN", "GBR"),
            ("RKS", "XKX"),
            ("UNO", "UNO"),
            ("XXA", "XXA"),
            ("UTO", "UTO"),
            ("QQQ", "QQQ"),
        ] {
            assert_eq!(StateCode::new(mrz).unwrap().alpha3(), alpha3);
        }
        assert!(!StateCode::new("QQQ").unwrap().is_listed());
        assert!(!StateCode::new("DEU").unwrap().alpha3().is_empty());
    }

    #[test]
    fn fields_are_letters_then_fillers() {
        assert_eq!(StateCode::from_field("D<<").unwrap().as_str(), "D");
        for field in ["<<<", "D<E", "<DE", "D1<", "d<<"] {
            assert!(StateCode::from_field(field).is_none(), "{field}");
        }
    }

    #[test]
    fn certificate_countries() {
        let country = |c| CountryCode::new(c).unwrap();
        assert!(
            StateCode::new("D")
                .unwrap()
                .uses_certificate_country(country("de"))
        );
        assert!(
            StateCode::new("CHN")
                .unwrap()
                .uses_certificate_country(country("HK"))
        );
        assert!(
            !StateCode::new("FRA")
                .unwrap()
                .uses_certificate_country(country("DE"))
        );
        assert!(
            !StateCode::new("XXA")
                .unwrap()
                .uses_certificate_country(country("DE"))
        );
        assert!(CountryCode::new("D").is_none());
        assert!(CountryCode::new("-1").is_none());
    }

    #[test]
    fn the_table_lists_249_states_and_no_code_twice() {
        let rows: Vec<Vec<&str>> = TABLE
            .lines()
            .filter(|l| !l.starts_with('#'))
            .map(|l| l.split('\t').collect())
            .collect();
        assert!(rows.iter().all(|r| r.len() == 3));
        let codes: std::collections::BTreeSet<_> = rows.iter().map(|r| r[0]).collect();
        assert_eq!(codes.len(), rows.len());
        // 249 of ISO 3166-1, five British variants, Kosovo, 19 ICAO codes and UTO.
        assert_eq!(rows.len(), 249 + 5 + 1 + 19 + 1);
    }
}
