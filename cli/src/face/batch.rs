//! `humanseal face liveness --list`: the gates of many captures, and the error rates that follow.

mod report;

use std::io::{IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use humanseal_biometric::{
    GateName, GateOutcome, GateRecord, Limits, LiveCapture, MAX_FRAMES, Photo, Pipeline, Reason,
};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::ModelChoice;
use crate::output::{self, Answer, Failure, Outcome, beside, publish};
use report::Report;

/// The longest list, in bytes.
const MAX_LIST: u64 = 64 << 20;
/// The longest label or name of a capture.
const MAX_WORD: usize = 64;
/// The label of people who are there.
const LIVE: &str = "live";
/// The gates of passive liveness.
const PASSIVE: [GateName; 4] = [
    GateName::PassiveLiveness,
    GateName::Moire,
    GateName::Border,
    GateName::ScreenLight,
];

/// The frames of one capture.
struct Capture<'a> {
    name: &'a str,
    label: &'a str,
    images: Vec<&'a str>,
}

/// What came of one: the record of every gate, or why there is none.
type Judged = Result<Vec<GateRecord>, &'static str>;

/// Judges every capture of a list, writes a row for each, prints the rates.
pub fn run(choice: &ModelChoice, list: &Path, root: &Path, out: &Path, as_json: bool) -> Outcome {
    let text = output::read_text(list, MAX_LIST)?;
    let captures =
        captures(&text).map_err(|error| Failure::input(format!("{}: {error}", list.display())))?;
    let mut file = std::io::BufWriter::new(beside(out)?);
    let pipeline = choice.pipeline()?;
    let bar = match !as_json && std::io::stderr().is_terminal() {
        true => ProgressBar::new(captures.len() as u64),
        false => ProgressBar::hidden(),
    };
    let judged: Vec<Judged> = captures
        .par_iter()
        .map(|capture| {
            // A long list does not end because a decoder fell over one of its files.
            let judged = catch_unwind(AssertUnwindSafe(|| judge(&pipeline, root, capture)));
            bar.inc(1);
            judged.unwrap_or(Err("image_fault"))
        })
        .collect();
    bar.finish_and_clear();
    let mut report = Report::default();
    for (capture, judged) in captures.iter().zip(&judged) {
        let against = match judged {
            Ok(gates) => refusals(gates).join(","),
            Err(code) => (*code).to_owned(),
        };
        let verdict = if against.is_empty() {
            "accepted"
        } else {
            "refused"
        };
        let Capture { name, label, .. } = capture;
        writeln!(file, "{name}\t{label}\t{verdict}\t{against}").map_err(Failure::fault)?;
        report.count(label, judged);
    }
    let file = file.into_inner();
    publish(file.map_err(|error| Failure::fault(error.error()))?, out)?;
    report.print(as_json)?;
    Ok(Answer::Yes)
}

/// Why a list cannot be followed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum ListError {
    #[error("row {0} is not image, label and perhaps capture, with tabs between [row_malformed]")]
    Row(usize),
    #[error("row {0} gives its capture another label than the row before [labels_differ]")]
    Labels(usize),
    #[error("the capture of row {0} has more than {MAX_FRAMES} frames [too_many_frames]")]
    Frames(usize),
    #[error("it has no rows [list_empty]")]
    Empty,
}

