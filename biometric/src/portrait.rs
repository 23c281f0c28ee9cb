//! The face of a portrait: exactly one, large enough to compare.

use std::fmt;
use std::path::Path;

use crate::detection::{self, Face};
use crate::embedder::{Embedder, EmbedderCard};
use crate::embedding::Embedding;
use crate::gate::Reason;
use crate::manifest::EmbeddingModel;
use crate::mesh;
use crate::models::{DetectorSide, ModelError};
use crate::networks::Networks;
#[cfg(feature = "any-model")]
use crate::operator::OperatorModels;
use crate::passive::PassiveMeasures;
use crate::photo::Photo;
use crate::pipeline::{PipelineError, only};
use crate::quality::{MIN_EYE_DISTANCE, Measures};
use crate::recognition;
use crate::sampling::Crop;

/// The face of a portrait, ready to be compared.
#[derive(Clone, Debug)]
pub struct FaceTemplate {
    embedding: Embedding,
}

impl FaceTemplate {
    /// Its embedding.
    pub fn embedding(&self) -> &Embedding {
        &self.embedding
    }
}

impl From<Embedding> for FaceTemplate {
    /// A template from a stored embedding.
    fn from(embedding: Embedding) -> Self {
        Self { embedding }
    }
}

pub(crate) fn template(networks: &Networks, photo: &Photo) -> Result<FaceTemplate, PipelineError> {
    let (_, _, template) = face(networks, photo)?;
    Ok(template)
}

pub(crate) fn template_with_quality(
    networks: &Networks,
    photo: &Photo,
) -> Result<(FaceTemplate, f32), PipelineError> {
    let (template, measures) = measured(networks, photo)?;
    Ok((template, measures.quality()))
}

/// The face of a photograph that nobody signed: what its place, light, pose or focus spoils is refused.
pub(crate) fn printed(networks: &Networks, photo: &Photo) -> Result<FaceTemplate, PipelineError> {
    let (template, measures) = measured(networks, photo)?;
    let unfit = measures
        .frame_edge()
        .or_else(|| measures.exposure())
        .or_else(|| measures.pose())
        .or_else(|| measures.blur());
    match unfit {
        None => Ok(template),
        Some(reason) => Err(PipelineError::Unfit(reason)),
    }
}

fn measured(networks: &Networks, photo: &Photo) -> Result<(FaceTemplate, Measures), PipelineError> {
    let (face, aligned, template) = face(networks, photo)?;
    let (mesh, _) = mesh::fit(networks, photo, &face)?;
    let passive = PassiveMeasures::of(networks, photo, &face)?;
    let measures = Measures::of(photo, &face, &aligned, mesh, passive);
    Ok((template, measures))
}

fn face(networks: &Networks, photo: &Photo) -> Result<(Face, Crop, FaceTemplate), PipelineError> {
    let faces = detection::detect(networks, photo)?;
    let face = match only(&faces) {
        Ok(face) => *face,
        Err(Reason::SeveralFaces) => return Err(PipelineError::SeveralFaces),
        Err(_) => return Err(PipelineError::NoFace),
    };
    if face.eye_distance() < MIN_EYE_DISTANCE {
        return Err(PipelineError::FaceTooSmall);
    }
    let aligned = recognition::align(photo, &face).ok_or(PipelineError::NoFace)?;
    let embedding = recognition::embed(&networks.embedder, photo, &face, &aligned)?;
    Ok((face, aligned, FaceTemplate { embedding }))
}

/// Takes the faces of portraits as a [`Pipeline`](crate::Pipeline) does, and decides nothing: what a calibration
/// is made with, also of an operator's model that has none yet.
pub struct PortraitReader {
    networks: Networks,
}

impl fmt::Debug for PortraitReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PortraitReader({})", self.networks.embedder.card.name)
    }
}

impl PortraitReader {
    /// With a model of the compiled-in manifest.
    ///
    /// # Errors
    /// As [`Models::load`](crate::Models::load).
    pub fn built_in(folder: &Path, model: EmbeddingModel) -> Result<Self, ModelError> {
        Self::with(folder, || Embedder::built_in(folder, model))
    }

    /// With a model of the operator's; the other models come from `folder`.
    ///
    /// # Errors
    /// As [`Models::load`](crate::Models::load), and a model that the operator's folder does not name.
    #[cfg(feature = "any-model")]
    pub fn own(folder: &Path, own: &OperatorModels, name: &str) -> Result<Self, ModelError> {
        Self::with(folder, || own.embedder(name))
    }

    fn with(
        folder: &Path,
        embedder: impl FnOnce() -> Result<Embedder, ModelError> + Send,
    ) -> Result<Self, ModelError> {
        let networks = Networks::load(folder, DetectorSide::default(), embedder)?;
        Ok(Self { networks })
    }

    /// The embedding model.
    pub fn embedder(&self) -> &EmbedderCard {
        &self.networks.embedder.card
    }

    /// As [`Pipeline::portrait`](crate::Pipeline::portrait).
    ///
    /// # Errors
    /// No face, several faces, a face too small, a failing model.
    pub fn portrait(&self, photo: &Photo) -> Result<FaceTemplate, PipelineError> {
        template(&self.networks, photo)
    }

    /// The same, and the quality of the face ([`Measures::quality`]).
    ///
    /// # Errors
    /// As [`Self::portrait`].
    pub fn portrait_with_quality(
        &self,
        photo: &Photo,
    ) -> Result<(FaceTemplate, f32), PipelineError> {
        template_with_quality(&self.networks, photo)
    }
}
