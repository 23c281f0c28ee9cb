//! Accounts, wallet signatures, bindings, requests, presentations and passes.
//!
//! A verifier makes a [`Request`]. The device judges it ([`refusal`]), has the account sign the
//! one sign-in [`challenge`] that follows from it, proves, and answers with a [`Presentation`].
//! The verifier runs the checks of docs/protocol.md section 10 that need no database ([`check()`])
//! and hands out a [`Pass`]. A contract's demands travel as a [`ContractRequest`], judged by the same
//! rules, and its answer is a [`ContractPresentation`] that anybody may bring to the chain, after
//! [`prepare_for_contract`] has told whether it is worth it. This crate knows no database, no HTTP, no
//! image and no document.
//!
//! ```
//! use humanseal_wallet_link::{Account, Origin, binding};
//! use humanseal_zk_credentials::word::Word;
//!
//! let account: Account = "eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".parse()?;
//! let verifier: Origin = "https://verify.net.example".parse()?;
//! let here = binding(&account, verifier.audience(), Word::of_bytes([7; 32]));
//!
//! // Another account, another verifier or another nonce: another binding.
//! let lookalike: Origin = "https://verify-net.example".parse()?;
//! assert_ne!(binding(&account, lookalike.audience(), Word::of_bytes([7; 32])), here);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In the order in which data passes: [`chain`] and [`account`] name who is meant, [`origin`] who
//! asks, [`binding()`] ties a proof to both; then [`request`], [`refusal`], [`challenge`],
//! [`presentation`], [`mod@check`], [`pass`].
//!
//! Signatures of contract wallets (EIP-1271, EIP-6492) need a node of their chain, which this crate
//! has not: see [`ContractQuestion`]. Not offered yet, and refused by name: Cosmos signatures
//! (ADR-36).

pub mod account;
pub mod batch;
pub mod binding;
pub mod chain;
pub mod challenge;
pub mod check;
pub mod contract_check;
pub mod contract_request;
pub mod demand;
pub mod machine_key;
pub mod origin;
pub mod pass;
pub mod presentation;
pub mod refusal;
pub mod request;

pub use account::{Account, AccountError};
pub use binding::{binding, contract_audience};
pub use chain::{Chain, ChainError};
pub use challenge::{ChallengeError, ContractQuestion, ContractSignIn, EvmKey, SolanaKey};
pub use check::{Prepared, Refusal, Verified, VerifierContext, check, prepare};
pub use contract_check::prepare_for_contract;
pub use contract_request::{ContractPresentation, ContractRequest};
pub use demand::{Asker, Demand};
pub use machine_key::{MachineKey, MachineKeyError};
pub use origin::{NetworkId, Origin, OriginError};
pub use pass::{Jwks, Pass, PassError, PassSigner, PassVerifier};
pub use presentation::{AccountSignature, Presentation, PresentationMalformed, SignatureKind};
pub use refusal::{DeviceContext, DeviceRefusal, EarlierTerms, judge, judge_contract};
pub use request::{Action, IssuedRoot, Request, RequestError, RequestId};
