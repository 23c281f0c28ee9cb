//! Sealing and opening the container of a wallet file, whose layout [`super::header`] has.
//!
//! On a device, its key store's secret goes into Argon2 beside the passphrase, as the secret value K of
//! RFC 9106: neither opens the file without the other.
//!
//! Argon2 yields 64 bytes: 32 are the key, the next 16 the passphrase check, which tells a wrong
//! passphrase from a changed ciphertext and gives a guesser nothing that the cipher's own tag does
//! not give.

mod passphrase;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

pub use self::passphrase::{DeviceSecret, DeviceSecretError, Passphrase};
use super::header::{Costs, HEADER, Header, MAX_PLAINTEXT, TAG};

/// Why a container cannot be opened or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// These bytes are no wallet file, or one of another version.
    #[error("this is no wallet file of a version that this program reads")]
    NotAWallet,
    /// The file is shorter or longer than its header says.
    #[error("the wallet file is cut short or has bytes too many; restore it from a backup")]
    Truncated,
    /// The header was changed.
    #[error("the wallet file's header was altered; restore it from a backup")]
    HeaderDamaged,
    /// The key derivation is weaker than this program ever writes, or absurdly costly.
    #[error(
        "the wallet file asks for a key derivation outside the accepted range; restore it from a backup"
    )]
    KeyDerivationRefused,
    /// The passphrase is not the one that sealed the file, or the device is another.
    #[error("wrong passphrase, or a wallet that another device sealed")]
    WrongPassphrase,
    /// The file is sealed under a device's secret, and none is at hand.
    #[error("this wallet opens on the device that sealed it; elsewhere import a backup")]
    DeviceMissing,
    /// A device's secret is at hand, and the file is sealed without one: a backup, or a file that
    /// somebody put in the wallet's place.
    #[error("this wallet is not sealed under a device's key; import it as a backup")]
    DeviceNotBound,
    /// The device does not give its secret.
    #[error(transparent)]
    Device(#[from] DeviceSecretError),
    /// The passphrase is right but the content was changed.
    #[error("the wallet file's content was altered; restore it from a backup")]
    Tampered,
    /// The passphrase is empty.
    #[error("the passphrase is empty; give at least one character")]
    EmptyPassphrase,
    /// There is more to seal than a wallet file may hold.
    #[error("the wallet holds more than a wallet file may; its ledger is too long")]
    TooLarge,
    /// The operating system gave no randomness or no memory.
    #[error("the operating system gave no randomness or no memory for the key derivation")]
    System,
}

impl SealError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAWallet => "wallet_unknown_format",
            Self::Truncated => "wallet_truncated",
            Self::HeaderDamaged => "wallet_header_damaged",
            Self::KeyDerivationRefused => "wallet_key_derivation_refused",
            Self::WrongPassphrase => "wallet_wrong_passphrase",
            Self::DeviceMissing => "wallet_device_missing",
            Self::DeviceNotBound => "wallet_device_not_bound",
            Self::Device(error) => error.code(),
            Self::Tampered => "wallet_tampered",
            Self::EmptyPassphrase => "wallet_passphrase_empty",
            Self::TooLarge => "wallet_too_large",
            Self::System => "wallet_system",
        }
    }
}

/// What a passphrase yields under one salt: it opens and seals one wallet file.
///
/// Kept while a wallet is open, so that saving needs no passphrase and no second derivation.
pub(crate) struct Key {
    device: bool,
    costs: Costs,
    salt: [u8; 16],
    derived: Zeroizing<[u8; 64]>,
}

impl Key {
    /// A key under a fresh salt.
    pub(crate) fn new(passphrase: &Passphrase) -> Result<Self, SealError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| SealError::System)?;
        Self::derive(passphrase, Costs::WRITTEN, salt)
    }

    fn derive(passphrase: &Passphrase, costs: Costs, salt: [u8; 16]) -> Result<Self, SealError> {
        let parameters = Params::new(costs.memory_kib, costs.passes, costs.lanes, Some(64))
            .map_err(|_| SealError::KeyDerivationRefused)?;
        let blocks = parameters.block_count();
        // Before any memory is spent: a device may ask its owner for a finger.
        let secret = passphrase.device_secret(&salt)?;
        let argon2 = match &secret {
            None => Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters),
            Some(secret) => Argon2::new_with_secret(
                secret.as_slice(),
                Algorithm::Argon2id,
                Version::V0x13,
                parameters,
            )
            .map_err(|_| SealError::KeyDerivationRefused)?,
        };
        let mut memory = Vec::new();
        // A device with less memory says so instead of being killed.
        memory
            .try_reserve_exact(blocks)
            .map_err(|_| SealError::System)?;
        memory.resize(blocks, Block::default());
        let mut derived = Zeroizing::new([0u8; 64]);
        let outcome = argon2.hash_password_into_with_memory(
            passphrase.as_bytes(),
            &salt,
            derived.as_mut(),
            &mut memory,
        );
        memory.zeroize();
        outcome.map_err(|_| SealError::System)?;
        Ok(Self {
            device: secret.is_some(),
            costs,
            salt,
            derived,
        })
    }

    /// Opens a wallet file; answers the key that opened it, the header and the content.
    pub(crate) fn open(
        file: &[u8],
        passphrase: &Passphrase,
    ) -> Result<(Self, Header, Zeroizing<Vec<u8>>), SealError> {
        let header = Header::parse(file)?;
        match (header.device, passphrase.is_on_device()) {
            (true, false) => return Err(SealError::DeviceMissing),
            (false, true) => return Err(SealError::DeviceNotBound),
            _ => {}
        }
        let key = Self::derive(passphrase, header.costs, header.salt)?;
        if !bool::from(key.derived[32..48].ct_eq(&header.check)) {
            return Err(SealError::WrongPassphrase);
        }
        let plaintext = key
            .cipher()?
            .decrypt(
                &XNonce::from(header.nonce),
                Payload {
                    msg: &file[HEADER..],
                    aad: &file[..HEADER],
                },
            )
            .map_err(|_| SealError::Tampered)?;
        Ok((key, header, Zeroizing::new(plaintext)))
    }

    /// Seals a content under a fresh nonce.
    pub(crate) fn seal(&self, plaintext: &[u8], generation: u64) -> Result<Vec<u8>, SealError> {
        if plaintext.len() > MAX_PLAINTEXT {
            return Err(SealError::TooLarge);
        }
        let mut header = Header {
            device: self.device,
            costs: self.costs,
            generation,
            salt: self.salt,
            nonce: [0; 24],
            length: u32::try_from(plaintext.len() + TAG).map_err(|_| SealError::TooLarge)?,
            check: [0; 16],
        };
        // 192 random bits: they do not repeat under one key in any number of saves.
        getrandom::fill(&mut header.nonce).map_err(|_| SealError::System)?;
        header.check.copy_from_slice(&self.derived[32..48]);
        let mut file = header.to_bytes();
        let sealed = self
            .cipher()?
            .encrypt(
                &XNonce::from(header.nonce),
                Payload {
                    msg: plaintext,
                    aad: &file,
                },
            )
            .map_err(|_| SealError::System)?;
        file.extend_from_slice(&sealed);
        Ok(file)
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, SealError> {
        XChaCha20Poly1305::new_from_slice(&self.derived[..32]).map_err(|_| SealError::System)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
