//! A whole service on temporary files, with a clock that the test moves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanseal_api::clock::{Clock, ManualClock};
use humanseal_api::{Config, Service};
use humanseal_documents::specimen::{Authority, KeyKind};
use humanseal_zk_credentials::calendar::{Date, Day, Today};
use humanseal_zk_credentials::credential::{
    Credential, DeviceLevel, DocumentLevel, SignedCredential, StatusIndex, UniqueLevel,
};
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::exchange::{Sha256Digest, Timestamp};
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::template::{ModelId, Tau};
use tempfile::TempDir;

use crate::client::Client;
use crate::device::Device;

/// 2026-06-01, noon UTC.
pub const START: i64 = 1_780_315_200;
pub const OPERATOR: &str = "operator-0123456789abcdef0123456789abcdef";
pub const BACK_END: &str = "verifier-0123456789abcdef0123456789abcdef";
pub const TAU: u16 = 531;
pub const ISSUER_SEED: [u8; 32] = [11; 32];
pub const CHAIN_SEED: [u8; 32] = [13; 32];
const SIGNING_SEED: [u8; 32] = [12; 32];

/// What a device and a verifier's back end know of a service, wherever it runs.
pub struct Setting {
    pub dir: TempDir,
    pub clock: ManualClock,
    pub client: Client,
    pub config: Config,
    pub authority: Authority,
    pub consent: Sha256Digest,
}

/// A service in the process of the test.
pub struct World {
    pub setting: Setting,
    pub service: Service,
}

impl std::ops::Deref for World {
    type Target = Setting;
    fn deref(&self) -> &Setting {
        &self.setting
    }
}

