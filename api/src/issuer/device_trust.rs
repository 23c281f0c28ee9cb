//! Which phones and which apps may vouch: a folder that the operator keeps.
//!
//! ```text
//! devices.toml       what is listed: apps, boot keys, the lowest patch level
//! android-roots/     certificates of Google's attestation roots, DER or PEM
//! android-status     Google's list of withdrawn attestation certificates, its first line the time
//!                    of fetching in RFC 3339, the rest the JSON as it was fetched
//! apple-roots/       Apple's App Attestation Root CA, DER or PEM
//! ```
//!
//! ```toml
//! [android]
//! minimum_patch_level = 202506
//! apps = [{ package = "com.example.seal", signer = "SHA-256 of the signing certificate" }]
//! boot_keys = ["SHA-256 of a verified boot key, for systems such as GrapheneOS"]
//!
//! [apple]
//! app_ids = ["ABCDE12345.com.example.seal"]
//! ```
//!
//! A section that is absent means that this kind of device is not offered.
//!
//! The list's age decides whether anything of Android's passes, so the time of fetching stands in
//! the same file, which is put in place by one rename: the time that a file system keeps is new
//! after a copy or a restored backup, and a second file gets out of step. The list is read again at
//! every round of maintenance; a file that cannot be read leaves the old list in force, which ends
//! by its own age.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use figment::Figment;
use figment::providers::{Format, Toml};
use humanseal_attestation::android::{self, PatchLevel, RevocationList};
use humanseal_attestation::{AppId, apple};
use humanseal_documents::{Fingerprint, Moment};
use humanseal_zk_credentials::exchange::{Environment, Sha256Digest, Timestamp};
use serde::Deserialize;

use crate::config::ConfigError;

/// Largest file of the folder in bytes; Google's list has less than 1 MB.
const FILE_LIMIT: u64 = 16 * 1024 * 1024;
/// The revocation list of Android's attestations.
const STATUS: &str = "android-status";

/// What is trusted to vouch for devices. Without a folder, nothing.
#[derive(Default)]
pub struct DeviceTrust {
    android: Option<Android>,
    apple: Option<apple::Trust>,
}

