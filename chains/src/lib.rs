//! Where the contracts run: an EVM in this process, and a node over JSON-RPC.
//!
//! Both are a [`Chain`] with accounts that sign by themselves, so that a story told on one can be told
//! on the other. [`EmbeddedChain`] is revm under the rules of Osaka, for tests, gas figures and the
//! demonstration; [`Node`] is any node with unlocked accounts, such as anvil. On either a [`Registry`]
//! is deployed and called. The service uses none of this.
//!
//! ```
//! use humanseal_chains::{Chain, EmbeddedChain};
//! use humanseal_zk_credentials::exchange::Timestamp;
//!
//! let mut chain = EmbeddedChain::new(Timestamp::from_unix_seconds(1_893_553_445)?);
//! chain.advance(12)?;
//! assert_eq!(chain.now()?.unix_seconds(), 1_893_553_457);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In the order in which data passes: [`chain`], [`embedded`] and [`node`], [`registry`], [`gas`].

pub mod chain;
pub mod embedded;
pub mod gas;
pub mod node;
pub mod registry;

pub use chain::{Chain, ChainError, Receipt};
pub use embedded::EmbeddedChain;
pub use node::{Node, NodeError};
pub use registry::{Purpose, Registry, RegistryError, Terms, TrustedIssuer};
