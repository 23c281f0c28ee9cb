//! Chains, read over JSON-RPC: a [`Node`] answers questions, a [`wallet`] is a contract that signs.
//!
//! A node is somebody else's program. Every call of it is bounded in time and size, follows no
//! redirect, and fails as one of few reasons; its own words go nowhere.

mod node;
pub mod wallet;
mod wire;

pub use node::{Block, Node, NodeError};
pub use wallet::WalletChains;
