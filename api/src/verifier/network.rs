//! A network with everything that its configuration implies.

use humanseal_wallet_link::{Action, NetworkId, Origin};
use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{NetworkAction, NetworkMetadata};
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::policy::{Excluded, Policy};

use crate::config::{ConfigError, ContractConfig, NetworkConfig, RootChoice};
use crate::problem::{Code, Problem};

const DAY_SECONDS: i64 = 86_400;

/// One action of a network in one epoch.
#[derive(Debug, Clone)]
pub struct Place {
    /// The action.
    pub action: Action,
    /// The epoch.
    pub epoch: u64,
    /// Its last day; none for epoch 0.
    pub ends_on: Option<Day>,
    /// The contract that is its registry; none where this verifier is.
    pub contract: Option<ContractConfig>,
}

impl Place {
    /// Unix seconds of the first moment after the epoch; none for epoch 0.
    pub fn ends_at(&self) -> Option<i64> {
        self.ends_on.map(|day| (i64::from(day.0) + 1) * DAY_SECONDS)
    }
}

/// A network that this verifier answers for.
#[derive(Debug, Clone)]
pub struct Network {
    /// Its id.
    pub id: NetworkId,
    /// The origin that requests are made under.
    pub origin: Origin,
    /// What is demanded.
    pub policy: Policy,
    /// Nationalities that are refused.
    pub excluded: Excluded,
    /// Issuer keys that are taken.
    pub issuers: Vec<IssuerId>,
    /// Which roots a request takes.
    pub roots: RootChoice,
    /// Seconds for which a root is taken.
    pub window_seconds: i64,
    /// Seconds for which a registration stands.
    pub term_seconds: i64,
    /// Longest ban in days.
    pub max_ban_days: u16,
    /// Seconds before a place can move; none where it cannot.
    pub cool_down_seconds: Option<i64>,
    /// One line for the account's owner.
    pub statement: String,
    /// Its actions and epochs.
    pub places: Vec<Place>,
    longest_registration_days: u16,
    root_window_hours: u16,
}

impl Network {
    /// Turns a configuration into a network.
    ///
    /// # Errors
    /// A [`ConfigError`] for a policy or nationality that does not exist, or an issuer that the
    /// verifier does not trust.
    pub fn new(config: &NetworkConfig, trusted: &[IssuerId]) -> Result<Self, ConfigError> {
        let invalid =
            |what: String| ConfigError::Invalid(format!("network {}: {what}", config.id.as_str()));
        let policy = Policy {
            min_age: config.policy.min_age,
            min_document: config.policy.min_document,
            min_device: config.policy.min_device,
            min_unique: config.policy.min_unique,
            max_slots: config.policy.max_slots,
            max_verified_days: config.policy.max_verified_days,
            min_established_days: config.min_established_days(),
        };
        policy.check().map_err(|error| invalid(error.to_string()))?;
        let mut excluded = Vec::with_capacity(config.excluded.len());
        for code in &config.excluded {
            let nationality = Nationality::from_alpha3(code);
            // A misspelt code would exclude everybody whose nationality the table does not have.
            if nationality == Nationality::OTHER {
                return Err(invalid(format!("{code} is no nationality of the table")));
            }
            excluded.push(nationality);
        }
        let issuers = config.issuers.clone().unwrap_or_else(|| trusted.to_vec());
        if issuers.is_empty() || issuers.iter().any(|issuer| !trusted.contains(issuer)) {
            return Err(invalid(
                "every issuer must be one of verifier.issuers".into(),
            ));
        }
        let places = config
            .scopes
            .iter()
            .map(|scope| {
                let ends_on = scope
                    .ends_on
                    .map(|date| date.day())
                    .transpose()
                    .map_err(|error| invalid(error.to_string()))?;
                Ok(Place {
                    action: scope.action.clone(),
                    epoch: scope.epoch,
                    ends_on,
                    contract: scope.contract.clone(),
                })
            })
            .collect::<Result<Vec<_>, ConfigError>>()?;
        Ok(Self {
            id: config.id.clone(),
            origin: config.origin.clone(),
            policy,
            excluded: Excluded::of(excluded),
            issuers,
            roots: config.roots,
            window_seconds: i64::from(config.window_hours) * 3_600,
            term_seconds: i64::from(config.term_days) * DAY_SECONDS,
            max_ban_days: config.max_ban_days,
            cool_down_seconds: config.cool_down_hours.map(|hours| i64::from(hours) * 3_600),
            statement: config.statement.clone(),
            places,
            longest_registration_days: config.term_days.max(config.max_ban_days),
            root_window_hours: u16::try_from(config.window_hours).unwrap_or(u16::MAX),
        })
    }

    /// The place of this action and epoch, while the epoch lasts.
    ///
    /// # Errors
    /// `scope_unknown`.
    pub fn place(&self, action: &Action, epoch: u64, now: i64) -> Result<&Place, Problem> {
        self.places
            .iter()
            .find(|place| place.action == *action && place.epoch == epoch)
            .filter(|place| place.ends_at().is_none_or(|end| now < end))
            .ok_or_else(|| Code::ScopeUnknown.into())
    }

    /// The place of this action and epoch where this verifier is its registry.
    ///
    /// # Errors
    /// `scope_unknown`; `scope_on_chain` where a contract is.
    pub fn own_place(&self, action: &Action, epoch: u64, now: i64) -> Result<&Place, Problem> {
        let place = self.place(action, epoch, now)?;
        match place.contract {
            None => Ok(place),
            Some(_) => Err(Code::ScopeOnChain.into()),
        }
    }

    /// The contracts that are registries of its places, CAIP-10.
    fn contracts(&self) -> Vec<String> {
        let contracts = self
            .places
            .iter()
            .filter_map(|place| place.contract.as_ref());
        contracts
            .filter_map(|contract| contract.account().ok())
            .map(|account| account.to_string())
            .collect()
    }

    /// The network's part of `/.well-known/humanseal.json`.
    pub fn metadata(&self) -> NetworkMetadata {
        NetworkMetadata {
            id: self.id.as_str().to_owned(),
            origins: vec![self.origin.to_string()],
            contracts: self.contracts(),
            actions: self
                .places
                .iter()
                .map(|place| NetworkAction {
                    action: place.action.as_str().to_owned(),
                    epoch: place.epoch,
                    ends_on: place.ends_on,
                    longest_registration_days: self.longest_registration_days,
                    root_window_hours: self.root_window_hours,
                })
                .collect(),
        }
    }
}
