//! Light and focus of an aligned face.

use crate::recognition::ALIGNED_SIDE;
use crate::sampling::Crop;

/// What the light and focus of a face are, by its luminance.
pub(super) struct Light {
    pub(super) mean: f32,
    pub(super) deviation: f32,
    pub(super) clipped: f32,
    pub(super) sharpness: f32,
    pub(super) unevenness: f32,
}

impl Light {
    pub(super) fn of(aligned: &Crop) -> Self {
        let luminance: Vec<f32> = aligned
            .rgb
            .chunks_exact(3)
            .map(|p| 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2])
            .collect();
        let luminance = zeroize::Zeroizing::new(luminance);
        let count = luminance.len() as f32;
        let (mean, variance) = spread(luminance.iter().copied());
        let clipped = luminance.iter().filter(|v| **v >= 250.0).count() as f32 / count;
        let side = ALIGNED_SIDE;
        // Eye to jaw on either side of the nose, as the template places them.
        let cheek = |columns: std::ops::Range<usize>| {
            let rows = 35..100;
            let count = (rows.len() * columns.len()) as f32;
            let values = rows.flat_map(|row| columns.clone().map(move |column| (row, column)));
            values
                .map(|(row, column)| luminance[row * ALIGNED_SIDE + column])
                .sum::<f32>()
                / count
        };
        let (left, right) = (cheek(20..54), cheek(58..92));
        let laplacian = (1..side - 1).flat_map(|row| {
            let luminance = &luminance;
            (1..side - 1).map(move |column| {
                let at = row * side + column;
                luminance[at - 1] + luminance[at + 1] + luminance[at - side] + luminance[at + side]
                    - 4.0 * luminance[at]
            })
        });
        let (_, edges) = spread(laplacian);
        Self {
            mean,
            deviation: variance.sqrt(),
            clipped,
            // A flat face has no edges either; the floor keeps it from dividing by zero.
            sharpness: edges / variance.max(1.0),
            unevenness: (left - right).abs() / (0.5 * (left + right)).max(1.0),
        }
    }
}

/// Mean and variance.
fn spread(values: impl Iterator<Item = f32> + Clone) -> (f32, f32) {
    let (count, sum) = values
        .clone()
        .fold((0.0, 0.0), |(n, s), v| (n + 1.0, s + f64::from(v)));
    let mean: f64 = sum / count;
    let squares: f64 = values.map(|v| (f64::from(v) - mean).powi(2)).sum();
    (mean as f32, (squares / count) as f32)
}