struct Android {
    trust: android::Trust,
    file: PathBuf,
    /// Whether a list may be empty.
    takes_empty: bool,
    revocations: RwLock<Option<Arc<RevocationList>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    android: Option<AndroidListed>,
    apple: Option<AppleListed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AndroidListed {
    minimum_patch_level: u32,
    apps: Vec<AndroidApp>,
    #[serde(default)]
    boot_keys: Vec<Sha256Digest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AndroidApp {
    package: String,
    signer: Sha256Digest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AppleListed {
    app_ids: Vec<String>,
}

impl DeviceTrust {
    /// Loads a folder.
    ///
    /// # Errors
    /// `config_file` where something in it cannot be read or used; `development_only` for a root
    /// of specimens elsewhere.
    pub fn load(folder: &Path, environment: Environment) -> Result<Self, ConfigError> {
        let file = folder.join("devices.toml");
        let listed: Listed = Figment::from(Toml::file_exact(&file))
            .extract()
            .map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        let wrong =
            |what: &dyn std::fmt::Display| ConfigError::File(format!("{}: {what}", file.display()));
        let android = listed
            .android
            .map(|listed| Android::load(folder, listed, environment, &wrong))
            .transpose()?;
        let apple = listed
            .apple
            .map(|listed| apple_trust(folder, listed, environment, &wrong))
            .transpose()?;
        let specimen = android.as_ref().is_some_and(|a| a.trust.is_specimen())
            || apple.as_ref().is_some_and(apple::Trust::is_specimen);
        if environment != Environment::Development && specimen {
            return Err(ConfigError::DevelopmentOnly(
                "an attestation root of specimens".into(),
            ));
        }
        Ok(Self { android, apple })
    }

    /// What is trusted of Android's, and the list of withdrawn certificates.
    pub(super) fn android(&self) -> Option<(&android::Trust, Option<Arc<RevocationList>>)> {
        let android = self.android.as_ref()?;
        let list = android.revocations.read();
        Some((
            &android.trust,
            list.unwrap_or_else(PoisonError::into_inner).clone(),
        ))
    }

    /// What is trusted of Apple's.
    pub(super) fn apple(&self) -> Option<&apple::Trust> {
        self.apple.as_ref()
    }

    /// Reads the list of withdrawn certificates again.
    pub(super) fn reload(&self) {
        let Some(android) = &self.android else { return };
        match android.read_status() {
            Ok(list) => android.put(list),
            Err(error) => tracing::error!(%error, "the list of attestation certificates"),
        }
    }
}

impl Android {
    fn load(
        folder: &Path,
        listed: AndroidListed,
        environment: Environment,
        wrong: &dyn Fn(&dyn std::fmt::Display) -> ConfigError,
    ) -> Result<Self, ConfigError> {
        let patch_level = PatchLevel::from_yyyymm(listed.minimum_patch_level)
            .ok_or_else(|| wrong(&"android.minimum_patch_level is a month, yyyymm"))?;
        let mut trust = android::Trust::new(patch_level);
        for app in listed.apps {
            let id = AppId::android(&app.package).map_err(|error| wrong(&error))?;
            let signer = Fingerprint::from_hex(&app.signer.to_string())
                .ok_or_else(|| wrong(&"android.apps.signer"))?;
            trust.add_app(id, signer).map_err(|error| wrong(&error))?;
        }
        for key in listed.boot_keys {
            trust.add_boot_key(key.0);
        }
        for (file, root) in roots(&folder.join("android-roots"))? {
            trust
                .add_root(&root)
                .map_err(|error| ConfigError::File(format!("{}: {error}", file.display())))?;
        }
        if trust.apps().next().is_none() {
            return Err(wrong(&"android.apps: list at least one app"));
        }
        let android = Self {
            trust,
            file: folder.join(STATUS),
            takes_empty: environment == Environment::Development,
            revocations: RwLock::new(None),
        };
        if android.file.exists() {
            android.put(android.read_status().map_err(ConfigError::File)?);
        } else {
            tracing::warn!("there is no list of attestation certificates: Android is refused");
        }
        Ok(android)
    }

    /// A list that names nobody is a fetch that failed, but where phones do not exist.
    fn read_status(&self) -> Result<RevocationList, String> {
        let list = read_status(&self.file)?;
        if list.is_empty() && !self.takes_empty {
            return Err(format!("{}: names no certificate", self.file.display()));
        }
        Ok(list)
    }

    fn put(&self, list: RevocationList) {
        let place = self.revocations.write();
        *place.unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(list));
    }
}

/// In development alone that of Apple's is taken too.
fn apple_trust(
    folder: &Path,
    listed: AppleListed,
    environment: Environment,
    wrong: &dyn Fn(&dyn std::fmt::Display) -> ConfigError,
) -> Result<apple::Trust, ConfigError> {
    let mut trust = apple::Trust::new(environment == Environment::Development);
    for app_id in listed.app_ids {
        trust.add_app(&app_id).map_err(|error| wrong(&error))?;
    }
    for (file, root) in roots(&folder.join("apple-roots"))? {
        trust
            .add_root(&root)
            .map_err(|error| ConfigError::File(format!("{}: {error}", file.display())))?;
    }
    if trust.apps().next().is_none() {
        return Err(wrong(&"apple.app_ids: list at least one app"));
    }
    Ok(trust)
}

/// The certificates of a folder, one a file; at least one.
fn roots(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, ConfigError> {
    let fault = |file: &Path, error: &dyn std::fmt::Display| {
        ConfigError::File(format!("{}: {error}", file.display()))
    };
    let mut roots = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| fault(folder, &error))? {
        let file = entry.map_err(|error| fault(folder, &error))?.path();
        let root = read(&file).map_err(ConfigError::File)?;
        roots.push((file, root));
    }
    if roots.is_empty() {
        return Err(fault(folder, &"there is no root in it"));
    }
    Ok(roots)
}

/// The list with its first line.
fn read_status(file: &Path) -> Result<RevocationList, String> {
    let bytes = read(file)?;
    let malformed = || format!("{}: a time in RFC 3339, a line end, JSON", file.display());
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (line, json) = bytes.split_at(end.ok_or_else(malformed)?);
    let line = std::str::from_utf8(line).map_err(|_| malformed())?;
    let fetched = line.parse::<Timestamp>().map_err(|_| malformed())?;
    let fetched = Moment::from_unix_seconds(fetched.unix_seconds().unsigned_abs());
    RevocationList::parse(json, fetched).map_err(|error| format!("{}: {error}", file.display()))
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    use std::io::Read;
    let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let mut bytes = Vec::new();
    std::fs::File::open(file)
        .and_then(|opened| opened.take(FILE_LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| fault(&error))?;
    if bytes.len() as u64 > FILE_LIMIT {
        return Err(fault(&"larger than 16 MiB"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
