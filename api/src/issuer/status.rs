//! Status lists: bits in the database, published compressed under signed roots.

use std::sync::Arc;

use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{Sha256Digest, Timestamp};
use humanseal_zk_credentials::status_list::StatusList;
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootStatement};

use super::{Issuer, lines};
use crate::database::{self, Pool};
use crate::problem::{Code, Problem};

/// Which of an issuer key's two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// Revoked or superseded credentials. Its roots are signed; proofs are made against it.
    Status,
    /// Credentials against which a recovery is announced. Only wallets read it. Its root is never
    /// signed: a signed root of this list could be passed off as one of the other.
    Contested,
}

/// A published list.
#[derive(Debug, Clone)]
pub struct PublishedList {
    /// The list, compressed.
    pub compressed: Vec<u8>,
    /// SHA-256 of it: its name.
    pub digest: Sha256Digest,
}

/// Sets the bit of a credential that was issued. May be repeated. The next published root shows it.
///
/// # Errors
/// `status_index_unknown` where no credential has this index.
pub async fn revoke(pool: &Pool, issuer: IssuerId, index: StatusIndex) -> Result<(), Problem> {
    let mut transaction = database::write(pool).await?;
    let issued: Option<i64> = sqlx::query_scalar(
        "SELECT status_index FROM credentials WHERE issuer = ? AND status_index = ?",
    )
    .bind(issuer.0.to_string())
    .bind(i64::from(index.get()))
    .fetch_optional(&mut *transaction)
    .await?;
    if issued.is_none() {
        return Err(Code::StatusIndexUnknown.into());
    }
    sqlx::query("INSERT OR IGNORE INTO revocations (issuer, status_index) VALUES (?, ?)")
        .bind(issuer.0.to_string())
        .bind(i64::from(index.get()))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

impl Issuer {
    /// The newest signed root of a key's list. Where a fixed hour has passed since the last one,
    /// the list is built and signed first: issue times are those hours, and only rise.
    ///
    /// # Errors
    /// `issuer_unknown` or `internal`.
    pub async fn publish(self: &Arc<Self>, id: IssuerId) -> Result<SignedStatusRoot, Problem> {
        self.key(id)?;
        let now = self.clock.now();
        let hour = now - now.rem_euclid(self.publish_period_seconds);
        let newest = newest(&self.pool, id).await?;
        if let Some(root) = newest
            .as_ref()
            .filter(|root| root.issued_at().unix_seconds() >= hour)
        {
            return Ok(root.clone());
        }
        let bits = bits(&self.pool, id, ListKind::Status).await?;
        let issued_at = Timestamp::from_unix_seconds(hour).map_err(|_| Code::Internal)?;
        let issuer = Arc::clone(self);
        let (signed, compressed) = self
            .heavy
            .run(move || {
                let list = list_of(&bits);
                let statement = StatusRootStatement {
                    issuer: id,
                    root: list.root(),
                    issued_at,
                    previous: newest.map(|root| root.hash()),
                };
                let signed =
                    SignedStatusRoot::sign(statement, &issuer.signing_key, &issuer.chain_key);
                (signed, list.to_compressed())
            })
            .await?;
        self.store(id, &signed, compressed).await
    }

    /// Stores a root, unless another task was quicker: then that one is the newest.
    async fn store(
        &self,
        id: IssuerId,
        signed: &SignedStatusRoot,
        compressed: Vec<u8>,
    ) -> Result<SignedStatusRoot, Problem> {
        let text = serde_json::to_string(signed).map_err(|_| Code::Internal)?;
        let mut transaction = database::write(&self.pool).await?;
        let last: Option<i64> =
            sqlx::query_scalar("SELECT MAX(issued_at) FROM status_roots WHERE issuer = ?")
                .bind(id.0.to_string())
                .fetch_one(&mut *transaction)
                .await?;
        if last.is_some_and(|last| last >= signed.issued_at().unix_seconds()) {
            drop(transaction);
            return newest(&self.pool, id)
                .await?
                .ok_or_else(|| Code::Internal.into());
        }
        // Roots stay for ever, they are the log; of the lists only the newest is handed out.
        sqlx::query("UPDATE status_roots SET compressed = NULL WHERE issuer = ?")
            .bind(id.0.to_string())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO status_roots (issuer, issued_at, signed, compressed) VALUES (?, ?, ?, ?)",
        )
        .bind(id.0.to_string())
        .bind(signed.issued_at().unix_seconds())
        .bind(text)
        .bind(compressed)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        tracing::info!(
            issued_at = signed.issued_at().unix_seconds(),
            "status root signed"
        );
        Ok(signed.clone())
    }

    /// The newest published list.
    ///
    /// # Errors
    /// `issuer_unknown` or `internal`.
    pub async fn published(
        self: &Arc<Self>,
        id: IssuerId,
        kind: ListKind,
    ) -> Result<PublishedList, Problem> {
        let compressed = match kind {
            ListKind::Status => {
                let root = self.publish(id).await?;
                let compressed: Option<Vec<u8>> = sqlx::query_scalar(
                    "SELECT compressed FROM status_roots WHERE issuer = ? AND issued_at >= ?
                     ORDER BY issued_at DESC LIMIT 1",
                )
                .bind(id.0.to_string())
                .bind(root.issued_at().unix_seconds())
                .fetch_one(&self.pool)
                .await?;
                compressed.ok_or(Code::Internal)?
            }
            ListKind::Contested => {
                let bits = bits(&self.pool, id, ListKind::Contested).await?;
                self.heavy
                    .run(move || list_of(&bits).to_compressed())
                    .await?
            }
        };
        let digest = Sha256Digest::of(&compressed);
        Ok(PublishedList { compressed, digest })
    }
}

async fn newest(pool: &Pool, id: IssuerId) -> Result<Option<SignedStatusRoot>, Problem> {
    let signed: Option<String> = sqlx::query_scalar(
        "SELECT signed FROM status_roots WHERE issuer = ? ORDER BY issued_at DESC LIMIT 1",
    )
    .bind(id.0.to_string())
    .fetch_optional(pool)
    .await?;
    signed
        .map(|text| serde_json::from_str(&text).map_err(|_| Code::Internal.into()))
        .transpose()
}

async fn bits(pool: &Pool, id: IssuerId, kind: ListKind) -> Result<Vec<StatusIndex>, Problem> {
    let query = match kind {
        ListKind::Status => "SELECT status_index FROM revocations WHERE issuer = ?",
        ListKind::Contested => "SELECT status_index FROM contests WHERE issuer = ?",
    };
    let rows: Vec<i64> = sqlx::query_scalar(query)
        .bind(id.0.to_string())
        .fetch_all(pool)
        .await?;
    rows.into_iter().map(lines::status_index).collect()
}

fn list_of(bits: &[StatusIndex]) -> StatusList {
    let mut list = StatusList::new();
    for index in bits {
        list.set(*index, true);
    }
    list
}
