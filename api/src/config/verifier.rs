//! What a verifier needs: whom it trusts, and the networks that it answers for.

use std::path::PathBuf;

use humanseal_wallet_link::{Action, NetworkId, Origin};
use humanseal_zk_credentials::calendar::Date;
use humanseal_zk_credentials::eddsa::{IssuerId, IssuerKey};
use humanseal_zk_credentials::exchange::{Base64, Environment};
use serde::Deserialize;

use super::{ChainConfig, ConfigError, ContractConfig};

/// The verifier's part of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifierConfig {
    /// The verifier's SQLite file, another one than the issuer's; made where it is not there.
    pub database: PathBuf,
    /// A file with the token of the verifier's back end, at least 32 characters.
    pub token_file: PathBuf,
    /// A file with the operator's token, at least 32 characters.
    pub operator_token_file: PathBuf,
    /// Ed25519 seed (64 hexadecimal digits) that signs passes.
    pub pass_key_file: PathBuf,
    /// The verifying key of the circuit `present` in the JSON of snarkjs. Only development may
    /// leave it out; it then uses the development key, which is insecure.
    #[serde(default)]
    pub present_key_file: Option<PathBuf>,
    /// Seconds for which a request can be answered, 60 to 3,600. Default 600.
    #[serde(default = "default_request_seconds")]
    pub request_seconds: u32,
    /// Hours for which a pass is valid at most, 1 to 24. Default 24.
    #[serde(default = "default_pass_hours")]
    pub pass_hours: u32,
    /// The issuer keys that this verifier trusts.
    pub issuers: Vec<TrustedIssuerConfig>,
    /// The networks that it answers for.
    pub networks: Vec<NetworkConfig>,
    /// Chains whose contract wallets may sign presentations (EIP-1271, EIP-6492); none by default.
    #[serde(default)]
    pub chains: Vec<ChainConfig>,
}

/// A trusted issuer key, as the issuer's `/.well-known/humanseal.json` states it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedIssuerConfig {
    /// The Baby Jubjub key; it is checked to be on the curve and in the prime subgroup.
    pub key: IssuerKey,
    /// The environment that it belongs to; production trusts only production.
    pub environment: Environment,
    /// The Ed25519 key that signs its status roots (`signing_key` there, base64 of 32 bytes).
    pub signing_key: Base64<32>,
}

/// One network.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// The network's id, a DNS name.
    pub id: NetworkId,
    /// The origin that requests are made under: the network id, a subdomain of it, or one that the
    /// network lists.
    pub origin: Origin,
    /// What is demanded of a credential.
    #[serde(default)]
    pub policy: PolicyConfig,
    /// Nationalities that are refused, ISO 3166-1 alpha-3. Default none.
    #[serde(default)]
    pub excluded: Vec<String>,
    /// The trusted issuer keys that this network takes; by default all of `verifier.issuers`.
    #[serde(default)]
    pub issuers: Option<Vec<IssuerId>>,
    /// Which status roots a request takes. Default `window`.
    #[serde(default)]
    pub roots: RootChoice,
    /// Hours for which a status root is taken, 1 to 168. Default 72.
    #[serde(default = "default_window")]
    pub window_hours: u32,
    /// Days for which a registration stands, 1 to 365. Default 30.
    #[serde(default = "default_term")]
    pub term_days: u16,
    /// Longest ban in days, 0 to 3,650. Default 30.
    #[serde(default = "default_ban")]
    pub max_ban_days: u16,
    /// Hours after a registration or a move before the place can move to another account; absent,
    /// it cannot move.
    #[serde(default)]
    pub cool_down_hours: Option<u32>,
    /// One line for the account's owner, 1 to 200 printable ASCII characters; the wallet shows it.
    #[serde(default = "default_statement")]
    pub statement: String,
    /// The actions, each of which is a place of its own.
    pub scopes: Vec<ScopeConfig>,
}

/// What a network demands. Every level that is left out is 2.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyConfig {
    /// Least age in years; devices answer only 0, 13, 16, 18, 21 and 25. Default 0.
    pub min_age: u8,
    /// Least document level. Default 2.
    pub min_document: u8,
    /// Least device level. Default 2.
    pub min_device: u8,
    /// Least unique level: 2 or more, but where `min_document` is below 2, since no printed page has it; one human
    /// takes as many places there as pages. Default 2.
    pub min_unique: u8,
    /// Places of one human in one scope, 1 or more. Default 1.
    pub max_slots: u8,
    /// Most days since the last live match; 65535 is no demand. Default 65535.
    pub max_verified_days: u16,
    /// Least days since the holder's secret was established; by default L + W + 1, L the longer of
    /// term and longest ban, W the window in days rounded up (docs/protocol.md section 9).
    pub min_established_days: Option<u16>,
}

impl Default for PolicyConfig {
    fn default() -> Self {
        Self {
            min_age: 0,
            min_document: 2,
            min_device: 2,
            min_unique: 2,
            max_slots: 1,
            max_verified_days: u16::MAX,
            min_established_days: None,
        }
    }
}

/// Which status roots a request takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RootChoice {
    /// All within the window, so that a device may have an older list.
    #[default]
    Window,
    /// The newest alone, so that a revocation counts from its publication.
    Newest,
}

