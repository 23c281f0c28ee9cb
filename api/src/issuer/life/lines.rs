//! The lines that a session concerns, as they stand on a day.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::holder::HolderKey;

use super::line::{Line, LineId};
use crate::issuer::tags::Tags;

/// The days that rules compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// The issuer's day.
    pub today: Day,
    /// Day of the next fixed hour at which a root is signed: the first that can show a bit which no
    /// root shows yet.
    pub next_root: Day,
}

/// Lines on a day. Recoveries whose day has come have taken effect.
#[derive(Debug)]
pub struct Lines {
    calendar: Calendar,
    lines: Vec<Line>,
}

impl Lines {
    /// All lines that have a tag, the holder key or the index of a session, and all that share a
    /// person tag with one of them; more do no harm.
    pub fn on(calendar: Calendar, mut lines: Vec<Line>) -> Self {
        for line in &mut lines {
            line.settle(calendar.today);
        }
        Self { calendar, lines }
    }

    /// The days.
    pub fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// The line of this name.
    pub fn get(&self, id: LineId) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The line of which one of these is a document.
    pub fn with_document(&self, tags: &[Tags]) -> Option<&Line> {
        self.lines.iter().find(|line| line.has_document(tags))
    }

    /// The line that has one of these lifelong numbers.
    pub fn with_number(&self, tags: &[Tags]) -> Option<&Line> {
        self.lines.iter().find(|line| line.has_number(tags))
    }

    /// The line whose holder key this is, was or is about to be.
    pub fn with_holder_key(&self, key: HolderKey) -> Option<&Line> {
        self.lines.iter().find(|line| line.has_holder_key(key))
    }

    /// The line that was given this index.
    pub fn with_index(&self, index: StatusIndex) -> Option<&Line> {
        let given = |line: &&Line| line.held.iter().any(|held| held.index == index);
        self.lines.iter().find(given)
    }

    /// Other lines with a person tag of the line or of these tags: who may be the same human.
    pub fn namesakes<'a>(
        &'a self,
        line: Option<&'a Line>,
        tags: &'a [Tags],
    ) -> impl Iterator<Item = &'a Line> + Clone {
        self.lines.iter().filter(move |other| {
            let itself = line.is_some_and(|line| line.id == other.id);
            let shares = |line: &Line| line.persons.iter().any(|tag| other.persons.contains(tag));
            !itself && (other.has_person(tags) || line.is_some_and(shares))
        })
    }
}
