//! Exit codes: 0 done, 1 a negative answer, 2 wrong input, 3 a fault; errors in one sentence.

use super::{face, humanseal};

#[test]
fn faces_compare_to_yes_no_and_wrong_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let compare = |a: &str, b: &str| {
        let ran = humanseal(&["face", "compare", a, b, "--json"], folder.path());
        (
            ran.status.code(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        )
    };
    let (first, second, other) = (face("obama.jpg"), face("obama2.jpg"), face("biden.jpg"));
    assert_eq!(compare(&first, &second).0, Some(0));
    assert_eq!(compare(&first, &other).0, Some(1));
    let (code, errors) = compare(&first, "missing.jpg");
    assert_eq!(code, Some(2));
    assert_eq!(errors.trim().lines().count(), 1, "{errors}");
}

/// Benches answer with positive figures; how large they are is nobody's test.
#[test]
fn benches_measure_every_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let steps = |arguments: &[&str]| -> Vec<String> {
        let ran = humanseal(arguments, folder.path());
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(0), "{errors}");
        assert!(
            errors.is_empty(),
            "no progress without a terminal: {errors}"
        );
        let bench: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("JSON");
        assert!(bench["threads"].as_u64().is_some_and(|n| n >= 1));
        let ms = bench["ms"].as_object().expect("steps");
        for (step, row) in ms {
            let [fastest, median, slowest] =
                ["fastest", "median", "slowest"].map(|name| row[name].as_f64().expect("a number"));
            assert!(
                0.0 < fastest && fastest <= median && median <= slowest,
                "{step}"
            );
        }
        let mut steps: Vec<_> = ms.keys().cloned().collect();
        steps.sort();
        steps
    };
    let circuits = [
        "enrol_prove",
        "enrol_verify",
        "present_prove",
        "present_verify",
        "present_verify_batch",
    ];
    assert_eq!(steps(&["circuits", "bench", "--json"]), circuits);
    let face = ["decode", "detect", "embed", "frame", "liveness", "mesh"];
    assert_eq!(steps(&["face", "bench", "--json"]), face);
}
