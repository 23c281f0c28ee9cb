//! Writing: what the rules decided. The caller holds the write lock.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::SessionId;
use humanseal_zk_credentials::status_list::STATUS_BITS;
use sqlx::SqliteConnection;

use super::recovery::{self, Announced};
use super::status_index;
use crate::issuer::life::{LineId, Standing};
use crate::issuer::status;
use crate::issuer::tags::Tags;
use crate::problem::{Code, Problem};
use crate::random;

/// A document that is to join a line.
#[derive(Clone, Copy)]
pub struct NewDocument<'a> {
    /// Its tags, the newest pepper's first.
    pub tags: &'a [Tags],
    /// Its last day.
    pub expires_on: Day,
}

/// A credential that a line is to be given.
#[derive(Clone, Copy)]
pub struct NewCredential<'a> {
    /// What it says.
    pub standing: &'a Standing,
    /// Its index in the status list.
    pub index: StatusIndex,
    /// The app that vouches for the device, where one does.
    pub app: Option<&'a str>,
}

/// Opens a line with its first credential.
///
/// # Errors
/// `internal` where the database fails.
pub async fn open(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    document: NewDocument<'_>,
    new: NewCredential<'_>,
) -> Result<LineId, Problem> {
    let line = sqlx::query_scalar("INSERT INTO lines (issuer) VALUES (?) RETURNING id")
        .bind(issuer.0.to_string())
        .fetch_one(&mut *connection)
        .await
        .map(LineId)?;
    join(connection, issuer, line, document).await?;
    hand_out(connection, issuer, line, new).await?;
    Ok(line)
}

/// Gives a line a new credential: the bits of all older ones are set, and a recovery that is
/// announced is cancelled.
///
/// # Errors
/// `internal` where the database fails.
pub async fn supersede(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    line: LineId,
    joins: Option<NewDocument<'_>>,
    new: NewCredential<'_>,
) -> Result<(), Problem> {
    revoke_all(connection, line).await?;
    recovery::cancel_of_line(connection, line).await?;
    if let Some(document) = joins {
        join(connection, issuer, line, document).await?;
    }
    hand_out(connection, issuer, line, new).await
}

