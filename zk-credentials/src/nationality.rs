//! The pinned table of nationalities (docs/protocol.md section 5).

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::credential::OutOfRange;

/// The table: index and code, tab-separated, `#` comments.
const TABLE: &str = include_str!("../../fixtures/nationalities/table.tsv");
/// The highest index.
const LAST: u8 = 252;

static CODES: LazyLock<Vec<(&'static str, u8)>> = LazyLock::new(|| {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (index, code) = line.split_once('\t')?;
            Some((code.trim(), index.parse().ok()?))
        })
        .collect()
});

/// An index 0..=252: 0 other or unknown, 1..=249 ISO 3166-1 by alpha-3, 250 Kosovo, 251 stateless
/// or refugee, 252 international organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Nationality(u8);

impl Nationality {
    /// Other or unknown.
    pub const OTHER: Self = Self(0);

    /// The nationality with this index.
    ///
    /// # Errors
    /// [`OutOfRange`] above 252.
    pub fn new(index: u8) -> Result<Self, OutOfRange> {
        if index <= LAST {
            Ok(Self(index))
        } else {
            Err(OutOfRange)
        }
    }

    /// The index of a code as it stands in the MRZ without fillers; 0 where the table has none.
    pub fn from_alpha3(code: &str) -> Self {
        CODES
            .iter()
            .find(|(known, _)| *known == code)
            .map_or(Self::OTHER, |(_, i)| Self(*i))
    }

    /// The index.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Nationality {
    type Error = OutOfRange;
    fn try_from(index: u8) -> Result<Self, OutOfRange> {
        Self::new(index)
    }
}

impl From<Nationality> for u8 {
    fn from(nationality: Nationality) -> u8 {
        nationality.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete_and_in_order() {
        let iso: Vec<_> = CODES
            .iter()
            .filter(|(_, i)| (1..=249).contains(i))
            .collect();
        let countries: Vec<_> = (1..=249u8)
            .map(|i| {
                iso.iter()
                    .filter(|(_, j)| *j == i)
                    .map(|(c, _)| *c)
                    .collect::<Vec<_>>()
            })
            .collect();
        assert!(countries.iter().all(|codes| !codes.is_empty()));
        assert_eq!(Nationality::from_alpha3("ABW").get(), 1);
        assert_eq!(Nationality::from_alpha3("ZWE").get(), 249);
        let firsts: Vec<_> = countries.iter().map(|codes| codes[0]).collect();
        assert!(firsts.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_specimen_state_is_no_country() {
        assert_eq!(Nationality::from_alpha3("UTO"), Nationality::OTHER);
        assert!(Nationality::new(253).is_err());
    }
}
