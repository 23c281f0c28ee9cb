//! How live the presentation-attack model takes a face to be, near and far.
//!
//! The model knows undistorted faces. A crop in the proportions of the detector's box, which is
//! higher than wide, squeezes a face by a quarter, and then live people are refused. So every crop
//! is square, its side counted in widths of the box.

use crate::detection::Face;
use crate::geometry::{Affine, Point};
use crate::models::ModelError;
use crate::networks::Networks;
use crate::photo::Photo;
use crate::sampling::{Crop, sample, sample_mirrored};

const SIDE: usize = 128;
/// Face, hair and neck. Mirrored at the frame's edge, so that a face near it keeps its size.
const NEAR_WIDTHS: f32 = 2.0;
/// The face with its surroundings, where the edge of a print or screen shows. Shrunk and moved to
/// stay inside the frame: mirrored surroundings would be invented ones.
const FAR_WIDTHS: f32 = 2.7;

/// Probability in 0..=1 that the face is live, from the near crop.
pub(crate) fn near(networks: &Networks, photo: &Photo, face: &Face) -> Result<f32, ModelError> {
    probability(networks, mirrored_square(photo, face, NEAR_WIDTHS, SIDE))
}

/// Probability in 0..=1 that the face is live, from the far crop.
pub(super) fn far(networks: &Networks, photo: &Photo, face: &Face) -> Result<f32, ModelError> {
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let side = (FAR_WIDTHS * face.bounds.width()).min(width).min(height);
    let centre = face.bounds.centre();
    // Rounding can leave a room of slightly less than nothing.
    let inside = |centre: f32, room: f32| (centre - side / 2.0).clamp(0.0, (room - side).max(0.0));
    let corner = Point::new(inside(centre.x, width), inside(centre.y, height));
    let map = square(corner, side, SIDE);
    probability(networks, sample(photo, &map, SIDE, SIDE, [0.0; 3]))
}

/// The square of so many box widths about the box's centre, in `pixels` × `pixels`.
pub(super) fn mirrored_square(photo: &Photo, face: &Face, widths: f32, pixels: usize) -> Crop {
    let side = widths * face.bounds.width();
    let centre = face.bounds.centre();
    let corner = Point::new(centre.x - side / 2.0, centre.y - side / 2.0);
    sample_mirrored(photo, &square(corner, side, pixels), pixels, pixels)
}

/// Pixel centres of a crop to those of the photograph.
fn square(corner: Point, side: f32, pixels: usize) -> Affine {
    let step = side / pixels as f32;
    let first = step / 2.0 - 0.5;
    Affine::axes(step, step, corner.x + first, corner.y + first)
}

fn probability(networks: &Networks, crop: Crop) -> Result<f32, ModelError> {
    let mut input = vec![0f32; 3 * SIDE * SIDE];
    for (index, value) in crop.rgb.iter().enumerate() {
        input[(2 - index % 3) * SIDE * SIDE + index / 3] = *value;
    }
    let input = zeroize::Zeroizing::new(input);
    networks
        .liveness
        .run(&input, [3], |[logits]| softmax(logits, 0))
}

/// The probability of one class among logits.
pub(super) fn softmax(logits: &[f32], class: usize) -> f32 {
    let highest = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - highest).exp()).sum();
    logits
        .get(class)
        .map_or(f32::NAN, |logit| (logit - highest).exp() / sum)
}
