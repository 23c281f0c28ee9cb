//! The holder's device: read a document, prove a match, hold a credential, present it.
mod progress;
mod wallet;
pub use progress::{Cancelled, Progress, Silent, Step};
pub use wallet::{FileError, Passphrase, SealError};
