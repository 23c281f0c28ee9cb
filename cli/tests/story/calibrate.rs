//! `humanseal face calibrate`: counts of a list that is small enough to know, and what it refuses.

use std::fs;

use serde_json::json;

use super::{answer, ends, face};

const COMMON: [&str; 8] = [
    "face",
    "calibrate",
    "--root",
    ".",
    "--set",
    "five fixture photographs",
    "--list",
    "list.tsv",
];

#[test]
fn all_pairs_of_people_are_counted_and_too_few_give_no_threshold() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let row = |name: &str, person: &str| format!("{}\t{person}\tall\n", face(name));
    let list = [
        row("obama.jpg", "first"),
        row("obama2.jpg", "first"),
        row("obama3.jpg", "first"),
        row("biden.jpg", "second"),
        row("astronaut.png", "third"),
        "missing.jpg\tfourth\n".to_owned(),
    ];
    fs::write(folder.join("list.tsv"), list.concat()).expect("a list");
    let arguments = [
        &COMMON[..],
        &["--all-pairs", "--quality", "--out", "out.json"],
    ]
    .concat();
    let result = answer(&arguments, folder);
    assert_eq!(result["images"], 6);
    assert_eq!(result["people"], 3);
    assert_eq!(result["refused"], json!({ "image_unreadable": 1 }));
    assert_eq!(
        (&result["genuine_pairs"], &result["impostor_pairs"]),
        (&json!(3), &json!(7))
    );
    // Seven pairs show no rate of one in a thousand.
    for row in result["rows"].as_array().expect("rows") {
        assert_eq!(row["refused"], "calibration_too_few_impostors");
    }
    assert_eq!(result["groups"][0]["group"], "all");
    assert_eq!(result["equal_error"]["rate"], 0.0);
    for file in ["out.json", "out.md", "out.det.svg", "out.histogram.svg"] {
        let text = fs::read_to_string(folder.join(file)).expect(file);
        assert!(!text.contains("obama"), "{file} names an image");
        assert!(text.contains("mobilefacenet"), "{file} names no model");
    }
    let (_, errors) = ends(2, &arguments, folder);
    assert!(errors.contains("exists already"), "{errors}");
}

#[test]
fn pairs_are_counted_by_their_labels_and_a_wrong_row_ends_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (same, again, other) = (face("obama.jpg"), face("obama2.jpg"), face("biden.jpg"));
    let rows = format!("{same}\t{again}\t1\n{same}\t{other}\t0\n");
    fs::write(folder.join("list.tsv"), &rows).expect("a list");
    let arguments = [&COMMON[..], &["--out", "out.json"]].concat();
    let result = answer(&arguments, folder);
    assert_eq!(
        (&result["genuine_pairs"], &result["impostor_pairs"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(result["people"], json!(null));

    fs::write(folder.join("list.tsv"), rows + "a\tb\tyes\n").expect("a list");
    let arguments = [&COMMON[..], &["--out", "other.json"]].concat();
    let (_, errors) = ends(2, &arguments, folder);
    assert!(
        errors.contains("row 3") && errors.contains("row_malformed"),
        "{errors}"
    );
    fs::write(folder.join("list.tsv"), format!("{same}\t{again}\t1\n")).expect("a list");
    let (_, errors) = ends(2, &arguments, folder);
    assert!(errors.contains("calibration_one_sided"), "{errors}");
    let (_, errors) = ends(2, &[&COMMON[..], &["--out", "x.md"]].concat(), folder);
    assert!(errors.contains("--out must not end"), "{errors}");
    assert!(!folder.join("other.json").exists());
}
