//! Registrations: one place of one human, one account at a time.

use humanseal_wallet_link::{Account, NetworkId};
use humanseal_zk_credentials::holder::{Nullifier, Scope};
use sqlx::SqliteConnection;

use super::Network;
use super::network::Place;
use crate::database::{self, Pool};
use crate::problem::{Code, Problem};

/// A registration as the database has it; times in Unix seconds.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Registration {
    /// The account, canonical CAIP-10.
    pub account: String,
    /// When the place was first taken.
    pub registered_at: i64,
    /// When it last moved.
    pub moved_at: Option<i64>,
    /// When it ends.
    pub expires_at: i64,
    /// When the last pass of the account ends.
    pub pass_expires_at: i64,
    /// Until when the nullifier is barred.
    pub banned_until: Option<i64>,
}

/// A presentation that passed every check, about to take its place.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The network.
    pub network: &'a Network,
    /// Action and epoch.
    pub place: &'a Place,
    /// Their scope.
    pub scope: Scope,
    /// The nullifier.
    pub nullifier: Nullifier,
    /// The account.
    pub account: &'a Account,
    /// Now.
    pub now: i64,
    /// The longest life of a pass, in seconds.
    pub pass_seconds: i64,
}

/// Until when what was taken stands, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The registration's end.
    pub expires_at: i64,
    /// The pass's end, never after the registration's.
    pub pass_expires_at: i64,
}

/// Takes or renews a place, or moves it to another account. The caller holds the write lock.
///
/// # Errors
/// `banned`, `nullifier_taken`, `move_cooling_down`.
pub async fn take(connection: &mut SqliteConnection, claim: &Claim<'_>) -> Result<Taken, Problem> {
    let before: Option<Registration> = sqlx::query_as(
        "SELECT account, registered_at, moved_at, expires_at, pass_expires_at, banned_until
         FROM registrations WHERE scope = ? AND nullifier = ?",
    )
    .bind(claim.scope.0.to_string())
    .bind(claim.nullifier.0.to_string())
    .fetch_optional(&mut *connection)
    .await?;
    let account = claim.account.to_string();
    let (registered_at, moved_at) = match &before {
        None => (claim.now, None),
        Some(row) => {
            not_banned(row, claim.now)?;
            let live = claim.now < row.expires_at;
            if live && row.account == account {
                (row.registered_at, row.moved_at)
            } else {
                let moves = live && row.account != account;
                if moves {
                    may_move(row, claim)?;
                }
                if row.account != account {
                    last_pass_over(row, claim.now)?;
                }
                if moves {
                    (row.registered_at, Some(claim.now))
                } else {
                    (claim.now, None)
                }
            }
        }
    };
    let end = claim.place.ends_at().unwrap_or(i64::MAX);
    let expires_at = end.min(claim.now + claim.network.term_seconds);
    let pass_expires_at = expires_at.min(claim.now + claim.pass_seconds);
    // Another pass of the same account may outlive this one; a move must wait for the last.
    let last_pass = match &before {
        Some(row) if row.account == account => row.pass_expires_at.max(pass_expires_at),
        _ => pass_expires_at,
    };
    sqlx::query(
        "INSERT INTO registrations (scope, nullifier, network, account, registered_at, moved_at,
             expires_at, pass_expires_at, banned_until)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)
         ON CONFLICT (scope, nullifier) DO UPDATE SET
             previous_account = CASE WHEN account = excluded.account THEN previous_account
                                     ELSE account END,
             account = excluded.account,
             registered_at = excluded.registered_at, moved_at = excluded.moved_at,
             expires_at = excluded.expires_at, pass_expires_at = excluded.pass_expires_at,
             banned_until = NULL",
    )
    .bind(claim.scope.0.to_string())
    .bind(claim.nullifier.0.to_string())
    .bind(claim.network.id.as_str())
    .bind(account)
    .bind(registered_at)
    .bind(moved_at)
    .bind(expires_at)
    .bind(last_pass)
    .execute(connection)
    .await?;
    Ok(Taken {
        expires_at,
        pass_expires_at,
    })
}

