//! Somebody who does what a session asks for: a rendered head, or whoever holds a picture of one.
//! Synthetic: no rate of error follows from it.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use humanseal_biometric::Photo;
use humanseal_biometric::live::{
    Instruction, LiveOutcome, LivenessSession, Millis, Progress, SessionLimits, Step,
};
use humanseal_rendering::{Asked, Frame, Portrait, Scene, Surface};

use crate::{photo, pipeline};

/// Time between two frames, milliseconds.
pub const INTERVAL: u32 = 100;

/// A fixture photograph on a surface, made once.
pub fn scene(name: &'static str, surface: Surface) -> &'static Scene {
    static SCENES: OnceLock<Mutex<HashMap<String, &'static Scene>>> = OnceLock::new();
    let mut scenes = SCENES.get_or_init(Mutex::default).lock().unwrap();
    scenes
        .entry(format!("{name} {surface:?}"))
        .or_insert_with(|| {
            let picture = photo(name);
            let face = pipeline().faces(&picture).unwrap()[0];
            let landmarks = pipeline().landmarks(&picture, &face).unwrap();
            let samples = picture.samples().to_vec();
            let (width, height) = (picture.width(), picture.height());
            let portrait = Portrait::new(width, height, samples, landmarks.points()).unwrap();
            Box::leak(Box::new(Scene::new(&portrait, surface).unwrap()))
        })
}

pub fn photographed(frame: Frame) -> Photo {
    Photo::from_rgb(frame.width, frame.height, frame.rgb).unwrap()
}

/// Follows a session's instructions.
pub struct Actor {
    actor: humanseal_rendering::Actor<'static>,
    /// How far it turns over what is asked: a picture must be turned far until the mesh reads it.
    pub exaggerates: f32,
}

impl Actor {
    pub fn new(scene: &'static Scene) -> Self {
        Self {
            actor: humanseal_rendering::Actor::new(scene, INTERVAL),
            exaggerates: 0.9,
        }
    }

    pub fn exchange(&mut self, scene: &'static Scene) {
        self.actor.exchange(scene);
    }

    /// The frame that the camera takes a moment after the instruction.
    pub fn frame(&mut self, instruction: Instruction) -> Photo {
        let turn = |yaw: f32, pitch: f32| Asked::Turn {
            yaw: self.exaggerates * yaw,
            pitch: self.exaggerates * pitch,
        };
        photographed(self.actor.frame(match instruction {
            Instruction::TurnLeft(angle) => turn(angle.value(), 0.0),
            Instruction::TurnRight(angle) => turn(-angle.value(), 0.0),
            Instruction::LookUp(angle) => turn(0.0, -angle.value()),
            Instruction::Blink => Asked::Blink,
            Instruction::OpenMouth => Asked::OpenMouth,
            Instruction::ComeCloser => Asked::ComeCloser,
            Instruction::Show(colour) => Asked::Light(colour.rgb()),
            Instruction::LookStraight | Instruction::Finished => Asked::Straight,
        }))
    }
}

/// Plays a session against a camera; the frames with their times, too.
pub fn play(
    steps: Vec<Step>,
    limits: SessionLimits,
    mut camera: impl FnMut(Instruction, u32) -> Option<(Photo, Millis)>,
) -> (LiveOutcome, Option<Progress>) {
    let mut session = LivenessSession::new(pipeline(), steps, limits).unwrap();
    let (mut last, mut instruction) = (None, Instruction::LookStraight);
    for index in 0.. {
        let Some((frame, at)) = camera(instruction, index) else {
            break;
        };
        let progress = session.frame(&frame, at).unwrap();
        instruction = progress.instruction;
        last = Some(progress);
        if instruction == Instruction::Finished {
            break;
        }
    }
    (session.finish(None).unwrap(), last)
}

/// Time of a frame.
pub fn at(index: u32) -> Millis {
    Millis((index + 1) * INTERVAL)
}
