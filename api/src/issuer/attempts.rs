//! Five liveness plans for a document in 24 hours.

use humanseal_zk_credentials::eddsa::IssuerId;
use sqlx::SqliteConnection;

use super::tags::Tag;
use crate::problem::{Code, Problem};

/// Plans that may be drawn for one document within [`PERIOD_SECONDS`].
pub const ATTEMPTS: i64 = 5;
/// 24 hours.
pub const PERIOD_SECONDS: i64 = 24 * 60 * 60;

/// Counts an attempt.
///
/// # Errors
/// `attempts_exhausted` with the moment when the oldest one no longer counts.
pub async fn take(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    document: &Tag,
    now: i64,
) -> Result<(), Problem> {
    let (count, oldest): (i64, Option<i64>) = sqlx::query_as(
        "SELECT COUNT(*), MIN(attempted_at) FROM attempts
         WHERE issuer = ? AND document_tag = ? AND attempted_at > ?",
    )
    .bind(issuer.0.to_string())
    .bind(&document.0[..])
    .bind(now - PERIOD_SECONDS)
    .fetch_one(&mut *connection)
    .await?;
    if count >= ATTEMPTS {
        let free = oldest.unwrap_or(now) + PERIOD_SECONDS;
        return Err(Problem::new(Code::AttemptsExhausted).available(free, now));
    }
    sqlx::query("INSERT INTO attempts (issuer, document_tag, attempted_at) VALUES (?, ?, ?)")
        .bind(issuer.0.to_string())
        .bind(&document.0[..])
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets attempts that no longer count.
///
/// # Errors
/// `internal` where the database fails.
pub async fn forget(connection: &mut SqliteConnection, now: i64) -> Result<(), Problem> {
    sqlx::query("DELETE FROM attempts WHERE attempted_at <= ?")
        .bind(now - PERIOD_SECONDS)
        .execute(connection)
        .await?;
    Ok(())
}
