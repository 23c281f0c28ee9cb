//! One step being done: what counts as done, what as something else.

use super::Rest;
use super::depth::{self, Depth, Moved};
use super::eyes;
use super::flash::{FLASH_MILLIS, Flash};
use super::step::{FlashColour, Instruction, Millis, Step};
use super::track::Held;
use crate::gate::{GateName, Reason};
use crate::mesh::Mesh;

/// Coming closer enlarges the eyes' distance by this.
pub const CLOSER: f32 = 1.35;
/// How much less, and how much more, than the angle asked for is taken for it, degrees: the mesh reads angles
/// to within a few degrees, and a person sees no protractor.
const SHORT: f32 = 5.0;
const BEYOND: f32 = 14.0;
/// A movement by this many degrees that was not asked for is another step.
const OTHER_TURN: f32 = 15.0;
/// Opening of the mouth, over its height at rest, that counts as opened, and below which it is closed again.
const MOUTH_OPENED: f32 = 0.25;
pub(crate) const MOUTH_CLOSED: f32 = 0.15;
/// Likeness of both eyes to the open ones below which they are closed, and from which on they are open.
const EYES_CLOSED: f32 = 0.65;
const EYES_OPEN: f32 = 0.8;
/// Longest time for which closed eyes are a blink, milliseconds.
const MAX_BLINK: u32 = 1500;
/// Turn, in degrees, of the frame that is compared with the one at rest: enough for parallax, not so much that
/// texture is lost. A head has passed it on its way to any angle asked for.
const BEST_TURN: f32 = 14.0;
const MIN_TURN: f32 = 8.0;
const MAX_TURN: f32 = 28.0;
/// How long frames are taken after the last colour, milliseconds: the camera's lag.
const AFTERGLOW: u32 = 350;

/// What a frame did for a step.
pub(crate) enum Told {
    Wait,
    /// Done; whether a head's depth was seen in it.
    Done {
        head: bool,
    },
    Against(GateName, Reason),
    Unclear,
}

pub(crate) enum Task {
    /// A movement of the head, and the best frame of it so far with its angle.
    Turn {
        step: Step,
        best: Option<(f32, Held)>,
    },
    /// Eyes closed since this moment.
    Blink(Option<Millis>),
    OpenMouth,
    ComeCloser,
    Flash {
        colours: Vec<FlashColour>,
        began: Millis,
        now: Millis,
        flash: Flash,
    },
}

impl Task {
    pub(crate) fn new(step: &Step, rest: &Rest, at: Millis) -> Self {
        match step {
            Step::TurnLeft(_) | Step::TurnRight(_) | Step::LookUp(_) => Self::Turn {
                step: step.clone(),
                best: None,
            },
            Step::Blink => Self::Blink(None),
            Step::OpenMouth => Self::OpenMouth,
            Step::ComeCloser => Self::ComeCloser,
            Step::Flash(colours) => {
                let mut flash = Flash::default();
                flash.dark(&rest.held.photo, &rest.held.landmarks);
                if let Some(first) = colours.first() {
                    flash.show(*first, at);
                }
                Self::Flash {
                    colours: colours.clone(),
                    began: at,
                    now: at,
                    flash,
                }
            }
        }
    }

    pub(crate) fn instruction(&self) -> Instruction {
        match self {
            Self::Turn { step, .. } => match step {
                Step::TurnLeft(degrees) => Instruction::TurnLeft(*degrees),
                Step::TurnRight(degrees) => Instruction::TurnRight(*degrees),
                Step::LookUp(degrees) => Instruction::LookUp(*degrees),
                _ => Instruction::LookStraight,
            },
            Self::Blink(_) => Instruction::Blink,
            Self::OpenMouth => Instruction::OpenMouth,
            Self::ComeCloser => Instruction::ComeCloser,
            Self::Flash {
                colours,
                began,
                now,
                ..
            } => colour(colours, *began, *now).map_or(Instruction::LookStraight, Instruction::Show),
        }
    }

