//! Deletion of what is kept no longer.

use humanseal_zk_credentials::calendar::Day;
use sqlx::SqliteConnection;

use super::view;
use crate::issuer::life::{LineId, RECOVERY_PERIOD_DAYS, retention};
use crate::issuer::status;
use crate::problem::Problem;

/// Lines that are looked at in one go.
const LINES: u32 = 256;

/// Deletes lines and their tags once nobody's place rests on them
/// ([`retention`](crate::issuer::life::retention)); gives their number. Their indices stay set in
/// the status list. The caller holds the write lock.
///
/// # Errors
/// `internal` where the database fails.
pub async fn delete_finished(
    connection: &mut SqliteConnection,
    today: Day,
    longest_registration_days: u16,
) -> Result<u64, Problem> {
    let candidates: Vec<i64> = sqlx::query_scalar(
        "SELECT DISTINCT d.line_id FROM line_documents d
         WHERE d.document_expires < ?1
           AND NOT EXISTS (SELECT 1 FROM line_documents later
               WHERE later.line_id = d.line_id AND later.document_expires >= ?1)
           AND NOT EXISTS (SELECT 1 FROM credentials c
               JOIN sessions s ON s.issuer = c.issuer AND s.status_index = c.status_index
               WHERE c.line_id = d.line_id AND s.state = 'issued')
         LIMIT ?2",
    )
    .bind(i64::from(today.0.saturating_sub(longest_registration_days)))
    .bind(LINES)
    .fetch_all(&mut *connection)
    .await?;
    let mut deleted = 0;
    for id in candidates {
        let line = view::line(connection, LineId(id)).await?;
        if retention::is_over(&line, today, longest_registration_days) {
            delete(connection, id).await?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

async fn delete(connection: &mut SqliteConnection, line: i64) -> Result<(), Problem> {
    let given: Vec<(String, i64)> =
        sqlx::query_as("SELECT issuer, status_index FROM credentials WHERE line_id = ?")
            .bind(line)
            .fetch_all(&mut *connection)
            .await?;
    for (issuer, index) in given {
        status::set_bit(connection, &issuer, index).await?;
        sqlx::query("DELETE FROM sessions WHERE issuer = ? AND status_index = ?")
            .bind(&issuer)
            .bind(index)
            .execute(&mut *connection)
            .await?;
    }
    for query in [
        "DELETE FROM recoveries WHERE line_id = ?",
        "DELETE FROM credentials WHERE line_id = ?",
        "DELETE FROM line_documents WHERE line_id = ?",
        "DELETE FROM line_persons WHERE line_id = ?",
        "DELETE FROM line_numbers WHERE line_id = ?",
        "DELETE FROM lines WHERE id = ?",
    ] {
        sqlx::query(query)
            .bind(line)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Forgets recoveries that ended, once they no longer stand in the way of another.
///
/// # Errors
/// `internal` where the database fails.
pub async fn forget_recoveries(
    connection: &mut SqliteConnection,
    today: Day,
) -> Result<(), Problem> {
    sqlx::query(
        "DELETE FROM recoveries WHERE state IN ('released', 'cancelled') AND announced_on <= ?",
    )
    .bind(i64::from(today.0.saturating_sub(RECOVERY_PERIOD_DAYS)))
    .execute(connection)
    .await?;
    Ok(())
}
