//! The pipeline on the fixture photographs and on real edits of them.

#![allow(clippy::unwrap_used)]

mod actor;
mod gates;
mod images;
mod jpeg2000;
mod live;
mod live_attacks;
mod models;
mod openjpeg;
#[cfg(feature = "any-model")]
mod own_models;
mod robustness;

use std::path::PathBuf;
use std::sync::OnceLock;

use humanseal_biometric::{EmbeddingModel, Limits, Models, Photo, Pipeline};

fn fixture(path: &str) -> Vec<u8> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    std::fs::read(root.join(path)).unwrap()
}

fn photo(name: &str) -> Photo {
    Photo::decode(&fixture(&format!("faces/{name}")), Limits::default()).unwrap()
}

/// The code that a file is refused with.
fn code(bytes: &[u8]) -> &'static str {
    Photo::decode(bytes, Limits::default()).unwrap_err().code()
}

fn pipeline() -> &'static Pipeline {
    static PIPELINE: OnceLock<Pipeline> = OnceLock::new();
    PIPELINE.get_or_init(|| {
        let dir = Models::default_dir();
        Pipeline::new(Models::load(&dir, EmbeddingModel::default()).unwrap())
    })
}
