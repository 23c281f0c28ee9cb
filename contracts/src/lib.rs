//! The contracts that check `present` proofs on a chain, as seen from Rust.
//!
//! Beside `src`: `solidity` has the sources, `artifacts` what the pinned compiler makes of them
//! (`scripts/contracts/compile.sh`), `forge` their tests in Solidity (`scripts/contracts/forge.sh`).

pub mod bindings;
pub mod claim;
pub mod refusal;
pub mod verifier;
