//! The grid of a screen or the dots of a print, as peaks in the spectrum of a face.
//!
//! A camera that samples a regular grid sees ripples: narrow peaks that no skin has. The spectrum
//! is that of the face at the photograph's own pixels, since scaling would smooth the ripples away.

use std::f32::consts::TAU;

use rustfft::FftPlannerScalar;
use rustfft::num_complex::Complex;
use zeroize::{Zeroize, Zeroizing};

use crate::detection::Face;
use crate::photo::Photo;

/// A smaller face, in pixels, has too few waves of any ripple to make a peak, and what is left out for the blocks
/// of JPEG would take more than a quarter of its spectrum.
pub const MIN_RIPPLE_SIDE: usize = 80;
/// No more of a large face is looked at: a peak does not grow with more of the same waves.
const MAX_SIDE: usize = 256;
/// Waves per pixel: below, the face itself has structure; above, coding leaves nothing.
const BAND: std::ops::Range<f32> = 0.12..0.48;
/// A peak and its flanks, in bins to each side, which are kept out of what it is compared with.
const FLANK: usize = 2;
/// What it is compared with reaches so far, as a share of the spectrum's side.
const NEIGHBOURHOOD: f32 = 0.07;
/// JPEG codes blocks of 8 × 8, whose edges are a ripple of their own.
const BLOCK: f32 = 8.0;
/// Bins that such a coding peak takes up to each side.
const BLOCK_BINS: f32 = 2.5;
/// Power per pixel, in squared levels, that is added to every bin: ripples of less than a level, as
/// enlarging a picture leaves them, drown in it.
const FLOOR: f32 = 1.0;

/// How far the strongest narrow peak stands out of its neighbourhood, as a difference of natural
/// logarithms of power. Pure noise gives about 3; `None` for a face under [`MIN_RIPPLE_SIDE`].
pub(super) fn ripple(photo: &Photo, face: &Face) -> Option<f32> {
    let (patch, side) = luminance(photo, face)?;
    let power = log_power(&patch, side);
    let reach = ((side as f32 * NEIGHBOURHOOD) as usize | 1).max(FLANK + 3);
    let (wide, flank) = (box_sums(&power, side, reach), box_sums(&power, side, FLANK));
    let count = ((2 * reach + 1).pow(2) - (2 * FLANK + 1).pow(2)) as f32;
    let mut highest = f32::MIN;
    for (row, column) in (0..side).flat_map(|row| (0..side).map(move |column| (row, column))) {
        if in_band(row, column, side) {
            let at = row * side + column;
            highest = highest.max(power[at] - (wide[at] - flank[at]) / count);
        }
    }
    Some(highest)
}

/// The luminance of the middle of the face's box, an even number of pixels a side.
fn luminance(photo: &Photo, face: &Face) -> Option<(Zeroizing<Vec<f32>>, usize)> {
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    let bounds = &face.bounds;
    let side = (bounds.width().min(bounds.height()) as usize)
        .min(MAX_SIDE)
        .min(width)
        .min(height)
        & !1;
    if side < MIN_RIPPLE_SIDE {
        return None;
    }
    let centre = bounds.centre();
    let first =
        |at: f32, room: usize| ((at - side as f32 / 2.0).max(0.0) as usize).min(room - side);
    let (left, top) = (first(centre.x, width), first(centre.y, height));
    let mut patch = Zeroizing::new(Vec::with_capacity(side * side));
    for row in top..top + side {
        let line = &photo.samples()[3 * (row * width + left)..][..3 * side];
        patch.extend(
            line.chunks_exact(3).map(|p| {
                0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2])
            }),
        );
    }
    Some((patch, side))
}

