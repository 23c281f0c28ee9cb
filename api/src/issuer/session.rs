//! Sessions in the database.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{
    Nonce, SessionId, SessionKind, SessionToken, Sha256Digest,
};
use humanseal_zk_credentials::field::FieldElement;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::database::Pool;
use crate::problem::{Code, Problem};

/// Seconds from opening a session to its evidence (docs/protocol.md section 11).
pub const EVIDENCE_SECONDS: i64 = 60 * 60;
/// Seconds from evidence to acknowledgement.
pub const ACKNOWLEDGE_SECONDS: i64 = 24 * 60 * 60;

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Opened; the document is awaited.
    Created,
    /// A document was taken and a plan drawn; the evidence is awaited.
    Documented,
    /// A recovery is announced; its day and the document again are awaited. Everything personal is
    /// erased.
    Announced,
    /// The credential was handed out; the acknowledgement is awaited.
    Issued,
    /// Acknowledged; everything personal is erased.
    Acknowledged,
    /// Given up by the device; everything personal is erased.
    Cancelled,
    /// A deadline passed; everything personal is erased.
    Expired,
}

impl SessionState {
    const ALL: [Self; 7] = [
        Self::Created,
        Self::Documented,
        Self::Announced,
        Self::Issued,
        Self::Acknowledged,
        Self::Cancelled,
        Self::Expired,
    ];
    /// The name in database and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Documented => "documented",
            Self::Announced => "announced",
            Self::Issued => "issued",
            Self::Acknowledged => "acknowledged",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// A liveness plan that waits for its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPlan {
    /// Digest of the plan.
    pub digest: Sha256Digest,
    /// Unix seconds of the last moment for its evidence.
    pub by: i64,
}

/// What an accepted evidence left in its session until acknowledgement.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// The issuer's day at evidence.
    pub verified_on: Day,
    /// The credential's status index.
    pub status_index: StatusIndex,
}

/// A session as the database has it.
#[derive(Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The issuer key that it named.
    pub issuer: IssuerId,
    /// What it is for.
    pub kind: SessionKind,
    /// Where it stands.
    pub state: SessionState,
    /// What statement and proof must be bound to.
    pub nonce: Nonce,
    /// Unix seconds of the last moment for evidence.
    pub evidence_by: i64,
    /// The plan that waits for evidence.
    pub plan: Option<OpenPlan>,
    /// The sealed data page.
    pub sealed: Option<Vec<u8>>,
    /// What the accepted evidence left.
    pub outcome: Option<Outcome>,
    /// Digest of the evidence that was sent last.
    pub evidence: Option<Sha256Digest>,
    /// Unix seconds until which an announced or issued session is kept.
    pub kept_until: Option<i64>,
    /// The status index stays after acknowledgement, so that its holder can have the credential
    /// revoked.
    pub status_index: Option<StatusIndex>,
    token_digest: Sha256Digest,
}

impl Session {
    /// Writes a new session.
    ///
    /// # Errors
    /// `internal` where the database fails.
    pub async fn insert(
        pool: &Pool,
        id: &SessionId,
        (issuer, kind): (IssuerId, SessionKind),
        token: &SessionToken,
        nonce: Nonce,
        now: i64,
    ) -> Result<(), Problem> {
        sqlx::query(
            "INSERT INTO sessions (id, issuer, kind, state, token_digest, nonce, created_at, evidence_by)
             VALUES (?, ?, ?, 'created', ?, ?, ?, ?)",
        )
        .bind(id.as_str())
        .bind(issuer.0.to_string())
        .bind(number_of(kind))
        .bind(&token.digest().0[..])
        .bind(&nonce.0[..])
        .bind(now)
        .bind(now + EVIDENCE_SECONDS)
        .execute(pool)
        .await?;
        Ok(())
    }

