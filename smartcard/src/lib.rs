//! The chip of a specimen document in software, for tests and demonstrations: it answers the commands of
//! ICAO 9303 parts 10 and 11 with the files and the key that `humanseal document make` writes.
//!
//! It is the other side of a reader, so it shares nothing with one: its BAC, PACE, and secure messaging are
//! written here after the standard and tested against the worked examples of part 11, appendices D and
//! G. It protects nobody's data. A [`Manner`] makes it answer as some real chips do.
//!
//! ```
//! use humanseal_documents::specimen::{Authority, Holder, KeyKind, SpecimenDocument};
//! use humanseal_documents::{DigestAlgorithm, Moment};
//! use humanseal_smartcard::{Doors, SoftChip};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = Moment::from_unix_seconds(1_800_000_000);
//! let authority = Authority::insecure(KeyKind::P256)?;
//! let holder = Holder::specimen(now.date());
//! let portrait = [0xff, 0xd8, 0xff, 0xd9];
//! let document =
//!     SpecimenDocument::make(&authority, &holder, &portrait, DigestAlgorithm::Sha256, now)?;
//! let mut chip = SoftChip::new(document.files(), None, Doors::bac(), now, [7; 32])?;
//! let select = [0, 0xa4, 4, 0x0c, 7, 0xa0, 0, 0, 2, 0x47, 0x10, 1];
//! assert_eq!(chip.transmit(&select), [0x90, 0x00]);
//! // Without a key it gives nothing away.
//! assert_eq!(chip.transmit(&[0, 0xb0, 0x81, 0, 6]), [0x69, 0x82]);
//! # Ok(())
//! # }
//! ```

mod bac;
mod chip;
mod command;
mod crypto;
mod curve;
mod doors;
mod files;
mod messaging;
mod pace;

pub use self::chip::SoftChip;
pub use self::curve::Curve;
pub use self::doors::{Doors, Manner};
pub use self::pace::offer;

/// Why there is no chip of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SoftChipError {
    /// EF.DG1 holds no MRZ from which an access key follows.
    #[error("EF.DG1 holds no MRZ that a chip could be opened with")]
    Mrz,
}
