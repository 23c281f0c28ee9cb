//! Image evidence of motion: where the texture at each landmark went, whatever the mesh says.
//!
//! The mesh draws a face into any picture of one, and turns it as a head turns when a flat picture
//! is slanted. So it only says where to look: the moved frame is laid over the still one by the affine
//! map between both meshes, and what is left over is measured on the pixels.

use zeroize::Zeroizing;

use super::fit::Track;
use crate::geometry::{Affine, Point};
use crate::mesh::Landmarks;
use crate::photo::Photo;
use crate::sampling::sample;

/// Pixels of an eye distance in the crops that are compared.
const SCALE: f32 = 64.0;
/// Sides of the crops: 4.4 by 5 eye distances, the whole face and some hair.
const WIDTH: usize = 280;
const HEIGHT: usize = 320;
/// Half the side of a compared patch.
const PATCH: isize = 8;
/// How far texture is looked for, in pixels: the nose's tip stands half an eye distance out, a turn of 25
/// degrees shifts it by a fifth of one.
const SEARCH: isize = 14;
/// Normalised cross-correlation from which on texture is taken for the same.
const MIN_CORRELATION: f32 = 0.8;
/// Standard deviation of luminance, 0..=255, below which a patch has no texture to follow.
const MIN_DEVIATION: f32 = 4.0;
/// Pixels within which the way back must end where it began.
const MAX_RETURN: f32 = 1.5;

/// A face in a frame, as far as it is needed to compare it with another.
pub(crate) struct Held {
    pub(crate) photo: Photo,
    pub(crate) landmarks: Landmarks,
}

/// Outer corners of the eyes.
const CORNERS: [usize; 2] = [33, 263];

/// Follows the texture at every landmark from one frame to the other. Points without texture, and such as do
/// not come back to where they began, are left out.
pub(crate) fn track(still: &Held, moved: &Held) -> Vec<Track> {
    let points = still.landmarks.points();
    let count = points.len() as f32;
    let middle = |k: usize| points.iter().map(|p| p[k]).sum::<f32>() / count;
    let (centre, depth) = ([middle(0), middle(1)], middle(2));
    let [left, right] = CORNERS.map(|k| still.landmarks.flat(k));
    // Outer corners stand 1.43 times as far apart as the middles of the eyes.
    let unit = left.distance(right) / 1.43;
    let Some(over) = affine(&still.landmarks, &moved.landmarks) else {
        return Vec::new();
    };
    let step = unit / SCALE;
    let corner = |k: usize, side: usize| centre[k] - step * (side as f32 - 1.0) / 2.0;
    let map = Affine::axes(step, step, corner(0, WIDTH), corner(1, HEIGHT));
    let first = Plane::of(&still.photo, &map);
    let second = Plane::of(&moved.photo, &compose(&over, &map));
    let at = |p: &[f32; 3]| {
        [
            (p[0] - corner(0, WIDTH)) / step,
            (p[1] - corner(1, HEIGHT)) / step,
        ]
    };
    let middle = [WIDTH as f32 / 2.0, HEIGHT as f32 / 2.0];
    let units = |p: [f32; 2]| [0, 1].map(|k| f64::from((p[k] - middle[k]) / SCALE));
    points
        .iter()
        .filter_map(|point| {
            let from = at(point).map(f32::round);
            let to = first.follow(from, &second)?;
            let back = second.follow(to.map(f32::round), &first)?;
            let returned = [0, 1].map(|k| back[k] + to[k] - to[k].round());
            let miss = (returned[0] - from[0]).hypot(returned[1] - from[1]);
            (miss <= MAX_RETURN).then(|| Track {
                from: units(from),
                to: units(to),
                depth: f64::from((point[2] - depth) / unit),
            })
        })
        .collect()
}

/// The affine map that takes one mesh to the other with the least squares.
fn affine(from: &Landmarks, to: &Landmarks) -> Option<Affine> {
    let n = from.points().len() as f64;
    let mean = |landmarks: &Landmarks, k: usize| {
        landmarks
            .points()
            .iter()
            .map(|p| f64::from(p[k]))
            .sum::<f64>()
            / n
    };
    let from_mean = [mean(from, 0), mean(from, 1)];
    let to_mean = [mean(to, 0), mean(to, 1)];
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    let mut right = [[0.0; 2]; 2];
    for (f, t) in from.points().iter().zip(to.points()) {
        let [x, y] = [0, 1].map(|k| f64::from(f[k]) - from_mean[k]);
        xx += x * x;
        xy += x * y;
        yy += y * y;
        for (k, right) in right.iter_mut().enumerate() {
            let to = f64::from(t[k]) - to_mean[k];
            right[0] += x * to;
            right[1] += y * to;
        }
    }
    let determinant = xx * yy - xy * xy;
    if !determinant.is_normal() {
        return None;
    }
    let [across, down] = right.map(|[x, y]| {
        [
            (yy * x - xy * y) / determinant,
            (xx * y - xy * x) / determinant,
        ]
    });
    let shift = |k: usize, row: [f64; 2]| {
        (to_mean[k] - row[0] * from_mean[0] - row[1] * from_mean[1]) as f32
    };
    Some(Affine {
        xx: across[0] as f32,
        xy: across[1] as f32,
        x0: shift(0, across),
        yx: down[0] as f32,
        yy: down[1] as f32,
        y0: shift(1, down),
    })
}

