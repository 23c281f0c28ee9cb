//! What an issuer trusts: roots and apps.

use std::collections::BTreeMap;

use humanseal_documents::x509::Certificate;
use sha2::{Digest, Sha256};

use super::specimen;
use crate::AppId;

/// Why something cannot be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// A root is no certificate in DER or PEM of at most 16 KiB.
    #[error("a root of Apple's is malformed")]
    Root,
    /// A root is no authority that signed itself.
    #[error("a root of Apple's is no authority that signed itself")]
    NotARoot,
    /// It is no App ID.
    #[error("an App ID is TEAM.BUNDLE, the team ten letters and digits")]
    App,
}

impl TrustError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Root => "apple_root_malformed",
            Self::NotARoot => "apple_root_not_self_signed",
            Self::App => "apple_app_id_malformed",
        }
    }
}

/// What an issuer trusts. Nothing is trusted that was not added.
#[derive(Clone, Debug)]
pub struct Trust {
    roots: Vec<Certificate>,
    /// By the SHA-256 of the App ID, which is what an attestation carries.
    apps: BTreeMap<[u8; 32], AppId>,
    development: bool,
}

impl Trust {
    /// Trusts no root and no app. With `development`, attestations of Apple's development
    /// environment are taken, and apps that came from elsewhere than the App Store and TestFlight:
    /// they say nothing about what the app does.
    #[must_use]
    pub fn new(development: bool) -> Self {
        Self {
            roots: Vec::new(),
            apps: BTreeMap::new(),
            development,
        }
    }

    /// Adds a root, a certificate in DER or PEM. Apple's is "Apple App Attestation Root CA" (P-384).
    ///
    /// # Errors
    /// [`TrustError::Root`], [`TrustError::NotARoot`].
    pub fn add_root(&mut self, bytes: &[u8]) -> Result<(), TrustError> {
        let root = Certificate::from_der_or_pem(bytes).map_err(|_| TrustError::Root)?;
        let signs_itself = root.is_signed_by(&root).is_ok_and(|signed| signed);
        if !signs_itself || !root.is_authority() {
            return Err(TrustError::NotARoot);
        }
        self.roots.push(root);
        Ok(())
    }

    /// Adds an app by its App ID, `TEAM.BUNDLE`.
    ///
    /// # Errors
    /// [`TrustError::App`].
    pub fn add_app(&mut self, app_id: &str) -> Result<(), TrustError> {
        let (team, bundle) = app_id.split_once('.').ok_or(TrustError::App)?;
        let plain = team.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if team.len() != 10 || !plain || bundle.is_empty() {
            return Err(TrustError::App);
        }
        let app = AppId::apple(app_id).map_err(|_| TrustError::App)?;
        self.apps.insert(Sha256::digest(app_id).into(), app);
        Ok(())
    }

    /// The roots in DER.
    pub fn roots(&self) -> impl Iterator<Item = &[u8]> {
        self.roots.iter().map(Certificate::der)
    }

    /// The apps.
    pub fn apps(&self) -> impl Iterator<Item = &AppId> {
        self.apps.values()
    }

    /// Whether a root is that of [`super::specimen`], whose key everybody has. A production issuer
    /// refuses such a set.
    #[must_use]
    pub fn is_specimen(&self) -> bool {
        self.roots.iter().any(specimen::is_specimen_root)
    }

    /// Whether the development environment is taken. A production issuer refuses such a set.
    #[must_use]
    pub fn takes_development(&self) -> bool {
        self.development
    }

    /// The root that the certificate names; of several of one name the one whose key fits.
    pub(super) fn root_of(&self, certificate: &Certificate) -> Option<&Certificate> {
        let named = || {
            let roots = self.roots.iter();
            roots.filter(|root| certificate.names_as_issuer(root))
        };
        let fits = |root: &&Certificate| certificate.is_signed_by(root) == Ok(true);
        named().find(fits).or_else(|| named().next())
    }

    pub(super) fn app_of(&self, rp_id_hash: &[u8; 32]) -> Option<&AppId> {
        self.apps.get(rp_id_hash)
    }
}
