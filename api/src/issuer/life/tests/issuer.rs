//! An issuer of lists in memory: it applies effects as the database does, and signs roots.

use std::collections::BTreeSet;

use humanseal_zk_credentials::calendar::{Date, Day};
use humanseal_zk_credentials::credential::{Credential, StatusIndex};
use humanseal_zk_credentials::nationality::Nationality;

use crate::issuer::life::{
    Calendar, Effect, Held, KnownDocument, KnownTag, Line, LineId, Lines, Presented, Recovery,
    RecoveryState, Refusal, Release, Source, Standing, decide, release,
};
use crate::issuer::tags::Tags;

/// Roots are signed at multiples of this many seconds.
pub const PERIOD: i64 = 6 * 3_600;

/// A signed root, as far as places depend on it.
pub struct Root {
    pub issued_at: i64,
    pub set: BTreeSet<StatusIndex>,
}

/// One issuer key.
#[derive(Default)]
pub struct Issuer {
    pub lines: Vec<Line>,
    pub roots: Vec<Root>,
    /// Every credential that was handed out, with its line.
    pub issued: Vec<(LineId, Credential)>,
}

/// A document as a session reads it.
#[derive(Clone)]
pub struct Document {
    pub tags: Vec<Tags>,
    pub expires_on: Day,
}

pub fn day(now: i64) -> Day {
    Day::from_unix_seconds(now).unwrap()
}

pub fn calendar(now: i64) -> Calendar {
    Calendar {
        today: day(now),
        next_root: day(now - now.rem_euclid(PERIOD) + PERIOD),
    }
}

/// Cancels what is announced.
pub fn cancel(line: &mut Line) {
    for recovery in &mut line.recoveries {
        if recovery.state == RecoveryState::Announced {
            recovery.state = RecoveryState::Cancelled;
        }
    }
}

impl Issuer {
    /// The lines as they stand now; recoveries that are due take effect.
    pub fn lines(&mut self, now: i64) -> Lines {
        for line in &mut self.lines {
            line.settle(day(now));
        }
        Lines::on(calendar(now), self.lines.clone())
    }

    pub fn line(&mut self, id: LineId) -> &mut Line {
        self.lines.iter_mut().find(|line| line.id == id).unwrap()
    }

    /// A session from decision to effect.
    pub fn session(
        &mut self,
        session: &Presented<'_>,
        document: Option<&Document>,
        now: i64,
    ) -> Result<Effect, Refusal> {
        let effect = decide(session, &self.lines(now))?;
        self.apply(&effect, session, document, now);
        Ok(effect)
    }

    fn apply(
        &mut self,
        effect: &Effect,
        session: &Presented<'_>,
        document: Option<&Document>,
        now: i64,
    ) {
        match effect {
            Effect::Open(standing) => {
                let id = LineId(self.lines.last().map_or(1, |line| line.id.0 + 1));
                self.lines.push(Line {
                    id,
                    documents: vec![],
                    persons: vec![],
                    numbers: vec![],
                    held: vec![],
                    recoveries: vec![],
                    blocked: false,
                });
                self.join(id, document.unwrap());
                self.hand_out(id, standing, day(now));
            }
            Effect::Supersede {
                line,
                joins,
                standing,
            } => {
                let superseded = self.line(*line);
                for held in &mut superseded.held {
                    held.revoked = true;
                }
                cancel(superseded);
                if *joins {
                    self.join(*line, document.unwrap());
                }
                self.hand_out(*line, standing, day(now));
            }
            Effect::Announce {
                line, effective_on, ..
            } => {
                let Source::Document(tags) = session.source else {
                    panic!("a recovery reads a document");
                };
                let recovery = Recovery::announced(session, tags, day(now), *effective_on);
                self.line(*line).recoveries.push(recovery.unwrap());
            }
        }
    }

    /// The document read again for the credential of a recovery.
    pub fn collect(
        &mut self,
        id: LineId,
        with: Release<'_>,
        document: &Document,
        now: i64,
    ) -> Result<Standing, Refusal> {
        let lines = self.lines(now);
        let line = lines.get(id).unwrap();
        let of_key = |recovery: &&Recovery| recovery.holder_key == with.holder_key;
        let recovery = *line.recoveries.iter().rev().find(of_key).unwrap();
        let shown_on = self.shown_on(line, &recovery);
        let standing = release(&recovery, line, &lines, &Release { shown_on, ..with })?;
        if !self.line(id).has_document(&document.tags) {
            self.join(id, document);
        }
        for known in &mut self.line(id).recoveries {
            if known.announced_on == recovery.announced_on {
                known.state = RecoveryState::Released;
            }
        }
        self.hand_out(id, &standing, recovery.announced_on);
        Ok(standing)
    }

    /// The day of the first root of the effect day or later that shows all old bits.
    pub fn shown_on(&self, line: &Line, recovery: &Recovery) -> Option<Day> {
        let shows = |root: &&Root| {
            root.issued_at >= recovery.effective_on.unix_seconds()
                && line.held.iter().all(|held| root.set.contains(&held.index))
        };
        self.roots
            .iter()
            .find(shows)
            .map(|root| day(root.issued_at))
    }

    fn join(&mut self, id: LineId, document: &Document) {
        // Under the newest pepper, the person under all.
        let tags = &document.tags[0];
        let line = self.line(id);
        line.documents.push(KnownDocument {
            tag: KnownTag::document(tags),
            expires_on: document.expires_on,
        });
        for person in document.tags.iter().map(KnownTag::person) {
            if !line.persons.contains(&person) {
                line.persons.push(person);
            }
        }
        if let Some(number) = KnownTag::number(tags)
            && !line.numbers.contains(&number)
        {
            line.numbers.push(number);
        }
    }

    fn hand_out(&mut self, id: LineId, standing: &Standing, verified_on: Day) {
        let index = StatusIndex::new(u32::try_from(self.issued.len()).unwrap()).unwrap();
        self.issued.push((
            id,
            Credential {
                holder_key: standing.holder_key,
                template: standing.template,
                birthdate: Date::new(1974, 8, 12).unwrap(),
                nationality: Nationality::OTHER,
                document: standing.document,
                device: standing.device,
                unique: standing.unique,
                established_on: standing.established_on,
                verified_on,
                expires_on: standing.expires_on,
                status_index: index,
            },
        ));
        self.line(id).held.push(Held {
            index,
            standing: *standing,
            revoked: false,
            shown_on: None,
        });
    }

    /// Erasure, or revocation by the operator.
    pub fn revoke(&mut self, index: StatusIndex) {
        for held in self.lines.iter_mut().flat_map(|line| &mut line.held) {
            held.revoked |= held.index == index;
        }
    }

    /// Signs the root of the last fixed hour, unless it is signed.
    pub fn publish(&mut self, now: i64) {
        let issued_at = now - now.rem_euclid(PERIOD);
        if self.roots.last().is_some_and(|r| r.issued_at >= issued_at) {
            return;
        }
        let mut set = BTreeSet::new();
        for line in &mut self.lines {
            line.settle(day(now));
            for held in line.held.iter_mut().filter(|held| held.revoked) {
                held.shown_on.get_or_insert(day(issued_at));
                set.insert(held.index);
            }
        }
        self.roots.push(Root { issued_at, set });
    }
}
