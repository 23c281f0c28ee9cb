//! Images to faces, liveness, embeddings and a match decision, on the holder's device.
//!
//! A photograph is decoded within limits ([`Photo`]), its faces are found, aligned and embedded
//! ([`Pipeline`]), gates judge a live capture ([`LiveCapture`], [`GateRecord`]), and two
//! embeddings are compared by their [`cosine`] against thresholds with stated error rates
//! ([`Thresholds`]). The model files are named, with digest, licence and caveat, in
//! `fixtures/models/manifest.json`; any other file is refused before it is parsed. An operator's
//! embedding model has a manifest beside it (`OperatorModels`, with the feature `any-model`).
//!
//! The crate knows no document, no proof and no network, and nothing biometric leaves it but
//! through its return values: errors, `Debug` output and gate records carry no pixel, no
//! embedding and no score.
//!
//! ```no_run
//! use humanseal_biometric::{EmbeddingModel, Limits, MatchAgainst, Models, Photo, Pipeline};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let models = Models::load(&Models::default_dir(), EmbeddingModel::default())?;
//! let pipeline = Pipeline::new(models);
//! let read = |path: &str| -> Result<Photo, Box<dyn std::error::Error>> {
//!     Ok(Photo::decode(&std::fs::read(path)?, Limits::default())?)
//! };
//! let portrait = pipeline.portrait(&read("portrait.jp2")?)?;
//! let frames = [read("frame1.jpg")?, read("frame2.jpg")?];
//! let against = MatchAgainst {
//!     portrait: &portrait,
//!     at_least: pipeline.thresholds().decision().similarity,
//! };
//! let capture = pipeline.live(&frames, Some(against))?;
//! for gate in capture.gates() {
//!     println!("{}: {} ({})", gate.name.as_str(), gate.outcome.as_str(), gate.reason.code());
//! }
//! # Ok(())
//! # }
//! ```

mod photo;

mod geometry;

mod sampling;

pub mod calibration;

mod thresholds;

mod manifest;

mod input;

mod kernels;

mod models;

mod embedder;

#[cfg(feature = "any-model")]
mod operator;

mod networks;

mod onnx;

mod detection;

mod recognition;

mod embedding;

pub mod passive;

mod mesh;

/// What is measured on a face, and the limits of the gates.
pub mod quality;

mod gate;

mod advice;

mod capture;

mod portrait;

mod pipeline;

pub mod live;

pub use advice::{Language, reasons_to_tell};
pub use capture::{FrameReport, LiveCapture, MatchAgainst};
pub use detection::Face;
pub use embedder::EmbedderCard;
pub use embedding::{Embedding, EmbeddingError, Similarity, cosine};
pub use gate::{GateName, GateOutcome, GateRecord, Reason};
pub use geometry::{Bounds, Point};
pub use input::{Alignment, Channels, EmbedderInput, Layout};
pub use manifest::{EmbeddingModel, ModelEntry, entries, entry, manifest_digest};
pub use mesh::{Landmarks, Mesh};
pub use models::{DetectorSide, ModelError, Models};
#[cfg(feature = "any-model")]
pub use operator::{Addition, AdditionError, OperatorModel, OperatorModels, Parity, Reference};
pub use photo::{Limits, Photo, PhotoError};
pub use pipeline::{MAX_FRAMES, Pipeline, PipelineError, Timings};
pub use portrait::{FaceTemplate, PortraitReader};
pub use recognition::RecognitionError;
pub use thresholds::{Condition, Decision, FalseMatchRate, Rule, Threshold, Thresholds};

#[cfg(test)]
mod goldens;
