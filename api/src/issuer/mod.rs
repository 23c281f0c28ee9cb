//! The issuer: sessions, documents, evidence, credentials, status lists.

mod apps;
mod attempts;
mod collect;
mod credential;
mod device;
mod device_trust;
mod document;
mod ending;
mod evidence;
mod flow;
mod keys;
mod life;
mod lines;
mod log;
mod page;
mod record;
mod routes;
mod session;
mod shelf;
mod status;
mod status_routes;
mod tags;

use std::sync::Arc;

use humanseal_documents::TrustStore;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{Base64, Environment, IssuerMetadata, IssuerParameters};
use humanseal_zk_credentials::groth16::VerifyingKey;

use crate::clock::Clock;
use crate::config::{Config, ConfigError, IssuerConfig};
use crate::database::{self, Pool};
use crate::heavy::Heavy;
use crate::problem::{Code, Problem};
use crate::token::StaticToken;

use device_trust::DeviceTrust;
pub use keys::IssuerKeyPair;
pub use routes::routes;
pub use session::SessionState;
pub use shelf::PublishedList;
pub use status::newest_root;
use tags::Pepper;

/// Everything that issuing needs.
pub struct Issuer {
    environment: Environment,
    pool: Pool,
    clock: Arc<dyn Clock>,
    heavy: Heavy,
    operator: StaticToken,
    signing_key: ed25519_dalek::SigningKey,
    chain_key: keys::ChainKey,
    /// Newest first.
    peppers: Vec<Pepper>,
    trust: TrustStore,
    devices: Arc<DeviceTrust>,
    enrol_key: VerifyingKey,
    publish_period_seconds: i64,
    longest_registration_days: u16,
    keys: Vec<IssuerKeyPair>,
    shelf: shelf::Shelf,
    /// Held by whoever makes a root or a published list.
    publishing: tokio::sync::Mutex<()>,
}

impl Issuer {
    /// Opens the database and loads keys, peppers and trust.
    ///
    /// # Errors
    /// A [`ConfigError`] for a file that cannot be used, or that belongs to another environment.
    pub async fn open(
        config: &Config,
        issuer: &IssuerConfig,
        clock: Arc<dyn Clock>,
        heavy: Heavy,
    ) -> Result<Self, ConfigError> {
        let environment = config.environment;
        let material = keys::load(issuer, environment)?;
        let devices = match &issuer.device_trust_folder {
            Some(folder) => DeviceTrust::load(folder, environment)?,
            None => DeviceTrust::default(),
        };
        let pool = database::open_issuer(&issuer.database)
            .await
            .map_err(|error| {
                ConfigError::File(format!("{}: {error}", issuer.database.display()))
            })?;
        Ok(Self {
            environment,
            pool,
            clock,
            heavy,
            operator: StaticToken::from_file(&issuer.operator_token_file, environment)?,
            signing_key: material.signing_key,
            chain_key: material.chain_key,
            peppers: material.peppers,
            trust: document::trust_store(&issuer.trust_folder, environment)?,
            devices: Arc::new(devices),
            enrol_key: material.enrol_key,
            publish_period_seconds: i64::from(issuer.publish_period_seconds),
            longest_registration_days: issuer.longest_registration_days,
            keys: material.keys,
            shelf: shelf::Shelf::default(),
            publishing: tokio::sync::Mutex::default(),
        })
    }

    /// What `/.well-known/humanseal.json` says of the issuer.
    pub fn metadata(&self) -> IssuerMetadata {
        let signing_key = self.signing_public_key().to_vec();
        IssuerMetadata {
            environment: self.environment,
            signing_key: Base64::new(signing_key).unwrap_or_default(),
            keys: self
                .keys
                .iter()
                .map(|key| key.parameters().clone())
                .collect(),
        }
    }

    /// The Ed25519 key of status roots and receipts.
    pub fn signing_public_key(&self) -> [u8; 32] {
        self.signing_key.verifying_key().to_bytes()
    }

    /// The issuer keys.
    pub fn keys(&self) -> &[IssuerKeyPair] {
        &self.keys
    }

    /// The issuer's database.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// What happens without being asked for: overdue sessions are erased, recoveries take effect,
    /// lines that nothing rests on are deleted, roots are signed, the list of withdrawn attestation
    /// certificates is read again.
    ///
    /// # Errors
    /// `internal` where the database fails.
    pub async fn maintain(self: &Arc<Self>) -> Result<(), Problem> {
        // A row that cannot be tidied up keeps no root back.
        let tidied = self.tidy().await;
        self.publish_all().await.and(tidied)
    }

    async fn tidy(&self) -> Result<(), Problem> {
        let now = self.clock.now();
        let erased = session::expire(&self.pool, now).await?;
        session::forget(&self.pool, now).await?;
        let mut transaction = database::write(&self.pool).await?;
        attempts::forget(&mut transaction, now).await?;
        let today = flow::today(now)?.day();
        lines::settle_due(&mut transaction, today).await?;
        lines::forget_recoveries(&mut transaction, today).await?;
        let longest = self.longest_registration_days;
        let deleted = lines::delete_finished(&mut transaction, today, longest).await?;
        transaction.commit().await?;
        if deleted > 0 {
            tracing::info!(lines = deleted, "lines deleted that nothing rests on");
        }
        if erased > 0 || deleted > 0 {
            tracing::info!(sessions = erased, "overdue sessions erased");
            database::truncate_log(&self.pool).await?;
        }
        let devices = Arc::clone(&self.devices);
        tokio::task::spawn_blocking(move || devices.reload())
            .await
            .map_err(|_| Problem::new(Code::Internal))?;
        Ok(())
    }

    /// Signs what roots are due, each key by itself: one that fails keeps no other back.
    async fn publish_all(self: &Arc<Self>) -> Result<(), Problem> {
        let mut outcome = Ok(());
        for key in &self.keys {
            let published = self.publish(key.parameters().id).await;
            outcome = outcome.and(published.map(|_| ()));
        }
        outcome
    }

    fn key(&self, id: IssuerId) -> Result<&IssuerKeyPair, Problem> {
        self.keys
            .iter()
            .find(|key| key.parameters().id == id)
            .ok_or_else(|| Code::IssuerUnknown.into())
    }

    /// The key that a query names, or the only one.
    fn key_or_only(&self, id: Option<IssuerId>) -> Result<&IssuerKeyPair, Problem> {
        match (id, self.keys.as_slice()) {
            (Some(id), _) => self.key(id),
            (None, [only]) => Ok(only),
            (None, _) => Err(Code::IssuerRequired.into()),
        }
    }

    fn parameters(&self, id: IssuerId) -> Result<&IssuerParameters, Problem> {
        self.key(id).map(IssuerKeyPair::parameters)
    }
}