    /// The session `id`, if `token` is its token.
    ///
    /// # Errors
    /// `session_unknown`, `token_invalid`, or `internal`.
    pub async fn load(
        connection: &mut SqliteConnection,
        id: &SessionId,
        token: &SessionToken,
    ) -> Result<Self, Problem> {
        let row = sqlx::query("SELECT * FROM sessions WHERE id = ?")
            .bind(id.as_str())
            .fetch_optional(connection)
            .await?
            .ok_or_else(|| Problem::new(Code::SessionUnknown))?;
        let session = Self::from_row(&row)?;
        if !session.token_digest.same(&token.digest()) {
            return Err(Code::TokenInvalid.into());
        }
        Ok(session)
    }

    /// Whether its deadline has passed while something was still to come.
    pub fn is_overdue(&self, now: i64) -> bool {
        match self.state {
            SessionState::Created | SessionState::Documented => now > self.evidence_by,
            SessionState::Announced | SessionState::Issued => {
                self.kept_until.is_none_or(|until| now > until)
            }
            SessionState::Acknowledged | SessionState::Cancelled | SessionState::Expired => false,
        }
    }

    /// A session that waits for evidence, without a database.
    #[cfg(test)]
    pub(super) fn for_test(issuer: IssuerId, nonce: Nonce) -> Self {
        Self {
            id: SessionId::from_random([0; 16]),
            issuer,
            kind: SessionKind::Issue,
            state: SessionState::Documented,
            nonce,
            evidence_by: i64::MAX,
            plan: None,
            sealed: None,
            outcome: None,
            evidence: None,
            kept_until: None,
            status_index: None,
            token_digest: Sha256Digest([0; 32]),
        }
    }

    fn from_row(row: &SqliteRow) -> Result<Self, Problem> {
        let state: String = row.try_get("state")?;
        let plan = match (digest(row, "plan_digest")?, row.try_get("plan_by")?) {
            (Some(digest), Some(by)) => Some(OpenPlan { digest, by }),
            _ => None,
        };
        let status_index = row
            .try_get::<Option<i64>, _>("status_index")?
            .map(super::lines::status_index)
            .transpose()?;
        let verified_on: Option<i64> = row.try_get("verified_on")?;
        let verified_on = verified_on.map(super::lines::day).transpose()?;
        let outcome = verified_on
            .zip(status_index)
            .map(|(verified_on, status_index)| Outcome {
                verified_on,
                status_index,
            });
        let issuer: String = row.try_get("issuer")?;
        Ok(Self {
            id: SessionId::parse(row.try_get("id")?).ok_or(Code::Internal)?,
            issuer: IssuerId(FieldElement::parse(&issuer).map_err(|_| Code::Internal)?),
            kind: kind_of(row.try_get("kind")?)?,
            state: SessionState::ALL
                .into_iter()
                .find(|known| known.as_str() == state)
                .ok_or(Code::Internal)?,
            nonce: Nonce(digest(row, "nonce")?.ok_or(Code::Internal)?.0),
            evidence_by: row.try_get("evidence_by")?,
            plan,
            sealed: row.try_get("sealed")?,
            outcome,
            evidence: digest(row, "evidence_digest")?,
            kept_until: row.try_get("ack_by")?,
            status_index,
            token_digest: digest(row, "token_digest")?.ok_or(Code::Internal)?,
        })
    }
}

