//! The model manifest: which files the pipeline loads, what they are, and what their scores mean.
//!
//! The manifest is compiled in, so that whoever can exchange a model file cannot exchange the
//! digest that it is checked against.

use std::sync::OnceLock;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::calibration::ErrorRate;
use crate::embedding::Similarity;
use crate::thresholds::{FalseMatchRate, Rule, Threshold, Thresholds};

/// The manifest as it stands in `fixtures/models/manifest.json`.
const MANIFEST: &str = include_str!("../../fixtures/models/manifest.json");

/// SHA-256 of the manifest file's bytes. A device states it; an issuer pins it.
pub fn manifest_digest() -> [u8; 32] {
    Sha256::digest(MANIFEST.as_bytes()).into()
}

/// The embedding models to choose from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmbeddingModel {
    /// 192 dimensions, the default.
    #[default]
    MobileFaceNet,
    /// 512 dimensions; undocumented training data, so never the default.
    FrFeature,
}

impl EmbeddingModel {
    /// Its id in the manifest.
    pub fn id(self) -> &'static str {
        match self {
            Self::MobileFaceNet => "mobilefacenet",
            Self::FrFeature => "fr_feature",
        }
    }

    /// Components of an embedding.
    pub fn dimension(self) -> usize {
        match self {
            Self::MobileFaceNet => 192,
            Self::FrFeature => 512,
        }
    }
}

/// One model of the manifest.
#[derive(Clone, Debug)]
pub struct ModelEntry {
    /// Short name.
    pub id: String,
    /// File name in the models folder.
    pub file: String,
    /// SHA-256 of the whole file.
    pub sha256: [u8; 32],
    /// Licence as published.
    pub licence: String,
    /// What speaks against it.
    pub caveat: String,
    /// Present for embedding models.
    pub thresholds: Option<Thresholds>,
}

/// The model with this id.
pub fn entry(id: &str) -> Option<&'static ModelEntry> {
    entries().iter().find(|entry| entry.id == id)
}

/// All models of the manifest.
pub fn entries() -> &'static [ModelEntry] {
    static ENTRIES: OnceLock<Vec<ModelEntry>> = OnceLock::new();
    // The text is a constant; a test reads it, so an empty list never leaves this crate.
    ENTRIES.get_or_init(|| read(MANIFEST).unwrap_or_default())
}

#[derive(Deserialize)]
struct File {
    models: Vec<RawEntry>,
}

#[derive(Deserialize)]
struct RawEntry {
    id: String,
    file: String,
    sha256: String,
    licence: String,
    caveat: String,
    thresholds: Option<RawThresholds>,
}

#[derive(Deserialize)]
struct RawThresholds {
    source: String,
    rows: [RawThreshold; 3],
    conditions: RawConditions,
}

#[derive(Deserialize)]
struct RawThreshold {
    false_match_rate: f64,
    thousandths: u16,
    false_matches: u64,
    impostor_pairs: u64,
    false_non_matches: u64,
    genuine_pairs: u64,
}

#[derive(Deserialize)]
struct RawConditions {
    portrait_from_chip: RawRule,
    camera_frames: RawRule,
}

#[derive(Deserialize)]
struct RawRule {
    wanted_false_match_rate: f64,
    safety_factor: f64,
    evidence: String,
}

fn read(text: &str) -> Option<Vec<ModelEntry>> {
    let file: File = serde_json::from_str(text).ok()?;
    file.models.into_iter().map(read_entry).collect()
}

fn read_entry(raw: RawEntry) -> Option<ModelEntry> {
    let thresholds = match raw.thresholds {
        None => None,
        Some(raw) => Some(read_thresholds(raw)?),
    };
    Some(ModelEntry {
        id: raw.id,
        file: raw.file,
        sha256: digest_from_hex(&raw.sha256)?,
        licence: raw.licence,
        caveat: raw.caveat,
        thresholds,
    })
}

