//! The device's keys, which the app provides: what vouches for a session, and what seals the wallet.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use humanseal_sdk::{DeviceKey, DeviceKeyError, DeviceSecret, DeviceSecretError, SoftwareKey};
use humanseal_zk_credentials::credential;
use humanseal_zk_credentials::exchange::{
    AndroidSignature, AppleAttestation, Base64, DeviceSignature, Sha256Digest, SoftwareSignature,
};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{HumansealError, ProviderError};

/// What a device's keys are hoped to be worth. An issuer may find them worth less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum DeviceLevel {
    /// A key of the program itself, for which nobody vouches.
    Software,
    /// A key in a phone's secure hardware (TEE or Secure Enclave), in a listed app.
    Hardware,
    /// The same in StrongBox or better.
    StrongBox,
}

impl From<DeviceLevel> for credential::DeviceLevel {
    fn from(level: DeviceLevel) -> Self {
        match level {
            DeviceLevel::Software => Self::Software,
            DeviceLevel::Hardware => Self::Hardware,
            DeviceLevel::StrongBox => Self::StrongBox,
        }
    }
}

/// How a fresh key vouches for one statement (docs/protocol.md section 11). What a key signs is
/// [`device_message`] of the digest.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum Attestation {
    /// Ed25519.
    Software {
        /// 32 bytes.
        public_key: Vec<u8>,
        /// 64 bytes.
        signature: Vec<u8>,
    },
    /// A key of Android's key store, made with the digest as its attestation challenge.
    AndroidKey {
        /// The chain as the key store gives it: DER, leaf first, at most 8 certificates.
        chain: Vec<Vec<u8>>,
        /// ECDSA on P-256 with SHA-256, DER.
        signature: Vec<u8>,
    },
    /// App Attest, asked with the digest as the client data hash. It signs nothing more.
    AppleAppAttest {
        /// The attestation object, CBOR.
        object: Vec<u8>,
    },
}

/// The bytes that a device key signs for a statement of this SHA-256.
#[uniffi::export]
pub fn device_message(digest: Vec<u8>) -> Result<Vec<u8>, HumansealError> {
    let digest: [u8; 32] = digest
        .try_into()
        .map_err(|_| HumansealError::input("digest_length", "a SHA-256 digest has 32 bytes"))?;
    let message = humanseal_zk_credentials::exchange::device_message(&Sha256Digest(digest));
    Ok(message.to_vec())
}

/// The keys of a device: Android Keystore, Secure Enclave, or software. Asked on a thread of the library;
/// it may wait for its owner's finger.
#[uniffi::export(with_foreign)]
pub trait KeyProvider: Send + Sync {
    /// What [`Self::attest`] is hoped to be worth. Asked once, when the device is opened.
    fn level(&self) -> Result<DeviceLevel, ProviderError>;

    /// Makes a fresh key, so that nothing links two sessions, and has it vouch for the statement of this
    /// SHA-256 (32 bytes).
    fn attest(&self, digest: Vec<u8>) -> Result<Attestation, ProviderError>;

    /// The device's secret for one wallet file: 32 bytes, the same for the same salt (16 bytes), and not
    /// to be had without the device. On Android HMAC-SHA-256 of the salt under a key of the key
    /// store; on Apple's phones what a Secure Enclave key agrees on with its own public key, derived with the
    /// salt by HKDF. Wiped here after use.
    fn wallet_secret(&self, salt: Vec<u8>) -> Result<Vec<u8>, ProviderError>;
}

/// Keys of the program itself, for tests, desktops and servers: level 1. `file` keeps 32 random bytes for
/// the wallet, readable by its owner alone; it is made where it is not there.
#[uniffi::export]
pub fn software_keys(file: String) -> Arc<dyn KeyProvider> {
    Arc::new(SoftwareKeys { file: file.into() })
}

struct SoftwareKeys {
    file: PathBuf,
}

impl SoftwareKeys {
    fn seed(&self) -> std::io::Result<Zeroizing<[u8; 32]>> {
        let mut seed = Zeroizing::new([0; 32]);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&self.file) {
            Ok(mut file) => {
                getrandom::fill(seed.as_mut()).map_err(std::io::Error::other)?;
                file.write_all(seed.as_ref())?;
                file.sync_all()?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                // A file that was cut short is no key, and neither is a longer one.
                let mut file = std::fs::File::open(&self.file)?;
                file.read_exact(seed.as_mut())?;
                if file.read(&mut [0])? != 0 {
                    return Err(std::io::Error::other("not 32 bytes"));
                }
            }
            Err(error) => return Err(error),
        }
        Ok(seed)
    }
}

impl KeyProvider for SoftwareKeys {
    fn level(&self) -> Result<DeviceLevel, ProviderError> {
        Ok(DeviceLevel::Software)
    }

    fn attest(&self, digest: Vec<u8>) -> Result<Attestation, ProviderError> {
        let failed = |reason: &str| ProviderError::Failed {
            reason: reason.into(),
        };
        let digest: [u8; 32] = digest.try_into().map_err(|_| failed("no SHA-256 digest"))?;
        match SoftwareKey.attest(&Sha256Digest(digest)) {
            Ok(DeviceSignature::Software(signed)) => Ok(Attestation::Software {
                public_key: signed.public_key.into_bytes(),
                signature: signed.signature.into_bytes(),
            }),
            Ok(_) => Err(failed("not a software key")),
            Err(error) => Err(failed(&error.to_string())),
        }
    }

