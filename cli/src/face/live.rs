//! `humanseal face live`: a plan followed on a folder of frames with time stamps, or on a video.

mod frames;
mod sheet;

use std::path::PathBuf;

use humanseal_biometric::live::{Instruction, LiveOutcome, LivenessSession, SessionLimits, Step};
use humanseal_biometric::{GateName, GateOutcome, Language};
use humanseal_sdk::steps;
use humanseal_zk_credentials::exchange::{ACCESSIBLE_PLAN_SECONDS, Plan};
use serde_json::json;

use self::frames::Frames;
use self::sheet::Sheet;
use super::ModelChoice;
use crate::output::{self, Answer, Failure, Outcome, Steps};

/// A plan's JSON is far smaller.
const MAX_PLAN: u64 = 16 << 10;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// A folder of frames, each named by its milliseconds since the plan was shown, in five digits or more
    /// (`00250.jpg`).
    #[arg(long, value_name = "DIR", required_unless_present = "video")]
    frames: Option<PathBuf>,
    /// A video as YUV4MPEG2 that begins when the plan is shown, `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "frames")]
    video: Option<PathBuf>,
    /// The plan, as an issuer sends it. Without it the frames must come closer, and nothing more.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Writes a contact sheet of the frames, SVG. It shows the face.
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
    #[command(flatten)]
    choice: ModelChoice,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Follows the plan, tells steps and gates. Answers no unless every gate of a session passed.
pub fn run(args: Args) -> Outcome {
    let (steps, seconds) = match &args.plan {
        Some(file) => planned(file)?,
        None => (vec![Step::ComeCloser], ACCESSIBLE_PLAN_SECONDS),
    };
    let mut frames = match (&args.frames, &args.video) {
        (Some(folder), _) => Frames::of_folder(folder)?,
        (None, Some(file)) => Frames::of_video(file)?,
        (None, None) => return Err(Failure::input("give --frames or --video")),
    };
    let pipeline = args.choice.pipeline()?;
    let limits = SessionLimits::due_after(seconds.try_into().unwrap_or(0));
    let refused =
        |e: humanseal_biometric::live::LiveError| Failure::input(format!("{e} [{}]", e.code()));
    let mut session = LivenessSession::new(&pipeline, steps.clone(), limits).map_err(refused)?;
    let mut sheet = args.sheet.as_ref().map(|_| Sheet::default());
    let mut asked = Instruction::LookStraight;
    let steps_shown = Steps::new(args.json);
    while let Some((at, photo)) = frames.next()? {
        steps_shown.show(&told(asked));
        if let Some(sheet) = &mut sheet {
            sheet.add(&photo, at, &told(asked))?;
        }
        asked = session.frame(&photo, at).map_err(refused)?.instruction;
        if asked == Instruction::Finished {
            break;
        }
    }
    drop(steps_shown);
    let outcome = session.finish(None).map_err(refused)?;
    if let (Some(sheet), Some(path)) = (sheet, &args.sheet) {
        output::write_new(path, sheet.finish().as_bytes())?;
    }
    tell(&steps, &outcome, args.json)?;
    let passed = |name: &GateName| outcome.capture.gate(*name).outcome == GateOutcome::Passed;
    Ok(match GateName::ACTIVE.iter().all(passed) {
        true => Answer::Yes,
        false => Answer::No,
    })
}

fn planned(file: &std::path::Path) -> Result<(Vec<Step>, i64), Failure> {
    let text = output::read_text(file, MAX_PLAN)?;
    let plan: Plan = serde_json::from_str(&text)
        .map_err(|error| Failure::input(format!("{}: {error}", file.display())))?;
    let steps = steps(&plan).map_err(|e| Failure::input(format!("{e} [{}]", e.code())))?;
    Ok((steps, plan.seconds()))
}

fn named(step: &Step) -> String {
    match step {
        Step::TurnLeft(angle) => format!("turn left by {}°", angle.value()),
        Step::TurnRight(angle) => format!("turn right by {}°", angle.value()),
        Step::LookUp(angle) => format!("look up by {}°", angle.value()),
        Step::Blink => "blink".to_owned(),
        Step::OpenMouth => "open the mouth".to_owned(),
        Step::ComeCloser => "come closer".to_owned(),
        Step::Flash(colours) => format!("{} colours", colours.len()),
    }
}

fn told(asked: Instruction) -> String {
    match asked {
        Instruction::LookStraight => "look straight".to_owned(),
        Instruction::TurnLeft(angle) => named(&Step::TurnLeft(angle)),
        Instruction::TurnRight(angle) => named(&Step::TurnRight(angle)),
        Instruction::LookUp(angle) => named(&Step::LookUp(angle)),
        Instruction::Blink => named(&Step::Blink),
        Instruction::OpenMouth => named(&Step::OpenMouth),
        Instruction::ComeCloser => named(&Step::ComeCloser),
        Instruction::Show(colour) => format!("{colour:?}").to_lowercase(),
        Instruction::Finished => "finished".to_owned(),
    }
}

fn tell(steps: &[Step], outcome: &LiveOutcome, as_json: bool) -> Result<(), Failure> {
    let answers = steps.iter().zip(&outcome.answers);
    if as_json {
        let steps: Vec<_> = answers
            .map(|(step, answer)| {
                json!({
                    "step": named(step),
                    "outcome": answer.outcome,
                    "at_ms": answer.at.0,
                })
            })
            .collect();
        let gates = outcome.capture.gates();
        return output::json(&json!({ "steps": steps, "gates": gates }));
    }
    let mut table = output::table(&["step", "outcome", "at"]);
    for (step, answer) in answers {
        let at = format!("{} ms", answer.at.0);
        table.add_row([named(step), answer.outcome.as_str().to_owned(), at]);
    }
    output::say(table);
    let language = Language::from_tag(&std::env::var("LANG").unwrap_or_default());
    let mut table = output::table(&["gate", "verdict", "reason", "what to do"]);
    for gate in outcome.capture.gates() {
        table.add_row([
            gate.name.as_str(),
            gate.outcome.as_str(),
            gate.reason.code(),
            gate.reason.advice(language),
        ]);
    }
    output::say(table);
    Ok(())
}
