//! What opens a wallet: words that its owner knows, and on a device a secret that its key store keeps.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::SealError;

/// A secret that does not leave one device.
///
/// A key store that keeps its keys to itself can still give one: Android's by HMAC-SHA-256 of the salt
/// under a key made for it, Apple's by key agreement between a key of the Secure Enclave and a fixed public
/// key, hashed with the salt.
pub trait DeviceSecret: Send + Sync {
    /// The device's secret for one wallet file: the same for the same salt, unrelated for another, and
    /// not to be had without the device.
    ///
    /// # Errors
    /// [`DeviceSecretError`].
    fn secret(&self, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, DeviceSecretError>;
}

/// The device's key store does not give its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the device's key store did not give the wallet's secret; unlock the device and try again")]
pub struct DeviceSecretError;

impl DeviceSecretError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        "wallet_device_refused"
    }
}

/// The words that open a wallet, and where it is bound to a device, that device. Never printed, wiped
/// when dropped.
pub struct Passphrase {
    words: Zeroizing<String>,
    device: Option<Arc<dyn DeviceSecret>>,
}

impl Passphrase {
    /// Takes the passphrase as it was typed; an empty one is refused. It opens files that are bound to
    /// no device: backups, and wallets of a command line.
    ///
    /// # Errors
    /// [`SealError::EmptyPassphrase`].
    pub fn new(words: String) -> Result<Self, SealError> {
        let words = Zeroizing::new(words);
        if words.is_empty() {
            return Err(SealError::EmptyPassphrase);
        }
        Ok(Self {
            words,
            device: None,
        })
    }

    /// The same on a device: it seals and opens files that take the device's secret as well, and no
    /// others.
    #[must_use]
    pub fn on_device(self, device: Arc<dyn DeviceSecret>) -> Self {
        Self {
            device: Some(device),
            ..self
        }
    }

    pub(super) fn is_on_device(&self) -> bool {
        self.device.is_some()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.words.as_bytes()
    }

    /// The device's secret, where there is a device. One that gives zeros gives nothing.
    pub(super) fn device_secret(
        &self,
        salt: &[u8; 16],
    ) -> Result<Option<Zeroizing<[u8; 32]>>, DeviceSecretError> {
        let secret = self.device.as_ref().map(|device| device.secret(salt));
        match secret.transpose()? {
            Some(secret) if *secret == [0; 32] => Err(DeviceSecretError),
            secret => Ok(secret),
        }
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}
