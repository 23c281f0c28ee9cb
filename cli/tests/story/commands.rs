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
