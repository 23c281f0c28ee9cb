//! The model manifest: which files the pipeline loads, what they are, and what their scores mean.
//!
//! The manifest is compiled in, so that whoever can exchange a model file cannot exchange the
//! digest that it is checked against.

use std::sync::OnceLock;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::embedding::Similarity;

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

/// How often two different people are taken for one at a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FalseMatchRate {
    /// One in a thousand impostor pairs.
    OneIn1000,
    /// One in ten thousand: the default, and the limit of NIST SP 800-63A-4.
    OneIn10000,
    /// One in a hundred thousand.
    OneIn100000,
}

/// A threshold and the error rates measured at it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Two faces match at this similarity and above.
    pub similarity: Similarity,
    /// Share of pairs of different people at or above it.
    pub false_match_rate: f64,
    /// Share of pairs of one person at or above it.
    pub true_accept_rate: f64,
}

/// What similarities of one embedding model mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    rows: [Threshold; 3],
    source: String,
}

impl Thresholds {
    /// The threshold at a false match rate.
    pub fn at(&self, rate: FalseMatchRate) -> Threshold {
        match rate {
            FalseMatchRate::OneIn1000 => self.rows[0],
            FalseMatchRate::OneIn10000 => self.rows[1],
            FalseMatchRate::OneIn100000 => self.rows[2],
        }
    }

    /// The threshold of a decision: at [`FalseMatchRate::OneIn10000`].
    pub fn decision(&self) -> Threshold {
        self.at(FalseMatchRate::OneIn10000)
    }

    /// All three, from the loosest to the strictest.
    pub fn rows(&self) -> &[Threshold; 3] {
        &self.rows
    }

    /// The pairs that the rates were measured on.
    pub fn source(&self) -> &str {
        &self.source
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
}

#[derive(Deserialize)]
struct RawThreshold {
    false_match_rate: f64,
    cosine: f32,
    true_accept_rate: f64,
}

fn read(text: &str) -> Option<Vec<ModelEntry>> {
    let file: File = serde_json::from_str(text).ok()?;
    file.models.into_iter().map(read_entry).collect()
}

fn read_entry(raw: RawEntry) -> Option<ModelEntry> {
    let thresholds = match raw.thresholds {
        None => None,
        Some(raw) => {
            let mut rows = Vec::with_capacity(3);
            for row in raw.rows {
                rows.push(Threshold {
                    similarity: Similarity::new(row.cosine)?,
                    false_match_rate: row.false_match_rate,
                    true_accept_rate: row.true_accept_rate,
                });
            }
            Some(Thresholds {
                rows: rows.try_into().ok()?,
                source: raw.source,
            })
        }
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

fn digest_from_hex(text: &str) -> Option<[u8; 32]> {
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
                    && pair[0].false_match_rate > pair[1].false_match_rate
                    && pair[0].true_accept_rate > pair[1].true_accept_rate
            }));
            assert_eq!(thresholds.decision().false_match_rate, 1e-4);
            assert_eq!(
                thresholds.at(FalseMatchRate::OneIn1000).false_match_rate,
                1e-3
            );
            assert_eq!(
                thresholds.at(FalseMatchRate::OneIn100000).false_match_rate,
                1e-5
            );
        }
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
