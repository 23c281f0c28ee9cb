//! The stage: a folder, keys made for this run, and services on loopback ports.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use humanseal_api::{Config, serve};
use humanseal_biometric::{EmbeddingModel, manifest_digest};
use humanseal_documents::specimen::Authority;
use humanseal_zk_credentials::eddsa::{IssuerKey, IssuerSecretKey};
use humanseal_zk_credentials::exchange::{Base64, Environment, IssuerMetadata};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::levels;
use crate::output::Failure;

/// The network that the story's provider joins.
pub const NETWORK: &str = "compute.example";
/// A network that demands a chip that is no copy and a phone that vouches.
pub const DEMANDING: &str = "vault.example";
/// What for.
pub const ACTION: &str = "provider";
/// The back ends' tokens; whoever runs a service keeps its own in a file.
pub const TOKEN_BYTES: usize = 32;

/// What the owner agrees to.
const CONSENT: &str = "Specimen run. The issuer checks the document's signed data page and forgets it \
     after the credential was handed out. It keeps keyed hashes, two commitments and the holder key. \
     No image, template or score leaves this device.";

/// A folder for one service's files.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder.
    pub fn make(path: PathBuf) -> Result<Self, Failure> {
        fs::create_dir_all(&path).map_err(|error| {
            Failure::input(format!("{} cannot be made: {error}", path.display()))
        })?;
        Ok(Self { path })
    }

    /// A file of it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file that only its owner reads.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let path = self.file(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Failure::fault)?;
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options
            .open(&path)
            .and_then(|mut file| file.write_all(bytes));
        written.map_err(|error| {
            Failure::fault(format!("{} cannot be written: {error}", path.display()))
        })?;
        Ok(path)
    }

    /// Writes a fresh secret of 32 bytes as hexadecimal digits and gives it.
    fn secret(&self, name: &str) -> Result<([u8; 32], PathBuf), Failure> {
        let secret = random()?;
        let path = self.write(name, hex::encode(secret).as_bytes())?;
        Ok((secret, path))
    }
}

/// 32 bytes of the operating system.
pub fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|_| Failure::fault("the operating system gives no randomness"))?;
    Ok(bytes)
}

/// A running service.
pub struct Running {
    /// Its origin.
    pub origin: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), Failure>>>,
}

impl Running {
    /// Binds a loopback port, lets `configure` make the configuration for it, and serves.
    pub fn start(configure: impl FnOnce(&str) -> Result<Config, Failure>) -> Result<Self, Failure> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(Failure::fault)?;
        listener.set_nonblocking(true).map_err(Failure::fault)?;
        let port = listener.local_addr().map_err(Failure::fault)?.port();
        let origin = format!("http://localhost:{port}");
        let config = configure(&origin)?;
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(Failure::fault)?;
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                let listener =
                    tokio::net::TcpListener::from_std(listener).map_err(Failure::fault)?;
                let stopped = async move {
                    // A dropped sender means the story ended early.
                    let _ = stopped.await;
                };
                serve(config, listener, stopped)
                    .await
                    .map_err(Failure::fault)
            })
        });
        Ok(Self {
            origin,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Stops the service; its databases are closed then.
    pub fn stop(mut self) -> Result<(), Failure> {
        self.end()
    }

    fn end(&mut self) -> Result<(), Failure> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        match self.thread.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(outcome)) => outcome,
            Some(Err(_)) => Err(Failure::fault(
                "the service panicked; this is a defect of it",
            )),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // What went wrong in a story that failed already is that story's error.
        let _ = self.end();
    }
}

/// The keys by which an issuer is known.
pub struct IssuerKeys {
    /// Signs credentials.
    pub key: IssuerKey,
    /// Signs status roots.
    pub signing: ed25519_dalek::SigningKey,
}

impl IssuerKeys {
    fn trusted(&self, environment: Environment) -> Result<Value, Failure> {
        let bytes = self.signing.verifying_key().to_bytes().to_vec();
        let signing =
            Base64::<32>::new(bytes).ok_or_else(|| Failure::fault("a key has 32 bytes"))?;
        Ok(json!({ "key": self.key, "environment": environment, "signing_key": signing }))
    }

    /// Fresh keys that belong to no service.
    pub fn random() -> Result<(Self, k256::ecdsa::SigningKey), Failure> {
        let chain = k256::ecdsa::SigningKey::from_slice(&random()?).map_err(Failure::fault)?;
        let key = IssuerSecretKey::from_seed(random()?).public();
        Ok((
            Self {
                key,
                signing: ed25519_dalek::SigningKey::from_bytes(&random()?),
            },
            chain,
        ))
    }
}

