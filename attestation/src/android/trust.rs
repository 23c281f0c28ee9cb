//! What an issuer trusts: roots, apps, boot keys, a least patch level.

use std::collections::{BTreeMap, BTreeSet};

use humanseal_documents::x509::Certificate;
use humanseal_documents::{Fingerprint, Moment};

use crate::AppId;

/// Why something cannot be trusted or a list cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// A root is no certificate in DER or PEM of at most 16 KiB.
    #[error("an attestation root is malformed")]
    Root,
    /// A root is no authority, or none that signed itself with a key that is supported here.
    #[error("an attestation root is no authority that signed itself")]
    NotARoot,
    /// A root whose private key everybody has: Android's for attestations in software.
    #[error("an attestation root is Android's for software, whose private key is public")]
    SoftwareRoot,
    /// The app is no Android app.
    #[error("an app is no Android package")]
    NotAndroid,
    /// The revocation list is no status list of at most 16 MiB.
    #[error("the attestation revocation list is malformed")]
    RevocationList,
}

impl TrustError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Root => "android_root_malformed",
            Self::NotARoot => "android_root_not_self_signed",
            Self::SoftwareRoot => "android_root_software",
            Self::NotAndroid => "android_app_not_android",
            Self::RevocationList => "android_revocation_list_malformed",
        }
    }
}

/// The month of a security patch level, as `osPatchLevel` states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatchLevel(u32);

impl PatchLevel {
    /// Reads `yyyymm` in decimal, years 2015 (the first patch level) to 9999.
    #[must_use]
    pub fn from_yyyymm(number: u32) -> Option<Self> {
        let real = (2015..=9999).contains(&(number / 100)) && (1..=12).contains(&(number % 100));
        real.then_some(Self(number))
    }

    /// The month as the decimal number `yyyymm`.
    #[must_use]
    pub fn yyyymm(self) -> u32 {
        self.0
    }
}

/// SHA-256 of the public key (SubjectPublicKeyInfo) of Android's root for attestations in software
/// on P-256, whose private key is published (AOSP, `system/core`, file
/// `trusty/keymaster/set_attestation_key/keymaster_soft_attestation_keys.xml`). The other one there
/// is of RSA with 1024 bits, a size that is refused anyway.
const SOFTWARE_ROOT: &str = "d5100c7942ef2e8310dc30ef82729680cf48d690735c3f68179a33c7c370f286";

/// What an issuer trusts. Nothing is trusted that was not added.
#[derive(Clone, Debug)]
pub struct Trust {
    roots: Vec<Certificate>,
    apps: BTreeMap<AppId, BTreeSet<Fingerprint>>,
    boot_keys: BTreeSet<[u8; 32]>,
    minimum_patch_level: PatchLevel,
}

impl Trust {
    /// Trusts no root and no app.
    #[must_use]
    pub fn new(minimum_patch_level: PatchLevel) -> Self {
        Self {
            roots: Vec::new(),
            apps: BTreeMap::new(),
            boot_keys: BTreeSet::new(),
            minimum_patch_level,
        }
    }

    /// Adds a root, a certificate in DER or PEM. Several certificates of one key and name may be added;
    /// one that is valid suffices.
    ///
    /// # Errors
    /// [`TrustError::Root`], [`TrustError::NotARoot`], [`TrustError::SoftwareRoot`].
    pub fn add_root(&mut self, bytes: &[u8]) -> Result<(), TrustError> {
        let root = Certificate::from_der_or_pem(bytes).map_err(|_| TrustError::Root)?;
        if Fingerprint::from_hex(SOFTWARE_ROOT) == Some(Fingerprint::of(&root.public_key_info())) {
            return Err(TrustError::SoftwareRoot);
        }
        let signed = root.is_signed_by(&root).is_ok_and(|signed| signed);
        if !signed || !root.is_authority() {
            return Err(TrustError::NotARoot);
        }
        self.roots.push(root);
        Ok(())
    }

    /// Adds an app with the SHA-256 of the certificate that signs it. With several certificates
    /// each of them suffices.
    ///
    /// # Errors
    /// [`TrustError::NotAndroid`].
    pub fn add_app(&mut self, app: AppId, signer: Fingerprint) -> Result<(), TrustError> {
        if !app.is_android() {
            return Err(TrustError::NotAndroid);
        }
        self.apps.entry(app).or_default().insert(signer);
        Ok(())
    }

    /// Adds the verified boot key of a system of the owner's choice (state `SelfSigned`), such as
    /// GrapheneOS: the SHA-256 of the public key of Android Verified Boot, which each such project
    /// publishes for each model.
    pub fn add_boot_key(&mut self, sha256: [u8; 32]) {
        self.boot_keys.insert(sha256);
    }

    /// The roots in DER.
    pub fn roots(&self) -> impl Iterator<Item = &[u8]> {
        self.roots.iter().map(Certificate::der)
    }

    /// The apps.
    pub fn apps(&self) -> impl Iterator<Item = &AppId> {
        self.apps.keys()
    }

    /// Whether a root is one of [`super::specimen`], for tests and demonstrations. A production
    /// issuer refuses such a set.
    #[must_use]
    pub fn is_specimen(&self) -> bool {
        self.roots.iter().any(super::specimen::is_specimen_root)
    }

    /// Whether a root of this name and key was added, and one of these is valid at the instant.
    pub(super) fn root_validity(&self, last: &Certificate, now: Moment) -> Option<bool> {
        let mut same = self
            .roots
            .iter()
            .filter(|root| root.is_same_authority(last));
        let first = same.next()?;
        Some(first.is_valid_at(now) || same.any(|root| root.is_valid_at(now)))
    }

    pub(super) fn signers(&self, app: &AppId) -> Option<&BTreeSet<Fingerprint>> {
        self.apps.get(app)
    }

    pub(super) fn has_boot_key(&self, key: &[u8]) -> bool {
        self.boot_keys.iter().any(|listed| listed == key)
    }

    pub(super) fn minimum_patch_level(&self) -> PatchLevel {
        self.minimum_patch_level
    }
}
