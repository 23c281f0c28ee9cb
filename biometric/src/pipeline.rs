//! The pipeline: a portrait to a template, camera frames to one live capture.

use std::fmt;
use std::time::{Duration, Instant};

use crate::capture::{FrameReport, LiveCapture, MatchAgainst};
use crate::detection::{self, Face};
use crate::embedder::EmbedderCard;
use crate::embedding::Embedding;
use crate::gate::Reason;
use crate::mesh::{self, Landmarks, Mesh};
use crate::models::{ModelError, Models};
use crate::networks::Networks;
use crate::passive::{self, PassiveMeasures, SecondPassive};
use crate::photo::Photo;
use crate::portrait::{self, FaceTemplate};
use crate::quality::{BYSTANDER_SHARE, Measures};
use crate::recognition::{self, RecognitionError};
use crate::thresholds::Thresholds;

/// More frames than this are refused: the pairs to compare grow with the square.
pub const MAX_FRAMES: usize = 64;

/// Why a portrait gives no template, or frames give no capture.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// There is no face in the portrait.
    #[error("no face was found in the picture")]
    NoFace,
    /// The portrait shows several faces.
    #[error("the picture shows more than one face")]
    SeveralFaces,
    /// The portrait's face is too small.
    #[error("the face in the picture is too small")]
    FaceTooSmall,
    /// The face in a photograph of a printed portrait is spoiled by its place, light, pose or focus.
    #[error("the face in the picture cannot be compared: {}", .0.code())]
    Unfit(Reason),
    /// No frame was given.
    #[error("no frame was given")]
    NoFrames,
    /// More than [`MAX_FRAMES`] frames were given.
    #[error("more than {MAX_FRAMES} frames were given")]
    TooManyFrames,
    /// A model failed, or its output is no embedding.
    #[error(transparent)]
    Recognition(#[from] RecognitionError),
}

impl PipelineError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoFace => "no_face",
            Self::SeveralFaces => "several_faces",
            Self::FaceTooSmall => "face_too_small",
            Self::Unfit(reason) => reason.code(),
            Self::NoFrames => "no_frames",
            Self::TooManyFrames => "too_many_frames",
            Self::Recognition(error) => error.code(),
        }
    }
}

impl PipelineError {
    /// What is wrong with the face in the picture, where that is what is wrong.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::NoFace => Some(Reason::NoFace),
            Self::SeveralFaces => Some(Reason::SeveralFaces),
            Self::FaceTooSmall => Some(Reason::FaceTooSmall),
            Self::Unfit(reason) => Some(*reason),
            Self::NoFrames | Self::TooManyFrames | Self::Recognition(_) => None,
        }
    }
}

impl From<ModelError> for PipelineError {
    fn from(error: ModelError) -> Self {
        Self::Recognition(error.into())
    }
}

/// How long the steps on one frame took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Detection.
    pub detect: Duration,
    /// Alignment and embedding.
    pub embed: Duration,
    /// What the passive gates measure: the model on two crops, an installed second one, spectrum,
    /// edges, colour.
    pub liveness: Duration,
}

/// Loaded models and what is done with them. One pipeline serves any number of threads.
pub struct Pipeline {
    networks: Networks,
    thresholds: Thresholds,
    manifest_sha256: [u8; 32],
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pipeline({})", self.embedder().name)
    }
}

impl Pipeline {
    /// A pipeline on loaded models.
    pub fn new(models: Models) -> Self {
        Self {
            networks: models.networks,
            thresholds: models.thresholds,
            manifest_sha256: models.manifest_sha256,
        }
    }

    /// The embedding model.
    pub fn embedder(&self) -> &EmbedderCard {
        &self.networks.embedder.card
    }

    /// SHA-256 of the manifest that all models are pinned by: the compiled-in one, or an operator's,
    /// which names the compiled-in one. A device states it; an issuer says which it takes.
    pub fn manifest_sha256(&self) -> [u8; 32] {
        self.manifest_sha256
    }

    /// SHA-256 of the embedding model's file.
    pub fn embedding_model_sha256(&self) -> [u8; 32] {
        self.embedder().sha256
    }

    /// Components of an embedding.
    pub fn embedding_dimension(&self) -> usize {
        self.embedder().dimension
    }

    /// What similarities mean with this embedding model.
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// All faces of a photograph, the largest first.
    ///
    /// # Errors
    /// A failing model.
    pub fn faces(&self, photo: &Photo) -> Result<Vec<Face>, ModelError> {
        detection::detect(&self.networks, photo)
    }

    /// Probability in 0..=1 that a face is live, by the presentation-attack model on the near
    /// crop: one of the measures behind the passive gates.
    ///
    /// # Errors
    /// A failing model.
    pub fn liveness(&self, photo: &Photo, face: &Face) -> Result<f32, ModelError> {
        passive::near(&self.networks, photo, face)
    }

    /// Pose, eyes and mouth of a face.
    ///
    /// # Errors
    /// A failing model.
    pub fn mesh(&self, photo: &Photo, face: &Face) -> Result<Mesh, ModelError> {
        Ok(mesh::fit(&self.networks, photo, face)?.0)
    }

