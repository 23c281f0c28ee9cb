//! From an open session to signed evidence, and to what the answer to it must say.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{Credential, DocumentLevel};
use humanseal_zk_credentials::exchange::{
    Base64, CborError, ChipAnswer, DocumentAccepted, EvidenceBody, Gates, SessionKind,
    Sha256Digest, Statement,
};

use super::proof::{self, Capture, Portraits, Proved};
use super::{Equipment, Opened, SessionError, Shown};
use crate::answer::Expected;
use crate::capture::{Camera, transcript};
use crate::enrol::{EnrolError, EnrolTimings};
use crate::progress::{Progress, Step, step};
use crate::wallet::{Pending, Portrait};

/// What a session is about.
pub(crate) struct Case<'a> {
    /// What is shown at the document step.
    pub(crate) shown: Shown<'a>,
    /// What the live face is compared with.
    pub(crate) portraits: Portraits<'a>,
    /// The credential that the new one follows.
    pub(crate) former: Option<&'a Credential>,
}

/// What a session has gathered: enough to send, and to judge the answer.
pub(crate) struct Gathered {
    /// What is sent, and what must come back.
    pub(crate) pending: Pending,
    /// The portrait that the new credential commits to.
    pub(crate) portrait: Portrait,
    /// The level that the issuer verified.
    pub(crate) document: DocumentLevel,
    /// The gates as the statement carries them.
    pub(crate) gates: Gates,
    /// How long the steps took.
    pub(crate) timings: EnrolTimings,
}

impl Opened {
    /// Sends what is shown, with the chip's answer, captures the face under the plan, proves the
    /// match, signs. A session that does not come so far is given up.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub(crate) fn gather(
        &self,
        with: &Equipment<'_>,
        case: &Case<'_>,
        answer: Result<Option<ChipAnswer>, EnrolError>,
        camera: &mut dyn Camera,
        progress: &dyn Progress,
    ) -> Result<Gathered, EnrolError> {
        let gathered = answer.and_then(|answer| {
            proof::same_model(&case.portraits, self.parameters().model)?;
            let accepted = step(progress, Step::SendDocument, || {
                self.send(with, case.shown, answer)
            })?;
            let capture = step(progress, Step::Capture, || {
                proof::capture(with, self, &accepted.plan, camera, &case.portraits)
            })?;
            let proved = step(progress, Step::ProveEnrol, || {
                Ok::<_, EnrolError>(proof::prove(with, self, &case.portraits, &capture)?)
            })?;
            self.sign(with, case, &accepted, capture, proved)
        });
        gathered.inspect_err(|_| self.give_up(with))
    }

    fn sign(
        &self,
        with: &Equipment<'_>,
        case: &Case<'_>,
        accepted: &DocumentAccepted,
        capture: Capture,
        proved: Proved,
    ) -> Result<Gathered, EnrolError> {
        let shown = case.shown;
        let timings = proof::timings(&capture, proved.took);
        let parameters = self.parameters();
        let day = Day::from_unix_seconds(with.now.unix_seconds()).map_err(SessionError::Clock)?;
        let statement = Statement {
            version: 1,
            environment: parameters.environment,
            nonce: self.nonce(),
            consent: parameters.consent(),
            plan: accepted.plan.digest().map_err(SessionError::from)?,
            transcript: transcript(&accepted.plan, &capture.answers, &capture.gates)
                .map_err(SessionError::from)?,
            document: shown.digest(),
            dg2: shown.portrait_digest()?,
            channel: shown.channel(with.channel),
            holder_key: proved.public.holder_key,
            portrait: proved.public.portrait,
            live: proved.public.live,
            tau: parameters.tau,
            model_manifest: parameters.model_manifest,
            gates: capture.gates.clone(),
            capture_day: day,
        };
        let statement = statement.to_bytes().map_err(SessionError::Statement)?;
        let digest = Sha256Digest::of(&statement);
        let device = with.device.attest(&digest);
        let device = device.map_err(SessionError::DeviceKey)?;
        let expected = self.expected(with, case, accepted, &proved, digest, day)?;
        let evidence = EvidenceBody {
            statement: Base64::new(statement)
                .ok_or(SessionError::Statement(CborError::TooLong.into()))?,
            device,
            proofs: proved.proofs,
        };
        Ok(Gathered {
            pending: Pending {
                session: self.id().clone(),
                token: self.token().clone(),
                nonce: self.nonce(),
                evidence,
                expected,
            },
            portrait: proved.portrait,
            document: accepted.document,
            gates: capture.gates,
            timings,
        })
    }

    fn expected(
        &self,
        with: &Equipment<'_>,
        case: &Case<'_>,
        accepted: &DocumentAccepted,
        proved: &Proved,
        statement: Sha256Digest,
        day: Day,
    ) -> Result<Expected, EnrolError> {
        let parameters = self.parameters();
        let page = case.shown.page()?;
        let mut expected = Expected {
            environment: parameters.environment,
            issuer: parameters.key,
            session: self.id().clone(),
            kind: self.kind,
            holder_key: proved.public.holder_key,
            template: proved.public.portrait,
            birthdate: page.birthdate,
            nationality: page.nationality,
            document: accepted.document,
            device: with.device.level(),
            unique: page.unique,
            established: Day(0),
            lasts_until: page.lasts_until,
            day,
            consent: parameters.consent(),
            statement,
        };
        if let Some(former) = case.former {
            expected.established = former.established_on;
            if self.kind == SessionKind::Refresh {
                expected.document = former.document;
                expected.unique = former.unique;
            }
        }
        Ok(expected)
    }
}