/// The logarithm of the power spectrum under a Hann window, zero frequency first.
fn log_power(patch: &[f32], side: usize) -> Zeroizing<Vec<f32>> {
    let mean = patch.iter().sum::<f32>() / patch.len() as f32;
    let window: Vec<f32> = (0..side)
        .map(|k| 0.5 - 0.5 * (TAU * (k as f32 + 1.0) / (side as f32 + 1.0)).cos())
        .collect();
    let mut lines: Vec<Complex<f32>> = patch
        .iter()
        .enumerate()
        .map(|(at, value)| {
            Complex::new((value - mean) * window[at / side] * window[at % side], 0.0)
        })
        .collect();
    // Twice 256 lines: vectors would save nothing that is felt, and are most of the crate.
    let transform = FftPlannerScalar::new().plan_fft_forward(side);
    transform.process(&mut lines);
    let mut columns: Vec<Complex<f32>> = (0..side * side)
        .map(|at| lines[at % side * side + at / side])
        .collect();
    transform.process(&mut columns);
    let floor = FLOOR * (side * side) as f32;
    let power = columns.iter().map(|bin| (bin.norm_sqr() + floor).ln());
    let power = Zeroizing::new(power.collect::<Vec<_>>());
    for bin in lines.iter_mut().chain(&mut columns) {
        bin.re.zeroize();
        bin.im.zeroize();
    }
    power
}

/// Sums over squares of `reach` bins to each side; the spectrum goes on at its other end.
fn box_sums(values: &[f32], side: usize, reach: usize) -> Vec<f32> {
    let along = |values: &[f32], at: usize, stride: usize, place: usize| {
        (0..=2 * reach)
            .map(|k| values[at - place * stride + (place + side + k - reach) % side * stride])
            .sum::<f32>()
    };
    let rows: Vec<f32> = (0..side * side)
        .map(|at| along(values, at, 1, at % side))
        .collect();
    (0..side * side)
        .map(|at| along(&rows, at, side, at / side))
        .collect()
}

/// Whether a ripple of this frequency would be told apart from face and coding.
fn in_band(row: usize, column: usize, side: usize) -> bool {
    let waves = |k: usize| k.min(side - k) as f32 / side as f32;
    let (down, across) = (waves(row), waves(column));
    let bins = BLOCK_BINS / side as f32;
    let of_block = |waves: f32| {
        let blocks = waves * BLOCK;
        (blocks - blocks.round()).abs() / BLOCK < bins
    };
    // On the axes, too, a multiple of the block frequency: zero is one.
    BAND.contains(&down.hypot(across)) && !(of_block(down) && of_block(across))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::passive::face;
    use crate::passive::verdict::MAX_RIPPLE;

    /// Synthetic: grey noise of so many levels with a wave of so many levels upon it.
    fn photo(noise: f32, wave: f32) -> Photo {
        let mut state = 7u32;
        let samples = (0..200 * 200).flat_map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = noise * ((state >> 8) as f32 / (1 << 24) as f32 - 0.5);
            let (x, y) = ((at % 200) as f32, (at / 200) as f32);
            let level = 128.0 + noise + wave * (TAU * (0.21 * x + 0.17 * y)).cos();
            [level as u8; 3]
        });
        Photo::from_rgb(200, 200, samples.collect()).unwrap()
    }

    #[test]
    fn a_synthetic_ripple_stands_out_and_noise_does_not() {
        let face = face(100.0, 100.0, 120.0);
        let noise = ripple(&photo(30.0, 0.0), &face).unwrap();
        assert!(noise < MAX_RIPPLE.median, "{noise}");
        let wave = ripple(&photo(30.0, 6.0), &face).unwrap();
        assert!(wave > MAX_RIPPLE.median, "{wave}");
        let flat = ripple(&photo(0.0, 0.0), &face).unwrap();
        assert!(flat < 0.1, "{flat}");
    }

    #[test]
    fn the_blocks_of_jpeg_are_no_ripple() {
        let blocks = (0..200 * 200).flat_map(|at| {
            let edge = at % 200 % 8 == 0 || at / 200 % 8 == 0;
            [if edge { 140 } else { 128 }; 3]
        });
        let photo = Photo::from_rgb(200, 200, blocks.collect()).unwrap();
        let seen = ripple(&photo, &face(100.0, 100.0, 120.0)).unwrap();
        assert!(seen < MAX_RIPPLE.median, "{seen}");
    }

    #[test]
    fn a_small_face_or_none_has_no_spectrum() {
        let photo = photo(30.0, 0.0);
        for width in [79.0, 0.0, -5.0, f32::NAN] {
            assert!(ripple(&photo, &face(100.0, 100.0, width)).is_none());
        }
        // Far outside, the nearest corner is looked at instead of out of bounds.
        assert!(ripple(&photo, &face(1e9, -1e9, 100.0)).is_some());
    }
}
