//! Wrong model files.

use std::fs;

use humanseal_biometric::{EmbeddingModel, Models, entries};

fn copy() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for entry in entries() {
        let from = Models::default_dir().join(&entry.file);
        fs::copy(from, dir.path().join(&entry.file)).unwrap();
    }
    dir
}

#[test]
fn a_changed_truncated_or_missing_model_file_is_refused() {
    let dir = copy();
    for file in [
        "det_retinaface_mnet025.onnx",
        "embed_mobilefacenet_192.onnx",
        "pad_fr_liveness_128.onnx",
        "lm_mediapipe_468_192.onnx",
    ] {
        let path = dir.path().join(file);
        let good = fs::read(&path).unwrap();
        let load = || {
            Models::load(dir.path(), EmbeddingModel::MobileFaceNet)
                .unwrap_err()
                .code()
        };
        let mut changed = good.clone();
        changed[good.len() / 2] ^= 1;
        fs::write(&path, changed).unwrap();
        assert_eq!(load(), "model_wrong_digest");
        fs::write(&path, &good[..good.len() - 1]).unwrap();
        assert_eq!(load(), "model_wrong_digest");
        fs::write(&path, b"").unwrap();
        assert_eq!(load(), "model_wrong_digest");
        fs::remove_file(&path).unwrap();
        assert_eq!(load(), "model_unreadable");
        fs::write(&path, good).unwrap();
    }
}
