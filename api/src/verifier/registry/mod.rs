//! The registry of a scope whose registry is a contract: read from the chain, never written.
//!
//! A [`Registry`] reads the contract's events up to the newest block that enough others stand on,
//! and keeps what they say of accounts. It answers as the contract's `isVerified` does at that
//! block. When it cannot vouch for that, because the block grew old or the contract is not the one
//! that was configured, it refuses to answer.

mod contract;
mod event;
mod follow;
mod health;
mod ledger;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use alloy::primitives::{Address, B256, U256};
use humanseal_wallet_link::{Account, Action, Chain, NetworkId};
use humanseal_zk_credentials::holder::Scope;

use self::contract::Expected;
use self::follow::LookError;
use self::ledger::{Ledger, ReadBlock};
use super::network::Place;
use crate::chain::Node;
use crate::clock::Clock;
use crate::config::{ConfigError, ContractConfig};
use crate::database::Pool;
use crate::problem::{Code, Problem};

pub use self::health::RegistryHealth;

/// That no contract is the registry of a place whose registry this verifier is to be.
///
/// # Errors
/// A [`ConfigError`] where one is: a scope never changes its registry.
pub async fn never_was(network: &NetworkId, place: &Place, pool: &Pool) -> Result<(), ConfigError> {
    let scope = Scope::new(network.as_str(), place.action.as_str(), place.epoch);
    match Ledger::exists(pool, &scope.0.to_string()).await {
        Ok(false) => Ok(()),
        Ok(true) => Err(other_registry(network, place)),
        Err(problem) => Err(unreadable(&problem)),
    }
}

fn other_registry(network: &NetworkId, place: &Place) -> ConfigError {
    ConfigError::Invalid(format!(
        "network {}: action {}, epoch {} has another registry already; a scope never changes it, \
         take another action or epoch",
        network.as_str(),
        place.action.as_str(),
        place.epoch
    ))
}

fn unreadable(problem: &Problem) -> ConfigError {
    ConfigError::File(format!("verifier.database: {}", problem.code().name()))
}

/// The contract of one scope.
pub struct Registry {
    network: NetworkId,
    action: Action,
    epoch: u64,
    scope: Scope,
    contract: Account,
    expected: Expected,
    node: Node,
    ledger: Ledger,
    from_block: u64,
    confirmations: u64,
    poll: Duration,
    stale_seconds: i64,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// What a running service knows beyond the database.
#[derive(Debug, Default)]
struct State {
    /// Chain, scope, epoch and key were compared since the last failure.
    known: bool,
    /// When they were compared last, they were those of the configuration.
    trusted: bool,
    /// Why the last look came to nothing.
    failure: Option<&'static str>,
    failures: u64,
    roll_backs: u64,
}

/// A live registration at a contract; times in Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The scope.
    pub scope: Scope,
    /// The contract, CAIP-10.
    pub contract: Account,
    /// When the account took the place.
    pub since: i64,
    /// When it ends.
    pub expires_at: i64,
    /// The block up to which the chain was read.
    pub block: u64,
}

impl Registry {
    /// The registry of a place; nothing is asked of the chain yet.
    ///
    /// # Errors
    /// A [`ConfigError`] where the scope's registry is, or was, another one.
    pub async fn open(
        network: &NetworkId,
        place: &Place,
        config: &ContractConfig,
        vk_hash: [u8; 32],
        pool: &Pool,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConfigError> {
        let contract = config.account()?;
        let scope = Scope::new(network.as_str(), place.action.as_str(), place.epoch);
        let expected = Expected {
            address: contract
                .evm_address()
                .map(Address::from)
                .ok_or_else(|| ConfigError::Invalid("contract: no EVM address".into()))?,
            scope: U256::from_be_bytes(scope.0.to_be_bytes()),
            epoch_end: place.ends_at().unwrap_or(0),
            vk_hash: B256::from(vk_hash),
        };
        let ledger = Ledger::open(
            pool,
            scope.0.to_string(),
            &contract,
            config.chain_id,
            config.from_block,
        )
        .await
        .map_err(|problem| unreadable(&problem))?
        .ok_or_else(|| other_registry(network, place))?;
        Ok(Self {
            network: network.clone(),
            action: place.action.clone(),
            epoch: place.epoch,
            scope,
            contract,
            expected,
            node: Node::new(config.chain_id, &config.rpc_url),
            ledger,
            from_block: config.from_block,
            confirmations: config.confirmations.into(),
            poll: Duration::from_secs(config.poll_seconds.into()),
            stale_seconds: config.stale_seconds.into(),
            clock,
            state: Mutex::default(),
        })
    }

    /// The network whose registry it is.
    pub fn network(&self) -> &NetworkId {
        &self.network
    }
    /// How long to wait between two looks.
    pub fn poll(&self) -> Duration {
        self.poll
    }
    /// Whether accounts of this chain register here.
    pub fn is_on(&self, chain: &Chain) -> bool {
        self.contract.chain() == chain
    }

    /// Looks at the chain once and reads what is new. A failure is counted and logged; what was
    /// read before stays until it is too old.
    pub async fn look(&self) {
        let looked = self.read_on().await;
        let mut state = self.state();
        match looked {
            Ok(()) => {
                if state.failure.take().is_some() {
                    tracing::info!(network = self.network.as_str(), "a contract is read again");
                }
            }
            Err(error) => {
                let code = error.code();
                // Said once: the counter goes on.
                if state.failure != Some(code) {
                    tracing::error!(
                        code,
                        network = self.network.as_str(),
                        "a contract is not read"
                    );
                }
                state.known = false;
                state.failure = Some(code);
                state.failures += 1;
                state.trusted &= !matches!(error, LookError::Foreign(_));
            }
        }
    }

    /// What the chain says of an account.
    ///
    /// # Errors
    /// `registry_stale` where nothing was read, what was read is too old, or the contract was not
    /// found to be the one that is configured.
    pub async fn registration(&self, account: &Account) -> Result<Option<Registered>, Problem> {
        let now = self.clock.now();
        let standing = self.ledger.standing(account, now).await?;
        let (block, live) = standing.ok_or_else(|| self.stale())?;
        if !self.is_fresh(Some(&block), now) {
            return Err(self.stale());
        }
        Ok(live.map(|live| Registered {
            scope: self.scope,
            contract: self.contract.clone(),
            since: live.since,
            expires_at: live.expires_at,
            block: block.number,
        }))
    }

    /// Whether answers may rest on `block`, of a contract that was compared. Its own time tells: a node that is down brings no newer
    /// one, and one that hangs behind does not either.
    fn is_fresh(&self, block: Option<&ReadBlock>, now: i64) -> bool {
        self.state().trusted && block.is_some_and(|block| now - block.time <= self.stale_seconds)
    }

    fn stale(&self) -> Problem {
        let state = self.state();
        let reason = match state.failure {
            Some(failure) => failure,
            None if state.trusted => "blocks_too_old",
            None => "chain_not_asked_yet",
        };
        Problem::new(Code::RegistryStale).because(reason)
    }

    fn is_known(&self) -> bool {
        self.state().known
    }
    fn set_known(&self) {
        let mut state = self.state();
        (state.known, state.trusted) = (true, true);
    }
    fn distrust(&self) {
        let mut state = self.state();
        (state.known, state.trusted) = (false, false);
    }
    fn count_roll_back(&self) {
        self.state().roll_backs += 1;
    }
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
