//! A node of one chain, and the few things that it is asked.

use alloy::primitives::{Address, B256, Bytes, U64};
use alloy::providers::{Provider, RootProvider};
use alloy::rpc::client::{BatchRequest, RpcClient};
use alloy::rpc::types::{BlockId, BlockNumberOrTag, Filter, Log, TransactionRequest};
use alloy::sol_types::SolCall;
use alloy::transports::TransportError;
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::wire::{AnswerTooLarge, Wire};
use crate::config::RpcUrl;

/// Most gas of a question. Deploying a wallet and checking a passkey without a precompile take less.
const GAS: u64 = 8_000_000;

/// Why a node's answer is of no use. It carries none of the node's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// No answer in time, or an HTTP status other than success.
    #[error("the node does not answer")]
    Unreachable,
    /// A JSON-RPC error.
    #[error("the node refuses the call")]
    Refused,
    /// The contract that was called reverts.
    #[error("the contract reverts")]
    Reverted,
    /// An answer beyond the limit.
    #[error("the node's answer is too large")]
    TooLarge,
    /// An answer of another form.
    #[error("the node's answer is malformed")]
    Malformed,
    /// A block that should be there is not: the node is behind.
    #[error("the node is behind")]
    Behind,
    /// The node is of another chain than configured.
    #[error("the node is of another chain")]
    OtherChain,
}

impl NodeError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "node_unreachable",
            Self::Refused => "node_refuses",
            Self::Reverted => "contract_reverts",
            Self::TooLarge => "node_answer_too_large",
            Self::Malformed => "node_answer_malformed",
            Self::Behind => "node_behind",
            Self::OtherChain => "chain_id_mismatch",
        }
    }
}

impl From<TransportError> for NodeError {
    fn from(error: TransportError) -> Self {
        use alloy::transports::{RpcError, TransportErrorKind};
        match error {
            // Code 3 is geth's; others tell a revert by its data or in words.
            RpcError::ErrorResp(payload)
                if payload.code == 3
                    || payload.as_revert_data().is_some()
                    || payload.message.contains("revert") =>
            {
                Self::Reverted
            }
            RpcError::ErrorResp(_) => Self::Refused,
            RpcError::Transport(TransportErrorKind::Custom(inner))
                if inner.is::<AnswerTooLarge>() =>
            {
                Self::TooLarge
            }
            RpcError::Transport(_) => Self::Unreachable,
            _ => Self::Malformed,
        }
    }
}

/// A block's header, as far as it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
    /// The hash of the block before.
    pub parent: B256,
    /// Its time, Unix seconds.
    pub time: i64,
}

const HEADER: &str = "eth_getBlockByNumber";

fn header_of(number: u64) -> (BlockNumberOrTag, bool) {
    (BlockNumberOrTag::Number(number), false)
}

impl Block {
    fn read(sent: Option<SentHeader>, number: u64) -> Result<Self, NodeError> {
        let header = sent.ok_or(NodeError::Behind)?;
        let time = i64::try_from(header.timestamp.to::<u64>());
        if header.number.to::<u64>() != number {
            return Err(NodeError::Malformed);
        }
        Ok(Self {
            number,
            hash: header.hash,
            parent: header.parent_hash,
            time: time.map_err(|_| NodeError::Malformed)?,
        })
    }
}

/// The members of a header that are read; nodes of other chains than Ethereum add some.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentHeader {
    number: U64,
    hash: B256,
    parent_hash: B256,
    timestamp: U64,
}

/// A node of one chain.
pub struct Node {
    provider: RootProvider,
    chain_id: u64,
    of_chain: OnceCell<()>,
}

impl Node {
    /// The node at `url`, which must be of this chain. Nothing is sent yet.
    pub fn new(chain_id: u64, url: &RpcUrl) -> Self {
        let client = RpcClient::new(Wire::new(url), url.is_loopback());
        Self {
            provider: RootProvider::new(client),
            chain_id,
            of_chain: OnceCell::new(),
        }
    }

    /// The chain that it must be of.
    pub fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// alloy's view of the node, for sending.
    pub fn provider(&self) -> &RootProvider {
        &self.provider
    }

