//! `humanseal face pairs`: a score or a reason code for every row, whatever the rows name.

use std::fs;

use serde_json::json;

use super::{answer, ends, face};

#[test]
fn every_row_gets_a_score_or_a_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let portrait = fs::read(face("obama.jpg")).expect("a photograph");
    fs::write(folder.join("empty.jpg"), b"").expect("a file");
    fs::write(folder.join("cut.jpg"), &portrait[..portrait.len() / 8]).expect("a file");
    fs::write(folder.join("text.jpg"), b"no image").expect("a file");
    fs::create_dir(folder.join("folder.jpg")).expect("a folder");
    // A pipe that nobody writes to: who opens it waits for ever.
    let made = std::process::Command::new("mkfifo")
        .arg(folder.join("pipe.jpg"))
        .status();
    assert!(made.expect("mkfifo").success());
    let (same, again, other) = (face("obama.jpg"), face("obama2.jpg"), face("biden.jpg"));
    // More rows than one reading takes, of few images.
    let mut list = format!("{same}\t{again}\t1\n").into_bytes();
    for name in ["empty", "cut", "text", "folder", "pipe", "missing"] {
        list.extend(format!("{name}.jpg\t{same}\t0\n").bytes());
    }
    list.extend(b"one field\n\n\xff\t\xfe\t0\n");
    list.extend(vec![b'x'; 100_000]);
    list.push(b'\n');
    for _ in 0..300 {
        list.extend(format!("{same}\t{other}\t0\r\n").bytes());
    }
    list.extend(format!("{other}\t{other}\t1").bytes());
    fs::write(folder.join("list.tsv"), &list).expect("a list");

    let arguments = [
        "face", "pairs", "--list", "list.tsv", "--root", ".", "--out", "out.tsv", "--jobs", "2",
    ];
    let told = answer(&arguments, folder);
    assert_eq!(told["scored"], 302);
    assert_eq!(told["refused"]["row_malformed"], 4);

    let out = fs::read(folder.join("out.tsv")).expect("the output");
    let lines: Vec<&[u8]> = out.split(|byte| *byte == b'\n').collect();
    assert_eq!(
        lines.len(),
        1 + 6 + 4 + 300 + 1 + 1,
        "and nothing after the last"
    );
    let scores: Vec<String> = lines[..312]
        .iter()
        .map(|line| {
            let text = String::from_utf8_lossy(line);
            text.rsplit('\t').next().unwrap_or_default().to_owned()
        })
        .collect();
    let number = |row: usize| scores[row].parse::<f64>().ok();
    assert_eq!(
        json!(scores[1..11]),
        json!([
            "image_empty",
            scores[2],
            scores[3],
            "image_unreadable",
            "image_unreadable",
            "image_unreadable",
            "row_malformed",
            "row_malformed",
            "row_malformed",
            "row_malformed"
        ])
    );
    assert!(scores[2].starts_with("image_") && scores[3].starts_with("image_"));
    assert!(number(0) > number(11), "the same person scores higher");
    assert!(scores[11..311].iter().all(|score| *score == scores[11]));
    assert!(number(311).is_some_and(|one| one > 0.999));
    let row = format!("{same}\t{other}\t0\t");
    assert!(
        lines[11].starts_with(row.as_bytes()),
        "the row stands before it"
    );

    // What is there is not replaced, and what fails leaves nothing.
    ends(2, &arguments, folder);
    let missing = [
        "face",
        "pairs",
        "--list",
        "none.tsv",
        "--root",
        ".",
        "--out",
        "other.tsv",
    ];
    ends(2, &missing, folder);
    assert!(!folder.join("other.tsv").exists());
}
