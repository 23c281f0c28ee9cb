#![allow(clippy::unwrap_used)]
use super::*;
use std::collections::BTreeSet;
use std::fmt::Write;

fn page() -> String {
    let mut page = String::from(
        "# Errors\n\n\
         Every refusal is an RFC 9457 problem document (`application/problem+json`) with a stable\n\
         `code`, the `request_id`, JSON pointers into the body where one helps, and never a value\n\
         that was sent. `type` is `urn:humanseal:problem:` and the code. A 5xx says nothing about its\n\
         cause; the log does, under the request id.\n\n\
         | code | status | meaning |\n| --- | --- | --- |\n",
    );
    for code in Code::ALL {
        writeln!(
            page,
            "| `{}` | {} | {}{} |",
            code.name(),
            code.status(),
            code.title(),
            code.doc()
        )
        .unwrap();
    }
    page
}

#[test]
fn names_are_unique_snake_case_and_found_again() {
    let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    for code in Code::ALL {
        assert!(
            code.name()
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        );
        assert!((400..600).contains(&code.status()));
        assert!(code.title().ends_with('.'));
        assert_eq!(Code::from_name(code.name()), Some(*code));
    }
    assert_eq!(Code::from_name("none"), None);
}

/// With `HUMANSEAL_WRITE_DOCS=1` the page is written instead of compared.
#[test]
fn docs_errors_md_is_the_catalogue() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors.md");
    if std::env::var_os("HUMANSEAL_WRITE_DOCS").is_some() {
        std::fs::write(file, page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), page());
}
