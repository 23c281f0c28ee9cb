//! Somebody who does what is asked for: a rendered head, or whoever moves a picture of one.

use crate::motion::Motion;
use crate::scene::{Flash, Frame, Scene};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asked {
    /// Look straight into the camera.
    Straight,
    /// Turn and tilt by this many degrees, signs as in [`Motion`].
    Turn {
        /// To the side.
        yaw: f32,
        /// Down.
        pitch: f32,
    },
    /// Close and open the eyes.
    Blink,
    /// Open the mouth.
    OpenMouth,
    /// Come closer, and stay there.
    ComeCloser,
    /// Hold still before a screen of this colour.
    Light([f32; 3]),
}

/// How near the actor comes.
const NEAR: f32 = 1.6;
/// Light of the screen over the room's.
const STRENGTH: f32 = 0.25;

/// Follows what is asked at the speed of a head.
#[derive(Debug)]
pub struct Actor<'a> {
    scene: &'a Scene,
    interval: f32,
    motion: Motion,
    closing: bool,
    colour: [f32; 3],
    seed: u64,
}

impl<'a> Actor<'a> {
    /// An actor at rest, photographed every so many milliseconds.
    pub fn new(scene: &'a Scene, interval_millis: u32) -> Self {
        Self {
            scene,
            interval: interval_millis as f32 / 1000.0,
            motion: Motion::REST,
            closing: true,
            colour: [0.0; 3],
            seed: 0,
        }
    }

    /// Another scene takes this one's place, in the same motion.
    pub fn exchange(&mut self, scene: &'a Scene) {
        self.scene = scene;
    }

    /// The next frame. The camera sees the screen's colour one frame late.
    pub fn frame(&mut self, asked: Asked) -> Frame {
        let rest = Motion {
            closer: self.motion.closer,
            ..Motion::REST
        };
        let mut shown = [0.0; 3];
        let goal = match asked {
            Asked::Straight => rest,
            Asked::Turn { yaw, pitch } => Motion { yaw, pitch, ..rest },
            Asked::Blink => {
                self.closing &= self.motion.blink < 1.0;
                let blink = if self.closing { 1.0 } else { 0.0 };
                Motion { blink, ..rest }
            }
            Asked::OpenMouth => Motion { mouth: 1.0, ..rest },
            Asked::ComeCloser => Motion {
                closer: NEAR,
                ..rest
            },
            Asked::Light(colour) => {
                shown = colour;
                rest
            }
        };
        if asked != Asked::Blink {
            self.closing = true;
        }
        self.motion = self.motion.towards(goal, self.interval);
        self.seed += 1;
        let flash = Flash {
            colour: self.colour,
            strength: STRENGTH,
        };
        self.colour = shown;
        self.scene.frame(&self.motion, flash, self.seed)
    }
}
