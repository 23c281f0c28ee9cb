//! Passive liveness: what still frames show of a print or a screen.
//!
//! Four gates, each from its own evidence: a model looks at the face with its surroundings
//! (`model`, `second`), the spectrum of the skin shows a screen's grid (`moire`), straight
//! edges around the face show a picture's border (`border`), the colour of the skin shows whose
//! light it is (`light`). `verdict` joins the frames.

// A value that is not a number fails every gate, so limits are written as "not at least".
#![allow(clippy::neg_cmp_op_on_partial_ord)]

mod border;
mod light;
mod model;
mod moire;
mod second;
mod verdict;

use crate::detection::Face;
use crate::models::ModelError;
use crate::networks::Networks;
use crate::photo::Photo;

pub use verdict::{
    FAR_LIVE, Limit, MAX_BLUE_OVER_GREEN, MAX_GREEN_OVER_RED, MAX_OUTLINE, MAX_RIPPLE, NEAR_LIVE,
    WORST_SHARE,
};

pub(crate) use model::near;
pub(crate) use second::SecondPassive;
pub(crate) use verdict::{gates, lower_median};

pub use light::Skin;

/// What passive liveness measured on one face. Stays on the device, and is not printed.
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PassiveMeasures {
    /// Probability in 0..=1 that the face is live, from the square of two box widths.
    pub near: f32,
    /// The same from the square of 2.7 box widths, or as much of it as the frame holds.
    pub far: f32,
    /// The same by the operator's second model, where one is installed.
    pub second: Option<f32>,
    /// How far the strongest ripple of the face stands out of its spectrum, in nats of power;
    /// `None` for a face under [`MIN_RIPPLE_SIDE`] pixels.
    pub ripple: Option<f32>,
    /// How completely straight edges enclose the face, 0..=1; `None` where the frame ends too
    /// near the face to tell.
    pub outline: Option<f32>,
    /// The colour of the skin; `None` where it is too dark to have one.
    pub skin: Option<Skin>,
}

pub use border::MIN_ROOM;
pub use moire::MIN_RIPPLE_SIDE;

impl std::fmt::Debug for PassiveMeasures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PassiveMeasures(..)")
    }
}

impl PassiveMeasures {
    /// Measures one face of a photograph.
    ///
    /// # Errors
    /// A failing model, the second one included.
    pub(crate) fn of(networks: &Networks, photo: &Photo, face: &Face) -> Result<Self, ModelError> {
        let second = networks.second_passive.as_ref();
        Ok(Self {
            near: near(networks, photo, face)?,
            far: model::far(networks, photo, face)?,
            second: second.map(|model| model.score(photo, face)).transpose()?,
            ripple: moire::ripple(photo, face),
            outline: border::outline(photo, face),
            skin: Skin::of(photo, face),
        })
    }
}

/// A face of so many pixels' width about a point, a quarter higher than wide, eyes 45 % of the
/// width apart.
#[cfg(test)]
fn face(x: f32, y: f32, width: f32) -> Face {
    use crate::geometry::{Bounds, Point};
    let (half, high, eye) = (width / 2.0, width * 0.625, width * 0.225);
    Face {
        bounds: Bounds {
            left: x - half,
            top: y - high,
            right: x + half,
            bottom: y + high,
        },
        landmarks: [
            (-eye, -eye),
            (eye, -eye),
            (0.0, 0.0),
            (-eye, eye),
            (eye, eye),
        ]
        .map(|(across, down)| Point::new(x + across, y + down)),
        score: 1.0,
    }
}
