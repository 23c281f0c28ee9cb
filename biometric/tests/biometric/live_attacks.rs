//! Attacks on a session, each refused for its own reason. All frames are synthetic.

use humanseal_biometric::live::{
    Degrees, FlashColour, Instruction, LiveOutcome, LivenessSession, Millis, SessionLimits, Step,
};
use humanseal_biometric::{GateName, GateOutcome, Photo, Reason};
use humanseal_rendering::Surface;

use crate::actor::{Actor, at, play, scene};
use crate::pipeline;

const FACE: &str = "biden.jpg";
const OTHER: &str = "obama3.jpg";
const LIMITS: SessionLimits = SessionLimits {
    total: 20_000,
    step: 8_000,
};

fn degrees(value: u8) -> Degrees {
    Degrees::new(value).unwrap()
}

fn follow(steps: Vec<Step>, actor: &mut Actor) -> LiveOutcome {
    play(steps, LIMITS, |asked, index| {
        Some((actor.frame(asked), at(index)))
    })
    .0
}

/// One gate failed for this reason, and no other gate of a session passed.
#[track_caller]
fn refused(outcome: &LiveOutcome, name: GateName, reason: Reason) {
    let gate = outcome.capture.gate(name);
    let found = (gate.outcome, gate.reason);
    assert_eq!(found, (GateOutcome::Failed, reason), "{outcome:?}");
    for other in GateName::ACTIVE.into_iter().filter(|other| *other != name) {
        let gate = outcome.capture.gate(other);
        assert_eq!(gate.outcome, GateOutcome::NotRun, "{outcome:?}");
    }
    assert!(!outcome.capture.passed());
}

/// A picture turned so far that the mesh reads the angle asked for.
fn picture(surface: Surface) -> Actor {
    let mut actor = Actor::new(scene(FACE, surface));
    actor.exaggerates = 3.0;
    actor
}

#[test]
fn a_photo_that_is_turned() {
    let outcome = follow(
        vec![Step::TurnLeft(degrees(15))],
        &mut picture(Surface::Flat),
    );
    refused(&outcome, GateName::Depth, Reason::FlatSurface);
}

#[test]
fn a_photo_that_comes_closer() {
    let outcome = follow(vec![Step::ComeCloser], &mut picture(Surface::Flat));
    refused(&outcome, GateName::Depth, Reason::FlatSurface);
}

#[test]
fn a_bent_photo() {
    for step in [Step::TurnLeft(degrees(15)), Step::LookUp(degrees(15))] {
        let outcome = follow(vec![step], &mut picture(Surface::Bent(1.5)));
        refused(&outcome, GateName::Depth, Reason::BentSurface);
    }
}

/// Flat at rest and bent where it stands near, as if it grew deeper on its way.
#[test]
fn a_photo_that_is_flexed_while_it_comes_closer() {
    for radius in [1.6, 2.0, 3.0] {
        let outcome = follow(
            vec![Step::ComeCloser],
            &mut picture(Surface::Flexed(radius)),
        );
        let gate = outcome.capture.gate(GateName::Depth);
        assert_eq!(gate.outcome, GateOutcome::Failed, "{radius}: {outcome:?}");
        let sheet = matches!(gate.reason, Reason::BentSurface | Reason::FlatSurface);
        assert!(sheet, "{radius}: {outcome:?}");
    }
}

/// Whoever looks through the holes blinks, and the paper stays paper.
#[test]
fn a_photo_with_eye_holes_cut() {
    let steps = vec![Step::Blink, Step::ComeCloser];
    let outcome = follow(steps, &mut picture(Surface::Flat));
    assert_eq!(outcome.answers[0].outcome, GateOutcome::Passed);
    refused(&outcome, GateName::Depth, Reason::FlatSurface);
}

/// What a head did for a plan, frame by frame.
fn recording(steps: Vec<Step>) -> Vec<Photo> {
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let mut frames = Vec::new();
    play(steps, LIMITS, |asked, index| {
        let frame = actor.frame(asked);
        frames.push(frame.clone());
        Some((frame, at(index)))
    });
    frames
}

fn replay(steps: Vec<Step>, frames: impl Iterator<Item = Photo>) -> LiveOutcome {
    let mut frames = frames;
    play(steps, LIMITS, |_, index| Some((frames.next()?, at(index)))).0
}

#[test]
fn a_looped_video() {
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let frames: Vec<_> = (0..5)
        .map(|_| actor.frame(Instruction::LookStraight))
        .collect();
    let outcome = replay(vec![Step::Blink], frames.into_iter().cycle());
    refused(&outcome, GateName::Freshness, Reason::RepeatedFrame);
}

#[test]
fn a_video_that_runs_back() {
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let frames: Vec<_> = (0..6)
        .map(|_| actor.frame(Instruction::TurnLeft(degrees(12))))
        .collect();
    let back: Vec<_> = frames.iter().rev().skip(1).cloned().collect();
    let outcome = replay(
        vec![Step::TurnLeft(degrees(30))],
        frames.into_iter().chain(back),
    );
    refused(&outcome, GateName::Freshness, Reason::RepeatedFrame);
}

