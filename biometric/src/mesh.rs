//! The 468-point face mesh: pose of the head, opening of eyes and mouth.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::detection::Face;
use crate::geometry::{Affine, Point};
use crate::models::ModelError;
use crate::networks::Networks;
use crate::photo::Photo;
use crate::sampling::sample;

const SIDE: usize = 192;
const POINTS: usize = 468;
/// The crop's side over the longer side of the detector's box (manifest).
const CROP_SCALE: f32 = 1.35;

/// Indices of the mesh's fixed numbering: corners and lids of the eyes, as seen in the image
/// (left corner, two upper lid points, right corner, two lower lid points below the upper ones).
const LEFT_EYE: [usize; 6] = [33, 160, 158, 133, 153, 144];
const RIGHT_EYE: [usize; 6] = [362, 385, 387, 263, 373, 380];
/// Inner lips above and below, and the inner corners of the mouth.
const MOUTH: [usize; 4] = [13, 14, 78, 308];
/// Sides of the face at the ears, top of the forehead, tip of the chin.
const FACE_LEFT: usize = 234;
const FACE_RIGHT: usize = 454;
const FOREHEAD: usize = 10;
const CHIN: usize = 152;

/// What the mesh says about a face.
#[derive(Clone, Copy, PartialEq)]
pub struct Mesh {
    /// Probability in 0..=1 that there is a face.
    pub confidence: f32,
    /// Turn to the side in degrees; positive when the nose points to the image's right.
    pub yaw: f32,
    /// Tilt in degrees; positive when the nose points down.
    pub pitch: f32,
    /// Lean in degrees; positive clockwise in the image.
    pub roll: f32,
    /// Height over width of the eye at the image's left; about .2 to .4 when open.
    pub left_eye: f32,
    /// Height over width of the eye at the image's right.
    pub right_eye: f32,
    /// Height over width of the mouth's opening; near 0 when closed.
    pub mouth: f32,
}

impl fmt::Debug for Mesh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mesh(..)")
    }
}

type Point3 = [f32; 3];

/// The 468 points on a face, in MediaPipe's numbering.
///
/// Biometric data: zeroized on drop, and `Debug` shows no coordinate.
#[derive(Clone, PartialEq, Zeroize, ZeroizeOnDrop)]
pub struct Landmarks {
    points: Vec<Point3>,
    confidence: f32,
}

impl fmt::Debug for Landmarks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Landmarks(..)")
    }
}

impl Landmarks {
    /// 468 points: x and y in pixels of the photograph, z away from the camera in the same unit. The
    /// model guesses z from the picture; it is no measurement of depth.
    pub fn points(&self) -> &[[f32; 3]] {
        &self.points
    }

    pub(crate) fn flat(&self, index: usize) -> Point {
        flat(self.points[index])
    }
}

/// Fits the mesh to a face.
pub(crate) fn fit(
    networks: &Networks,
    photo: &Photo,
    face: &Face,
) -> Result<(Mesh, Landmarks), ModelError> {
    let [left, right, ..] = face.landmarks;
    let angle = (right.y - left.y).atan2(right.x - left.x);
    let step = CROP_SCALE * face.bounds.width().max(face.bounds.height()) / SIDE as f32;
    let (a, b) = (step * angle.cos(), step * angle.sin());
    let (centre, middle) = (face.bounds.centre(), (SIDE as f32 - 1.0) / 2.0);
    let map = Affine {
        xx: a,
        xy: -b,
        x0: centre.x - a * middle + b * middle,
        yx: b,
        yy: a,
        y0: centre.y - b * middle - a * middle,
    };
    let crop = sample(photo, &map, SIDE, SIDE, [0.0; 3]);
    let input: Vec<f32> = crop.rgb.iter().map(|v| v / 255.0).collect();
    let input = Zeroizing::new(input);
    networks
        .mesh
        .run(&input, [3 * POINTS, 1], |[points, logit]| {
            let place = |p: &[f32]| -> Point3 {
                let at = map.apply(Point::new(p[0], p[1]));
                [at.x, at.y, step * p[2]]
            };
            let landmarks = Landmarks {
                points: points.chunks_exact(3).map(place).collect(),
                confidence: 1.0 / (1.0 + (-logit[0]).exp()),
            };
            (Mesh::of(&landmarks), landmarks)
        })
}

impl Mesh {
    fn of(landmarks: &Landmarks) -> Self {
        let point = |index: usize| landmarks.points[index];
        let (yaw, pitch, roll) = pose(point);
        Self {
            confidence: landmarks.confidence,
            yaw,
            pitch,
            roll,
            left_eye: eye(point, LEFT_EYE),
            right_eye: eye(point, RIGHT_EYE),
            mouth: flat(point(MOUTH[0])).distance(flat(point(MOUTH[1])))
                / flat(point(MOUTH[2])).distance(flat(point(MOUTH[3]))),
        }
    }
}

