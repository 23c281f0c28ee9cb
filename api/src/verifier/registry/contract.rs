//! That a contract is the registry that the configuration means, before anything of it is read.

use alloy::primitives::{Address, B256, U256};
use humanseal_contracts::bindings::{
    PresentVerifierDevelopment as PresentVerifier, ProviderRegistry,
};

use crate::chain::{Node, NodeError};

/// What the contract must say of itself.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// Its address.
    pub address: Address,
    /// The scope of network, action and epoch.
    pub scope: U256,
    /// Unix seconds of the first moment after the epoch; 0 where there is none.
    pub epoch_end: i64,
    /// The hash of the verifying key that this verifier pins.
    pub vk_hash: B256,
}

/// The first thing that a contract says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The node is of another chain.
    #[error("the node is of another chain than configured")]
    ChainId,
    /// There is no registry at the address.
    #[error("there is no registry at the address")]
    NoRegistry,
    /// It is the registry of another scope.
    #[error("the contract is the registry of another scope")]
    Scope,
    /// Its epoch ends at another time.
    #[error("the contract's epoch ends at another time than the scope's")]
    EpochEnd,
    /// It checks proofs under another verifying key.
    #[error("the contract has another verifying key than this verifier")]
    VerifyingKey,
}

impl Mismatch {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::ChainId => "chain_id_mismatch",
            Self::NoRegistry => "contract_unknown",
            Self::Scope => "scope_mismatch",
            Self::EpochEnd => "epoch_end_mismatch",
            Self::VerifyingKey => "verifying_key_mismatch",
        }
    }
}

/// Asks node and contract who they are.
///
/// # Errors
/// A [`NodeError`] where there was no answer; in the answer the first [`Mismatch`].
pub async fn compare(node: &Node, expected: &Expected) -> Result<Result<(), Mismatch>, NodeError> {
    match node.check_chain().await {
        Err(NodeError::OtherChain) => return Ok(Err(Mismatch::ChainId)),
        answered => answered?,
    }
    let at = expected.address;
    let scope = node.view(at, &ProviderRegistry::scopeCall {}).await?;
    let end = node.view(at, &ProviderRegistry::epochEndCall {}).await?;
    let verifier = node.view(at, &ProviderRegistry::verifierCall {}).await?;
    let (Some(scope), Some(end), Some(verifier)) = (scope, end, verifier) else {
        return Ok(Err(Mismatch::NoRegistry));
    };
    let vk_hash = node.view(verifier, &PresentVerifier::vkHashCall {}).await?;
    Ok(if scope != expected.scope {
        Err(Mismatch::Scope)
    } else if i64::try_from(end.to::<u64>()) != Ok(expected.epoch_end) {
        Err(Mismatch::EpochEnd)
    } else if vk_hash != Some(expected.vk_hash) {
        Err(Mismatch::VerifyingKey)
    } else {
        Ok(())
    })
}
