//! Face detection with RetinaFace: letterbox, priors, decoding, non-maximum suppression
//! (Deng et al., "RetinaFace: Single-stage Dense Face Localisation in the Wild", 2019).

use std::fmt;

use zeroize::Zeroizing;

use crate::geometry::{Affine, Bounds, Point};
use crate::models::ModelError;
use crate::networks::Networks;
use crate::photo::Photo;
use crate::sampling::sample;

/// The mean that the detector's input is centred on, RGB.
const MEAN: [f32; 3] = [123.0, 117.0, 104.0];
/// Strides of the three feature maps and the prior sizes on each, in input pixels.
const LEVELS: [(usize, [f32; 2]); 3] =
    [(8, [16.0, 32.0]), (16, [64.0, 128.0]), (32, [256.0, 512.0])];
/// Scale of encoded centres and landmarks.
const CENTRE_VARIANCE: f32 = 0.1;
/// Scale of encoded sizes.
const SIZE_VARIANCE: f32 = 0.2;
/// A face was found at this score in 7,701 of 7,701 photographs of a public set (manifest).
const MIN_SCORE: f32 = 0.5;
/// Of two boxes that overlap more than this, the one with the lower score is dropped.
const MAX_OVERLAP: f32 = 0.4;

/// A detected face, in pixels of the photograph.
#[derive(Clone, Copy, PartialEq)]
pub struct Face {
    /// The box; it may reach beyond the photograph.
    pub bounds: Bounds,
    /// Left eye, right eye, nose, left and right mouth corner, as seen in the image.
    pub landmarks: [Point; 5],
    /// Detector's score in 0.5..=1.
    pub score: f32,
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Face(..)")
    }
}

impl Face {
    /// Distance of the eyes in pixels.
    pub fn eye_distance(&self) -> f32 {
        self.landmarks[0].distance(self.landmarks[1])
    }
}

/// All faces, the largest first.
pub(crate) fn detect(networks: &Networks, photo: &Photo) -> Result<Vec<Face>, ModelError> {
    let side = networks.detector_side.pixels();
    let scale = photo.width().max(photo.height()) as f32 / side as f32;
    // Pixel centres: (x + ½)·scale − ½.
    let shift = scale / 2.0 - 0.5;
    let map = Affine::axes(scale, scale, shift, shift);
    // Filling with the mean makes the rest zero, as the network's own padding is.
    let crop = sample(photo, &map, side, side, MEAN);
    let mut input = Zeroizing::new(vec![0f32; 3 * side * side]);
    for (plane, channel) in input.chunks_exact_mut(side * side).zip([2, 1, 0]) {
        for (value, pixel) in plane.iter_mut().zip(crop.rgb.chunks_exact(3)) {
            *value = pixel[channel] - MEAN[channel];
        }
    }
    let priors = LEVELS
        .iter()
        .map(|(stride, _)| 2 * (side / stride).pow(2))
        .sum::<usize>();
    let lengths = [4 * priors, 2 * priors, 10 * priors];
    let mut faces = networks
        .detector
        .run(&input, lengths, |[boxes, scores, landmarks]| {
            decode(side, scale, boxes, scores, landmarks)
        })?;
    faces = suppress(faces);
    faces.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
    Ok(faces)
}

/// Boxes and landmarks of all priors that score enough, in photograph pixels.
fn decode(side: usize, scale: f32, boxes: &[f32], scores: &[f32], landmarks: &[f32]) -> Vec<Face> {
    let priors = LEVELS.iter().flat_map(|(stride, sizes)| {
        let cells = side / stride;
        (0..cells * cells).flat_map(move |cell| {
            sizes.iter().map(move |size| {
                let x = ((cell % cells) as f32 + 0.5) * *stride as f32;
                let y = ((cell / cells) as f32 + 0.5) * *stride as f32;
                (Point::new(x, y), *size)
            })
        })
    });
    let rows = priors
        .zip(boxes.chunks_exact(4))
        .zip(scores.chunks_exact(2))
        .zip(landmarks.chunks_exact(10));
    rows.filter(|((_, score), _)| score[1] >= MIN_SCORE)
        .filter_map(|((((prior, size), bounds), score), landmarks)| {
            let place = |x: f32, y: f32| {
                let x = prior.x + x * CENTRE_VARIANCE * size;
                let y = prior.y + y * CENTRE_VARIANCE * size;
                Point::new(x * scale, y * scale)
            };
            let centre = place(bounds[0], bounds[1]);
            let half_width = size * (bounds[2] * SIZE_VARIANCE).exp() * scale / 2.0;
            let half_height = size * (bounds[3] * SIZE_VARIANCE).exp() * scale / 2.0;
            let face = Face {
                bounds: Bounds {
                    left: centre.x - half_width,
                    top: centre.y - half_height,
                    right: centre.x + half_width,
                    bottom: centre.y + half_height,
                },
                landmarks: std::array::from_fn(|k| place(landmarks[2 * k], landmarks[2 * k + 1])),
                score: score[1],
            };
            face.bounds.area().is_finite().then_some(face)
        })
        .collect()
}

/// Non-maximum suppression: of overlapping boxes the best stays.
fn suppress(mut faces: Vec<Face>) -> Vec<Face> {
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        if kept
            .iter()
            .all(|better| better.bounds.overlap(&face.bounds) <= MAX_OVERLAP)
        {
            kept.push(face);
        }
    }
    kept
}
