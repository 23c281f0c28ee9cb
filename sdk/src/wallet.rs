//! The wallet.
mod file;
mod seal;
pub use file::FileError;
pub use seal::{Passphrase, SealError};
