//! A surface before the camera, photographed.

use crate::motion::Motion;
use crate::portrait::{EYE_DISTANCE, FRAME_HEIGHT, FRAME_WIDTH, Portrait, RenderError};
use crate::raster::{Canvas, Seen};
use crate::surface::{Shape, Surface};

/// Distance of the camera at rest, in eye distances: 6.3 cm of an adult make it 44 cm.
pub(crate) const CAMERA: f32 = 7.0;
/// Standard deviation of the sensor's noise, in levels of 255.
const NOISE: f32 = 1.5;
/// Light of the screen on the farthest vertex over that on the nearest.
const FAR_LIGHT: f32 = 0.15;
/// The wall where nothing is drawn.
const WALL: f32 = 110.0;

/// Light of the screen on what is before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flash {
    /// Red, green, blue, 0 to 1.
    pub colour: [f32; 3],
    /// Light of a white screen over the room's on the nearest surface.
    pub strength: f32,
}

impl Flash {
    /// A dark screen.
    pub const OFF: Self = Self {
        colour: [0.0; 3],
        strength: 0.0,
    };
}

/// A frame: packed RGB, row by row. Synthetic.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `3 * width * height` samples.
    pub rgb: Vec<u8>,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Frame(..)")
    }
}

/// A photograph on its surface.
pub struct Scene {
    texture: Portrait,
    shape: Shape,
}

impl std::fmt::Debug for Scene {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scene(..)")
    }
}

impl Scene {
    /// Hangs a photograph on a surface.
    ///
    /// # Errors
    /// [`RenderError::Degenerate`] for a mesh without triangles.
    pub fn new(portrait: &Portrait, surface: Surface) -> Result<Self, RenderError> {
        Ok(Self {
            texture: portrait.clone(),
            shape: Shape::new(portrait, surface)?,
        })
    }

    /// Photographs it. `seed` chooses the noise: a camera never gives the same frame twice.
    pub fn frame(&self, motion: &Motion, flash: Flash, seed: u64) -> Frame {
        let (width, height) = (FRAME_WIDTH as usize, FRAME_HEIGHT as usize);
        let mut canvas = Canvas::wall(width, height, WALL);
        let vertices = self.shape.expression(motion);
        let seen: Vec<Seen> = vertices
            .iter()
            .zip(&self.shape.vertices)
            .map(|(moved, rest)| {
                let at = project(moved.rest, self.shape.pivot, motion);
                let still = moved.rest;
                let blend = |k: usize| still[k] + (at[k] - still[k]) * moved.follows;
                Seen {
                    at: [
                        width as f32 / 2.0 + blend(0),
                        height as f32 / 2.0 + blend(1),
                        blend(2),
                    ],
                    texture: [
                        rest.rest[0] + self.texture.width as f32 / 2.0,
                        rest.rest[1] + self.texture.height as f32 / 2.0,
                    ],
                    near: moved.follows,
                }
            })
            .collect();
        for triangle in &self.shape.triangles {
            let shade = match Shape::between_lips(*triangle) {
                true => 1.0 - 0.9 * motion.mouth.min(1.0),
                false => 1.0,
            };
            let corners = triangle.map(|k| seen[k]);
            canvas.draw(corners, &|at| self.texel(at), shade);
        }
        let mut noise = Noise(seed);
        let pixels = canvas.rgb.iter().zip(&canvas.near);
        let rgb = pixels.flat_map(|(rgb, near)| {
            let reach = flash.strength * (FAR_LIGHT + (1.0 - FAR_LIGHT) * near);
            let lit: [f32; 3] = std::array::from_fn(|k| rgb[k] * (1.0 + reach * flash.colour[k]));
            lit.map(|v| (v + NOISE * noise.normal()).round().clamp(0.0, 255.0) as u8)
        });
        Frame {
            width: canvas.width as u32,
            height: canvas.height as u32,
            rgb: rgb.collect(),
        }
    }

