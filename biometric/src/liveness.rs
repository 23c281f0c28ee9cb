//! Passive liveness: how live the presentation-attack model takes a face to be.

use crate::detection::Face;
use crate::geometry::Affine;
use crate::models::{ModelError, Models};
use crate::photo::Photo;
use crate::sampling::sample;

const SIDE: usize = 128;
/// The model judges the face with its surroundings, where the edge of a print or screen shows.
const CROP_SCALE: f32 = 2.7;

/// Probability in 0..=1 that the face is live. The crop is the box × 2.7 about its centre, shrunk
/// where the photograph is smaller, moved to stay inside, never padded.
pub(crate) fn score(models: &Models, photo: &Photo, face: &Face) -> Result<f32, ModelError> {
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let bounds = &face.bounds;
    let scale = CROP_SCALE
        .min(width / bounds.width())
        .min(height / bounds.height());
    let (crop_width, crop_height) = (bounds.width() * scale, bounds.height() * scale);
    let centre = bounds.centre();
    // Rounding can leave a room of slightly less than nothing.
    let left = (centre.x - crop_width / 2.0).clamp(0.0, (width - crop_width).max(0.0));
    let top = (centre.y - crop_height / 2.0).clamp(0.0, (height - crop_height).max(0.0));
    let (step_x, step_y) = (crop_width / SIDE as f32, crop_height / SIDE as f32);
    let map = Affine::axes(
        step_x,
        step_y,
        left + step_x / 2.0 - 0.5,
        top + step_y / 2.0 - 0.5,
    );
    let crop = sample(photo, &map, SIDE, SIDE, [0.0; 3]);
    let mut input = vec![0f32; 3 * SIDE * SIDE];
    for (index, value) in crop.rgb.iter().enumerate() {
        input[(2 - index % 3) * SIDE * SIDE + index / 3] = *value;
    }
    let input = zeroize::Zeroizing::new(input);
    models.liveness.run(&input, [3], |[logits]| {
        let highest = logits.iter().copied().fold(f32::MIN, f32::max);
        let powers = [0, 1, 2].map(|k| (logits[k] - highest).exp());
        powers[0] / powers.iter().sum::<f32>()
    })
}
