//! The models: wrong files are refused, other models and sizes can be chosen.

use std::fs;

use humanseal_biometric::{
    DetectorSide, EmbeddingModel, FalseMatchRate, GateName, GateOutcome, MatchAgainst, Models,
    Pipeline, Reason, cosine, entries, entry,
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

/// The manifest of a second passive model: the first one again, told to be stricter.
fn second(live_class: usize) -> serde_json::Value {
    let first = entry("fr_liveness").unwrap();
    serde_json::json!({
        "version": 1,
        "file": first.file,
        "sha256": hex::encode(first.sha256),
        "licence": "that of the first",
        "side": 128,
        "crop_widths": 2.0,
        "channels": "bgr",
        "mean": [0, 0, 0],
        "divisor": [1, 1, 1],
        "classes": 3,
        "live_class": live_class,
        "threshold": 0.5,
    })
}

#[test]
fn an_installed_second_passive_model_must_pass_too() {
    let dir = copy();
    let frame = photo("obama.jpg");
    let passive = |manifest: &serde_json::Value| {
        let path = dir.path().join("second_passive.json");
        fs::write(path, manifest.to_string()).unwrap();
        let models = Models::load(dir.path(), EmbeddingModel::MobileFaceNet).unwrap();
        let capture = Pipeline::new(models).live(std::slice::from_ref(&frame), None);
        let capture = capture.unwrap();
        let measures = capture.frames()[0].measures.unwrap().passive;
        (capture.gate(GateName::PassiveLiveness), measures)
    };
    let (gate, measures) = passive(&second(0));
    assert_eq!(gate.outcome, GateOutcome::Passed);
    // The same model on the same crop: the convention is followed to the letter.
    assert_eq!(measures.second, Some(measures.near));
    let (gate, _) = passive(&second(2));
    let expected = (GateOutcome::Failed, Reason::PresentationSuspected);
    assert_eq!((gate.outcome, gate.reason), expected);
}

#[test]
fn a_second_passive_model_that_cannot_be_followed_is_refused() {
    let dir = copy();
    let path = dir.path().join("second_passive.json");
    let refused = |text: &str| {
        fs::write(&path, text).unwrap();
        let loaded = Models::load(dir.path(), EmbeddingModel::MobileFaceNet);
        loaded.unwrap_err().code()
    };
    for (field, value, code) in [
        ("version", "2", "model_manifest_invalid"),
        (
            "file",
            "\"../pad_fr_liveness_128.onnx\"",
            "model_manifest_invalid",
        ),
        ("file", "\"none.onnx\"", "model_unreadable"),
        ("sha256", "\"00\"", "model_manifest_invalid"),
        ("licence", "\" \"", "model_manifest_invalid"),
        ("side", "31", "model_manifest_invalid"),
        ("side", "513", "model_manifest_invalid"),
        ("crop_widths", "0.9", "model_manifest_invalid"),
        ("channels", "\"grey\"", "model_manifest_invalid"),
        ("mean", "[0, 0, 256]", "model_manifest_invalid"),
        ("divisor", "[1, 0, 1]", "model_manifest_invalid"),
        ("classes", "1", "model_manifest_invalid"),
        ("live_class", "3", "model_manifest_invalid"),
        ("threshold", "0", "model_manifest_invalid"),
        ("threshold", "1", "model_manifest_invalid"),
        ("note", "\"unknown\"", "model_manifest_invalid"),
    ] {
        let mut manifest = second(0);
        manifest[field] = serde_json::from_str(value).unwrap();
        assert_eq!(refused(&manifest.to_string()), code, "{field} {value}");
    }
    assert_eq!(refused("{"), "model_manifest_invalid");
    let mut other = second(0);
    other["sha256"] = "0".repeat(64).into();
    assert_eq!(refused(&other.to_string()), "model_wrong_digest");
}
