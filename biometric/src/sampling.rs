//! Sampling crops out of a photograph.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

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

impl Crop {
    /// The crop with left and right exchanged.
    pub(crate) fn mirrored(&self) -> Self {
        let lines = self.rgb.chunks_exact(3 * self.width);
        let rgb = lines.flat_map(|line| line.rchunks_exact(3).flatten().copied());
        Self {
            width: self.width,
            height: self.height,
            rgb: rgb.collect(),
        }
    }
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
    filled(&Source::new(photo, Outside::Fill(fill)), map, width, height)
}

/// As [`sample`], but what lies outside the photograph mirrors what lies inside at its edge.
pub(crate) fn sample_mirrored(photo: &Photo, map: &Affine, width: usize, height: usize) -> Crop {
    filled(&Source::new(photo, Outside::Mirror), map, width, height)
}

fn filled(source: &Source<'_>, map: &Affine, width: usize, height: usize) -> Crop {
    let scale = (map.xx * map.yy - map.xy * map.yx).abs().sqrt();
    // A scale that is not finite becomes 1 here, and its samples fall outside.
    let n = (scale.round() as usize).clamp(1, MAX_SUBSAMPLES);
    let mut rgb = if map.xy == 0.0 && map.yx == 0.0 {
        upright(source, map, width, height, n)
    } else {
        turned(source, map, width, height, n)
    };
    let share = 1.0 / (n * n) as f32;
    rgb.iter_mut().for_each(|sum| *sum *= share);
    Crop { width, height, rgb }
}

/// Place of subsample `k` of `n`, counted along one axis over all crop pixels.
fn place(k: usize, n: usize) -> f32 {
    (k / n) as f32 + ((k % n) as f32 + 0.5) / n as f32 - 0.5
}

/// Sums of the subsamples under any map.
fn turned(source: &Source<'_>, map: &Affine, width: usize, height: usize, n: usize) -> Vec<f32> {
    let mut rgb = Vec::with_capacity(3 * width * height);
    for row in 0..height {
        for column in 0..width {
            let mut sum = [0f32; 3];
            for sub in 0..n * n {
                let at = Point::new(place(column * n + sub % n, n), place(row * n + sub / n, n));
                let sample = source.bilinear(map.apply(at));
                for (sum, value) in sum.iter_mut().zip(sample) {
                    *sum += value;
                }
            }
            rgb.extend(sum);
        }
    }
    rgb
}

/// The same under a map along the axes: where a row's samples lie is the same for all rows, and
/// neighbouring rows share lines of the photograph, so each line is read once.
fn upright(source: &Source<'_>, map: &Affine, width: usize, height: usize, n: usize) -> Vec<f32> {
    let columns: Vec<_> = (0..width * n)
        .map(|k| source.taps(map.apply(Point::new(place(k, n), 0.0)).x, source.right))
        .collect();
    let outside = source.fill().map(|channel| channel * n as f32);
    let [mut upper, mut lower] = [(); 2].map(|()| Line::new(3 * width));
    let mut rgb = vec![0f32; 3 * width * height];
    for (row, sums) in rgb.chunks_exact_mut(3 * width).enumerate() {
        for sub in 0..n {
            let y = map.apply(Point::new(0.0, place(row * n + sub, n))).y;
            let Some(taps) = source.taps(y, source.bottom) else {
                for (k, sum) in sums.iter_mut().enumerate() {
                    *sum += outside[k % 3];
                }
                continue;
            };
            if lower.index == Some(taps.first) {
                std::mem::swap(&mut upper, &mut lower);
            }
            upper.read(source, &columns, n, taps.first);
            if taps.share > 0.0 {
                lower.read(source, &columns, n, taps.second);
                let lines = upper.sums.iter().zip(lower.sums.iter());
                for (sum, (upper, lower)) in sums.iter_mut().zip(lines) {
                    *sum += blend(*upper, *lower, taps.share);
                }
            } else {
                for (sum, upper) in sums.iter_mut().zip(upper.sums.iter()) {
                    *sum += upper;
                }
            }
        }
    }
    rgb
}

/// One line of the photograph, sampled at a crop's columns. Zeroized on drop.
struct Line {
    index: Option<usize>,
    sums: Zeroizing<Vec<f32>>,
}

impl Line {
    fn new(length: usize) -> Self {
        Self {
            index: None,
            sums: Zeroizing::new(vec![0.0; length]),
        }
    }

    fn read(&mut self, source: &Source<'_>, columns: &[Option<Taps>], n: usize, index: usize) {
        if self.index == Some(index) {
            return;
        }
        self.index = Some(index);
        let line = &source.samples[3 * index * source.width..][..3 * source.width];
        for (sums, columns) in self.sums.chunks_exact_mut(3).zip(columns.chunks_exact(n)) {
            sums.fill(0.0);
            for taps in columns {
                let values = taps.as_ref().map_or(source.fill(), |taps| {
                    let (a, b) = (&line[3 * taps.first..][..3], &line[3 * taps.second..][..3]);
                    std::array::from_fn(|k| blend(a[k].into(), b[k].into(), taps.share))
                });
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += value;
                }
            }
        }
    }
}

