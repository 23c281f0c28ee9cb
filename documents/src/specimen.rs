//! Synthetic documents of ICAO's specimen state UTO, for demonstrations and tests.
//!
//! Their keys are committed and in everybody's hands. Every certificate names the country `UT`,
//! every document the state `UTO`, and [`crate::Authenticated::is_specimen`] says so; a production
//! issuer refuses both.
//!
//! Time comes in as an argument, signatures are deterministic, and further keys follow from a seed:
//! the same arguments give the same bytes.

mod authority;
mod certificate;
mod chip;
mod document;
mod holder;
mod key;
mod security_object;

use std::path::{Path, PathBuf};

pub use authority::Authority;
#[cfg(test)]
pub(crate) use authority::Blueprint;
pub use certificate::{CertificateSpec, basic_constraints, key_usage, raw_extension};
pub use chip::{ChipKind, SpecimenChip};
pub use document::SpecimenDocument;
pub use holder::Holder;
pub use key::{KeyKind, SigningKey};
pub use x509_cert::ext::Extension;
pub use x509_cert::ext::pkix::KeyUsages;

use crate::trust::TrustError;

#[cfg(test)]
pub(crate) mod parts {
    //! What tests take specimens apart with.
    pub(crate) use super::certificate::{authority_key_identifier, subject_key_identifier};
    pub(crate) use super::security_object::{AttributesSpec, SodSpec};
}

/// Why a specimen cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpecimenError {
    /// The portrait is neither JPEG nor JPEG 2000.
    #[error("the portrait is neither JPEG nor JPEG 2000")]
    PortraitFormat,
    /// The portrait is longer than EF.DG2 may be.
    #[error("the portrait is longer than EF.DG2 may be")]
    PortraitTooLong,
    /// A field is too long for the MRZ or outside its alphabet.
    #[error("a field is too long for the MRZ or holds other characters than A-Z, 0-9 and <")]
    Field,
    /// A date does not exist.
    #[error("a date does not exist")]
    Date,
    /// A specimen key cannot be used.
    #[error("a specimen key cannot be used")]
    Key,
    /// Signing failed.
    #[error("signing a specimen failed")]
    Signing,
    /// Something cannot be encoded.
    #[error("a specimen cannot be encoded: {0}")]
    Encoding(#[from] der::Error),
    /// The certificates made here cannot be loaded.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A file cannot be written.
    #[error("{0} cannot be written: {1}")]
    Unwritable(PathBuf, #[source] std::io::Error),
}

impl SpecimenError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PortraitFormat => "specimen_portrait_format",
            Self::PortraitTooLong => "specimen_portrait_too_long",
            Self::Field => "specimen_field",
            Self::Date => "specimen_date",
            Self::Key => "specimen_key",
            Self::Signing => "specimen_signing",
            Self::Encoding(_) => "specimen_encoding",
            Self::Trust(error) => error.code(),
            Self::Unwritable(..) => "specimen_unwritable",
        }
    }
}

fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), SpecimenError> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, bytes))
        .map_err(|error| SpecimenError::Unwritable(path, error))
}
