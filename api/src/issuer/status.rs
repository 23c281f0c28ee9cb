//! Status lists: bits in the database, published compressed under signed roots.

use std::path::Path;
use std::sync::Arc;

use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::Timestamp;
use humanseal_zk_credentials::status_list::StatusList;
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootStatement};
use sqlx::SqliteConnection;

use super::shelf::PublishedList;
use super::{Issuer, flow, lines};
use crate::config::ConfigError;
use crate::database::{self, Pool};
use crate::heavy::off_thread;
use crate::problem::{Code, Problem};

/// Rows of bits that are read at once: a list may have millions.
const ROWS: u32 = 65_536;
/// How often a root is made again where another process stored one meanwhile.
const TRIES: usize = 3;

/// Which of an issuer key's two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// Revoked or superseded credentials. Its roots are signed; proofs are made against it.
    Status,
    /// Credentials against which a recovery is announced. Only wallets read it. Its root is never
    /// signed: a signed root of this list could be passed off as one of the other.
    Contested,
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
    set_bit(
        &mut transaction,
        &issuer.0.to_string(),
        i64::from(index.get()),
    )
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// Sets a bit that may be set already.
pub(super) async fn set_bit(
    connection: &mut SqliteConnection,
    issuer: &str,
    index: i64,
) -> Result<(), Problem> {
    sqlx::query("INSERT OR IGNORE INTO revocations (issuer, status_index) VALUES (?, ?)")
        .bind(issuer)
        .bind(index)
        .execute(connection)
        .await?;
    Ok(())
}

/// The place of the newest bit in the order in which bits were set; 0 where none is. A list that is
/// read afterwards shows all up to it.
async fn newest_bit(pool: &Pool, issuer: IssuerId) -> Result<i64, Problem> {
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(sequence) FROM revocations WHERE issuer = ?")
            .bind(issuer.0.to_string())
            .fetch_one(pool)
            .await?;
    Ok(newest.unwrap_or(0))
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
        let issued_at = Timestamp::from_unix_seconds(hour).map_err(|_| Code::Internal)?;
        let due = |root: &&SignedStatusRoot| root.issued_at() >= issued_at;
        if let Some(root) = newest(&self.pool, id).await?.as_ref().filter(due) {
            return Ok(root.clone());
        }
        // One task makes the root, in a lane of its own; whoever comes meanwhile finds it made. So
        // a flood of documents or proofs cannot keep a root back, and a fixed hour costs one tree.
        let _publishing = self.publishing.lock().await;
        for _ in 0..TRIES {
            let newest = newest(&self.pool, id).await?;
            if let Some(root) = newest.as_ref().filter(due) {
                return Ok(root.clone());
            }
            // A recovery whose day has come shows in the first root of that day.
            let mut transaction = database::write(&self.pool).await?;
            lines::settle_due(&mut transaction, flow::today(now)?.day()).await?;
            transaction.commit().await?;
            let shown = newest_bit(&self.pool, id).await?;
            let list = bits(&self.pool, id, ListKind::Status).await?;
            let previous = newest.as_ref().map(SignedStatusRoot::hash);
            let issuer = Arc::clone(self);
            let (signed, compressed) = off_thread(move || {
                let mut tree = issuer.shelf.take_tree(id, ListKind::Status);
                tree.update(list);
                let statement = StatusRootStatement {
                    issuer: id,
                    root: tree.root(),
                    issued_at,
                    previous,
                };
                let compressed = tree.to_compressed();
                issuer.shelf.put_tree(id, ListKind::Status, tree);
                let signed =
                    SignedStatusRoot::sign(statement, &issuer.signing_key, &issuer.chain_key);
                (signed, compressed)
            })
            .await?;
            if self
                .store(id, &signed, newest.as_ref(), shown, compressed)
                .await?
            {
                return Ok(signed);
            }
        }
        Err(Code::ServiceBusy.into())
    }

    /// Stores a root behind the one that it names, unless another task or process was quicker.
    async fn store(
        &self,
        id: IssuerId,
        signed: &SignedStatusRoot,
        before: Option<&SignedStatusRoot>,
        shown: i64,
        compressed: Vec<u8>,
    ) -> Result<bool, Problem> {
        let text = serde_json::to_string(signed).map_err(|_| Code::Internal)?;
        let mut transaction = database::write(&self.pool).await?;
        if newest(&mut *transaction, id).await?.as_ref() != before {
            return Ok(false);
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
        // A recovery is collected, and uniqueness raised, from the root that shows a bit.
        sqlx::query(
            "UPDATE revocations SET shown_at = ?
             WHERE issuer = ? AND shown_at IS NULL AND sequence <= ?",
        )
        .bind(signed.issued_at().unix_seconds())
        .bind(id.0.to_string())
        .bind(shown)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        tracing::info!(
            issued_at = signed.issued_at().unix_seconds(),
            "status root signed"
        );
        Ok(true)
    }

    /// The newest published list. Both lists of a key are published at the same fixed hours.
    ///
    /// # Errors
    /// `issuer_unknown` or `internal`.
    pub async fn published(
        self: &Arc<Self>,
        id: IssuerId,
        kind: ListKind,
    ) -> Result<PublishedList, Problem> {
        let root = self.publish(id).await?;
        if let Some(list) = self.shelf.list(id, kind, root.issued_at()) {
            return Ok(list);
        }
        let _publishing = self.publishing.lock().await;
        if let Some(list) = self.shelf.list(id, kind, root.issued_at()) {
            return Ok(list);
        }
        let list = match kind {
            ListKind::Status => {
                let compressed: Option<Vec<u8>> = sqlx::query_scalar(
                    "SELECT compressed FROM status_roots WHERE issuer = ? AND issued_at >= ?
                     ORDER BY issued_at DESC LIMIT 1",
                )
                .bind(id.0.to_string())
                .bind(root.issued_at().unix_seconds())
                .fetch_one(&self.pool)
                .await?;
                PublishedList::new(compressed.ok_or(Code::Internal)?)
            }
            ListKind::Contested => {
                let list = bits(&self.pool, id, ListKind::Contested).await?;
                let issuer = Arc::clone(self);
                off_thread(move || {
                    let mut tree = issuer.shelf.take_tree(id, ListKind::Contested);
                    tree.update(list);
                    let list = PublishedList::new(tree.to_compressed());
                    issuer.shelf.put_tree(id, ListKind::Contested, tree);
                    list
                })
                .await?
            }
        };
        self.shelf
            .put_list(id, kind, root.issued_at(), list.clone());
        Ok(list)
    }
}

