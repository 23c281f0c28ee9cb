//! How well a contract is read, for `/readyz` and `/metrics`.

use serde::Serialize;
use utoipa::ToSchema;

use super::Registry;
use crate::problem::Problem;

/// How well the contract of a scope is read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegistryHealth {
    /// The network.
    pub network: String,
    /// The action.
    pub action: String,
    /// The epoch.
    pub epoch: u64,
    /// Whether accounts are answered for.
    pub fresh: bool,
    /// Why the last look at the chain came to nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<&'static str>,
    /// The block up to which the chain was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<u64>,
    /// The time of that block, in Unix seconds.
    #[serde(skip)]
    pub block_time: Option<i64>,
    /// Looks that came to nothing, since the start.
    #[serde(skip)]
    pub failures: u64,
    /// Reorganisations that were rolled back, since the start.
    #[serde(skip)]
    pub roll_backs: u64,
}

impl Registry {
    /// How well it is read.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn health(&self) -> Result<RegistryHealth, Problem> {
        let block = self.ledger.newest().await?;
        let fresh = self.is_fresh(block.as_ref(), self.clock.now());
        let state = self.state();
        Ok(RegistryHealth {
            network: self.network.as_str().to_owned(),
            action: self.action.as_str().to_owned(),
            epoch: self.epoch,
            fresh,
            failure: state.failure,
            block: block.map(|block| block.number),
            block_time: block.map(|block| block.time),
            failures: state.failures,
            roll_backs: state.roll_backs,
        })
    }
}
