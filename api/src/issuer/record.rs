//! What accepted evidence leads to: decided and written in one transaction, then answered. A retry
//! is answered from what was written.

use humanseal_attestation::AppId;
use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::exchange::{
    ConsentReceipt, EvidenceAnswer, EvidenceBody, Issued, RecoveryAnnounced, SessionId,
    SessionToken, Sha256Digest, SignedReceipt, Timestamp,
};

use super::flow::{seal_key, today};
use super::life::{self, Calendar, Effect, Presented, Recovery, Source};
use super::lines::{self, Announced, Concern, NewCredential, NewDocument};
use super::page::DataPage;
use super::session::{ACKNOWLEDGE_SECONDS, OpenPlan, Outcome, Session, SessionState};
use super::{Issuer, apps, credential, evidence};
use crate::database::{self, Write};
use crate::problem::{Code, Problem};

/// Days for which a session that announced a recovery is kept beyond its effect: those of
/// collection, and as many in which roots may be late.
const ANNOUNCED_DAYS: i64 = 2 * life::COLLECT_DAYS as i64;

impl Issuer {
    /// Decides and writes line, tags and status index in one transaction; nothing where the session
    /// was answered meanwhile.
    pub(super) async fn record(
        &self,
        session: &Session,
        plan: OpenPlan,
        page: &DataPage,
        accepted: &evidence::Accepted,
        evidence: Sha256Digest,
        now: i64,
    ) -> Result<Option<EvidenceAnswer>, Problem> {
        let key = self.key(session.issuer)?;
        let today = today(now)?.day();
        let mut transaction = database::write(&self.pool).await?;
        let (state, waiting): (String, Option<Vec<u8>>) =
            sqlx::query_as("SELECT state, plan_digest FROM sessions WHERE id = ?")
                .bind(session.id.as_str())
                .fetch_one(&mut *transaction)
                .await?;
        let answered = [SessionState::Issued, SessionState::Announced];
        if answered.iter().any(|known| known.as_str() == state) {
            return Ok(None);
        }
        if state != SessionState::Documented.as_str() || waiting.as_deref() != Some(&plan.digest.0)
        {
            return Err(Code::PlanSpent.into());
        }
        let app = accepted.app.as_ref().map(AppId::as_str);
        apps::refuse_struck(&mut transaction, app).await?;
        let former = accepted.former_portrait;
        apps::refuse_struck_portrait(&mut transaction, session.issuer, page.holder_key, former)
            .await?;
        lines::settle_due(&mut transaction, today).await?;
        let concern = Concern {
            tags: &page.tags,
            holder_key: page.holder_key,
            index: page.credential.map(|shown| shown.status_index),
            line: None,
        };
        let calendar = self.calendar(now)?;
        let lines = lines::view(&mut transaction, session.issuer, &concern, calendar).await?;
        let presented = Presented {
            kind: session.kind,
            source: match page.credential {
                Some(shown) => Source::Credential(shown.status_index),
                None => Source::Document(&page.tags),
            },
            holder_key: page.holder_key,
            template: accepted.portrait,
            former_template: accepted.former_portrait,
            model: key.parameters().model,
            document: page.document,
            device: accepted.device,
            expires_on: credential::last_day(page.document_expires, today, key.term_days()),
        };
        let effect = life::decide(&presented, &lines).map_err(|refusal| refusal.problem(now))?;
        let document = NewDocument {
            tags: &page.tags,
            expires_on: page.document_expires,
        };
        let issuer = session.issuer;
        let standing = match &effect {
            Effect::Announce {
                line,
                contested,
                effective_on,
            } => {
                let recovery = Recovery::announced(&presented, &page.tags, today, *effective_on)
                    .ok_or(Code::Internal)?;
                let announced = Announced {
                    line: *line,
                    recovery,
                    statement: accepted.statement,
                    app: app.map(str::to_owned),
                };
                let session = &session.id;
                lines::announce(&mut transaction, issuer, *contested, &announced, session).await?;
                return self
                    .announce(transaction, session, evidence, today, *effective_on)
                    .await
                    .map(Some);
            }
            Effect::Open(standing) | Effect::Supersede { standing, .. } => standing,
        };
        let index = lines::draw_index(&mut transaction, issuer).await?;
        let new = NewCredential {
            standing,
            index,
            app,
        };
        match effect {
            Effect::Supersede { line, joins, .. } => {
                let joins = joins.then_some(document);
                lines::supersede(&mut transaction, issuer, line, joins, new).await?;
            }
            Effect::Open(_) | Effect::Announce { .. } => {
                lines::open(&mut transaction, issuer, document, new).await?;
            }
        }
        sqlx::query(
            "UPDATE sessions SET state = 'issued', evidence_digest = ?, ack_by = ?, verified_on = ?,
                 status_index = ? WHERE id = ?",
        )
        .bind(&evidence.0[..])
        .bind(now + ACKNOWLEDGE_SECONDS)
        .bind(i64::from(today.0))
        .bind(i64::from(index.get()))
        .bind(session.id.as_str())
        .execute(&mut *transaction)
        .await?;
        let entry = lines::entry(&mut transaction, issuer, index).await?;
        transaction.commit().await?;
        let issued = self.issued(session, page, &entry, today, accepted.statement)?;
        Ok(Some(EvidenceAnswer::Issued(Box::new(issued))))
    }

