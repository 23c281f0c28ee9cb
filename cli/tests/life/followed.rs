//! Enrolment whose plan is followed: nothing is staged. The head is rendered, so this shows that the way is
//! there, and nothing of how well a gate tells heads from pictures.

use humanseal_biometric::live::{Instruction, Millis};
use humanseal_biometric::{Limits, Photo};
use humanseal_rendering::{Actor, Asked, Portrait, Scene, Surface};
use humanseal_sdk::{
    Camera, CameraError, Captured, EnrolError, Enrolled, Following, NewWallet, Silent, SoftwareKey,
    enrol,
};
use humanseal_zk_credentials::exchange::Plan;

use crate::stage::{PIPELINE, STRANGER, Stage, Stills, Yes, photograph};

/// Milliseconds between two frames.
const INTERVAL: u32 = 100;
/// More than any session takes.
const MOST_FRAMES: u32 = 300;
/// The mesh reads a rendered head's turn a little too far, and a picture's far too short.
const HEAD: f32 = 0.9;
const PICTURE: f32 = 3.0;

/// Somebody who does what the session asks for.
struct Rendered {
    scene: Scene,
    turns: f32,
}

impl Rendered {
    fn new(surface: Surface, turns: f32) -> Self {
        let photo =
            Photo::decode(&photograph(STRANGER[0]), Limits::default()).expect("a photograph");
        let face = PIPELINE.faces(&photo).expect("faces")[0];
        let landmarks = PIPELINE.landmarks(&photo, &face).expect("landmarks");
        let (width, height) = (photo.width(), photo.height());
        let portrait = Portrait::new(width, height, photo.samples().to_vec(), landmarks.points());
        let scene = Scene::new(&portrait.expect("a portrait"), surface).expect("a scene");
        Self { scene, turns }
    }

    fn asked(&self, instruction: Instruction) -> Asked {
        let turn = |yaw: f32, pitch: f32| Asked::Turn {
            yaw: self.turns * yaw,
            pitch: self.turns * pitch,
        };
        match instruction {
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
}

impl Camera for Rendered {
    fn capture(
        &mut self,
        _plan: &Plan,
        session: &mut Following<'_, '_>,
    ) -> Result<Captured, CameraError> {
        let mut actor = Actor::new(&self.scene, INTERVAL);
        let mut instruction = Instruction::LookStraight;
        for frame in 1..=MOST_FRAMES {
            let seen = actor.frame(self.asked(instruction));
            let photo = Photo::from_rgb(seen.width, seen.height, seen.rgb).expect("a frame");
            instruction = session.frame(&photo, Millis(frame * INTERVAL))?.instruction;
            if instruction == Instruction::Finished {
                break;
            }
        }
        Ok(Captured::Followed)
    }
}

fn enrolled(stage: &Stage, camera: &mut dyn Camera, wallet: &str) -> Result<Enrolled, EnrolError> {
    let passport = stage.document_showing(STRANGER[0], "L898902C3", None);
    let path = &stage.path(wallet);
    let passphrase = &Stage::passphrase();
    stage.with_staging(false, &SoftwareKey, |with| {
        let into = NewWallet { path, passphrase };
        enrol(with, into, &mut passport.files(), camera, &Yes, &Silent)
    })
}

#[test]
fn a_followed_plan_enrols_and_nothing_is_staged() {
    let stage = Stage::new();
    let file =
        enrolled(&stage, &mut Rendered::new(Surface::Head, HEAD), "wallet").expect("enrolled");
    assert!(file.wallet.wallet.credential().is_some());
}

#[test]
fn a_picture_that_follows_the_plan_is_refused_on_the_device() {
    let stage = Stage::new();
    let mut picture = Rendered::new(Surface::Flat, PICTURE);
    let error = enrolled(&stage, &mut picture, "wallet").expect_err("a picture");
    assert!(error.code().starts_with("gate_"), "{}", error.code());
}

#[test]
fn stills_where_a_plan_must_be_followed_enrol_nobody() {
    let stage = Stage::new();
    let error = enrolled(&stage, &mut Stills(&STRANGER), "wallet").expect_err("stills");
    assert!(error.code().starts_with("gate_"), "{}", error.code());
}
