//! What the photograph hangs on: vertices in space and the triangles between them.

use delaunator::{Point, triangulate};

use crate::landmark::{LIDS, LOWER_LIP, LOWER_LIP_MIDDLE, MOUTH_CORNERS, OUTLINE, UPPER_LIP};
use crate::motion::Motion;
use crate::portrait::{EYE_DISTANCE, Portrait, RenderError};
use crate::scene::CAMERA;

/// What is held before the camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Surface {
    /// A head: the mesh in its depth before a background that stays.
    Head,
    /// A flat picture, larger than the frame. Its lids and lips move where the motion says so, as
    /// behind holes cut into it.
    Flat,
    /// A picture bent around an upright axis, of this radius in eye distances, bulging towards the
    /// camera.
    Bent(f32),
    /// A picture that is flat at rest and is flexed while it comes closer, until it is bent by this radius
    /// where it stands nearer by 1.4.
    Flexed(f32),
}

/// Axis of the head's turn behind the mesh's middle, in eye distances.
const NECK: f32 = 1.0;
/// Rings around the outline of the face: its scale, how far the ring follows the head, and how far it lies
/// behind the outline, in eye distances.
const RINGS: [(f32, f32, f32); 4] = [
    (1.12, 1.0, 0.2),
    (1.3, 0.9, 0.5),
    (1.6, 0.5, 0.8),
    (2.1, 0.0, 1.0),
];
/// Grid cells along either side of what does not follow the head, and of a picture.
const CELLS: usize = 14;

/// A point of the surface.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vertex {
    /// Place in the texture at rest, from the frame's middle, in pixels; z away from the camera.
    pub(crate) rest: [f32; 3],
    /// How far it follows the motion, 0 to 1; also how near to the screen's light it is.
    pub(crate) follows: f32,
}

/// Vertices, the landmarks first, and triangles.
pub(crate) struct Shape {
    pub(crate) vertices: Vec<Vertex>,
    pub(crate) triangles: Vec<[usize; 3]>,
    pub(crate) pivot: [f32; 3],
    surface: Surface,
}

impl Shape {
    pub(crate) fn new(portrait: &Portrait, surface: Surface) -> Result<Self, RenderError> {
        let mut vertices: Vec<Vertex> = portrait
            .points
            .iter()
            .map(|rest| Vertex {
                rest: *rest,
                follows: 1.0,
            })
            .collect();
        let reach = match surface {
            Surface::Head => {
                for (scale, follows, behind) in RINGS {
                    vertices.extend(OUTLINE.iter().map(|&k| {
                        let [x, y, z] = portrait.points[k];
                        Vertex {
                            rest: [scale * x, scale * y, z + behind * EYE_DISTANCE],
                            follows,
                        }
                    }));
                }
                RINGS[RINGS.len() - 1].0
            }
            Surface::Flat | Surface::Bent(_) | Surface::Flexed(_) => 1.0,
        };
        let (half_width, half_height) = extent(portrait);
        let (width, height) = (portrait.width as f32, portrait.height as f32);
        let behind = vertices.last().map_or(0.0, |vertex| vertex.rest[2]);
        for cell in 0..(CELLS + 1) * (CELLS + 1) {
            let share = |k: usize| k as f32 / CELLS as f32 - 0.5;
            let (x, y) = (
                width * share(cell % (CELLS + 1)),
                height * share(cell / (CELLS + 1)),
            );
            if (x / (reach * half_width)).hypot(y / (reach * half_height)) > 1.1 {
                let follows = f32::from(surface != Surface::Head);
                vertices.push(Vertex {
                    rest: [x, y, behind],
                    follows,
                });
            }
        }
        if surface != Surface::Head {
            for vertex in &mut vertices {
                vertex.rest[2] = bend(surface, vertex.rest[0]);
            }
        }
        let places: Vec<Point> = vertices
            .iter()
            .map(|vertex| Point {
                x: vertex.rest[0].into(),
                y: vertex.rest[1].into(),
            })
            .collect();
        let triangles: Vec<[usize; 3]> = triangulate(&places)
            .triangles
            .chunks_exact(3)
            .map(|t| [t[0], t[1], t[2]])
            .collect();
        if triangles.is_empty() {
            return Err(RenderError::Degenerate);
        }
        let middle = vertices[..portrait.points.len()]
            .iter()
            .map(|v| v.rest[2])
            .sum::<f32>()
            / portrait.points.len() as f32;
        let behind = match surface {
            Surface::Head => NECK * EYE_DISTANCE,
            Surface::Flat | Surface::Bent(_) | Surface::Flexed(_) => 0.0,
        };
        Ok(Self {
            vertices,
            triangles,
            pivot: [0.0, 0.0, middle + behind],
            surface,
        })
    }

