//! The device: its models, its keys, its one wallet.

use std::path::PathBuf;
use std::sync::Arc;

use humanseal_biometric::{
    EmbeddingModel, GateName, GateOutcome, Language, Models, Pipeline, reasons_to_tell,
};
use humanseal_sdk::{Client, WalletFile};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange;
use humanseal_zk_credentials::groth16::ProvingKey;
use humanseal_zk_credentials::keys;

use crate::background;
use crate::error::{HumansealError, told};
use crate::frame::Frame;
use crate::keys::{KeyProvider, Provided};
use crate::secret::Passphrase;
use crate::wallet::Wallet;

/// Where a device, an issuer or a verifier belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Environment {
    /// Real people, real keys.
    Production,
    /// Real code, no real people.
    Sandbox,
    /// Insecure keys; says nothing about anybody.
    Development,
}

impl From<Environment> for exchange::Environment {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Production => Self::Production,
            Environment::Sandbox => Self::Sandbox,
            Environment::Development => Self::Development,
        }
    }
}

impl From<exchange::Environment> for Environment {
    fn from(environment: exchange::Environment) -> Self {
        match environment {
            exchange::Environment::Production => Self::Production,
            exchange::Environment::Sandbox => Self::Sandbox,
            exchange::Environment::Development => Self::Development,
        }
    }
}

/// How a device is set up.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Settings {
    /// A folder of the app's own that other apps cannot read and that no backup copies: the wallet file and
    /// cached proving keys lie in it. It must exist.
    pub store: String,
    /// The folder with the model files as they come with this library. Android's apps copy them there from their
    /// assets once: files are checked by their digest, and a wrong one is refused.
    pub models: String,
    /// Where the device belongs.
    pub environment: Environment,
    /// The language of advice, a BCP 47 tag: `de` is German, any other English.
    #[uniffi(default = "en")]
    pub language: String,
    /// Declares the gates of a followed plan staged, for stills. Development alone takes it; elsewhere the
    /// device refuses every session (`staging_refused`).
    #[uniffi(default = false)]
    pub staged: bool,
}

/// What a frame of the preview shows, before a session begins.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Look {
    /// Whether there is nothing to better.
    pub ready: bool,
    /// Stable codes of what to better, what helps most first.
    pub reasons: Vec<String>,
    /// What the person can do, one sentence a reason.
    pub advice: Vec<String>,
}

/// A holder's device. Everything about face and proof is computed on it; a network is needed to talk to issuer
/// and verifier alone.
#[derive(uniffi::Object)]
pub struct Device {
    store: PathBuf,
    pub(crate) environment: exchange::Environment,
    pub(crate) language: Language,
    pub(crate) staged: bool,
    pub(crate) pipeline: Pipeline,
    pub(crate) keys: Provided,
}

#[uniffi::export]
impl Device {
    /// Checks and loads the models and asks the keys what they are. Takes less than a second.
    #[uniffi::constructor]
    pub async fn open(
        settings: Settings,
        keys: Arc<dyn KeyProvider>,
    ) -> Result<Arc<Self>, HumansealError> {
        background::run(None, move |_| {
            let store = PathBuf::from(&settings.store);
            if !store.is_dir() {
                return Err(HumansealError::input(
                    "store_missing",
                    "there is no such store folder",
                ));
            }
            let level = keys.level().map_err(|error| HumansealError::Keys {
                code: "device_key_unavailable".into(),
                detail: error.to_string(),
            })?;
            let models = Models::load(settings.models.as_ref(), EmbeddingModel::default())?;
            Ok(Arc::new(Self {
                store,
                environment: settings.environment.into(),
                language: Language::from_tag(&settings.language),
                staged: settings.staged,
                pipeline: Pipeline::new(models),
                keys: Provided { keys, level },
            }))
        })
        .await
    }

    /// What to better about the preview before a session begins, whose time runs. No network.
    pub async fn look(self: Arc<Self>, frame: Arc<Frame>) -> Result<Look, HumansealError> {
        background::run(None, move |_| {
            let capture = self
                .pipeline
                .live(std::slice::from_ref(frame.0.as_ref()), None);
            let capture = capture.map_err(|error| told!(Capture, error))?;
            let of_one_frame = [
                GateName::OneFace,
                GateName::FaceSize,
                GateName::Pose,
                GateName::Blur,
                GateName::Exposure,
                GateName::FrameEdge,
            ];
            let mut gates = capture.gates().to_vec();
            gates.retain(|gate| {
                of_one_frame.contains(&gate.name) && gate.outcome == GateOutcome::Failed
            });
            let reasons = reasons_to_tell(&gates);
            let told = reasons.iter().map(|reason| reason.advice(self.language));
            Ok(Look {
                ready: gates.is_empty(),
                advice: told.map(str::to_owned).collect(),
                reasons: reasons
                    .iter()
                    .map(|reason| reason.code().to_owned())
                    .collect(),
            })
        })
        .await
    }

    /// Whether there is a wallet in the store.
    pub fn has_wallet(&self) -> bool {
        self.wallet_path().exists()
    }

    /// Opens the wallet in the store. `at_least` is the generation that the app remembers, 0 if none.
    #[uniffi::method(default(at_least = 0))]
    pub async fn wallet(
        self: Arc<Self>,
        passphrase: Arc<Passphrase>,
        at_least: u64,
    ) -> Result<Arc<Wallet>, HumansealError> {
        background::run(None, move |_| {
            let passphrase = passphrase.on_device(&self.keys.keys)?;
            let file = WalletFile::open(&self.wallet_path(), &passphrase, at_least)?;
            self.admit(&file)?;
            Ok(Wallet::of(file))
        })
        .await
    }

    /// Makes the wallet of this store out of a backup. There must be none.
    pub async fn import_wallet(
        self: Arc<Self>,
        backup: String,
        backup_passphrase: Arc<Passphrase>,
        passphrase: Arc<Passphrase>,
    ) -> Result<Arc<Wallet>, HumansealError> {
        background::run(None, move |_| {
            let (theirs, own) = (
                backup_passphrase.alone()?,
                passphrase.on_device(&self.keys.keys)?,
            );
            let opened = WalletFile::open(backup.as_ref(), &theirs, 0)?;
            self.admit(&opened)?;
            let file = WalletFile::create(&self.wallet_path(), &own, opened.wallet)?;
            Ok(Wallet::of(file))
        })
        .await
    }
}

impl Device {
    /// A wallet of this device's environment: none belongs to two (docs/protocol.md section 12).
    fn admit(&self, file: &WalletFile) -> Result<(), HumansealError> {
        if file.wallet.environment == self.environment {
            return Ok(());
        }
        Err(HumansealError::refused(
            "environment_mismatch",
            "the wallet belongs to another environment than this device",
        ))
    }

    pub(crate) fn wallet_path(&self) -> PathBuf {
        self.store.join("wallet")
    }

    /// The proving key of a circuit. This version has development keys only, which every other environment
    /// refuses.
    pub(crate) fn proving_key(
        &self,
        circuit: Circuit,
    ) -> Result<&'static ProvingKey, HumansealError> {
        Ok(keys::development_cached(circuit, &self.store.join("keys"))?)
    }

    /// A service at an address, in the environment of this device.
    pub(crate) fn client(&self, address: &str) -> Result<Client, HumansealError> {
        Ok(Client::new(address, self.environment)?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
