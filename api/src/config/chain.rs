//! Chains that the verifier reads: registries of its scopes, and chains whose wallets it asks.

use std::fmt;
use std::net::IpAddr;

use humanseal_wallet_link::{Account, NetworkId};
use humanseal_zk_credentials::exchange::Environment;
use serde::Deserialize;
use url::{Host, Url};

use super::ConfigError;

/// The registry of a scope on a chain (`contract` of a scope).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractConfig {
    /// The chain's id (EIP-155).
    pub chain_id: u64,
    /// The address of the `ProviderRegistry`, `0x` and 40 hexadecimal digits; mixed case has the
    /// checksum of EIP-55.
    pub address: String,
    /// The JSON-RPC address of a node of that chain.
    pub rpc_url: RpcUrl,
    /// The block that the contract was made in, or one before it. From a later one the contract's
    /// issuers are unknown, and nobody is registered.
    pub from_block: u64,
    /// Blocks on top of one before it is read, 0 to 10,000.
    pub confirmations: u16,
    /// Seconds between two looks at the chain, 1 to 3,600. Default 12.
    #[serde(default = "default_poll")]
    pub poll_seconds: u32,
    /// Seconds after which the newest block that was read is too old to answer from, 10 to 86,400;
    /// more than the confirmations take. Default 900.
    #[serde(default = "default_stale")]
    pub stale_seconds: u32,
}

/// A chain whose contract wallets may sign (`verifier.chains`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainConfig {
    /// The chain's id (EIP-155).
    pub chain_id: u64,
    /// The JSON-RPC address of a node of that chain.
    pub rpc_url: RpcUrl,
}

/// The JSON-RPC address of a node. Its path often is a key, so it prints its host alone.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RpcUrl(Url);

impl RpcUrl {
    /// The address, with whatever secret it holds.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
    /// Whether it is plain http.
    pub fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }
    /// Whether it stays on this machine.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
            None => false,
        }
    }
    /// Production and sandbox take plain http from this machine alone: whoever sits between could
    /// answer in the node's place.
    ///
    /// # Errors
    /// `not_for_production`, in the sandbox `development_only`.
    pub fn admit(&self, environment: Environment) -> Result<(), ConfigError> {
        if !self.is_plain() || self.is_loopback() {
            return Ok(());
        }
        let what = format!("plain http to a node: {self}");
        match environment {
            Environment::Development => Ok(()),
            Environment::Production => Err(ConfigError::NotForProduction(what)),
            Environment::Sandbox => Err(ConfigError::DevelopmentOnly(what)),
        }
    }
}

impl TryFrom<String> for RpcUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = Url::parse(&text).map_err(|_| "an RPC address is a URL")?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err("an RPC address begins with https:// or http://");
        }
        Ok(Self(url))
    }
}

impl std::str::FromStr for RpcUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl fmt::Display for RpcUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

impl fmt::Debug for RpcUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl ContractConfig {
    /// The contract as CAIP-10 names it.
    ///
    /// # Errors
    /// `config_invalid` for a chain id or an address of another form.
    pub fn account(&self) -> Result<Account, ConfigError> {
        format!("eip155:{}:{}", self.chain_id, self.address)
            .parse()
            .map_err(|error| ConfigError::Invalid(format!("contract: {error}")))
    }

    pub(super) fn validate(
        &self,
        network: &NetworkId,
        environment: Environment,
    ) -> Result<(), ConfigError> {
        self.account()?;
        self.rpc_url.admit(environment)?;
        let within = self.confirmations <= 10_000
            && i64::try_from(self.from_block).is_ok()
            && (1..=3_600).contains(&self.poll_seconds)
            && (10..=86_400).contains(&self.stale_seconds);
        if within {
            return Ok(());
        }
        Err(ConfigError::Invalid(format!(
            "network {}: contract: confirmations at most 10000, poll_seconds 1 to 3600, \
             stale_seconds 10 to 86400",
            network.as_str()
        )))
    }
}

fn default_poll() -> u32 {
    12
}
fn default_stale() -> u32 {
    900
}
