//! The steps of a session, in order: open, document, evidence, acknowledgement.

use humanseal_documents::Moment;
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    ConsentReceipt, CreateSession, DocumentAccepted, DocumentBody, EvidenceBody, Issued, Nonce,
    Plan, SessionCreated, SessionId, SessionKind, SessionToken, Sha256Digest, SignedReceipt,
    Statement, Timestamp,
};
use std::sync::Arc;

use super::lines::{self, NewCredential};
use super::page::DataPage;
use super::session::{self, ACKNOWLEDGE_SECONDS, Outcome, Session, SessionState};
use super::{Issuer, apps, attempts, credential, document, evidence, status};
use crate::database;
use crate::problem::{Code, Problem};
use crate::random;
use crate::seal::SealKey;

impl Issuer {
    /// Opens a session.
    pub(super) async fn open_session(
        &self,
        body: CreateSession,
    ) -> Result<SessionCreated, Problem> {
        if body.kind != SessionKind::Issue {
            return Err(Problem::new(Code::SessionKindNotSupported).at("/kind", body.kind.as_str()));
        }
        let parameters = self.parameters(body.issuer)?;
        if body.consent != parameters.consent() {
            return Err(Code::ConsentMismatch.into());
        }
        let id = SessionId::from_random(random::bytes()?);
        let token = SessionToken::new(random::bytes()?);
        let nonce = Nonce(random::bytes()?);
        let now = self.clock.now();
        Session::insert(&self.pool, &id, body.issuer, &token, nonce, now).await?;
        Ok(SessionCreated {
            id,
            token,
            nonce,
            expires_at: timestamp(now + session::EVIDENCE_SECONDS)?,
            environment: self.environment,
            issuer: parameters.clone(),
        })
    }

    /// Takes a document and draws a plan. May be repeated for another attempt.
    pub(super) async fn take_document(
        self: &Arc<Self>,
        id: &SessionId,
        token: &SessionToken,
        body: DocumentBody,
    ) -> Result<DocumentAccepted, Problem> {
        let session = self.live_session(id, token).await?;
        if !matches!(
            session.state,
            SessionState::Created | SessionState::Documented
        ) {
            return Err(Code::SessionStateWrong.into());
        }
        let now = self.clock.now();
        let issuer = Arc::clone(self);
        let floor = self.parameters(session.issuer)?.min_document;
        let page = self
            .heavy
            .run(move || {
                document::authenticate(&issuer, &body, now).map(|page| (page, body.accessible))
            })
            .await?;
        let (page, accessible) = page?;
        if page.document < floor {
            return Err(Code::DocumentLevelTooLow.into());
        }
        let sealed = page.seal(&seal_key(id, token)?)?;

        let mut transaction = database::write(&self.pool).await?;
        let tags = page.tags.first().ok_or(Code::Internal)?;
        attempts::take(&mut transaction, session.issuer, &tags.document, now).await?;
        let plan = Plan::draw(accessible, &mut OsEntropy);
        let digest = plan.digest().map_err(|_| Problem::new(Code::Internal))?;
        let deadline = session.evidence_by.min(now + plan.seconds());
        let taken = sqlx::query(
            "UPDATE sessions SET state = 'documented', sealed = ?, plan_digest = ?, plan_by = ?,
                 evidence_digest = NULL
             WHERE id = ? AND state IN ('created', 'documented')",
        )
        .bind(&sealed)
        .bind(&digest.0[..])
        .bind(deadline)
        .bind(id.as_str())
        .execute(&mut *transaction)
        .await?;
        if taken.rows_affected() != 1 {
            return Err(Code::SessionStateWrong.into());
        }
        transaction.commit().await?;
        Ok(DocumentAccepted {
            document: page.document,
            plan,
            deadline: timestamp(deadline)?,
        })
    }