/// Yaw, pitch and roll in degrees from two axes of the head: ear to ear and chin to forehead.
/// The mesh counts x to the right, y down, z away from the camera, so that the side of the face
/// which the nose points to, and the chin of a lowered head, lie deeper.
fn pose(point: impl Fn(usize) -> Point3) -> (f32, f32, f32) {
    let difference = |to: usize, from: usize| -> Point3 {
        let (to, from) = (point(to), point(from));
        std::array::from_fn(|k| to[k] - from[k])
    };
    let across = difference(FACE_RIGHT, FACE_LEFT);
    let down = difference(CHIN, FOREHEAD);
    let yaw = across[2].atan2(across[0].hypot(across[1]));
    let pitch = down[2].atan2(down[0].hypot(down[1]));
    let roll = across[1].atan2(across[0]);
    (yaw.to_degrees(), pitch.to_degrees(), roll.to_degrees())
}

/// Eye aspect ratio of Soukupová and Čech, "Real-Time Eye Blink Detection using Facial
/// Landmarks", 2016: mean lid distance over corner distance.
fn eye(point: impl Fn(usize) -> Point3, index: [usize; 6]) -> f32 {
    let [p1, p2, p3, p4, p5, p6] = index.map(|k| flat(point(k)));
    (p2.distance(p6) + p3.distance(p5)) / (2.0 * p1.distance(p4))
}

fn flat(point: Point3) -> Point {
    Point::new(point[0], point[1])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NOSE_TIP: usize = 1;

    /// The mesh of the fixture photograph as onnxruntime computes it, about its middle.
    fn real_mesh() -> Vec<Point3> {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../fixtures/models/goldens.json"
        );
        let file: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let goldens = file["goldens"].as_array().unwrap();
        let golden = goldens
            .iter()
            .find(|golden| golden["name"] == "mediapipe_468")
            .unwrap();
        let numbers: Vec<f32> = golden["outputs"][0]
            .as_array()
            .unwrap()
            .iter()
            .map(|number| number.as_f64().unwrap() as f32 - 96.0)
            .collect();
        let points: Vec<Point3> = numbers.chunks(3).map(|p| [p[0], p[1], p[2]]).collect();
        assert_eq!(points.len(), POINTS);
        points
    }

    /// Turned in the plane of two axes, from the first towards the second.
    fn turned(mesh: &[Point3], from: usize, to: usize, degrees: f32) -> Vec<Point3> {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let turn = |p: &Point3| {
            let mut q = *p;
            q[from] = cos * p[from] - sin * p[to];
            q[to] = sin * p[from] + cos * p[to];
            q
        };
        mesh.iter().map(turn).collect()
    }

    fn angles(mesh: &[Point3]) -> (f32, f32, f32) {
        pose(|index| mesh[index])
    }

    /// Where the nose stands between two points, along an axis.
    fn nose(mesh: &[Point3], a: usize, b: usize, axis: usize) -> f32 {
        mesh[NOSE_TIP][axis] - (mesh[a][axis] + mesh[b][axis]) / 2.0
    }

    #[test]
    fn a_turned_mesh_reads_as_its_turn() {
        let mesh = real_mesh();
        let (yaw, pitch, roll) = angles(&mesh);
        for degrees in [-40.0, -20.0, -5.0, 5.0, 20.0, 40.0f32] {
            // The camera looks along z, so the nose points to smaller z.
            let (turned_yaw, ..) = angles(&turned(&mesh, 2, 0, -degrees));
            assert!(
                (turned_yaw - yaw - degrees).abs() < 1.0,
                "yaw {degrees}: {turned_yaw}"
            );
            let (_, turned_pitch, _) = angles(&turned(&mesh, 2, 1, -degrees));
            assert!(
                (turned_pitch - pitch - degrees).abs() < 1.0,
                "pitch {degrees}: {turned_pitch}"
            );
            let (.., turned_roll) = angles(&turned(&mesh, 0, 1, degrees));
            assert!(
                (turned_roll - roll - degrees).abs() < 1.0,
                "roll {degrees}: {turned_roll}"
            );
        }
    }

    #[test]
    fn positive_yaw_points_the_nose_right_and_positive_pitch_down() {
        let mesh = real_mesh();
        let right = turned(&mesh, 2, 0, -30.0);
        assert!(angles(&right).0 > angles(&mesh).0);
        let along = |mesh: &[Point3]| nose(mesh, FACE_LEFT, FACE_RIGHT, 0);
        assert!(along(&right) > along(&mesh));
        let down = turned(&mesh, 2, 1, -30.0);
        assert!(angles(&down).1 > angles(&mesh).1);
        let along = |mesh: &[Point3]| nose(mesh, FOREHEAD, CHIN, 1);
        assert!(along(&down) > along(&mesh));
    }

    #[test]
    fn closed_lids_lower_the_eye_ratio() {
        let open = real_mesh();
        let ratio = eye(|index| open[index], LEFT_EYE);
        assert!((0.15..0.45).contains(&ratio), "{ratio}");
        let mut closed = open.clone();
        for (upper, lower) in [(1, 5), (2, 4)] {
            closed[LEFT_EYE[upper]] = closed[LEFT_EYE[lower]];
        }
        assert_eq!(eye(|index| closed[index], LEFT_EYE), 0.0);
    }
}