/// Writes keys, tokens and trust into `dir` and gives a configuration that names them.
pub fn config_text(dir: &Path, environment: &str, floors: &str) -> String {
    let write = |name: &str, text: &str| {
        let file = dir.join(name);
        std::fs::write(&file, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    };
    for (name, byte) in [("pepper-1", 14u8), ("pass.key", 15)] {
        write(name, &hex::encode([byte; 32]));
    }
    write("chain.key", &hex::encode(CHAIN_SEED));
    write("issuer.seed", &hex::encode(ISSUER_SEED));
    write("signing.key", &hex::encode(SIGNING_SEED));
    write("operator.token", OPERATOR);
    write("verifier.token", BACK_END);
    write(
        "consent.txt",
        "I agree that this issuer checks my document.",
    );
    let key = IssuerSecretKey::from_seed(ISSUER_SEED).public();
    let signing = ed25519_dalek::SigningKey::from_bytes(&SIGNING_SEED).verifying_key();
    let at = |name: &str| dir.join(name).display().to_string();
    format!(
        r#"
environment = "{environment}"
origin = "https://id.example"
limits.heavy_jobs = 2

[issuer]
database = "{issuer_database}"
operator_token_file = "{operator}"
signing_key_file = "{signing_file}"
chain_key_file = "{chain}"
peppers = [{{ version = 1, file = "{pepper}" }}]
consent_file = "{consent}"
model_sha256 = "{model}"
model_manifest_sha256 = "{manifest}"
tau = {TAU}
publish_period_seconds = {period}
trust_folder = "{trust}"
keys = [{{ seed_file = "{seed}"{floors} }}]

[verifier]
database = "{verifier_database}"
token_file = "{token}"
operator_token_file = "{operator}"
pass_key_file = "{pass}"

[[verifier.issuers]]
key = {{ ax = "{ax}", ay = "{ay}" }}
environment = "{environment}"
signing_key = "{signing}"

[[verifier.networks]]
id = "compute.example"
origin = "https://verify.compute.example"
policy = {{ min_age = 18, min_device = 1, max_slots = 2 }}
roots = "newest"
scopes = [{{ action = "provider" }}, {{ action = "season", epoch = 1, ends_on = 20260603 }}]

[[verifier.networks]]
id = "moves.example"
origin = "https://moves.example"
policy = {{ min_device = 1 }}
cool_down_hours = 1
scopes = [{{ action = "provider" }}]
"#,
        // Outside development a shorter one is refused.
        period = if environment == "development" {
            60
        } else {
            600
        },
        issuer_database = at("issuer.sqlite"),
        verifier_database = at("verifier.sqlite"),
        operator = at("operator.token"),
        token = at("verifier.token"),
        signing_file = at("signing.key"),
        chain = at("chain.key"),
        pepper = at("pepper-1"),
        consent = at("consent.txt"),
        model = hex::encode(MODEL),
        manifest = hex::encode(MANIFEST),
        trust = at("trust"),
        seed = at("issuer.seed"),
        pass = at("pass.key"),
        ax = key.ax(),
        ay = key.ay(),
        signing = STANDARD.encode(signing.to_bytes()),
    )
}

pub const MODEL: [u8; 32] = [1; 32];
pub const MANIFEST: [u8; 32] = [2; 32];

impl World {
    pub async fn development() -> Self {
        Self::with(|text| text).await
    }

    /// A development world whose configuration was edited.
    pub async fn with(edit: impl FnOnce(String) -> String) -> Self {
        let floors = ", min_device = 1, min_document = 1";
        Self::in_folder(tempfile::tempdir().unwrap(), floors, edit).await
    }

    /// A development world that takes the word of specimen phones, with these floors or the lowest.
    pub async fn with_phones(floors: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("devices");
        crate::phones::write_trust(&folder, START);
        let floors = match floors {
            "" => ", min_device = 1, min_document = 1",
            floors => floors,
        };
        let listed = format!("[issuer]\ndevice_trust_folder = \"{}\"", folder.display());
        Self::in_folder(dir, floors, |text| text.replacen("[issuer]", &listed, 1)).await
    }

    async fn in_folder(dir: TempDir, floors: &str, edit: impl FnOnce(String) -> String) -> Self {
        crate::privacy::capture_log();
        let authority = Authority::insecure(KeyKind::P256).unwrap();
        authority.write_trust(&dir.path().join("trust")).unwrap();
        let text = config_text(dir.path(), "development", floors);
        let config = Config::from_toml(&edit(text)).unwrap();
        let clock = ManualClock::at(START);
        let service = Service::open(&config, Arc::new(clock.clone()))
            .await
            .unwrap();
        let client = Client::of_router(service.router());
        let consent = Sha256Digest::of(&std::fs::read(dir.path().join("consent.txt")).unwrap());
        let setting = Setting {
            dir,
            clock,
            client,
            config,
            authority,
            consent,
        };
        Self { setting, service }
    }

    /// The same databases under a new process, as after a crash.
    pub async fn restart(&mut self) {
        self.service = Service::open(&self.config, Arc::new(self.clock.clone()))
            .await
            .unwrap();
        self.setting.client = Client::of_router(self.service.router());
    }
}

impl Setting {
    pub fn issuer_key(&self) -> IssuerSecretKey {
        IssuerSecretKey::from_seed(ISSUER_SEED)
    }
    pub fn issuer_id(&self) -> String {
        self.issuer_key().public().id().0.to_string()
    }
    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.clock.now()).unwrap()
    }
    pub fn today(&self) -> Today {
        Today::from_unix_seconds(self.clock.now()).unwrap()
    }
    pub fn tau(&self) -> Tau {
        Tau::new(TAU).unwrap()
    }
    pub fn model(&self) -> ModelId {
        ModelId::of_sha256(MODEL)
    }
    pub fn issuer_database(&self) -> PathBuf {
        self.dir.path().join("issuer.sqlite")
    }

    /// A credential of this issuer that no session made: for tests of the verifier alone.
    pub fn credential(&self, device: &Device, index: u32) -> SignedCredential {
        let day = self.today().day();
        let credential = Credential {
            holder_key: device.secret.holder_key(),
            template: device
                .portrait
                .commit(self.model(), &device.portrait_blinding),
            birthdate: Date::new(1974, 8, 12).unwrap(),
            nationality: Nationality::OTHER,
            document: DocumentLevel::PassiveAuthentication,
            device: DeviceLevel::Software,
            unique: UniqueLevel::NoLiveNamesake,
            established_on: Day(0),
            verified_on: day,
            expires_on: Day(day.0 + 300),
            status_index: StatusIndex::new(index).unwrap(),
        };
        let key = self.issuer_key();
        let signature = key.sign(credential.message());
        SignedCredential {
            credential,
            issuer: key.public(),
            signature,
        }
    }
}