#[test]
fn a_reversed_video() {
    let steps = vec![Step::OpenMouth, Step::TurnLeft(degrees(20))];
    let frames = recording(steps.clone());
    let outcome = replay(steps, frames.into_iter().rev());
    refused(&outcome, GateName::ActiveLiveness, Reason::WrongStep);
}

#[test]
fn a_video_with_computed_frames_between() {
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let [first, last] = [(); 2].map(|()| actor.frame(Instruction::LookStraight));
    let between = first.samples().iter().zip(last.samples());
    let mean = between.map(|(a, b)| a.midpoint(*b)).collect();
    let middle = Photo::from_rgb(first.width(), first.height(), mean).unwrap();
    let outcome = replay(vec![Step::Blink], [first, middle, last].into_iter());
    refused(&outcome, GateName::Freshness, Reason::InterpolatedFrame);
}

#[test]
fn the_right_motions_in_the_wrong_order() {
    let frames = recording(vec![Step::TurnLeft(degrees(20)), Step::OpenMouth]);
    let steps = vec![Step::OpenMouth, Step::TurnLeft(degrees(20))];
    let outcome = replay(steps, frames.into_iter());
    refused(&outcome, GateName::ActiveLiveness, Reason::WrongStep);
}

#[test]
fn a_recording_of_another_sessions_plan() {
    let frames = recording(vec![Step::TurnLeft(degrees(20))]);
    let outcome = replay(vec![Step::TurnRight(degrees(20))], frames.into_iter());
    refused(&outcome, GateName::ActiveLiveness, Reason::WrongStep);
}

#[test]
fn a_step_too_late() {
    let limits = SessionLimits {
        total: 20_000,
        step: 500,
    };
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let (outcome, _) = play(vec![Step::OpenMouth], limits, |_, index| {
        Some((actor.frame(Instruction::LookStraight), at(index)))
    });
    refused(&outcome, GateName::ActiveLiveness, Reason::TooLate);
}

#[test]
fn a_session_too_late() {
    let limits = SessionLimits {
        total: 500,
        step: 8_000,
    };
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let (outcome, _) = play(vec![Step::OpenMouth], limits, |_, index| {
        Some((actor.frame(Instruction::LookStraight), at(index)))
    });
    refused(&outcome, GateName::ActiveLiveness, Reason::TooLate);
}

/// Another face takes over as soon as the session asks for what `when` says.
fn exchanged(steps: Vec<Step>, when: impl Fn(Instruction, bool) -> bool) -> LiveOutcome {
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let mut began = false;
    play(steps, LIMITS, |asked, index| {
        began |= asked != Instruction::LookStraight;
        if when(asked, began) {
            actor.exchange(scene(OTHER, Surface::Head));
        }
        Some((actor.frame(asked), at(index)))
    })
    .0
}

#[test]
fn a_face_exchanged_between_steps() {
    let steps = vec![Step::OpenMouth, Step::TurnLeft(degrees(15))];
    let outcome = exchanged(steps, |asked, _| matches!(asked, Instruction::TurnLeft(_)));
    assert_eq!(outcome.answers[0].outcome, GateOutcome::Passed);
    refused(&outcome, GateName::Continuity, Reason::FaceExchanged);
}

#[test]
fn a_face_exchanged_after_the_last_step() {
    let outcome = exchanged(vec![Step::OpenMouth], |asked, began| {
        began && asked == Instruction::LookStraight
    });
    assert_eq!(outcome.answers[0].outcome, GateOutcome::Passed);
    refused(&outcome, GateName::Continuity, Reason::FaceExchanged);
}

#[test]
fn two_faces() {
    let mut holder = Actor::new(scene(FACE, Surface::Head));
    let mut other = Actor::new(scene(OTHER, Surface::Head));
    let (outcome, _) = play(vec![Step::Blink], LIMITS, |asked, index| {
        let [a, b] = [&mut holder, &mut other].map(|actor| actor.frame(asked));
        let rows = 3 * a.width() as usize;
        let pairs = a.samples().chunks(rows).zip(b.samples().chunks(rows));
        let both = pairs.flat_map(|(a, b)| [a, b].concat()).collect();
        let frame = Photo::from_rgb(2 * a.width(), a.height(), both).unwrap();
        Some((frame, at(index)))
    });
    let gate = outcome.capture.gate(GateName::OneFace);
    let found = (gate.outcome, gate.reason);
    assert_eq!(found, (GateOutcome::Failed, Reason::SeveralFaces));
    for name in GateName::ALL
        .into_iter()
        .filter(|name| *name != GateName::OneFace)
    {
        assert_eq!(outcome.capture.gate(name).outcome, GateOutcome::NotRun);
    }
}

