//! From the measures of all frames to the four passive gates.

use crate::capture::FrameReport;
use crate::gate::{GateName, GateRecord, Reason};
use crate::quality::MAX_FACE_SHARE;

use super::PassiveMeasures;

/// Two limits on one measure. A capture must hold both: the first with its median frame (of two
/// middles the worse), the second with the mean of its worst frames ([`WORST_SHARE`]). Never the
/// best: whoever shows one live frame among others gains nothing, and whoever shows some frames
/// of an attack among live ones fails by the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// For the median frame.
    pub median: f32,
    /// For the mean of the worst frames. No stricter than the first, so that it says nothing of a
    /// single frame.
    pub worst: f32,
}

/// The worst frames are one in so many, rounded up.
pub const WORST_SHARE: usize = 4;
/// Least probability of a live face from the near crop.
pub const NEAR_LIVE: Limit = Limit {
    median: 0.9,
    worst: 0.3,
};
/// Least probability of a live face from the far crop.
pub const FAR_LIVE: Limit = Limit {
    median: 0.1,
    worst: 0.02,
};
/// Most that a ripple may stand out of the spectrum, in nats.
pub const MAX_RIPPLE: Limit = Limit {
    median: 5.0,
    worst: 6.0,
};
/// Most that straight edges may enclose the face.
pub const MAX_OUTLINE: Limit = Limit {
    median: 0.8,
    worst: 0.9,
};
/// Most blue over green of skin.
pub const MAX_BLUE_OVER_GREEN: Limit = Limit {
    median: 1.1,
    worst: 1.25,
};
/// Most green over red of skin.
pub const MAX_GREEN_OVER_RED: Limit = Limit {
    median: 1.02,
    worst: 1.1,
};

impl Limit {
    fn of_second(threshold: f32) -> Self {
        Self {
            median: threshold,
            worst: threshold / 2.0,
        }
    }

    fn negated(self) -> Self {
        Self {
            median: -self.median,
            worst: -self.worst,
        }
    }
}

/// `passive_liveness`, `moire`, `border` and `screen_light`, in this order. `second` is the
/// threshold of the operator's model, if one is installed.
pub(crate) fn gates(frames: &[FrameReport], second: Option<f32>) -> [GateRecord; 4] {
    [
        passive_liveness(frames, second),
        highest(GateName::Moire, frames, Reason::FaceTooSmall, |m| m.ripple)
            .judge(MAX_RIPPLE, Reason::MoireSuspected),
        highest(GateName::Border, frames, Reason::SurroundingsMissing, |m| {
            m.outline
        })
        .judge(MAX_OUTLINE, Reason::BorderSuspected),
        screen_light(frames),
    ]
}

fn passive_liveness(frames: &[FrameReport], second: Option<f32>) -> GateRecord {
    let name = GateName::PassiveLiveness;
    let values = |of: fn(&PassiveMeasures) -> Option<f32>| every(frames, of);
    let (Some(near), Some(far)) = (values(|m| Some(m.near)), values(|m| Some(m.far))) else {
        return GateRecord::not_run(name, Reason::FaceMissing);
    };
    let mut live = holds(near, NEAR_LIVE) && holds(far, FAR_LIVE);
    if let Some(threshold) = second {
        let second = values(|m| m.second);
        live &= second.is_some_and(|second| holds(second, Limit::of_second(threshold)));
    }
    // Of a face that fills the frame the models see no surroundings and say little.
    let close = frames.iter().filter_map(|frame| frame.measures);
    let close = close.into_iter().any(|m| !(m.face_share <= MAX_FACE_SHARE));
    let against = if close {
        Reason::FaceTooClose
    } else {
        Reason::PresentationSuspected
    };
    GateRecord::judged(name, (!live).then_some(against))
}

fn screen_light(frames: &[FrameReport]) -> GateRecord {
    let name = GateName::ScreenLight;
    let blue = highest(name, frames, Reason::TooDark, |m| {
        m.skin.map(|s| s.blue_over_green)
    });
    let blue = blue.judge(MAX_BLUE_OVER_GREEN, Reason::ScreenLightSuspected);
    let green = highest(name, frames, Reason::TooDark, |m| {
        m.skin.map(|s| s.green_over_red)
    });
    let green = green.judge(MAX_GREEN_OVER_RED, Reason::ScreenLightSuspected);
    if blue.reason == Reason::Ok {
        green
    } else {
        blue
    }
}

/// The values of a gate that looks for too much of something.
struct Highest {
    name: GateName,
    values: Result<Vec<f32>, Reason>,
}

/// Not run, for `missing`, unless every frame has a value.
fn highest(
    name: GateName,
    frames: &[FrameReport],
    missing: Reason,
    of: fn(&PassiveMeasures) -> Option<f32>,
) -> Highest {
    let faces = frames.iter().all(|frame| frame.measures.is_some());
    let missing = if faces { missing } else { Reason::FaceMissing };
    let values = every(frames, of).ok_or(missing);
    Highest { name, values }
}

impl Highest {
    fn judge(self, most: Limit, beyond: Reason) -> GateRecord {
        match self.values {
            Err(missing) => GateRecord::not_run(self.name, missing),
            Ok(values) => {
                let negated = values.into_iter().map(|value| -value).collect();
                GateRecord::judged(
                    self.name,
                    (!holds(negated, most.negated())).then_some(beyond),
                )
            }
        }
    }
}

/// One value of each frame; nothing unless there are frames and each has one.
fn every(frames: &[FrameReport], of: fn(&PassiveMeasures) -> Option<f32>) -> Option<Vec<f32>> {
    let values = frames.iter().map(|frame| of(&frame.measures?.passive));
    values
        .collect::<Option<Vec<f32>>>()
        .filter(|values| !values.is_empty())
}

/// Whether values hold a limit from below. One that is not a number holds none.
fn holds(mut values: Vec<f32>, limit: Limit) -> bool {
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return false;
    }
    values.sort_by(f32::total_cmp);
    let median = values[(values.len() - 1) / 2];
    let worst = &values[..values.len().div_ceil(WORST_SHARE)];
    let worst = worst.iter().sum::<f32>() / worst.len() as f32;
    median >= limit.median && worst >= limit.worst
}

/// The median of the near probabilities, of two middles the lower. `None` unless every frame has
/// one; not a number if one is not.
pub(crate) fn lower_median(frames: &[FrameReport]) -> Option<f32> {
    let mut scores = every(frames, |m| Some(m.near))?;
    if scores.iter().any(|score| score.is_nan()) {
        return Some(f32::NAN);
    }
    scores.sort_by(f32::total_cmp);
    scores.get((scores.len() - 1) / 2).copied()
}

#[cfg(test)]
mod tests;
