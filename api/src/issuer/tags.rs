//! Tags: how an issuer knows a document or a person again without keeping either.

use hmac::{Hmac, KeyInit, Mac};
use humanseal_documents::HolderData;
use humanseal_zk_credentials::credential::StatusIndex;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

/// HMAC-SHA-256 of personal data under a pepper that is not in the database.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(pub [u8; 32]);

/// The tags of one holder under one pepper version (docs/protocol.md section 9).
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tags {
    /// The pepper's version.
    pub pepper_version: u32,
    /// State, class, number without fillers, birthdate.
    pub document: Tag,
    /// Birthdate, name normalised and cut to 30.
    pub person: Tag,
    /// State, lifelong personal number, birthdate; for the states of the pinned table.
    pub number: Option<Tag>,
}

/// A pepper: 32 secret bytes and their version.
pub struct Pepper {
    version: u32,
    key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pepper(version {})", self.version)
    }
}

impl Pepper {
    /// A pepper of that version.
    pub fn new(version: u32, key: Zeroizing<[u8; 32]>) -> Self {
        Self { version, key }
    }
    /// Its version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The tags of a holder.
    pub fn tags(&self, holder: &HolderData) -> Tags {
        let date = holder.birthdate;
        let birthdate = Zeroizing::new(format!(
            "{:04}{:02}{:02}",
            date.year(),
            date.month(),
            date.day()
        ));
        let document = [
            holder.state.as_str(),
            holder.class.as_str(),
            holder.number.as_str(),
            birthdate.as_str(),
        ];
        let number = holder.personal_number.as_ref().map(|number| {
            self.tag(
                "number",
                &[holder.state.as_str(), number.as_str(), birthdate.as_str()],
            )
        });
        Tags {
            pepper_version: self.version,
            document: self.tag("document", &document),
            person: self.tag("person", &[birthdate.as_str(), holder.name.as_str()]),
            number,
        }
    }

    /// Stands for a credential of this index where attempts are counted.
    pub fn credential(&self, index: StatusIndex) -> Tag {
        self.tag("credential", &[&index.get().to_string()])
    }

    /// The parts carry their lengths, so that two lists of parts never have one input.
    fn tag(&self, kind: &str, parts: &[&str]) -> Tag {
        // HMAC takes a key of any length, so this arm is never reached; a tag under an unusable
        // key must not exist.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.as_ref()) else {
            unreachable!("HMAC takes keys of any length");
        };
        mac.update(b"humanseal/v1/tag/");
        for part in std::iter::once(&kind).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Tag(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: u8, kind: &str, parts: &[&str]) -> [u8; 32] {
        Pepper::new(1, Zeroizing::new([key; 32])).tag(kind, parts).0
    }

    #[test]
    fn a_tag_depends_on_pepper_kind_and_where_parts_end() {
        let tags = [
            tag(1, "document", &["AB", "C"]),
            tag(2, "document", &["AB", "C"]),
            tag(1, "person", &["AB", "C"]),
            tag(1, "document", &["A", "BC"]),
            tag(1, "document", &["ABC"]),
            tag(1, "document", &["ABC", ""]),
        ];
        for (i, a) in tags.iter().enumerate() {
            assert!(tags[..i].iter().all(|b| a != b));
        }
        assert_eq!(tags[0], tag(1, "document", &["AB", "C"]));
    }
}