/// Issuer and verifier of the environment development in one process, each with its own database
/// and keys.
pub fn development(
    folder: &Folder,
    origin: &str,
    authority: &Authority,
    tokens: &Tokens,
) -> Result<Config, Failure> {
    authority
        .write_trust(&folder.file("trust"))
        .map_err(Failure::fault)?;
    levels::write_trust(folder)?;
    let (seed, seed_file) = folder.secret("issuer.seed")?;
    let (signing, signing_file) = folder.secret("issuer.signing")?;
    let (_, chain_file) = folder.secret("issuer.chain")?;
    let (_, pepper_file) = folder.secret("issuer.pepper")?;
    let keys = IssuerKeys {
        key: IssuerSecretKey::from_seed(seed).public(),
        signing: ed25519_dalek::SigningKey::from_bytes(&signing),
    };
    let model = humanseal_biometric::entry(EmbeddingModel::default().id())
        .ok_or_else(|| Failure::fault("the manifest names no embedding model"))?;
    let decision = model
        .thresholds
        .as_ref()
        .map(|all| all.decision().similarity.value());
    let tau = (decision.ok_or_else(|| Failure::fault("the manifest names no threshold"))? * 1000.0)
        .ceil();
    let operator = folder.write("operator.token", tokens.operator.as_bytes())?;
    let issuer = json!({
        "database": folder.file("issuer.sqlite"),
        "operator_token_file": operator,
        "signing_key_file": signing_file,
        "chain_key_file": chain_file,
        "peppers": [{ "version": 1, "file": pepper_file }],
        "consent_file": folder.write("consent.txt", CONSENT.as_bytes())?,
        "model_sha256": hex::encode(model.sha256),
        "model_manifest_sha256": hex::encode(manifest_digest()),
        "tau": tau as u16,
        // So that the story needs not wait for a fixed hour to see a revocation.
        "publish_period_seconds": 1,
        "trust_folder": folder.file("trust"),
        "device_trust_folder": folder.file("devices"),
        "keys": [{ "seed_file": seed_file, "min_document": 2, "min_device": 1 }],
    });
    let policy = json!({
        "min_age": 18, "min_document": 2, "min_device": 1, "min_unique": 2, "max_slots": 2,
    });
    let trusted = keys.trusted(Environment::Development)?;
    let verifier = verifier(folder, origin, tokens, NETWORK, policy, trusted, None)?;
    config(json!({
        "environment": Environment::Development,
        "origin": origin,
        "issuer": issuer,
        "verifier": verifier,
    }))
}

/// A verifier of the environment development for a network that demands more of that issuer's
/// credentials.
pub fn demanding(
    folder: &Folder,
    origin: &str,
    tokens: &Tokens,
    issuer: &IssuerMetadata,
) -> Result<Config, Failure> {
    folder.write("operator.token", tokens.operator.as_bytes())?;
    let key = issuer.keys.first().map(|parameters| &parameters.key);
    let trusted = json!({
        "key": key, "environment": issuer.environment, "signing_key": issuer.signing_key,
    });
    let policy = json!({
        "min_age": 18, "min_document": 3, "min_device": 2, "min_unique": 2, "max_slots": 1,
    });
    let verifier = verifier(folder, origin, tokens, DEMANDING, policy, trusted, None)?;
    config(json!({
        "environment": Environment::Development,
        "origin": origin,
        "verifier": verifier,
    }))
}

/// A verifier of the environment production, which trusts one production issuer and checks proofs
/// under a key pair that was made for this run.
pub fn production(
    folder: &Folder,
    tokens: &Tokens,
    issuer: &IssuerKeys,
    present_key: &str,
) -> Result<Config, Failure> {
    folder.write("operator.token", tokens.operator.as_bytes())?;
    let key = folder.write("present.vkey.json", present_key.as_bytes())?;
    let origin = format!("https://{NETWORK}");
    let trusted = issuer.trusted(Environment::Production)?;
    let policy = json!({ "min_age": 18, "min_device": 1, "max_slots": 2 });
    let verifier = verifier(
        folder,
        &origin,
        tokens,
        NETWORK,
        policy,
        trusted,
        Some(&key),
    )?;
    config(json!({
        "environment": Environment::Production,
        "origin": origin,
        "verifier": verifier,
    }))
}

/// The tokens of a service's back ends.
pub struct Tokens {
    /// Of the operator.
    pub operator: String,
    /// Of the verifier's back end.
    pub verifier: String,
}

impl Tokens {
    /// Fresh tokens.
    pub fn random() -> Result<Self, Failure> {
        Ok(Self {
            operator: hex::encode(random()?),
            verifier: hex::encode(random()?),
        })
    }
}

fn verifier(
    folder: &Folder,
    origin: &str,
    tokens: &Tokens,
    network: &str,
    policy: Value,
    trusted: Value,
    present_key: Option<&Path>,
) -> Result<Value, Failure> {
    let (_, pass_file) = folder.secret("verifier.pass")?;
    let mut verifier = json!({
        "database": folder.file("verifier.sqlite"),
        "token_file": folder.write("verifier.token", tokens.verifier.as_bytes())?,
        "operator_token_file": folder.file("operator.token"),
        "pass_key_file": pass_file,
        "issuers": [trusted],
        "networks": [{
            "id": network,
            "origin": origin,
            "policy": policy,
            "roots": "newest",
            "statement": "Prove that you are one verified human of at least 18 years.",
            "scopes": [{ "action": ACTION }],
        }],
    });
    if let Some(key) = present_key {
        verifier["present_key_file"] = json!(key);
    }
    Ok(verifier)
}

fn config(value: Value) -> Result<Config, Failure> {
    let config: Config = serde_json::from_value(value).map_err(Failure::fault)?;
    config.validate().map_err(Failure::fault)?;
    Ok(config)
}
