//! The command line as people and machines run it.

mod commands;
mod demo;

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program in a folder.
fn humanseal(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_humanseal"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program starts")
}
