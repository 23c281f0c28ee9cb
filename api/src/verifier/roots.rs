//! Status roots that the verifier knows: fetched, checked, kept with their issue times.

use humanseal_wallet_link::IssuedRoot;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::Timestamp;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::status_list::StatusRoot;
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use super::{Network, Verifier};
use crate::config::RootChoice;
use crate::database;
use crate::problem::{Code, Problem};

/// How far a root's issue time may lie ahead of the verifier's clock, in seconds.
const CLOCK_SKEW_SECONDS: i64 = 300;
/// Most roots of one issuer that a request names; a request takes 256 in all.
const ROOTS_OF_ISSUER: usize = 16;

impl Verifier {
    /// Takes a signed root of a trusted issuer. The same root again is no error.
    ///
    /// # Errors
    /// `issuer_untrusted`, `root_signature_invalid`, `root_from_future`, `root_not_newer`,
    /// `root_chain_broken`.
    pub(super) async fn accept_root(&self, signed: &SignedStatusRoot) -> Result<(), Problem> {
        let issuer = signed.issuer();
        let trusted = self
            .issuers
            .iter()
            .find(|trusted| trusted.id == issuer)
            .ok_or_else(|| Problem::new(Code::IssuerUntrusted))?;
        signed
            .verify(&trusted.signing_key)
            .map_err(|_| Problem::new(Code::RootSignatureInvalid))?;
        let issued_at = signed.issued_at().unix_seconds();
        if issued_at > self.clock.now() + CLOCK_SKEW_SECONDS {
            return Err(Code::RootFromFuture.into());
        }
        let text = serde_json::to_string(signed).map_err(|_| Code::Internal)?;
        let mut transaction = database::write(&self.pool).await?;
        if let Some(newest) = newest(&mut *transaction, issuer).await? {
            if newest.hash() == signed.hash() {
                return Ok(());
            }
            if newest.issued_at() > signed.issued_at() {
                return Err(Code::RootNotNewer.into());
            }
            signed
                .follows(&newest)
                .map_err(|_| Problem::new(Code::RootChainBroken))?;
        }
        sqlx::query("INSERT INTO roots (issuer, issued_at, root, signed) VALUES (?, ?, ?, ?)")
            .bind(issuer.0.to_string())
            .bind(issued_at)
            .bind(signed.root().0.to_string())
            .bind(text)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes the roots of the issuer of the same process that are new here, as far as it is trusted:
    /// of an unknown log the newest, of a known one all that stand behind it.
    pub(super) async fn fetch_roots(&self) -> Result<(), Problem> {
        let Some(issuer) = &self.beside else {
            return Ok(());
        };
        for key in issuer.keys() {
            let id = key.parameters().id;
            if self.issuers.iter().any(|trusted| trusted.id == id) {
                let signed = issuer.publish(id).await?;
                let unseen = match newest(&self.pool, id).await? {
                    Some(seen) if seen.hash() == signed.hash() => continue,
                    Some(seen) if seen.issued_at() < signed.issued_at() => {
                        issuer.roots_after(id, seen.issued_at()).await?
                    }
                    _ => vec![signed],
                };
                for signed in unseen {
                    match self.accept_root(&signed).await {
                        Ok(()) => {}
                        // Another task stored a newer one meanwhile.
                        Err(problem) if problem.code() == Code::RootNotNewer => {}
                        // The configuration trusts another signing key than the issuer's own, or
                        // the clock went back: the operator's to mend, nothing that a caller could.
                        Err(problem) => {
                            tracing::error!(
                                code = problem.code().name(),
                                "own status root refused"
                            );
                            return Err(Code::Internal.into());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The roots of these issuers within the window, newest first.
    pub(super) async fn roots_within(
        &self,
        issuers: &[IssuerId],
        window_seconds: i64,
        now: i64,
    ) -> Result<Vec<IssuedRoot>, Problem> {
        let mut roots = Vec::new();
        for issuer in issuers {
            let rows: Vec<(String, i64)> = sqlx::query_as(
                "SELECT root, MAX(issued_at) AS newest FROM roots
                 WHERE issuer = ? AND issued_at >= ? GROUP BY root ORDER BY newest DESC",
            )
            .bind(issuer.0.to_string())
            .bind(now - window_seconds)
            .fetch_all(&self.pool)
            .await?;
            for (root, issued_at) in rows {
                roots.push(issued_root(*issuer, &root, issued_at)?);
            }
        }
        Ok(roots)
    }

    /// All roots ever seen of these issuers: to tell a stale root from an unknown one.
    pub(super) async fn roots_known(
        &self,
        issuers: &[IssuerId],
    ) -> Result<Vec<IssuedRoot>, Problem> {
        self.roots_within(issuers, i64::from(u32::MAX), 0).await
    }

    /// The roots that a request of this network takes.
    ///
    /// # Errors
    /// `roots_unavailable` where there is none.
    pub(super) async fn roots_for(
        &self,
        network: &Network,
        now: i64,
    ) -> Result<Vec<IssuedRoot>, Problem> {
        self.fetch_roots().await?;
        let per_issuer = match network.roots {
            RootChoice::Newest => 1,
            RootChoice::Window => ROOTS_OF_ISSUER,
        };
        let mut taken = Vec::new();
        for issuer in &network.issuers {
            let roots = self
                .roots_within(std::slice::from_ref(issuer), network.window_seconds, now)
                .await?;
            taken.extend(roots.into_iter().take(per_issuer));
        }
        if taken.is_empty() {
            return Err(Code::RootsUnavailable.into());
        }
        Ok(taken)
    }
}

/// The newest root of an issuer that the verifier holds.
async fn newest(
    database: impl sqlx::SqliteExecutor<'_>,
    issuer: IssuerId,
) -> Result<Option<SignedStatusRoot>, Problem> {
    let signed: Option<String> = sqlx::query_scalar(
        "SELECT signed FROM roots WHERE issuer = ? ORDER BY issued_at DESC LIMIT 1",
    )
    .bind(issuer.0.to_string())
    .fetch_optional(database)
    .await?;
    signed
        .map(|text| serde_json::from_str(&text).map_err(|_| Code::Internal.into()))
        .transpose()
}

fn issued_root(issuer: IssuerId, root: &str, issued_at: i64) -> Result<IssuedRoot, Problem> {
    Ok(IssuedRoot {
        issuer,
        root: StatusRoot(FieldElement::parse(root).map_err(|_| Code::Internal)?),
        issued_at: Timestamp::from_unix_seconds(issued_at).map_err(|_| Code::Internal)?,
    })
}