    fn wallet_secret(&self, salt: Vec<u8>) -> Result<Vec<u8>, ProviderError> {
        let failed = |_| ProviderError::Failed {
            reason: "the key file cannot be read or written".into(),
        };
        let seed = self.seed().map_err(failed)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(seed.as_ref())
            .map_err(|_| failed(std::io::ErrorKind::InvalidData.into()))?;
        mac.update(&salt);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

/// The app's keys as the SDK asks them.
pub(crate) struct Provided {
    pub(crate) keys: Arc<dyn KeyProvider>,
    pub(crate) level: DeviceLevel,
}

impl DeviceKey for Provided {
    fn level(&self) -> credential::DeviceLevel {
        self.level.into()
    }

    fn attest(&self, statement: &Sha256Digest) -> Result<DeviceSignature, DeviceKeyError> {
        let attested = self.keys.attest(statement.0.to_vec());
        let attested = attested.map_err(|error| DeviceKeyError(error.to_string()))?;
        signature(attested)
            .ok_or_else(|| DeviceKeyError("it is longer than any attestation".into()))
    }
}

/// None where it is longer than any message carries.
fn signature(attested: Attestation) -> Option<DeviceSignature> {
    Some(match attested {
        Attestation::Software {
            public_key,
            signature,
        } => DeviceSignature::Software(SoftwareSignature {
            public_key: Base64::new(public_key)?,
            signature: Base64::new(signature)?,
        }),
        Attestation::AndroidKey { chain, signature } => {
            let chain = chain.into_iter().map(Base64::new);
            DeviceSignature::AndroidKey(AndroidSignature {
                chain: chain.collect::<Option<_>>()?,
                signature: Base64::new(signature)?,
            })
        }
        Attestation::AppleAppAttest { object } => {
            DeviceSignature::AppleAppattest(AppleAttestation {
                attestation: Base64::new(object)?,
            })
        }
    })
}

/// The app's secret of a wallet as the SDK asks for it.
pub(crate) struct WalletSecret(pub(crate) Arc<dyn KeyProvider>);

impl DeviceSecret for WalletSecret {
    fn secret(&self, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, DeviceSecretError> {
        let secret = self.0.wallet_secret(salt.to_vec());
        let secret = Zeroizing::new(secret.map_err(|_| DeviceSecretError)?);
        let secret = <[u8; 32]>::try_from(secret.as_slice());
        secret.map(Zeroizing::new).map_err(|_| DeviceSecretError)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_software_secret_is_one_of_file_and_salt() {
        let folder = tempfile::tempdir().unwrap();
        let keys = |name: &str| software_keys(folder.path().join(name).to_str().unwrap().into());
        let secret = |name: &str, salt: u8| keys(name).wallet_secret(vec![salt; 16]);
        let first = secret("one", 1).unwrap();
        assert_eq!(first.len(), 32);
        assert_eq!(secret("one", 1).unwrap(), first);
        assert_ne!(secret("one", 2).unwrap(), first);
        assert_ne!(secret("two", 1).unwrap(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let made = std::fs::metadata(folder.path().join("one")).unwrap();
            assert_eq!(made.permissions().mode() & 0o777, 0o600);
        }
        for (name, length) in [("short", 31), ("long", 33)] {
            std::fs::write(folder.path().join(name), vec![1; length]).unwrap();
            assert!(secret(name, 1).is_err(), "{name}");
        }
    }

    /// What an app's key store gives, or does not.
    struct Store(Result<Vec<u8>, ProviderError>);

    impl KeyProvider for Store {
        fn level(&self) -> Result<DeviceLevel, ProviderError> {
            Ok(DeviceLevel::Hardware)
        }
        fn attest(&self, _: Vec<u8>) -> Result<Attestation, ProviderError> {
            Ok(Attestation::AndroidKey {
                chain: vec![vec![0; 8193]],
                signature: vec![0; 70],
            })
        }
        fn wallet_secret(&self, _: Vec<u8>) -> Result<Vec<u8>, ProviderError> {
            self.0.clone()
        }
    }

    #[test]
    fn a_key_store_that_gives_no_32_bytes_gives_nothing() {
        let asked = |gives| WalletSecret(Arc::new(Store(gives))).secret(&[7; 16]);
        assert_eq!(*asked(Ok(vec![9; 32])).unwrap(), [9; 32]);
        assert!(asked(Ok(vec![9; 31])).is_err());
        assert!(asked(Ok(vec![9; 33])).is_err());
        let reason = String::new();
        assert!(asked(Err(ProviderError::Failed { reason })).is_err());
    }

    #[test]
    fn an_attestation_that_no_message_carries_is_none() {
        let keys: Arc<dyn KeyProvider> = Arc::new(Store(Ok(Vec::new())));
        let level = keys.level().unwrap();
        let provided = Provided { keys, level };
        let digest = Sha256Digest([1; 32]);
        let refused = provided.attest(&digest).unwrap_err();
        assert_eq!(refused.code(), "device_key_unavailable");
    }

    #[test]
    fn a_software_key_vouches_for_one_statement() {
        let folder = tempfile::tempdir().unwrap();
        let keys = software_keys(folder.path().join("key").to_str().unwrap().into());
        let level = keys.level().unwrap();
        let digest = Sha256Digest([2; 32]);
        let signed = Provided { keys, level }.attest(&digest).unwrap();
        let DeviceSignature::Software(signature) = signed else {
            panic!("another kind of key");
        };
        signature.verify(&digest).unwrap();
        assert!(signature.verify(&Sha256Digest([3; 32])).is_err());
        assert!(device_message(vec![2; 31]).is_err());
    }
}