    /// The 468 points of a face's mesh.
    ///
    /// # Errors
    /// A failing model.
    pub fn landmarks(&self, photo: &Photo, face: &Face) -> Result<Landmarks, ModelError> {
        Ok(mesh::fit(&self.networks, photo, face)?.1)
    }

    /// The template of a portrait: exactly one face, large enough to compare. A portrait comes
    /// from a document that somebody signed, so its light and focus are not judged.
    ///
    /// # Errors
    /// No face, several faces, a face too small, a failing model.
    pub fn portrait(&self, photo: &Photo) -> Result<FaceTemplate, PipelineError> {
        portrait::template(&self.networks, photo)
    }

    /// The same, and the quality of the face ([`Measures::quality`]).
    ///
    /// # Errors
    /// As [`Self::portrait`].
    pub fn portrait_with_quality(
        &self,
        photo: &Photo,
    ) -> Result<(FaceTemplate, f32), PipelineError> {
        portrait::template_with_quality(&self.networks, photo)
    }

    /// The template of the portrait in a photograph of a printed data page. Nobody signed it, so it is judged
    /// as a camera frame is: one face ([`BYSTANDER_SHARE`]), its eyes at least
    /// [`MIN_EYE_DISTANCE`](crate::quality::MIN_EYE_DISTANCE) pixels apart, whole in the picture, in even light,
    /// frontal, in focus (limits in [`crate::quality`]). How much of the picture it fills does not count.
    ///
    /// # Errors
    /// As [`Self::portrait`], and [`PipelineError::Unfit`].
    pub fn printed_portrait(&self, photo: &Photo) -> Result<FaceTemplate, PipelineError> {
        portrait::printed(&self.networks, photo)
    }

    /// Judges camera frames and joins their faces into one live embedding. Gates that fail or
    /// cannot run are recorded, not errors.
    ///
    /// # Errors
    /// No frame, too many frames, a failing model.
    pub fn live(
        &self,
        frames: &[Photo],
        against: Option<MatchAgainst<'_>>,
    ) -> Result<LiveCapture, PipelineError> {
        match frames.len() {
            0 => return Err(PipelineError::NoFrames),
            n if n > MAX_FRAMES => return Err(PipelineError::TooManyFrames),
            _ => {}
        }
        let mut reports = Vec::with_capacity(frames.len());
        let mut embeddings = Vec::with_capacity(frames.len());
        for frame in frames {
            let (report, embedding) = self.frame(frame)?;
            reports.push(report);
            embeddings.extend(embedding);
        }
        self.judge(reports, embeddings, against)
    }

    /// One capture of frames that were examined.
    pub(crate) fn judge(
        &self,
        reports: Vec<FrameReport>,
        embeddings: Vec<Embedding>,
        against: Option<MatchAgainst<'_>>,
    ) -> Result<LiveCapture, PipelineError> {
        let second = self.networks.second_passive.as_ref();
        let second = second.map(SecondPassive::threshold);
        LiveCapture::judge(reports, embeddings, self.thresholds(), second, against)
            .map_err(|error| PipelineError::Recognition(error.into()))
    }

    /// One frame: its measures, and its embedding where there is exactly one face.
    fn frame(&self, photo: &Photo) -> Result<(FrameReport, Option<Embedding>), PipelineError> {
        let (report, found) = self.examine(photo)?;
        Ok((report, found.map(|found| found.embedding)))
    }

    /// One frame: its measures, and what was found where there is exactly one face.
    pub(crate) fn examine(
        &self,
        photo: &Photo,
    ) -> Result<(FrameReport, Option<Found>), PipelineError> {
        let start = Instant::now();
        let faces = self.faces(photo)?;
        let mut timings = Timings {
            detect: start.elapsed(),
            ..Timings::default()
        };
        let face = match only(&faces) {
            Ok(face) => *face,
            Err(reason) => return Ok((FrameReport::without_face(reason, timings), None)),
        };
        let start = Instant::now();
        let Some(aligned) = recognition::align(photo, &face) else {
            return Ok((FrameReport::without_face(Reason::NoFace, timings), None));
        };
        let embedding = recognition::embed(&self.networks.embedder, photo, &face, &aligned)?;
        timings.embed = start.elapsed();
        let start = Instant::now();
        let passive = PassiveMeasures::of(&self.networks, photo, &face)?;
        timings.liveness = start.elapsed();
        let (mesh, landmarks) = mesh::fit(&self.networks, photo, &face)?;
        let measures = Measures::of(photo, &face, &aligned, mesh, passive);
        let found = Found {
            face,
            landmarks,
            embedding,
        };
        Ok((FrameReport::with_face(measures, timings), Some(found)))
    }
}

/// The one face of a frame.
pub(crate) struct Found {
    pub(crate) face: Face,
    pub(crate) landmarks: Landmarks,
    pub(crate) embedding: Embedding,
}

/// The only face, bystanders aside; else why there is none.
pub(crate) fn only(faces: &[Face]) -> Result<&Face, Reason> {
    let short = |face: &Face| face.bounds.width().min(face.bounds.height());
    let (largest, rest) = faces.split_first().ok_or(Reason::NoFace)?;
    let limit = BYSTANDER_SHARE * short(largest);
    if rest.iter().any(|face| short(face) >= limit) {
        return Err(Reason::SeveralFaces);
    }
    Ok(largest)
}
