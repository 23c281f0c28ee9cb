//! The models: wrong files are refused, other models and sizes can be chosen.

use std::fs;

use humanseal_biometric::{
    DetectorSide, EmbeddingModel, FalseMatchRate, MatchAgainst, Models, Pipeline, cosine, entries,
    entry,
};

use crate::{photo, pipeline};

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

#[test]
fn two_exchanged_model_files_are_refused() {
    let dir = copy();
    let path = |file: &str| dir.path().join(file);
    let (a, b) = ("embed_mobilefacenet_192.onnx", "embed_fr_feature_512.onnx");
    fs::rename(path(a), path("kept")).unwrap();
    fs::rename(path(b), path(a)).unwrap();
    fs::rename(path("kept"), path(b)).unwrap();
    for model in [EmbeddingModel::MobileFaceNet, EmbeddingModel::FrFeature] {
        let error = Models::load(dir.path(), model).unwrap_err();
        assert_eq!(error.code(), "model_wrong_digest");
    }
}

#[test]
fn the_other_embedding_model_judges_by_its_own_thresholds_and_mixes_with_none() {
    let models = Models::load(&Models::default_dir(), EmbeddingModel::FrFeature).unwrap();
    let other = Pipeline::new(models);
    let of = |id: &str| entry(id).unwrap();
    assert_eq!(
        Some(other.thresholds()),
        of("fr_feature").thresholds.as_ref()
    );
    assert_eq!(
        Some(pipeline().thresholds()),
        of("mobilefacenet").thresholds.as_ref()
    );
    assert_eq!(other.embedding_model_sha256(), of("fr_feature").sha256);

    let portrait = other.portrait(&photo("obama.jpg")).unwrap();
    assert_eq!(portrait.embedding().values().len(), 512);
    let at_least = other.thresholds().decision().similarity;
    let live = |name: &str| {
        let against = MatchAgainst {
            portrait: &portrait,
            at_least,
        };
        let capture = other.live(&[photo(name)], Some(against)).unwrap();
        capture.match_similarity().unwrap()
    };
    assert!(live("obama2.jpg") >= at_least);
    assert!(live("biden.jpg") < at_least);
    // Its swap alarm stands where its own manifest row says, not where the default's does.
    let alarm = other.thresholds().at(FalseMatchRate::OneIn1000).similarity;
    assert_ne!(
        alarm,
        pipeline()
            .thresholds()
            .at(FalseMatchRate::OneIn1000)
            .similarity
    );

    let default = pipeline().portrait(&photo("obama.jpg")).unwrap();
    let error = cosine(portrait.embedding(), default.embedding()).unwrap_err();
    assert_eq!(error.code(), "embedding_model_differs");
    let against = MatchAgainst {
        portrait: &default,
        at_least,
    };
    let error = other
        .live(&[photo("obama.jpg")], Some(against))
        .unwrap_err();
    assert_eq!(error.code(), "embedding_model_differs");
}

/// Both sides see one face at one place; at 320 a pixel of the input is twice as coarse.
#[test]
fn the_detector_finds_the_same_face_at_320_as_at_640() {
    let models = Models::load_with_detector(
        &Models::default_dir(),
        EmbeddingModel::default(),
        DetectorSide::Pixels320,
    );
    let small = Pipeline::new(models.unwrap());
    for name in ["obama.jpg", "obama2.jpg", "biden.jpg", "astronaut.png"] {
        let photo = photo(name);
        let [fine, coarse] = [pipeline(), &small].map(|pipeline| {
            let faces = pipeline.faces(&photo).unwrap();
            assert_eq!(faces.len(), 1, "{name}");
            faces[0]
        });
        for (a, b) in fine.landmarks.iter().zip(coarse.landmarks) {
            let apart = a.distance(b) / fine.eye_distance();
            assert!(apart < 0.15, "{name}: {apart}");
        }
        let overlap = fine.bounds.overlap(&coarse.bounds);
        assert!(overlap > 0.85, "{name}: {overlap}");
        let [fine, coarse] = [pipeline(), &small].map(|p| p.portrait(&photo).unwrap());
        let similarity = cosine(fine.embedding(), coarse.embedding()).unwrap();
        assert!(similarity.value() > 0.95, "{name}: {similarity}");
    }
}

/// A file without an end would fill the memory if all of it were read before its digest is known.
#[cfg(unix)]
#[test]
fn an_endless_model_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let endless = dir.path().join("det_retinaface_mnet025.onnx");
    std::os::unix::fs::symlink("/dev/zero", endless).unwrap();
    let error = Models::load(dir.path(), EmbeddingModel::MobileFaceNet).unwrap_err();
    assert_eq!(error.code(), "model_wrong_digest");
}
