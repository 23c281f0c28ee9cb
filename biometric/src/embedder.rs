//! The embedding model of a pipeline, and what is known of it.

use std::path::Path;

use crate::input::{Alignment, Channels, EmbedderInput, Layout};
use crate::manifest::{self, EmbeddingModel};
use crate::models::{Model, ModelError};

/// What is known of an embedding model.
#[derive(Clone, Debug, PartialEq)]
pub struct EmbedderCard {
    /// Its id in the manifest, or the name that an operator gave it.
    pub name: String,
    /// SHA-256 of the model file.
    pub sha256: [u8; 32],
    /// Licence as published.
    pub licence: String,
    /// What speaks against it; of an operator's model, where it comes from.
    pub caveat: String,
    /// What it is fed.
    pub input: EmbedderInput,
    /// How faces are aligned for it.
    pub alignment: Alignment,
    /// Components of an embedding.
    pub dimension: usize,
}

impl EmbedderCard {
    /// What the compiled-in manifest says of one of its models.
    ///
    /// # Errors
    /// [`ModelError::Unknown`].
    pub fn built_in(model: EmbeddingModel) -> Result<Self, ModelError> {
        let id = model.id();
        let entry = manifest::entry(id).ok_or_else(|| ModelError::Unknown { id: id.to_owned() })?;
        let (layout, channels) = match model {
            EmbeddingModel::MobileFaceNet => (Layout::Pixels, Channels::Rgb),
            EmbeddingModel::FrFeature => (Layout::Planes, Channels::Bgr),
        };
        Ok(Self {
            name: entry.id.clone(),
            sha256: entry.sha256,
            licence: entry.licence.clone(),
            caveat: entry.caveat.clone(),
            input: EmbedderInput {
                side: 112,
                layout,
                channels,
                mean: [127.5; 3],
                divisor: [128.0; 3],
            },
            alignment: Alignment::Arcface112,
            dimension: model.dimension(),
        })
    }
}

/// An embedding model, ready to run.
pub(crate) struct Embedder {
    pub(crate) card: EmbedderCard,
    pub(crate) model: Model,
}

impl Embedder {
    pub(crate) fn built_in(folder: &Path, model: EmbeddingModel) -> Result<Self, ModelError> {
        let card = EmbedderCard::built_in(model)?;
        let model = Model::load(folder, model.id(), &card.input.shape())?;
        Ok(Self { card, model })
    }
}
