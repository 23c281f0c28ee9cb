//! A second passive model that an operator installs beside the project's: both must pass.
//!
//! It is a file `second_passive.json` in the models folder, which names an ONNX file beside it:
//!
//! ```json
//! {
//!   "version": 1, "file": "pad.onnx", "sha256": "…", "licence": "Apache-2.0",
//!   "side": 80, "crop_widths": 2.7, "channels": "bgr", "mean": [0, 0, 0], "divisor": [1, 1, 1],
//!   "classes": 3, "live_class": 1, "threshold": 0.9
//! }
//! ```
//!
//! Input: `f32[1,3,side,side]`, the square of `crop_widths` box widths about the box's centre,
//! mirrored at the frame's edge, each channel 0..=255 less its `mean` over its `divisor`, both in
//! the order of `channels`. Output: `classes` logits, of which softmax makes probabilities.

use std::path::Path;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::detection::Face;
use crate::input::Channels;
use crate::models::{Model, ModelError, read};
use crate::photo::Photo;

use super::model::{mirrored_square, softmax};

/// The name of the manifest in the models folder.
const SECOND_MANIFEST: &str = "second_passive.json";
const ID: &str = "second_passive";
/// The manifest is a page, not a book.
const MANIFEST_LIMIT: u64 = 64 << 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    version: u32,
    file: String,
    sha256: String,
    licence: String,
    side: usize,
    crop_widths: f32,
    channels: Channels,
    mean: [f32; 3],
    divisor: [f32; 3],
    classes: usize,
    live_class: usize,
    threshold: f32,
}

impl Manifest {
    /// The first field that says what cannot be.
    fn wrong(&self) -> Option<&'static str> {
        let file = Path::new(&self.file);
        let bare = file
            .file_name()
            .is_some_and(|name| name == file.as_os_str());
        let checks = [
            ("version", self.version == 1),
            ("file", bare),
            ("licence", !self.licence.trim().is_empty()),
            ("side", (32..=512).contains(&self.side)),
            ("crop_widths", (1.0..=4.0).contains(&self.crop_widths)),
            (
                "mean",
                self.mean.iter().all(|mean| (0.0..=255.0).contains(mean)),
            ),
            (
                "divisor",
                self.divisor.iter().all(|by| (1e-3..=1e3).contains(by)),
            ),
            ("classes", (2..=16).contains(&self.classes)),
            ("live_class", self.live_class < self.classes),
            ("threshold", self.threshold > 0.0 && self.threshold < 1.0),
        ];
        checks
            .iter()
            .find(|(_, right)| !right)
            .map(|(field, _)| *field)
    }
}

/// The operator's model, ready to run.
pub(crate) struct SecondPassive {
    model: Model,
    manifest: Manifest,
}

impl SecondPassive {
    /// The model that the folder's manifest names; `None` where there is no manifest. A manifest
    /// that is there but cannot be followed is an error: the operator wanted a second model.
    pub(crate) fn load(folder: &Path) -> Result<Option<Self>, ModelError> {
        let invalid = |what: &str| ModelError::InvalidManifest {
            file: SECOND_MANIFEST.to_owned(),
            what: what.to_owned(),
        };
        let file = folder.join(SECOND_MANIFEST);
        let bytes = match read(&file, MANIFEST_LIMIT) {
            Ok(bytes) => bytes,
            // A link to nowhere is there, and cannot be followed.
            Err(error)
                if error.kind() == std::io::ErrorKind::NotFound
                    && file.symlink_metadata().is_err() =>
            {
                return Ok(None);
            }
            Err(source) => {
                return Err(ModelError::Unreadable {
                    file: SECOND_MANIFEST.to_owned(),
                    source,
                });
            }
        };
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| invalid(&error.to_string()))?;
        if let Some(field) = manifest.wrong() {
            return Err(invalid(&format!("{field} is out of range")));
        }
        let digest = crate::manifest::digest_from_hex(&manifest.sha256);
        let digest = digest.ok_or_else(|| invalid("sha256 is not 64 hexadecimal digits"))?;
        let shape = [1, 3, manifest.side, manifest.side];
        let model = Model::of_file(folder, ID, &manifest.file, digest, &shape)?;
        Ok(Some(Self { model, manifest }))
    }

    /// From this probability on a face counts as live.
    pub(crate) fn threshold(&self) -> f32 {
        self.manifest.threshold
    }

    /// Probability in 0..=1 that the face is live.
    pub(super) fn score(&self, photo: &Photo, face: &Face) -> Result<f32, ModelError> {
        let Manifest {
            side,
            mean,
            divisor,
            channels,
            live_class,
            ..
        } = self.manifest;
        let crop = mirrored_square(photo, face, self.manifest.crop_widths, side);
        let mut input = Zeroizing::new(vec![0f32; 3 * side * side]);
        for (index, value) in crop.rgb.iter().enumerate() {
            let channel = channels.place(index % 3);
            input[channel * side * side + index / 3] = (value - mean[channel]) / divisor[channel];
        }
        let classes = self.manifest.classes;
        self.model
            .run(&input, [classes], |[logits]| softmax(logits, live_class))
    }
}
