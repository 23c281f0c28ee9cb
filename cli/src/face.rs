//! `humanseal face`: comparing faces, judging frames.

mod batch;
mod bench;
mod calibrate;
mod live;
mod liveness;
mod pairs;

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use humanseal_biometric::calibration::ErrorRate;
use humanseal_biometric::{
    Condition, Decision, EmbeddingModel, Limits, Models, Photo, Pipeline, cosine, entry,
};
use serde_json::json;

use crate::output::{self, Answer, Failure, Outcome};

/// The embedding models to choose from.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum Model {
    /// The default, 192 dimensions.
    #[default]
    Mobilefacenet,
    /// 512 dimensions, undocumented training data.
    FrFeature,
}

impl Model {
    fn embedding(self) -> EmbeddingModel {
        match self {
            Self::Mobilefacenet => EmbeddingModel::MobileFaceNet,
            Self::FrFeature => EmbeddingModel::FrFeature,
        }
    }
}

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Says whether two photographs show one person, and how often such an answer is wrong.
    Compare {
        /// One photograph.
        a: PathBuf,
        /// The other.
        b: PathBuf,
        /// The embedding model.
        #[arg(long, value_enum, default_value_t)]
        model: Model,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Scores every pair of a list of any length.
    Pairs(pairs::Args),
    /// Finds thresholds at stated false match rates on a labelled list, with counts and bounds.
    Calibrate(calibrate::Args),
    /// Judges frames of one capture, gate by gate. Answers no if a gate that ran failed. With a
    /// list: judges many captures and reports the error rates of each kind of attack.
    Liveness(liveness::Args),
    /// Follows a plan on frames with time stamps, step by step, gate by gate.
    Live(live::Args),
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
        Command::Compare { a, b, model, json } => compare(&a, &b, model, json),
        Command::Pairs(args) => pairs::run(args),
        Command::Calibrate(args) => calibrate::run(args),
        Command::Liveness(args) => liveness::run(args),
        Command::Live(args) => live::run(args),
        Command::Bench { json } => bench::run(json),
    }
}

fn pipeline(model: Model) -> Result<Pipeline, Failure> {
    let models = Models::load(&Models::default_dir(), model.embedding());
    let models = models.map_err(|e| Failure::fault(format!("{e} [{}]", e.code())))?;
    Ok(Pipeline::new(models))
}

fn photo(path: &Path) -> Result<Photo, Failure> {
    let limits = Limits::default();
    // One byte over the limit is enough to be refused with the right code.
    let bytes = output::read(path, limits.bytes as u64 + 1)?;
    Photo::decode(&bytes, limits)
        .map_err(|e| Failure::input(format!("{}: {e} [{}]", path.display(), e.code())))
}

fn compare(a: &Path, b: &Path, model: Model, as_json: bool) -> Outcome {
    let pipeline = pipeline(model)?;
    let template = |path: &Path| {
        pipeline
            .portrait(&photo(path)?)
            .map_err(|e| Failure::input(format!("{}: {e} [{}]", path.display(), e.code())))
    };
    let (first, second) = (template(a)?, template(b)?);
    let similarity = cosine(first.embedding(), second.embedding()).map_err(Failure::fault)?;
    let thresholds = pipeline.thresholds();
    let threshold = thresholds.decision();
    let decision = thresholds.decide(similarity);
    let rule = thresholds.rule(Condition::PortraitFromChip);
    let id = model.embedding().id();
    let caveat = entry(id).map_or("", |entry| entry.caveat.as_str());
    if as_json {
        let rows = thresholds.rows().iter().map(|row| {
            json!({
                "similarity": row.similarity.value(),
                "false_match": rate(row.false_match),
                "false_non_match": rate(row.false_non_match),
                "reached": similarity >= row.similarity,
            })
        });
        output::json(&json!({
            "decision": decision.as_str(),
            "match": decision == Decision::Match,
            "similarity": similarity.value(),
            "threshold": threshold.similarity.value(),
            "again_from": thresholds.again().similarity.value(),
            "wanted_false_match_rate": rule.wanted.value(),
            "safety_factor": rule.safety_factor(),
            "evidence": rule.evidence,
            "model": id,
            "caveat": caveat,
            "thresholds": rows.collect::<Vec<_>>(),
            "measured_on": thresholds.source(),
        }))?;
    } else {
        let verdict = match decision {
            Decision::Match => "match",
            Decision::Again => "too close to say, take another photograph",
            Decision::NoMatch => "no match",
        };
        output::say(format!(
            "{verdict}: similarity {similarity}, threshold {} ({id})",
            threshold.similarity
        ));
        let header = ["threshold", "false matches", "false non-matches", "reached"];
        let mut table = output::table(&header);
        for row in thresholds.rows() {
            let reached = similarity >= row.similarity;
            table.add_row([
                row.similarity.to_string(),
                calibrate::shown(row.false_match),
                calibrate::shown(row.false_non_match),
                if reached { "yes" } else { "no" }.to_owned(),
            ]);
        }
        output::say(table);
        output::say(format!(
            "The decision wants FMR {:e} and keeps a factor of {} for other cameras and people: {}",
            rule.wanted.value(),
            rule.safety_factor(),
            rule.evidence
        ));
        output::say(format!("Counted on {}. {caveat}", thresholds.source()));
    }
    Ok(match decision {
        Decision::Match => Answer::Yes,
        Decision::Again | Decision::NoMatch => Answer::No,
    })
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
