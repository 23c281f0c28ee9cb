//! Recoveries in the database.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{SessionId, Sha256Digest};
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::template::{ModelId, TemplateCommitment};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::effect::revoke_all;
use super::view::known_tag;
use super::{day, field, level};
use crate::issuer::life::{LineId, Recovery, RecoveryState};
use crate::issuer::session::{self, SessionState};
use crate::problem::{Code, Problem};

const STATES: [(RecoveryState, &str); 4] = [
    (RecoveryState::Announced, "announced"),
    (RecoveryState::Effective, "effective"),
    (RecoveryState::Released, "released"),
    (RecoveryState::Cancelled, "cancelled"),
];

/// The recovery that a session announced.
pub struct Announced {
    /// The line.
    pub line: LineId,
    /// The recovery.
    pub recovery: Recovery,
    /// Digest of the statement, for the receipt.
    pub statement: Sha256Digest,
    /// The app that vouched for the device, where one did.
    pub app: Option<String>,
}

/// What a session announced; nothing where it did not.
///
/// # Errors
/// `internal` where the database fails.
pub async fn announced(
    connection: &mut SqliteConnection,
    session: &SessionId,
) -> Result<Option<Announced>, Problem> {
    let row = sqlx::query("SELECT * FROM recoveries WHERE session_id = ?")
        .bind(session.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        let statement: Vec<u8> = row.try_get("statement_digest")?;
        Ok(Announced {
            line: LineId(row.try_get("line_id")?),
            recovery: of_row(&row)?,
            statement: Sha256Digest(statement.try_into().map_err(|_| Code::Internal)?),
            app: row.try_get("app")?,
        })
    })
    .transpose()
}

