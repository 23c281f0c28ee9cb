//! `humanseal present`.

use crate::output::{Failure, Outcome};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {}

/// Runs it.
pub fn run(_args: Args) -> Outcome {
    Err(Failure::fault("not built yet"))
}
