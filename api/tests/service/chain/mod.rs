//! A chain with the real contracts, in the process or in anvil, and a service that reads it.

pub mod evm;
pub mod node;
pub mod proxy;
pub mod rpc;
pub mod stage;