/// One action of a network in one epoch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeConfig {
    /// The action, such as `provider`: 1 to 64 characters `a-z0-9-_.`.
    pub action: Action,
    /// The epoch; 0 is "for ever" and has no end. At most 2^53 − 1.
    #[serde(default)]
    pub epoch: u64,
    /// The last day of an epoch other than 0, as the number yyyymmdd.
    #[serde(default)]
    pub ends_on: Option<Date>,
    /// Its registry, where that is a contract: then the contract takes its registrations, and this
    /// service only reads them. Absent, this verifier's database is the registry. A scope never
    /// changes its registry.
    #[serde(default)]
    pub contract: Option<ContractConfig>,
}

impl VerifierConfig {
    pub(super) fn validate(&self, environment: Environment) -> Result<(), ConfigError> {
        let invalid = |what: String| Err(ConfigError::Invalid(what));
        if !(60..=3_600).contains(&self.request_seconds) {
            return invalid("verifier.request_seconds: 60 to 3600".into());
        }
        if !(1..=24).contains(&self.pass_hours) {
            return invalid("verifier.pass_hours: 1 to 24".into());
        }
        if self.issuers.is_empty() || self.networks.is_empty() {
            return invalid("verifier: name at least one issuer and one network".into());
        }
        if environment != Environment::Development && self.present_key_file.is_none() {
            return invalid(
                "verifier.present_key_file: only development has a built-in key".into(),
            );
        }
        for issuer in &self.issuers {
            if issuer.environment != environment {
                return Err(if environment == Environment::Production {
                    ConfigError::NotForProduction(format!("an issuer of {}", issuer.environment))
                } else {
                    ConfigError::Invalid("verifier.issuers: of another environment".into())
                });
            }
        }
        for (place, chain) in self.chains.iter().enumerate() {
            chain.rpc_url.admit(environment)?;
            let twice = |other: &ChainConfig| other.chain_id == chain.chain_id;
            if chain.chain_id == 0 || self.chains[..place].iter().any(twice) {
                return invalid("verifier.chains: every chain id once, none 0".into());
            }
        }
        let mut ids: Vec<&str> = self
            .networks
            .iter()
            .map(|network| network.id.as_str())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() != self.networks.len() {
            return invalid("verifier.networks: every id once".into());
        }
        self.networks
            .iter()
            .try_for_each(|network| network.validate(environment))
    }

    pub(super) fn paths(&mut self) -> Vec<&mut PathBuf> {
        let mut paths = vec![
            &mut self.database,
            &mut self.token_file,
            &mut self.operator_token_file,
            &mut self.pass_key_file,
        ];
        paths.extend(&mut self.present_key_file);
        paths
    }
}

impl NetworkConfig {
    /// `L + W + 1` in days: by then a lost secret's place has lapsed (docs/protocol.md section 9).
    pub fn lapse_days(&self) -> u16 {
        let window = u16::try_from(self.window_hours.div_ceil(24)).unwrap_or(u16::MAX);
        self.term_days
            .max(self.max_ban_days)
            .saturating_add(window)
            .saturating_add(1)
    }

    /// The demand on `established_on`, in days.
    pub fn min_established_days(&self) -> u16 {
        self.policy
            .min_established_days
            .unwrap_or_else(|| self.lapse_days())
    }

    fn validate(&self, environment: Environment) -> Result<(), ConfigError> {
        let invalid = |what: &str| {
            Err(ConfigError::Invalid(format!(
                "network {}: {what}",
                self.id.as_str()
            )))
        };
        if self.origin.is_local() && environment != Environment::Development {
            return invalid("only development may use http");
        }
        if !(1..=168).contains(&self.window_hours) {
            return invalid("window_hours: 1 to 168");
        }
        if !(1..=365).contains(&self.term_days) || self.max_ban_days > 3_650 {
            return invalid("term_days: 1 to 365; max_ban_days: 0 to 3650");
        }
        if self.policy.max_slots == 0 {
            return invalid("policy.max_slots: 1 or more");
        }
        // No page that nobody signed says more than 1: a network that takes them counts no humans, and says so.
        let counts_humans = self.policy.min_document >= 2;
        if counts_humans && self.policy.min_unique < 2
            || self.min_established_days() < self.lapse_days()
        {
            return invalid(
                "registrations demand min_unique 2 and min_established_days of L + W + 1 \
                 (docs/protocol.md section 9), or one human could hold a lost place and a new one",
            );
        }
        if self.cool_down_hours.is_some_and(|hours| hours > 24 * 365) {
            return invalid("cool_down_hours: at most a year");
        }
        if self.scopes.is_empty() {
            return invalid("at least one scope is needed");
        }
        for (place, scope) in self.scopes.iter().enumerate() {
            if scope.epoch >= 1 << 53 {
                return invalid("an epoch is below 2^53");
            }
            if (scope.epoch == 0) != scope.ends_on.is_none() {
                return invalid("epoch 0 has no end, every other epoch has ends_on");
            }
            let twice =
                |other: &ScopeConfig| other.action == scope.action && other.epoch == scope.epoch;
            if self.scopes[..place].iter().any(twice) {
                return invalid("every action and epoch once");
            }
            if let Some(contract) = &scope.contract {
                contract.validate(&self.id, environment)?;
            }
        }
        Ok(())
    }
}

fn default_statement() -> String {
    "Prove that you are one verified human.".into()
}
fn default_request_seconds() -> u32 {
    600
}
fn default_pass_hours() -> u32 {
    24
}
fn default_window() -> u32 {
    72
}
fn default_term() -> u16 {
    30
}
fn default_ban() -> u16 {
    30
}
