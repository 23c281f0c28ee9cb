//! The two circuits and what they are made of.
//!
//! A circuit is written once, against [`system::System`], and read two ways: [`Matrices::record`] records
//! its constraint matrices, an [`system::Assigner`] computes the full assignment for a proof.
//! `docs/circuits.md` follows both circuits constraint group by constraint group.

pub mod bits;
pub mod matrices;
pub mod poseidon;
pub mod system;

pub use matrices::Matrices;