#[test]
fn a_head_that_jumps_or_turns_faster_than_a_head() {
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let still = actor.frame(Instruction::LookStraight);
    let moved = {
        let shift = 3 * 300;
        let rows = still.samples().chunks(3 * still.width() as usize);
        let shifted = rows.flat_map(|row| [&row[shift..], &row[..shift]].concat());
        Photo::from_rgb(still.width(), still.height(), shifted.collect()).unwrap()
    };
    let outcome = replay(vec![Step::Blink], [still, moved].into_iter());
    let gate = outcome.capture.gate(GateName::Continuity);
    assert_ne!(gate.outcome, GateOutcome::Passed, "{outcome:?}");

    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let frames: Vec<_> = (0..8)
        .map(|_| actor.frame(Instruction::TurnLeft(degrees(25))))
        .collect();
    let mut frames = [frames[0].clone(), frames[7].clone()].into_iter();
    let (outcome, _) = play(vec![Step::TurnLeft(degrees(25))], LIMITS, |_, index| {
        Some((frames.next()?, Millis(40 * (index + 1))))
    });
    refused(&outcome, GateName::Continuity, Reason::ImplausibleSpeed);
}

#[test]
fn time_stamps_that_jump() {
    for times in [[100, 900], [900, 100], [100, 100], [100, 101]] {
        let mut actor = Actor::new(scene(FACE, Surface::Head));
        let (outcome, _) = play(vec![Step::Blink], LIMITS, |asked, index| {
            let time = times.get(index as usize)?;
            Some((actor.frame(asked), Millis(*time)))
        });
        refused(&outcome, GateName::Freshness, Reason::TimestampsJump);
    }
}

#[test]
fn another_camera_half_way() {
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let first = actor.frame(Instruction::LookStraight);
    let second = Photo::from_rgb(240, 320, vec![128; 3 * 240 * 320]).unwrap();
    let outcome = replay(vec![Step::Blink], [first, second].into_iter());
    refused(&outcome, GateName::Freshness, Reason::CameraChanged);
}

/// A head that was recorded while other colours were shown.
#[test]
fn flash_colours_answered_from_a_recording() {
    use FlashColour::{Blue, Green, Red, White};
    let asked = vec![Green, Red, White, Blue];
    for recorded in [
        vec![Red, Blue, Green, White],
        vec![Blue, White, Red, Green],
        vec![Red, Green, Blue, Red],
    ] {
        let frames = recording(vec![Step::Flash(recorded)]);
        let outcome = replay(vec![Step::Flash(asked.clone())], frames.into_iter());
        refused(&outcome, GateName::ActiveLiveness, Reason::FlashMismatch);
    }
}

#[test]
fn a_picture_that_fills_the_frame_does_not_answer_a_flash() {
    let colours = vec![FlashColour::Green, FlashColour::Red, FlashColour::Blue];
    let outcome = follow(vec![Step::Flash(colours)], &mut picture(Surface::Flat));
    refused(&outcome, GateName::ActiveLiveness, Reason::FlashUnseen);
}

/// The accessible plan has no turn, and runs the same gates: its approach shows depth.
#[test]
fn the_accessible_plan_asked_for_to_dodge_a_gate() {
    let colours = vec![FlashColour::Green, FlashColour::Red, FlashColour::Blue];
    let steps = vec![Step::ComeCloser, Step::Flash(colours.clone())];
    let outcome = follow(steps, &mut picture(Surface::Flat));
    refused(&outcome, GateName::Depth, Reason::FlatSurface);
    // A plan without any movement would leave depth unchecked, which is no pass either.
    let mut head = Actor::new(scene(FACE, Surface::Head));
    let outcome = follow(vec![Step::Flash(colours)], &mut head);
    let gate = outcome.capture.gate(GateName::Depth);
    let found = (gate.outcome, gate.reason);
    assert_eq!(found, (GateOutcome::NotRun, Reason::NoMovement));
    assert!(!outcome.capture.passed());
}

#[test]
fn a_session_that_stops_half_way_passes_nothing() {
    let mut actor = Actor::new(scene(FACE, Surface::Head));
    let (outcome, _) = play(vec![Step::Blink], LIMITS, |asked, index| {
        (index < 4).then(|| (actor.frame(asked), at(index)))
    });
    for name in GateName::ACTIVE {
        let gate = outcome.capture.gate(name);
        let found = (gate.outcome, gate.reason);
        assert_eq!(found, (GateOutcome::NotRun, Reason::Unfinished));
    }
    assert_eq!(outcome.answers[0].outcome, GateOutcome::NotRun);
    let mut staged = outcome.capture;
    staged.stage_active_liveness_for_development();
    let gate = staged.gate(GateName::ActiveLiveness);
    assert_eq!(
        gate.outcome,
        GateOutcome::NotRun,
        "a session begun is not staged"
    );
}

/// Nothing but frames goes into a session: no landmarks, no angles, no verdict.
#[test]
fn landmarks_without_a_frame() {
    let session = LivenessSession::new(pipeline(), vec![Step::Blink], LIMITS).unwrap();
    assert_eq!(session.finish(None).unwrap_err().code(), "no_frames");
}

#[test]
fn a_session_without_steps_or_colours_does_not_begin() {
    for steps in [vec![], vec![Step::Flash(vec![])], vec![Step::Blink; 7]] {
        let error = LivenessSession::new(pipeline(), steps, LIMITS).unwrap_err();
        assert_eq!(error.code(), "live_steps");
    }
    assert!(Degrees::new(9).is_none() && Degrees::new(41).is_none());
}