/// Two neighbouring pixels along an axis and the share of the second.
struct Taps {
    first: usize,
    second: usize,
    share: f32,
}

impl Taps {
    /// `None` outside the photograph; the half pixel around it repeats its edge.
    #[inline]
    fn of(at: f32, last: f32) -> Option<Self> {
        let inside = at >= -0.5 && at <= last + 0.5;
        inside.then(|| {
            let at = at.clamp(0.0, last);
            let first = at as usize;
            let share = at - first as f32;
            let second = if share > 0.0 { first + 1 } else { first };
            Self {
                first,
                second,
                share,
            }
        })
    }
}

#[inline]
fn blend(a: f32, b: f32, share: f32) -> f32 {
    a + (b - a) * share
}

/// What stands for the pixels outside the photograph.
#[derive(Clone, Copy)]
enum Outside {
    Fill([f32; 3]),
    Mirror,
}

/// A place outside the photograph, thrown back at its edges as often as it takes.
fn mirrored(at: f32, last: f32) -> f32 {
    let side = last + 1.0;
    let at = (at + 0.5).rem_euclid(2.0 * side);
    // Rounding must not carry the place past the edge again. NaN stays NaN.
    (at.min(2.0 * side - at) - 0.5).clamp(-0.5, last + 0.5)
}

struct Source<'a> {
    samples: &'a [u8],
    width: usize,
    right: f32,
    bottom: f32,
    outside: Outside,
}

impl<'a> Source<'a> {
    fn new(photo: &'a Photo, outside: Outside) -> Self {
        Self {
            samples: photo.samples(),
            width: photo.width() as usize,
            right: photo.width() as f32 - 1.0,
            bottom: photo.height() as f32 - 1.0,
            outside,
        }
    }

    /// The colour of what has no taps: with mirrors only a place that is not a number.
    fn fill(&self) -> [f32; 3] {
        match self.outside {
            Outside::Fill(fill) => fill,
            Outside::Mirror => [0.0; 3],
        }
    }

    #[inline]
    fn taps(&self, at: f32, last: f32) -> Option<Taps> {
        match self.outside {
            Outside::Fill(_) => Taps::of(at, last),
            Outside::Mirror => Taps::of(mirrored(at, last), last),
        }
    }

    /// Bilinear between pixel centres.
    #[inline]
    fn bilinear(&self, at: Point) -> [f32; 3] {
        let (Some(x), Some(y)) = (self.taps(at.x, self.right), self.taps(at.y, self.bottom)) else {
            return self.fill();
        };
        let pixel = |column: usize, row: usize| {
            let start = 3 * (row * self.width + column);
            &self.samples[start..start + 3]
        };
        let (a, b) = (pixel(x.first, y.first), pixel(x.second, y.first));
        let (c, d) = (pixel(x.first, y.second), pixel(x.second, y.second));
        std::array::from_fn(|k| {
            let upper = blend(a[k].into(), b[k].into(), x.share);
            let lower = blend(c[k].into(), d[k].into(), x.share);
            blend(upper, lower, y.share)
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
    fn both_ways_of_sampling_agree() {
        let samples = (0..3 * 40 * 30u32).map(|v| (v * v % 251) as u8).collect();
        let photo = Photo::from_rgb(40, 30, samples).unwrap();
        for outside in [Outside::Fill([123.0, 117.0, 104.0]), Outside::Mirror] {
            let source = Source::new(&photo, outside);
            for (scale, n) in [(0.3, 1), (1.0, 1), (1.4, 1), (2.3, 2), (5.1, 5)] {
                // Reaches beyond every edge of the photograph.
                let map = Affine::axes(scale, 1.1 * scale, -4.2, -3.1);
                let (width, height) = ((50.0 / scale) as usize, (40.0 / scale) as usize);
                let fast = upright(&source, &map, width, height, n);
                let plain = turned(&source, &map, width, height, n);
                assert_eq!(fast.len(), plain.len());
                for (a, b) in fast.iter().zip(&plain) {
                    assert!((a - b).abs() <= 1e-4 * (n * n) as f32 * 255.0, "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn outside_mirrors_inside_however_far_away() {
        let shifted = Affine::axes(1.0, 1.0, -4.0, -2.0);
        let crop = sample_mirrored(&gradient(), &shifted, 12, 1);
        let reds: Vec<f32> = crop.rgb.iter().step_by(3).copied().collect();
        let row = [40.0, 50.0, 60.0, 70.0];
        let back = row.iter().rev();
        let expected: Vec<f32> = back.clone().chain(&row).chain(back).copied().collect();
        assert_eq!(reds, expected);
        let nowhere = Affine::axes(f32::NAN, 1.0, 0.0, 0.0);
        assert_eq!(
            sample_mirrored(&gradient(), &nowhere, 2, 1).rgb[3..6],
            [0.0; 3]
        );
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
