//! `humanseald registry-arguments`: what a registry contract is deployed with, from the configuration of the
//! network that it will be the registry of.
//!
//! Contract and service compare scope, epoch and verifying key before one reads the other, and what is
//! published to devices must be what the contract demands. So all of it comes from one place.

use std::fmt;

use alloy::primitives::Address;
use ed25519_dalek::VerifyingKey;
use humanseal_wallet_link::{Action, NetworkId};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::holder::Scope;
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use crate::config::{Config, ConfigError, RpcUrl};
use crate::issuer::newest_root;
use crate::post_root::fetched_root;
use crate::verifier::Network;
use crate::verifying_key;

/// Which place the contract will be the registry of.
#[derive(Debug, Clone, Copy)]
pub struct RegistryArguments<'a> {
    /// The network of the configuration.
    pub network: &'a NetworkId,
    /// Its action.
    pub action: &'a Action,
    /// Its epoch, 0 "for ever".
    pub epoch: u64,
    /// `/v1/status-list/root` of each trusted issuer that this process does not run.
    pub from: &'a [RpcUrl],
}

/// Why they cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum ArgumentsError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It has no such place, or says too little of it.
    #[error("{0}")]
    Input(&'static str),
    /// Nothing that is a signed root is at this place.
    #[error("no signed root is at {0}")]
    NoRootAt(String),
    /// No signed root of this issuer was found, and with it nobody who signs its roots for chains.
    #[error("no root of issuer {0} is at hand; say where it publishes them, by --from")]
    NoRoot(String),
    /// A root whose signature for the log or for chains does not hold.
    #[error("the newest root of issuer {0} is not signed by it")]
    Signature(String),
}

impl ArgumentsError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(error) => error.code(),
            Self::Input(_) => "input_invalid",
            Self::NoRootAt(_) | Self::NoRoot(_) => "root_unavailable",
            Self::Signature(_) => "root_signature_invalid",
        }
    }
}

/// The constructor's arguments but for the deployer's own choices: delay, verifier and owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// The scope.
    pub scope: Scope,
    /// Unix seconds of the first moment after the epoch; 0 for none.
    pub epoch_end: i64,
    /// Policy, excluded, window in hours, term and longest ban in days, cool-down in hours.
    pub settings: [String; 6],
    /// Each trusted issuer and who signs its roots for chains.
    pub issuers: Vec<(IssuerId, Address)>,
    /// What `vkHash()` of the verifier must be.
    pub vk_hash: [u8; 32],
}

impl fmt::Display for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuers: Vec<String> = self
            .issuers
            .iter()
            .map(|(id, signer)| format!("({},{signer})", id.0))
            .collect();
        writeln!(f, "SCOPE      {}", self.scope.0)?;
        writeln!(f, "EPOCH_END  {}", self.epoch_end)?;
        writeln!(f, "SETTINGS   ({})", self.settings.join(","))?;
        writeln!(f, "ISSUERS    [{}]", issuers.join(","))?;
        write!(f, "vkHash()   0x{}", hex::encode(self.vk_hash))
    }
}

/// Reads them from the configuration, and the issuers' signers from their newest roots.
///
/// # Errors
/// As [`ArgumentsError`].
pub async fn registry_arguments(
    config: &Config,
    asked: &RegistryArguments<'_>,
) -> Result<Arguments, ArgumentsError> {
    let verifier = config
        .verifier
        .as_ref()
        .ok_or(ArgumentsError::Input("the configuration has no verifier"))?;
    let trusted: Vec<IssuerId> = verifier.issuers.iter().map(|one| one.key.id()).collect();
    let found = verifier
        .networks
        .iter()
        .find(|network| network.id == *asked.network);
    let found = found.ok_or(ArgumentsError::Input(
        "the configuration has no such network",
    ))?;
    let network = Network::new(found, &trusted)?;
    let place = network
        .places
        .iter()
        .find(|place| place.action == *asked.action && place.epoch == asked.epoch)
        .ok_or(ArgumentsError::Input(
            "the network has no such action and epoch",
        ))?;
    let cool_down = found.cool_down_hours.ok_or(ArgumentsError::Input(
        "say cool_down_hours: in a contract every place can move",
    ))?;
    let key = verifying_key::present(verifier.present_key_file.as_deref(), config.environment)?;
    let published = published(config, asked.from).await?;
    let mut issuers = Vec::with_capacity(network.issuers.len());
    for id in &network.issuers {
        issuers.push((*id, root_signer(config, &published, *id).await?));
    }
    Ok(Arguments {
        scope: Scope::new(asked.network.as_str(), asked.action.as_str(), asked.epoch),
        epoch_end: place.ends_at().unwrap_or(0),
        settings: [
            network.policy.pack().to_string(),
            network.excluded.pack().to_string(),
            found.window_hours.to_string(),
            found.term_days.to_string(),
            found.max_ban_days.to_string(),
            cool_down.to_string(),
        ],
        issuers,
        vk_hash: key.vk_hash(),
    })
}

/// The newest roots at these places.
async fn published(
    config: &Config,
    from: &[RpcUrl],
) -> Result<Vec<SignedStatusRoot>, ArgumentsError> {
    let mut roots = Vec::with_capacity(from.len());
    for url in from {
        url.admit(config.environment)?;
        // Its host alone: an address may hold a key.
        let root = fetched_root(url).await;
        roots.push(root.ok_or_else(|| ArgumentsError::NoRootAt(url.to_string()))?);
    }
    Ok(roots)
}

/// Who signs an issuer's roots for chains: whoever signed its newest, which must bear the signature for the
/// log that this verifier pins.
async fn root_signer(
    config: &Config,
    published: &[SignedStatusRoot],
    id: IssuerId,
) -> Result<Address, ArgumentsError> {
    let unsigned = || ArgumentsError::Signature(id.0.to_string());
    let root = newest(config, published, id).await?;
    let root = root.ok_or_else(|| ArgumentsError::NoRoot(id.0.to_string()))?;
    let pinned = config.verifier.iter().flat_map(|part| &part.issuers);
    let pinned = pinned
        .filter(|issuer| issuer.key.id() == id)
        .find_map(|issuer| <[u8; 32]>::try_from(issuer.signing_key.as_bytes()).ok())
        .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
        .ok_or_else(unsigned)?;
    root.verify(&pinned).map_err(|_| unsigned())?;
    let signer = root.chain_signer().map_err(|_| unsigned())?;
    Ok(signer.into())
}

async fn newest(
    config: &Config,
    published: &[SignedStatusRoot],
    id: IssuerId,
) -> Result<Option<SignedStatusRoot>, ArgumentsError> {
    if let Some(root) = published.iter().find(|root| root.issuer() == id) {
        return Ok(Some(root.clone()));
    }
    match &config.issuer {
        Some(issuer) => Ok(newest_root(&issuer.database, Some(id)).await?),
        None => Ok(None),
    }
}
