//! What is measured on a face, and the limits of the gates.

// A value that is not a number fails every gate, so limits are written as "not at least".
#![allow(clippy::neg_cmp_op_on_partial_ord)]

mod light;

use std::fmt;

use self::light::Light;
use crate::detection::Face;
use crate::gate::Reason;
use crate::mesh::Mesh;
use crate::passive::PassiveMeasures;
use crate::photo::Photo;
use crate::sampling::Crop;

/// Eyes closer than this make alignment enlarge the face: the template's eyes are 35 pixels
/// apart, and a camera frame needs some reserve.
pub const MIN_EYE_DISTANCE: f32 = 40.0;
/// The longer side of the box over the frame's side along it. Beyond this there is next to
/// nothing around the face, and the presentation-attack model refuses a third of live close-ups.
pub const MAX_FACE_SHARE: f32 = 0.8;
/// Degrees to either side. From frontal to profile the equal error rate rises to about 7 %, so a
/// turned head is not compared; the mesh's own error is a few degrees.
pub const MAX_YAW: f32 = 25.0;
/// Degrees up or down, as for yaw.
pub const MAX_PITCH: f32 = 25.0;
/// Degrees of lean. Alignment takes lean out; beyond this the detector's landmarks grow unsure.
pub const MAX_ROLL: f32 = 30.0;
/// Below this probability the mesh does not stand on a face, and its angles mean nothing.
pub const MIN_MESH_CONFIDENCE: f32 = 0.5;
/// Sharpness below which a face is blurred. See [`Measures::sharpness`].
pub const MIN_SHARPNESS: f32 = 0.012;
/// Mean luminance, 0..=255. Low enough for dark skin in fair light.
pub const MIN_LUMINANCE: f32 = 35.0;
/// Mean luminance, 0..=255, above which features are washed out.
pub const MAX_LUMINANCE: f32 = 220.0;
/// Share of clipped (at least 250) pixels above which the light burns features away.
pub const MAX_CLIPPED: f32 = 0.25;
/// Standard deviation of luminance below which the face is flat.
pub const MIN_CONTRAST: f32 = 12.0;
/// Difference of the mean luminance of both cheeks and eyes over their mean. On press photographs
/// 1 % of the faces are beyond .65, lit from one side alone.
pub const MAX_UNEVENNESS: f32 = 0.8;
/// Room between box and frame, as a share of the box's width.
pub const MIN_EDGE_ROOM: f32 = 0.02;
/// A further face is a bystander too small to be taken for the holder while the shorter side of
/// its box stays below this share of the largest face's.
pub const BYSTANDER_SHARE: f32 = 0.25;

/// What was measured on one face.
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Measures {
    /// Distance of the eyes in pixels.
    pub eye_distance: f32,
    /// The box over the frame along the fuller side.
    pub face_share: f32,
    /// Least room between box and frame, in widths of the box; negative outside.
    pub edge_room: f32,
    /// Pose, eyes and mouth.
    pub mesh: Mesh,
    /// Variance of the four-neighbour Laplacian over the variance of luminance on the aligned
    /// face: free of contrast, falls with blur.
    pub sharpness: f32,
    /// Mean luminance (ITU-R BT.601) of the aligned face, 0..=255.
    pub luminance: f32,
    /// Standard deviation of luminance.
    pub contrast: f32,
    /// Share of pixels at 250 and above.
    pub clipped: f32,
    /// Difference of the mean luminance of the face's two sides over their mean, 0..=2.
    pub unevenness: f32,
    /// What speaks for a live face, and what against it.
    pub passive: PassiveMeasures,
}

impl fmt::Debug for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Measures(..)")
    }
}

impl Measures {
    pub(crate) fn of(
        photo: &Photo,
        face: &Face,
        aligned: &Crop,
        mesh: Mesh,
        passive: PassiveMeasures,
    ) -> Self {
        let (width, height) = (photo.width() as f32, photo.height() as f32);
        let bounds = &face.bounds;
        let room = bounds
            .left
            .min(bounds.top)
            .min(width - bounds.right)
            .min(height - bounds.bottom);
        let light = Light::of(aligned);
        Self {
            eye_distance: face.eye_distance(),
            face_share: (bounds.width() / width).max(bounds.height() / height),
            edge_room: room / bounds.width(),
            mesh,
            sharpness: light.sharpness,
            luminance: light.mean,
            contrast: light.deviation,
            clipped: light.clipped,
            unevenness: light.unevenness,
            passive,
        }
    }

    /// What speaks against the size. A value that is not a number speaks against it.
    pub fn face_size(&self) -> Option<Reason> {
        if !(self.eye_distance >= MIN_EYE_DISTANCE) {
            Some(Reason::FaceTooSmall)
        } else {
            (!(self.face_share <= MAX_FACE_SHARE)).then_some(Reason::FaceTooClose)
        }
    }

    /// What speaks against the pose.
    pub fn pose(&self) -> Option<Reason> {
        if !(self.mesh.confidence >= MIN_MESH_CONFIDENCE) {
            Some(Reason::LandmarksUnsure)
        } else if !(self.mesh.yaw.abs() <= MAX_YAW) {
            Some(Reason::TurnedAway)
        } else if !(self.mesh.pitch.abs() <= MAX_PITCH) {
            Some(Reason::TiltedUpOrDown)
        } else {
            (!(self.mesh.roll.abs() <= MAX_ROLL)).then_some(Reason::LeaningSideways)
        }
    }

    /// What speaks against the focus.
    pub fn blur(&self) -> Option<Reason> {
        (!(self.sharpness >= MIN_SHARPNESS)).then_some(Reason::Blurred)
    }

    /// What speaks against the light.
    pub fn exposure(&self) -> Option<Reason> {
        if !(self.luminance >= MIN_LUMINANCE) {
            Some(Reason::TooDark)
        } else if !(self.luminance <= MAX_LUMINANCE && self.clipped <= MAX_CLIPPED) {
            Some(Reason::TooBright)
        } else if !(self.unevenness <= MAX_UNEVENNESS) {
            Some(Reason::UnevenLight)
        } else {
            (!(self.contrast >= MIN_CONTRAST)).then_some(Reason::LowContrast)
        }
    }

    /// How well the face suits a comparison, in 0..=1: 1 over 1 plus the length of what burdens it,
    /// each measured in its gate's limit. 0 if a measurement is not a number. Rejecting the faces
    /// with the lowest values lowers the rate of missed pairs (docs/biometrics.md).
    pub fn quality(&self) -> f32 {
        let burdens = [
            self.mesh.yaw / MAX_YAW,
            self.mesh.pitch / MAX_PITCH,
            self.unevenness / MAX_UNEVENNESS,
            MIN_SHARPNESS / self.sharpness,
        ];
        let burden = burdens.iter().map(|b| b * b).sum::<f32>().sqrt();
        let quality = 1.0 / (1.0 + burden);
        if quality.is_nan() { 0.0 } else { quality }
    }

    /// What speaks against the place in the frame.
    pub fn frame_edge(&self) -> Option<Reason> {
        (!(self.edge_room >= MIN_EDGE_ROOM)).then_some(Reason::FaceAtEdge)
    }
}

#[cfg(test)]
pub(crate) mod tests;
