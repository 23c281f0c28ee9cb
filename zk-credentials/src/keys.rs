//! Development keys, named insecure everywhere, and what production refuses
//! (docs/protocol.md section 12).
//!
//! A development key is made from a published seed: whoever reads this file can forge proofs
//! under it. The verifying keys stand in `fixtures/keys/`; the proving keys are too large for
//! that, so they are made on first use and kept in a cache folder. Their digests are pinned.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use ark_std::rand::{CryptoRng, Error, RngCore};
use sha2::{Digest, Sha256, Sha512};
use thiserror::Error;

use crate::circuit::{Circuit, shape};
use crate::exchange::Environment;
use crate::groth16::{KeyError, ProvingKey, VerifyingKey, snarkjs};

/// Names the cache folder where the operating system's own is not wanted.
pub const CACHE_VARIABLE: &str = "HUMANSEAL_CACHE_DIR";
/// The largest cached key that is read, in bytes.
const MAX_KEY_BYTES: u64 = 64 << 20;

/// What `fixtures/keys/` pins of a circuit's development key.
struct Pinned {
    verifying: &'static str,
    digest: &'static str,
}

fn pinned(circuit: Circuit) -> Pinned {
    match circuit {
        Circuit::Enrol => Pinned {
            verifying: include_str!("../../fixtures/keys/enrol.development-insecure.vkey.json"),
            digest: include_str!("../../fixtures/keys/enrol.development-insecure.sha256"),
        },
        Circuit::Present => Pinned {
            verifying: include_str!("../../fixtures/keys/present.development-insecure.vkey.json"),
            digest: include_str!("../../fixtures/keys/present.development-insecure.sha256"),
        },
    }
}

/// Why there is no usable key.
#[derive(Debug, Error)]
pub enum KeysError {
    /// The key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key that was made is not the pinned one: circuit and fixtures do not belong together.
    #[error("the development key is not the pinned one; fixtures/keys is of another circuit")]
    NotPinned,
    /// A development key where another environment runs.
    #[error("development keys are refused outside the environment development")]
    Development,
}

impl KeysError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Key(error) => error.code(),
            Self::NotPinned => "development_key_not_pinned",
            Self::Development => "development_key_refused",
        }
    }
}

/// The insecure development proving key of a circuit, from the cache or made anew (seconds).
///
/// # Errors
/// [`KeysError::NotPinned`] where the key's digest is not the one in `fixtures/keys/`.
pub fn development(circuit: Circuit) -> Result<&'static ProvingKey, KeysError> {
    development_cached(circuit, &cache_folder())
}

/// The same for a program that has a folder of its own to cache in, such as a phone app.
///
/// # Errors
/// As [`development`].
pub fn development_cached(
    circuit: Circuit,
    folder: &Path,
) -> Result<&'static ProvingKey, KeysError> {
    static ENROL: OnceLock<ProvingKey> = OnceLock::new();
    static PRESENT: OnceLock<ProvingKey> = OnceLock::new();
    let slot = match circuit {
        Circuit::Enrol => &ENROL,
        Circuit::Present => &PRESENT,
    };
    if let Some(key) = slot.get() {
        return Ok(key);
    }
    let key = load(circuit, folder)?;
    Ok(slot.get_or_init(|| key))
}

/// The insecure development verifying key of a circuit. It needs no proving key.
pub fn development_verifying(circuit: Circuit) -> &'static VerifyingKey {
    static KEYS: LazyLock<[VerifyingKey; 2]> = LazyLock::new(|| {
        Circuit::ALL.map(|circuit| {
            let key = snarkjs::read_verifying_key(pinned(circuit).verifying);
            key.unwrap_or_else(|error| unreachable!("fixtures/keys is checked by a test: {error}"))
        })
    });
    match circuit {
        Circuit::Enrol => &KEYS[0],
        Circuit::Present => &KEYS[1],
    }
}

/// Refuses a development key in any other environment.
///
/// # Errors
/// [`KeysError::Development`].
pub fn admit(key: &VerifyingKey, environment: Environment) -> Result<(), KeysError> {
    let insecure = Circuit::ALL
        .iter()
        .any(|circuit| development_verifying(*circuit).vk_hash() == key.vk_hash());
    if insecure && environment != Environment::Development {
        return Err(KeysError::Development);
    }
    Ok(())
}

/// Makes the development key of a circuit from its published seed, whatever is pinned.
///
/// # Errors
/// [`KeysError::Key`] where the circuit is too large for the field.
pub fn make_development(circuit: Circuit) -> Result<ProvingKey, KeysError> {
    let mut stream = PublishedStream::new(circuit);
    Ok(ProvingKey::generate(shape(circuit), &mut stream)?)
}

