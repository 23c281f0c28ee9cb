//! A chain of blocks on a real EVM, in the process of the test.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256, Bytes, Log, TxKind, U256, keccak256};
use revm::context::result::{ExecutionResult, Output};
use revm::context::{Context, TxEnv};
use revm::database::{CacheDB, EmptyDB};
use revm::primitives::hardfork::SpecId;
use revm::state::AccountInfo;
use revm::{DatabaseCommit, ExecuteEvm, MainBuilder, MainContext};

/// Gas of a transaction where none is stated: what Osaka allows.
const GAS: u64 = 16_000_000;

/// A block and the state after it.
#[derive(Clone)]
pub struct Block {
    pub number: u64,
    pub hash: B256,
    pub parent: B256,
    pub time: u64,
    pub transactions: Vec<Done>,
    state: CacheDB<EmptyDB>,
}

/// A transaction of a block.
#[derive(Clone)]
pub struct Done {
    pub hash: B256,
    pub from: Address,
    pub to: Option<Address>,
    pub created: Option<Address>,
    pub succeeded: bool,
    pub gas_used: u64,
    pub logs: Vec<Log>,
}

/// A transaction to be made.
#[derive(Clone, Default)]
pub struct Sent {
    pub from: Address,
    pub to: Option<Address>,
    pub data: Bytes,
    pub gas: Option<u64>,
    pub hash: Option<B256>,
}

/// The chain; block 0 is empty.
pub struct Evm {
    pub chain_id: u64,
    pub blocks: Vec<Block>,
    /// Tells blocks of one number apart.
    salt: u64,
    next_time: Option<u64>,
    snapshots: BTreeMap<u64, Vec<Block>>,
}

impl Evm {
    /// A chain whose first block is of this time, and where these accounts are rich.
    pub fn new(chain_id: u64, time: u64, rich: &[Address]) -> Self {
        let mut state = CacheDB::new(EmptyDB::default());
        for account in rich {
            let info = AccountInfo::from_balance(U256::from(10).pow(U256::from(24)));
            state.insert_account_info(*account, info);
        }
        let mut chain = Self {
            chain_id,
            blocks: vec![],
            salt: 0,
            next_time: None,
            snapshots: BTreeMap::new(),
        };
        chain.push(time, vec![], state);
        chain
    }

    pub fn head(&self) -> &Block {
        self.blocks.last().unwrap()
    }

    /// The time of the next block.
    pub fn set_next_time(&mut self, time: u64) {
        self.next_time = Some(time);
    }

    /// A block with one transaction or none; a second after the one before, unless stated.
    pub fn mine(&mut self, sent: Option<Sent>) -> Option<Done> {
        let stated = self.next_time.take();
        let head = self.head();
        let time = stated.unwrap_or(head.time + 1).max(head.time);
        let mut state = head.state.clone();
        let done = sent.map(|sent| {
            let nonce = self.nonce(sent.from);
            let (result, changes) = self.execute(&state, &sent, nonce, head.number + 1, time);
            state.commit(changes);
            self.done(&sent, nonce, result)
        });
        self.push(time, done.iter().cloned().collect(), state);
        done
    }

    /// What a call would return after a block; an error has the data of a revert.
    pub fn call(&self, sent: &Sent, number: u64) -> Result<Bytes, Bytes> {
        let block = &self.blocks[number as usize];
        let accounts = &block.state.cache.accounts;
        let nonce = accounts
            .get(&sent.from)
            .map_or(0, |account| account.info.nonce);
        let (result, _) = self.execute(&block.state, sent, nonce, number, block.time);
        match result {
            ExecutionResult::Success { output, .. } => Ok(output.into_data()),
            ExecutionResult::Revert { output, .. } => Err(output),
            ExecutionResult::Halt { .. } => Err(Bytes::new()),
        }
    }

    pub fn code(&self, account: Address) -> Bytes {
        let state = &self.head().state.cache;
        let info = state.accounts.get(&account).map(|account| &account.info);
        info.and_then(|info| {
            info.code
                .clone()
                .or_else(|| state.contracts.get(&info.code_hash).cloned())
        })
        .map(|code| code.original_bytes())
        .unwrap_or_default()
    }

    pub fn nonce(&self, account: Address) -> u64 {
        let accounts = &self.head().state.cache.accounts;
        accounts
            .get(&account)
            .map_or(0, |account| account.info.nonce)
    }

    /// The last `depth` blocks give way to as many other, empty ones.
    pub fn reorganise(&mut self, depth: usize) {
        let times: Vec<u64> = self
            .blocks
            .split_off(self.blocks.len() - depth)
            .iter()
            .map(|b| b.time)
            .collect();
        self.salt += 1;
        for time in times {
            self.next_time = Some(time);
            self.mine(None);
        }
    }

    pub fn snapshot(&mut self) -> u64 {
        let id = self.snapshots.len() as u64 + 1;
        self.snapshots.insert(id, self.blocks.clone());
        id
    }

    pub fn revert(&mut self, id: u64) -> bool {
        self.salt += 1;
        match self.snapshots.remove(&id) {
            Some(blocks) => {
                self.blocks = blocks;
                true
            }
            None => false,
        }
    }

    fn push(&mut self, time: u64, transactions: Vec<Done>, state: CacheDB<EmptyDB>) {
        let number = self.blocks.len() as u64;
        let parent = self.blocks.last().map_or(B256::ZERO, |block| block.hash);
        let mut content = [
            &parent[..],
            &number.to_be_bytes(),
            &time.to_be_bytes(),
            &self.salt.to_be_bytes(),
        ]
        .concat();
        transactions
            .iter()
            .for_each(|done| content.extend(done.hash));
        let hash = keccak256(content);
        self.blocks.push(Block {
            number,
            hash,
            parent,
            time,
            transactions,
            state,
        });
    }

    fn execute(
        &self,
        state: &CacheDB<EmptyDB>,
        sent: &Sent,
        nonce: u64,
        number: u64,
        time: u64,
    ) -> (ExecutionResult, revm::state::EvmState) {
        let mut evm = Context::mainnet()
            .with_db(state.clone())
            .modify_cfg_chained(|cfg| {
                cfg.chain_id = self.chain_id;
                cfg.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
            })
            .modify_block_chained(|block| {
                block.number = U256::from(number);
                block.timestamp = U256::from(time);
                block.gas_limit = 60_000_000;
            })
            .build_mainnet();
        let transaction = TxEnv::builder()
            .caller(sent.from)
            .kind(sent.to.map_or(TxKind::Create, TxKind::Call))
            .data(sent.data.clone())
            .gas_limit(sent.gas.unwrap_or(GAS).min(GAS))
            .chain_id(Some(self.chain_id))
            .nonce(nonce)
            .build()
            .unwrap();
        let done = evm.transact(transaction).unwrap();
        (done.result, done.state)
    }

    fn done(&self, sent: &Sent, nonce: u64, result: ExecutionResult) -> Done {
        let content = [&sent.from[..], &nonce.to_be_bytes(), &sent.data].concat();
        let created = match &result {
            ExecutionResult::Success {
                output: Output::Create(_, created),
                ..
            } => *created,
            _ => None,
        };
        Done {
            hash: sent.hash.unwrap_or_else(|| keccak256(content)),
            from: sent.from,
            to: sent.to,
            created,
            succeeded: result.is_success(),
            gas_used: result.tx_gas_used(),
            logs: if result.is_success() {
                result.into_logs()
            } else {
                vec![]
            },
        }
    }
}