    /// Asks which chain the node is of.
    ///
    /// # Errors
    /// [`NodeError::OtherChain`], and where it does not answer.
    pub async fn check_chain(&self) -> Result<(), NodeError> {
        if self.provider.get_chain_id().await? == self.chain_id {
            Ok(())
        } else {
            Err(NodeError::OtherChain)
        }
    }

    /// The same, until it was once the right one.
    ///
    /// # Errors
    /// As [`Self::check_chain`].
    pub async fn check_chain_once(&self) -> Result<(), NodeError> {
        self.of_chain
            .get_or_try_init(|| self.check_chain())
            .await
            .map(|_| ())
    }

    /// The number of the newest block.
    ///
    /// # Errors
    /// As [`NodeError`].
    pub async fn newest(&self) -> Result<u64, NodeError> {
        Ok(self.provider.get_block_number().await?)
    }

    /// The block of this number.
    ///
    /// # Errors
    /// [`NodeError::Behind`] where the node has none.
    pub async fn block(&self, number: u64) -> Result<Block, NodeError> {
        let sent: Option<SentHeader> = self
            .provider
            .client()
            .request(HEADER, header_of(number))
            .await?;
        Block::read(sent, number)
    }

    /// The logs that `contract` wrote from block `first` to block `last`, of these kinds, in the
    /// chain's order, and block `last`. Both are asked in one message: where many nodes stand behind one
    /// address, one that is behind would give fewer logs than there are and say nothing of it.
    ///
    /// # Errors
    /// [`NodeError::TooLarge`] or [`NodeError::Refused`] where fewer blocks may do; [`NodeError::Behind`]
    /// where the node that gave the logs has no such block.
    pub async fn logs(
        &self,
        contract: Address,
        kinds: &[B256],
        first: u64,
        last: u64,
    ) -> Result<(Vec<Log>, Block), NodeError> {
        let filter = Filter::new()
            .address(contract)
            .event_signature(kinds.to_vec())
            .from_block(first)
            .to_block(last);
        let client = self.provider.client();
        let mut message = BatchRequest::new(client);
        let logs = message.add_call::<_, Vec<Log>>("eth_getLogs", &(filter,))?;
        let end = message.add_call::<_, Option<SentHeader>>(HEADER, &header_of(last))?;
        message.send().await?;
        let (mut logs, end) = (logs.await?, Block::read(end.await?, last)?);
        let asked_for = |log: &Log| {
            log.address() == contract
                && !log.removed
                && log.topic0().is_some_and(|kind| kinds.contains(kind))
                && log
                    .block_number
                    .is_some_and(|number| (first..=last).contains(&number))
                && log.block_hash.is_some()
                && log.log_index.is_some()
        };
        if !logs.iter().all(asked_for) {
            return Err(NodeError::Malformed);
        }
        logs.sort_by_key(|log| (log.block_number, log.log_index));
        Ok((logs, end))
    }

    /// What a view function of a contract gives in the newest block; `None` where there is no such
    /// contract or function.
    ///
    /// # Errors
    /// As [`NodeError`].
    pub async fn view<C: SolCall>(
        &self,
        contract: Address,
        call: &C,
    ) -> Result<Option<C::Return>, NodeError> {
        let question = TransactionRequest::default()
            .to(contract)
            .input(call.abi_encode().into())
            .gas_limit(GAS);
        // alloy's default is the pending block, which is one node's own opinion.
        let asked = self.provider.call(question).block(BlockId::latest());
        match asked.await.map_err(NodeError::from) {
            Ok(answer) => Ok(C::abi_decode_returns(&answer).ok()),
            Err(NodeError::Reverted) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What creation code returns that is run in the newest block and never stored.
    ///
    /// # Errors
    /// As [`NodeError`].
    pub async fn run(&self, code: Bytes) -> Result<Bytes, NodeError> {
        let question = TransactionRequest::default()
            .input(code.into())
            .gas_limit(GAS);
        let asked = self.provider.call(question).block(BlockId::latest());
        Ok(asked.await?)
    }
}
