//! `humanseal face liveness --list`: a row for every capture, rates for every label.

use std::fs;

use super::{answer, ends, face};

#[test]
fn every_capture_gets_a_verdict_and_every_label_its_rates() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::write(folder.join("text.jpg"), b"no image").expect("a file");
    let (one, other) = (face("obama2.jpg"), face("obama3.jpg"));
    let list = [
        format!("{one}\tlive"),
        format!("{one}\tlive\tboth"),
        format!("{other}\tlive\tboth"),
        "text.jpg\tlive".to_owned(),
        // A picture that is no attack: here it only stands for one that is accepted.
        format!("{other}\tspecimen_attack"),
        "missing.jpg\tspecimen_attack".to_owned(),
    ];
    fs::write(folder.join("list.tsv"), list.join("\n")).expect("a list");
    let arguments = [
        "face", "liveness", "--list", "list.tsv", "--root", ".", "--out", "out.tsv",
    ];
    let told = answer(&arguments, folder);
    let live = &told["labels"]["live"];
    assert_eq!(live["tried"], 3);
    assert_eq!(live["bpcer"]["all_gates"]["errors"], 1);
    assert_eq!(live["reasons"]["image_unknown_format"], 1);
    assert_eq!(live["gates"]["border"]["passed"], 2);
    assert_eq!(live["not_measured"]["active_liveness"], 2);
    assert_eq!(
        live["not_measured"]["same_person"], 1,
        "two frames are compared"
    );
    let attack = &told["labels"]["specimen_attack"]["apcer"]["all_gates"];
    assert_eq!(
        (&attack["errors"], &attack["trials"]),
        (&1.into(), &2.into())
    );
    assert!(attack["interval"]["upper"].as_f64().expect("a bound") > 0.98);
    let out = fs::read_to_string(folder.join("out.tsv")).expect("the rows");
    let rows: Vec<Vec<&str>> = out.lines().map(|row| row.split('\t').collect()).collect();
    let verdicts: Vec<_> = rows.iter().map(|row| (row[2], row[3])).collect();
    assert_eq!(
        verdicts,
        [
            ("accepted", ""),
            ("accepted", ""),
            ("refused", "image_unknown_format"),
            ("accepted", ""),
            ("refused", "image_unreadable"),
        ]
    );
    let (_, errors) = ends(2, &arguments, folder);
    assert!(errors.contains("exists already"), "{errors}");
}

#[test]
fn a_list_of_another_form_is_refused_by_row_before_any_work() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("list.tsv"), "a.jpg\tlive\nb.jpg\n").expect("a list");
    let arguments = [
        "face", "liveness", "--list", "list.tsv", "--root", ".", "--out", "out.tsv",
    ];
    let (_, errors) = ends(2, &arguments, folder.path());
    assert!(
        errors.contains("row 2") && errors.contains("row_malformed"),
        "{errors}"
    );
    assert!(!folder.path().join("out.tsv").exists());
    let images = ["face", "liveness", "a.jpg", "--list", "list.tsv"];
    ends(2, &images, folder.path());
}
