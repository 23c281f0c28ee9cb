//! An issuer on a loopback port, and a device.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use humanseal_api::clock::ManualClock;
use humanseal_api::{Config, Service};
use humanseal_attestation::apple::specimen as apple;
use humanseal_biometric::live::Millis;
use humanseal_biometric::{
    EmbeddingModel, Limits, Models, Photo, Pipeline, entry, manifest_digest,
};
use humanseal_documents::specimen::{
    Authority, ChipKind, Holder, KeyKind, SpecimenChip, SpecimenDocument,
};
use humanseal_documents::{
    Challenge, Chip, ChipError, ChipFiles, DigestAlgorithm, ElementaryFile, Moment, TrustStore,
};
use humanseal_sdk::specimen::SpecimenPhone;
use humanseal_sdk::{
    Camera, CameraError, Captured, Client, DeviceKey, DocumentSource, EnrolError, Enrolled,
    Equipment, Following, NewWallet, Owner, Passphrase, Question, Silent, SoftwareKey, WalletFile,
    enrol,
};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::{Credential, SignedCredential};
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::exchange::{Environment, Plan, ReadChannel, Timestamp};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::status_list::PublishedStatusList;
use serde_json::json;
use zeroize::Zeroizing;

/// 2026-06-15, midday.
const START: i64 = 1_781_524_800;
pub const DAY: i64 = 86_400;
pub const HOLDER: [&str; 2] = ["obama2.jpg", "obama3.jpg"];
pub const STRANGER: [&str; 2] = ["biden.jpg", "biden.jpg"];
const APP_ID: &str = "ABCDE12345.com.example.seal";
/// The token of the verifier's back end.
pub const BACK_END: &str = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";

pub static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
    Pipeline::new(Models::load(&Models::default_dir(), EmbeddingModel::default()).expect("models"))
});

/// The issuer, its clock and the device's folder.
pub struct Stage {
    clock: ManualClock,
    now: i64,
    origin: String,
    authority: Authority,
    trust: TrustStore,
    folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    service: Service,
    losing: Arc<AtomicBool>,
}

impl Stage {
    pub fn new() -> Self {
        Self::with_floor(2)
    }

    /// An issuer that takes printed pages, beside a verifier of two networks: `pages.example` takes what a page earns,
    /// `chips.example` demands a chip.
    pub fn taking_pages() -> Self {
        Self::with_floor(1)
    }

