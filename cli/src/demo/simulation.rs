//! A simulation beside the stills: a rendered head follows a plan, and so does a flat picture.
//!
//! Synthetic. It shows that the gates of a session run, not how often they err.

use humanseal_biometric::live::{
    Degrees, FlashColour, Instruction, LivenessSession, Millis, SessionLimits, Step,
};
use humanseal_biometric::{GateName, GateOutcome, GateRecord, Limits, Photo, Pipeline, Reason};
use humanseal_rendering::{Actor, Asked, Portrait, Scene, Surface};

use super::person::{STRANGER, photograph};
use crate::output::Failure;

/// Time between two frames, milliseconds.
const INTERVAL: u32 = 100;
/// A session that needs more frames than this has gone wrong.
const MOST_FRAMES: u32 = 200;
/// The mesh reads a rendered turn a little too far.
const TURN: f32 = 0.9;

/// The gates of a session, for a head and for a flat picture of it.
pub struct Simulation {
    /// All passed, or the simulation failed.
    pub head: Vec<GateRecord>,
    /// A picture that comes closer, and what refuses it.
    pub picture: Vec<GateRecord>,
}

impl Simulation {
    /// The head passed every gate of a session, and the picture was refused for being flat.
    pub fn holds(&self) -> bool {
        let passed = |gate: &GateRecord| gate.outcome == GateOutcome::Passed;
        let flat = |gate: &GateRecord| gate.reason == Reason::FlatSurface;
        self.head.iter().all(passed)
            && self.picture.iter().any(flat)
            && !self.picture.iter().any(passed)
    }
}

/// Renders both and lets them follow a plan.
///
/// # Errors
/// [`Failure::Fault`] where a model fails or the fixture shows no face.
pub fn run(pipeline: &Pipeline) -> Result<Simulation, Failure> {
    let photo = Photo::decode(&photograph(STRANGER)?, Limits::default());
    let photo = photo.map_err(Failure::fault)?;
    let faces = pipeline.faces(&photo).map_err(Failure::fault)?;
    let face = faces.first().ok_or_else(|| Failure::fault("no face"))?;
    let landmarks = pipeline.landmarks(&photo, face).map_err(Failure::fault)?;
    let samples = photo.samples().to_vec();
    let portrait = Portrait::new(photo.width(), photo.height(), samples, landmarks.points());
    let portrait = portrait.map_err(Failure::fault)?;
    let angle = Degrees::new(20).ok_or_else(|| Failure::fault("no angle"))?;
    let colours = vec![
        FlashColour::Green,
        FlashColour::Red,
        FlashColour::White,
        FlashColour::Blue,
    ];
    let plan = vec![
        Step::TurnLeft(angle),
        Step::Flash(colours),
        Step::ComeCloser,
    ];
    Ok(Simulation {
        head: follow(pipeline, &portrait, Surface::Head, plan)?,
        picture: follow(pipeline, &portrait, Surface::Flat, vec![Step::ComeCloser])?,
    })
}

fn follow(
    pipeline: &Pipeline,
    portrait: &Portrait,
    surface: Surface,
    plan: Vec<Step>,
) -> Result<Vec<GateRecord>, Failure> {
    let scene = Scene::new(portrait, surface).map_err(Failure::fault)?;
    let mut actor = Actor::new(&scene, INTERVAL);
    let limits = SessionLimits::due_after(120);
    let session = LivenessSession::new(pipeline, plan, limits);
    let mut session = session.map_err(Failure::fault)?;
    let mut asked = Instruction::LookStraight;
    for index in 1..=MOST_FRAMES {
        let frame = actor.frame(played(asked));
        let photo = Photo::from_rgb(frame.width, frame.height, frame.rgb);
        let photo = photo.ok_or_else(|| Failure::fault("no frame"))?;
        let progress = session.frame(&photo, Millis(index * INTERVAL));
        asked = progress.map_err(Failure::fault)?.instruction;
        if asked == Instruction::Finished {
            break;
        }
    }
    let outcome = session.finish(None).map_err(Failure::fault)?;
    let gates = GateName::ACTIVE.map(|name| outcome.capture.gate(name));
    Ok(gates.to_vec())
}

fn played(asked: Instruction) -> Asked {
    let turn = |yaw: f32, pitch: f32| Asked::Turn {
        yaw: TURN * yaw,
        pitch: TURN * pitch,
    };
    match asked {
        Instruction::TurnLeft(angle) => turn(angle.value(), 0.0),
        Instruction::TurnRight(angle) => turn(-angle.value(), 0.0),
        Instruction::LookUp(angle) => turn(0.0, -angle.value()),
        Instruction::Blink => Asked::Blink,
        Instruction::OpenMouth => Asked::OpenMouth,
        Instruction::ComeCloser => Asked::ComeCloser,
        Instruction::Show(colour) => Asked::Light(colour.rgb()),
        Instruction::LookStraight | Instruction::Finished => Asked::Straight,
    }
}
