//! One person's sessions, step by step.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{Credential, UniqueLevel};
use humanseal_zk_credentials::exchange::SessionKind;

use super::history::{People, Step};
use super::issuer::{PERIOD, day};
use super::player::{Outcome, Player, secret};
use crate::issuer::life::{Effect, Line, LineId, Refusal};

pub struct Scene(pub Player);

/// A session that reaches these levels.
#[derive(Clone, Copy)]
pub struct At(pub u8, pub u8);

/// The levels at which nothing is refused.
pub const HIGH: At = At(3, 3);

impl Scene {
    pub fn new(people: People) -> Self {
        Self(Player::new(people))
    }

    pub fn try_at(
        &mut self,
        at: At,
        kind: SessionKind,
        document: u8,
        secret: u8,
    ) -> Result<Effect, Refusal> {
        self.step(Step::Session {
            kind,
            aim: None,
            document,
            secret,
            document_level: at.0,
            device_level: at.1,
            portrait_known: true,
        })
    }

    pub fn attempt(
        &mut self,
        kind: SessionKind,
        document: u8,
        secret: u8,
    ) -> Result<Effect, Refusal> {
        self.try_at(HIGH, kind, document, secret)
    }

    pub fn step(&mut self, step: Step) -> Result<Effect, Refusal> {
        match self.0.play(&step, &mut |_, _| {}) {
            Outcome::Done(effect) => Ok(effect),
            Outcome::Refused(refusal) => Err(refusal),
            other => panic!("{other:?}"),
        }
    }

    /// A session that is not refused; the credential that it hands out.
    #[track_caller]
    pub fn done(&mut self, kind: SessionKind, document: u8, secret: u8) -> Credential {
        self.attempt(kind, document, secret).unwrap();
        self.last()
    }

    #[track_caller]
    pub fn issue(&mut self, document: u8, secret: u8) -> Credential {
        self.done(SessionKind::Issue, document, secret)
    }

    pub fn collect(&mut self, document: u8, secret: u8) -> Result<Credential, Refusal> {
        let step = Step::Collect {
            aim: None,
            document,
            secret,
        };
        match self.0.play(&step, &mut |_, _| {}) {
            Outcome::Released(..) => Ok(self.last()),
            Outcome::Refused(refusal) => Err(refusal),
            other => panic!("{other:?}"),
        }
    }

    /// A refresh that shows the n-th credential from the newest.
    pub fn without_document(&mut self, credential: usize) -> Result<Effect, Refusal> {
        self.step(Step::RefreshWithout {
            credential,
            device_level: 3,
        })
    }

    pub fn wait_days(&mut self, days: u16) {
        self.wait_hours(24 * u32::from(days));
    }

    pub fn wait_hours(&mut self, hours: u32) {
        self.0.play(&Step::Wait { hours }, &mut |_, _| {});
    }

    /// To the next fixed hour, at which a root is signed.
    pub fn next_root(&mut self) {
        self.wait_hours(u32::try_from(PERIOD / 3_600).unwrap());
    }

    pub fn erase(&mut self, credential: usize) {
        self.0.play(&Step::Erase { credential }, &mut |_, _| {});
    }

    pub fn today(&self) -> Day {
        day(self.0.now)
    }

    pub fn last(&self) -> Credential {
        self.0.issuer.issued.last().unwrap().1.clone()
    }

    pub fn line(&self, id: i64) -> &Line {
        let mut lines = self.0.issuer.lines.iter();
        lines.find(|line| line.id == LineId(id)).unwrap()
    }

    /// The places in the order of issuing of the credentials that can be presented.
    pub fn live(&self) -> Vec<u32> {
        let lines = self.0.issuer.lines.iter();
        lines
            .flat_map(|line| &line.held)
            .filter(|held| held.is_live(self.today()))
            .map(|held| held.index.get())
            .collect()
    }
}

pub fn level(unique: UniqueLevel) -> u8 {
    unique.get()
}

pub fn key(number: u8) -> humanseal_zk_credentials::holder::HolderKey {
    secret(number)
}
