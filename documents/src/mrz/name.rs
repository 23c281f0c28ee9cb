//! The holder's name as the MRZ has it (ICAO 9303 part 3, sections 4.6 and 6).

use zeroize::Zeroizing;

/// The characters that a person tag takes of a name (docs/protocol.md section 9): what the shortest
/// name field, that of a TD1, holds.
const TAG_LENGTH: usize = 30;

/// A name, split into its identifiers. `Debug` prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzName {
    primary: Zeroizing<String>,
    secondary: Zeroizing<String>,
}

impl MrzName {
    /// Reads a name field: the primary identifier, two fillers, the secondary identifier; single
    /// fillers between words.
    pub(crate) fn from_field(field: &str) -> Self {
        let (primary, secondary) = field.split_once("<<").unwrap_or((field, ""));
        Self {
            primary: words(primary),
            secondary: words(secondary),
        }
    }

    /// The primary identifier, mostly the family name, its words separated by one `<`.
    #[must_use]
    pub fn primary(&self) -> &str {
        &self.primary
    }

    /// The secondary identifier, mostly the given names, its words separated by one `<`; may be
    /// empty.
    #[must_use]
    pub fn secondary(&self) -> &str {
        &self.secondary
    }

    /// The name in one spelling, for comparing documents of one person: both identifiers joined by
    /// `<<`, cut to 30 characters, without trailing fillers.
    ///
    /// Of the transliterations that part 3 section 6 leaves open, the marked ones are resolved: Ñ
    /// written `NXX` becomes `N`, Ü written `UXX` becomes `UE`. Where a state dropped an umlaut
    /// another wrote out, the spellings stay different: nothing in the MRZ tells them apart from
    /// ordinary letters.
    #[must_use]
    pub fn normalised(&self) -> Zeroizing<String> {
        let mut joined = Zeroizing::new(String::with_capacity(2 * 44));
        joined.push_str(&self.primary);
        if !self.secondary.is_empty() {
            joined.push_str("<<");
            joined.push_str(&self.secondary);
        }
        let unmarked = Zeroizing::new(joined.replace("NXX", "N"));
        let mut spelled = Zeroizing::new(unmarked.replace("UXX", "UE"));
        spelled.truncate(TAG_LENGTH);
        let length = spelled.trim_end_matches('<').len();
        spelled.truncate(length);
        spelled
    }
}

/// The words of an identifier, joined by one filler each.
fn words(identifier: &str) -> Zeroizing<String> {
    let mut joined = Zeroizing::new(String::with_capacity(identifier.len()));
    for word in identifier.split('<').filter(|word| !word.is_empty()) {
        if !joined.is_empty() {
            joined.push('<');
        }
        joined.push_str(word);
    }
    joined
}

impl std::fmt::Debug for MrzName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MrzName(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_split_and_normalised() {
        for (field, primary, secondary, normalised) in [
            (
                "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
                "ERIKSSON",
                "ANNA<MARIA",
                "ERIKSSON<<ANNA<MARIA",
            ),
            (
                "ARKFREITH<<<<<<<<<<<<<<<<<<<<<",
                "ARKFREITH",
                "",
                "ARKFREITH",
            ),
            (
                "VAN<DER<MUELLEN<<HILDE<<MARIE<",
                "VAN<DER<MUELLEN",
                "HILDE<MARIE",
                "VAN<DER<MUELLEN<<HILDE<MARIE",
            ),
            (
                "NUNXXEZ<<GUXXNTER<<<<<<<<<<<<<",
                "NUNXXEZ",
                "GUXXNTER",
                "NUNEZ<<GUENTER",
            ),
        ] {
            let name = MrzName::from_field(field);
            assert_eq!(name.primary(), primary);
            assert_eq!(name.secondary(), secondary);
            assert_eq!(name.normalised().as_str(), normalised);
            assert_eq!(format!("{name:?}"), "MrzName(..)");
        }
    }

    /// The name line of a booklet is longer than that of a card; both give one tag.
    #[test]
    fn a_booklet_and_a_card_of_one_person_agree() {
        let booklet = MrzName::from_field("PAPANDROPOULOUS<<JONATHON<ALEXANDER<WARREN<");
        let card = MrzName::from_field("PAPANDROPOULOUS<<JONATHON<ALEX");
        assert_eq!(booklet.normalised(), card.normalised());
        let booklet = MrzName::from_field("NILAVADHANANANDA<<CHAYAPA<DEJ<K<SUPPHASIT<");
        let card = MrzName::from_field("NILAVADHANANANDA<<CHAYAPA<DEJ<");
        assert_eq!(booklet.normalised(), card.normalised());
    }
}
