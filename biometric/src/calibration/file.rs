//! A calibration that was written down, read again: from its counts to thresholds that decide.

use serde::Deserialize;

use super::{CalibrationError, Counts, ErrorRate, OperatingPoint, ScoreHistogram};
use crate::embedder::EmbedderCard;
use crate::input::{Alignment, EmbedderInput};
use crate::manifest::{digest_from_hex, entry};
use crate::thresholds::{FalseMatchRate, Rule, Threshold, Thresholds};

/// The longest description of a set, in bytes.
const MAX_SET: usize = 1000;

/// Why a calibration file is no calibration of a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationFileError {
    /// It is not what `face calibrate` writes.
    #[error("it is not what face calibrate writes: {0}")]
    Malformed(String),
    /// It was made with another model, or the same was fed otherwise, or with another detector.
    #[error("it was made with another model: {0} differs")]
    OtherModel(&'static str),
    /// Its parts disagree about what was counted.
    #[error("it contradicts itself: {0}")]
    Contradiction(&'static str),
    /// Its counts give no threshold at a rate that a decision needs.
    #[error("it has no threshold at a false match rate of {:e}: {source}", .rate.value())]
    NoThreshold {
        /// The false match rate.
        rate: FalseMatchRate,
        /// Why there is none.
        source: CalibrationError,
    },
}

impl CalibrationFileError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "calibration_malformed",
            Self::OtherModel(_) => "calibration_of_another_model",
            Self::Contradiction(_) => "calibration_contradicts_itself",
            Self::NoThreshold { source, .. } => source.code(),
        }
    }
}

#[derive(Deserialize)]
struct Raw {
    set: String,
    model_sha256: String,
    input: EmbedderInput,
    alignment: Alignment,
    detector_sha256: String,
    images: u64,
    people: Option<u64>,
    genuine_pairs: u64,
    impostor_pairs: u64,
    rows: Vec<RawRow>,
    histogram_thousandths: RawHistograms,
}

#[derive(Deserialize)]
struct RawRow {
    rate: f64,
    threshold: Option<f64>,
    false_match: Option<RawRate>,
    false_non_match: Option<RawRate>,
}

#[derive(Deserialize)]
struct RawRate {
    errors: u64,
    trials: u64,
}

#[derive(Deserialize)]
struct RawHistograms {
    genuine: Vec<(i32, u64)>,
    impostor: Vec<(i32, u64)>,
}

/// Thresholds by what `face calibrate` counted with a model: [`FalseMatchRate::ALL`]'s rows, counted
/// again from the file's histograms. The conditions keep the manifest's rates and its factor of ten,
/// so a million pairs of different people must stand behind one in 100,000, among which ten may match
/// falsely.
///
/// # Errors
/// [`CalibrationFileError`]; a file whose counts were altered in one place is a contradiction.
pub fn thresholds_of_file(
    bytes: &[u8],
    card: &EmbedderCard,
) -> Result<Thresholds, CalibrationFileError> {
    let raw: Raw = serde_json::from_slice(bytes)
        .map_err(|error| CalibrationFileError::Malformed(error.to_string()))?;
    same_model(&raw, card)?;
    if raw.set.trim().is_empty() || raw.set.len() > MAX_SET {
        return Err(CalibrationFileError::Malformed("its set".to_owned()));
    }
    let counts = counts(&raw)?;
    let mut rows = Vec::with_capacity(3);
    for rate in FalseMatchRate::ALL {
        let missing = |source| CalibrationFileError::NoThreshold { rate, source };
        let point = counts.threshold(rate.value()).map_err(missing)?;
        // A model that tells nobody apart reaches a rate at a cosine that means nothing.
        let similarity = point.similarity().filter(|s| s.value() > 0.0);
        let similarity = similarity.ok_or(missing(CalibrationError::NoThreshold))?;
        if !stated(&raw.rows, rate, &point) {
            return Err(CalibrationFileError::Contradiction("a row and the counts"));
        }
        rows.push(Threshold {
            similarity,
            false_match: point.false_match,
            false_non_match: point.false_non_match,
        });
    }
    let rows = rows.try_into();
    let rows = rows.map_err(|_| CalibrationFileError::Malformed("its rows".to_owned()))?;
    let people = raw.people.map(|people| format!(" of {people} people"));
    let rule = |wanted, row| Rule {
        wanted,
        row,
        evidence: format!(
            "Calibrated on: {}. The factor of ten is that of the project's own models: it leaves room \
             for captures unlike those of the set.",
            raw.set
        ),
    };
    Ok(Thresholds {
        rows,
        portrait: rule(FalseMatchRate::OneIn10000, FalseMatchRate::OneIn100000),
        frames: rule(FalseMatchRate::OneIn1000, FalseMatchRate::OneIn10000),
        source: format!(
            "{}; {} images{}, a calibration of the operator's",
            raw.set,
            raw.images,
            people.unwrap_or_default()
        ),
    })
}

