//! Adding a model to a folder, and attaching its calibration.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::manifest::{self, Entry, FileDigest, Manifest, Parity};
use super::reference::Reference;
use super::{CALIBRATION_LIMIT, ID, MODEL_LIMIT, OperatorModels};
use crate::calibration::thresholds_of_file;
use crate::input::Alignment;
use crate::models::{Model, ModelError};
use crate::photo::{Limits, Photo, PhotoError};
use crate::thresholds::Thresholds;

/// What an operator says of a model; the rest is measured.
#[derive(Clone, Copy, Debug)]
pub struct Addition<'a> {
    /// What it is called from now on: up to 32 small letters, digits and hyphens.
    pub name: &'a str,
    /// Under which licence it is used.
    pub licence: &'a str,
    /// Where it comes from.
    pub source: &'a str,
    /// How faces are aligned for it.
    pub alignment: Alignment,
}

/// Why a model is not added, or a calibration not attached.
#[derive(Debug, thiserror::Error)]
pub enum AdditionError {
    /// The folder, the model file or the calibration is refused.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The reference cannot be followed.
    #[error("the reference outputs cannot be followed: {what}")]
    Reference {
        /// What is wrong with them.
        what: String,
    },
    /// The reference was made with something else.
    #[error("the reference outputs were made with something else: {field} differs")]
    OtherReference {
        /// Which digest differs.
        field: &'static str,
    },
    /// The photograph of the comparison cannot be read.
    #[error("the photograph of the comparison is refused: {0}")]
    Photo(#[from] PhotoError),
    /// The model has not one output of 64 to 512 finite numbers.
    #[error("the model has not one output of 64 to 512 numbers, as an embedding is")]
    NoEmbedding,
    /// Both runtimes disagree.
    #[error(
        "this runtime and {} disagree: least cosine {:.6}, largest difference {:.6}",
        .parity.runtime, .parity.least_cosine, .parity.largest_difference
    )]
    Parity {
        /// How far apart they are.
        parity: Parity,
    },
    /// The name is taken, the file is there already, or the folder is full.
    #[error("the folder has this name or this model already, or has no room for another")]
    Taken,
    /// The model or the calibration is too large.
    #[error("the file is too large")]
    TooLarge,
    /// A file of the folder cannot be written.
    #[error("{file} cannot be written: {source}")]
    Unwritable {
        /// File name.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
}

impl AdditionError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Model(error) => error.code(),
            Self::Reference { .. } => "model_reference_malformed",
            Self::OtherReference { .. } => "model_reference_of_another",
            Self::Photo(error) => error.code(),
            Self::NoEmbedding => "model_no_embedding",
            Self::Parity { .. } => "model_parity_failed",
            Self::Taken => "model_taken",
            Self::TooLarge => "model_too_large",
            Self::Unwritable { .. } => "model_unwritable",
        }
    }
}

impl OperatorModels {
    /// Adds a model to a folder, which is made if it is not there. `photo` is the file that the
    /// reference was made with.
    ///
    /// # Errors
    /// [`AdditionError`]; nothing is written then, unless writing itself failed.
    pub fn add(
        folder: &Path,
        addition: Addition<'_>,
        onnx: &[u8],
        reference: &Reference,
        photo: &[u8],
    ) -> Result<Self, AdditionError> {
        let mut manifest = open_or_new(folder)?;
        if onnx.len() as u64 > MODEL_LIMIT {
            return Err(AdditionError::TooLarge);
        }
        let sha256 = FileDigest(Sha256::digest(onnx).into());
        reference.is_of(&sha256.0, photo)?;
        let mut entry = Entry {
            name: addition.name.to_owned(),
            sha256,
            licence: addition.licence.to_owned(),
            source: addition.source.to_owned(),
            input: reference.input,
            alignment: addition.alignment,
            dimension: reference.dimension(),
            parity: Parity {
                runtime: String::new(),
                cuts: 0,
                least_cosine: 0.0,
                largest_difference: 1.0,
            },
            calibration: None,
        };
        let known = |other: &Entry| other.name == entry.name || other.sha256 == entry.sha256;
        if manifest.models.iter().any(known) || manifest.models.len() == manifest::MAX_MODELS {
            return Err(AdditionError::Taken);
        }
        // Runs last, on a photograph that is the reference's, by what the operator said.
        let photo = Photo::decode(photo, Limits::default())?;
        let model = Model::of_bytes(ID, &entry.file(), onnx, &entry.input.shape())?;
        entry.parity = reference.compare(&model, &photo)?;
        if let Some(field) = entry.wrong() {
            return Err(invalid(field).into());
        }
        write_new(folder, &entry.file(), onnx)?;
        manifest.models.push(entry);
        replace(folder, &manifest)
    }

    /// Attaches a calibration that `face calibrate` wrote with this very model. One that is attached
    /// already is replaced.
    ///
    /// # Errors
    /// [`AdditionError::Model`] for an unknown model and for a calibration that is none of it.
    pub fn attach(
        folder: &Path,
        name: &str,
        calibration: &[u8],
    ) -> Result<(Self, Thresholds), AdditionError> {
        let mut own = Self::open(folder)?;
        if calibration.len() as u64 > CALIBRATION_LIMIT {
            return Err(AdditionError::TooLarge);
        }
        let entry = own.entry(name)?;
        let file = entry.calibration_file();
        let thresholds = thresholds_of_file(calibration, &entry.card()).map_err(|source| {
            ModelError::Calibration {
                file: file.clone(),
                source,
            }
        })?;
        for entry in &mut own.manifest.models {
            if entry.name == name {
                entry.calibration = Some(FileDigest(Sha256::digest(calibration).into()));
            }
        }
        // Between both writes the folder is refused, never used with the wrong one.
        write(folder, &file, calibration)?;
        Ok((replace(folder, &own.manifest)?, thresholds))
    }
}

fn invalid(field: &str) -> ModelError {
    ModelError::InvalidManifest {
        file: manifest::FILE.to_owned(),
        what: format!("{field} is out of range"),
    }
}

fn open_or_new(folder: &Path) -> Result<Manifest, AdditionError> {
    fs::create_dir_all(folder).map_err(|source| AdditionError::Unwritable {
        file: folder.display().to_string(),
        source,
    })?;
    if folder.join(manifest::FILE).symlink_metadata().is_ok() {
        return Ok(OperatorModels::open(folder)?.manifest);
    }
    manifest::refuse_strays(folder, None)?;
    Ok(Manifest::new())
}

/// Writes the manifest in place of the one before, and opens the folder anew.
fn replace(folder: &Path, manifest: &Manifest) -> Result<OperatorModels, AdditionError> {
    let unwritable = |source: std::io::Error| AdditionError::Unwritable {
        file: manifest::FILE.to_owned(),
        source,
    };
    let mut text = serde_json::to_vec_pretty(manifest)
        .map_err(std::io::Error::from)
        .map_err(unwritable)?;
    text.push(b'\n');
    write(folder, manifest::FILE, &text)?;
    Ok(OperatorModels::open(folder)?)
}

/// A file that may be there already gets its bytes at once or not at all.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), AdditionError> {
    let fresh = format!("{name}.new");
    write_new(folder, &fresh, bytes)?;
    fs::rename(folder.join(&fresh), folder.join(name)).map_err(|source| AdditionError::Unwritable {
        file: name.to_owned(),
        source,
    })
}

fn write_new(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), AdditionError> {
    let written = File::create_new(folder.join(name)).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|source| AdditionError::Unwritable {
        file: name.to_owned(),
        source,
    })
}
