//! Alignment and embedding.

use crate::detection::Face;
use crate::embedder::Embedder;
use crate::embedding::{Embedding, EmbeddingError};
use crate::geometry::Affine;
use crate::input::Alignment;
use crate::models::ModelError;
use crate::photo::Photo;
use crate::sampling::{Crop, sample};

/// Side in pixels of an aligned face that light and focus are measured on.
pub(crate) const ALIGNED_SIDE: usize = 112;
/// How it is aligned.
const ALIGNED: Alignment = Alignment::Arcface112;

/// The face, upright at 112 × 112 pixels; `None` if its landmarks coincide.
pub(crate) fn align(photo: &Photo, face: &Face) -> Option<Crop> {
    align_to(photo, face, ALIGNED, ALIGNED_SIDE)
}

fn align_to(photo: &Photo, face: &Face, alignment: Alignment, side: usize) -> Option<Crop> {
    // The best map from face to template, turned round: sampling needs template to face.
    let forward = Affine::similarity(&face.landmarks, &alignment.template(side))?;
    let map = forward.inverse()?;
    Some(sample(photo, &map, side, side, [0.0; 3]))
}

/// Why a face has no embedding.
#[derive(Debug, thiserror::Error)]
pub enum RecognitionError {
    /// The model failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model's output is no embedding.
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
}

impl RecognitionError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Model(error) => error.code(),
            Self::Embedding(error) => error.code(),
        }
    }
}

/// The embedding of a face: the normalised mean of the embeddings of the face and of its mirror
/// image, so that a mirrored photograph has the same embedding. Thresholds are measured with it.
/// `aligned` is the face as [`align`] made it.
pub(crate) fn embed(
    embedder: &Embedder,
    photo: &Photo,
    face: &Face,
    aligned: &Crop,
) -> Result<Embedding, RecognitionError> {
    let (alignment, side) = (embedder.card.alignment, embedder.card.input.side);
    if (alignment, side) == (ALIGNED, ALIGNED_SIDE) {
        return embed_crop(embedder, aligned);
    }
    // Landmarks that coincide were refused with the other alignment already.
    let other = align_to(photo, face, alignment, side).ok_or(EmbeddingError::Zero)?;
    embed_crop(embedder, &other)
}

fn embed_crop(embedder: &Embedder, crop: &Crop) -> Result<Embedding, RecognitionError> {
    let both = [
        embed_once(embedder, crop)?,
        embed_once(embedder, &crop.mirrored())?,
    ];
    Ok(Embedding::mean(&both)?)
}

fn embed_once(embedder: &Embedder, crop: &Crop) -> Result<Embedding, RecognitionError> {
    let card = &embedder.card;
    let input = card.input.tensor_of(&crop.rgb);
    let values = embedder
        .model
        .run(&input, [card.dimension], |[values]| values.to_vec())?;
    Ok(Embedding::new(values, card.sha256)?)
}
