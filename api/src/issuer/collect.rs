//! The second document step of a recovery: it hands out the credential.

use humanseal_zk_credentials::exchange::{DocumentAnswer, Issued, SessionToken};

use super::flow::{seal_key, today};
use super::life::{self, KnownTag, Refusal, Release};
use super::lines::{self, Announced, Concern, NewCredential, NewDocument};
use super::page::DataPage;
use super::session::{ACKNOWLEDGE_SECONDS, Session, SessionState};
use super::{Issuer, apps, credential};
use crate::database;
use crate::problem::{Code, Problem};

impl Issuer {
    /// Hands out the credential of a recovery that took effect, for the document with which it was
    /// announced. The same document again gives the same bytes until acknowledgement.
    pub(super) async fn collect(
        &self,
        session: Session,
        token: &SessionToken,
        page: &DataPage,
        now: i64,
    ) -> Result<DocumentAnswer, Problem> {
        let mut transaction = database::write(&self.pool).await?;
        let today = today(now)?.day();
        lines::settle_due(&mut transaction, today).await?;
        let announced = lines::announced(&mut transaction, &session.id)
            .await?
            .ok_or(Code::SessionStateWrong)?;
        // What is settled stays, also where the credential is not due.
        transaction.commit().await?;
        let handed_out = match session.state {
            SessionState::Announced => {
                self.hand_out(&session, token, page, &announced, now)
                    .await?
            }
            _ => None,
        };
        if let Some(issued) = handed_out {
            return Ok(DocumentAnswer::Issued(Box::new(issued)));
        }
        // Handed out before, or by somebody else a moment ago.
        let session = self.live_session(&session.id, token).await?;
        let issued = match session.state {
            SessionState::Issued => {
                same_document(page, &announced).map_err(|refusal| refusal.problem(now))?;
                self.issued_again(&session, token, announced.statement)
                    .await?
            }
            SessionState::Cancelled => return Err(Code::RecoveryCancelled.into()),
            _ => return Err(Code::SessionStateWrong.into()),
        };
        Ok(DocumentAnswer::Issued(Box::new(issued)))
    }

    /// Nothing where the session is no longer the announced one that was read.
    async fn hand_out(
        &self,
        session: &Session,
        token: &SessionToken,
        page: &DataPage,
        announced: &Announced,
        now: i64,
    ) -> Result<Option<Issued>, Problem> {
        let issuer = session.issuer;
        let calendar = self.calendar(now)?;
        let sealed = page.seal(&seal_key(&session.id, token)?)?;
        let mut transaction = database::write(&self.pool).await?;
        let state: String = sqlx::query_scalar("SELECT state FROM sessions WHERE id = ?")
            .bind(session.id.as_str())
            .fetch_one(&mut *transaction)
            .await?;
        if state != SessionState::Announced.as_str() {
            return Ok(None);
        }
        let app = announced.app.as_deref();
        apps::refuse_struck(&mut transaction, app).await?;
        let concern = Concern {
            tags: &page.tags,
            holder_key: page.holder_key,
            index: None,
            line: Some(announced.line),
        };
        let lines = lines::view(&mut transaction, issuer, &concern, calendar).await?;
        let line = lines.get(announced.line).ok_or(Code::Internal)?;
        // As the line has it now.
        let recovery = line
            .recoveries
            .iter()
            .find(|known| known.announced_on == announced.recovery.announced_on)
            .ok_or(Code::Internal)?;
        let with = Release {
            holder_key: page.holder_key,
            tags: &page.tags,
            document: page.document,
            expires_on: credential::last_day(
                page.document_expires,
                calendar.today,
                self.key(issuer)?.term_days(),
            ),
            shown_on: lines::shown_on(&mut transaction, issuer, announced).await?,
        };
        let standing =
            life::release(recovery, line, &lines, &with).map_err(|refusal| refusal.problem(now))?;
        let joins = (!line.has_document(&page.tags)).then_some(NewDocument {
            tags: &page.tags,
            expires_on: page.document_expires,
        });
        let index = lines::draw_index(&mut transaction, issuer).await?;
        lines::release(
            &mut transaction,
            issuer,
            announced.line,
            &session.id,
            joins,
            NewCredential {
                standing: &standing,
                index,
                app,
            },
        )
        .await?;
        sqlx::query(
            "UPDATE sessions SET state = 'issued', sealed = ?, ack_by = ?, status_index = ?
             WHERE id = ?",
        )
        .bind(&sealed)
        .bind(now + ACKNOWLEDGE_SECONDS)
        .bind(i64::from(index.get()))
        .bind(session.id.as_str())
        .execute(&mut *transaction)
        .await?;
        let entry = lines::entry(&mut transaction, issuer, index).await?;
        transaction.commit().await?;
        self.issued(
            session,
            page,
            &entry,
            announced.recovery.announced_on,
            announced.statement,
        )
        .map(Some)
    }
}

fn same_document(page: &DataPage, announced: &Announced) -> Result<(), Refusal> {
    let mut read = page.tags.iter().map(KnownTag::document);
    if !read.any(|tag| tag == announced.recovery.document_tag) {
        return Err(Refusal::DocumentNotAnnounced);
    }
    if page.holder_key != announced.recovery.holder_key {
        return Err(Refusal::HolderKeyNotAnnounced);
    }
    Ok(())
}