/// First `inner`, then `outer`.
fn compose(outer: &Affine, inner: &Affine) -> Affine {
    let origin = outer.apply(inner.apply(Point::new(0.0, 0.0)));
    Affine {
        xx: outer.xx * inner.xx + outer.xy * inner.yx,
        xy: outer.xx * inner.xy + outer.xy * inner.yy,
        x0: origin.x,
        yx: outer.yx * inner.xx + outer.yy * inner.yx,
        yy: outer.yx * inner.xy + outer.yy * inner.yy,
        y0: origin.y,
    }
}

/// Luminance of a crop. Zeroized on drop.
struct Plane(Zeroizing<Vec<f32>>);

const AREA: f32 = ((2 * PATCH + 1) * (2 * PATCH + 1)) as f32;

impl Plane {
    fn of(photo: &Photo, map: &Affine) -> Self {
        let crop = sample(photo, map, WIDTH, HEIGHT, [0.0; 3]);
        let luminance = crop
            .rgb
            .chunks_exact(3)
            .map(|p| 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]);
        Self(Zeroizing::new(luminance.collect()))
    }

    fn row(&self, x: isize, y: isize) -> &[f32] {
        let start = (y as usize) * WIDTH + (x - PATCH) as usize;
        &self.0[start..start + 2 * PATCH as usize + 1]
    }

    /// Mean and deviation (not divided by the area) of a patch.
    fn moments(&self, x: isize, y: isize) -> (f32, f32) {
        let (mut sum, mut squares) = (0.0, 0.0);
        for line in -PATCH..=PATCH {
            for v in self.row(x, y + line) {
                sum += v;
                squares += v * v;
            }
        }
        let mean = sum / AREA;
        (mean, (squares - sum * mean).max(0.0).sqrt())
    }

    /// Where the patch about `from` is found in the other crop; `None` without texture, too near to the crop's
    /// edge, at the edge of the search, or where nothing looks alike.
    fn follow(&self, from: [f32; 2], other: &Self) -> Option<[f32; 2]> {
        let room = PATCH + SEARCH + 1;
        let [x, y] = from.map(|v| v as isize);
        let fits = |v: isize, side: usize| v >= room && v < side as isize - room;
        if !fits(x, WIDTH) || !fits(y, HEIGHT) {
            return None;
        }
        let (mean, deviation) = self.moments(x, y);
        if deviation < MIN_DEVIATION * AREA.sqrt() {
            return None;
        }
        let correlation = |dx: isize, dy: isize| {
            let (x2, y2) = (x + dx, y + dy);
            let (other_mean, other_deviation) = other.moments(x2, y2);
            let mut dot = 0.0;
            for line in -PATCH..=PATCH {
                let pairs = self.row(x, y + line).iter().zip(other.row(x2, y2 + line));
                dot += pairs.map(|(a, b)| a * b).sum::<f32>();
            }
            (dot - AREA * mean * other_mean) / (deviation * other_deviation).max(1.0)
        };
        let mut best = (f32::MIN, 0, 0);
        for dy in -SEARCH..=SEARCH {
            for dx in -SEARCH..=SEARCH {
                let here = correlation(dx, dy);
                if here > best.0 {
                    best = (here, dx, dy);
                }
            }
        }
        let (most, dx, dy) = best;
        if most < MIN_CORRELATION || dx.abs() == SEARCH || dy.abs() == SEARCH {
            return None;
        }
        // The top of the parabola through the best place and its two neighbours.
        let top = |before: f32, after: f32| {
            let bend = before - 2.0 * most + after;
            if bend < 0.0 {
                (0.5 * (before - after) / bend).clamp(-0.5, 0.5)
            } else {
                0.0
            }
        };
        let shift_x = dx as f32 + top(correlation(dx - 1, dy), correlation(dx + 1, dy));
        let shift_y = dy as f32 + top(correlation(dx, dy - 1), correlation(dx, dy + 1));
        Some([x as f32 + shift_x, y as f32 + shift_y])
    }
}
