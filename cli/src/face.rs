//! `humanseal face`: comparing faces, judging frames.

mod batch;
mod bench;
mod calibrate;
mod choice;
mod compare;
mod live;
mod liveness;
mod models;
mod pairs;

use std::path::Path;

use clap::Subcommand;
use humanseal_biometric::calibration::ErrorRate;
use humanseal_biometric::{Limits, Photo};
use serde_json::json;

use crate::output::{self, Failure, Outcome};
pub use choice::ModelChoice;

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Says whether two photographs show one person, and how often such an answer is wrong.
    Compare(compare::Args),
    /// Scores every pair of a list of any length.
    Pairs(pairs::Args),
    /// Finds thresholds at stated false match rates on a labelled list, with counts and bounds.
    Calibrate(calibrate::Args),
    /// Judges frames of one capture, gate by gate. Answers no if a gate that ran failed. With a
    /// list: judges many captures and reports the error rates of each kind of attack.
    Liveness(liveness::Args),
    /// Follows a plan on frames with time stamps, step by step, gate by gate.
    Live(live::Args),
    /// Adds, calibrates and lists embedding models of one's own.
    #[command(subcommand)]
    Models(models::Command),
    /// Times every stage on one photograph, models loaded.
    Bench {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs one of them.
pub fn run(command: Command) -> Outcome {
    match command {
        Command::Compare(args) => compare::run(args),
        Command::Pairs(args) => pairs::run(args),
        Command::Calibrate(args) => calibrate::run(args),
        Command::Liveness(args) => liveness::run(args),
        Command::Live(args) => live::run(args),
        Command::Models(command) => models::run(command),
        Command::Bench { json } => bench::run(json),
    }
}

/// Decodes a photograph within [`Limits`].
pub fn photo(path: &Path) -> Result<Photo, Failure> {
    let limits = Limits::default();
    // One byte over the limit is enough to be refused with the right code.
    let bytes = output::read(path, limits.bytes as u64 + 1)?;
    Photo::decode(&bytes, limits)
        .map_err(|e| Failure::input(format!("{}: {e} [{}]", path.display(), e.code())))
}

/// A rate with what it was counted from and its interval of 95 %.
fn rate(rate: ErrorRate) -> serde_json::Value {
    json!({
        "errors": rate.errors(),
        "trials": rate.trials(),
        "rate": rate.value(),
        "interval": rate.interval(),
    })
}
