//! `humanseal face liveness`: the gates of one capture, or with a list of many.

use std::path::PathBuf;

use humanseal_biometric::passive::PassiveMeasures;
use humanseal_biometric::{GateName, GateOutcome, Language, LiveCapture, reasons_to_tell};
use serde_json::json;

use super::{ModelChoice, batch, photo};
use crate::output::{self, Answer, Failure, Outcome};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The frames of one capture.
    #[arg(required_unless_present = "list", conflicts_with = "list")]
    images: Vec<PathBuf>,
    /// Tab-separated rows: image, label, and, where several frames are one capture, the capture's
    /// name. The label is `live` or the kind of attack.
    #[arg(long, requires_all = ["root", "out"])]
    list: Option<PathBuf>,
    /// The folder that image paths of the list are relative to.
    #[arg(long, requires = "list")]
    root: Option<PathBuf>,
    /// Where to write a row for every capture of the list. Must not exist.
    #[arg(long, requires = "list")]
    out: Option<PathBuf>,
    #[command(flatten)]
    choice: ModelChoice,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Judges one capture or a list.
pub fn run(args: Args) -> Outcome {
    match (args.list, args.root, args.out) {
        (Some(list), Some(root), Some(out)) => {
            batch::run(&args.choice, &list, &root, &out, args.json)
        }
        _ => one(&args.choice, &args.images, args.json),
    }
}

fn one(choice: &ModelChoice, images: &[PathBuf], as_json: bool) -> Outcome {
    let pipeline = choice.pipeline()?;
    let language = Language::from_tag(&std::env::var("LANG").unwrap_or_default());
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
        let tell = reasons_to_tell(capture.gates());
        let tell: Vec<_> = tell.iter().map(|reason| reason.code()).collect();
        output::json(&json!({ "gates": rows, "tell": tell }))?;
    } else {
        let mut table = output::table(&["gate", "score", "verdict", "reason", "what to do"]);
        for (gate, score) in &rows {
            table.add_row([
                gate.name.as_str(),
                score.as_str(),
                gate.outcome.as_str(),
                gate.reason.code(),
                gate.reason.advice(language),
            ]);
        }
        output::say(table);
        if let Some(first) = reasons_to_tell(capture.gates()).first() {
            output::say(first.advice(language));
        }
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
        name if GateName::ACTIVE.contains(&name) => None,
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
                    GateName::PassiveLiveness => passive(&m.passive),
                    GateName::Moire => number(m.passive.ripple),
                    GateName::Border => number(m.passive.outline),
                    GateName::ScreenLight => m.passive.skin.map_or_else(String::new, |skin| {
                        format!("{:.2}/{:.2}", skin.blue_over_green, skin.green_over_red)
                    }),
                    _ => "one".to_owned(),
                }
            });
            Some(frames.collect::<Vec<_>>().join(" "))
        }
    };
    whole.unwrap_or_default()
}

/// The measures of the models, near, far and the operator's.
fn passive(measures: &PassiveMeasures) -> String {
    let second = measures.second.map(|second| format!("/{second:.3}"));
    format!(
        "{:.3}/{:.3}{}",
        measures.near,
        measures.far,
        second.unwrap_or_default()
    )
}

fn number(measure: Option<f32>) -> String {
    measure.map_or_else(|| "none".to_owned(), |measure| format!("{measure:.2}"))
}
