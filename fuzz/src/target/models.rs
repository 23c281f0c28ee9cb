//! Model files. A changed file is refused by its digest before anything of it is parsed, so the
//! parser behind is out of reach of whoever changes one.

use humanseal_biometric::{EmbeddingModel, Models, entry};

use super::{Case, Reached, Target, fixture};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::Structure;

/// The detector's file stands in a folder in which the others are empty. Unchanged, it is loaded
/// and the embedder is the first that is refused; changed in any way, it is itself.
pub(super) fn target() -> Target {
    let detector = file_of("retinaface");
    let embedder = file_of("mobilefacenet");
    let seeds = vec![fixture(&format!("models/{detector}"))];
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    for id in ["mobilefacenet", "fr_liveness", "mediapipe_468"] {
        write(folder.path(), file_of(id), b"");
    }
    let properties = move |case: &Case<'_>| {
        write(folder.path(), detector, case.bytes);
        let Err(error) = Models::load(folder.path(), EmbeddingModel::MobileFaceNet) else {
            panic!("models were loaded from empty files");
        };
        assert_silent(&error);
        assert_eq!(error.code(), "model_wrong_digest");
        let refused = if case.changed { detector } else { embedder };
        assert!(error.to_string().contains(refused), "{error}");
        match case.changed {
            true => Reached::Refused,
            false => Reached::Verified,
        }
    };
    Target::new(
        "models",
        Structure::Plain,
        Bounds::mebibytes(64),
        seeds,
        properties,
    )
}

fn file_of(id: &str) -> &'static str {
    let entry = entry(id).unwrap_or_else(|| panic!("the manifest names no {id}"));
    &entry.file
}

fn write(folder: &std::path::Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap_or_else(|error| panic!("{error}"));
}