    /// Ends the transaction of an announced recovery: of the session only what a retry and the
    /// second document step need is kept.
    async fn announce(
        &self,
        mut transaction: Write,
        session: &SessionId,
        evidence: Sha256Digest,
        today: Day,
        effective_on: Day,
    ) -> Result<EvidenceAnswer, Problem> {
        sqlx::query(
            "UPDATE sessions SET state = 'announced', sealed = NULL, plan_digest = NULL,
                 plan_by = NULL, evidence_digest = ?, ack_by = ?, verified_on = ?,
                 created_at = created_at - created_at % 86400,
                 evidence_by = evidence_by - evidence_by % 86400
             WHERE id = ?",
        )
        .bind(&evidence.0[..])
        .bind(effective_on.unix_seconds() + ANNOUNCED_DAYS * 86_400)
        .bind(i64::from(today.0))
        .bind(session.as_str())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        database::truncate_log(&self.pool).await?;
        Ok(EvidenceAnswer::Announced(announcement(effective_on)?))
    }

    /// The answer to a retry, computed anew from what session and line hold.
    pub(super) async fn answer_again(
        &self,
        session: Session,
        token: &SessionToken,
        body: &EvidenceBody,
        digest: Sha256Digest,
    ) -> Result<EvidenceAnswer, Problem> {
        if !session.evidence.is_some_and(|known| known.same(&digest)) {
            return Err(Code::EvidenceDiffers.into());
        }
        let mut connection = self.pool.acquire().await?;
        if let Some(announced) = lines::announced(&mut connection, &session.id).await? {
            let announcement = announcement(announced.recovery.effective_on)?;
            return Ok(EvidenceAnswer::Announced(announcement));
        }
        drop(connection);
        let statement = Sha256Digest::of(body.statement.as_bytes());
        let issued = self.issued_again(&session, token, statement).await?;
        Ok(EvidenceAnswer::Issued(Box::new(issued)))
    }

    /// The credential of a session that handed it out, in the same bytes.
    pub(super) async fn issued_again(
        &self,
        session: &Session,
        token: &SessionToken,
        statement: Sha256Digest,
    ) -> Result<Issued, Problem> {
        let outcome: Outcome = session.outcome.ok_or(Code::Internal)?;
        let sealed = session.sealed.as_deref().ok_or(Code::Internal)?;
        let page = DataPage::open(&seal_key(&session.id, token)?, sealed)?;
        let mut connection = self.pool.acquire().await?;
        let entry = lines::entry(&mut connection, session.issuer, outcome.status_index).await?;
        self.issued(session, &page, &entry, outcome.verified_on, statement)
    }

    /// The credential with its receipt. The same inputs give the same bytes.
    pub(super) fn issued(
        &self,
        session: &Session,
        page: &DataPage,
        entry: &lines::Entry,
        verified_on: Day,
        statement: Sha256Digest,
    ) -> Result<Issued, Problem> {
        let key = self.key(session.issuer)?;
        let credential = credential::sign(key.secret(), page, entry, verified_on);
        let receipt = ConsentReceipt {
            version: 1,
            environment: self.environment,
            issuer: session.issuer,
            session: session.id.clone(),
            kind: session.kind,
            consent: key.parameters().consent(),
            statement,
            day: verified_on,
        };
        let receipt = SignedReceipt::sign(receipt, &self.signing_key)
            .map_err(|_| Problem::new(Code::Internal))?;
        Ok(Issued {
            credential,
            receipt,
        })
    }

    /// Today, and the day of the next fixed hour.
    pub(super) fn calendar(&self, now: i64) -> Result<Calendar, Problem> {
        let period = self.publish_period_seconds;
        Ok(Calendar {
            today: today(now)?.day(),
            next_root: today(now - now.rem_euclid(period) + period)?.day(),
        })
    }
}

fn announcement(effective_on: Day) -> Result<RecoveryAnnounced, Problem> {
    let effective_at = Timestamp::from_unix_seconds(effective_on.unix_seconds())
        .map_err(|_| Problem::new(Code::Internal))?;
    Ok(RecoveryAnnounced { effective_at })
}