/// The digest that pins a proving key: SHA-256 of its bytes, in hexadecimal.
///
/// # Errors
/// [`KeysError::Key`] where the key cannot be written.
pub fn digest(key: &ProvingKey) -> Result<String, KeysError> {
    Ok(hex::encode(Sha256::digest(key.to_bytes()?)))
}

fn load(circuit: Circuit, folder: &Path) -> Result<ProvingKey, KeysError> {
    let digest = pinned(circuit).digest.trim();
    let file = folder.join(format!(
        "{}.development-insecure.{}.key",
        circuit.name(),
        &digest[..16.min(digest.len())]
    ));
    if let Some(bytes) = read(&file).filter(|bytes| hex::encode(Sha256::digest(bytes)) == digest) {
        return Ok(ProvingKey::from_trusted_bytes(&bytes, shape(circuit))?);
    }
    let key = make_development(circuit)?;
    let bytes = key.to_bytes()?;
    if hex::encode(Sha256::digest(&bytes)) != digest {
        return Err(KeysError::NotPinned);
    }
    // A cache that cannot be written costs time, nothing else.
    let _ = store(&file, &bytes);
    Ok(key)
}

fn read(file: &Path) -> Option<Vec<u8>> {
    let small =
        fs::metadata(file).is_ok_and(|found| found.is_file() && found.len() <= MAX_KEY_BYTES);
    small.then(|| fs::read(file).ok()).flatten()
}

/// Writes beside the file and renames, so that another process never sees half a key.
fn store(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let beside = file.with_extension(format!("{}.part", std::process::id()));
    fs::File::create(&beside)?.write_all(bytes)?;
    fs::rename(&beside, file)
}

/// `HUMANSEAL_CACHE_DIR`, else `humanseal` in the user's cache folder (XDG), else in the folder
/// for temporary files. Nothing in it is trusted: each file is compared with a pinned digest.
fn cache_folder() -> PathBuf {
    let variable = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    variable(CACHE_VARIABLE)
        .or_else(|| variable("XDG_CACHE_HOME").map(|folder| folder.join("humanseal")))
        .or_else(|| variable("HOME").map(|folder| folder.join(".cache").join("humanseal")))
        .unwrap_or_else(|| std::env::temp_dir().join("humanseal"))
}

/// The seed of a development key, stretched: block i is SHA-512 of the seed and i. It is no
/// secret and has the trait of a secure generator only because the key generator asks for it.
struct PublishedStream {
    seed: String,
    block: [u8; 64],
    used: usize,
    count: u64,
}

impl PublishedStream {
    fn new(circuit: Circuit) -> Self {
        let seed = format!("humanseal/v1/INSECURE-development-key/{}", circuit.name());
        Self {
            seed,
            block: [0; 64],
            used: 64,
            count: 0,
        }
    }
}

impl RngCore for PublishedStream {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.used == self.block.len() {
                let hasher = Sha512::new_with_prefix(self.seed.as_bytes());
                self.block = hasher
                    .chain_update(self.count.to_be_bytes())
                    .finalize()
                    .into();
                self.count += 1;
                self.used = 0;
            }
            *byte = self.block[self.used];
            self.used += 1;
        }
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for PublishedStream {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The pinned files are those of the circuits as they stand. Where this fails after a change
    /// of a circuit, `cargo run --release -p humanseal-zk-credentials --example development_keys`
    /// writes them anew.
    #[test]
    fn the_pinned_keys_are_those_of_the_circuits() {
        for circuit in Circuit::ALL {
            let key = make_development(circuit).unwrap();
            assert_eq!(
                digest(&key).unwrap(),
                pinned(circuit).digest.trim(),
                "{}",
                circuit.name()
            );
            assert_eq!(key.verifying(), development_verifying(circuit));

            let folder = tempfile::tempdir().unwrap();
            let first = load(circuit, folder.path()).unwrap();
            let file = fs::read_dir(folder.path())
                .unwrap()
                .next()
                .unwrap()
                .unwrap()
                .path();
            assert!(file.to_str().unwrap().contains("insecure"));
            assert_eq!(load(circuit, folder.path()).unwrap(), first);
            // A changed cache is not believed.
            let mut bytes = fs::read(&file).unwrap();
            bytes[4_000] ^= 1;
            fs::write(&file, &bytes).unwrap();
            assert_eq!(load(circuit, folder.path()).unwrap(), key);
        }
    }

    #[test]
    fn development_keys_are_refused_elsewhere() {
        for circuit in Circuit::ALL {
            let key = development_verifying(circuit);
            assert!(admit(key, Environment::Development).is_ok());
            for environment in [Environment::Production, Environment::Sandbox] {
                assert!(matches!(
                    admit(key, environment),
                    Err(KeysError::Development)
                ));
            }
        }
    }
}