/// `None` for a table that breaks its own rules: nothing is decided by it then.
fn read_thresholds(raw: RawThresholds) -> Option<Thresholds> {
    let mut rows = Vec::with_capacity(3);
    for (row, rate) in raw.rows.iter().zip(FalseMatchRate::ALL) {
        let false_match = ErrorRate::new(row.false_matches, row.impostor_pairs)?;
        // A row stands at its own place, and what was counted is what it claims.
        let holds = FalseMatchRate::from_value(row.false_match_rate) == Some(rate)
            && false_match.value() <= rate.value();
        holds.then_some(())?;
        rows.push(Threshold {
            similarity: Similarity::from_thousandths(row.thousandths)?,
            false_match,
            false_non_match: ErrorRate::new(row.false_non_matches, row.genuine_pairs)?,
        });
    }
    Some(Thresholds {
        rows: rows.try_into().ok()?,
        portrait: read_rule(raw.conditions.portrait_from_chip)?,
        frames: read_rule(raw.conditions.camera_frames)?,
        source: raw.source,
    })
}

fn read_rule(raw: RawRule) -> Option<Rule> {
    let wanted = raw.wanted_false_match_rate;
    Some(Rule {
        wanted: FalseMatchRate::from_value(wanted)?,
        row: FalseMatchRate::from_value(wanted / raw.safety_factor)?,
        evidence: raw.evidence,
    })
}

pub(crate) fn digest_from_hex(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn manifest_reads_and_its_thresholds_rise() {
        assert_eq!(entries().len(), 5);
        for model in [EmbeddingModel::MobileFaceNet, EmbeddingModel::FrFeature] {
            let thresholds = entry(model.id()).unwrap().thresholds.as_ref().unwrap();
            let rows = thresholds.rows();
            assert!(rows.windows(2).all(|pair| {
                pair[0].similarity < pair[1].similarity
                    && pair[0].false_match.errors() > pair[1].false_match.errors()
                    && pair[0].false_non_match.errors() < pair[1].false_non_match.errors()
            }));
            // The whole interval over pairs stays under twice the stated rate.
            for (row, rate) in rows.iter().zip(FalseMatchRate::ALL) {
                assert!(row.false_match.interval().upper <= 2.0 * rate.value());
            }
        }
    }

    #[test]
    fn a_table_that_claims_more_than_was_counted_is_no_table() {
        let read_with = |pointer: &str, value: serde_json::Value| {
            let mut file: serde_json::Value = serde_json::from_str(MANIFEST).unwrap();
            *file
                .pointer_mut(&format!("/models/1/thresholds{pointer}"))
                .unwrap() = value;
            read(&file.to_string()).is_some()
        };
        assert!(read_with("/source", "elsewhere".into()));
        assert!(!read_with("/rows/1/false_matches", 1_000_000_000.into()));
        assert!(!read_with("/rows/1/false_match_rate", 1e-5.into()));
        assert!(!read_with("/rows/0/genuine_pairs", 0.into()));
        assert!(!read_with("/rows/2/thousandths", 1001.into()));
        assert!(!read_with(
            "/conditions/portrait_from_chip/safety_factor",
            3.into()
        ));
    }

    #[test]
    fn every_model_states_source_licence_caveat_conventions_and_measurements() {
        let file: serde_json::Value = serde_json::from_str(MANIFEST).unwrap();
        for model in file["models"].as_array().unwrap() {
            for pointer in [
                "/role",
                "/file",
                "/sha256",
                "/source/package",
                "/source/file",
                "/source/changes",
                "/licence",
                "/caveat",
                "/input",
                "/output",
                "/measured",
            ] {
                let stated = model.pointer(pointer).and_then(|value| value.as_str());
                assert!(stated.is_some_and(|text| !text.is_empty()), "{pointer}");
            }
        }
    }

    #[test]
    fn digests_of_the_wrong_form_are_refused() {
        assert!(digest_from_hex("00").is_none());
        assert!(digest_from_hex(&"g".repeat(64)).is_none());
        assert!(digest_from_hex(&"+0".repeat(32)).is_none());
        assert_eq!(digest_from_hex(&"0a".repeat(32)), Some([10; 32]));
    }
}
