//! An EVM in this process: revm under the rules of Osaka, with the chain id that is nobody's.

use std::sync::Arc;

use alloy::primitives::{Address, B256, Bytes, TxKind, U256};
use humanseal_contracts::refusal::Revert;
use humanseal_wallet_link::EvmKey;
use humanseal_wallet_link::presentation::AccountSignature;
use humanseal_zk_credentials::exchange::Timestamp;
use humanseal_zk_credentials::word::keccak256;
use revm::context::result::{ExecutionResult, ResultAndState};
use revm::context::{BlockEnv, TxEnv};
use revm::database::InMemoryDB;
use revm::primitives::hardfork::SpecId;
use revm::{Context, DatabaseCommit, DatabaseRef, ExecuteEvm, MainBuilder, MainContext};

use crate::chain::{Chain, ChainError, Receipt, TRANSACTION_GAS};

/// The chain id of local chains.
const CHAIN_ID: u64 = 31_337;
/// How many accounts sign by themselves.
const ACCOUNTS: u8 = 40;

/// A chain of one process. A clone goes its own way.
#[derive(Clone)]
pub struct EmbeddedChain {
    state: InMemoryDB,
    now: Timestamp,
    block: u64,
    chain_id: u64,
    accounts: Vec<Address>,
    keys: Arc<Vec<EvmKey>>,
}

impl EmbeddedChain {
    /// An empty chain whose clock shows `now` until it is advanced. Its accounts are the same at
    /// every run, and everybody has their keys.
    pub fn new(now: Timestamp) -> Self {
        let key = |number: u8| {
            let seed = [b"humanseal/v1/embedded-account/".as_slice(), &[number]].concat();
            EvmKey::from_bytes(&keccak256(&seed))
        };
        let keys: Vec<EvmKey> = (0..ACCOUNTS).filter_map(key).collect();
        let address = |key: &EvmKey| key.account(CHAIN_ID).ok()?.evm_address();
        Self {
            state: InMemoryDB::default(),
            now,
            block: 1,
            chain_id: CHAIN_ID,
            accounts: keys.iter().filter_map(address).map(Address::new).collect(),
            keys: Arc::new(keys),
        }
    }

    /// The same chain under another chain id, as after a fork.
    pub fn forked(&self, chain_id: u64) -> Self {
        Self {
            chain_id,
            ..self.clone()
        }
    }

    /// The length of a contract's code, in bytes; 0 where there is none.
    pub fn code_length(&self, contract: Address) -> usize {
        let account = self.state.basic_ref(contract).ok().flatten();
        account.map_or(0, |account| {
            let code = self.state.code_by_hash_ref(account.code_hash);
            code.map_or(0, |code| code.original_bytes().len())
        })
    }

    /// Signs a digest of EIP-712 as an account.
    ///
    /// # Errors
    /// [`ChainError::NoAccount`].
    pub fn sign_digest(&self, account: Address, digest: &B256) -> Result<[u8; 65], ChainError> {
        Ok(self.key(account)?.sign_digest(digest))
    }

    fn key(&self, account: Address) -> Result<&EvmKey, ChainError> {
        let place = self.accounts.iter().position(|known| *known == account);
        let key = place.and_then(|place| self.keys.get(place));
        key.ok_or(ChainError::NoAccount(account))
    }

    fn run(
        &self,
        from: Address,
        to: Option<Address>,
        data: Vec<u8>,
    ) -> Result<ResultAndState, ChainError> {
        let failed = |error: &dyn std::fmt::Display| ChainError::Failed(error.to_string());
        let account = self.state.basic_ref(from).ok().flatten();
        let transaction = TxEnv::builder()
            .caller(from)
            .nonce(account.map_or(0, |account| account.nonce))
            .kind(to.map_or(TxKind::Create, TxKind::Call))
            .data(Bytes::from(data))
            .gas_limit(TRANSACTION_GAS)
            .chain_id(Some(self.chain_id))
            .build()
            .map_err(|error| ChainError::Failed(format!("{error:?}")))?;
        let block = BlockEnv {
            number: U256::from(self.block),
            timestamp: U256::from(self.now.unix_seconds().unsigned_abs()),
            ..BlockEnv::default()
        };
        let mut evm = Context::mainnet()
            .with_ref_db(&self.state)
            .modify_cfg_chained(|cfg| {
                cfg.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
                cfg.chain_id = self.chain_id;
            })
            .with_block(block)
            .build_mainnet();
        evm.transact(transaction).map_err(|error| failed(&error))
    }
}

/// The receipt and what was returned, or the refusal.
fn outcome(result: ExecutionResult) -> Result<(Receipt, Bytes), ChainError> {
    match result {
        ExecutionResult::Success {
            gas, logs, output, ..
        } => {
            let receipt = Receipt {
                gas_used: gas.tx_gas_used(),
                created: output.address().copied(),
                logs,
            };
            Ok((receipt, output.into_data()))
        }
        ExecutionResult::Revert { output, .. } => {
            Err(ChainError::Reverted(Revert::decode(&output)))
        }
        ExecutionResult::Halt { reason, .. } => Err(ChainError::Failed(format!("{reason:?}"))),
    }
}

impl Chain for EmbeddedChain {
    fn chain_id(&self) -> u64 {
        self.chain_id
    }

    fn accounts(&self) -> &[Address] {
        &self.accounts
    }

    fn now(&mut self) -> Result<Timestamp, ChainError> {
        Ok(self.now)
    }

    fn advance(&mut self, seconds: u32) -> Result<(), ChainError> {
        let later = self.now.plus_seconds(seconds.into());
        self.now = later.map_err(|_| ChainError::Clock)?;
        self.block += 1;
        Ok(())
    }

    fn send(
        &mut self,
        from: Address,
        to: Option<Address>,
        data: Vec<u8>,
    ) -> Result<Receipt, ChainError> {
        if !self.accounts.contains(&from) {
            return Err(ChainError::NoAccount(from));
        }
        let ResultAndState { result, state } = self.run(from, to, data)?;
        // A transaction that is reverted takes its nonce all the same.
        self.state.commit(state);
        self.block += 1;
        outcome(result).map(|(receipt, _)| receipt)
    }

    fn call(&mut self, to: Address, data: Vec<u8>) -> Result<Bytes, ChainError> {
        let asked = self.run(Address::ZERO, Some(to), data)?;
        outcome(asked.result).map(|(_, answer)| answer)
    }

    fn sign(&self, account: Address, message: &str) -> Result<AccountSignature, ChainError> {
        Ok(self.key(account)?.sign(message))
    }
}