    /// The landmarks with lids and lips where the motion wants them.
    pub(crate) fn expression(&self, motion: &Motion) -> Vec<Vertex> {
        let mut vertices = self.vertices.clone();
        for (upper, lower) in LIDS {
            let down = self.vertices[lower].rest[1] - self.vertices[upper].rest[1];
            vertices[upper].rest[1] += 0.95 * motion.blink * down;
        }
        if motion.mouth > 0.0 {
            let lip = self.vertices[LOWER_LIP_MIDDLE].rest;
            let [left, right] = MOUTH_CORNERS.map(|k| self.vertices[k].rest);
            let width = right[0] - left[0];
            for (index, vertex) in vertices.iter_mut().enumerate().take(468) {
                let [x, y, _] = vertex.rest;
                let upper = UPPER_LIP.contains(&index);
                let lower = LOWER_LIP.contains(&index) || y > lip[1] + 0.02 * width;
                if lower && !upper && !MOUTH_CORNERS.contains(&index) {
                    let aside = (x - lip[0]) / width;
                    vertex.rest[1] += 0.6 * motion.mouth * width * (-3.0 * aside * aside).exp();
                }
            }
        }
        if let Surface::Flexed(radius) = self.surface {
            let share = ((motion.closer - 1.0) / NEAR).clamp(0.0, 1.0);
            if share > 0.0 {
                for vertex in &mut vertices {
                    vertex.rest = flexed(vertex.rest, radius * EYE_DISTANCE / share);
                }
            }
        }
        vertices
    }

    /// Whether a triangle lies between the lips.
    pub(crate) fn between_lips(triangle: [usize; 3]) -> bool {
        triangle
            .iter()
            .all(|k| UPPER_LIP.contains(k) || LOWER_LIP.contains(k) || MOUTH_CORNERS.contains(k))
    }
}

fn extent(portrait: &Portrait) -> (f32, f32) {
    let most = |k: usize| {
        portrait
            .points
            .iter()
            .map(|p| p[k].abs())
            .fold(1.0, f32::max)
    };
    (most(0), most(1))
}

/// Depth of a picture at a distance from its middle. A bent picture falls back as a circle does, and
/// goes on straight where the circle would turn round.
fn bend(surface: Surface, x: f32) -> f32 {
    let Surface::Bent(radius) = surface else {
        return 0.0;
    };
    let radius = radius * EYE_DISTANCE;
    let on = x.abs().min(0.8 * radius);
    let slope = on / (radius * radius - on * on).sqrt();
    radius - (radius * radius - on * on).sqrt() + (x.abs() - on) * slope
}

/// How much nearer a flexed picture is bent all the way.
const NEAR: f32 = 0.4;
/// Half the arc of a flexed picture; beyond it goes on straight.
const ARC: f32 = 1.2;

/// A point of a flat picture that is rolled around an upright axis: paper does not stretch. Its place is given as
/// all places at rest are, as the camera would see it.
fn flexed([x, y, _]: [f32; 3], radius: f32) -> [f32; 3] {
    let angle = (x.abs() / radius).min(ARC);
    let beyond = x.abs() - angle * radius;
    let across = radius * angle.sin() + beyond * angle.cos();
    let depth = radius * (1.0 - angle.cos()) + beyond * angle.sin();
    let camera = CAMERA * EYE_DISTANCE;
    let seen = camera / (camera + depth);
    [x.signum() * across * seen, y * seen, depth]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flexed_paper_does_not_stretch() {
        let camera = CAMERA * EYE_DISTANCE;
        let at = |x: f32| {
            let [seen, _, depth] = flexed([x, 0.0, 0.0], 2.0 * EYE_DISTANCE);
            [seen * (camera + depth) / camera, depth]
        };
        for x in -300..300 {
            let (a, b) = (at(x as f32), at(x as f32 + 1.0));
            let step = (b[0] - a[0]).hypot(b[1] - a[1]);
            assert!((step - 1.0).abs() < 1e-2, "{x}: {step}");
        }
        // Its middle stays, its sides fall back.
        assert_eq!(at(0.0), [0.0, 0.0]);
        assert!(at(150.0)[1] > 0.0 && at(-150.0)[1] > 0.0);
    }
}
