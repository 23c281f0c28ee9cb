//! The steps of a session, in order: open, document, evidence, acknowledgement.

use humanseal_documents::Moment;
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    CreateSession, DocumentAccepted, DocumentAnswer, DocumentBody, EvidenceAnswer, EvidenceBody,
    Nonce, Plan, SessionCreated, SessionId, SessionKind, SessionToken, Sha256Digest, Timestamp,
};
use std::sync::Arc;

use super::page::DataPage;
use super::session::{self, Session, SessionState};
use super::tags::Tag;
use super::{Issuer, attempts, document, evidence};
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
        let parameters = self.parameters(body.issuer)?;
        if body.consent != parameters.consent() {
            return Err(Code::ConsentMismatch.into());
        }
        let id = SessionId::from_random(random::bytes()?);
        let token = SessionToken::new(random::bytes()?);
        let nonce = Nonce(random::bytes()?);
        let now = self.clock.now();
        let purpose = (body.issuer, body.kind);
        Session::insert(&self.pool, &id, purpose, &token, nonce, now).await?;
        Ok(SessionCreated {
            id,
            token,
            nonce,
            expires_at: timestamp(now + session::EVIDENCE_SECONDS)?,
            environment: self.environment,
            issuer: parameters.clone(),
        })
    }

    /// Takes a document and draws a plan; in a session that announced a recovery it hands out the
    /// credential. May be repeated for another attempt.
    pub(super) async fn take_document(
        self: &Arc<Self>,
        id: &SessionId,
        token: &SessionToken,
        body: DocumentBody,
    ) -> Result<DocumentAnswer, Problem> {
        let session = self.live_session(id, token).await?;
        let awaited = matches!(
            session.state,
            SessionState::Created | SessionState::Documented
        );
        if !awaited && session.kind != SessionKind::Recover {
            return Err(Code::SessionStateWrong.into());
        }
        let now = self.clock.now();
        let issuer = Arc::clone(self);
        let floor = self.parameters(session.issuer)?.min_document;
        let (session, page) = self
            .heavy
            .run(move || {
                let page = document::authenticate(&issuer, &body, &session, now)
                    .map(|page| (page, body.accessible));
                (session, page)
            })
            .await?;
        let (page, accessible) = page?;
        if page.document < floor {
            return Err(Code::DocumentLevelTooLow.into());
        }
        if !awaited {
            return self.collect(session, token, &page, now).await;
        }
        let sealed = page.seal(&seal_key(id, token)?)?;

        let mut transaction = database::write(&self.pool).await?;
        let counted = self.counted(&page)?;
        attempts::take(&mut transaction, session.issuer, &counted, now).await?;
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
        Ok(DocumentAnswer::Accepted(DocumentAccepted {
            document: page.document,
            plan,
            deadline: timestamp(deadline)?,
        }))
    }

    /// What attempts are counted for: the document, or the credential in its place.
    fn counted(&self, page: &DataPage) -> Result<Tag, Problem> {
        let newest = self.peppers.first().ok_or(Code::Internal)?;
        match (page.tags.first(), page.credential) {
            (Some(tags), None) => Ok(tags.document),
            (None, Some(shown)) => Ok(newest.credential(shown.status_index)),
            _ => Err(Code::Internal.into()),
        }
    }

    /// Takes evidence and hands out the credential, or announces a recovery. The same evidence again gives the same answer
    /// until acknowledgement.
    pub(super) async fn take_evidence(
        self: &Arc<Self>,
        id: &SessionId,
        token: &SessionToken,
        body: EvidenceBody,
    ) -> Result<EvidenceAnswer, Problem> {
        let session = self.live_session(id, token).await?;
        let digest = evidence_digest(&body)?;
        match session.state {
            SessionState::Issued | SessionState::Announced => {
                return self.answer_again(session, token, &body, digest).await;
            }
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
                SessionState::Issued | SessionState::Announced => {
                    self.answer_again(session, token, &body, digest).await
                }
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
}

/// SHA-256 of the evidence as parsed, in its one order of members: white space and order of the
/// JSON that was sent do not count.
fn evidence_digest(body: &EvidenceBody) -> Result<Sha256Digest, Problem> {
    let bytes = serde_json::to_vec(body).map_err(|_| Problem::new(Code::Internal))?;
    Ok(Sha256Digest::of(&bytes))
}

pub(super) fn seal_key(id: &SessionId, token: &SessionToken) -> Result<SealKey, Problem> {
    SealKey::derive(token, id.as_str()).map_err(|_| Code::Internal.into())
}

pub(super) fn today(now: i64) -> Result<Today, Problem> {
    Today::from_unix_seconds(now).map_err(|_| Code::Internal.into())
}

fn timestamp(unix_seconds: i64) -> Result<Timestamp, Problem> {
    Timestamp::from_unix_seconds(unix_seconds).map_err(|_| Code::Internal.into())
}
