//! Reading on: from the block that was read last to the newest that enough others stand on.

use alloy::primitives::B256;

use super::Registry;
use super::contract::{self, Mismatch};
use super::event::{Change, Event, KINDS};
use super::ledger::{Range, ReadBlock};
use crate::chain::{Block, NodeError};
use crate::problem::Problem;

/// Most blocks of one question for logs.
const BLOCKS: u64 = 1_000;
/// How often one look may find that the chain changed under its hands.
const CHANGES: usize = 8;

/// Why a look at the chain came to nothing. What was read before stands, and grows old.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The node.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// Node or contract are not those of the configuration: nothing that was read counts.
    #[error(transparent)]
    Foreign(#[from] Mismatch),
    /// The chain changed again and again while it was read.
    #[error("the chain changes while it is read")]
    Unsteady,
    /// The database.
    #[error("the database: {}", .0.code().name())]
    Storage(Problem),
}

impl LookError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Node(error) => error.code(),
            Self::Foreign(mismatch) => mismatch.code(),
            Self::Unsteady => "chain_unsteady",
            Self::Storage(problem) => problem.code().name(),
        }
    }
}

impl From<Problem> for LookError {
    fn from(problem: Problem) -> Self {
        Self::Storage(problem)
    }
}

/// What reading a range came to.
enum Read {
    /// The range is of one chain, which the blocks before it are of too.
    Whole(Range),
    /// It is not: the chain was reorganised.
    Torn,
}

impl Registry {
    /// Reads everything that is new on the chain.
    ///
    /// # Errors
    /// As [`LookError`]; what was read until then stays.
    pub(super) async fn read_on(&self) -> Result<(), LookError> {
        if !self.is_known() {
            self.identify().await?;
        }
        let newest = self.node.newest().await?;
        let Some(confirmed) = newest.checked_sub(self.confirmations) else {
            return Err(NodeError::Behind.into());
        };
        let mut changes = 0;
        let mut blocks = BLOCKS;
        loop {
            let before = self.common_ancestor().await?;
            let first = before.map_or(self.from_block, |block| block.number + 1);
            if first > confirmed {
                return Ok(());
            }
            let last = confirmed.min(first.saturating_add(blocks - 1));
            match self.range(before.as_ref(), first, last).await {
                Ok(Read::Whole(range)) => {
                    let other_key = range.brings_key_other_than(self.expected.vk_hash);
                    if other_key {
                        // Nothing that came by it is answered before the contract was compared.
                        self.distrust();
                    }
                    self.ledger.append(before.as_ref(), &range).await?;
                    if other_key {
                        self.identify().await?;
                    }
                    blocks = BLOCKS.min(blocks.saturating_mul(2));
                }
                Ok(Read::Torn) if changes < CHANGES => changes += 1,
                Ok(Read::Torn) => return Err(LookError::Unsteady),
                // Nodes bound their answers by rules of their own; less is always asked for next.
                Err(NodeError::TooLarge | NodeError::Refused) if last > first => {
                    blocks = (last - first).div_ceil(2);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Compares chain, scope, epoch and verifying key with the configuration.
    async fn identify(&self) -> Result<(), LookError> {
        contract::compare(&self.node, &self.expected).await??;
        self.set_known();
        Ok(())
    }

    /// The newest block that was read and is still of the chain. What stands above it is rolled
    /// back. If a block is of the chain then all before it are, so it is found by halving.
    async fn common_ancestor(&self) -> Result<Option<ReadBlock>, LookError> {
        let Some(newest) = self.ledger.newest().await? else {
            return Ok(None);
        };
        if self.is_of_chain(&newest).await? {
            return Ok(Some(newest));
        }
        let blocks = self.ledger.blocks().await?;
        let (mut same, mut other) = (0, blocks.len().saturating_sub(1));
        while same < other {
            let middle = (same + other) / 2;
            if self.is_of_chain(&blocks[middle]).await? {
                same = middle + 1;
            } else {
                other = middle;
            }
        }
        let ancestor = same.checked_sub(1).map(|place| blocks[place]);
        self.ledger.roll_back(ancestor.as_ref()).await?;
        self.count_roll_back();
        tracing::warn!(
            from = newest.number,
            to = ancestor.map(|block| block.number),
            "the chain was reorganised; rolled back"
        );
        Ok(ancestor)
    }

    /// Whether the node has this very block. A node that has none of this number is behind: that is
    /// no word on the block.
    async fn is_of_chain(&self, block: &ReadBlock) -> Result<bool, NodeError> {
        Ok(self.node.block(block.number).await?.hash == block.hash)
    }

    /// Reads a range. Its last block comes with the logs, of the same node; each block that has events is
    /// asked for afterwards, so that they are of the chain whose blocks are read, whichever node of many
    /// gave them. A last block that was exchanged meanwhile shows with the next range: it is no ancestor
    /// then.
    async fn range(
        &self,
        before: Option<&ReadBlock>,
        first: u64,
        last: u64,
    ) -> Result<Read, NodeError> {
        let address = self.expected.address;
        let (logs, end) = self.node.logs(address, &KINDS, first, last).await?;
        let start = if first == last {
            end
        } else {
            self.node.block(first).await?
        };
        if before.is_some_and(|before| start.parent != before.hash) {
            return Ok(Read::Torn);
        }
        let mut events = Vec::with_capacity(logs.len());
        let mut block: Option<Block> = None;
        for log in &logs {
            let event = Event::read(log)?;
            let of_event = match block {
                Some(block) if block.number == event.block => block,
                _ => self.node.block(event.block).await?,
            };
            if of_event.hash != event.block_hash {
                return Ok(Read::Torn);
            }
            block = Some(of_event);
            events.push((event, of_event.time));
        }
        Ok(Read::Whole(Range { last: end, events }))
    }
}

impl Range {
    fn brings_key_other_than(&self, pinned: B256) -> bool {
        self.events.iter().any(
            |(event, _)| matches!(event.change, Change::Key { vk_hash, .. } if vk_hash != pinned),
        )
    }
}