    fn with_floor(min_document: u8) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = Authority::insecure(KeyKind::P256).expect("an authority");
        let clock = ManualClock::at(START);
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let origin = format!("http://localhost:{port}");
        let config = configuration(folder.path(), &origin, &authority, min_document);
        let service = runtime
            .block_on(Service::open(&config, Arc::new(clock.clone())))
            .expect("a service");
        let losing = Arc::new(AtomicBool::new(false));
        let state = Arc::clone(&losing);
        let lossy = axum::middleware::from_fn_with_state(state, lose_evidence);
        let router = service.router().layer(lossy);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            clock,
            now: START,
            origin,
            trust: authority.trust_store().expect("trust"),
            authority,
            folder,
            runtime,
            service,
            losing,
        }
    }

    /// From now on the answers to evidence get lost on their way, or arrive.
    pub fn lose_answers(&self, lose: bool) {
        self.losing.store(lose, Ordering::SeqCst);
    }

    /// Some days later; the service keeps its house meanwhile.
    pub fn pass(&mut self, days: i64) {
        self.clock.advance(days * DAY);
        self.now += days * DAY;
        let kept = self.runtime.block_on(self.service.maintain());
        assert!(kept.is_ok(), "maintenance");
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.now).expect("a moment")
    }

    pub fn moment(&self) -> Moment {
        Moment::from_unix_seconds(self.now.unsigned_abs())
    }

    pub fn client(&self) -> Client {
        Client::new(&self.origin, Environment::Development).expect("an address")
    }

    pub fn passphrase() -> Passphrase {
        Passphrase::new("correct horse".into()).expect("a passphrase")
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// The wallet file as it is on the disk.
    pub fn on_disk(&self, name: &str) -> WalletFile {
        WalletFile::open(&self.path(name), &Self::passphrase(), 0).expect("a wallet")
    }

    /// A specimen document, with a chip that answers if one is given.
    pub fn document(&self, number: &str, chip: Option<&SpecimenChip>) -> SpecimenDocument {
        self.document_showing("obama.jpg", number, chip)
    }

    /// The same with this portrait.
    pub fn document_showing(
        &self,
        portrait: &str,
        number: &str,
        chip: Option<&SpecimenChip>,
    ) -> SpecimenDocument {
        let mut holder = Holder::specimen(self.moment().date());
        number.clone_into(&mut holder.number);
        holder.personal_number.clear();
        let (portrait, at) = (photograph(portrait), self.moment());
        let digest = DigestAlgorithm::Sha256;
        let made = match chip {
            None => SpecimenDocument::make(&self.authority, &holder, &portrait, digest, at),
            Some(chip) => SpecimenDocument::make_with_chip(
                &self.authority,
                &holder,
                &portrait,
                digest,
                at,
                chip,
            ),
        };
        made.expect("a document")
    }

    /// A phone whose app the issuer lists.
    pub fn phone(&self) -> SpecimenPhone {
        SpecimenPhone::Apple {
            app_id: APP_ID.into(),
            now: self.moment(),
        }
    }

    /// Lets `work` have what a device brings.
    pub fn with<T>(&self, device: &dyn DeviceKey, work: impl FnOnce(&Equipment<'_>) -> T) -> T {
        self.with_staging(true, device, work)
    }

    /// The same, where gates of a plan that was not followed are called staged or not run.
    pub fn with_staging<T>(
        &self,
        stage_active_liveness: bool,
        device: &dyn DeviceKey,
        work: impl FnOnce(&Equipment<'_>) -> T,
    ) -> T {
        let issuer = self.client();
        work(&Equipment {
            issuer: &issuer,
            pipeline: &PIPELINE,
            proving_key: keys::development(Circuit::Enrol).expect("a key"),
            trust: Some(&self.trust),
            channel: ReadChannel::File,
            device,
            stage_active_liveness,
            now: self.now(),
        })
    }

    /// Enrols into a wallet of this name.
    pub fn enrol(
        &self,
        mut document: impl DocumentSource,
        wallet: &str,
    ) -> Result<Enrolled, EnrolError> {
        let path = &self.path(wallet);
        let passphrase = &Self::passphrase();
        self.with(&SoftwareKey, |with| {
            let into = NewWallet { path, passphrase };
            enrol(
                with,
                into,
                &mut document,
                &mut Stills(&HOLDER),
                &Yes,
                &Silent,
            )
        })
    }

    /// Whether the published list shows the credential revoked.
    pub fn revoked(&self, credential: &SignedCredential) -> bool {
        // A root is published every second here, and the clock stands still by itself.
        self.clock.advance(1);
        let bytes = self.client().status_list(credential.issuer.id());
        bit(&bytes.expect("a list"), &credential.credential)
    }

    /// Whether the published list shows a recovery announced against the credential.
    pub fn contested(&self, credential: &SignedCredential) -> bool {
        self.clock.advance(1);
        let bytes = self.client().contested_list(credential.issuer.id());
        bit(&bytes.expect("a list"), &credential.credential)
    }
}

/// The service does its work and the line breaks behind it.
async fn lose_evidence(
    State(losing): State<Arc<AtomicBool>>,
    request: Request,
    next: Next,
) -> Response {
    let evidence = request.uri().path().ends_with("/evidence");
    let answer = next.run(request).await;
    match evidence && losing.load(Ordering::SeqCst) {
        true => StatusCode::BAD_GATEWAY.into_response(),
        false => answer,
    }
}

fn bit(packed: &[u8], credential: &Credential) -> bool {
    let published = PublishedStatusList::from_compressed(packed).expect("a list");
    published.list().get(credential.status_index)
}

/// A chip that answers.
pub struct Answering<'a> {
    pub files: &'a ChipFiles,
    pub chip: &'a SpecimenChip,
}

impl Chip for Answering<'_> {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        let mut files = self.files;
        files.read(file)
    }
    fn answers(&self) -> bool {
        true
    }
    fn authenticate(&mut self, challenge: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        let answer = self.chip.answer(challenge).map_err(std::io::Error::other);
        answer.map(Zeroizing::new).map_err(ChipError::Silent)
    }
}

pub fn chip() -> SpecimenChip {
    SpecimenChip::insecure(ChipKind::Ecdsa).expect("a chip")
}

