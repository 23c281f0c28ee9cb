//! Eyes and mouth, seen on the pixels.
//!
//! The mesh keeps the lids of closed eyes open (its eye ratio does not follow a blink), so a blink is
//! read from the picture of the eyes: it stops resembling the open eyes, and resembles them again.

use zeroize::Zeroizing;

use super::track::Held;
use crate::geometry::{Affine, Point};
use crate::sampling::sample;

/// Corners of both eyes, as seen in the image.
const CORNERS: [[usize; 2]; 2] = [[33, 133], [362, 263]];
/// Sides of an eye's crop; its corners stand 24 pixels apart.
const WIDTH: usize = 32;
const HEIGHT: usize = 11;
const PLACES: [Point; 2] = [Point { x: 4.0, y: 5.0 }, Point { x: 28.0, y: 5.0 }];

/// How much both eyes look as in another frame: the mean of both correlations, −1..=1.
pub(crate) fn likeness(open: &Held, now: &Held) -> f32 {
    let each = CORNERS.map(|corners| {
        let [a, b] = [open, now].map(|held| eye(held, corners));
        match (a, b) {
            (Some(a), Some(b)) => correlation(&a, &b),
            _ => f32::NAN,
        }
    });
    (each[0] + each[1]) / 2.0
}
fn eye(held: &Held, corners: [usize; 2]) -> Option<Zeroizing<Vec<f32>>> {
    let places = corners.map(|k| held.landmarks.flat(k));
    let map = Affine::similarity(&PLACES, &places)?;
    let crop = sample(&held.photo, &map, WIDTH, HEIGHT, [0.0; 3]);
    let green = crop.rgb.chunks_exact(3).map(|p| p[1]).collect();
    Some(Zeroizing::new(green))
}

fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let mean = |v: &[f32]| v.iter().sum::<f32>() / v.len() as f32;
    let (x, y) = (mean(a), mean(b));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        xx += (a - x) * (a - x);
        xy += (a - x) * (b - y);
        yy += (b - y) * (b - y);
    }
    xy / (xx * yy).sqrt().max(1.0)
}
