//! Who vouches for a device: what its maker signed about the key that signs a statement, and the app
//! that holds this key.
//!
//! The crate knows certificates and attestations. It knows no document, no face and no proof: all that
//! it is told of a statement is its SHA-256, the *challenge*.

pub mod android;
mod app;
pub mod apple;

pub use app::{AppId, AppIdError};

/// How well the key is kept (docs/protocol.md section 5, field `device`). Level 1, a key in software,
/// has nobody who vouches for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyProtection {
    /// In a trusted execution environment or the Secure Enclave: level 2.
    Hardware,
    /// In a StrongBox, a chip of its own: level 3.
    StrongBox,
}

/// What an attestation that passed every check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// How well the key is kept.
    pub protection: KeyProtection,
    /// The app that holds it.
    pub app: AppId,
}