    /// Takes evidence and hands out the credential. The same evidence again gives the same answer
    /// until acknowledgement.
    pub(super) async fn take_evidence(
        self: &Arc<Self>,
        id: &SessionId,
        token: &SessionToken,
        body: EvidenceBody,
    ) -> Result<Issued, Problem> {
        let session = self.live_session(id, token).await?;
        let digest = evidence_digest(&body)?;
        match session.state {
            SessionState::Issued => return self.answer_again(session, token, &body, digest).await,
            SessionState::Documented => {}
            _ => return Err(Code::SessionStateWrong.into()),
        }
        let plan = session.plan.ok_or(Code::PlanSpent)?;
        let now = self.clock.now();
        if now > plan.by {
            return Err(Code::PlanExpired.into());
        }
        let sealed = session.sealed.as_deref().ok_or(Code::Internal)?;
        let page = DataPage::open(&seal_key(id, token)?, sealed)?;
        let today = today(now)?;
        if !session::claim_plan(&self.pool, id, plan, digest).await? {
            let session = self.live_session(id, token).await?;
            return match session.state {
                SessionState::Issued => self.answer_again(session, token, &body, digest).await,
                _ => Err(Code::PlanSpent.into()),
            };
        }

        let issuer = Arc::clone(self);
        let (body, page, session, checked) = self
            .heavy
            .run(move || {
                let checked = issuer.parameters(session.issuer).and_then(|parameters| {
                    let expected = evidence::Expected {
                        session: &session,
                        plan,
                        page: &page,
                        issuer: parameters,
                        enrol_key: &issuer.enrol_key,
                        devices: &issuer.devices,
                        today,
                        now: Moment::from_unix_seconds(now.unsigned_abs()),
                    };
                    evidence::check(&body, &expected)
                });
                (body, page, session, checked)
            })
            .await?;
        let issued = match checked {
            Ok(accepted) => {
                self.record(&session, plan, &page, &accepted, digest, now)
                    .await
            }
            Err(refusal) => Err(refusal),
        };
        match issued {
            // Somebody else answered with the same evidence a moment ago.
            Ok(None) => {
                let session = self.live_session(id, token).await?;
                self.answer_again(session, token, &body, digest).await
            }
            Ok(Some(issued)) => Ok(issued),
            Err(refusal) => {
                // A refusal uses the plan up: it is one attempt. A fault of ours does not.
                if refusal.code().status() < 500 {
                    session::spend_plan(&self.pool, id, plan).await?;
                }
                Err(refusal)
            }
        }
    }

    /// Writes line, tags and status index in one transaction; nothing where the session was
    /// answered meanwhile.
    async fn record(
        &self,
        session: &Session,
        plan: session::OpenPlan,
        page: &DataPage,
        accepted: &evidence::Accepted,
        digest: Sha256Digest,
        now: i64,
    ) -> Result<Option<Issued>, Problem> {
        let key = self.key(session.issuer)?;
        let today = today(now)?.day();
        let mut transaction = database::write(&self.pool).await?;
        let (state, waiting): (String, Option<Vec<u8>>) =
            sqlx::query_as("SELECT state, plan_digest FROM sessions WHERE id = ?")
                .bind(session.id.as_str())
                .fetch_one(&mut *transaction)
                .await?;
        if state == SessionState::Issued.as_str() {
            return Ok(None);
        }
        if state != SessionState::Documented.as_str() || waiting.as_deref() != Some(&plan.digest.0)
        {
            return Err(Code::PlanSpent.into());
        }
        apps::refuse_struck(&mut transaction, accepted.app.as_ref()).await?;
        let entry = lines::open(
            &mut transaction,
            &NewCredential {
                issuer: session.issuer,
                page,
                template: accepted.portrait,
                model: key.parameters().model,
                device: accepted.device,
                app: accepted.app.as_ref(),
                today,
                expires_on: credential::last_day(page.document_expires, today, key.term_days()),
            },
        )
        .await?;
        sqlx::query(
            "UPDATE sessions SET state = 'issued', evidence_digest = ?, ack_by = ?, verified_on = ?,
                 status_index = ? WHERE id = ?",
        )
        .bind(&digest.0[..])
        .bind(now + ACKNOWLEDGE_SECONDS)
        .bind(i64::from(today.0))
        .bind(i64::from(entry.status_index.get()))
        .bind(session.id.as_str())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let outcome = Outcome {
            evidence: digest,
            acknowledge_by: now + ACKNOWLEDGE_SECONDS,
            verified_on: today,
            status_index: entry.status_index,
        };
        self.answer(
            session,
            page,
            accepted.portrait,
            accepted.statement,
            &entry,
            &outcome,
        )
        .map(Some)
    }

    /// The answer to a retry, computed anew from what session and line hold.
    async fn answer_again(
        &self,
        session: Session,
        token: &SessionToken,
        body: &EvidenceBody,
        digest: Sha256Digest,
    ) -> Result<Issued, Problem> {
        let outcome = session.outcome.ok_or(Code::Internal)?;
        if !outcome.evidence.same(&digest) {
            return Err(Code::EvidenceDiffers.into());
        }
        let sealed = session.sealed.as_deref().ok_or(Code::Internal)?;
        let page = DataPage::open(&seal_key(&session.id, token)?, sealed)?;
        let mut connection = self.pool.acquire().await?;
        let entry = lines::entry(&mut connection, session.issuer, outcome.status_index).await?;
        let bytes = body.statement.as_bytes();
        let statement =
            Statement::from_bytes(bytes).map_err(|_| Problem::new(Code::StatementMalformed))?;
        let statement_digest = Sha256Digest::of(bytes);
        self.answer(
            &session,
            &page,
            statement.portrait,
            statement_digest,
            &entry,
            &outcome,
        )
    }

