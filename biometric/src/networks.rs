//! Every network of a pipeline.

use std::path::Path;

use crate::embedder::Embedder;
use crate::models::{DetectorSide, Model, ModelError};
use crate::passive::SecondPassive;

/// The networks. What similarities of the embeddings mean stands elsewhere.
pub(crate) struct Networks {
    pub(crate) detector: Model,
    pub(crate) detector_side: DetectorSide,
    pub(crate) embedder: Embedder,
    pub(crate) liveness: Model,
    pub(crate) second_passive: Option<SecondPassive>,
    pub(crate) mesh: Model,
}

impl Networks {
    /// Loads the networks of the compiled-in manifest from a folder, and an embedding model.
    pub(crate) fn load(
        folder: &Path,
        detector_side: DetectorSide,
        embedder: impl FnOnce() -> Result<Embedder, ModelError> + Send,
    ) -> Result<Self, ModelError> {
        let side = detector_side.pixels();
        // Optimising takes longer than reading, and each model is independent of the others.
        let ((detector, embedder), (liveness, mesh)) = rayon::join(
            || {
                rayon::join(
                    || Model::load(folder, "retinaface", &[1, 3, side, side]),
                    embedder,
                )
            },
            || {
                rayon::join(
                    || Model::load(folder, "fr_liveness", &[1, 3, 128, 128]),
                    || Model::load(folder, "mediapipe_468", &[1, 192, 192, 3]),
                )
            },
        );
        Ok(Self {
            detector: detector?,
            detector_side,
            embedder: embedder?,
            liveness: liveness?,
            second_passive: SecondPassive::load(folder)?,
            mesh: mesh?,
        })
    }
}
