//! The key that vouches for what this device did (docs/protocol.md section 11).

use ed25519_dalek::SigningKey;
use humanseal_zk_credentials::credential::DeviceLevel;
use humanseal_zk_credentials::exchange::{DeviceSignature, Sha256Digest, SoftwareSignature};
use zeroize::Zeroizing;

/// Who makes a key for each session and has it vouch for one statement. A phone app gives one that
/// asks the key store of its system; a program without such a store has a [`SoftwareKey`].
pub trait DeviceKey {
    /// The level that it hopes to earn, by which the issuer's key is chosen. An issuer may find the
    /// attestation worth less.
    fn level(&self) -> DeviceLevel;

    /// Makes a fresh key, so that nothing links two sessions, and has it vouch for the statement of
    /// this SHA-256. The digest is Android's attestation challenge and Apple's client data hash;
    /// what a key signs beside it is
    /// [`device_message`](humanseal_zk_credentials::exchange::device_message).
    ///
    /// # Errors
    /// [`DeviceKeyError`].
    fn attest(&self, statement: &Sha256Digest) -> Result<DeviceSignature, DeviceKeyError>;
}

/// The device cannot vouch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this device's key store cannot attest a key: {0}")]
pub struct DeviceKeyError(
    /// Why, for the owner.
    pub String,
);

impl DeviceKeyError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        "device_key_unavailable"
    }
}

/// A key of the program itself, for which nobody vouches: level 1.
#[derive(Debug, Clone, Copy, Default)]
pub struct SoftwareKey;

impl DeviceKey for SoftwareKey {
    fn level(&self) -> DeviceLevel {
        DeviceLevel::Software
    }

    fn attest(&self, statement: &Sha256Digest) -> Result<DeviceSignature, DeviceKeyError> {
        let mut seed = Zeroizing::new([0u8; 32]);
        getrandom::fill(seed.as_mut()).map_err(|error| DeviceKeyError(error.to_string()))?;
        let key = SigningKey::from_bytes(&seed);
        let signature = SoftwareSignature::sign(&key, statement);
        Ok(DeviceSignature::Software(signature))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_software_key_is_fresh_for_each_statement() {
        let digest = Sha256Digest::of(b"statement");
        let keys: Vec<_> = (0..2)
            .map(|_| match SoftwareKey.attest(&digest).unwrap() {
                DeviceSignature::Software(signature) => {
                    signature.verify(&digest).unwrap();
                    signature.public_key
                }
                _ => panic!("another kind of key"),
            })
            .collect();
        assert_ne!(keys[0], keys[1]);
        assert_eq!(SoftwareKey.level(), DeviceLevel::Software);
    }
}