    fn texel(&self, at: [f32; 2]) -> [f32; 3] {
        let (width, height) = (self.texture.width, self.texture.height);
        let x = at[0].clamp(0.0, width as f32 - 1.0);
        let y = at[1].clamp(0.0, height as f32 - 1.0);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
        let (u, v) = (x - left as f32, y - top as f32);
        std::array::from_fn(|k| {
            let at = |column: usize, row: usize| self.texture.rgb[3 * (row * width + column) + k];
            (at(left, top) * (1.0 - u) + at(right, top) * u) * (1.0 - v)
                + (at(left, bottom) * (1.0 - u) + at(right, bottom) * u) * v
        })
    }
}

/// Where the camera sees a point: turned about the pivot, brought closer, in perspective. At rest every
/// point is seen where the photograph shows it.
fn project(rest: [f32; 3], pivot: [f32; 3], motion: &Motion) -> [f32; 3] {
    let camera = CAMERA * EYE_DISTANCE;
    let depth = rest[2] - pivot[2];
    // The photograph was taken in perspective: what lies deeper is wider than it looks.
    let mut p = [
        rest[0] * (camera + depth) / camera,
        rest[1] * (camera + depth) / camera,
        depth,
    ];
    let mut turn = |from: usize, to: usize, degrees: f32| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (a, b) = (p[from], p[to]);
        p[to] = cos * b - sin * a;
        p[from] = sin * b + cos * a;
    };
    turn(2, 0, motion.yaw);
    turn(2, 1, motion.pitch);
    turn(1, 0, motion.roll);
    p[0] += motion.shift * EYE_DISTANCE;
    let scale = camera / (camera / motion.closer + p[2]).max(1.0);
    [p[0] * scale, p[1] * scale, p[2] + pivot[2]]
}

/// Noise from a counter: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// About normal, deviation 1: the sum of four uniform parts of one word.
    fn normal(&mut self) -> f32 {
        let word = self.next();
        let sum: f32 = (0..4)
            .map(|k| ((word >> (16 * k)) & 0xffff) as f32 / 65_535.0)
            .sum();
        (sum - 2.0) * 3f32.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIVOT: [f32; 3] = [0.0, 0.0, 60.0];

    fn at(rest: [f32; 3], motion: Motion) -> [f32; 3] {
        project(rest, PIVOT, &motion)
    }

    #[test]
    fn at_rest_every_point_is_where_the_photograph_has_it() {
        for rest in [[0.0; 3], [30.0, -40.0, -20.0], [-80.0, 90.0, 70.0]] {
            let seen = at(rest, Motion::REST);
            for k in 0..3 {
                assert!((seen[k] - rest[k]).abs() < 1e-3, "{seen:?}");
            }
        }
    }

    #[test]
    fn signs_are_the_meshs_and_near_points_move_most() {
        let nose = [0.0, 0.0, -40.0];
        let cheek = [0.0, 0.0, 10.0];
        let yaw = Motion {
            yaw: 20.0,
            ..Motion::REST
        };
        assert!(at(nose, yaw)[0] > at(cheek, yaw)[0] && at(cheek, yaw)[0] > 0.0);
        let pitch = Motion {
            pitch: 20.0,
            ..Motion::REST
        };
        assert!(at(nose, pitch)[1] > at(cheek, pitch)[1]);
        let roll = Motion {
            roll: 20.0,
            ..Motion::REST
        };
        let ear = at([80.0, 0.0, 60.0], roll);
        assert!(ear[1] > 20.0, "clockwise: {ear:?}");
    }

    #[test]
    fn coming_closer_enlarges_near_points_more() {
        let closer = Motion {
            closer: 1.5,
            ..Motion::REST
        };
        let (near, far) = (
            at([30.0, 0.0, -40.0], closer),
            at([30.0, 0.0, 60.0], closer),
        );
        assert!(near[0] > far[0] && far[0] > 30.0);
    }

    #[test]
    fn noise_has_the_deviation_it_says() {
        let mut noise = Noise(3);
        let values: Vec<f32> = (0..10_000).map(|_| noise.normal()).collect();
        let mean = values.iter().sum::<f32>() / 1e4;
        let spread = values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 1e4;
        assert!(
            mean.abs() < 0.05 && (spread - 1.0).abs() < 0.05,
            "{mean} {spread}"
        );
    }
}
