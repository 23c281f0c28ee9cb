//! `humanseal face calibrate`: thresholds and their error rates, from a labelled list.
//!
//! Everything stays on this machine. What is written holds counts, no score of a pair and no name
//! of an image: a JSON file for machines, two figures, a page for people.

mod card;
mod figures;
mod list;

use std::collections::{BTreeMap, HashMap};
use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use humanseal_biometric::calibration::{
    Breakdown, CalibrationError, Counts, LabelledFace, OperatingPoint, RejectPoint, Resampled,
    count_all_pairs, error_reject, resample,
};
use humanseal_biometric::{EmbedderCard, Embedding, PortraitReader, cosine, entry};
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde_json::{Value, json};

use super::{ModelChoice, pairs};
use crate::output::{self, Answer, Failure, Outcome, say};
pub use card::shown;
use list::List;

/// The false match rates that thresholds are looked for at.
const RATES: [f64; 4] = [1e-3, 1e-4, 1e-5, 1e-6];
/// Draws of people behind an interval, and the seed that makes a run repeatable.
const DRAWS: usize = 1000;
const SEED: u64 = 1;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Tab-separated rows: image A, image B, 1 for one person or 0, and if wanted a group. With
    /// `--all-pairs`: image, person, and if wanted a group.
    #[arg(long)]
    list: PathBuf,
    /// The folder that image paths are relative to.
    #[arg(long)]
    root: PathBuf,
    /// Where to write the result (JSON). Figures and a page are written beside it under the same
    /// name with other endings. None of them may exist.
    #[arg(long)]
    out: PathBuf,
    /// What the images are, in a sentence: it is repeated wherever the figures are.
    #[arg(long)]
    set: String,
    /// Compares every image with every other.
    #[arg(long)]
    all_pairs: bool,
    /// Also says what the quality measure is worth: the error-reject curve over the pairs of one
    /// person. Needs `--all-pairs`.
    #[arg(long, requires = "all_pairs")]
    quality: bool,
    /// Threads; all cores unless stated.
    #[arg(long)]
    jobs: Option<usize>,
    #[command(flatten)]
    choice: ModelChoice,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// What was counted.
struct Counted {
    breakdown: Breakdown,
    /// Present where people are known.
    faces: Option<Vec<LabelledFace>>,
}

/// A row of the table: a false match rate, and the point there or why there is none.
struct Row {
    rate: f64,
    point: Result<OperatingPoint, CalibrationError>,
    resampled: Option<Resampled>,
}

/// Everything that is written, for JSON, page and figures alike.
struct Report {
    model: EmbedderCard,
    set: String,
    images: usize,
    refused: BTreeMap<&'static str, u64>,
    subjects: Option<usize>,
    counts: Counts,
    rows: Vec<Row>,
    groups: Vec<(String, Counts)>,
    /// One curve for each row that has a threshold, if asked for.
    rejects: Vec<(OperatingPoint, Vec<RejectPoint>)>,
}

