//! The model files: checked by digest, parsed, optimised, run.

use std::fmt;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tract_onnx::prelude::*;

use crate::kernels;
use crate::manifest::{self, EmbeddingModel, ModelEntry};
use crate::passive::SecondPassive;
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
    /// manifest's, and only then parses and optimises it for `shape`.
    fn load(dir: &Path, id: &'static str, shape: &[usize]) -> Result<Self, ModelError> {
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
        let file = || name.to_owned();
        let bytes =
            read(&dir.join(name), MODEL_LIMIT).map_err(|source| ModelError::Unreadable {
                file: file(),
                source,
            })?;
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        if digest != sha256 {
            return Err(ModelError::WrongDigest { file: file() });
        }
        let plan = optimise(&bytes, shape).map_err(|_| ModelError::Unloadable { file: file() })?;
        Ok(Self {
            id,
            shape: shape.to_vec(),
            plan,
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

    fn outputs(&self, input: &[f32]) -> Result<Vec<Vec<f32>>, ModelError> {
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

/// The file, no more of it than the limit.
pub(crate) fn read(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn optimise(bytes: &[u8], shape: &[usize]) -> TractResult<Arc<TypedRunnableModel>> {
    let fact = InferenceFact::dt_shape(f32::datum_type(), shape);
    let mut model = onnx().model_for_read(&mut Cursor::new(bytes))?;
    model.set_input_fact(0, fact)?;
    kernels::substitute(&model.into_typed()?)?
        .into_optimized()?
        .into_runnable()
}

fn known(id: &str) -> Result<&'static ModelEntry, ModelError> {
    manifest::entry(id).ok_or_else(|| ModelError::Unknown { id: id.to_owned() })
}

/// All models of one pipeline.
pub struct Models {
    pub(crate) detector: Model,
    pub(crate) detector_side: DetectorSide,
    pub(crate) embedder: Model,
    pub(crate) liveness: Model,
    pub(crate) second_passive: Option<SecondPassive>,
    pub(crate) mesh: Model,
    pub(crate) embedding: EmbeddingModel,
    pub(crate) embedding_sha256: [u8; 32],
    pub(crate) thresholds: &'static Thresholds,
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Models({})", self.embedding.id())
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
        let entry = known(id)?;
        let thresholds = entry.thresholds.as_ref();
        let thresholds = thresholds.ok_or_else(|| ModelError::Unknown { id: id.to_owned() })?;
        let embedder_shape: &[usize] = match embedding {
            EmbeddingModel::MobileFaceNet => &[1, 112, 112, 3],
            EmbeddingModel::FrFeature => &[1, 3, 112, 112],
        };
        let side = detector_side.pixels();
        // Optimising takes longer than reading, and each model is independent of the others.
        let ((detector, embedder), (liveness, mesh)) = rayon::join(
            || {
                rayon::join(
                    || Model::load(dir, "retinaface", &[1, 3, side, side]),
                    || Model::load(dir, id, embedder_shape),
                )
            },
            || {
                rayon::join(
                    || Model::load(dir, "fr_liveness", &[1, 3, 128, 128]),
                    || Model::load(dir, "mediapipe_468", &[1, 192, 192, 3]),
                )
            },
        );
        Ok(Self {
            detector: detector?,
            detector_side,
            embedder: embedder?,
            liveness: liveness?,
            second_passive: SecondPassive::load(dir)?,
            mesh: mesh?,
            embedding,
            embedding_sha256: entry.sha256,
            thresholds,
        })
    }

    /// The outputs of one loaded model on one tensor, laid out as the manifest states under
    /// `input` and `output`: what a comparison with another runtime runs.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] for an id that is not loaded here, [`ModelError::RunFailed`] also
    /// for a tensor of another length.
    pub fn outputs(&self, id: &str, input: &[f32]) -> Result<Vec<Vec<f32>>, ModelError> {
        [&self.detector, &self.embedder, &self.liveness, &self.mesh]
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