/// The recoveries of a line, oldest first.
pub(super) async fn of_line(
    connection: &mut SqliteConnection,
    line: LineId,
) -> Result<Vec<Recovery>, Problem> {
    let rows = sqlx::query("SELECT * FROM recoveries WHERE line_id = ? ORDER BY announced_on")
        .bind(line.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(of_row).collect()
}

fn of_row(row: &SqliteRow) -> Result<Recovery, Problem> {
    let text = |column: &str| -> Result<String, Problem> { Ok(row.try_get(column)?) };
    let number = |column: &str| -> Result<i64, Problem> { Ok(row.try_get(column)?) };
    let state = text("state")?;
    Ok(Recovery {
        state: STATES
            .into_iter()
            .find_map(|(known, name)| (name == state).then_some(known))
            .ok_or(Code::Internal)?,
        announced_on: day(number("announced_on")?)?,
        effective_on: day(number("effective_on")?)?,
        holder_key: HolderKey(field(&text("holder_key")?)?),
        template: TemplateCommitment(field(&text("template_commitment")?)?),
        model: ModelId(field(&text("model")?)?),
        document: level(number("document_level")?, DocumentLevel::new)?,
        device: level(number("device_level")?, DeviceLevel::new)?,
        document_tag: known_tag(number("pepper_version")?, row.try_get("document_tag")?)?,
    })
}

pub(super) async fn insert(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    announced: &Announced,
    session: &SessionId,
) -> Result<(), Problem> {
    let recovery = &announced.recovery;
    sqlx::query(
        "INSERT INTO recoveries (session_id, issuer, line_id, state, announced_on, effective_on,
             holder_key, template_commitment, model, document_level, device_level, pepper_version,
             document_tag, statement_digest, app)
         VALUES (?, ?, ?, 'announced', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(session.as_str())
    .bind(issuer.0.to_string())
    .bind(announced.line.0)
    .bind(i64::from(recovery.announced_on.0))
    .bind(i64::from(recovery.effective_on.0))
    .bind(recovery.holder_key.0.to_string())
    .bind(recovery.template.0.to_string())
    .bind(recovery.model.0.to_string())
    .bind(i64::from(recovery.document.get()))
    .bind(i64::from(recovery.device.get()))
    .bind(i64::from(recovery.document_tag.version))
    .bind(&recovery.document_tag.tag.0[..])
    .bind(&announced.statement.0[..])
    .bind(announced.app.as_deref())
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets recoveries whose day has come take effect, as
/// [`Line::settle`](crate::issuer::life::Line::settle) does. The caller holds the write lock.
///
/// # Errors
/// `internal` where the database fails.
pub async fn settle_due(connection: &mut SqliteConnection, today: Day) -> Result<(), Problem> {
    let due: Vec<(String, i64)> = sqlx::query_as(
        "SELECT session_id, line_id FROM recoveries
         WHERE state = 'announced' AND effective_on <= ?",
    )
    .bind(i64::from(today.0))
    .fetch_all(&mut *connection)
    .await?;
    for (session, line) in due {
        revoke_all(connection, LineId(line)).await?;
        sqlx::query(
            "UPDATE recoveries SET state = 'cancelled' WHERE line_id = ? AND state = 'effective'",
        )
        .bind(line)
        .execute(&mut *connection)
        .await?;
        sqlx::query("UPDATE recoveries SET state = 'effective' WHERE session_id = ?")
            .bind(session)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Cancels the recovery that a session announced, unless its day has come; the credential is
/// contested no longer.
///
/// # Errors
/// `internal` where the database fails.
pub async fn cancel_of_session(
    connection: &mut SqliteConnection,
    session: &SessionId,
) -> Result<(), Problem> {
    let line: Option<i64> = sqlx::query_scalar(
        "SELECT line_id FROM recoveries WHERE session_id = ? AND state = 'announced'",
    )
    .bind(session.as_str())
    .fetch_optional(&mut *connection)
    .await?;
    match line {
        Some(line) => cancel_of_line(connection, LineId(line)).await,
        None => Ok(()),
    }
}

/// Cancels the recoveries that are announced and for whose device this app vouched.
///
/// # Errors
/// `internal` where the database fails.
pub async fn cancel_of_app(connection: &mut SqliteConnection, app: &str) -> Result<(), Problem> {
    let lines: Vec<i64> =
        sqlx::query_scalar("SELECT line_id FROM recoveries WHERE app = ? AND state = 'announced'")
            .bind(app)
            .fetch_all(&mut *connection)
            .await?;
    for line in lines {
        cancel_of_line(connection, LineId(line)).await?;
    }
    Ok(())
}

/// Cancels the recovery of a line that is announced, if one is, and ends its session.
pub(super) async fn cancel_of_line(
    connection: &mut SqliteConnection,
    line: LineId,
) -> Result<(), Problem> {
    let session: Option<String> = sqlx::query_scalar(
        "UPDATE recoveries SET state = 'cancelled' WHERE line_id = ? AND state = 'announced'
         RETURNING session_id",
    )
    .bind(line.0)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(session) = session else {
        return Ok(());
    };
    sqlx::query(
        "DELETE FROM contests WHERE EXISTS (SELECT 1 FROM credentials c
             WHERE c.line_id = ? AND c.issuer = contests.issuer
               AND c.status_index = contests.status_index)",
    )
    .bind(line.0)
    .execute(&mut *connection)
    .await?;
    let session = SessionId::parse(&session).ok_or(Code::Internal)?;
    session::erase(
        connection,
        &session,
        SessionState::Announced,
        SessionState::Cancelled,
    )
    .await?;
    Ok(())
}

/// The day of the first root, signed for the effect day or later, that shows the bits of all
/// credentials of the line; nothing where none does yet.
///
/// # Errors
/// `internal` where the database fails.
pub async fn shown_on(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    announced: &Announced,
) -> Result<Option<Day>, Problem> {
    let (given, shown, last): (i64, i64, Option<i64>) = sqlx::query_as(
        "SELECT COUNT(*), COUNT(r.shown_at), MAX(r.shown_at) FROM credentials c
         LEFT JOIN revocations r ON r.issuer = c.issuer AND r.status_index = c.status_index
         WHERE c.line_id = ?",
    )
    .bind(announced.line.0)
    .fetch_one(&mut *connection)
    .await?;
    let Some(last) = last.filter(|_| given == shown) else {
        return Ok(None);
    };
    let root: Option<i64> = sqlx::query_scalar(
        "SELECT MIN(issued_at) FROM status_roots WHERE issuer = ? AND issued_at >= ?",
    )
    .bind(issuer.0.to_string())
    .bind(last.max(announced.recovery.effective_on.unix_seconds()))
    .fetch_one(connection)
    .await?;
    root.map(Day::from_unix_seconds)
        .transpose()
        .map_err(|_| Code::Internal.into())
}