/// Counts the list and writes what follows from it.
pub fn run(args: Args) -> Outcome {
    let files = ["json", "md", "det.svg", "histogram.svg"].map(|ending| match ending {
        "json" => args.out.clone(),
        _ => args.out.with_extension(ending),
    });
    // Better now than after an hour of counting.
    for (index, file) in files.iter().enumerate() {
        output::beside(file)?;
        if files[..index].contains(file) {
            let sentence = "--out must not end in .md or .svg: figures and page get these";
            return Err(Failure::input(sentence));
        }
    }
    let list = list::read(&args.list, args.all_pairs)?;
    let portraits = args.choice.portraits()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs.unwrap_or(0))
        .build()
        .map_err(Failure::fault)?;
    let bar = match !args.json && std::io::stderr().is_terminal() {
        true => ProgressBar::new(list.images.len() as u64),
        false => ProgressBar::hidden(),
    };
    let embedded = pool.install(|| embed(&portraits, &args, &list, &bar));
    bar.finish_and_clear();
    let mut refused = BTreeMap::new();
    for code in embedded.iter().filter_map(|result| result.as_ref().err()) {
        *refused.entry(*code).or_default() += 1;
    }
    let report = pool.install(|| -> Result<Report, Failure> {
        let counted = count(&list, &embedded).map_err(refusal)?;
        let counts = counted.breakdown.all;
        let rows = rows(&counts, counted.faces.as_deref()).map_err(refusal)?;
        let name = |group: u16| list.groups[usize::from(group)].clone();
        let groups = counted.breakdown.groups.into_iter();
        let rejects = match args.quality {
            true => rejects(&list, &embedded, &rows).map_err(refusal)?,
            false => Vec::new(),
        };
        Ok(Report {
            rejects,
            model: portraits.embedder().clone(),
            set: args.set.clone(),
            images: list.images.len(),
            refused,
            subjects: counted.faces.as_deref().map(people),
            counts,
            rows,
            groups: groups
                .map(|(group, counts)| (name(group), counts))
                .collect(),
        })
    })?;
    let value = report.json()?;
    let text = serde_json::to_string_pretty(&value).map_err(Failure::fault)?;
    let [json_file, page, det, histogram] = &files;
    output::write_new(page, card::markdown(&report)?.as_bytes())?;
    output::write_new(det, figures::trade_off(&report)?.as_bytes())?;
    output::write_new(histogram, figures::histogram(&report).as_bytes())?;
    output::write_new(json_file, (text + "\n").as_bytes())?;
    if args.json {
        output::json(&value)?;
    } else {
        say(card::table(&report.rows));
        say(format!(
            "Written: {}.",
            files.map(|f| f.display().to_string()).join(", ")
        ));
    }
    Ok(Answer::Yes)
}

fn refusal(error: CalibrationError) -> Failure {
    Failure::input(format!("{error} [{}]", error.code()))
}

fn people(faces: &[LabelledFace]) -> usize {
    let mut people: Vec<usize> = faces.iter().map(|face| face.subject).collect();
    people.sort_unstable();
    people.dedup();
    people.len()
}

/// A face and its quality, which is 1 where it was not asked for.
type Embedded = Vec<Result<(Embedding, f32), &'static str>>;

/// Every image's face, as enrolment would take it from a portrait, or why it takes none.
fn embed(portraits: &PortraitReader, args: &Args, list: &List, bar: &ProgressBar) -> Embedded {
    let images = list.images.par_iter();
    images
        .map(|name| {
            let path = args.root.join(name);
            // A long run does not end because a decoder fell over one of its files.
            let embedded = catch_unwind(AssertUnwindSafe(|| {
                let photo = pairs::photo(&path)?;
                let made = match args.quality {
                    true => portraits
                        .portrait_with_quality(&photo)
                        .map(|(template, quality)| (template.embedding().clone(), quality)),
                    false => portraits
                        .portrait(&photo)
                        .map(|template| (template.embedding().clone(), 1.0)),
                };
                made.map_err(|error| error.code())
            }));
            bar.inc(1);
            embedded.unwrap_or(Err("image_fault"))
        })
        .collect()
}

/// Shares of the pairs of one person that are rejected, worst quality first.
const REJECTED: [f64; 7] = [0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5];

fn rejects(
    list: &List,
    embedded: &Embedded,
    rows: &[Row],
) -> Result<Vec<(OperatingPoint, Vec<RejectPoint>)>, CalibrationError> {
    let mut faces: HashMap<usize, Vec<&(Embedding, f32)>> = HashMap::new();
    for person in list.people.iter().flatten() {
        if let Ok(face) = &embedded[person.image] {
            faces.entry(person.subject).or_default().push(face);
        }
    }
    let mut pairs = Vec::new();
    for faces in faces.values() {
        for (first, (a, quality)) in faces.iter().enumerate() {
            for (b, other) in &faces[first + 1..] {
                pairs.push((quality.min(*other), cosine(a, b)?));
            }
        }
    }
    let points = rows.iter().filter_map(|row| row.point.ok());
    points
        .map(|point| {
            let at = point.similarity().ok_or(CalibrationError::NoThreshold)?;
            Ok((point, error_reject(&pairs, at, &REJECTED)?))
        })
        .collect()
}

