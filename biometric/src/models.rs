//! The model files: checked by digest, parsed, optimised, run.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tract_core::prelude::*;

use crate::calibration::CalibrationFileError;
use crate::embedder::Embedder;
use crate::kernels;
use crate::manifest::{self, EmbeddingModel, ModelEntry};
use crate::networks::Networks;
#[cfg(feature = "any-model")]
use crate::operator::OperatorModels;
use crate::thresholds::Thresholds;

/// Side of the square that a photograph is scaled into for detection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DetectorSide {
    /// 320 pixels: a quarter of the work; finds faces as wide as about a tenth of the frame.
    Pixels320,
    /// 640 pixels: finds faces as wide as about a twentieth of the frame.
    #[default]
    Pixels640,
}

impl DetectorSide {
    /// The side in pixels.
    pub fn pixels(self) -> usize {
        match self {
            Self::Pixels320 => 320,
            Self::Pixels640 => 640,
        }
    }
}

/// No more of a model file is read, several times the largest of the manifest. What is cut off
/// there has another digest.
const MODEL_LIMIT: u64 = 64 << 20;

/// Why the models cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file cannot be read.
    #[error("the model file {file} cannot be read: {source}")]
    Unreadable {
        /// File name.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not the one that the manifest names: truncated, changed or exchanged.
    #[error("the model file {file} is not the one that the manifest names")]
    WrongDigest {
        /// File name.
        file: String,
    },
    /// The manifest of an operator's model says what cannot be followed.
    #[error("the manifest {file} cannot be followed: {what}")]
    InvalidManifest {
        /// File name.
        file: String,
        /// What is wrong with it.
        what: String,
    },
    /// The manifest names no such model.
    #[error("the manifest names no model {id}")]
    Unknown {
        /// The id that was looked up.
        id: String,
    },
    /// An operator's folder holds a file that its manifest does not name.
    #[error("the folder of models holds {file}, which its manifest does not name; take it away")]
    StrayFile {
        /// File name.
        file: String,
    },
    /// An operator's model without a calibration: nothing is decided by it.
    #[error("the model {name} has no calibration; make one with face calibrate and attach it")]
    Uncalibrated {
        /// Its name.
        name: String,
    },
    /// The calibration of an operator's model does not serve it.
    #[error("the calibration {file} does not serve: {source}")]
    Calibration {
        /// File name.
        file: String,
        /// What is wrong with it.
        source: CalibrationFileError,
    },
    /// The runtime cannot load the file although it is the right one.
    #[error("the model file {file} cannot be loaded")]
    Unloadable {
        /// File name.
        file: String,
    },
    /// A model run failed or gave output of another form than the manifest states.
    #[error("the model {id} failed on this input")]
    RunFailed {
        /// Id of the model.
        id: &'static str,
    },
}

impl ModelError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "model_unreadable",
            Self::WrongDigest { .. } => "model_wrong_digest",
            Self::InvalidManifest { .. } => "model_manifest_invalid",
            Self::Unknown { .. } => "model_unknown",
            Self::StrayFile { .. } => "model_folder_stray",
            Self::Uncalibrated { .. } => "model_uncalibrated",
            Self::Calibration { source, .. } => source.code(),
            Self::Unloadable { .. } => "model_unloadable",
            Self::RunFailed { .. } => "model_run_failed",
        }
    }
}

/// One model, ready to run on inputs of one shape.
pub(crate) struct Model {
    id: &'static str,
    shape: Vec<usize>,
    plan: Arc<TypedRunnableModel>,
}

impl Model {
    /// Reads the file that the manifest names for `id`, at most 64 MiB of it, refuses it unless its SHA-256 is the
    /// manifest's, and only then reads it for `shape`.
    pub(crate) fn load(dir: &Path, id: &'static str, shape: &[usize]) -> Result<Self, ModelError> {
        let entry = known(id)?;
        Self::of_file(dir, id, &entry.file, entry.sha256, shape)
    }

