//! Sessions: a rendered head follows plans.
//! All frames here are synthetic; they show that rules are followed, not how often they err.

use humanseal_biometric::live::{Degrees, FlashColour, LiveOutcome, SessionLimits, Step};
use humanseal_biometric::{GateName, GateOutcome};
use humanseal_rendering::Surface;

use crate::actor::{Actor, at, play, scene};

/// Mouth closed at rest, enough texture.
const FACE: &str = "biden.jpg";
const LIMITS: SessionLimits = SessionLimits {
    total: 20_000,
    step: 8_000,
};

fn degrees(value: u8) -> Degrees {
    Degrees::new(value).unwrap()
}

fn colours() -> Vec<FlashColour> {
    use FlashColour::{Blue, Green, Red, White};
    vec![Green, Red, White, Blue]
}

fn ordinary() -> Vec<Step> {
    vec![
        Step::TurnLeft(degrees(20)),
        Step::Flash(colours()),
        Step::Blink,
        Step::OpenMouth,
    ]
}

fn follow(steps: Vec<Step>, actor: &mut Actor) -> LiveOutcome {
    play(steps, LIMITS, |asked, index| {
        Some((actor.frame(asked), at(index)))
    })
    .0
}

#[track_caller]
fn followed(outcome: &LiveOutcome) {
    for name in GateName::ACTIVE {
        assert_eq!(
            outcome.capture.gate(name).outcome,
            GateOutcome::Passed,
            "{outcome:?}"
        );
    }
    assert!(
        outcome
            .answers
            .iter()
            .all(|answer| answer.outcome == GateOutcome::Passed)
    );
    assert!(
        outcome
            .answers
            .windows(2)
            .all(|pair| pair[0].at < pair[1].at)
    );
}

#[test]
fn a_head_follows_the_ordinary_plan() {
    let outcome = follow(ordinary(), &mut Actor::new(scene(FACE, Surface::Head)));
    followed(&outcome);
}

#[test]
fn a_head_follows_turns_to_the_other_side_and_upwards() {
    let steps = vec![Step::TurnRight(degrees(25)), Step::LookUp(degrees(15))];
    let outcome = follow(steps, &mut Actor::new(scene(FACE, Surface::Head)));
    followed(&outcome);
}

#[test]
fn a_head_follows_the_accessible_plan() {
    let steps = vec![Step::ComeCloser, Step::Flash(colours())];
    let outcome = follow(steps, &mut Actor::new(scene(FACE, Surface::Head)));
    followed(&outcome);
}