fn count(list: &List, embedded: &Embedded) -> Result<Counted, CalibrationError> {
    if let Some(people) = &list.people {
        let mut numbers = HashMap::new();
        let faces: Vec<_> = people
            .iter()
            .filter_map(|row| {
                let embedding = embedded[row.image].as_ref().ok()?.0.clone();
                let next = numbers.len();
                Some(LabelledFace {
                    embedding,
                    subject: *numbers.entry(row.subject).or_insert(next),
                    group: row.group,
                })
            })
            .collect();
        return Ok(Counted {
            breakdown: count_all_pairs(&faces)?,
            faces: Some(faces),
        });
    }
    let mut breakdown = Breakdown::default();
    for pair in &list.pairs {
        let (Ok((a, _)), Ok((b, _))) = (&embedded[pair.a], &embedded[pair.b]) else {
            continue;
        };
        let score = cosine(a, b)?;
        breakdown.all.add(score, pair.same);
        if let Some(group) = pair.group {
            breakdown
                .groups
                .entry(group)
                .or_default()
                .add(score, pair.same);
        }
    }
    Ok(Counted {
        breakdown,
        faces: None,
    })
}

fn rows(counts: &Counts, faces: Option<&[LabelledFace]>) -> Result<Vec<Row>, CalibrationError> {
    // A set without both kinds of pairs has no rates at all.
    counts.at(0)?;
    let found = RATES.map(|rate| (rate, counts.threshold(rate)));
    let points: Vec<_> = found.iter().filter_map(|(_, point)| point.ok()).collect();
    let mut intervals = match faces {
        Some(faces) if !points.is_empty() => resample(faces, &points, DRAWS, SEED)?.into_iter(),
        _ => Vec::new().into_iter(),
    };
    Ok(found
        .into_iter()
        .map(|(rate, point)| Row {
            rate,
            point,
            resampled: point.ok().and_then(|_| intervals.next()),
        })
        .collect())
}

impl Report {
    fn json(&self) -> Result<Value, Failure> {
        let equal = self.counts.equal_error().map_err(refusal)?;
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|(name, counts)| {
                let at = self.rows.iter().filter_map(|row| row.point.ok());
                let points = at.filter_map(|point| counts.at(point.thousandths).ok());
                json!({
                    "group": name,
                    "genuine_pairs": counts.genuine.total(),
                    "impostor_pairs": counts.impostor.total(),
                    "points": points.map(|point| json_point(&point)).collect::<Vec<_>>(),
                })
            })
            .collect();
        let rejects = self.rejects.iter().map(|(point, curve)| {
            let left = |at: &RejectPoint| {
                json!({ "rejected": at.rejected, "false_non_match": super::rate(at.false_non_match) })
            };
            json!({
                "threshold": f64::from(point.thousandths) / 1000.0,
                "points": curve.iter().map(left).collect::<Vec<_>>(),
            })
        });
        Ok(json!({
            "set": self.set,
            "model": self.model.name,
            "model_sha256": hex::encode(self.model.sha256),
            "input": self.model.input,
            "alignment": self.model.alignment,
            "detector_sha256": entry("retinaface").map(|entry| hex::encode(entry.sha256)),
            "images": self.images,
            "refused": self.refused,
            "people": self.subjects,
            "genuine_pairs": self.counts.genuine.total(),
            "impostor_pairs": self.counts.impostor.total(),
            "rows": rows,
            "equal_error": {
                "rate": equal.rate,
                "threshold": f64::from(equal.at.thousandths) / 1000.0,
            },
            "groups": groups,
            "error_reject": rejects.collect::<Vec<_>>(),
            "histogram_thousandths": {
                "genuine": self.counts.genuine.bins().collect::<Vec<_>>(),
                "impostor": self.counts.impostor.bins().collect::<Vec<_>>(),
            },
            "draws": DRAWS,
            "seed": SEED,
        }))
    }
}

impl Row {
    fn json(&self) -> Value {
        match &self.point {
            Err(error) => json!({ "rate": self.rate, "refused": error.code() }),
            Ok(point) => {
                let mut value = json_point(point);
                value["rate"] = json!(self.rate);
                value["resampled"] = json!(self.resampled);
                value
            }
        }
    }
}

fn json_point(point: &OperatingPoint) -> Value {
    json!({
        "threshold": f64::from(point.thousandths) / 1000.0,
        "false_match": super::rate(point.false_match),
        "false_non_match": super::rate(point.false_non_match),
    })
}
