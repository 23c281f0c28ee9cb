//! What onnxruntime says about a model, and how far this runtime is from it.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::AdditionError;
use super::manifest::{DIMENSIONS, FileDigest, Parity};
use crate::input::EmbedderInput;
use crate::models::Model;
use crate::photo::Photo;

/// Left and top of each cut, in pixels of the photograph; a cut has the model's side, so the
/// photograph must have room for the largest, 256 pixels. `scripts/faces/onnxruntime_reference.py`
/// repeats them.
const CUTS: [(usize, usize); 5] = [(170, 70), (0, 0), (256, 0), (128, 32), (240, 240)];
/// Height and width of the photograph in pixels.
const PHOTO_SIDE: u32 = 512;
/// The outputs of both runtimes must point the same way: the goldens of the project's own models
/// have the same limits.
const LEAST_COSINE: f64 = 0.9999;
/// No component may differ by more than this share of the largest one.
const LARGEST_DIFFERENCE: f64 = 1e-3;

/// Outputs of a model on cuts of a photograph, by onnxruntime: what
/// `scripts/faces/onnxruntime_reference.py` writes. It holds no face; its outputs on cuts of the
/// fixture photograph are numbers of a published portrait.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    version: u32,
    runtime: String,
    model_sha256: FileDigest,
    photo_sha256: FileDigest,
    pub(super) input: EmbedderInput,
    cuts: Vec<Cut>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cut {
    left: usize,
    top: usize,
    /// Of the tensor, as little-endian `f32`.
    input_sha256: FileDigest,
    output: Vec<f32>,
}

impl Parity {
    /// Whether the model may be used. A number that is none holds nothing.
    pub(super) fn holds(&self) -> bool {
        self.cuts == CUTS.len()
            && (LEAST_COSINE..=1.0).contains(&self.least_cosine)
            && (0.0..=LARGEST_DIFFERENCE).contains(&self.largest_difference)
    }
}

impl Reference {
    /// Reads one.
    ///
    /// # Errors
    /// [`AdditionError::Reference`].
    pub fn read(bytes: &[u8]) -> Result<Self, AdditionError> {
        let wrong = |what: String| AdditionError::Reference { what };
        let reference: Self =
            serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
        let places: Vec<_> = reference.cuts.iter().map(|c| (c.left, c.top)).collect();
        let field = match &reference {
            Self { version, .. } if *version != 1 => Some("version"),
            Self { runtime, .. } if !(1..=100).contains(&runtime.trim().len()) => Some("runtime"),
            _ if places != CUTS => Some("cuts"),
            _ => reference.input.wrong(),
        };
        match field {
            Some(field) => Err(wrong(format!("{field} is none that can be followed"))),
            None => Ok(reference),
        }
    }

    /// Components of the outputs.
    pub(super) fn dimension(&self) -> usize {
        self.cuts.first().map_or(0, |cut| cut.output.len())
    }

    /// Whether it was made with this model and this photograph.
    pub(super) fn is_of(&self, model: &[u8; 32], photo: &[u8]) -> Result<(), AdditionError> {
        let digest: [u8; 32] = Sha256::digest(photo).into();
        let field = match self {
            Self { model_sha256, .. } if model_sha256.0 != *model => "model_sha256",
            Self { photo_sha256, .. } if photo_sha256.0 != digest => "photo_sha256",
            _ => return Ok(()),
        };
        Err(AdditionError::OtherReference { field })
    }

    /// Runs the model on every cut and compares.
    pub(super) fn compare(&self, model: &Model, photo: &Photo) -> Result<Parity, AdditionError> {
        if (photo.width(), photo.height()) != (PHOTO_SIDE, PHOTO_SIDE) {
            return Err(AdditionError::OtherReference {
                field: "photo_sha256",
            });
        }
        let mut parity = Parity {
            runtime: self.runtime.clone(),
            cuts: self.cuts.len(),
            least_cosine: 1.0,
            largest_difference: 0.0,
        };
        for cut in &self.cuts {
            let tensor = self.input.tensor_of(&pixels(photo, cut, self.input.side));
            let bytes: Vec<u8> = tensor.iter().flat_map(|v| v.to_le_bytes()).collect();
            if <[u8; 32]>::from(Sha256::digest(&bytes)) != cut.input_sha256.0 {
                return Err(AdditionError::OtherReference {
                    field: "input_sha256",
                });
            }
            let outputs = model.outputs(&tensor)?;
            let length = self.dimension();
            let [output] = outputs.as_slice() else {
                return Err(AdditionError::NoEmbedding);
            };
            let fits = output.len() == length && cut.output.len() == length;
            if !fits || !DIMENSIONS.contains(&length) {
                return Err(AdditionError::NoEmbedding);
            }
            let (cosine, difference) = apart(output, &cut.output);
            // A number that is none must not vanish in a minimum.
            if !(cosine.is_finite() && difference.is_finite()) {
                return Err(AdditionError::NoEmbedding);
            }
            parity.least_cosine = parity.least_cosine.min(cosine);
            parity.largest_difference = parity.largest_difference.max(difference);
        }
        match parity.holds() {
            true => Ok(parity),
            false => Err(AdditionError::Parity { parity }),
        }
    }
}

/// The pixels of a cut, RGB, line by line.
fn pixels(photo: &Photo, cut: &Cut, side: usize) -> Vec<f32> {
    let width = photo.width() as usize;
    let line = |row: usize| {
        let start = 3 * ((cut.top + row) * width + cut.left);
        &photo.samples()[start..start + 3 * side]
    };
    (0..side).flat_map(line).map(|v| f32::from(*v)).collect()
}

/// The cosine of two vectors of one length, and their largest difference over the largest
/// component of the second.
fn apart(a: &[f32], b: &[f32]) -> (f64, f64) {
    let dot = |x: &[f32], y: &[f32]| -> f64 {
        let products = x.iter().zip(y).map(|(x, y)| f64::from(*x) * f64::from(*y));
        products.sum()
    };
    let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
    let largest = |values: &mut dyn Iterator<Item = f32>| {
        values.fold(0f64, |most, v| most.max(f64::from(v.abs())))
    };
    let difference = largest(&mut a.iter().zip(b).map(|(a, b)| a - b));
    // Rounding may lift a cosine a little over 1. What is no number stays none.
    (
        cosine.clamp(-1.0, 1.0),
        difference / largest(&mut b.iter().copied()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_told_by_direction_and_by_size() {
        assert_eq!(apart(&[3.0, 4.0], &[3.0, 4.0]), (1.0, 0.0));
        let (cosine, difference) = apart(&[6.0, 8.0], &[3.0, 4.0]);
        assert_eq!((cosine, difference), (1.0, 1.0));
        assert!(apart(&[0.0, 0.0], &[3.0, 4.0]).0.is_nan());
        assert!(apart(&[3.0, 4.0], &[0.0, 0.0]).0.is_nan());
    }

    #[test]
    fn parity_holds_within_its_limits_alone() {
        let parity = |cuts, least_cosine, largest_difference| Parity {
            runtime: "onnxruntime".to_owned(),
            cuts,
            least_cosine,
            largest_difference,
        };
        for (parity, holds) in [
            (parity(5, 0.9999, 1e-3), true),
            (parity(4, 1.0, 0.0), false),
            (parity(5, 0.99989, 0.0), false),
            (parity(5, 1.0, 1.1e-3), false),
            (parity(5, f64::NAN, 0.0), false),
            (parity(5, 1.0, f64::NAN), false),
        ] {
            assert_eq!(parity.holds(), holds, "{parity:?}");
        }
    }
}
