//! `humanseald` as a process of its own, on a loopback port, with temporary databases and keys that
//! are as public as this file.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanseal_biometric::EmbeddingModel;
use humanseal_documents::specimen::{Authority, KeyKind};
use humanseal_sdk::Client;
use humanseal_wallet_link::Chain;
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::exchange::Environment;
use serde_json::{Value, json};

const OPERATOR: &str = "operator-0123456789abcdef0123456789abcdef";
const BACK_END: &str = "verifier-0123456789abcdef0123456789abcdef";
/// Longest wait for the process to listen or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// The running service. It ends with this value.
pub struct Humanseald {
    process: Child,
    /// Its origin.
    pub origin: String,
    _folder: tempfile::TempDir,
}

/// The face models that an issuer takes.
pub struct FaceModels {
    /// SHA-256 of the embedding model and of the manifest, in hexadecimal digits.
    pub model: String,
    pub manifest: String,
    /// The threshold of a match.
    pub thousandths: u16,
}

impl FaceModels {
    fn of_the_project() -> Self {
        let model = humanseal_biometric::entry(EmbeddingModel::default().id()).expect("a model");
        let thresholds = model.thresholds.as_ref().expect("thresholds");
        Self {
            model: hex::encode(model.sha256),
            manifest: hex::encode(humanseal_biometric::manifest_digest()),
            thousandths: (thresholds.decision().similarity.value() * 1000.0).ceil() as u16,
        }
    }
}

impl Humanseald {
    /// Writes keys and configuration, and starts the program.
    pub fn start() -> Self {
        Self::start_with(&FaceModels::of_the_project())
    }

    /// The same for an issuer that takes these face models.
    pub fn start_with(models: &FaceModels) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let origin = format!("http://localhost:{port}");
        let config = folder.path().join("humanseald.toml");
        fs::write(&config, configuration(folder.path(), port, models)).expect("the configuration");
        let process = Command::new(program())
            .args(["serve", "--config"])
            .arg(&config)
            .stderr(Stdio::piped())
            .spawn()
            .expect("humanseald starts");
        let mut service = Self {
            process,
            origin,
            _folder: folder,
        };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = service.process.try_wait().expect("a state");
            assert!(
                ended.is_none() && start.elapsed() < PATIENCE,
                "humanseald does not listen: {}",
                service.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }

    /// The network's back end asks for a proof; gives the request and the link to it.
    pub fn request(&self) -> (Value, String) {
        let client = Client::new(&self.origin, Environment::Development).expect("an address");
        let chains = ["eip155:1".to_owned(), Chain::solana_mainnet().to_string()];
        let body = json!({
            "network": "compute.example", "action": "provider", "chains": chains,
        });
        let created: Value = client
            .post("/v1/requests", Some(BACK_END), &body)
            .expect("a request");
        let link = created["link"].as_str().expect("a link").to_owned();
        (created["request"].clone(), link)
    }

    /// Asks the program to end, as an operator does.
    pub fn stop(mut self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status();
        assert!(asked.expect("kill").success());
        let start = Instant::now();
        let ended = loop {
            match self.process.try_wait().expect("a state") {
                Some(status) => break status,
                None => assert!(start.elapsed() < PATIENCE, "humanseald does not end"),
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        assert_eq!(ended.code(), Some(0), "{}", self.log());
    }

    /// What it logged; only after its end.
    fn log(&mut self) -> String {
        let mut log = String::new();
        let _ = self.process.kill();
        if let Some(stderr) = &mut self.process.stderr {
            let _ = stderr.read_to_string(&mut log);
        }
        log
    }
}

impl Drop for Humanseald {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The service's program of this very tree. Cargo builds it where only this package's tests were
/// asked for; both packages are named, so that it finds every dependency compiled.
fn program() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_humanseal"))
        .parent()
        .expect("a folder");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--quiet", "--locked", "--offline"])
        .args(["-p", "humanseal", "-p", "humanseal-api"])
        .args(["--bin", "humanseald", "--target-dir"])
        .arg(folder.parent().expect("a target folder"));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    // What Cargo tells this test of its package is none of that build's business: a build script that watches one of
    // these would run again here, and once more in the next build outside of a test.
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        if told == "OUT_DIR"
            || told.starts_with("CARGO_PKG_")
            || told.starts_with("CARGO_MANIFEST_")
        {
            cargo.env_remove(&name);
        }
    }
    assert!(
        cargo.status().expect("cargo").success(),
        "humanseald builds"
    );
    folder.join("humanseald")
}

fn configuration(folder: &Path, port: u16, models: &FaceModels) -> String {
    Authority::insecure(KeyKind::P256)
        .and_then(|authority| authority.write_trust(&folder.join("trust")))
        .expect("the specimen authority");
    let (seed, signing) = ([11; 32], [12; 32]);
    for (name, text) in [
        ("issuer.seed", hex::encode(seed)),
        ("signing.key", hex::encode(signing)),
        ("chain.key", hex::encode([13; 32])),
        ("pepper", hex::encode([14; 32])),
        ("pass.key", hex::encode([15; 32])),
        ("operator.token", OPERATOR.into()),
        ("verifier.token", BACK_END.into()),
        ("consent.txt", "Specimen run.".into()),
    ] {
        let file = folder.join(name);
        fs::write(&file, text).expect("a file");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("permissions");
        }
    }
    let key = IssuerSecretKey::from_seed(seed).public();
    let signing = ed25519_dalek::SigningKey::from_bytes(&signing).verifying_key();
    let FaceModels {
        model,
        manifest,
        thousandths: tau,
    } = models;
    format!(
        r#"
environment = "development"
listen = "127.0.0.1:{port}"
origin = "http://localhost:{port}"
log = "warn"

[issuer]
database = "issuer.sqlite"
operator_token_file = "operator.token"
signing_key_file = "signing.key"
chain_key_file = "chain.key"
peppers = [{{ version = 1, file = "pepper" }}]
consent_file = "consent.txt"
model_sha256 = "{model}"
model_manifest_sha256 = "{manifest}"
tau = {tau}
publish_period_seconds = 1
trust_folder = "trust"
keys = [{{ seed_file = "issuer.seed", min_document = 2, min_device = 1 }}]

[verifier]
database = "verifier.sqlite"
token_file = "verifier.token"
operator_token_file = "operator.token"
pass_key_file = "pass.key"

[[verifier.issuers]]
key = {{ ax = "{ax}", ay = "{ay}" }}
environment = "development"
signing_key = "{signing}"

[[verifier.networks]]
id = "compute.example"
origin = "http://localhost:{port}"
policy = {{ min_age = 18, min_document = 2, min_device = 1, min_unique = 2, max_slots = 2 }}
roots = "newest"
statement = "Prove that you are one verified human of at least 18 years."
scopes = [{{ action = "provider" }}]
"#,
        ax = key.ax(),
        ay = key.ay(),
        signing = STANDARD.encode(signing.to_bytes()),
    )
}