/// Writes an announced recovery and contests the newest credential.
///
/// # Errors
/// `internal` where the database fails.
pub async fn announce(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    contested: StatusIndex,
    announced: &Announced,
    session: &SessionId,
) -> Result<(), Problem> {
    recovery::insert(connection, issuer, announced, session).await?;
    sqlx::query("INSERT OR IGNORE INTO contests (issuer, status_index) VALUES (?, ?)")
        .bind(issuer.0.to_string())
        .bind(i64::from(contested.get()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a line the credential of its recovery.
///
/// # Errors
/// `internal` where the database fails.
pub async fn release(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    line: LineId,
    session: &SessionId,
    joins: Option<NewDocument<'_>>,
    new: NewCredential<'_>,
) -> Result<(), Problem> {
    if let Some(document) = joins {
        join(connection, issuer, line, document).await?;
    }
    sqlx::query("UPDATE recoveries SET state = 'released' WHERE session_id = ?")
        .bind(session.as_str())
        .execute(&mut *connection)
        .await?;
    hand_out(connection, issuer, line, new).await
}

/// After fraud: the bits of all credentials of the line that was given `index` are set, its tags
/// are blocked, and what was announced is cancelled.
///
/// # Errors
/// `status_index_unknown`, or `internal` where the database fails.
pub async fn block(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    index: StatusIndex,
) -> Result<(), Problem> {
    let line: Option<i64> =
        sqlx::query_scalar("SELECT line_id FROM credentials WHERE issuer = ? AND status_index = ?")
            .bind(issuer.0.to_string())
            .bind(i64::from(index.get()))
            .fetch_optional(&mut *connection)
            .await?;
    let line = line.map(LineId).ok_or(Code::StatusIndexUnknown)?;
    revoke_all(connection, line).await?;
    recovery::cancel_of_line(connection, line).await?;
    sqlx::query("UPDATE lines SET blocked = 1 WHERE id = ?")
        .bind(line.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// An index that was never given before, also not to a line that is deleted since: the bits of those
/// stay set. The list is far larger than any sensible number of draws needs, so many failures mean
/// that it is full.
///
/// # Errors
/// `status_list_full`, or `internal` where the database fails or there is no randomness.
pub async fn draw_index(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
) -> Result<StatusIndex, Problem> {
    for _ in 0..256 {
        let drawn = random::below(STATUS_BITS)?;
        let taken: Option<i64> = sqlx::query_scalar(
            "SELECT status_index FROM credentials WHERE issuer = ?1 AND status_index = ?2
             UNION SELECT status_index FROM revocations WHERE issuer = ?1 AND status_index = ?2",
        )
        .bind(issuer.0.to_string())
        .bind(i64::from(drawn))
        .fetch_optional(&mut *connection)
        .await?;
        if taken.is_none() {
            return status_index(i64::from(drawn));
        }
    }
    Err(Code::StatusListFull.into())
}

/// Sets the bits of all credentials of a line. None of them is contested any more: a bit that is set
/// says more.
pub(super) async fn revoke_all(
    connection: &mut SqliteConnection,
    line: LineId,
) -> Result<(), Problem> {
    let given: Vec<(String, i64)> =
        sqlx::query_as("SELECT issuer, status_index FROM credentials WHERE line_id = ?")
            .bind(line.0)
            .fetch_all(&mut *connection)
            .await?;
    for (issuer, index) in given {
        status::set_bit(connection, &issuer, index).await?;
        sqlx::query("DELETE FROM contests WHERE issuer = ? AND status_index = ?")
            .bind(&issuer)
            .bind(index)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn join(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    line: LineId,
    document: NewDocument<'_>,
) -> Result<(), Problem> {
    let issuer = issuer.0.to_string();
    // Document and number are written under the newest pepper, which stands first.
    let tags = document.tags.first().ok_or(Code::Internal)?;
    let version = i64::from(tags.pepper_version);
    sqlx::query(
        "INSERT INTO line_documents (line_id, issuer, pepper_version, document_tag, document_expires)
         VALUES (?, ?, ?, ?, ?)",
    )
    .bind(line.0)
    .bind(&issuer)
    .bind(version)
    .bind(&tags.document.0[..])
    .bind(i64::from(document.expires_on.0))
    .execute(&mut *connection)
    .await?;
    // The person under all: a later session of another line of this name may read another name, and
    // then only the tags of the two lines can meet.
    for tags in document.tags {
        sqlx::query(
            "INSERT OR IGNORE INTO line_persons (line_id, issuer, pepper_version, person_tag)
             VALUES (?, ?, ?, ?)",
        )
        .bind(line.0)
        .bind(&issuer)
        .bind(i64::from(tags.pepper_version))
        .bind(&tags.person.0[..])
        .execute(&mut *connection)
        .await?;
    }
    if let Some(number) = &tags.number {
        // A number that another line has was refused, so what is ignored is the line's own.
        sqlx::query(
            "INSERT OR IGNORE INTO line_numbers (line_id, issuer, pepper_version, number_tag)
             VALUES (?, ?, ?, ?)",
        )
        .bind(line.0)
        .bind(&issuer)
        .bind(version)
        .bind(&number.0[..])
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn hand_out(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    line: LineId,
    new: NewCredential<'_>,
) -> Result<(), Problem> {
    let standing = new.standing;
    sqlx::query(
        "INSERT INTO credentials (issuer, status_index, line_id, holder_key, template_commitment,
             model, document_level, device_level, unique_level, established_on, expires_on, app,
             place)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
             (SELECT COUNT(*) FROM credentials WHERE line_id = ?3))",
    )
    .bind(issuer.0.to_string())
    .bind(i64::from(new.index.get()))
    .bind(line.0)
    .bind(standing.holder_key.0.to_string())
    .bind(standing.template.0.to_string())
    .bind(standing.model.0.to_string())
    .bind(i64::from(standing.document.get()))
    .bind(i64::from(standing.device.get()))
    .bind(i64::from(standing.unique.get()))
    .bind(i64::from(standing.established_on.0))
    .bind(i64::from(standing.expires_on.0))
    .bind(new.app)
    .execute(connection)
    .await?;
    Ok(())
}
