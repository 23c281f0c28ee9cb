//! Sampling crops out of a photograph.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::geometry::{Affine, Point};
use crate::photo::Photo;

/// A crop: RGB samples in 0..=255 as floats, row by row. Zeroized on drop.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Crop {
    #[zeroize(skip)]
    pub(crate) width: usize,
    #[zeroize(skip)]
    pub(crate) height: usize,
    /// `3 * width * height` samples.
    pub(crate) rgb: Vec<f32>,
}

/// More subsamples a side than this add nothing that an eye or a model sees.
const MAX_SUBSAMPLES: usize = 8;

/// Fills a crop of `width` × `height` pixels. `map` takes pixel centres of the crop to the
/// photograph, both counted so that the centre of the first pixel is (0, 0). Each crop pixel is
/// the mean of n × n bilinear samples spread evenly over it, n the map's scale rounded, so that a
/// large photograph is averaged, not skipped through. What lies outside the photograph is `fill`.
pub(crate) fn sample(
    photo: &Photo,
    map: &Affine,
    width: usize,
    height: usize,
    fill: [f32; 3],
) -> Crop {
    let scale = (map.xx * map.yy - map.xy * map.yx).abs().sqrt();
    // A scale that is not finite becomes 1 here, and its samples fall outside.
    let n = (scale.round() as usize).clamp(1, MAX_SUBSAMPLES);
    let share = 1.0 / (n * n) as f32;
    let source = Source::new(photo, fill);
    let mut rgb = Vec::with_capacity(3 * width * height);
    for row in 0..height {
        for column in 0..width {
            let mut sum = [0f32; 3];
            for sub in 0..n * n {
                let offset = |k: usize| (k as f32 + 0.5) / n as f32 - 0.5;
                let at = map.apply(Point::new(
                    column as f32 + offset(sub % n),
                    row as f32 + offset(sub / n),
                ));
                let sample = source.bilinear(at);
                for (sum, value) in sum.iter_mut().zip(sample) {
                    *sum += value;
                }
            }
            rgb.extend(sum.map(|channel| channel * share));
        }
    }
    Crop { width, height, rgb }
}

struct Source<'a> {
    samples: &'a [u8],
    width: usize,
    right: f32,
    bottom: f32,
    fill: [f32; 3],
}

impl<'a> Source<'a> {
    fn new(photo: &'a Photo, fill: [f32; 3]) -> Self {
        Self {
            samples: photo.samples(),
            width: photo.width() as usize,
            right: photo.width() as f32 - 1.0,
            bottom: photo.height() as f32 - 1.0,
            fill,
        }
    }

    /// Bilinear between pixel centres; the half pixel around the photograph repeats its edge.
    #[inline]
    fn bilinear(&self, at: Point) -> [f32; 3] {
        let inside =
            at.x >= -0.5 && at.y >= -0.5 && at.x <= self.right + 0.5 && at.y <= self.bottom + 0.5;
        if !inside {
            return self.fill;
        }
        let x = at.x.clamp(0.0, self.right);
        let y = at.y.clamp(0.0, self.bottom);
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let right = if fx > 0.0 { left + 1 } else { left };
        let below = if fy > 0.0 { top + 1 } else { top };
        let pixel = |column: usize, row: usize| {
            let start = 3 * (row * self.width + column);
            &self.samples[start..start + 3]
        };
        let (a, b) = (pixel(left, top), pixel(right, top));
        let (c, d) = (pixel(left, below), pixel(right, below));
        std::array::from_fn(|k| {
            let upper = f32::from(a[k]) * (1.0 - fx) + f32::from(b[k]) * fx;
            let lower = f32::from(c[k]) * (1.0 - fx) + f32::from(d[k]) * fx;
            upper * (1.0 - fy) + lower * fy
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn gradient() -> Photo {
        let samples = (0..8u8).flat_map(|v| [v * 10, v * 20, 7]).collect();
        Photo::from_rgb(4, 2, samples).unwrap()
    }

    #[test]
    fn the_identity_returns_the_pixels() {
        let photo = gradient();
        let crop = sample(&photo, &Affine::axes(1.0, 1.0, 0.0, 0.0), 4, 2, [0.0; 3]);
        let expected: Vec<f32> = photo.samples().iter().map(|v| f32::from(*v)).collect();
        assert_eq!(crop.rgb, expected);
    }

    #[test]
    fn halving_averages_four_pixels() {
        let crop = sample(
            &gradient(),
            &Affine::axes(2.0, 2.0, 0.5, 0.5),
            2,
            1,
            [0.0; 3],
        );
        // Pixels 0, 1, 4, 5 and 2, 3, 6, 7.
        assert_eq!(crop.rgb, [25.0, 50.0, 7.0, 45.0, 90.0, 7.0]);
    }

    #[test]
    fn outside_is_fill_and_never_out_of_bounds() {
        let fill = [1.0, 2.0, 3.0];
        for map in [
            Affine::axes(1.0, 1.0, -100.0, 0.0),
            Affine::axes(1.0, 1.0, 0.0, 1e30),
            Affine::axes(f32::NAN, 1.0, 0.0, 0.0),
            Affine::axes(f32::INFINITY, 1.0, 0.0, 0.0),
        ] {
            let crop = sample(&gradient(), &map, 2, 2, fill);
            assert_eq!(crop.rgb[3..6], fill);
        }
    }
}