/// The newest signed root in an issuer's database, for a program beside the running service. It
/// makes nothing new there. Of several issuer keys, one must be named.
///
/// # Errors
/// `config_file` where the database cannot be read, `config_invalid` where a key must be named.
pub async fn newest_root(
    file: &Path,
    issuer: Option<IssuerId>,
) -> Result<Option<SignedStatusRoot>, ConfigError> {
    let wrong = |what: String| ConfigError::File(format!("{}: {what}", file.display()));
    // Opening would make it.
    if !file.is_file() {
        return Err(wrong("there is no such database".into()));
    }
    let pool = database::open_issuer(file)
        .await
        .map_err(|error| wrong(error.to_string()))?;
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT issuer, signed FROM status_roots AS r WHERE issued_at =
             (SELECT MAX(issued_at) FROM status_roots WHERE issuer = r.issuer)",
    )
    .fetch_all(&pool)
    .await
    .map_err(|error| wrong(error.to_string()))?;
    pool.close().await;
    let named =
        |(id, _): &&(String, String)| issuer.is_none_or(|issuer| *id == issuer.0.to_string());
    let mut found = rows.iter().filter(named);
    let newest = found.next();
    if found.next().is_some() {
        return Err(ConfigError::Invalid(
            "the issuer has several keys: name one".into(),
        ));
    }
    newest
        .map(|(_, signed)| signed_root(signed))
        .transpose()
        .map_err(|_| wrong("a signed root cannot be read".into()))
}

async fn newest(
    database: impl sqlx::SqliteExecutor<'_>,
    id: IssuerId,
) -> Result<Option<SignedStatusRoot>, Problem> {
    let signed: Option<String> = sqlx::query_scalar(
        "SELECT signed FROM status_roots WHERE issuer = ? ORDER BY issued_at DESC LIMIT 1",
    )
    .bind(id.0.to_string())
    .fetch_optional(database)
    .await?;
    signed.as_deref().map(signed_root).transpose()
}

pub(super) fn signed_root(text: &str) -> Result<SignedStatusRoot, Problem> {
    serde_json::from_str(text).map_err(|_| Code::Internal.into())
}

/// The list as the database has it, read some rows at a time.
async fn bits(pool: &Pool, id: IssuerId, kind: ListKind) -> Result<StatusList, Problem> {
    let query = match kind {
        ListKind::Status => {
            "SELECT status_index FROM revocations WHERE issuer = ? AND status_index > ?
             ORDER BY status_index LIMIT ?"
        }
        ListKind::Contested => {
            "SELECT status_index FROM contests WHERE issuer = ? AND status_index > ?
             ORDER BY status_index LIMIT ?"
        }
    };
    let mut list = StatusList::new();
    let mut last = -1i64;
    loop {
        let rows: Vec<i64> = sqlx::query_scalar(query)
            .bind(id.0.to_string())
            .bind(last)
            .bind(ROWS)
            .fetch_all(pool)
            .await?;
        for row in &rows {
            list.set(lines::status_index(*row)?, true);
        }
        match rows.last() {
            Some(row) => last = *row,
            None => return Ok(list),
        }
    }
}
