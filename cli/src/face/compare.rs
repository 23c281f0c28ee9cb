//! `humanseal face compare`: a decision about two photographs, with the counts behind it.

use std::path::{Path, PathBuf};

use humanseal_biometric::calibration::thresholds_of_file;
use humanseal_biometric::{Condition, Decision, cosine};
use serde_json::json;

use super::calibrate::shown;
use super::{ModelChoice, photo};
use crate::output::{self, Answer, Failure, Outcome};

/// The histograms of a calibration take some kilobytes.
const MAX_CALIBRATION: u64 = 4 << 20;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// One photograph.
    a: PathBuf,
    /// The other.
    b: PathBuf,
    #[command(flatten)]
    choice: ModelChoice,
    /// Decides by a calibration of one's own: what `face calibrate` wrote with this model.
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Compares them.
pub fn run(args: Args) -> Outcome {
    let portraits = args.choice.portraits()?;
    let card = portraits.embedder();
    let thresholds = match &args.calibration {
        None => args.choice.thresholds()?,
        Some(file) => {
            let bytes = output::read(file, MAX_CALIBRATION)?;
            thresholds_of_file(&bytes, card).map_err(|error| {
                Failure::input(format!("{}: {error} [{}]", file.display(), error.code()))
            })?
        }
    };
    let template = |path: &Path| {
        portraits
            .portrait(&photo(path)?)
            .map_err(|e| Failure::input(format!("{}: {e} [{}]", path.display(), e.code())))
    };
    let (first, second) = (template(&args.a)?, template(&args.b)?);
    let similarity = cosine(first.embedding(), second.embedding()).map_err(Failure::fault)?;
    let threshold = thresholds.decision();
    let decision = thresholds.decide(similarity);
    let rule = thresholds.rule(Condition::PortraitFromChip);
    let (id, caveat) = (&card.name, &card.caveat);
    if args.json {
        let rows = thresholds.rows().iter().map(|row| {
            json!({
                "similarity": row.similarity.value(),
                "false_match": super::rate(row.false_match),
                "false_non_match": super::rate(row.false_non_match),
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
            "model_sha256": hex::encode(card.sha256),
            "calibration": args.calibration,
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
                shown(row.false_match),
                shown(row.false_non_match),
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
