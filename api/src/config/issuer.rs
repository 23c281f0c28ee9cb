//! What an issuer needs.

use std::path::PathBuf;

use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel};
use humanseal_zk_credentials::exchange::{Environment, Sha256Digest};
use humanseal_zk_credentials::template::Tau;
use serde::Deserialize;

use super::ConfigError;

/// The issuer's part of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// The issuer's SQLite file; made where it is not there.
    pub database: PathBuf,
    /// A file with the operator's token, at least 32 characters.
    pub operator_token_file: PathBuf,
    /// Ed25519 seed (64 hexadecimal digits) that signs status roots and consent receipts.
    pub signing_key_file: PathBuf,
    /// secp256k1 key (64 hexadecimal digits) that signs status roots for chains (EIP-712).
    pub chain_key_file: PathBuf,
    /// Peppers of the tags, the newest (highest version) used for new lines, all for look-ups.
    pub peppers: Vec<PepperConfig>,
    /// The consent text that a person agrees to, at most 16 KiB.
    pub consent_file: PathBuf,
    /// SHA-256 of the embedding model file, 64 hexadecimal digits.
    pub model_sha256: Sha256Digest,
    /// SHA-256 of the model manifest, 64 hexadecimal digits.
    pub model_manifest_sha256: Sha256Digest,
    /// Cosine threshold of the match in thousandths, 1 to 1000, as the manifest states it.
    pub tau: Tau,
    /// The verifying key of the circuit `enrol` in the JSON of snarkjs. Only development may leave
    /// it out; it then uses the development key, which is insecure.
    #[serde(default)]
    pub enrol_key_file: Option<PathBuf>,
    /// Status roots are signed at multiples of this many seconds since 1970. Default 21,600: at
    /// 00, 06, 12 and 18 o'clock UTC.
    #[serde(default = "default_publish_period")]
    pub publish_period_seconds: u32,
    /// The longest registration of any network that trusts this issuer, in days, 1 to 3,650. Lines
    /// and their tags are deleted so long after their documents' expiry (docs/life.md). Default 365.
    #[serde(default = "default_longest_registration")]
    pub longest_registration_days: u16,
    /// Whose documents are taken: a folder with `csca/` and `crl/` (certificates and revocation
    /// lists, DER or PEM), and where wanted `refused-signers.txt` and `document-codes.txt`. Without
    /// a current revocation list of an authority its documents are refused.
    pub trust_folder: PathBuf,
    /// Which phones and which apps may vouch for a device: a folder with `devices.toml`,
    /// `android-roots/`, `android-status` and `apple-roots/`; docs/operations.md says what stands in
    /// them. Without it attestations are refused as `device_kind_not_offered`, so that only software
    /// keys are taken, which production is not.
    #[serde(default)]
    pub device_trust_folder: Option<PathBuf>,
    /// The issuer keys of this process, each with its own floors, lines and status list.
    pub keys: Vec<IssuerKeyConfig>,
}

/// One version of the pepper.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PepperConfig {
    /// The version, 1 or more, unique.
    pub version: u32,
    /// A file of 64 hexadecimal digits.
    pub file: PathBuf,
}

/// One issuer key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerKeyConfig {
    /// A file of 64 hexadecimal digits: the seed of the Baby Jubjub key.
    pub seed_file: PathBuf,
    /// The lowest document level that this key signs, 1 to 3. Default 2; production takes no less.
    #[serde(default = "default_document")]
    pub min_document: DocumentLevel,
    /// The lowest device level that this key signs, 1 to 3. Default 2; production takes no less.
    #[serde(default = "default_device")]
    pub min_device: DeviceLevel,
    /// Days for which a credential stands, unless the document ends before. Default 365.
    #[serde(default = "default_term")]
    pub term_days: u16,
}

impl IssuerConfig {
    pub(super) fn validate(&self, environment: Environment) -> Result<(), ConfigError> {
        let invalid = |what: &str| Err(ConfigError::Invalid(what.into()));
        if self.keys.is_empty() {
            return invalid("issuer.keys: at least one issuer key is needed");
        }
        if self.peppers.is_empty() {
            return invalid("issuer.peppers: at least one pepper is needed");
        }
        let mut versions: Vec<u32> = self.peppers.iter().map(|pepper| pepper.version).collect();
        versions.sort_unstable();
        versions.dedup();
        if versions.len() != self.peppers.len() || versions.first() == Some(&0) {
            return invalid("issuer.peppers: versions are 1 or more, each once");
        }
        if !(1..=86_400).contains(&self.publish_period_seconds) {
            return invalid("issuer.publish_period_seconds: 1 to 86400");
        }
        // A page of the log holds the roots of three days, and devices read pages of bounded size.
        if environment != Environment::Development && self.publish_period_seconds < 600 {
            return invalid("issuer.publish_period_seconds: 600 or more outside development");
        }
        if self
            .keys
            .iter()
            .any(|key| !(1..=3_650).contains(&key.term_days))
        {
            return invalid("issuer.keys.term_days: 1 to 3650");
        }
        if !(1..=3_650).contains(&self.longest_registration_days) {
            return invalid("issuer.longest_registration_days: 1 to 3650");
        }
        let low = |key: &IssuerKeyConfig| {
            key.min_document < default_document() || key.min_device < default_device()
        };
        if environment == Environment::Production && self.keys.iter().any(low) {
            return Err(ConfigError::NotForProduction(
                "an issuer key that signs below document 2 or device 2".into(),
            ));
        }
        if environment != Environment::Development && self.enrol_key_file.is_none() {
            return invalid("issuer.enrol_key_file: only development has a built-in key");
        }
        Ok(())
    }

    pub(super) fn paths(&mut self) -> Vec<&mut PathBuf> {
        let mut paths = vec![
            &mut self.database,
            &mut self.operator_token_file,
            &mut self.signing_key_file,
            &mut self.chain_key_file,
            &mut self.consent_file,
            &mut self.trust_folder,
        ];
        paths.extend(&mut self.enrol_key_file);
        paths.extend(&mut self.device_trust_folder);
        paths.extend(self.peppers.iter_mut().map(|pepper| &mut pepper.file));
        paths.extend(self.keys.iter_mut().map(|key| &mut key.seed_file));
        paths
    }
}

fn default_publish_period() -> u32 {
    6 * 3_600
}
fn default_document() -> DocumentLevel {
    DocumentLevel::PassiveAuthentication
}
fn default_device() -> DeviceLevel {
    DeviceLevel::Hardware
}
fn default_longest_registration() -> u16 {
    365
}
fn default_term() -> u16 {
    365
}
