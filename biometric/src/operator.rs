//! Embedding models that an operator brings: a folder with a manifest of its own.
//!
//! The folder holds `manifest.json`, for each model `NAME.onnx`, and for each calibrated one
//! `NAME.calibration.json`. Nothing else may be there. The manifest names the digest of the
//! compiled-in one, whose detector, mesh and liveness models are used all the same, so its own
//! digest says which models a device works with. A model is added with the proof that this runtime
//! computes what onnxruntime does ([`Reference`]), and decides nothing until a calibration made
//! with it is attached.

mod addition;
mod manifest;
mod reference;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use self::manifest::{Entry, Manifest};
use crate::calibration::thresholds_of_file;
use crate::embedder::{Embedder, EmbedderCard};
use crate::models::{Model, ModelError, pinned};
use crate::thresholds::Thresholds;

pub use addition::{Addition, AdditionError};
pub use manifest::Parity;
pub use reference::Reference;

/// What a failing run is called; the operator's name for the model is no constant.
const ID: &str = "operator_embedder";
/// No more of a model file is read: a ResNet of 100 layers has half of it.
const MODEL_LIMIT: u64 = 512 << 20;
/// No more of a calibration is read: its histograms have some thousand rows.
const CALIBRATION_LIMIT: u64 = 4 << 20;

/// A folder of an operator's embedding models.
#[derive(Debug)]
pub struct OperatorModels {
    folder: PathBuf,
    manifest: Manifest,
    sha256: [u8; 32],
}

/// One of them, as `face models list` tells it.
#[derive(Clone, Debug)]
pub struct OperatorModel {
    /// What is known of it.
    pub card: EmbedderCard,
    /// How far this runtime was from onnxruntime when it was added.
    pub parity: Parity,
    /// Whether a calibration is attached. Without one it decides nothing.
    pub calibrated: bool,
}

impl OperatorModels {
    /// The folder, as its manifest describes it.
    ///
    /// # Errors
    /// [`ModelError::Unreadable`]; [`ModelError::InvalidManifest`] for what cannot be followed, or was
    /// made for other models than the compiled-in manifest's; [`ModelError::StrayFile`].
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let (manifest, bytes) = Manifest::read(folder)?;
        manifest::refuse_strays(folder, Some(&manifest))?;
        Ok(Self {
            folder: folder.to_owned(),
            sha256: Sha256::digest(&bytes).into(),
            manifest,
        })
    }

    /// SHA-256 of the folder's manifest. It covers the model files, the calibrations and the
    /// compiled-in manifest.
    pub fn manifest_sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// Every model, in the order in which they were added.
    pub fn models(&self) -> impl Iterator<Item = OperatorModel> {
        self.manifest.models.iter().map(|entry| OperatorModel {
            card: entry.card(),
            parity: entry.parity.clone(),
            calibrated: entry.calibration.is_some(),
        })
    }

    /// What is known of one model.
    ///
    /// # Errors
    /// [`ModelError::Unknown`].
    pub fn card(&self, name: &str) -> Result<EmbedderCard, ModelError> {
        self.entry(name).map(Entry::card)
    }

    pub(crate) fn embedder(&self, name: &str) -> Result<Embedder, ModelError> {
        let entry = self.entry(name)?;
        let card = entry.card();
        let file = entry.file();
        let bytes = pinned(&self.folder, &file, card.sha256, MODEL_LIMIT)?;
        let model = Model::of_bytes(ID, &file, &bytes, &card.input.shape())?;
        Ok(Embedder { card, model })
    }

    /// What similarities mean by the calibration that is attached to a model.
    ///
    /// # Errors
    /// [`ModelError::Unknown`], [`ModelError::Uncalibrated`]; an attached file that is unreadable, has
    /// another digest, or is none of this very model.
    pub fn thresholds(&self, name: &str) -> Result<Thresholds, ModelError> {
        let entry = self.entry(name)?;
        let sha256 = entry.calibration.ok_or_else(|| ModelError::Uncalibrated {
            name: name.to_owned(),
        })?;
        let file = entry.calibration_file();
        let bytes = pinned(&self.folder, &file, sha256.0, CALIBRATION_LIMIT)?;
        thresholds_of_file(&bytes, &entry.card())
            .map_err(|source| ModelError::Calibration { file, source })
    }

    fn entry(&self, name: &str) -> Result<&Entry, ModelError> {
        let found = self.manifest.models.iter().find(|entry| entry.name == name);
        found.ok_or_else(|| ModelError::Unknown {
            id: name.to_owned(),
        })
    }
}