fn same_model(raw: &Raw, card: &EmbedderCard) -> Result<(), CalibrationFileError> {
    let detector = entry("retinaface").map(|entry| entry.sha256);
    let checks = [
        (
            "the model file",
            digest_from_hex(&raw.model_sha256) == Some(card.sha256),
        ),
        ("the input", raw.input == card.input),
        ("the alignment", raw.alignment == card.alignment),
        (
            "the detector",
            detector.is_some() && digest_from_hex(&raw.detector_sha256) == detector,
        ),
    ];
    match checks.iter().find(|(_, same)| !same) {
        Some((what, _)) => Err(CalibrationFileError::OtherModel(what)),
        None => Ok(()),
    }
}

fn counts(raw: &Raw) -> Result<Counts, CalibrationFileError> {
    let histogram = |bins: &[(i32, u64)], total: u64| {
        let histogram = ScoreHistogram::from_bins(bins)
            .ok_or_else(|| CalibrationFileError::Malformed("a histogram".to_owned()))?;
        match histogram.total() == total {
            true => Ok(histogram),
            false => Err(CalibrationFileError::Contradiction(
                "pairs and the histogram",
            )),
        }
    };
    Ok(Counts {
        genuine: histogram(&raw.histogram_thousandths.genuine, raw.genuine_pairs)?,
        impostor: histogram(&raw.histogram_thousandths.impostor, raw.impostor_pairs)?,
    })
}

