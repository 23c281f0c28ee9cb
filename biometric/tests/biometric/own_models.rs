//! A model that an operator brings: what it takes to be added, to decide, and what is refused.
//!
//! It is the project's second model under another name, with outputs that onnxruntime gave for it
//! and a calibration that `face calibrate` made with it (`fixtures/own-model`).

use std::fs;
use std::path::Path;

use humanseal_biometric::{
    Addition, AdditionError, Alignment, EmbeddingModel, Models, OperatorModels, Pipeline,
    PortraitReader, Reference, cosine, manifest_digest,
};
use serde_json::{Value, json};

use crate::{fixture, photo};

const ADDITION: Addition<'_> = Addition {
    name: "own",
    licence: "MIT",
    source: "a copy of the project's second model",
    alignment: Alignment::Arcface112,
};

fn onnx() -> Vec<u8> {
    fixture("models/embed_fr_feature_512.onnx")
}

fn reference() -> Value {
    serde_json::from_slice(&fixture("own-model/reference.json")).unwrap()
}

fn add_with(
    folder: &Path,
    addition: Addition<'_>,
    onnx: &[u8],
    reference: &Value,
) -> Result<OperatorModels, AdditionError> {
    let reference = Reference::read(reference.to_string().as_bytes())?;
    let photo = fixture("faces/astronaut.png");
    OperatorModels::add(folder, addition, onnx, &reference, &photo)
}

/// A folder with the model, calibrated.
fn calibrated() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    add_with(folder.path(), ADDITION, &onnx(), &reference()).unwrap();
    let calibration = fixture("own-model/calibration.json");
    OperatorModels::attach(folder.path(), "own", &calibration).unwrap();
    folder
}

fn load(folder: &Path) -> Result<Models, humanseal_biometric::ModelError> {
    let own = OperatorModels::open(folder)?;
    Models::load_own(&Models::default_dir(), &own, "own")
}

#[test]
fn an_added_model_measures_at_once_and_decides_once_it_is_calibrated() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let own = add_with(folder, ADDITION, &onnx(), &reference()).unwrap();
    let model = own.models().next().unwrap();
    assert!(model.parity.least_cosine >= 0.9999 && model.parity.cuts == 5);
    assert!(!model.calibrated);
    assert_eq!(load(folder).unwrap_err().code(), "model_uncalibrated");
    assert_eq!(own.thresholds("other").unwrap_err().code(), "model_unknown");

    // Fed as the manifest feeds the same file, it says the same.
    let dir = Models::default_dir();
    let reader = PortraitReader::own(&dir, &own, "own").unwrap();
    let built_in = PortraitReader::built_in(&dir, EmbeddingModel::FrFeature).unwrap();
    let [a, b] = [&reader, &built_in].map(|r| r.portrait(&photo("obama.jpg")).unwrap());
    assert_eq!(a.embedding().values(), b.embedding().values());

    let calibration = fixture("own-model/calibration.json");
    let before = own.manifest_sha256();
    let (own, thresholds) = OperatorModels::attach(folder, "own", &calibration).unwrap();
    // An issuer that took the model without its calibration does not take it with one.
    assert_ne!(own.manifest_sha256(), before);
    let pipeline = Pipeline::new(load(folder).unwrap());
    assert_eq!(pipeline.thresholds(), &thresholds);
    assert_eq!(pipeline.manifest_sha256(), own.manifest_sha256());
    assert_ne!(pipeline.manifest_sha256(), manifest_digest());
    assert_eq!(pipeline.embedder().name, "own");
    let [obama, again, biden] =
        ["obama.jpg", "obama2.jpg", "biden.jpg"].map(|n| pipeline.portrait(&photo(n)).unwrap());
    let score = |b| cosine(obama.embedding(), b).unwrap();
    let at = thresholds.decision().similarity;
    assert!(score(again.embedding()) >= at && score(biden.embedding()) < at);
}

