//! Everything that an operator can set, in one place.
//!
//! A TOML file, overlaid by environment variables: `HUMANSEALD_LISTEN`, and with two underscores
//! between levels `HUMANSEALD_ISSUER__DATABASE`. Secrets never stand here: the configuration names
//! files that hold them. fixtures/config/ has a commented example, docs/operations.md the story.

mod chain;
mod issuer;
mod verifier;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use humanseal_wallet_link::Origin;
use humanseal_zk_credentials::exchange::Environment;
use serde::Deserialize;

pub use chain::{ChainConfig, ContractConfig, RpcUrl};
pub use issuer::{IssuerConfig, IssuerKeyConfig, PepperConfig};
pub use verifier::{
    NetworkConfig, PolicyConfig, RootChoice, ScopeConfig, TrustedIssuerConfig, VerifierConfig,
};

/// The whole configuration of one process.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `production` (default), `sandbox` or `development`. Each has its own keys, peppers and
    /// databases; production refuses whatever belongs to another (docs/protocol.md section 12).
    #[serde(default)]
    pub environment: Environment,
    /// Address and port to listen on. Default `127.0.0.1:8080`: TLS ends in front of the service.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// The origin under which clients reach the service, such as `https://id.example`.
    pub origin: Origin,
    /// Bounds on what one client can make the service do.
    #[serde(default)]
    pub limits: Limits,
    /// What is logged, in the syntax of `tracing-subscriber`'s `Targets`, such as `info,sqlx=warn`. Default `info`.
    #[serde(default = "default_log")]
    pub log: String,
    /// The issuer; absent where this process only verifies.
    #[serde(default)]
    pub issuer: Option<IssuerConfig>,
    /// The verifier; absent where this process only issues.
    #[serde(default)]
    pub verifier: Option<VerifierConfig>,
}

/// Bounds on what one client can make the service do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Largest body of a request, in bytes. Default 131,072: EF.SOD has at most 32 KiB.
    pub body_bytes: usize,
    /// Largest body of `POST /v1/verify/batch`, in bytes. Default 2,097,152.
    pub batch_body_bytes: usize,
    /// Longest time for one request, in seconds. Default 30.
    pub request_seconds: u64,
    /// Connections at a time, 1 or more; others wait. Default 1,024.
    pub connections: usize,
    /// Longest time for the headers of a request, and between two requests of a connection, in
    /// seconds. Default 30, longer than clients keep an idle connection.
    pub header_seconds: u64,
    /// Longest time for one connection, in seconds; a request under way has its own time beyond
    /// it. Default 300.
    pub connection_seconds: u64,
    /// Heavy jobs (proofs, certificate chains) at a time, for issuer and verifier each. Default: the
    /// number of processors.
    pub heavy_jobs: usize,
    /// Heavy jobs that may wait, for each of the two. Default 256; more are told to come back.
    pub heavy_waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 128 * 1024,
            batch_body_bytes: 2 * 1024 * 1024,
            request_seconds: 30,
            connections: 1_024,
            header_seconds: 30,
            connection_seconds: 300,
            heavy_jobs: std::thread::available_parallelism().map_or(1, usize::from),
            heavy_waiting: 256,
        }
    }
}

/// Why a configuration is refused. The sentence says what to change.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read, or a value has the wrong form.
    #[error("{0}")]
    Unreadable(Box<figment::Error>),
    /// Neither issuer nor verifier is configured.
    #[error("configure an [issuer], a [verifier] or both")]
    Empty,
    /// A value does not fit the others.
    #[error("{0}")]
    Invalid(String),
    /// A file that the configuration names cannot be used.
    #[error("{0}")]
    File(String),
    /// Production was given something that belongs to another environment.
    #[error("production refuses {0}")]
    NotForProduction(String),
    /// Another environment than development was given something that vouches for nothing.
    #[error("only development takes {0}")]
    DevelopmentOnly(String),
}

