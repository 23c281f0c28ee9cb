//! The command line as people and machines run it.

mod calibrate;
mod circuits;
mod commands;
mod demo;
mod live;
mod liveness;
mod own_model;
mod pairs;
mod service;
mod tap;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Runs the program in a folder.
fn humanseal(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_humanseal"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program starts")
}

/// Runs the program, which must end with this exit code; gives what it printed.
fn ends(code: i32, arguments: &[&str], folder: &Path) -> (String, String) {
    let ran = humanseal(arguments, folder);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, errors) = (text(&ran.stdout), text(&ran.stderr));
    let said = format!("{arguments:?}\n{out}\n{errors}");
    assert_eq!(ran.status.code(), Some(code), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    if code >= 2 {
        assert!(out.is_empty(), "errors go to stderr: {said}");
        assert!(!errors.is_empty(), "an error is said: {said}");
    }
    (out, errors)
}

/// Runs the program with `--json`, which must succeed; gives its answer.
fn answer(arguments: &[&str], folder: &Path) -> Value {
    answered(0, arguments, folder)
}

/// Runs the program with `--json`, which must end with this exit code; gives its answer.
fn answered(code: i32, arguments: &[&str], folder: &Path) -> Value {
    let arguments = [arguments, &["--json"]].concat();
    let (out, _) = ends(code, &arguments, folder);
    serde_json::from_str(&out).expect("one JSON document")
}

/// A photograph of `fixtures/faces`.
fn face(name: &str) -> String {
    fixture(&format!("faces/{name}")).display().to_string()
}

/// A file of `fixtures`.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures")
        .join(name)
}
