//! Apps that vouch for devices, and how an operator strikes one (docs/protocol.md section 11).

use humanseal_attestation::AppId;
use humanseal_zk_credentials::calendar::Day;
use sqlx::SqliteConnection;

use super::lines;
use crate::database::{self, Pool};
use crate::problem::{Code, Problem};

/// Strikes an app for good: evidence that it vouches for is refused from now on, and every
/// credential that it vouched for gets its bit in the status list, under every issuer key. Both
/// happen in one transaction, so that evidence under way is either refused or revoked. A recovery
/// that is announced on its word is cancelled. May be
/// repeated. Gives the number of credentials that the app vouched for, all revoked.
///
/// # Errors
/// `internal` where the database fails.
pub async fn strike(pool: &Pool, app: &AppId, today: Day) -> Result<u64, Problem> {
    let mut transaction = database::write(pool).await?;
    sqlx::query("INSERT OR IGNORE INTO struck_apps (app, struck_on) VALUES (?, ?)")
        .bind(app.as_str())
        .bind(i64::from(today.0))
        .execute(&mut *transaction)
        .await?;
    sqlx::query(
        "INSERT OR IGNORE INTO revocations (issuer, status_index)
         SELECT issuer, status_index FROM credentials WHERE app = ?",
    )
    .bind(app.as_str())
    .execute(&mut *transaction)
    .await?;
    lines::cancel_of_app(&mut transaction, app.as_str()).await?;
    let vouched: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM credentials WHERE app = ?")
        .bind(app.as_str())
        .fetch_one(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(vouched.unsigned_abs())
}

/// Refuses what a struck app vouches for. The caller holds the write lock and writes what is
/// vouched for in the same transaction.
///
/// # Errors
/// `app_struck`, or `internal`.
pub async fn refuse_struck(
    connection: &mut SqliteConnection,
    app: Option<&str>,
) -> Result<(), Problem> {
    let Some(app) = app else { return Ok(()) };
    let struck: Option<i64> = sqlx::query_scalar("SELECT struck_on FROM struck_apps WHERE app = ?")
        .bind(app)
        .fetch_optional(connection)
        .await?;
    match struck {
        Some(_) => Err(Code::AppStruck.into()),
        None => Ok(()),
    }
}