/// Photographs in place of a camera.
pub struct Stills<'a>(pub &'a [&'a str]);

impl Camera for Stills<'_> {
    fn capture(
        &mut self,
        _plan: &Plan,
        _session: &mut Following<'_, '_>,
    ) -> Result<Captured, CameraError> {
        let decode = |name: &&str| Photo::decode(&photograph(name), Limits::default());
        let stills = self.0.iter().map(decode).collect::<Result<_, _>>();
        Ok(Captured::Stills(stills.expect("photographs")))
    }
}

/// A camera that begins to follow the plan and, when that goes wrong, shows photographs instead.
pub struct ChangesItsMind;

impl Camera for ChangesItsMind {
    fn capture(
        &mut self,
        plan: &Plan,
        session: &mut Following<'_, '_>,
    ) -> Result<Captured, CameraError> {
        let photo = Photo::decode(&photograph(HOLDER[0]), Limits::default()).expect("a photograph");
        session.frame(&photo, Millis(0))?;
        Stills(&HOLDER).capture(plan, session)
    }
}

/// An owner who agrees.
pub struct Yes;

impl Owner for Yes {
    fn agrees(&self, _question: Question<'_>) -> bool {
        true
    }
}

pub fn photograph(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/faces");
    std::fs::read(folder.join(name)).expect("a photograph")
}

fn configuration(folder: &Path, origin: &str, authority: &Authority, min_document: u8) -> Config {
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&path, mode).expect("a mode");
        }
        path
    };
    let secret = |name: &str, byte: u8| write(name, hex::encode([byte; 32]).as_bytes());
    authority.write_trust(&folder.join("trust")).expect("trust");
    write(
        "devices/apple-roots/specimen.der",
        &apple::root().expect("a root"),
    );
    let listed = format!("[apple]\napp_ids = [\"{APP_ID}\"]\n");
    write("devices/devices.toml", listed.as_bytes());
    let model = entry(EmbeddingModel::default().id()).expect("a model");
    let thresholds = model.thresholds.as_ref().expect("thresholds");
    let tau = (thresholds.decision().similarity.value() * 1000.0).ceil();
    let operator = write("operator.token", &[b'o'; 32]);
    let signing = ed25519_dalek::SigningKey::from_bytes(&[1; 32]).verifying_key();
    let network = |id: &str, min_document: u8, min_unique: u8| {
        json!({
            "id": id, "origin": origin, "roots": "newest", "scopes": [{ "action": "provider" }],
            "statement": "Prove that you are a verified human.",
            // Days that a device answers without the network's own document: L + W + 1 is 30.
            "term_days": 26, "max_ban_days": 26,
            "policy": {
                "min_age": 18, "min_document": min_document, "min_device": 1, "min_unique": min_unique,
            },
        })
    };
    let verifier = json!({
        "database": folder.join("verifier.sqlite"),
        "token_file": write("verifier.token", BACK_END.as_bytes()),
        "operator_token_file": &operator,
        "pass_key_file": secret("pass.key", 5),
        "issuers": [{
            "key": IssuerSecretKey::from_seed([4; 32]).public(),
            "environment": "development",
            "signing_key": STANDARD.encode(signing.to_bytes()),
        }],
        "networks": [network("pages.example", 1, 1), network("chips.example", 2, 2)],
    });
    let mut config = json!({
        "environment": "development",
        "origin": origin,
        "issuer": {
            "database": folder.join("issuer.sqlite"),
            "operator_token_file": operator,
            "signing_key_file": secret("signing.key", 1),
            "chain_key_file": secret("chain.key", 2),
            "peppers": [{ "version": 1, "file": secret("pepper", 3) }],
            "consent_file": write("consent.txt", b"A specimen run."),
            "model_sha256": hex::encode(model.sha256),
            "model_manifest_sha256": hex::encode(manifest_digest()),
            "tau": tau as u16,
            "publish_period_seconds": 1,
            "trust_folder": folder.join("trust"),
            "device_trust_folder": folder.join("devices"),
            "keys": [{ "seed_file": secret("issuer.seed", 4), "min_document": min_document, "min_device": 1 }],
        },
    });
    if min_document == 1 {
        config["verifier"] = verifier;
    }
    serde_json::from_value(config).expect("a configuration")
}
