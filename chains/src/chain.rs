//! What the stories and tests need of a chain.

use alloy::primitives::{Address, Bytes, Log};
use alloy::sol_types::SolCall;
use humanseal_contracts::refusal::Revert;
use humanseal_wallet_link::presentation::AccountSignature;
use humanseal_zk_credentials::exchange::Timestamp;

use crate::node::NodeError;

/// The most gas of one transaction: 2^24 (EIP-7825).
pub const TRANSACTION_GAS: u64 = 1 << 24;

/// Why a chain did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// A contract refused.
    #[error("the contract refused: {0}")]
    Reverted(Revert),
    /// The transaction ended without a word: out of gas, or an invalid instruction.
    #[error("the transaction failed: {0}")]
    Failed(String),
    /// The answer of a contract is not in the form of its interface.
    #[error("the contract's answer is not in the form of its interface")]
    Answer,
    /// The chain has no account of this address that signs by itself.
    #[error("the chain signs for no account {0}")]
    NoAccount(Address),
    /// The chain's clock shows a time that nothing here can carry.
    #[error("the chain's clock is out of range")]
    Clock,
    /// The node.
    #[error(transparent)]
    Node(#[from] NodeError),
}

impl ChainError {
    /// What a contract said when it refused, in the words of its source; `None` where something else
    /// went wrong.
    pub fn revert(&self) -> Option<&Revert> {
        match self {
            Self::Reverted(revert) => Some(revert),
            _ => None,
        }
    }
}

/// A transaction that took effect.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// What it cost in all, calldata and the base cost of a transaction included.
    pub gas_used: u64,
    /// The contract that it made.
    pub created: Option<Address>,
    /// The events that it left.
    pub logs: Vec<Log>,
}

/// A chain with accounts that sign by themselves.
pub trait Chain {
    /// The chain id.
    fn chain_id(&self) -> u64;

    /// The accounts that sign by themselves.
    fn accounts(&self) -> &[Address];

    /// The time of the newest block.
    ///
    /// # Errors
    /// [`ChainError`].
    fn now(&mut self) -> Result<Timestamp, ChainError>;

    /// Lets so many seconds pass.
    ///
    /// # Errors
    /// [`ChainError`].
    fn advance(&mut self, seconds: u32) -> Result<(), ChainError>;

    /// Sends a transaction and waits until it took effect. Without `to` it makes a contract.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] where a contract refuses; then nothing took effect.
    fn send(
        &mut self,
        from: Address,
        to: Option<Address>,
        data: Vec<u8>,
    ) -> Result<Receipt, ChainError>;

    /// Asks a contract without changing anything.
    ///
    /// # Errors
    /// [`ChainError`].
    fn call(&mut self, to: Address, data: Vec<u8>) -> Result<Bytes, ChainError>;

    /// Signs a message as an account (EIP-191).
    ///
    /// # Errors
    /// [`ChainError`].
    fn sign(&self, account: Address, message: &str) -> Result<AccountSignature, ChainError>;
}

/// Asks a contract by a function of its interface.
///
/// # Errors
/// [`ChainError`].
pub fn ask<C: SolCall>(
    chain: &mut dyn Chain,
    to: Address,
    call: &C,
) -> Result<C::Return, ChainError> {
    let answer = chain.call(to, call.abi_encode())?;
    C::abi_decode_returns(&answer).map_err(|_| ChainError::Answer)
}