    /// The same for a file and a digest that another manifest names.
    pub(crate) fn of_file(
        dir: &Path,
        id: &'static str,
        name: &str,
        sha256: [u8; 32],
        shape: &[usize],
    ) -> Result<Self, ModelError> {
        let bytes = pinned(dir, name, sha256, MODEL_LIMIT)?;
        let plan = crate::onnx::read(&bytes, shape)
            .and_then(|model| kernels::substitute(&model)?.into_runnable());
        Self::of_plan(id, name, shape, plan)
    }

    /// Of bytes whose digest was compared, with whatever operators tract knows.
    #[cfg(feature = "any-model")]
    pub(crate) fn of_bytes(
        id: &'static str,
        file: &str,
        bytes: &[u8],
        shape: &[usize],
    ) -> Result<Self, ModelError> {
        Self::of_plan(id, file, shape, optimise(bytes, shape))
    }

    fn of_plan(
        id: &'static str,
        file: &str,
        shape: &[usize],
        plan: TractResult<Arc<TypedRunnableModel>>,
    ) -> Result<Self, ModelError> {
        let file = || file.to_owned();
        Ok(Self {
            id,
            shape: shape.to_vec(),
            plan: plan.map_err(|_| ModelError::Unloadable { file: file() })?,
        })
    }

    /// Runs the model on one input and hands its outputs to `read` as flat slices.
    ///
    /// # Errors
    /// [`ModelError::RunFailed`], also where an output has not the length in `lengths`.
    pub(crate) fn run<const N: usize, T>(
        &self,
        input: &[f32],
        lengths: [usize; N],
        read: impl FnOnce([&[f32]; N]) -> T,
    ) -> Result<T, ModelError> {
        let failed = || self.failed();
        let outputs = self.tensors(input)?;
        let mut slices: [&[f32]; N] = [&[]; N];
        let views: Vec<_> = outputs
            .iter()
            .filter_map(|output| output.to_plain_array_view::<f32>().ok())
            .collect();
        if views.len() != outputs.len() || views.len() < N {
            return Err(failed());
        }
        for ((slice, view), length) in slices.iter_mut().zip(&views).zip(lengths) {
            *slice = view.to_slice().ok_or_else(failed)?;
            if slice.len() != length {
                return Err(failed());
            }
        }
        Ok(read(slices))
    }

    pub(crate) fn outputs(&self, input: &[f32]) -> Result<Vec<Vec<f32>>, ModelError> {
        let outputs = self.tensors(input)?;
        let flat = outputs.iter().map(|output| {
            let view = output.to_plain_array_view::<f32>().ok()?;
            view.to_slice().map(<[f32]>::to_vec)
        });
        flat.collect::<Option<_>>().ok_or_else(|| self.failed())
    }

    fn tensors(&self, input: &[f32]) -> Result<TVec<TValue>, ModelError> {
        Tensor::from_shape(&self.shape, input)
            .and_then(|tensor| self.plan.run(tvec!(tensor.into_tvalue())))
            .map_err(|_| self.failed())
    }

    fn failed(&self) -> ModelError {
        ModelError::RunFailed { id: self.id }
    }
}

/// The bytes of a file of a folder, no more than the limit, if they have this digest.
pub(crate) fn pinned(
    dir: &Path,
    name: &str,
    sha256: [u8; 32],
    limit: u64,
) -> Result<Vec<u8>, ModelError> {
    let file = || name.to_owned();
    let bytes = read(&dir.join(name), limit).map_err(|source| ModelError::Unreadable {
        file: file(),
        source,
    })?;
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    match digest == sha256 {
        true => Ok(bytes),
        false => Err(ModelError::WrongDigest { file: file() }),
    }
}