/// Gives a plan to the first evidence that answers it; the same evidence may come again. Each plan
/// is one attempt, also for somebody who sends several answers at once.
///
/// # Errors
/// `internal` where the database fails.
pub async fn claim_plan(
    pool: &Pool,
    id: &SessionId,
    plan: OpenPlan,
    evidence: Sha256Digest,
) -> Result<bool, Problem> {
    let claimed = sqlx::query(
        "UPDATE sessions SET evidence_digest = ?1
         WHERE id = ?2 AND state = 'documented' AND plan_digest = ?3
           AND (evidence_digest IS NULL OR evidence_digest = ?1)",
    )
    .bind(&evidence.0[..])
    .bind(id.as_str())
    .bind(&plan.digest.0[..])
    .execute(pool)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Marks a plan as used up, unless another was drawn meanwhile.
///
/// # Errors
/// `internal` where the database fails.
pub async fn spend_plan(pool: &Pool, id: &SessionId, plan: OpenPlan) -> Result<(), Problem> {
    sqlx::query(
        "UPDATE sessions SET plan_digest = NULL, plan_by = NULL, evidence_digest = NULL
         WHERE id = ? AND state = 'documented' AND plan_digest = ?",
    )
    .bind(id.as_str())
    .bind(&plan.digest.0[..])
    .execute(pool)
    .await?;
    Ok(())
}

/// Erases everything personal of a session and puts it into a final state, in one statement.
/// Nothing happens where the session is no longer in the state `from`: what was decided on is gone.
///
/// The database overwrites deleted content with zeros (`secure_delete`), and what is deleted here
/// was sealed, its key gone with the token. Of the times only the day stays: the second of an
/// enrolment could be laid beside the second of a presentation (docs/privacy.md).
///
/// # Errors
/// `internal` where the database fails.
pub async fn erase(
    connection: &mut SqliteConnection,
    id: &SessionId,
    from: SessionState,
    to: SessionState,
) -> Result<bool, Problem> {
    let erased = sqlx::query(
        "UPDATE sessions SET state = ?, sealed = NULL, plan_digest = NULL, plan_by = NULL,
             evidence_digest = NULL, ack_by = NULL, verified_on = NULL,
             created_at = created_at - created_at % 86400,
             evidence_by = evidence_by - evidence_by % 86400
         WHERE id = ? AND state = ?",
    )
    .bind(to.as_str())
    .bind(id.as_str())
    .bind(from.as_str())
    .execute(connection)
    .await?;
    Ok(erased.rows_affected() == 1)
}

/// Erases all sessions whose deadline has passed; gives their number.
///
/// # Errors
/// `internal` where the database fails.
pub async fn expire(pool: &Pool, now: i64) -> Result<u64, Problem> {
    let done = sqlx::query(
        "UPDATE sessions SET state = 'expired', sealed = NULL, plan_digest = NULL, plan_by = NULL,
             evidence_digest = NULL, ack_by = NULL, verified_on = NULL,
             created_at = created_at - created_at % 86400,
             evidence_by = evidence_by - evidence_by % 86400
         WHERE (state IN ('created', 'documented') AND evidence_by < ?1)
            OR (state IN ('announced', 'issued') AND (ack_by IS NULL OR ack_by < ?1))",
    )
    .bind(now)
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}

/// Deletes sessions that ended without a credential more than a day ago: anybody may open one, so
/// none may stay for ever. One that announced a recovery stays as long as the recovery, so that its
/// device learns what came of it.
///
/// # Errors
/// `internal` where the database fails.
pub async fn forget(pool: &Pool, now: i64) -> Result<(), Problem> {
    // The times of an ended session are those of its day's beginning.
    sqlx::query(
        "DELETE FROM sessions
         WHERE state IN ('cancelled', 'expired') AND status_index IS NULL AND evidence_by < ?
           AND id NOT IN (SELECT session_id FROM recoveries)",
    )
    .bind(now - 2 * 86_400)
    .execute(pool)
    .await?;
    Ok(())
}

fn digest(row: &SqliteRow, column: &str) -> Result<Option<Sha256Digest>, Problem> {
    let bytes: Option<Vec<u8>> = row.try_get(column)?;
    bytes
        .map(|bytes| {
            bytes
                .try_into()
                .map(Sha256Digest)
                .map_err(|_| Code::Internal.into())
        })
        .transpose()
}

fn number_of(kind: SessionKind) -> i64 {
    // 1 to 4.
    kind.number().cast_signed()
}

fn kind_of(number: i64) -> Result<SessionKind, Problem> {
    [
        SessionKind::Issue,
        SessionKind::Refresh,
        SessionKind::Renew,
        SessionKind::Recover,
    ]
    .into_iter()
    .find(|kind| number_of(*kind) == number)
    .ok_or_else(|| Code::Internal.into())
}
