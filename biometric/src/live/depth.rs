//! Depth: whether what moved is a head, or a picture of one.
//!
//! A head that turns or comes closer shifts its near points against its far ones. A flat picture
//! cannot, and a bent one shifts them as a sheet does. The mesh is no witness of this: it draws a
//! head into a slanted picture. So the texture is followed ([`track`]) and three surfaces are
//! fitted to how it moved under one camera ([`fit`]): a plane, a sheet bent around any axis, and a
//! head, whose depth the mesh guesses on the frame at rest. The limits were set on one real
//! recording and on rendered pictures; docs/liveness.md tells what was measured.

// A value that is not a number fails every gate, so limits are written as "not at least".
#![allow(clippy::neg_cmp_op_on_partial_ord)]

use super::fit::{fit, fit_sheet};
use super::track::{Held, track};
use crate::gate::Reason;
use crate::photo::Photo;
use crate::pipeline::{Pipeline, PipelineError};

/// Fewer followed points than this say nothing.
const MIN_TRACKS: usize = 80;
/// By how much a head must explain the motion better than a plane: mean of `ln(1 + r²/σ²)` a point.
const MIN_GAIN: f64 = 0.15;
/// A head may explain the motion this much worse than the best of 73 sheets.
const MAX_OVER_SHEET: f64 = 1.25;
/// And when it comes closer, by no more than this: noise of following adds to both costs and would hide a sheet
/// that is flexed on its way (docs/liveness.md).
const MAX_OVER_SHEET_CLOSER: f64 = 0.08;
/// The shift of near points against far ones, over what the turn that the mesh reads would give.
const MIN_SHIFT_SHARE: f64 = 0.35;
/// The change of magnification a unit of depth that coming closer by [`super::CLOSER`] must give, in eye
/// distances: a camera two feet away moves by a quarter of its distance.
const MIN_ZOOM: f64 = 0.035;

/// How the head moved between two frames, as the mesh reads it.
#[derive(Clone, Copy)]
pub(crate) enum Moved {
    /// To the side, degrees, positive to the image's right.
    Aside(f32),
    /// Up or down, degrees, positive down.
    Down(f32),
    /// Towards the camera.
    Closer,
}

/// What moved between a frame at rest and another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// It moved as a head does.
    Head,
    /// It did not: flat, or bent.
    Sheet(Reason),
    /// There was too little to follow.
    Unclear,
}

pub(crate) fn judge(still: &Held, moved: &Held, how: Moved) -> Depth {
    let tracks = track(still, moved);
    if tracks.len() < MIN_TRACKS {
        return Depth::Unclear;
    }
    let flat = fit(&tracks, |_| 0.0);
    let head = fit(&tracks, |track| track.depth);
    // Near points have the smaller depth, so they move with the nose and depth moves against it.
    let follows = match how {
        Moved::Aside(degrees) => {
            let turn = f64::from(degrees).to_radians().sin();
            -head.shift[0] / turn >= MIN_SHIFT_SHARE
        }
        Moved::Down(degrees) => {
            let turn = f64::from(degrees).to_radians().sin();
            -head.shift[1] / turn >= MIN_SHIFT_SHARE
        }
        Moved::Closer => -head.zoom >= MIN_ZOOM,
    };
    // Whichever surface explains it best is named: the sheet that fits a bent picture leaves a plane
    // behind just as a head does.
    let sheet = fit_sheet(&tracks);
    let most = match how {
        Moved::Closer => (MAX_OVER_SHEET * sheet.cost).min(sheet.cost + MAX_OVER_SHEET_CLOSER),
        Moved::Aside(_) | Moved::Down(_) => MAX_OVER_SHEET * sheet.cost,
    };
    if !(head.cost <= most) && sheet.cost < flat.cost - MIN_GAIN {
        return Depth::Sheet(Reason::BentSurface);
    }
    if !(flat.cost - head.cost >= MIN_GAIN) || !follows {
        return Depth::Sheet(Reason::FlatSurface);
    }
    Depth::Head
}

/// What [`movement`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Movement {
    /// Turn to the side as the mesh reads it, degrees, positive to the image's right.
    pub yaw: f32,
    /// Tilt, degrees, positive down.
    pub pitch: f32,
    /// What moved.
    pub depth: Depth,
}

/// Judges two frames by themselves, for whoever measures this check on recordings of their own; a
/// session does the same on frames that it chooses. `None` unless both show exactly one face.
///
/// # Errors
/// A failing model.
pub fn movement(
    pipeline: &Pipeline,
    still: &Photo,
    moved: &Photo,
) -> Result<Option<Movement>, PipelineError> {
    let held = |photo: &Photo| {
        let (report, found) = pipeline.examine(photo)?;
        Ok::<_, PipelineError>(found.zip(report.measures).map(|(found, measures)| {
            let held = Held {
                photo: photo.clone(),
                landmarks: found.landmarks,
            };
            (held, measures.mesh)
        }))
    };
    let (Some((still, rest)), Some((moved, mesh))) = (held(still)?, held(moved)?) else {
        return Ok(None);
    };
    let (yaw, pitch) = (mesh.yaw - rest.yaw, mesh.pitch - rest.pitch);
    let how = match yaw.abs() >= pitch.abs() {
        true => Moved::Aside(yaw),
        false => Moved::Down(pitch),
    };
    Ok(Some(Movement {
        yaw,
        pitch,
        depth: judge(&still, &moved, how),
    }))
}
