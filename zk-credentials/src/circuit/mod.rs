//! The two circuits and what they are made of.
//!
//! A circuit is written once, against [`system::System`], and read two ways: [`Matrices::record`] records
//! its constraint matrices, an [`system::Assigner`] computes the full assignment for a proof.
//! `docs/circuits.md` follows both circuits constraint group by constraint group.

mod bits;
#[cfg(test)]
mod corruption;
mod curve;
pub mod enrol;
mod inverses;
pub mod matrices;
mod poseidon;
pub mod present;
mod signature;
mod status;
pub mod system;
#[cfg(test)]
mod tangent;

use std::sync::LazyLock;

pub use matrices::Matrices;

/// One of the two circuits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Circuit {
    /// Two committed face vectors are similar (docs/protocol.md section 4).
    Enrol,
    /// A signed, unrevoked credential satisfies a policy (section 7).
    Present,
}

impl Circuit {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Enrol, Self::Present];

    /// Its name, as files and commands spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Present => "present",
        }
    }
}

/// The matrices of a circuit, recorded on first use.
pub fn shape(circuit: Circuit) -> &'static Matrices {
    static ENROL: LazyLock<Matrices> =
        LazyLock::new(|| Matrices::record(|recorder| enrol::synthesize(recorder, None)));
    static PRESENT: LazyLock<Matrices> =
        LazyLock::new(|| Matrices::record(|recorder| present::synthesize(recorder, None)));
    match circuit {
        Circuit::Enrol => &ENROL,
        Circuit::Present => &PRESENT,
    }
}
