//! `humanseal face`: comparing faces, judging frames.

mod bench;
mod pairs;

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use humanseal_biometric::{
    EmbeddingModel, GateName, GateOutcome, Limits, LiveCapture, Models, Photo, Pipeline, cosine,
    entry,
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
    /// Judges frames of one capture, gate by gate. Answers no if a gate that ran failed.
    Liveness {
        /// The frames.
        #[arg(required = true)]
        images: Vec<PathBuf>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
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
        Command::Liveness { images, json } => liveness(&images, json),
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
    let decision = thresholds.decision();
    let matched = similarity >= decision.similarity;
    let id = model.embedding().id();
    let caveat = entry(id).map_or("", |entry| entry.caveat.as_str());
    if as_json {
        let rows: Vec<_> = thresholds
            .rows()
            .iter()
            .map(|row| {
                json!({
                    "similarity": row.similarity.value(),
                    "false_match_rate": row.false_match_rate,
                    "false_non_match_rate": 1.0 - row.true_accept_rate,
                    "reached": similarity >= row.similarity,
                })
            })
            .collect();
        output::json(&json!({
            "match": matched,
            "similarity": similarity.value(),
            "threshold": decision.similarity.value(),
            "model": id,
            "caveat": caveat,
            "thresholds": rows,
            "measured_on": thresholds.source(),
        }))?;
    } else {
        let verdict = if matched { "match" } else { "no match" };
        output::say(format!(
            "{verdict}: similarity {similarity}, threshold {} ({id})",
            decision.similarity
        ));
        let header = ["threshold", "FMR", "FNMR", "reached"];
        let mut table = output::table(&header);
        for row in thresholds.rows() {
            table.add_row([
                row.similarity.to_string(),
                format!("{:.3} %", row.false_match_rate * 100.0),
                format!("{:.1} %", (1.0 - row.true_accept_rate) * 100.0),
                if similarity >= row.similarity {
                    "yes"
                } else {
                    "no"
                }
                .to_owned(),
            ]);
        }
        output::say(table);
        output::say(format!("Measured on {}. {caveat}", thresholds.source()));
    }
    Ok(if matched { Answer::Yes } else { Answer::No })
}

fn liveness(images: &[PathBuf], as_json: bool) -> Outcome {
    let pipeline = pipeline(Model::default())?;
    let frames = images.iter().map(|path| photo(path));
    let frames = frames.collect::<Result<Vec<_>, _>>()?;
    let capture = pipeline
        .live(&frames, None)
        .map_err(|e| Failure::input(format!("{e} [{}]", e.code())))?;
    let rows: Vec<_> = capture
        .gates()
        .iter()
        .map(|gate| (gate, score(&capture, gate.name)))
        .collect();
    if as_json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(gate, score)| {
                json!({
                    "gate": gate.name,
                    "outcome": gate.outcome,
                    "reason": gate.reason,
                    "score": score,
                })
            })
            .collect();
        output::json(&json!({ "gates": rows }))?;
    } else {
        let mut table = output::table(&["gate", "score", "verdict", "reason", "what to do"]);
        for (gate, score) in &rows {
            table.add_row([
                gate.name.as_str(),
                score.as_str(),
                gate.outcome.as_str(),
                gate.reason.code(),
                gate.reason.advice(),
            ]);
        }
        output::say(table);
    }
    let failed = capture
        .gates()
        .iter()
        .any(|gate| gate.outcome == GateOutcome::Failed);
    Ok(if failed { Answer::No } else { Answer::Yes })
}

/// The numbers behind a gate, frame by frame.
fn score(capture: &LiveCapture, name: GateName) -> String {
    let whole = match name {
        GateName::SamePerson => capture.swap_cosine().map(|s| s.to_string()),
        GateName::Match => capture.match_similarity().map(|s| s.to_string()),
        GateName::ActiveLiveness => None,
        _ => {
            let frames = capture.frames().iter().map(|frame| {
                let Some(m) = frame.measures else {
                    return "none".to_owned();
                };
                match name {
                    GateName::FaceSize => format!("{:.0} px", m.eye_distance),
                    GateName::Pose => {
                        format!("{:.0}/{:.0}/{:.0}°", m.mesh.yaw, m.mesh.pitch, m.mesh.roll)
                    }
                    GateName::Blur => format!("{:.4}", m.sharpness),
                    GateName::Exposure => format!("{:.0}", m.luminance),
                    GateName::FrameEdge => format!("{:.2}", m.edge_room),
                    GateName::PassiveLiveness => format!("{:.4}", m.liveness),
                    _ => "one".to_owned(),
                }
            });
            Some(frames.collect::<Vec<_>>().join(" "))
        }
    };
    whole.unwrap_or_default()
}
