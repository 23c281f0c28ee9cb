//! The public log of an issuer key: every root that it ever signed, in order, each naming the one
//! before by its hash (docs/protocol.md section 6).

use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::Timestamp;
use humanseal_zk_credentials::status_log::LogPage;
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use super::Issuer;
use super::status::signed_root;
use crate::problem::Problem;

/// Most roots that a verifier takes up at once; it comes back for the rest.
const ROOTS: u32 = 4_096;

impl Issuer {
    /// One page of the log, and whether it is finished: then it never changes.
    pub(super) async fn log_page(
        &self,
        id: IssuerId,
        page: LogPage,
    ) -> Result<(Vec<SignedStatusRoot>, bool), Problem> {
        self.key(id)?;
        let times = page.seconds();
        // Not by the clock: the root of the last hour may still be signed when the page's time is
        // over. Issue times rise, so a root behind the page means that nothing comes into it.
        let behind: Option<i64> = sqlx::query_scalar(
            "SELECT issued_at FROM status_roots WHERE issuer = ? AND issued_at >= ? LIMIT 1",
        )
        .bind(id.0.to_string())
        .bind(times.end)
        .fetch_optional(&self.pool)
        .await?;
        let finished = behind.is_some();
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT signed FROM status_roots WHERE issuer = ? AND issued_at >= ? AND issued_at < ?
             ORDER BY issued_at",
        )
        .bind(id.0.to_string())
        .bind(times.start)
        .bind(times.end)
        .fetch_all(&self.pool)
        .await?;
        let roots = rows
            .iter()
            .map(|row| signed_root(row))
            .collect::<Result<_, _>>()?;
        Ok((roots, finished))
    }

    /// The roots that were signed after a time, in order.
    ///
    /// # Errors
    /// `issuer_unknown` or `internal`.
    pub async fn roots_after(
        &self,
        id: IssuerId,
        after: Timestamp,
    ) -> Result<Vec<SignedStatusRoot>, Problem> {
        self.key(id)?;
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT signed FROM status_roots WHERE issuer = ? AND issued_at > ?
             ORDER BY issued_at LIMIT ?",
        )
        .bind(id.0.to_string())
        .bind(after.unix_seconds())
        .bind(ROOTS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| signed_root(row)).collect()
    }
}
