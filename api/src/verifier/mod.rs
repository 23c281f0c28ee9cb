//! The verifier: requests, presentations, registrations, passes.

mod network;
mod presentation;
mod providers;
mod registration;
mod registry;
mod request;
mod roots;
mod routes;
mod stateless;

use std::sync::Arc;

use ed25519_dalek::VerifyingKey as StatusKey;
use humanseal_wallet_link::{Account, Jwks, NetworkId, PassSigner};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{Environment, NetworkMetadata};
use humanseal_zk_credentials::groth16::VerifyingKey;

use crate::chain::WalletChains;
use crate::clock::Clock;
use crate::config::{Config, ConfigError, VerifierConfig, read_secret};
use crate::database::{self, Pool};
use crate::heavy::Heavy;
use crate::issuer::Issuer;
use crate::problem::{Code, Problem};
use crate::token::StaticToken;
use crate::verifying_key;

pub use network::Network;
pub use registry::{Registry, RegistryHealth};
pub use routes::{batch_routes, routes};

/// An issuer key that this verifier trusts, checked.
#[derive(Debug, Clone)]
struct TrustedIssuer {
    id: IssuerId,
    signing_key: StatusKey,
}

/// Everything that verifying needs.
pub struct Verifier {
    environment: Environment,
    pool: Pool,
    clock: Arc<dyn Clock>,
    heavy: Heavy,
    token: StaticToken,
    operator: StaticToken,
    passes: PassSigner,
    present_key: VerifyingKey,
    request_seconds: i64,
    pass_seconds: i64,
    issuers: Vec<TrustedIssuer>,
    networks: Vec<Network>,
    /// The contracts of those places that have one.
    registries: Vec<Arc<Registry>>,
    wallet_chains: WalletChains,
    /// The issuer of the same process, whose signed roots need no network to come here.
    beside: Option<Arc<Issuer>>,
}

impl Verifier {
    /// Opens the database and loads keys and networks.
    ///
    /// # Errors
    /// A [`ConfigError`] for a file that cannot be used, or that belongs to another environment.
    pub async fn open(
        config: &Config,
        verifier: &VerifierConfig,
        beside: Option<Arc<Issuer>>,
        clock: Arc<dyn Clock>,
        heavy: Heavy,
    ) -> Result<Self, ConfigError> {
        let environment = config.environment;
        if config
            .issuer
            .as_ref()
            .is_some_and(|issuer| issuer.database == verifier.database)
        {
            return Err(ConfigError::Invalid(
                "issuer and verifier never share a database".into(),
            ));
        }
        let seed = read_secret(&verifier.pass_key_file, environment)?;
        let passes = PassSigner::from_seed(&seed).map_err(|error| {
            ConfigError::File(format!("{}: {error}", verifier.pass_key_file.display()))
        })?;
        let own = passes.jwks();
        let of_issuer = beside.as_ref().map(|issuer| issuer.signing_public_key());
        if own
            .keys
            .iter()
            .any(|key| Some(*key.x.as_bytes()) == of_issuer)
        {
            return Err(ConfigError::Invalid(
                "issuer and verifier never share a key: verifier.pass_key_file".into(),
            ));
        }
        let issuers = trusted(verifier)?;
        let networks = verifier
            .networks
            .iter()
            .map(|network| Network::new(network, &issuers.iter().map(|i| i.id).collect::<Vec<_>>()))
            .collect::<Result<Vec<_>, _>>()?;
        let pool = database::open_verifier(&verifier.database)
            .await
            .map_err(|error| {
                ConfigError::File(format!("{}: {error}", verifier.database.display()))
            })?;
        let present_key =
            verifying_key::present(verifier.present_key_file.as_deref(), environment)?;
        let vk_hash = present_key.vk_hash();
        let registries = registries(&networks, vk_hash, &pool, &clock).await?;
        Ok(Self {
            environment,
            pool,
            clock,
            heavy,
            token: StaticToken::from_file(&verifier.token_file, environment)?,
            operator: StaticToken::from_file(&verifier.operator_token_file, environment)?,
            passes,
            present_key,
            request_seconds: i64::from(verifier.request_seconds),
            pass_seconds: i64::from(verifier.pass_hours) * 3_600,
            issuers,
            networks,
            registries,
            wallet_chains: WalletChains::new(&verifier.chains),
            beside,
        })
    }

    /// The public keys of the passes.
    pub fn jwks(&self) -> Jwks {
        self.passes.jwks()
    }

    /// What `/.well-known/humanseal.json` says of the network, where this verifier has just one:
    /// the document speaks for one network.
    pub fn network_metadata(&self) -> Option<NetworkMetadata> {
        match self.networks.as_slice() {
            [network] => Some(network.metadata()),
            _ => None,
        }
    }

    /// The verifier's database.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// What happens without being asked for: fresh roots are fetched, old requests forgotten.
    ///
    /// # Errors
    /// `internal` where the database fails.
    pub async fn maintain(&self) -> Result<(), Problem> {
        self.fetch_roots().await?;
        request::forget(&self.pool, self.clock.now()).await
    }

    /// The contracts that are registries here.
    pub fn registries(&self) -> &[Arc<Registry>] {
        &self.registries
    }

    /// Those of a network at which accounts of this account's chain register.
    fn registries_of<'a>(
        &'a self,
        network: &'a NetworkId,
        account: &'a Account,
    ) -> impl Iterator<Item = &'a Arc<Registry>> {
        self.registries.iter().filter(move |registry| {
            registry.network() == network && registry.is_on(account.chain())
        })
    }

    /// How well they are read.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn registry_health(&self) -> Result<Vec<RegistryHealth>, Problem> {
        let mut health = Vec::with_capacity(self.registries.len());
        for registry in &self.registries {
            health.push(registry.health().await?);
        }
        Ok(health)
    }

    fn network(&self, id: &NetworkId) -> Result<&Network, Problem> {
        self.networks
            .iter()
            .find(|network| network.id == *id)
            .ok_or_else(|| Code::NetworkUnknown.into())
    }
}

/// The contracts of all places. A place whose registry was a contract has one for ever.
async fn registries(
    networks: &[Network],
    vk_hash: [u8; 32],
    pool: &Pool,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<Registry>>, ConfigError> {
    let mut registries = Vec::new();
    for network in networks {
        for place in &network.places {
            let opened = match &place.contract {
                Some(contract) => {
                    let clock = Arc::clone(clock);
                    Registry::open(&network.id, place, contract, vk_hash, pool, clock).await?
                }
                None => {
                    registry::never_was(&network.id, place, pool).await?;
                    continue;
                }
            };
            registries.push(Arc::new(opened));
        }
    }
    Ok(registries)
}

fn trusted(verifier: &VerifierConfig) -> Result<Vec<TrustedIssuer>, ConfigError> {
    let mut issuers: Vec<TrustedIssuer> = Vec::with_capacity(verifier.issuers.len());
    for issuer in &verifier.issuers {
        let signing_key = <[u8; 32]>::try_from(issuer.signing_key.as_bytes())
            .ok()
            .and_then(|bytes| StatusKey::from_bytes(&bytes).ok())
            .filter(|key| !key.is_weak())
            .ok_or_else(|| {
                ConfigError::Invalid("verifier.issuers: signing_key is no Ed25519 key".into())
            })?;
        let id = issuer.key.id();
        if issuers.iter().any(|other| other.id == id) {
            return Err(ConfigError::Invalid(
                "verifier.issuers: every key once".into(),
            ));
        }
        issuers.push(TrustedIssuer { id, signing_key });
    }
    Ok(issuers)
}
