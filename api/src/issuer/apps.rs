//! Apps that vouch for devices, and how an operator strikes one (docs/protocol.md section 11).

use humanseal_attestation::AppId;
use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::template::TemplateCommitment;
use sqlx::SqliteConnection;

use super::lines;
use crate::database::{self, Pool};
use crate::problem::{Code, Problem};

/// A query of the credentials that rest on the word of the app `?1`: those that it vouched for, and
/// those of the same line that a refresh without the document gave the portrait which it vouched for,
/// whichever app vouched then.
macro_rules! resting {
    ($select:literal) => {
        concat!(
            $select,
            " FROM credentials c WHERE EXISTS (
                 SELECT 1 FROM credentials v WHERE v.line_id = c.line_id
                     AND v.template_commitment = c.template_commitment AND v.app = ?1)"
        )
    };
}

/// Strikes an app for good: evidence that it vouches for is refused from now on, and every
/// credential that rests on its word gets its bit in the status list, under every issuer key. Both
/// happen in one transaction, so that evidence under way is either refused or revoked. A recovery
/// that is announced on its word is cancelled. May be repeated. Gives the number of credentials that
/// rest on the app's word, all revoked.
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
    sqlx::query(resting!(
        "INSERT OR IGNORE INTO revocations (issuer, status_index) SELECT c.issuer, c.status_index"
    ))
    .bind(app.as_str())
    .execute(&mut *transaction)
    .await?;
    lines::cancel_of_app(&mut transaction, app.as_str()).await?;
    let resting: i64 = sqlx::query_scalar(resting!("SELECT COUNT(*)"))
        .bind(app.as_str())
        .fetch_one(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(resting.unsigned_abs())
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

/// Refuses a renewal that is proved against an old portrait which a struck app vouched for. The caller
/// holds the write lock.
///
/// # Errors
/// `app_struck`, or `internal`.
pub async fn refuse_struck_portrait(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    holder_key: HolderKey,
    portrait: Option<TemplateCommitment>,
) -> Result<(), Problem> {
    let Some(portrait) = portrait else {
        return Ok(());
    };
    let struck: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM credentials c JOIN struck_apps s ON s.app = c.app
         WHERE c.issuer = ? AND c.holder_key = ? AND c.template_commitment = ? LIMIT 1",
    )
    .bind(issuer.0.to_string())
    .bind(holder_key.0.to_string())
    .bind(portrait.0.to_string())
    .fetch_optional(connection)
    .await?;
    match struck {
        Some(_) => Err(Code::AppStruck.into()),
        None => Ok(()),
    }
}
