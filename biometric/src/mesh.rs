//! The 468-point face mesh: pose of the head, opening of eyes and mouth.

use crate::detection::Face;
use crate::geometry::{Affine, Point};
use crate::models::{ModelError, Models};
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
#[derive(Clone, Copy, Debug, PartialEq)]
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

type Point3 = [f32; 3];

/// Fits the mesh to a face.
pub(crate) fn fit(models: &Models, photo: &Photo, face: &Face) -> Result<Mesh, ModelError> {
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
    let input = zeroize::Zeroizing::new(input);
    models.mesh.run(&input, [3 * POINTS, 1], |[points, logit]| {
        let point = |index: usize| -> Point3 { std::array::from_fn(|k| points[3 * index + k]) };
        let (yaw, pitch, lean) = pose(point);
        Mesh {
            confidence: 1.0 / (1.0 + (-logit[0]).exp()),
            yaw,
            pitch,
            roll: lean + angle.to_degrees(),
            left_eye: eye(point, LEFT_EYE),
            right_eye: eye(point, RIGHT_EYE),
            mouth: flat(point(MOUTH[0])).distance(flat(point(MOUTH[1])))
                / flat(point(MOUTH[2])).distance(flat(point(MOUTH[3]))),
        }
    })
}

/// Yaw, pitch and roll in degrees from two axes of the head: ear to ear and chin to forehead.
/// The mesh counts x to the right, y down, z away from the camera.
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
    (-yaw.to_degrees(), pitch.to_degrees(), roll.to_degrees())
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
