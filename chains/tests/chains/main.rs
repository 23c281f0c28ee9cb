//! Real proofs against the contracts on the embedded chain: what they cost, and every attack by name.
#![allow(clippy::unwrap_used, missing_docs)]

mod batch;
mod gas;
mod keys;
mod owner;
mod people;
mod places;
mod points;
mod proofs;
mod reentrancy;
mod relay;
mod roots;
mod stage;