    fn answer(
        &self,
        session: &Session,
        page: &DataPage,
        portrait: humanseal_zk_credentials::template::TemplateCommitment,
        statement: Sha256Digest,
        entry: &lines::Entry,
        outcome: &Outcome,
    ) -> Result<Issued, Problem> {
        let key = self.key(session.issuer)?;
        let credential = credential::sign(key.secret(), page, portrait, entry, outcome.verified_on);
        let receipt = ConsentReceipt {
            version: 1,
            environment: self.environment,
            issuer: session.issuer,
            session: session.id.clone(),
            kind: session.kind,
            consent: key.parameters().consent(),
            statement,
            day: outcome.verified_on,
        };
        let receipt = SignedReceipt::sign(receipt, &self.signing_key)
            .map_err(|_| Problem::new(Code::Internal))?;
        Ok(Issued {
            credential,
            receipt,
        })
    }

    /// Erases what the session kept: the device has its credential. May be repeated.
    pub(super) async fn acknowledge(
        &self,
        id: &SessionId,
        token: &SessionToken,
    ) -> Result<(), Problem> {
        loop {
            let from = self.live_session(id, token).await?.state;
            // A second time where the first answer was lost: the process may have died between
            // erasing the rows and emptying the write-ahead log.
            if !matches!(from, SessionState::Issued | SessionState::Acknowledged) {
                return Err(Code::SessionStateWrong.into());
            }
            if self.erase(id, from, SessionState::Acknowledged).await? {
                return Ok(());
            }
        }
    }

    /// Gives a session up before it issued. May be repeated.
    pub(super) async fn cancel(&self, id: &SessionId, token: &SessionToken) -> Result<(), Problem> {
        loop {
            match self.live_session(id, token).await?.state {
                from @ (SessionState::Created | SessionState::Documented) => {
                    if self.erase(id, from, SessionState::Cancelled).await? {
                        return Ok(());
                    }
                }
                SessionState::Cancelled => return Ok(()),
                _ => return Err(Code::SessionStateWrong.into()),
            }
        }
    }

    /// Erasure: everything that the session kept goes, and a credential that it issued is revoked.
    /// The line stays (docs/protocol.md section 9).
    pub(super) async fn redact(&self, id: &SessionId, token: &SessionToken) -> Result<(), Problem> {
        loop {
            let mut connection = self.pool.acquire().await?;
            let session = Session::load(&mut connection, id, token).await?;
            drop(connection);
            if let Some(index) = session.status_index {
                status::revoke(&self.pool, session.issuer, index).await?;
            }
            let state = match session.state {
                SessionState::Issued | SessionState::Acknowledged => SessionState::Acknowledged,
                SessionState::Expired => SessionState::Expired,
                _ => SessionState::Cancelled,
            };
            if self.erase(id, session.state, state).await? {
                return Ok(());
            }
        }
    }

    /// The session, erased on the spot if its time is over.
    pub(super) async fn live_session(
        &self,
        id: &SessionId,
        token: &SessionToken,
    ) -> Result<Session, Problem> {
        loop {
            let mut connection = self.pool.acquire().await?;
            let session = Session::load(&mut connection, id, token).await?;
            drop(connection);
            if session.state == SessionState::Expired {
                return Err(Code::SessionExpired.into());
            }
            if !session.is_overdue(self.clock.now()) {
                return Ok(session);
            }
            self.erase(id, session.state, SessionState::Expired).await?;
        }
    }

    /// Whether the session was still in the state `from`. A session never returns to a state that
    /// it left, so whoever reads it again comes to an end.
    async fn erase(
        &self,
        id: &SessionId,
        from: SessionState,
        to: SessionState,
    ) -> Result<bool, Problem> {
        let mut connection = self.pool.acquire().await?;
        let erased = session::erase(&mut connection, id, from, to).await?;
        drop(connection);
        if erased {
            database::truncate_log(&self.pool).await?;
        }
        Ok(erased)
    }
}

/// SHA-256 of the evidence as parsed, in its one order of members: white space and order of the
/// JSON that was sent do not count.
fn evidence_digest(body: &EvidenceBody) -> Result<Sha256Digest, Problem> {
    let bytes = serde_json::to_vec(body).map_err(|_| Problem::new(Code::Internal))?;
    Ok(Sha256Digest::of(&bytes))
}

fn seal_key(id: &SessionId, token: &SessionToken) -> Result<SealKey, Problem> {
    SealKey::derive(token, id.as_str()).map_err(|_| Code::Internal.into())
}

fn today(now: i64) -> Result<Today, Problem> {
    Today::from_unix_seconds(now).map_err(|_| Code::Internal.into())
}

fn timestamp(unix_seconds: i64) -> Result<Timestamp, Problem> {
    Timestamp::from_unix_seconds(unix_seconds).map_err(|_| Code::Internal.into())
}
