//! Alignment and embedding.

use crate::detection::Face;
use crate::embedding::{Embedding, EmbeddingError};
use crate::geometry::{Affine, Point};
use crate::manifest::EmbeddingModel;
use crate::models::{ModelError, Models};
use crate::photo::Photo;
use crate::sampling::{Crop, sample};

/// Side of an aligned face in pixels.
pub(crate) const ALIGNED_SIDE: usize = 112;

/// Where eyes, nose and mouth corners stand in an aligned face: the template of ArcFace
/// (Deng et al., "ArcFace: Additive Angular Margin Loss for Deep Face Recognition", 2019).
const TEMPLATE: [Point; 5] = [
    Point {
        x: 38.2946,
        y: 51.6963,
    },
    Point {
        x: 73.5318,
        y: 51.5014,
    },
    Point {
        x: 56.0252,
        y: 71.7366,
    },
    Point {
        x: 41.5493,
        y: 92.3655,
    },
    Point {
        x: 70.7299,
        y: 92.2041,
    },
];

/// The face, upright at 112 × 112 pixels; `None` if its landmarks coincide.
pub(crate) fn align(photo: &Photo, face: &Face) -> Option<Crop> {
    // The best map from face to template, turned round: sampling needs template to face.
    let forward = Affine::similarity(&face.landmarks, &TEMPLATE)?;
    let map = forward.inverse()?;
    Some(sample(photo, &map, ALIGNED_SIDE, ALIGNED_SIDE, [0.0; 3]))
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

/// The embedding of an aligned face: the normalised mean of the embeddings of the face and of its
/// mirror image, so that a mirrored photograph has the same embedding. The thresholds of the
/// manifest are measured with it.
pub(crate) fn embed(models: &Models, aligned: &Crop) -> Result<Embedding, RecognitionError> {
    let both = [
        embed_once(models, aligned)?,
        embed_once(models, &aligned.mirrored())?,
    ];
    Ok(Embedding::mean(&both)?)
}

fn embed_once(models: &Models, aligned: &Crop) -> Result<Embedding, RecognitionError> {
    let scaled = aligned.rgb.iter().map(|v| (v - 127.5) / 128.0);
    let input = match models.embedding {
        // Channels last, RGB.
        EmbeddingModel::MobileFaceNet => scaled.collect::<Vec<_>>(),
        // Channels first, BGR.
        EmbeddingModel::FrFeature => {
            let area = ALIGNED_SIDE * ALIGNED_SIDE;
            let mut input = vec![0f32; 3 * area];
            for (index, value) in scaled.enumerate() {
                input[(2 - index % 3) * area + index / 3] = value;
            }
            input
        }
    };
    let input = zeroize::Zeroizing::new(input);
    let values = models
        .embedder
        .run(&input, [models.embedding.dimension()], |[values]| {
            values.to_vec()
        })?;
    Ok(Embedding::new(values, models.embedding_sha256)?)
}