    /// Judges the next frame of the step.
    pub(crate) fn judge(
        &mut self,
        rest: &Rest,
        held: &Held,
        mesh: &Mesh,
        eye_distance: f32,
        at: Millis,
    ) -> Told {
        let (yaw, pitch) = (mesh.yaw - rest.mesh.yaw, mesh.pitch - rest.mesh.pitch);
        let nearer = eye_distance / rest.eye_distance;
        let mouth = mesh.mouth - rest.mesh.mouth;
        if self.other(yaw, pitch, nearer, mouth) {
            return Told::Against(GateName::ActiveLiveness, Reason::WrongStep);
        }
        match self {
            Self::Turn { step, best } => turn(step, best, rest, held, yaw, pitch),
            Self::Blink(closed) => {
                let likeness = eyes::likeness(&rest.held, held);
                match *closed {
                    None if likeness < EYES_CLOSED => *closed = Some(at),
                    Some(since) if at.since(since) > MAX_BLINK => *closed = None,
                    Some(_) if likeness >= EYES_OPEN => return Told::Done { head: false },
                    _ => {}
                }
                Told::Wait
            }
            Self::OpenMouth if mouth >= MOUTH_OPENED => Told::Done { head: false },
            Self::ComeCloser if nearer >= CLOSER => shown(&rest.held, held, Moved::Closer),
            Self::OpenMouth | Self::ComeCloser => Told::Wait,
            Self::Flash {
                colours,
                began,
                now,
                flash,
            } => {
                flash.lit(&held.photo, &held.landmarks, at);
                *now = at;
                match colour(colours, *began, at) {
                    Some(colour) => flash.show(colour, at),
                    None if at.since(*began) < FLASH_MILLIS * colours.len() as u32 + AFTERGLOW => {}
                    None => {
                        return match flash.judge() {
                            None => Told::Done { head: false },
                            Some(reason) => Told::Against(GateName::ActiveLiveness, reason),
                        };
                    }
                }
                Told::Wait
            }
        }
    }

    /// Whether the head does what another step asks for.
    fn other(&self, yaw: f32, pitch: f32, nearer: f32, mouth: f32) -> bool {
        let turn = match self {
            Self::Turn { step, .. } => Some(step),
            _ => None,
        };
        let (left, right, up) = match turn {
            Some(Step::TurnLeft(_)) => (false, true, false),
            Some(Step::TurnRight(_)) => (true, false, false),
            Some(_) => (true, true, false),
            None => (true, true, true),
        };
        // A head that turns far also tilts in the mesh's eyes, so only a level one looks up.
        (left && yaw >= OTHER_TURN)
            || (right && yaw <= -OTHER_TURN)
            || (up && pitch <= -OTHER_TURN)
            || (nearer >= CLOSER && !matches!(self, Self::ComeCloser))
            || (turn.is_none() && mouth >= MOUTH_OPENED && !matches!(self, Self::OpenMouth))
    }
}

fn turn(
    step: &Step,
    best: &mut Option<(f32, Held)>,
    rest: &Rest,
    held: &Held,
    yaw: f32,
    pitch: f32,
) -> Told {
    let (asked, angle, moved): (_, f32, fn(f32) -> Moved) = match step {
        Step::TurnLeft(degrees) => (degrees.value(), yaw, Moved::Aside),
        Step::TurnRight(degrees) => (degrees.value(), -yaw, |angle| Moved::Aside(-angle)),
        Step::LookUp(degrees) => (degrees.value(), -pitch, |angle| Moved::Down(-angle)),
        _ => return Told::Wait,
    };
    let off = |angle: f32| (angle - BEST_TURN).abs();
    let better = best
        .as_ref()
        .is_none_or(|(known, _)| off(angle) < off(*known));
    if (MIN_TURN..=MAX_TURN).contains(&angle) && better {
        let copy = Held {
            photo: held.photo.clone(),
            landmarks: held.landmarks.clone(),
        };
        *best = Some((angle, copy));
    }
    if !(asked - SHORT..=asked + BEYOND).contains(&angle) {
        return Told::Wait;
    }
    match best {
        Some((angle, frame)) => shown(&rest.held, frame, moved(*angle)),
        None => Told::Unclear,
    }
}

fn shown(still: &Held, moved: &Held, how: Moved) -> Told {
    match depth::judge(still, moved, how) {
        Depth::Head => Told::Done { head: true },
        Depth::Sheet(reason) => Told::Against(GateName::Depth, reason),
        Depth::Unclear => Told::Unclear,
    }
}

/// The colour of this moment; `None` after the last.
fn colour(colours: &[FlashColour], began: Millis, now: Millis) -> Option<FlashColour> {
    colours
        .get((now.since(began) / FLASH_MILLIS) as usize)
        .copied()
}
