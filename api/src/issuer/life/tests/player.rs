//! A history under way: each step becomes a session, or time that passes.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel, StatusIndex};
use humanseal_zk_credentials::exchange::SessionKind;
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::template::{ModelId, TemplateCommitment};

use super::history::{BEGIN, DOCUMENTS, People, SECRETS, Step, TERM_DAYS};
use super::issuer::{Document, Issuer, cancel, day};
use crate::issuer::life::{
    Effect, KnownTag, Line, LineId, Presented, Refusal, Release, Source, Standing,
};
use crate::issuer::tags::{Tag, Tags};

/// The model of all commitments.
pub fn model() -> ModelId {
    ModelId(1u64.into())
}

/// A document as the issuer sees it under its peppers, newest first.
pub fn document(people: People, document: u8, peppers: u32) -> Document {
    let tag = |kind: u8, value: u8, version: u32| {
        Tag([kind, value, u8::try_from(version).unwrap()]
            .map(u32::from)
            .map(|n| n as u8)
            .repeat(11)[..32]
            .try_into()
            .unwrap())
    };
    let tags = (1..=peppers).rev().map(|version| Tags {
        pepper_version: version,
        document: tag(1, document, version),
        person: tag(2, 0, version),
        number: people
            .number(document)
            .map(|number| tag(3, number, version)),
    });
    Document {
        tags: tags.collect(),
        // From one to six years.
        expires_on: Day(day(BEGIN).0 + 365 * (1 + u16::from(document))),
    }
}

pub fn secret(number: u8) -> HolderKey {
    HolderKey(u64::from(100 + number).into())
}

/// The commitment to the portrait of a document.
pub fn template(document: u8) -> TemplateCommitment {
    TemplateCommitment(u64::from(200 + document).into())
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done(Effect),
    Released(LineId, Standing),
    Refused(Refusal),
    /// Not a matter of sessions.
    Other,
}

/// A history under way.
pub struct Player {
    pub issuer: Issuer,
    pub people: People,
    pub now: i64,
    pub peppers: u32,
    silent_until: i64,
}

impl Player {
    pub fn new(people: People) -> Self {
        let mut issuer = Issuer::default();
        issuer.publish(BEGIN);
        Self {
            issuer,
            people,
            now: BEGIN,
            peppers: 1,
            silent_until: BEGIN,
        }
    }

    pub fn document(&self, number: u8) -> Document {
        document(self.people, number, self.peppers)
    }

    /// The credential that is the n-th from the newest.
    pub fn credential(&self, place: usize) -> Option<StatusIndex> {
        let mut issued = self.issuer.issued.iter().rev();
        issued.nth(place).map(|(_, held)| held.status_index)
    }

    /// The step with the document and the secret that it aims at.
    pub fn aimed(&self, step: &Step) -> Step {
        let line = |aim: Option<usize>| {
            let lines = &self.issuer.lines;
            aim.and_then(|aim| lines.get(aim % lines.len().max(1)))
        };
        let of_line = |line: &Line, known: bool| {
            let mut numbers = (0..DOCUMENTS).cycle().skip(self.issuer.issued.len());
            let mut numbers = numbers.by_ref().take(DOCUMENTS.into());
            numbers.find(|n| line.has_document(&self.document(*n).tags) == known)
        };
        let number = |key: HolderKey| (0..SECRETS).find(|number| secret(*number) == key);
        let mut step = *step;
        match &mut step {
            Step::Session {
                kind,
                aim,
                document,
                secret,
                ..
            } => {
                if let Some(line) = line(*aim) {
                    let known = *kind != SessionKind::Renew;
                    *document = of_line(line, known).unwrap_or(*document);
                    if matches!(kind, SessionKind::Refresh | SessionKind::Renew) {
                        let newest = line.newest().map(|newest| newest.standing.holder_key);
                        *secret = newest.and_then(number).unwrap_or(*secret);
                    }
                }
            }
            Step::Collect {
                aim,
                document,
                secret,
            } => {
                if let Some(recovery) = line(*aim).and_then(|line| line.recoveries.last()) {
                    let read = |n: &u8| {
                        let tags = self.document(*n).tags;
                        tags.iter()
                            .any(|tags| KnownTag::document(tags) == recovery.document_tag)
                    };
                    *document = (0..DOCUMENTS).find(read).unwrap_or(*document);
                    *secret = number(recovery.holder_key).unwrap_or(*secret);
                }
            }
            _ => {}
        }
        step
    }

