//! A node over JSON-RPC whose accounts are unlocked and whose clock can be moved, such as anvil.
//!
//! One POST a call, through the HTTP client that the workspace has: alloy's own transports bring a
//! second one with another TLS library. The messages are alloy's types.

use std::time::{Duration, Instant};

use alloy::primitives::{Address, B256, Bytes, TxKind, U64};
use alloy::rpc::json_rpc::{
    ErrorPayload, Id, Request, Response, ResponsePayload, RpcRecv, RpcSend,
};
use alloy::rpc::types::{Block, TransactionReceipt, TransactionRequest};
use humanseal_contracts::refusal::Revert;
use humanseal_wallet_link::SignatureKind;
use humanseal_wallet_link::presentation::AccountSignature;
use humanseal_zk_credentials::exchange::{Base64, Timestamp};
use ureq::Agent;

use crate::chain::{Chain, ChainError, Receipt, TRANSACTION_GAS};

/// Longest wait for the answer to one call.
const CALL: Duration = Duration::from_secs(20);
/// Longest wait until a transaction stands in a block.
const MINED: Duration = Duration::from_secs(60);
/// How often a receipt is asked for.
const AGAIN: Duration = Duration::from_millis(50);
/// Largest answer, in bytes.
const ANSWER: u64 = 8 << 20;

/// Why a node is of no use.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// It cannot be reached, or does not speak HTTP.
    #[error("the node does not answer {method}: {error}")]
    Unreachable {
        /// The call.
        method: &'static str,
        /// What the HTTP client says.
        error: Box<ureq::Error>,
    },
    /// It answers something else than JSON-RPC.
    #[error("the node's answer to {0} is not in its form")]
    Answer(&'static str),
    /// It refuses the call.
    #[error("the node refuses {method}: {message}")]
    Refused {
        /// The call.
        method: &'static str,
        /// The node's words.
        message: String,
    },
    /// A transaction stands in no block after a minute.
    #[error("the node took a transaction into no block within a minute")]
    NotMined,
}

/// A node.
pub struct Node {
    agent: Agent,
    url: String,
    chain_id: u64,
    accounts: Vec<Address>,
}

impl Node {
    /// Connects to the node at `url` and asks for its chain id and its unlocked accounts.
    ///
    /// # Errors
    /// [`NodeError`].
    pub fn connect(url: &str) -> Result<Self, NodeError> {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(CALL))
            .build()
            .new_agent();
        let mut node = Self {
            agent,
            url: url.to_owned(),
            chain_id: 0,
            accounts: Vec::new(),
        };
        node.chain_id = node.ask::<_, U64>("eth_chainId", ())?.to();
        node.accounts = node.ask("eth_accounts", ())?;
        Ok(node)
    }

    /// Calls, and tells what the node answers from what it refuses.
    fn answer<P: RpcSend, R: RpcRecv>(
        &self,
        method: &'static str,
        params: P,
    ) -> Result<Result<R, ErrorPayload>, NodeError> {
        let unreachable = |error| NodeError::Unreachable {
            method,
            error: Box::new(error),
        };
        let malformed = |_| NodeError::Answer(method);
        let request = Request::new(method, Id::Number(1), params);
        let request = serde_json::to_vec(&request).map_err(malformed)?;
        let body = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .send(&request)
            .and_then(|mut response| {
                let limited = response.body_mut().with_config().limit(ANSWER);
                limited.read_to_vec()
            })
            .map_err(unreachable)?;
        let response: Response = serde_json::from_slice(&body).map_err(malformed)?;
        match response.payload {
            ResponsePayload::Success(value) => {
                let value = serde_json::from_str(value.get()).map_err(malformed)?;
                Ok(Ok(value))
            }
            ResponsePayload::Failure(error) => Ok(Err(error)),
        }
    }

    /// Calls something that a node has no reason to refuse.
    fn ask<P: RpcSend, R: RpcRecv>(&self, method: &'static str, params: P) -> Result<R, NodeError> {
        let refused = |error: ErrorPayload| NodeError::Refused {
            method,
            message: error.message.into_owned(),
        };
        self.answer(method, params)?.map_err(refused)
    }

    /// Runs a transaction on the newest block without sending it.
    fn simulate(&self, transaction: &TransactionRequest) -> Result<Bytes, ChainError> {
        let method = "eth_call";
        let answer = self.answer(method, (transaction, "latest"))?;
        answer.map_err(|error| match error.as_revert_data() {
            Some(data) => ChainError::Reverted(Revert::decode(&data)),
            None => ChainError::Node(NodeError::Refused {
                method,
                message: error.message.into_owned(),
            }),
        })
    }

    fn receipt(&self, hash: B256) -> Result<TransactionReceipt, NodeError> {
        let begin = Instant::now();
        while begin.elapsed() < MINED {
            if let Some(receipt) = self.ask("eth_getTransactionReceipt", (hash,))? {
                return Ok(receipt);
            }
            std::thread::sleep(AGAIN);
        }
        Err(NodeError::NotMined)
    }
}

impl Chain for Node {
    fn chain_id(&self) -> u64 {
        self.chain_id
    }

    fn accounts(&self) -> &[Address] {
        &self.accounts
    }

    fn now(&mut self) -> Result<Timestamp, ChainError> {
        let block: Block = self.ask("eth_getBlockByNumber", ("latest", false))?;
        i64::try_from(block.header.timestamp)
            .ok()
            .and_then(|seconds| Timestamp::from_unix_seconds(seconds).ok())
            .ok_or(ChainError::Clock)
    }

    fn advance(&mut self, seconds: u32) -> Result<(), ChainError> {
        let _: serde_json::Value = self.ask("evm_increaseTime", (U64::from(seconds),))?;
        let _: serde_json::Value = self.ask("evm_mine", ())?;
        Ok(())
    }

    fn send(
        &mut self,
        from: Address,
        to: Option<Address>,
        data: Vec<u8>,
    ) -> Result<Receipt, ChainError> {
        let mut transaction = TransactionRequest::default()
            .from(from)
            .gas_limit(TRANSACTION_GAS)
            .input(Bytes::from(data).into());
        transaction.to = Some(to.map_or(TxKind::Create, TxKind::Call));
        // A refusal costs nothing that way, and its reason is told.
        self.simulate(&transaction)?;
        let hash: B256 = self.ask("eth_sendTransaction", (&transaction,))?;
        let receipt = self.receipt(hash)?;
        if !receipt.status() {
            return Err(ChainError::Failed(format!("{hash} was reverted")));
        }
        Ok(Receipt {
            gas_used: receipt.gas_used,
            created: receipt.contract_address,
            logs: receipt.logs().iter().map(|log| log.inner.clone()).collect(),
        })
    }

    fn call(&mut self, to: Address, data: Vec<u8>) -> Result<Bytes, ChainError> {
        let asked = TransactionRequest::default()
            .to(to)
            .input(Bytes::from(data).into());
        self.simulate(&asked)
    }

    fn sign(&self, account: Address, message: &str) -> Result<AccountSignature, ChainError> {
        let text = Bytes::copy_from_slice(message.as_bytes());
        let signature: Bytes = self.ask("personal_sign", (text, account))?;
        Ok(AccountSignature {
            kind: SignatureKind::Eip191,
            bytes: Base64::new(signature.to_vec()).ok_or(NodeError::Answer("personal_sign"))?,
        })
    }
}