/// Whether the file's own row of a rate says what its counts say.
fn stated(rows: &[RawRow], rate: FalseMatchRate, point: &OperatingPoint) -> bool {
    let mut of_rate = rows
        .iter()
        .filter(|row| FalseMatchRate::from_value(row.rate) == Some(rate));
    let (Some(row), None) = (of_rate.next(), of_rate.next()) else {
        return false;
    };
    let read = |rate: &Option<RawRate>| {
        let rate = rate.as_ref()?;
        ErrorRate::new(rate.errors, rate.trials)
    };
    row.threshold == Some(f64::from(point.thousandths) / 1000.0)
        && read(&row.false_match) == Some(point.false_match)
        && read(&row.false_non_match) == Some(point.false_non_match)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::EmbeddingModel;
    use serde_json::{Value, json};

    fn card() -> EmbedderCard {
        EmbedderCard::built_in(EmbeddingModel::FrFeature).unwrap()
    }

    /// A million impostor pairs: 2,000 a thousandth from 0 to .499, of which 500 are moved to .5,
    /// 80 to .6 and 10 to .7; a thousand pairs of one person from .5 on.
    fn file() -> Value {
        let mut impostor: Vec<(i32, u64)> = (0..500).map(|bin| (bin, 2000)).collect();
        impostor[0].1 -= 590;
        impostor.extend([(500, 500), (600, 80), (700, 10)]);
        let genuine: Vec<(i32, u64)> = (500..1000).map(|bin| (bin, 2)).collect();
        let row = |rate: f64, threshold: f64, false_matches: u64, missed: u64| {
            json!({
                "rate": rate,
                "threshold": threshold,
                "false_match": { "errors": false_matches, "trials": 1_000_000 },
                "false_non_match": { "errors": missed, "trials": 1000 },
            })
        };
        let card = card();
        json!({
            "set": "a ladder",
            "model_sha256": hex::encode(card.sha256),
            "input": card.input,
            "alignment": card.alignment,
            "detector_sha256": hex::encode(entry("retinaface").unwrap().sha256),
            "images": 1500,
            "people": 1400,
            "genuine_pairs": 1000,
            "impostor_pairs": 1_000_000,
            "rows": [
                row(1e-3, 0.5, 590, 0),
                row(1e-4, 0.501, 90, 2),
                row(1e-5, 0.601, 10, 202),
                { "rate": 1e-6, "refused": "calibration_too_few_impostors" },
            ],
            "histogram_thousandths": { "genuine": genuine, "impostor": impostor },
        })
    }

    fn read(file: &Value) -> Result<Thresholds, CalibrationFileError> {
        thresholds_of_file(file.to_string().as_bytes(), &card())
    }

    #[test]
    fn thresholds_are_those_that_were_counted_with_a_factor_of_ten() {
        let thresholds = read(&file()).unwrap();
        let decision = thresholds.decision();
        assert_eq!(decision.similarity.value(), 0.601);
        assert_eq!(decision.false_match, ErrorRate::new(10, 1_000_000).unwrap());
        assert_eq!(decision.false_non_match, ErrorRate::new(202, 1000).unwrap());
        assert_eq!(thresholds.again().similarity.value(), 0.501);
        assert_eq!(thresholds.swap_alarm().similarity.value(), 0.501);
        assert_eq!(
            thresholds.source(),
            "a ladder; 1500 images of 1400 people, a calibration of the operator's"
        );
    }

    #[test]
    fn a_file_of_another_model_or_with_an_altered_count_is_refused() {
        for (pointer, value, code) in [
            (
                "/model_sha256",
                json!("00".repeat(32)),
                "calibration_of_another_model",
            ),
            ("/input/side", json!(128), "calibration_of_another_model"),
            ("/input/mean/0", json!(0.0), "calibration_of_another_model"),
            (
                "/alignment",
                json!("arcface128"),
                "calibration_of_another_model",
            ),
            (
                "/detector_sha256",
                json!("00".repeat(32)),
                "calibration_of_another_model",
            ),
            ("/alignment", json!("none"), "calibration_malformed"),
            ("/set", json!(" "), "calibration_malformed"),
            (
                "/impostor_pairs",
                json!(999_999),
                "calibration_contradicts_itself",
            ),
            (
                "/genuine_pairs",
                json!(1001),
                "calibration_contradicts_itself",
            ),
            (
                "/rows/2/threshold",
                json!(0.5),
                "calibration_contradicts_itself",
            ),
            (
                "/rows/2/false_match/errors",
                json!(9),
                "calibration_contradicts_itself",
            ),
            (
                "/rows/1/false_non_match/errors",
                json!(1),
                "calibration_contradicts_itself",
            ),
            (
                "/rows/0/rate",
                json!(1e-4),
                "calibration_contradicts_itself",
            ),
            (
                "/histogram_thousandths/impostor/0/0",
                json!(1001),
                "calibration_malformed",
            ),
            (
                "/histogram_thousandths/impostor/0/0",
                json!(1),
                "calibration_malformed",
            ),
            (
                "/histogram_thousandths/impostor/502/1",
                json!(u64::MAX),
                "calibration_malformed",
            ),
        ] {
            let mut file = file();
            *file.pointer_mut(pointer).unwrap() = value;
            assert_eq!(read(&file).unwrap_err().code(), code, "{pointer}");
        }
        assert_eq!(
            thresholds_of_file(b"{", &card()).unwrap_err().code(),
            "calibration_malformed"
        );
    }

    #[test]
    fn fewer_than_a_million_impostor_pairs_decide_nothing() {
        let mut few = file();
        few["impostor_pairs"] = json!(999_999);
        few["histogram_thousandths"]["impostor"][1][1] = json!(1999);
        for row in few["rows"].as_array_mut().unwrap().iter_mut().take(3) {
            row["false_match"]["trials"] = json!(999_999);
        }
        let error = read(&few).unwrap_err();
        assert_eq!(error.code(), "calibration_too_few_impostors");
        assert!(error.to_string().contains("1e-5"), "{error}");
    }

    #[test]
    fn a_model_that_tells_nobody_apart_has_no_threshold() {
        let mut all_below = file();
        all_below["histogram_thousandths"]["impostor"] = json!([[-5, 1_000_000]]);
        assert_eq!(
            read(&all_below).unwrap_err().code(),
            "calibration_no_threshold"
        );
    }
}