/// The file, no more of it than the limit.
pub(crate) fn read(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// As tract reads and optimises it, our operations in place of some of its own.
#[cfg(feature = "any-model")]
fn optimise(bytes: &[u8], shape: &[usize]) -> TractResult<Arc<TypedRunnableModel>> {
    use tract_onnx::prelude::{InferenceFact, InferenceModelExt};

    let fact = InferenceFact::dt_shape(f32::datum_type(), shape);
    let mut model = tract_onnx::onnx().model_for_read(&mut &*bytes)?;
    model.set_input_fact(0, fact)?;
    kernels::substitute(&model.into_typed()?)?
        .into_optimized()?
        .into_runnable()
}

fn known(id: &str) -> Result<&'static ModelEntry, ModelError> {
    manifest::entry(id).ok_or_else(|| ModelError::Unknown { id: id.to_owned() })
}

/// All models of one pipeline, and what similarities of their embeddings mean.
pub struct Models {
    pub(crate) networks: Networks,
    pub(crate) thresholds: Thresholds,
    pub(crate) manifest_sha256: [u8; 32],
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Models({})", self.networks.embedder.card.name)
    }
}

impl Models {
    /// Loads the models that the manifest names from a folder; the detector at its default side.
    /// A file `second_passive.json` in the folder names a second passive model of the operator's,
    /// which must then pass, too (docs/liveness.md).
    ///
    /// # Errors
    /// [`ModelError`]: unreadable, wrong digest (before anything is parsed), unloadable; a second
    /// passive model whose manifest cannot be followed.
    pub fn load(dir: &Path, embedding: EmbeddingModel) -> Result<Self, ModelError> {
        Self::load_with_detector(dir, embedding, DetectorSide::default())
    }

    /// As [`Self::load`], with the detector at the given side.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_with_detector(
        dir: &Path,
        embedding: EmbeddingModel,
        detector_side: DetectorSide,
    ) -> Result<Self, ModelError> {
        let id = embedding.id();
        let thresholds = known(id)?.thresholds.clone();
        Ok(Self {
            thresholds: thresholds.ok_or_else(|| ModelError::Unknown { id: id.to_owned() })?,
            networks: Networks::load(dir, detector_side, || Embedder::built_in(dir, embedding))?,
            manifest_sha256: manifest::manifest_digest(),
        })
    }

    /// As [`Self::load`], with an embedding model of the operator's and the thresholds of the
    /// calibration that is attached to it.
    ///
    /// # Errors
    /// As [`Self::load`]; the folder names no such model, no calibration is attached to it, or the
    /// calibration is none of this very model.
    #[cfg(feature = "any-model")]
    pub fn load_own(dir: &Path, own: &OperatorModels, name: &str) -> Result<Self, ModelError> {
        Ok(Self {
            // Without a calibration nothing needs to be loaded.
            thresholds: own.thresholds(name)?,
            networks: Networks::load(dir, DetectorSide::default(), || own.embedder(name))?,
            manifest_sha256: own.manifest_sha256(),
        })
    }

    /// The outputs of one loaded model on one tensor, laid out as the manifest states under
    /// `input` and `output`: what a comparison with another runtime runs.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] for an id that is not loaded here, [`ModelError::RunFailed`] also
    /// for a tensor of another length.
    pub fn outputs(&self, id: &str, input: &[f32]) -> Result<Vec<Vec<f32>>, ModelError> {
        let all = &self.networks;
        [&all.detector, &all.embedder.model, &all.liveness, &all.mesh]
            .into_iter()
            .find(|model| model.id == id)
            .ok_or_else(|| ModelError::Unknown { id: id.to_owned() })?
            .outputs(input)
    }

    /// Where the models are expected: the folder in the environment variable `HUMANSEAL_MODELS`,
    /// else `fixtures/models` of the source tree that this crate was built from.
    pub fn default_dir() -> PathBuf {
        std::env::var_os("HUMANSEAL_MODELS").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/models"),
            PathBuf::from,
        )
    }
}