    /// The session that a step makes.
    pub fn presented<'a>(&self, step: &Step, document: &'a Document) -> Option<Presented<'a>> {
        let today = day(self.now);
        match *step {
            Step::Session {
                kind,
                document: number,
                secret: key,
                document_level,
                device_level,
                portrait_known,
                ..
            } => {
                let owner = secret(key);
                let mut held = self.issuer.lines.iter().flat_map(|line| &line.held);
                let former = held.rfind(|held| held.standing.holder_key == owner);
                Some(Presented {
                    kind,
                    source: Source::Document(&document.tags),
                    holder_key: owner,
                    template: template(number),
                    former_template: match (kind, portrait_known) {
                        (SessionKind::Renew, true) => former.map(|held| held.standing.template),
                        (SessionKind::Renew, false) => Some(template(99)),
                        _ => None,
                    },
                    model: model(),
                    document: DocumentLevel::new(document_level).unwrap(),
                    device: DeviceLevel::new(device_level).unwrap(),
                    expires_on: document.expires_on.min(Day(today.0 + TERM_DAYS)),
                })
            }
            Step::RefreshWithout {
                credential,
                device_level,
            } => {
                let mut issued = self.issuer.issued.iter().rev();
                let (_, shown) = issued.nth(credential)?;
                Some(Presented {
                    kind: SessionKind::Refresh,
                    source: Source::Credential(shown.status_index),
                    holder_key: shown.holder_key,
                    template: shown.template,
                    former_template: None,
                    model: model(),
                    document: shown.document,
                    device: DeviceLevel::new(device_level).unwrap(),
                    expires_on: shown.expires_on,
                })
            }
            _ => None,
        }
    }

    /// The line whose recovery a document is read again for.
    pub fn recovering(&self, key: HolderKey) -> Option<LineId> {
        let mut lines = self.issuer.lines.iter();
        let of_key = |line: &&_| {
            let line: &Line = line;
            let mut recoveries = line.recoveries.iter();
            recoveries.any(|recovery| recovery.holder_key == key)
        };
        lines.find(of_key).map(|line| line.id)
    }

    /// What `Collect` reads.
    pub fn release<'a>(&self, key: HolderKey, document: &'a Document) -> Release<'a> {
        Release {
            holder_key: key,
            tags: &document.tags,
            document: DocumentLevel::ActiveAuthentication,
            expires_on: document.expires_on.min(Day(day(self.now).0 + TERM_DAYS)),
            shown_on: None,
        }
    }

    /// Plays a step. `each` is called at every moment at which somebody might act.
    pub fn play(&mut self, step: &Step, each: &mut impl FnMut(&Issuer, i64)) -> Outcome {
        let step = self.aimed(step);
        let outcome = match step {
            Step::Wait { hours } => {
                let end = self.now + i64::from(hours) * 3_600;
                while self.now < end {
                    // From fixed hour to fixed hour, with a moment before each.
                    let hour = self.now - self.now.rem_euclid(3 * 3_600) + 3 * 3_600;
                    self.now = hour.min(end);
                    each(&self.issuer, self.now - 1);
                    if self.now >= self.silent_until {
                        self.issuer.publish(self.now);
                    }
                    each(&self.issuer, self.now);
                }
                Outcome::Other
            }
            Step::Session { document, .. } => {
                let document = self.document(document);
                let session = self.presented(&step, &document).unwrap();
                match self.issuer.session(&session, Some(&document), self.now) {
                    Ok(effect) => Outcome::Done(effect),
                    Err(refusal) => Outcome::Refused(refusal),
                }
            }
            Step::RefreshWithout { .. } => {
                let none = self.document(0);
                match self.presented(&step, &none) {
                    None => Outcome::Other,
                    Some(session) => match self.issuer.session(&session, None, self.now) {
                        Ok(effect) => Outcome::Done(effect),
                        Err(refusal) => Outcome::Refused(refusal),
                    },
                }
            }
            Step::Collect {
                document,
                secret: key,
                ..
            } => {
                let (document, key) = (self.document(document), secret(key));
                match self.recovering(key) {
                    None => Outcome::Other,
                    Some(id) => {
                        let with = self.release(key, &document);
                        match self.issuer.collect(id, with, &document, self.now) {
                            Ok(standing) => Outcome::Released(id, standing),
                            Err(refusal) => Outcome::Refused(refusal),
                        }
                    }
                }
            }
            Step::Withdraw { line } => {
                let today = day(self.now);
                if let Some(line) = self.issuer.lines.get_mut(line) {
                    line.settle(today);
                    cancel(line);
                }
                Outcome::Other
            }
            Step::Erase { credential } => {
                if let Some(index) = self.credential(credential) {
                    self.issuer.revoke(index);
                }
                Outcome::Other
            }
            Step::NewPepper => {
                self.peppers = 2;
                Outcome::Other
            }
            Step::Silence { hours } => {
                self.silent_until = self.now + i64::from(hours) * 3_600;
                Outcome::Other
            }
        };
        each(&self.issuer, self.now);
        outcome
    }
}