/// Rows of one capture follow each other; a row without a capture's name is one by itself.
fn captures(text: &str) -> Result<Vec<Capture<'_>>, ListError> {
    let word = |word: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        (1..=MAX_WORD).contains(&word.len()) && word.chars().all(fits)
    };
    let mut captures: Vec<Capture<'_>> = Vec::new();
    let mut last = None;
    for (row, line) in (1..).zip(text.lines()) {
        let fields: Vec<&str> = line.split('\t').collect();
        let (image, label, name) = match fields[..] {
            [image, label] => (image, label, None),
            [image, label, name] if word(name) => (image, label, Some(name)),
            _ => return Err(ListError::Row(row)),
        };
        if image.is_empty() || !word(label) {
            return Err(ListError::Row(row));
        }
        match captures.last_mut() {
            Some(capture) if name.is_some() && name == last => {
                if capture.label != label {
                    return Err(ListError::Labels(row));
                }
                if capture.images.len() == MAX_FRAMES {
                    return Err(ListError::Frames(row));
                }
                capture.images.push(image);
            }
            _ => captures.push(Capture {
                name: name.unwrap_or(image),
                label,
                images: vec![image],
            }),
        }
        last = name;
    }
    if captures.is_empty() {
        return Err(ListError::Empty);
    }
    Ok(captures)
}

fn judge(pipeline: &Pipeline, root: &Path, capture: &Capture<'_>) -> Judged {
    let photos = capture.images.iter().map(|image| photo(&root.join(image)));
    let photos = photos.collect::<Result<Vec<_>, _>>()?;
    let live = pipeline.live(&photos, None).map_err(|error| error.code())?;
    Ok(LiveCapture::gates(&live).to_vec())
}

fn photo(path: &Path) -> Result<Photo, &'static str> {
    let limits = Limits::default();
    let meta = std::fs::metadata(path).map_err(|_| "image_unreadable")?;
    // A pipe or a device would never end.
    if !meta.is_file() {
        return Err("image_unreadable");
    }
    if meta.len() > limits.bytes as u64 {
        return Err("image_too_many_bytes");
    }
    let bytes = std::fs::read(path).map_err(|_| "image_unreadable")?;
    Photo::decode(&bytes, limits).map_err(|error| error.code())
}

/// Whether a gate is about what a list holds: pictures, without a portrait or a plan.
fn measured(gate: &GateRecord) -> bool {
    let elsewhere = [
        Reason::NotRequested,
        Reason::NoPortrait,
        Reason::SingleFrame,
    ];
    gate.outcome != GateOutcome::NotRun || !elsewhere.contains(&gate.reason)
}

/// The measured gates that did not pass, each with its reason. Where there is no face, one gate
/// says why, and the others only that they had none.
fn refusals(gates: &[GateRecord]) -> Vec<String> {
    gates
        .iter()
        .filter(|gate| measured(gate) && gate.outcome != GateOutcome::Passed)
        .filter(|gate| gate.reason != Reason::FaceMissing)
        .map(|gate| format!("{}:{}", gate.name.as_str(), gate.reason.code()))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_captures_in_order() {
        let list = "a.png\tlive\nb.png\tphone\tx\nc.png\tphone\tx\nd.png\tprint\ty\r\n";
        let captures = captures(list).unwrap();
        let seen: Vec<_> = captures
            .iter()
            .map(|capture| (capture.name, capture.label, capture.images.len()))
            .collect();
        assert_eq!(
            seen,
            [("a.png", "live", 1), ("x", "phone", 2), ("y", "print", 1)]
        );
    }

    #[test]
    fn rows_of_another_form_are_refused_by_number() {
        for (list, error) in [
            ("", ListError::Empty),
            ("a.png\tlive\n\n", ListError::Row(2)),
            ("a.png", ListError::Row(1)),
            ("\tlive", ListError::Row(1)),
            ("a.png\t", ListError::Row(1)),
            ("a.png\tan attack", ListError::Row(1)),
            ("a.png\tlive\t", ListError::Row(1)),
            ("a.png\tlive\tx\ty", ListError::Row(1)),
            ("a.png\tlive\tx\nb.png\tphone\tx", ListError::Labels(2)),
        ] {
            assert_eq!(captures(list).err(), Some(error), "{list}");
        }
        let long = "a.png\tlive\tx\n".repeat(MAX_FRAMES + 1);
        assert_eq!(
            captures(&long).err(),
            Some(ListError::Frames(MAX_FRAMES + 1))
        );
    }
}
