//! Who takes part: the device with its models and keys, the services, and what was sent to them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use humanseal_biometric::{EmbeddingModel, Models, Pipeline};
use humanseal_documents::specimen::{Authority, Holder, KeyKind, SpecimenDocument};
use humanseal_documents::{Chip, DigestAlgorithm, Moment};
use humanseal_sdk::{
    Client, DeviceKey, EnrolError, Enrolled, Equipment, NewWallet, Passphrase, Silent, SoftwareKey,
    enrol,
};
use humanseal_wallet_link::{Request, RequestId};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::{Environment, ReadChannel};
use humanseal_zk_credentials::groth16::ProvingKey;
use humanseal_zk_credentials::keys;
use serde::Deserialize;
use serde_json::json;

use super::person::{Agreeable, Stills};
use super::stage::{ACTION, Folder, NETWORK, Running, Tokens, development, random};
use super::traces::SERVICE;
use crate::clock::now;
use crate::output::Failure;

/// Every body that left the device, by whom it went to.
#[derive(Clone, Default)]
pub struct Wire {
    /// To the issuer.
    pub issuer: Arc<Mutex<Vec<Vec<u8>>>>,
    /// To the verifier.
    pub verifier: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Wire {
    fn watch(log: &Arc<Mutex<Vec<Vec<u8>>>>) -> humanseal_sdk::client::Watcher {
        let log = Arc::clone(log);
        Box::new(move |_, body| {
            if let Ok(mut log) = log.lock() {
                log.push(body.to_vec());
            }
        })
    }
}

/// Everybody and everything of the story.
pub struct World {
    /// The folder of this run.
    pub folder: PathBuf,
    /// The test authority of the specimen state.
    pub authority: Authority,
    /// The face models.
    pub pipeline: Pipeline,
    /// The proving key of `enrol`.
    pub enrol_key: &'static ProvingKey,
    /// The proving key of `present`.
    pub present_key: &'static ProvingKey,
    /// The service.
    pub service: Running,
    /// The back ends' tokens.
    pub tokens: Tokens,
    /// What left the device.
    pub wire: Wire,
    /// What seals the wallets.
    pub passphrase: Passphrase,
}

#[derive(Deserialize)]
struct RequestCreated {
    id: RequestId,
}

/// The clock, as documents tell time.
pub fn moment() -> Result<Moment, Failure> {
    Ok(Moment::from_unix_seconds(
        now()?.unix_seconds().unsigned_abs(),
    ))
}

impl World {
    /// Loads models and keys, starts the service.
    pub fn make(folder: PathBuf) -> Result<Self, Failure> {
        let authority = Authority::insecure(KeyKind::P256).map_err(Failure::fault)?;
        let tokens = Tokens::random()?;
        let files = Folder::make(folder.join(SERVICE))?;
        let (loaded, service) = rayon::join(load, || {
            Running::start(|origin| development(&files, origin, &authority, &tokens))
        });
        let (pipeline, enrol_key, present_key) = loaded?;
        Ok(Self {
            folder,
            authority,
            pipeline,
            enrol_key,
            present_key,
            service: service?,
            tokens,
            wire: Wire::default(),
            passphrase: Passphrase::new(hex::encode(random()?)).map_err(Failure::fault)?,
        })
    }

    /// The device's line to the issuer.
    pub fn issuer(&self) -> Result<Client, Failure> {
        let client = Client::new(&self.service.origin, Environment::Development);
        Ok(client
            .map_err(Failure::fault)?
            .watched(Wire::watch(&self.wire.issuer)))
    }

    /// The device's line to the verifier.
    pub fn verifier(&self) -> Result<Client, Failure> {
        self.line_to(&self.service.origin)
    }

    /// The device's line to a verifier at this origin.
    pub fn line_to(&self, origin: &str) -> Result<Client, Failure> {
        let client = Client::new(origin, Environment::Development);
        Ok(client
            .map_err(Failure::fault)?
            .watched(Wire::watch(&self.wire.verifier)))
    }

    /// A specimen document.
    pub fn document(&self, holder: &Holder, portrait: &[u8]) -> Result<SpecimenDocument, Failure> {
        SpecimenDocument::make(
            &self.authority,
            holder,
            portrait,
            DigestAlgorithm::Sha256,
            moment()?,
        )
        .map_err(Failure::fault)
    }

    /// An honest device enrols with this document, or copy of one, and these frames.
    pub fn enrol(
        &self,
        chip: impl Chip,
        frames: &[&str],
        wallet: &str,
    ) -> Result<Result<Enrolled, EnrolError>, Failure> {
        self.enrol_with(chip, frames, wallet, &SoftwareKey)
    }

    /// The same with a device key of another kind.
    pub fn enrol_with(
        &self,
        mut chip: impl Chip,
        frames: &[&str],
        wallet: &str,
        device: &dyn DeviceKey,
    ) -> Result<Result<Enrolled, EnrolError>, Failure> {
        let mut camera = Stills::of(frames)?;
        let path = &self.folder.join(wallet);
        let passphrase = &self.passphrase;
        let into = NewWallet { path, passphrase };
        self.session(device, |with| {
            enrol(with, into, &mut chip, &mut camera, &Agreeable, &Silent)
        })
    }

    /// Lets `work` have what a device brings to a session with the issuer.
    pub fn session<T>(
        &self,
        device: &dyn DeviceKey,
        work: impl FnOnce(&Equipment<'_>) -> T,
    ) -> Result<T, Failure> {
        let issuer = self.issuer()?;
        let trust = self.authority.trust_store().map_err(Failure::fault)?;
        Ok(work(&Equipment {
            issuer: &issuer,
            pipeline: &self.pipeline,
            proving_key: self.enrol_key,
            trust: Some(&trust),
            channel: ReadChannel::File,
            device,
            stage_active_liveness: true,
            now: now()?,
        }))
    }

    /// The network's back end makes a request; the device fetches it.
    pub fn request(&self) -> Result<Request, Failure> {
        let back_end = Client::new(&self.service.origin, Environment::Development);
        let created: RequestCreated = back_end
            .map_err(Failure::fault)?
            .post(
                "/v1/requests",
                Some(&self.tokens.verifier),
                &request_body(NETWORK),
            )
            .map_err(Failure::fault)?;
        self.verifier()?
            .request(&created.id)
            .map_err(Failure::fault)
    }
}

/// What a network's back end asks its verifier for.
pub fn request_body(network: &str) -> serde_json::Value {
    json!({
        "network": network,
        "action": ACTION,
        "chains": ["eip155:1", humanseal_wallet_link::Chain::solana_mainnet().to_string()],
    })
}

type Loaded = (Pipeline, &'static ProvingKey, &'static ProvingKey);

fn load() -> Result<Loaded, Failure> {
    let (models, (enrol, present)) = rayon::join(
        || Models::load(&Models::default_dir(), EmbeddingModel::default()),
        || {
            rayon::join(
                || keys::development(Circuit::Enrol),
                || keys::development(Circuit::Present),
            )
        },
    );
    let pipeline = Pipeline::new(models.map_err(Failure::fault)?);
    Ok((
        pipeline,
        enrol.map_err(Failure::fault)?,
        present.map_err(Failure::fault)?,
    ))
}
