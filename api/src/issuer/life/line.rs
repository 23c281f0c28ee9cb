//! A line: what one issuer key knows of one person, and nothing else.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel, StatusIndex, UniqueLevel};
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::template::{ModelId, TemplateCommitment};

use super::recovery::{Recovery, RecoveryState};
use crate::issuer::tags::{Tag, Tags};

/// Names a line. Numbers rise: a smaller one is an older line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(pub i64);

/// A tag and the version of the pepper under which it was made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KnownTag {
    /// The pepper's version.
    pub version: u32,
    /// The tag.
    pub tag: Tag,
}

impl std::fmt::Debug for KnownTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownTag(version {})", self.version)
    }
}

impl KnownTag {
    /// The document tag of these tags.
    pub fn document(tags: &Tags) -> Self {
        Self {
            version: tags.pepper_version,
            tag: tags.document,
        }
    }
    /// The person tag of these tags.
    pub fn person(tags: &Tags) -> Self {
        Self {
            version: tags.pepper_version,
            tag: tags.person,
        }
    }
    /// The number tag of these tags, where the document has a lifelong number.
    pub fn number(tags: &Tags) -> Option<Self> {
        tags.number.map(|tag| Self {
            version: tags.pepper_version,
            tag,
        })
    }
}

/// A document that joined a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownDocument {
    /// Its document tag.
    pub tag: KnownTag,
    /// Its last day.
    pub expires_on: Day,
}

/// What a credential says of its holder's standing, without index and day of the match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// `H`.
    pub holder_key: HolderKey,
    /// `T_portrait`.
    pub template: TemplateCommitment,
    /// The embedding model.
    pub model: ModelId,
    /// The document level.
    pub document: DocumentLevel,
    /// The device level.
    pub device: DeviceLevel,
    /// The unique level.
    pub unique: UniqueLevel,
    /// Since when the secret stands for the person.
    pub established_on: Day,
    /// The credential's last day.
    pub expires_on: Day,
}

/// What a line keeps of a credential that it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The index in the status list.
    pub index: StatusIndex,
    /// What it says.
    pub standing: Standing,
    /// Whether its bit is set.
    pub revoked: bool,
    /// Day of the first signed root that shows the bit; nothing where none does yet.
    pub shown_on: Option<Day>,
}

impl Held {
    /// Bit 0 and unexpired (section 5).
    pub fn is_live(&self, today: Day) -> bool {
        !self.revoked && self.standing.expires_on >= today
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub id: LineId,
    /// Its documents.
    pub documents: Vec<KnownDocument>,
    /// Its person tags: more than one where a name changed.
    pub persons: Vec<KnownTag>,
    /// Its number tags.
    pub numbers: Vec<KnownTag>,
    /// Its credentials, oldest first, never none.
    pub held: Vec<Held>,
    /// Its recoveries, oldest first. Those that ended more than 90 days ago may be left out.
    pub recoveries: Vec<Recovery>,
    /// Whether one of its credentials was revoked for fraud.
    pub blocked: bool,
}

impl Line {
    /// The newest credential.
    pub fn newest(&self) -> Option<&Held> {
        self.held.last()
    }

    /// Whether one of its credentials can be presented.
    pub fn is_live(&self, today: Day) -> bool {
        self.held.iter().any(|held| held.is_live(today))
    }

    /// Whether one of these is a document of the line.
    pub fn has_document(&self, tags: &[Tags]) -> bool {
        let known = |tag| self.documents.iter().any(|document| document.tag == tag);
        tags.iter().map(KnownTag::document).any(known)
    }

    /// Whether one of these is a person tag of the line.
    pub fn has_person(&self, tags: &[Tags]) -> bool {
        tags.iter()
            .map(KnownTag::person)
            .any(|tag| self.persons.contains(&tag))
    }

    /// Whether one of these is a number tag of the line.
    pub fn has_number(&self, tags: &[Tags]) -> bool {
        tags.iter()
            .filter_map(KnownTag::number)
            .any(|tag| self.numbers.contains(&tag))
    }

    /// Whether the holder key is, was or is about to be the line's.
    pub fn has_holder_key(&self, key: HolderKey) -> bool {
        let of_recovery = |recovery: &Recovery| recovery.is_open() && recovery.holder_key == key;
        self.recoveries.iter().any(of_recovery)
            || self.held.iter().any(|held| held.standing.holder_key == key)
    }

    /// Whether a recovery took effect and its credential was not handed out: the holder key of the
    /// newest credential is the line's no longer.
    pub fn is_orphaned(&self) -> bool {
        let effective = |recovery: &Recovery| recovery.state == RecoveryState::Effective;
        self.recoveries.iter().any(effective)
    }

    /// Lets an announced recovery take effect once its day has come: the bits of all credentials
    /// are set, and what an older recovery left uncollected is cancelled.
    pub fn settle(&mut self, today: Day) {
        if !self
            .recoveries
            .iter()
            .any(|recovery| recovery.is_due(today))
        {
            return;
        }
        for recovery in &mut self.recoveries {
            recovery.state = match recovery.state {
                RecoveryState::Announced => RecoveryState::Effective,
                RecoveryState::Effective => RecoveryState::Cancelled,
                ended => ended,
            };
        }
        self.revoke_all();
    }

    /// Sets the bits of all credentials.
    fn revoke_all(&mut self) {
        for held in &mut self.held {
            held.revoked = true;
        }
    }
}
