//! Which surface explains how points moved: robust least squares under one camera model.

/// Standard deviation of a tracked point, in eye distances: three quarters of a pixel where the eyes
/// are 64 pixels apart.
const NOISE: f64 = 0.75 / 64.0;
/// Rounds of reweighting; the weights settle within a few.
const ROUNDS: usize = 8;
/// Keeps the normal equations solvable for a surface without depth.
const RIDGE: f64 = 1e-9;
const UNKNOWNS: usize = 11;

/// A tracked point: where it was, where it went, in eye distances from the middle of the face.
#[derive(Clone, Copy)]
pub(crate) struct Track {
    pub(crate) from: [f64; 2],
    pub(crate) to: [f64; 2],
    /// Depth under the hypothesis of a head.
    pub(crate) depth: f64,
}

/// How a camera saw a surface move.
#[derive(Clone, Copy)]
pub(crate) struct Fit {
    /// Mean of `ln(1 + r²/σ²)` over all points: twice the negative log-likelihood of Cauchy noise, less a
    /// constant.
    pub(crate) cost: f64,
    /// Eye distances by which one eye distance of depth shifts a point sideways and down: the sine of the turn.
    pub(crate) shift: [f64; 2],
    /// How much depth changes magnification: the change of one over the camera's distance.
    pub(crate) zoom: f64,
}

/// Fits an affine camera with first-order perspective to points that lie at the depths `depth`:
/// `x' = a·(1,x,y,z) + x·(p·(x,y,z))`, the same for `y'`. A flat surface under it is a homography to
/// first order. Cauchy weights let single wrong tracks go.
pub(crate) fn fit(tracks: &[Track], depth: impl Fn(&Track) -> f64) -> Fit {
    let rows: Vec<_> = tracks
        .iter()
        .flat_map(|track| {
            let ([x, y], z) = (track.from, depth(track));
            let mut across = [0.0; UNKNOWNS];
            across[..4].copy_from_slice(&[1.0, x, y, z]);
            across[8..].copy_from_slice(&[x * x, x * y, x * z]);
            let mut down = [0.0; UNKNOWNS];
            down[4..8].copy_from_slice(&[1.0, x, y, z]);
            down[8..].copy_from_slice(&[x * y, y * y, y * z]);
            [(across, track.to[0]), (down, track.to[1])]
        })
        .collect();
    let mut weights = vec![1.0; tracks.len()];
    let mut solution = [0.0; UNKNOWNS];
    let mut cost = 0.0;
    for _ in 0..ROUNDS {
        solution = solve(&rows, &weights);
        let residual = |(row, to): &([f64; UNKNOWNS], f64)| {
            let seen: f64 = row.iter().zip(&solution).map(|(a, b)| a * b).sum();
            seen - to
        };
        cost = 0.0;
        for (weight, pair) in weights.iter_mut().zip(rows.chunks_exact(2)) {
            let [x, y] = [residual(&pair[0]), residual(&pair[1])];
            let square = (x * x + y * y) / (NOISE * NOISE);
            *weight = 1.0 / (1.0 + square);
            cost += square.ln_1p();
        }
    }
    Fit {
        cost: cost / tracks.len() as f64,
        shift: [solution[3], solution[7]],
        zoom: solution[10],
    }
}

/// Weighted least squares by the normal equations and a Cholesky factor.
fn solve(rows: &[([f64; UNKNOWNS], f64)], weights: &[f64]) -> [f64; UNKNOWNS] {
    let mut matrix = [[0.0; UNKNOWNS]; UNKNOWNS];
    let mut right = [0.0; UNKNOWNS];
    for (index, (row, to)) in rows.iter().enumerate() {
        let weight = weights[index / 2];
        for i in 0..UNKNOWNS {
            right[i] += weight * row[i] * to;
            for j in 0..=i {
                matrix[i][j] += weight * row[i] * row[j];
            }
        }
    }
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] += RIDGE;
    }
    for i in 0..UNKNOWNS {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| matrix[i][k] * matrix[j][k]).sum();
            let rest = matrix[i][j] - dot;
            matrix[i][j] = match i == j {
                true => rest.max(RIDGE).sqrt(),
                false => rest / matrix[j][j],
            };
        }
    }
    for i in 0..UNKNOWNS {
        let dot: f64 = (0..i).map(|k| matrix[i][k] * right[k]).sum();
        right[i] = (right[i] - dot) / matrix[i][i];
    }
    for i in (0..UNKNOWNS).rev() {
        let dot: f64 = (i + 1..UNKNOWNS).map(|k| matrix[k][i] * right[k]).sum();
        right[i] = (right[i] - dot) / matrix[i][i];
    }
    right
}

