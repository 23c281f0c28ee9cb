//! The binary formats of iden3, in which `snarkjs` and other tools exchange circuits, assignments
//! and proving keys.
//!
//! | file | direction | what it holds |
//! | --- | --- | --- |
//! | `.r1cs` | [`write_r1cs`], [`check_r1cs`] | the constraint matrices of a circuit |
//! | `.wtns` | [`write_wtns`], [`read_wtns`] | one full assignment, secrets included |
//! | `.zkey` | [`read_zkey`] | a Groth16 proving key, made by a set-up of `snarkjs` |
//!
//! All three are containers of numbered sections (iden3's `binfileutils`): four bytes of type, a
//! version, the number of sections, then for each a number, a length and that many bytes.
//! Integers are little-endian.

mod container;
mod points;
mod r1cs;
#[cfg(test)]
mod tests;
mod wtns;
mod zkey;

pub use self::r1cs::{R1csError, check_r1cs, write_r1cs};
pub use self::wtns::{WtnsError, read_wtns, write_wtns};
pub use self::zkey::{ZkeyError, read_zkey};
