//! `humanseal face models`: a model of one's own is added, calibrated, used by its name.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{answer, answered, ends, face, fixture};

/// The arguments that add the project's second model as one's own.
pub fn addition() -> Vec<String> {
    let path = |name: &str| fixture(name).display().to_string();
    let onnx = path("models/embed_fr_feature_512.onnx");
    let reference = path("own-model/reference.json");
    let words = ["face", "models", "add", "--models", "own", "--name", "mine"];
    let said = [
        "--licence",
        "MIT",
        "--source",
        "a copy",
        "--alignment",
        "arcface112",
    ];
    let files = ["--onnx", &onnx, "--reference", &reference];
    let all = [&words[..], &said, &files].concat();
    all.into_iter().map(str::to_owned).collect()
}

/// Makes the folder `own` with the calibrated model `mine`; gives what was said of it.
pub fn make(folder: &Path) -> Value {
    let addition = addition();
    let addition: Vec<&str> = addition.iter().map(String::as_str).collect();
    answer(&addition, folder);
    let calibration = fixture("own-model/calibration.json").display().to_string();
    let attach = [
        "face", "models", "attach", "--models", "own", "--name", "mine",
    ];
    answer(
        &[&attach[..], &["--calibration", &calibration]].concat(),
        folder,
    )
}

const MINE: [&str; 4] = ["--models", "own", "--model", "mine"];

#[test]
fn an_own_model_is_used_by_its_name_once_it_is_calibrated() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (same, again, other) = (face("obama.jpg"), face("obama2.jpg"), face("biden.jpg"));
    let compare = |a, b| [&["face", "compare", a, b][..], &MINE].concat();
    let (_, errors) = ends(2, &compare(&same, &again), folder);
    assert!(errors.contains("model_unreadable"), "{errors}");

    let addition = addition();
    let addition: Vec<&str> = addition.iter().map(String::as_str).collect();
    let added = answer(&addition, folder);
    assert_eq!(added["models"][0]["dimension"], 512);
    assert_eq!(added["models"][0]["calibrated"], false);
    let (_, errors) = ends(2, &addition, folder);
    assert!(errors.contains("model_taken"), "{errors}");

    // It measures for a calibration, and nothing else.
    let images = [
        ("obama.jpg", "first"),
        ("obama2.jpg", "first"),
        ("biden.jpg", "second"),
    ];
    let list: String = images
        .map(|(name, person)| format!("{}\t{person}\n", face(name)))
        .concat();
    fs::write(folder.join("list.tsv"), &list).expect("a list");
    fs::write(folder.join("pairs.tsv"), format!("{same}\t{again}\t1\n")).expect("a list");
    let of = |file: &'static str, out: &'static str| ["--list", file, "--root", ".", "--out", out];
    let calibrate = [
        &["face", "calibrate", "--all-pairs", "--set", "three"][..],
        &MINE,
    ]
    .concat();
    let small = answer(
        &[&calibrate[..], &of("list.tsv", "small.json")].concat(),
        folder,
    );
    assert_eq!(small["model"], "mine");
    let pairs = [&["face", "pairs"][..], &MINE, &of("pairs.tsv", "out.tsv")].concat();
    let liveness = [&["face", "liveness", &same, &again][..], &MINE].concat();
    for arguments in [&compare(&same, &again), &pairs, &liveness] {
        let (_, errors) = ends(2, arguments, folder);
        assert!(errors.contains("model_uncalibrated"), "{errors}");
    }

    // Two pairs calibrate nothing.
    let attach = [
        "face", "models", "attach", "--models", "own", "--name", "mine",
    ];
    let with = |file| [&attach[..], &["--calibration", file]].concat();
    let (_, errors) = ends(2, &with("small.json"), folder);
    assert!(errors.contains("calibration_too_few_impostors"), "{errors}");
    let calibration = fixture("own-model/calibration.json").display().to_string();
    let attached = answer(&with(&calibration), folder);
    assert_eq!(attached["models"][0]["calibrated"], true);
    assert_ne!(attached["manifest_sha256"], added["manifest_sha256"]);
    let listed = answer(&["face", "models", "list", "--models", "own"], folder);
    assert_eq!(listed, attached);

    let matched = answer(&compare(&same, &again), folder);
    assert_eq!(
        (&matched["model"], &matched["match"]),
        (&json!("mine"), &json!(true))
    );
    assert!(
        matched["measured_on"]
            .as_str()
            .expect("a set")
            .contains("Faces in the Wild")
    );
    let apart = answered(1, &compare(&same, &other), folder);
    assert_eq!(apart["decision"], "no_match");
    assert_eq!(answer(&pairs, folder)["scored"], 1);
    let gates = answered(0, &liveness, folder);
    let gate = gates["gates"].as_array().expect("gates").iter();
    let swap: Vec<_> = gate.filter(|gate| gate["gate"] == "same_person").collect();
    assert_eq!(swap[0]["outcome"], "passed");
}

#[test]
fn a_calibration_of_ones_own_decides_with_its_own_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (same, again) = (face("obama.jpg"), face("obama2.jpg"));
    let calibration = fixture("own-model/calibration.json");
    let text = fs::read_to_string(&calibration).expect("a calibration");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let calibration = calibration.display().to_string();
    let with = |model| {
        let compare = ["face", "compare", &same, &again, "--model", model];
        [&compare[..], &["--calibration", &calibration]].concat()
    };
    let told = answer(&with("fr-feature"), folder);
    // The row of one in 100,000, as the file counted it.
    let row = &file["rows"][2];
    let reached = &told["thresholds"][2];
    assert_eq!(reached["false_match"], row["false_match"]);
    assert_eq!(reached["false_non_match"], row["false_non_match"]);
    let threshold = told["threshold"].as_f64().expect("a number");
    assert!((threshold - row["threshold"].as_f64().expect("a number")).abs() < 1e-6);
    assert!(
        told["evidence"]
            .as_str()
            .expect("words")
            .contains(file["set"].as_str().expect("a set"))
    );
    let (people, _) = ends(0, &with("fr-feature"), folder);
    let errors = row["false_match"]["errors"].to_string();
    assert!(people.contains(&errors), "{people}");

    let (_, refused) = ends(2, &with("mobilefacenet"), folder);
    assert!(
        refused.contains("calibration_of_another_model"),
        "{refused}"
    );
    let (_, refused) = ends(2, &with("mine"), folder);
    assert!(refused.contains("model_unknown"), "{refused}");
    fs::write(
        folder.join("changed.json"),
        text.replacen("\"errors\": ", "\"errors\": 1", 1),
    )
    .expect("a file");
    let arguments = [
        "face",
        "compare",
        &same,
        &again,
        "--model",
        "fr-feature",
        "--calibration",
        "changed.json",
    ];
    let (_, refused) = ends(2, &arguments, folder);
    assert!(
        refused.contains("calibration_contradicts_itself"),
        "{refused}"
    );
}
