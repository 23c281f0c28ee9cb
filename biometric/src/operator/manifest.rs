//! The manifest of an operator's folder, and what else may be in the folder.

use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::embedder::EmbedderCard;
use crate::input::{Alignment, EmbedderInput};
use crate::manifest::{digest_from_hex, entry, manifest_digest};
use crate::models::{ModelError, read};

/// The manifest's name in the folder.
pub(super) const FILE: &str = "manifest.json";
/// A page for each model.
const LIMIT: u64 = 1 << 20;
/// The most models of a folder.
pub(super) const MAX_MODELS: usize = 32;
/// The longest name, in bytes.
const MAX_NAME: usize = 32;
/// The longest licence or source, in bytes.
const MAX_TEXT: usize = 1000;
/// The shortest embedding that is worth one, and the longest that a template holds
/// (docs/protocol.md, section 3).
pub(super) const DIMENSIONS: std::ops::RangeInclusive<usize> = 64..=512;

/// A SHA-256, in JSON 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileDigest(pub(super) [u8; 32]);

impl Serialize for FileDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for FileDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digest = digest_from_hex(&text).map(Self);
        digest.ok_or_else(|| serde::de::Error::custom("a digest is not 64 hexadecimal digits"))
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    version: u32,
    /// The compiled-in manifest that the other models stand in.
    base_sha256: FileDigest,
    pub(super) models: Vec<Entry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) sha256: FileDigest,
    pub(super) licence: String,
    pub(super) source: String,
    pub(super) input: EmbedderInput,
    pub(super) alignment: Alignment,
    pub(super) dimension: usize,
    pub(super) parity: Parity,
    pub(super) calibration: Option<FileDigest>,
}

/// How far this runtime was from onnxruntime on the cuts of a photograph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parity {
    /// The other runtime and its version.
    pub runtime: String,
    /// How many cuts were compared.
    pub cuts: usize,
    /// The least cosine between both outputs of a cut.
    pub least_cosine: f64,
    /// The largest difference of two components, over the largest component.
    pub largest_difference: f64,
}

impl Manifest {
    pub(super) fn new() -> Self {
        Self {
            version: 1,
            base_sha256: FileDigest(manifest_digest()),
            models: Vec::new(),
        }
    }

    /// The manifest of a folder, and its bytes.
    pub(super) fn read(folder: &Path) -> Result<(Self, Vec<u8>), ModelError> {
        // One byte more shows that the file is too large.
        let bytes =
            read(&folder.join(FILE), LIMIT + 1).map_err(|source| ModelError::Unreadable {
                file: FILE.to_owned(),
                source,
            })?;
        let invalid = |what: String| ModelError::InvalidManifest {
            file: FILE.to_owned(),
            what,
        };
        if bytes.len() as u64 > LIMIT {
            return Err(invalid(format!("it is larger than {LIMIT} bytes")));
        }
        let manifest: Self =
            serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?;
        match manifest.wrong() {
            None => Ok((manifest, bytes)),
            Some(what) => Err(invalid(what)),
        }
    }

    /// What cannot be followed.
    fn wrong(&self) -> Option<String> {
        let checks = [
            ("version", self.version == 1),
            (
                "base_sha256: it was made for other models than this program's",
                self.base_sha256.0 == manifest_digest(),
            ),
            ("models: too many", self.models.len() <= MAX_MODELS),
        ];
        if let Some((what, _)) = checks.iter().find(|(_, right)| !right) {
            return Some((*what).to_owned());
        }
        self.models.iter().enumerate().find_map(|(index, entry)| {
            let before = &self.models[..index];
            let twice = before
                .iter()
                .any(|other| other.name == entry.name || other.sha256 == entry.sha256);
            let wrong = entry.wrong().or(twice.then_some("it stands there twice"))?;
            Some(format!("model {}: {wrong}", index + 1))
        })
    }
}

impl Entry {
    /// The first field that says what cannot be.
    pub(super) fn wrong(&self) -> Option<&'static str> {
        // Both are printed.
        let text = |text: &str| {
            !text.trim().is_empty() && text.len() <= MAX_TEXT && !text.contains(char::is_control)
        };
        let checks = [
            ("name", valid_name(&self.name)),
            ("licence", text(&self.licence)),
            ("source", text(&self.source)),
            ("dimension", DIMENSIONS.contains(&self.dimension)),
            ("parity", self.parity.holds()),
        ];
        let wrong = checks.iter().find(|(_, right)| !right);
        wrong.map(|(name, _)| *name).or(self.input.wrong())
    }

    /// The name of the model file.
    pub(super) fn file(&self) -> String {
        format!("{}.onnx", self.name)
    }

    /// The name of the calibration.
    pub(super) fn calibration_file(&self) -> String {
        format!("{}.calibration.json", self.name)
    }

    pub(super) fn card(&self) -> EmbedderCard {
        EmbedderCard {
            name: self.name.clone(),
            sha256: self.sha256.0,
            licence: self.licence.clone(),
            caveat: format!("An operator's model, from {}.", self.source),
            input: self.input,
            alignment: self.alignment,
            dimension: self.dimension,
        }
    }
}

/// Small letters, digits and single hyphens between them, and no name of the compiled-in manifest,
/// however it is spelt: a name must say which model is meant, and be a file's name everywhere.
fn valid_name(name: &str) -> bool {
    let part = |part: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        !part.is_empty() && part.chars().all(plain)
    };
    name.len() <= MAX_NAME && name.split('-').all(part) && entry(&name.replace('-', "_")).is_none()
}

/// Refuses a folder that holds what its manifest does not name, or anything but plain files.
/// Without a manifest it must be empty.
pub(super) fn refuse_strays(folder: &Path, manifest: Option<&Manifest>) -> Result<(), ModelError> {
    let unreadable = |source| ModelError::Unreadable {
        file: folder.display().to_string(),
        source,
    };
    let named = |name: &str| {
        let models = manifest.map_or(&[][..], |manifest| &manifest.models);
        let of_model = |entry: &Entry| {
            name == entry.file()
                || (entry.calibration.is_some() && name == entry.calibration_file())
        };
        (manifest.is_some() && name == FILE) || models.iter().any(of_model)
    };
    for item in std::fs::read_dir(folder).map_err(unreadable)? {
        let item = item.map_err(unreadable)?;
        let file = item.file_name().to_string_lossy().into_owned();
        // The kind of the entry itself: a link is none of a file.
        if !item.file_type().map_err(unreadable)?.is_file() || !named(&file) {
            return Err(ModelError::StrayFile { file });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_none_of_the_project() {
        for (name, valid) in [
            ("own", true),
            ("r50-2024", true),
            ("", false),
            ("-own", false),
            ("own--2", false),
            ("Own", false),
            ("../own", false),
            ("own.onnx", false),
            ("mobilefacenet", false),
            ("fr-feature", false),
            ("fr_feature", false),
            (&"a".repeat(33), false),
        ] {
            assert_eq!(valid_name(name), valid, "{name}");
        }
    }
}