#[test]
fn another_alignment_is_another_embedding() {
    let wide = Addition {
        alignment: Alignment::Arcface128,
        ..ADDITION
    };
    let [near, wide] = [ADDITION, wide].map(|addition| {
        let folder = tempfile::tempdir().unwrap();
        let own = add_with(folder.path(), addition, &onnx(), &reference()).unwrap();
        let reader = PortraitReader::own(&Models::default_dir(), &own, "own").unwrap();
        reader.portrait(&photo("obama.jpg")).unwrap()
    });
    let apart = cosine(near.embedding(), wide.embedding()).unwrap().value();
    assert!((0.2..0.99).contains(&apart), "{apart}");
    // So a calibration of the one is none of the other.
    let folder = tempfile::tempdir().unwrap();
    let addition = Addition {
        alignment: Alignment::Arcface128,
        ..ADDITION
    };
    add_with(folder.path(), addition, &onnx(), &reference()).unwrap();
    let calibration = fixture("own-model/calibration.json");
    let error = OperatorModels::attach(folder.path(), "own", &calibration).unwrap_err();
    assert_eq!(error.code(), "calibration_of_another_model");
}

#[test]
fn a_model_that_is_not_what_its_reference_says_is_not_added() {
    let changed = |pointer: &str, value: Value| {
        let mut reference = reference();
        *reference.pointer_mut(pointer).unwrap() = value;
        reference
    };
    let mut turned = reference();
    for value in turned["cuts"][3]["output"].as_array_mut().unwrap() {
        *value = json!(-value.as_f64().unwrap());
    }
    let mut longer = reference();
    for value in longer["cuts"][4]["output"].as_array_mut().unwrap() {
        *value = json!(1.01 * value.as_f64().unwrap());
    }
    let mut short = reference();
    for cut in short["cuts"].as_array_mut().unwrap() {
        cut["output"].as_array_mut().unwrap().truncate(256);
    }
    for (reference, code) in [
        (turned, "model_parity_failed"),
        (longer, "model_parity_failed"),
        (short, "model_no_embedding"),
        (changed("/cuts/0/output", json!([])), "model_no_embedding"),
        (
            changed("/input/mean/0", json!(127)),
            "model_reference_of_another",
        ),
        (
            changed("/input/channels", json!("rgb")),
            "model_reference_of_another",
        ),
        (
            changed("/input/side", json!(128)),
            "model_reference_of_another",
        ),
        (
            changed("/model_sha256", json!("00".repeat(32))),
            "model_reference_of_another",
        ),
        (
            changed("/photo_sha256", json!("00".repeat(32))),
            "model_reference_of_another",
        ),
        (
            changed("/cuts/1/left", json!(1)),
            "model_reference_malformed",
        ),
        (changed("/cuts", json!([])), "model_reference_malformed"),
        (changed("/version", json!(2)), "model_reference_malformed"),
        (changed("/runtime", json!("")), "model_reference_malformed"),
        (
            changed("/input/divisor/2", json!(0)),
            "model_reference_malformed",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let error = add_with(folder.path(), ADDITION, &onnx(), &reference).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{code}");
    }
}

#[test]
fn what_an_operator_says_of_a_model_must_be_said_and_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for addition in [
        Addition {
            name: "fr-feature",
            ..ADDITION
        },
        Addition {
            name: "../own",
            ..ADDITION
        },
        Addition {
            licence: " ",
            ..ADDITION
        },
        Addition {
            source: "",
            ..ADDITION
        },
    ] {
        let error = add_with(path, addition, &onnx(), &reference()).unwrap_err();
        assert_eq!(error.code(), "model_manifest_invalid", "{addition:?}");
        assert_eq!(fs::read_dir(path).unwrap().count(), 0);
    }
    add_with(path, ADDITION, &onnx(), &reference()).unwrap();
    // The same file again, under its name or another.
    for name in ["own", "other"] {
        let addition = Addition { name, ..ADDITION };
        let error = add_with(path, addition, &onnx(), &reference()).unwrap_err();
        assert_eq!(error.code(), "model_taken");
    }
    let mut damaged = onnx();
    damaged.truncate(1000);
    let error = add_with(path, ADDITION, &damaged, &reference()).unwrap_err();
    assert_eq!(error.code(), "model_reference_of_another");
}