/// Directions in which a sheet is tried to be bent, over half a turn.
const DIRECTIONS: usize = 12;
/// Radii of bent sheets that are tried, in eye distances.
const RADII: [f64; 6] = [1.6, 2.0, 2.5, 3.0, 4.0, 6.0];

/// The best fit of a sheet: flat, or bent around an axis of any direction.
pub(crate) fn fit_sheet(tracks: &[Track]) -> Fit {
    let mut best = fit(tracks, |_| 0.0);
    for direction in 0..DIRECTIONS {
        let angle = std::f64::consts::PI * direction as f64 / DIRECTIONS as f64;
        let (sin, cos) = angle.sin_cos();
        for radius in RADII {
            let bent = fit(tracks, |track| {
                let u = track.from[0] * cos + track.from[1] * sin;
                let on = u.abs().min(0.9 * radius);
                radius - (radius * radius - on * on).sqrt()
            });
            if bent.cost < best.cost {
                best = bent;
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on a surface that turned by `sine`, with noise of the size assumed.
    fn turned(surface: impl Fn(f64, f64) -> f64, sine: f64) -> Vec<Track> {
        (0..300)
            .map(|k| {
                let (x, y) = ((k % 20) as f64 / 10.0 - 0.95, (k / 20) as f64 / 7.5 - 0.95);
                let noise = |k: usize| ((k * 7919 % 101) as f64 / 101.0 - 0.5) * NOISE;
                let z = surface(x, y);
                let scale = 1.0 + 0.1 * sine * x;
                Track {
                    from: [x, y],
                    to: [
                        scale * (0.95 * x - sine * z) + noise(k),
                        scale * y + noise(k + 50),
                    ],
                    depth: head(x, y),
                }
            })
            .collect()
    }

    /// A bowl with a nose.
    fn head(x: f64, y: f64) -> f64 {
        let nose = -0.5 * (-8.0 * (x * x + (y - 0.2) * (y - 0.2))).exp();
        0.35 * (x * x + 0.5 * y * y) + nose
    }

    #[test]
    fn each_surface_is_explained_best_by_itself() {
        let moved = turned(head, 0.25);
        let (flat, sheet) = (fit(&moved, |_| 0.0), fit_sheet(&moved));
        let found = fit(&moved, |track| track.depth);
        assert!(found.cost < 0.2 && sheet.cost > found.cost + 0.2 && flat.cost >= sheet.cost);
        assert!((found.shift[0] + 0.25).abs() < 0.02, "{:?}", found.shift);

        let plane = turned(|x, y| 0.3 * x + 0.1 * y, 0.25);
        let (flat, found) = (fit(&plane, |_| 0.0), fit(&plane, |track| track.depth));
        assert!(flat.cost < 0.2 && flat.cost - found.cost < 0.01);
        assert!(found.shift[0].abs() < 0.02);

        let bent = turned(|x, _| 2.0 - (4.0 - x * x).sqrt(), 0.4);
        let (sheet, found) = (fit_sheet(&bent), fit(&bent, |track| track.depth));
        assert!(sheet.cost < 0.2 && found.cost > 1.25 * sheet.cost);
    }

    #[test]
    fn a_fifth_of_wrong_tracks_does_not_move_the_fit() {
        let mut moved = turned(head, 0.25);
        for track in moved.iter_mut().step_by(5) {
            track.to[0] += 0.2;
            track.to[1] -= 0.15;
        }
        let found = fit(&moved, |track| track.depth);
        assert!((found.shift[0] + 0.25).abs() < 0.04, "{:?}", found.shift);
    }
}
