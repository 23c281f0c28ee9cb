//! Whose light the skin sends: a lamp's or the sun's, thrown back, or a screen's own.
//!
//! Melanin and blood absorb less the longer the wave, so skin of every tone throws back more red
//! than green and, under light that a camera has balanced to white, hardly more blue than green.
//! A screen has a bluer white than the room that the camera balances for, and leaks blue-green
//! light where the picture is dark. A screen that fills the view is balanced too, and passes here.

use std::fmt;

use zeroize::Zeroizing;

use crate::detection::Face;
use crate::geometry::Point;
use crate::photo::Photo;

/// Side of a patch of skin, in eye distances: smaller than a cheek.
const PATCH: f32 = 0.3;
/// Where the forehead's patch lies above the middle of the eyes, in eye distances.
const FOREHEAD: f32 = 0.4;
/// With its brightest channel below this, out of 255, skin has noise and no colour.
const MIN_LIGHT: f32 = 25.0;

/// Ratios of the median colour of cheeks and forehead, as the camera coded it.
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Skin {
    /// Blue over green.
    pub blue_over_green: f32,
    /// Green over red.
    pub green_over_red: f32,
}

impl fmt::Debug for Skin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Skin(..)")
    }
}

impl Skin {
    /// `None` where the skin is too dark or outside the photograph.
    pub(super) fn of(photo: &Photo, face: &Face) -> Option<Self> {
        let eyes = face.eye_distance();
        let [left_eye, right_eye, _, left_mouth, right_mouth] = face.landmarks;
        let between = middle(left_eye, right_eye);
        let patches = [
            middle(left_eye, left_mouth),
            middle(right_eye, right_mouth),
            Point::new(between.x, between.y - FOREHEAD * eyes),
        ];
        let mut channels: [Zeroizing<Vec<u8>>; 3] = Default::default();
        for centre in patches {
            collect(photo, centre, PATCH * eyes / 2.0, &mut channels);
        }
        let [red, green, blue] = channels.map(|mut samples| {
            samples.sort_unstable();
            samples
                .get(samples.len() / 2)
                .map(|value| f32::from(*value))
        });
        let (red, green, blue) = (red?, green?, blue?);
        (red.max(green).max(blue) >= MIN_LIGHT).then(|| Self {
            blue_over_green: blue / green.max(1.0),
            green_over_red: green / red.max(1.0),
        })
    }
}

fn middle(a: Point, b: Point) -> Point {
    Point::new((a.x + b.x) / 2.0, (a.y + b.y) / 2.0)
}

/// The samples of the square of `reach` about a point, as far as it lies in the photograph.
fn collect(photo: &Photo, centre: Point, reach: f32, channels: &mut [Zeroizing<Vec<u8>>; 3]) {
    // Casts of places outside, or of no number, end at the edge.
    let range = |at: f32, side: u32| {
        let first = (at - reach).max(0.0) as usize;
        first..((at + reach + 1.0).max(0.0) as usize).min(side as usize)
    };
    let width = photo.width() as usize;
    for row in range(centre.y, photo.height()) {
        for column in range(centre.x, photo.width()) {
            let start = 3 * (row * width + column);
            for (channel, value) in channels.iter_mut().zip(&photo.samples()[start..start + 3]) {
                channel.push(*value);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::passive::face;

    fn skin(colour: [u8; 3]) -> Option<Skin> {
        let samples = colour.repeat(200 * 200);
        Skin::of(
            &Photo::from_rgb(200, 200, samples).unwrap(),
            &face(100.0, 100.0, 80.0),
        )
    }

    #[test]
    fn ratios_are_those_of_the_skin_and_darkness_has_none() {
        let seen = skin([200, 150, 120]).unwrap();
        assert_eq!((seen.green_over_red, seen.blue_over_green), (0.75, 0.8));
        assert!(skin([24, 20, 20]).is_none());
        assert!(skin([0, 0, 0]).is_none());
    }

    #[test]
    fn a_face_outside_the_photograph_has_no_skin() {
        let photo = Photo::from_rgb(10, 10, vec![200; 300]).unwrap();
        for x in [-1e9, 1e9, f32::NAN] {
            assert!(Skin::of(&photo, &face(x, 1e9, 80.0)).is_none());
        }
    }
}