#[test]
fn a_folder_that_was_changed_is_refused() {
    let folder = calibrated();
    let path = |name: &str| folder.path().join(name);
    let refused = || load(folder.path()).unwrap_err().code();
    assert!(load(folder.path()).is_ok());

    for file in ["own.onnx", "own.calibration.json"] {
        let good = fs::read(path(file)).unwrap();
        let mut changed = good.clone();
        changed[good.len() / 2] ^= 1;
        fs::write(path(file), &changed).unwrap();
        assert_eq!(refused(), "model_wrong_digest", "{file}");
        fs::remove_file(path(file)).unwrap();
        assert_eq!(refused(), "model_unreadable", "{file}");
        // A link to the right file is none of the folder's files.
        #[cfg(unix)]
        {
            let elsewhere = tempfile::NamedTempFile::new().unwrap();
            fs::write(elsewhere.path(), &good).unwrap();
            std::os::unix::fs::symlink(elsewhere.path(), path(file)).unwrap();
            assert_eq!(refused(), "model_folder_stray", "{file}");
            fs::remove_file(path(file)).unwrap();
        }
        fs::write(path(file), good).unwrap();
    }
    for stray in ["second_passive.json", "own2.onnx", ".hidden"] {
        fs::write(path(stray), b"").unwrap();
        assert_eq!(refused(), "model_folder_stray");
        fs::remove_file(path(stray)).unwrap();
    }
    fs::create_dir(path("more")).unwrap();
    assert_eq!(refused(), "model_folder_stray");
    fs::remove_dir(path("more")).unwrap();
    assert!(load(folder.path()).is_ok());
}

#[test]
fn a_manifest_that_cannot_be_followed_is_refused() {
    let folder = calibrated();
    let file = folder.path().join("manifest.json");
    let good: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    for (pointer, value, code) in [
        ("/version", json!(2), "model_manifest_invalid"),
        (
            "/base_sha256",
            json!("00".repeat(32)),
            "model_manifest_invalid",
        ),
        (
            "/models/0/name",
            json!("mobilefacenet"),
            "model_manifest_invalid",
        ),
        ("/models/0/licence", json!(""), "model_manifest_invalid"),
        ("/models/0/sha256", json!("00"), "model_manifest_invalid"),
        ("/models/0/input/side", json!(63), "model_manifest_invalid"),
        ("/models/0/dimension", json!(513), "model_manifest_invalid"),
        (
            "/models/0/parity/least_cosine",
            json!(0.99),
            "model_manifest_invalid",
        ),
        ("/models/0/note", json!("unknown"), "model_manifest_invalid"),
        // What is there, but was not calibrated so.
        (
            "/models/0/input/mean/0",
            json!(0),
            "calibration_of_another_model",
        ),
        (
            "/models/0/alignment",
            json!("arcface128"),
            "calibration_of_another_model",
        ),
        (
            "/models/0/calibration",
            json!("00".repeat(32)),
            "model_wrong_digest",
        ),
        // A calibration that the manifest no longer names is one that is left over.
        ("/models/0/calibration", json!(null), "model_folder_stray"),
        ("/models/0/name", json!("renamed"), "model_folder_stray"),
    ] {
        let mut changed = good.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match changed.pointer_mut(parent).unwrap() {
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
            object => object[key] = value,
        }
        fs::write(&file, changed.to_string()).unwrap();
        assert_eq!(load(folder.path()).unwrap_err().code(), code, "{pointer}");
    }
    let mut twice = good.clone();
    twice["models"] = json!([good["models"][0], good["models"][0]]);
    for text in [twice.to_string(), "{".to_owned(), " ".repeat(2 << 20)] {
        fs::write(&file, text).unwrap();
        let code = load(folder.path()).unwrap_err().code();
        assert_eq!(code, "model_manifest_invalid");
    }
    fs::write(&file, good.to_string()).unwrap();
    assert!(load(folder.path()).is_ok());
}
