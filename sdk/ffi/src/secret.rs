//! The words that open a wallet, as they come over the boundary.

use std::sync::Arc;

use humanseal_sdk as sdk;
use zeroize::Zeroizing;

use crate::error::HumansealError;
use crate::keys::{KeyProvider, WalletSecret};

/// The words that open a wallet file or a backup. It prints nothing in any language and can be read by
/// nobody; wiped when it goes.
#[derive(uniffi::Object)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

#[uniffi::export]
impl Passphrase {
    /// Takes the words in UTF-8. The app wipes its own array afterwards, and never makes a string of it.
    #[uniffi::constructor]
    pub fn new(utf8: Vec<u8>) -> Arc<Self> {
        Arc::new(Self(Zeroizing::new(utf8)))
    }
}

impl Passphrase {
    /// For a backup, which opens on any device.
    pub(crate) fn alone(&self) -> Result<sdk::Passphrase, HumansealError> {
        let words = std::str::from_utf8(&self.0).map_err(|_| {
            HumansealError::input("passphrase_encoding", "a passphrase is text in UTF-8")
        })?;
        sdk::Passphrase::new(words.to_owned()).map_err(|error| sdk::WalletError::from(error).into())
    }

    /// For the wallet of a device.
    pub(crate) fn on_device(
        &self,
        keys: &Arc<dyn KeyProvider>,
    ) -> Result<sdk::Passphrase, HumansealError> {
        let secret = WalletSecret(Arc::clone(keys));
        Ok(self.alone()?.on_device(Arc::new(secret)))
    }
}
