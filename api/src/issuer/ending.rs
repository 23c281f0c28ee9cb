//! The ends of a session: acknowledged, given up, erased, overdue.

use humanseal_zk_credentials::exchange::{SessionId, SessionToken};

use super::flow::today;
use super::session::{self, Session, SessionState};
use super::{Issuer, lines, status};
use crate::database;
use crate::problem::{Code, Problem};

impl Issuer {
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

    /// Gives a session up before it issued. A recovery that it announced is withdrawn, unless it took
    /// effect. May be repeated.
    pub(super) async fn cancel(&self, id: &SessionId, token: &SessionToken) -> Result<(), Problem> {
        loop {
            match self.live_session(id, token).await?.state {
                from @ (SessionState::Created | SessionState::Documented) => {
                    if self.erase(id, from, SessionState::Cancelled).await? {
                        return Ok(());
                    }
                }
                SessionState::Announced => self.withdraw(id).await?,
                SessionState::Cancelled => return Ok(()),
                _ => return Err(Code::SessionStateWrong.into()),
            }
        }
    }

    /// Ends a session that announced a recovery. What took effect stays: the old bits are set.
    async fn withdraw(&self, id: &SessionId) -> Result<(), Problem> {
        let today = today(self.clock.now())?.day();
        let mut transaction = database::write(&self.pool).await?;
        lines::settle_due(&mut transaction, today).await?;
        lines::cancel_of_session(&mut transaction, id).await?;
        let (from, to) = (SessionState::Announced, SessionState::Cancelled);
        session::erase(&mut transaction, id, from, to).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Erasure: everything that the session kept goes, a credential that it issued is revoked, and a
    /// recovery that it announced is withdrawn. The line stays (docs/protocol.md section 9).
    pub(super) async fn redact(&self, id: &SessionId, token: &SessionToken) -> Result<(), Problem> {
        loop {
            let mut connection = self.pool.acquire().await?;
            let session = Session::load(&mut connection, id, token).await?;
            drop(connection);
            if let Some(index) = session.status_index {
                status::revoke(&self.pool, session.issuer, index).await?;
            }
            if session.state == SessionState::Announced {
                self.withdraw(id).await?;
                continue;
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
