//! `humanseal wallet`.

use clap::Subcommand;

use crate::output::{Failure, Outcome};

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {}

/// Runs one of them.
pub fn run(command: Command) -> Outcome {
    let _ = Failure::input("");
    match command {}
}
