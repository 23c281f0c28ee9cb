//! Requests: made for a verifier's back end, fetched by devices, answered once.

use humanseal_wallet_link::{Account, Action, Chain, NetworkId, Pass, Request, RequestId};
use humanseal_zk_credentials::exchange::{KeyHash, Nonce, Timestamp};
use humanseal_zk_credentials::holder::{Nullifier, Scope};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::Verifier;
use crate::database::Pool;
use crate::problem::{Code, Problem};
use crate::random;

/// Days for which an answered request can be looked up.
const KEEP_SECONDS: i64 = 30 * 86_400;

/// `POST /v1/requests`: policy, exclusions, issuers and origin are the network's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateRequest {
    /// The network.
    pub network: NetworkId,
    /// The action.
    pub action: Action,
    /// The epoch; 0, "for ever", where it is left out.
    #[serde(default)]
    pub epoch: u64,
    /// Chains whose accounts are taken, 1 to 32.
    pub chains: Vec<Chain>,
}

/// What a presentation came to. The pass itself is not stored: its claims are, and the same claims
/// give the same signature.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredOutcome {
    /// When it was verified.
    pub verified_at: Timestamp,
    /// The account.
    pub account: Account,
    /// The place.
    pub nullifier: Nullifier,
    /// When the registration ends.
    pub registration_expires_at: Timestamp,
    /// The pass's claims.
    pub pass: Pass,
}

/// A request as the database has it.
#[derive(Debug)]
pub struct StoredRequest {
    /// The document as handed out.
    pub request: Request,
    /// Whether it was answered.
    pub used: bool,
    /// What the answer came to.
    pub outcome: Option<StoredOutcome>,
}

impl Verifier {
    /// Makes a request and keeps it.
    pub(super) async fn make_request(&self, body: CreateRequest) -> Result<Request, Problem> {
        let now = self.clock.now();
        let network = self.network(&body.network)?;
        let place = network.own_place(&body.action, body.epoch, now)?;
        let at = |seconds: i64| Timestamp::from_unix_seconds(seconds).map_err(|_| Code::Internal);
        let request = Request {
            version: 1,
            id: RequestId::from_random(random::bytes()?),
            environment: self.environment,
            verifier: network.origin.clone(),
            network: network.id.clone(),
            action: place.action.clone(),
            epoch: place.epoch,
            scope: Scope::new(network.id.as_str(), place.action.as_str(), place.epoch),
            policy: network.policy,
            excluded: network.excluded.clone(),
            issuers: network.issuers.clone(),
            roots: self.roots_for(network, now).await?,
            vk_hash: KeyHash(self.present_key.vk_hash()),
            nonce: Nonce(random::bytes()?),
            issued_at: at(now)?,
            expires_at: at(now + self.request_seconds)?,
            chains: body.chains,
            statement: network.statement.clone(),
        };
        request
            .validate(at(now)?, self.environment)
            .map_err(|error| Problem::new(Code::RequestImpossible).because(error.code()))?;
        let document = serde_json::to_string(&request).map_err(|_| Code::Internal)?;
        sqlx::query("INSERT INTO requests (id, network, document, expires_at) VALUES (?, ?, ?, ?)")
            .bind(request.id.as_str())
            .bind(request.network.as_str())
            .bind(document)
            .bind(now + self.request_seconds)
            .execute(&self.pool)
            .await?;
        Ok(request)
    }

    /// The request `id`.
    pub(super) async fn stored_request(&self, id: &RequestId) -> Result<StoredRequest, Problem> {
        let row: Option<(String, Option<i64>, Option<String>)> =
            sqlx::query_as("SELECT document, used_at, outcome FROM requests WHERE id = ?")
                .bind(id.as_str())
                .fetch_optional(&self.pool)
                .await?;
        let (document, used_at, outcome) = row.ok_or(Code::RequestUnknown)?;
        let outcome = outcome
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| Problem::new(Code::Internal))?;
        Ok(StoredRequest {
            request: Request::from_json(document.as_bytes()).map_err(|_| Code::Internal)?,
            used: used_at.is_some(),
            outcome,
        })
    }
}

/// Marks a request as used. The caller holds the write lock.
///
/// # Errors
/// `request_used` where it was used before.
pub async fn use_up(
    connection: &mut SqliteConnection,
    id: &RequestId,
    now: i64,
) -> Result<(), Problem> {
    let used = sqlx::query("UPDATE requests SET used_at = ? WHERE id = ? AND used_at IS NULL")
        .bind(now)
        .bind(id.as_str())
        .execute(connection)
        .await?;
    if used.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Code::RequestUsed.into())
    }
}

/// Writes what the answer came to.
///
/// # Errors
/// `internal` where the database fails.
pub async fn store_outcome(
    connection: &mut SqliteConnection,
    id: &RequestId,
    outcome: &StoredOutcome,
) -> Result<(), Problem> {
    let text = serde_json::to_string(outcome).map_err(|_| Code::Internal)?;
    sqlx::query("UPDATE requests SET outcome = ? WHERE id = ?")
        .bind(text)
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets requests that nobody answered once they expired, and answered ones after 30 days.
pub(super) async fn forget(pool: &Pool, now: i64) -> Result<(), Problem> {
    sqlx::query(
        "DELETE FROM requests
         WHERE (used_at IS NULL AND expires_at < ?) OR (used_at IS NOT NULL AND used_at < ?)",
    )
    .bind(now - 86_400)
    .bind(now - KEEP_SECONDS)
    .execute(pool)
    .await?;
    Ok(())
}
