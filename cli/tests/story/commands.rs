//! Exit codes: 0 done, 1 a negative answer, 2 wrong input, 3 a fault; errors in one sentence.

use std::path::Path;

use super::humanseal;

fn face(name: &str) -> String {
    let faces = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/faces");
    faces.join(name).display().to_string()
}

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

#[test]
fn pairs_never_stop_at_a_bad_file() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("empty.jpg"), b"").expect("a file");
    let rows = format!(
        "{0}\t{1}\t1\nempty.jpg\t{1}\t0\nmissing.jpg\t{1}\t0\n{0}\t{2}\t0\n",
        face("obama.jpg"),
        face("obama2.jpg"),
        face("biden.jpg")
    );
    std::fs::write(folder.path().join("list.tsv"), &rows).expect("a list");
    let arguments = [
        "face", "pairs", "--list", "list.tsv", "--root", "/", "--out", "out.tsv",
    ];
    let ran = humanseal(&arguments, folder.path());
    assert_eq!(
        ran.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let out = std::fs::read_to_string(folder.path().join("out.tsv")).expect("the output");
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    for (line, row) in lines.iter().zip(rows.lines()) {
        assert!(line.starts_with(row), "rows keep their order: {line}");
    }
    let last = |line: &str| line.rsplit('\t').next().unwrap_or_default().to_owned();
    let score = |line: &str| last(line).parse::<f64>();
    assert!(score(lines[0]).is_ok_and(|same| score(lines[3]).is_ok_and(|other| same > other)));
    assert!(
        score(lines[1]).is_err() && score(lines[2]).is_err(),
        "{out}"
    );
}

#[test]
fn a_specimen_document_is_made_checked_and_refused_when_it_was_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let portrait = face("obama.jpg");
    let made = humanseal(
        &["document", "make", "--portrait", &portrait, "--out", "chip"],
        folder.path(),
    );
    assert_eq!(
        made.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let check = || humanseal(&["document", "check", "chip", "--json"], folder.path());
    let checked = check();
    assert_eq!(
        checked.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let dg1 = std::fs::read_dir(folder.path().join("chip"))
        .expect("the files")
        .map(|entry| entry.expect("a file").path())
        .find(|path| path.display().to_string().to_uppercase().contains("DG1"))
        .expect("EF.DG1");
    let mut bytes = std::fs::read(&dg1).expect("EF.DG1");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&dg1, bytes).expect("EF.DG1");
    assert_eq!(check().status.code(), Some(1));
}

#[test]
fn circuits_are_described() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = humanseal(&["circuits", "info", "--json"], folder.path());
    assert_eq!(
        ran.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        text.contains("present") && text.contains("insecure"),
        "{text}"
    );
}
