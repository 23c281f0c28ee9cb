//! The crate from outside: vectors of other implementations, and proofs end to end.
#![allow(clippy::unwrap_used)]

mod circomlib;
mod ethereum;
mod proofs;
mod scatter;
mod snarkjs;
mod status_tree;
mod status_vectors;
