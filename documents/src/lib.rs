//! Travel documents with a chip (ICAO 9303): their files, their machine readable zone, and whether
//! a state signed them.
//!
//! The crate knows files and signatures. It decodes no image, holds no face and makes no proof:
//! [`Dg2`] hands out the portrait's bytes as the chip holds them.
//!
//! # What a check rests on
//! [`authenticate`] runs the list of docs/protocol.md section 11: the signature of EF.SOD, the
//! certificates above it with validity, key usage, key identifiers and revocation, the country, the
//! digests of the data groups, the MRZ's check digits, the document's expiry. It stops at the first
//! check that fails, whose name is the error. It does not show that a chip is no copy: whoever has
//! a document's files passes as well.
//!
//! What is trusted stands in a [`TrustStore`]: authorities, their revocation lists (none means
//! refusal), refused signers, document codes.
//!
//! ```
//! use humanseal_documents::specimen::{Authority, Holder, KeyKind, SpecimenDocument};
//! use humanseal_documents::{Date, DigestAlgorithm, Moment, Sod, authenticate};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = Moment::from_unix_seconds(1_800_000_000);
//! let authority = Authority::insecure(KeyKind::P256)?;
//! let holder = Holder::specimen(now.date());
//! let portrait = [0xff, 0xd8, 0xff, 0xd9];
//! let document =
//!     SpecimenDocument::make(&authority, &holder, &portrait, DigestAlgorithm::Sha256, now)?;
//!
//! let files = document.files();
//! let sod = Sod::parse(&files.sod)?;
//! let trust = authority.trust_store()?;
//! let authenticated = authenticate(&sod, &files.data_groups(), &trust, now)?;
//! assert_eq!(authenticated.holder.state.as_str(), "UTO");
//! assert!(authenticated.is_specimen);
//!
//! let tampered = document.with_tampered_birthdate(Date::new(1950, 1, 1).ok_or("no date")?)?;
//! let refusal = authenticate(&sod, &tampered.files().data_groups(), &trust, now);
//! assert_eq!(refusal.map_err(|error| error.code()).err(), Some("dg1_digest"));
//! # Ok(())
//! # }
//! ```

mod active;
mod certificate;
mod chip;
mod data_group;
mod digest;
mod encoding;
mod mrz;
mod passive;
mod signature;
mod sod;
pub mod specimen;
mod state;
mod time;
mod tlv;
mod trust;
pub mod x509;

pub use active::{ActiveAuthError, Challenge, ChipKey};
pub use certificate::Fingerprint;
pub use chip::{Chip, ChipError, ChipFault, ChipFiles, ElementaryFile, FolderChip};
pub use data_group::{
    CardAccess, DataGroupError, Dg1, Dg2, Dg14, Dg15, PaceInfo, Portrait, PortraitFormat,
};
pub use digest::{DataDigest, DigestAlgorithm};
pub use mrz::{
    CheckedField, DocumentClass, DocumentCode, HolderData, Mrz, MrzError, MrzFormat, MrzName,
    check_digit,
};
pub use passive::{Authenticated, DataGroups, PassiveAuthError, Verdict, authenticate, examine};
pub use signature::AlgorithmError;
pub use sod::{Sod, SodError};
pub use state::{CountryCode, StateCode};
pub use time::{Date, Moment};
pub use trust::{Anchor, TrustError, TrustStore};