impl ConfigError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "config_unreadable",
            Self::Empty => "config_empty",
            Self::Invalid(_) => "config_invalid",
            Self::File(_) => "config_file",
            Self::NotForProduction(_) => "not_for_production",
            Self::DevelopmentOnly(_) => "development_only",
        }
    }
}

impl Config {
    /// Reads `file` and the environment variables over it. Relative paths are relative to the
    /// file's folder.
    ///
    /// # Errors
    /// As [`ConfigError`].
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let figment = Figment::new()
            .merge(Toml::file_exact(file))
            .merge(Env::prefixed("HUMANSEALD_").split("__"));
        let mut config: Self = figment
            .extract()
            .map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        if let Some(folder) = file.parent() {
            config.resolve(folder);
        }
        config.validate()?;
        Ok(config)
    }

    /// Reads a configuration from TOML text, paths as they stand.
    ///
    /// # Errors
    /// As [`ConfigError`].
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config: Self = Figment::from(Toml::string(text))
            .extract()
            .map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        config.validate()?;
        Ok(config)
    }

    /// Checks what can be checked without opening a file.
    ///
    /// # Errors
    /// The first value that does not hold.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.issuer.is_none() && self.verifier.is_none() {
            return Err(ConfigError::Empty);
        }
        let insecure = self.origin.is_local();
        if insecure && self.environment != Environment::Development {
            return Err(ConfigError::Invalid(
                "origin: only development may use http".into(),
            ));
        }
        let limits = &self.limits;
        if limits.connections == 0
            || [
                limits.request_seconds,
                limits.header_seconds,
                limits.connection_seconds,
            ]
            .iter()
            .any(|seconds| !(1..=86_400).contains(seconds))
        {
            return Err(ConfigError::Invalid(
                "limits: connections from 1, times from 1 to 86400 seconds".into(),
            ));
        }
        if let Some(issuer) = &self.issuer {
            issuer.validate(self.environment)?;
        }
        if let Some(verifier) = &self.verifier {
            verifier.validate(self.environment)?;
        }
        Ok(())
    }

    fn resolve(&mut self, folder: &Path) {
        let resolve = |path: &mut PathBuf| {
            if path.is_relative() {
                *path = folder.join(&*path);
            }
        };
        if let Some(issuer) = &mut self.issuer {
            issuer.paths().into_iter().for_each(resolve);
        }
        if let Some(verifier) = &mut self.verifier {
            verifier.paths().into_iter().for_each(resolve);
        }
    }
}

/// Reads a secret of 32 bytes, 64 lower-case hexadecimal digits on one line.
///
/// Production refuses a file that others than its owner may read.
///
/// # Errors
/// `config_file` where it cannot be read or has another form.
pub fn read_secret(
    file: &Path,
    environment: Environment,
) -> Result<zeroize::Zeroizing<[u8; 32]>, ConfigError> {
    let text = read_secret_text(file, environment)?;
    let mut secret = zeroize::Zeroizing::new([0u8; 32]);
    hex::decode_to_slice(text.trim(), secret.as_mut()).map_err(|_| {
        ConfigError::File(format!(
            "{}: expected 64 hexadecimal digits",
            file.display()
        ))
    })?;
    Ok(secret)
}

/// Reads a file that holds a secret.
///
/// Production refuses a file that others than its owner may read.
///
/// # Errors
/// `config_file` where it cannot be read.
pub fn read_secret_text(
    file: &Path,
    environment: Environment,
) -> Result<zeroize::Zeroizing<String>, ConfigError> {
    let wrong = |what: &str| ConfigError::File(format!("{}: {what}", file.display()));
    #[cfg(unix)]
    if environment == Environment::Production {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file)
            .map_err(|e| wrong(&e.to_string()))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(wrong("others than its owner may read it; chmod 600"));
        }
    }
    std::fs::read_to_string(file)
        .map(zeroize::Zeroizing::new)
        .map_err(|e| wrong(&e.to_string()))
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn default_log() -> String {
    "info".into()
}
