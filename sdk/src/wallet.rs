//! The wallet: what a holder keeps, sealed in one file.
//!
//! It holds the holder secret, the portrait's vector with its blinding, the credential, what the
//! issuer's answers are checked with, and a ledger of what each network learnt. The file is
//! sealed under a passphrase, on a device under a secret of its key store as well, and replaced as a whole.
//!
//! A sealed file cannot know that it is an old copy of itself. Whoever can remember a number
//! elsewhere, such as a phone's key store, remembers [`WalletFile::generation`] and gives it to
//! [`WalletFile::open`]; an older copy is then refused, and with it a ledger that forgot.

mod contents;
mod file;
mod header;
mod ledger;
mod seal;

use std::path::{Path, PathBuf};

pub use contents::{
    Announced, ContentsError, IssuerPin, Pending, Portrait, Standing, Succession, Wallet,
};
pub use file::FileError;
pub use ledger::{Counted, Disclosure, Ledger};
pub use seal::{DeviceSecret, DeviceSecretError, Passphrase, SealError};

use self::header::HEADER;
use self::seal::Key;

/// Why a wallet cannot be opened or saved.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The seal.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What was sealed.
    #[error(transparent)]
    Contents(#[from] ContentsError),
    /// A copy from before the generation that the caller remembers.
    #[error("the wallet file is an older copy; use the newest one")]
    RolledBack,
}

impl WalletError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Seal(error) => error.code(),
            Self::Contents(error) => error.code(),
            Self::RolledBack => "wallet_rolled_back",
        }
    }
}

/// An open wallet and the file that it came from.
pub struct WalletFile {
    path: PathBuf,
    key: Key,
    header: Vec<u8>,
    generation: u64,
    /// What the file holds; [`WalletFile::save`] writes it back.
    pub wallet: Wallet,
}

impl WalletFile {
    /// Seals a wallet into a new file; a file that exists is never replaced.
    ///
    /// # Errors
    /// [`WalletError`].
    pub fn create(
        path: &Path,
        passphrase: &Passphrase,
        wallet: Wallet,
    ) -> Result<Self, WalletError> {
        let key = Key::new(passphrase)?;
        let generation = 1;
        let bytes = key.seal(&wallet.to_bytes()?, generation)?;
        file::create(path, &bytes)?;
        let header = bytes[..HEADER].to_vec();
        Ok(Self {
            path: path.to_owned(),
            key,
            header,
            generation,
            wallet,
        })
    }

    /// Opens a wallet file. `at_least` is the generation that the caller remembers, 0 if it
    /// remembers none.
    ///
    /// # Errors
    /// [`WalletError`].
    pub fn open(path: &Path, passphrase: &Passphrase, at_least: u64) -> Result<Self, WalletError> {
        let bytes = file::read(path)?;
        let (key, header, contents) = Key::open(&bytes, passphrase)?;
        if header.generation < at_least {
            return Err(WalletError::RolledBack);
        }
        let wallet = Wallet::from_bytes(&contents)?;
        Ok(Self {
            path: path.to_owned(),
            key,
            header: bytes[..HEADER].to_vec(),
            generation: header.generation,
            wallet,
        })
    }

    /// How often this wallet was saved. It only rises.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Writes the wallet back, unless another program saved it meanwhile.
    ///
    /// # Errors
    /// [`WalletError`]; the file on disk is then as it was.
    pub fn save(&mut self) -> Result<(), WalletError> {
        let generation = self.generation.checked_add(1).ok_or(SealError::TooLarge)?;
        let bytes = self.key.seal(&self.wallet.to_bytes()?, generation)?;
        file::replace(&self.path, &self.header, &bytes)?;
        self.header = bytes[..HEADER].to_vec();
        self.generation = generation;
        Ok(())
    }

    /// Takes the file away, unless another program saved it meanwhile. For a wallet that never
    /// got a credential.
    ///
    /// # Errors
    /// [`WalletError`].
    pub fn discard(&mut self) -> Result<(), WalletError> {
        Ok(file::remove(&self.path, &self.header)?)
    }
}

impl std::fmt::Debug for WalletFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WalletFile(generation {})", self.generation)
    }
}