fn not_banned(row: &Registration, now: i64) -> Result<(), Problem> {
    match row.banned_until {
        Some(until) if now < until => Err(Problem::new(Code::Banned).available(until, now)),
        _ => Ok(()),
    }
}

/// The cool-down runs from registration or last move.
fn may_move(row: &Registration, claim: &Claim<'_>) -> Result<(), Problem> {
    let taken = |code, at: i64| {
        let free = at.max(row.pass_expires_at).min(row.expires_at);
        Err(Problem::new(code).available(free, claim.now))
    };
    let Some(cool_down) = claim.network.cool_down_seconds else {
        return taken(Code::NullifierTaken, row.expires_at);
    };
    match row.moved_at {
        None if claim.now < row.registered_at.saturating_add(cool_down) => taken(
            Code::NullifierTaken,
            row.registered_at.saturating_add(cool_down),
        ),
        Some(moved) if claim.now < moved.saturating_add(cool_down) => {
            taken(Code::MoveCoolingDown, moved.saturating_add(cool_down))
        }
        _ => Ok(()),
    }
}

/// A pass cannot be called back. Another account waits until the old one's last pass has ended,
/// also where the operator ended the registration, so that no two accounts ever hold a valid pass
/// for one place.
fn last_pass_over(row: &Registration, now: i64) -> Result<(), Problem> {
    if now < row.pass_expires_at {
        return Err(Problem::new(Code::MoveCoolingDown).available(row.pass_expires_at, now));
    }
    Ok(())
}

/// A registration with the scope that it is for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ScopedRegistration {
    /// The scope.
    pub scope: String,
    /// The registration.
    #[sqlx(flatten)]
    pub registration: Registration,
}

/// The live registrations of an account in a network.
///
/// # Errors
/// `internal` where the database fails.
pub async fn of_account(
    pool: &Pool,
    network: &NetworkId,
    account: &Account,
    now: i64,
) -> Result<Vec<ScopedRegistration>, Problem> {
    Ok(sqlx::query_as(
        "SELECT scope, account, registered_at, moved_at, expires_at, pass_expires_at, banned_until
         FROM registrations
         WHERE network = ? AND account = ? AND expires_at > ? ORDER BY scope, registered_at",
    )
    .bind(network.as_str())
    .bind(account.to_string())
    .bind(now)
    .fetch_all(pool)
    .await?)
}

/// Ends the live registrations of an account. With `banned_until` it bars the nullifiers of the
/// account's registrations until then, also of those that ended or lapsed before, or that moved from
/// this account to the one that they have now: nobody escapes a ban by letting a registration lapse,
/// or by a move.
///
/// # Errors
/// `provider_unknown` where there is none.
pub async fn end(
    pool: &Pool,
    network: &NetworkId,
    account: &Account,
    banned_until: Option<i64>,
    now: i64,
) -> Result<(), Problem> {
    let mut transaction = database::write(pool).await?;
    let ended = sqlx::query(
        "UPDATE registrations SET expires_at = MIN(expires_at, ?1),
             banned_until = CASE WHEN ?2 IS NULL THEN banned_until
                                 ELSE MAX(COALESCE(banned_until, 0), ?2) END
         WHERE network = ?3
           AND (account = ?4 AND expires_at > ?1
                OR ?2 IS NOT NULL AND (account = ?4 OR previous_account = ?4))",
    )
    .bind(now)
    .bind(banned_until)
    .bind(network.as_str())
    .bind(account.to_string())
    .execute(&mut *transaction)
    .await?;
    if ended.rows_affected() == 0 {
        return Err(Code::ProviderUnknown.into());
    }
    transaction.commit().await?;
    Ok(())
}
