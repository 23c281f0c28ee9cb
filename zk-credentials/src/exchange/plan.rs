//! The liveness plan that the issuer draws, and the transcript of how it was followed.

use ark_std::rand::{CryptoRng, Rng, RngCore};
use serde::{Deserialize, Serialize};

use super::{CborError, GateOutcome, Nonce, Sha256Digest, encode_deterministic};

/// The version of plans: 1 had no flash.
pub const PLAN_VERSION: u8 = 2;

/// Seconds from the plan to the evidence.
pub const PLAN_SECONDS: i64 = 120;
/// The same for the accessible plan.
pub const ACCESSIBLE_PLAN_SECONDS: i64 = 300;

/// Most steps that a plan or a transcript may have.
const MAX_STEPS: usize = 6;
/// Colours of the flash of an ordinary plan: one of 4 · 3³ sequences.
const FLASH_COLOURS: usize = 4;
/// Colours of the accessible plan's flash, in place of further movements: one of 4 · 3⁵.
const ACCESSIBLE_FLASH_COLOURS: usize = 6;

/// What the owner is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanAction {
    /// Turn the head to the owner's left.
    TurnLeft,
    /// Turn the head to the owner's right.
    TurnRight,
    /// Raise the chin.
    LookUp,
    /// Close and open both eyes.
    Blink,
    /// Open the mouth.
    OpenMouth,
    /// Move towards the camera.
    ComeCloser,
    /// Hold still while the screen shows colours.
    Flash,
}

/// A colour of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlashColour {
    /// Red.
    Red,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// White.
    White,
}

impl FlashColour {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Red, Self::Green, Self::Blue, Self::White];
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanStep {
    /// What to do.
    pub action: PlanAction,
    /// How far to turn the head, degrees, 10 to 40; present exactly for the three head movements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_degrees: Option<u8>,
    /// What the screen shows, half a second each: 3 to 8 colours, none twice in a row; present exactly for
    /// a flash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colours: Vec<FlashColour>,
}

/// A single-use plan: one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// 2.
    pub version: u8,
    /// Makes the plan, and with it its digest, unique.
    pub nonce: Nonce,
    /// Longer time, and no head movements.
    pub accessible: bool,
    /// 2 to 6 steps, no action twice in a row, a flash and a movement that shows depth among them.
    pub steps: Vec<PlanStep>,
}

/// Why a plan is not one of version 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Another version.
    #[error("the plan's version is not 2")]
    Version,
    /// Too few or many steps, a repeated action, no flash, no movement that shows depth, or angles or
    /// colours where none belong, or none where they do.
    #[error("the plan's steps are not of plan version 2")]
    Steps,
}

impl PlanError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Version => "plan_version",
            Self::Steps => "plan_steps",
        }
    }
}

impl PlanAction {
    fn moves_the_head(self) -> bool {
        matches!(self, Self::TurnLeft | Self::TurnRight | Self::LookUp)
    }

    /// Whether near points of a head move against far ones.
    fn shows_depth(self) -> bool {
        self.moves_the_head() || self == Self::ComeCloser
    }
}

impl Plan {
    /// Draws a plan. The issuer calls this with the generator of the operating system at the
    /// moment when the document is accepted, so that nobody can prepare for it.
    ///
    /// Four different actions in any order: a head movement by 15 to 30 degrees, a flash, two more. The
    /// accessible plan asks to come closer and for a longer flash: nothing that needs a turned head, lids
    /// or lips, and the same gates.
    pub fn draw<R: RngCore + CryptoRng>(accessible: bool, rng: &mut R) -> Self {
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        let (mut actions, count) = if accessible {
            (
                vec![PlanAction::ComeCloser, PlanAction::Flash],
                ACCESSIBLE_FLASH_COLOURS,
            )
        } else {
            let mut turns = vec![
                PlanAction::TurnLeft,
                PlanAction::TurnRight,
                PlanAction::LookUp,
            ];
            let turn = take(&mut turns, rng);
            let mut others = turns;
            others.extend([
                PlanAction::Blink,
                PlanAction::OpenMouth,
                PlanAction::ComeCloser,
            ]);
            let others = [take(&mut others, rng), take(&mut others, rng)];
            (
                vec![turn, PlanAction::Flash, others[0], others[1]],
                FLASH_COLOURS,
            )
        };
        let steps = (0..actions.len())
            .map(|_| {
                let action = take(&mut actions, rng);
                PlanStep {
                    action,
                    target_degrees: action.moves_the_head().then(|| rng.gen_range(15..=30)),
                    colours: match action {
                        PlanAction::Flash => colours(count, rng),
                        _ => Vec::new(),
                    },
                }
            })
            .collect();
        Self {
            version: PLAN_VERSION,
            nonce: Nonce(nonce),
            accessible,
            steps,
        }
    }

    /// Checks version and steps; the device calls it before it shows a plan.
    pub fn validate(&self) -> Result<(), PlanError> {
        if self.version != PLAN_VERSION {
            return Err(PlanError::Version);
        }
        let angles_fit = self.steps.iter().all(|step| match step.target_degrees {
            Some(degrees) => step.action.moves_the_head() && (10..=40).contains(&degrees),
            None => !step.action.moves_the_head(),
        });
        let repeated = self
            .steps
            .windows(2)
            .any(|pair| pair[0].action == pair[1].action);
        let colours_fit = self.steps.iter().all(|step| {
            let count = step.colours.len();
            match step.action {
                PlanAction::Flash => {
                    (3..=8).contains(&count)
                        && step.colours.windows(2).all(|pair| pair[0] != pair[1])
                }
                _ => count == 0,
            }
        });
        let has = |test: fn(PlanAction) -> bool| self.steps.iter().any(|step| test(step.action));
        let complete = has(PlanAction::shows_depth) && has(|action| action == PlanAction::Flash);
        if !(2..=MAX_STEPS).contains(&self.steps.len())
            || !angles_fit
            || !colours_fit
            || !complete
            || repeated
        {
            return Err(PlanError::Steps);
        }
        Ok(())
    }

    /// Seconds from drawing it to the evidence.
    pub fn seconds(&self) -> i64 {
        if self.accessible {
            ACCESSIBLE_PLAN_SECONDS
        } else {
            PLAN_SECONDS
        }
    }

    /// SHA-256 of the deterministic encoding: what the statement names and the issuer compares.
    pub fn digest(&self) -> Result<Sha256Digest, CborError> {
        encode_deterministic(self).map(|bytes| Sha256Digest::of(&bytes))
    }
}

/// One of them, at random, and no more among them.
fn take<R: RngCore>(actions: &mut Vec<PlanAction>, rng: &mut R) -> PlanAction {
    actions.swap_remove(rng.gen_range(0..actions.len()))
}

/// Colours of which none follows itself.
fn colours<R: RngCore>(count: usize, rng: &mut R) -> Vec<FlashColour> {
    let mut drawn: Vec<FlashColour> = Vec::with_capacity(count);
    while drawn.len() < count {
        let colour = FlashColour::ALL[rng.gen_range(0..FlashColour::ALL.len())];
        if drawn.last() != Some(&colour) {
            drawn.push(colour);
        }
    }
    drawn
}

/// How one step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The step's action.
    pub action: PlanAction,
    /// What the device saw.
    pub outcome: GateOutcome,
    /// When, in milliseconds after the plan was shown.
    pub at_ms: u32,
}

/// The device's record of a plan's course. It stays on the device; the statement holds its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// Digest of the plan.
    pub plan: Sha256Digest,
    /// One answer a step, in order.
    pub answers: Vec<Answer>,
}

impl Transcript {
    /// SHA-256 of the deterministic encoding.
    pub fn digest(&self) -> Result<Sha256Digest, CborError> {
        encode_deterministic(self).map(|bytes| Sha256Digest::of(&bytes))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_std::rand::{SeedableRng, rngs::StdRng};

    fn colours_of(plan: &Plan) -> usize {
        plan.steps.iter().map(|step| step.colours.len()).sum()
    }

    #[test]
    fn drawn_plans_are_valid_and_differ() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut digests = std::collections::HashSet::new();
        for i in 0..200 {
            let plan = Plan::draw(i % 2 == 1, &mut rng);
            plan.validate().unwrap();
            assert_eq!(plan.seconds(), if i % 2 == 1 { 300 } else { 120 });
            if plan.accessible {
                let actions: Vec<_> = plan.steps.iter().map(|step| step.action).collect();
                assert_eq!(actions.len(), 2);
                assert!(actions.contains(&PlanAction::ComeCloser));
                assert_eq!(colours_of(&plan), 6);
            } else {
                assert_eq!(plan.steps.len(), 4);
                assert!(plan.steps.iter().any(|step| step.target_degrees.is_some()));
                assert_eq!(colours_of(&plan), 4);
            }
            assert!(digests.insert(plan.digest().unwrap().to_string()));
        }
    }

    #[test]
    fn every_member_is_in_the_digest() {
        let plan = Plan::draw(false, &mut StdRng::seed_from_u64(8));
        let digest = plan.digest().unwrap();
        let changes: [fn(&mut Plan); 5] = [
            |plan| plan.version = 1,
            |plan| plan.nonce.0[31] ^= 1,
            |plan| plan.accessible = true,
            |plan| plan.steps.truncate(2),
            |plan| {
                plan.steps
                    .iter_mut()
                    .for_each(|step| step.colours.reverse())
            },
        ];
        for change in changes {
            let mut other = plan.clone();
            change(&mut other);
            assert_ne!(other.digest().unwrap(), digest);
        }
    }

    #[test]
    fn plans_of_another_shape_are_refused() {
        let good = Plan::draw(false, &mut StdRng::seed_from_u64(9));
        let with = |steps: Vec<PlanStep>| {
            Plan {
                steps,
                ..good.clone()
            }
            .validate()
        };
        use FlashColour::{Blue, Green, Red};
        let step = |action, target_degrees, colours: &[FlashColour]| PlanStep {
            action,
            target_degrees,
            colours: colours.to_vec(),
        };
        let blink = || step(PlanAction::Blink, None, &[]);
        let turn = |degrees| step(PlanAction::TurnLeft, degrees, &[]);
        let flash = |colours: &[FlashColour]| step(PlanAction::Flash, None, colours);
        let rgb = || flash(&[Red, Green, Blue]);
        assert_eq!(
            Plan {
                version: 1,
                ..good.clone()
            }
            .validate(),
            Err(PlanError::Version)
        );
        assert_eq!(with(vec![rgb(), turn(Some(20))]), Ok(()));
        let closer = step(PlanAction::ComeCloser, None, &[]);
        assert_eq!(with(vec![closer, rgb()]), Ok(()));
        for steps in [
            vec![],
            vec![rgb()],
            vec![rgb(), blink()],
            vec![blink(), turn(Some(20))],
            vec![rgb(), turn(Some(20)), blink(), blink()],
            vec![rgb(), turn(None)],
            vec![rgb(), turn(Some(90))],
            vec![flash(&[]), turn(Some(20))],
            vec![flash(&[Red, Red, Blue]), turn(Some(20))],
            vec![flash(&[Red, Blue].repeat(5)), turn(Some(20))],
            vec![
                rgb(),
                step(PlanAction::TurnLeft, Some(20), &[Red, Green, Blue]),
            ],
            (0..4).flat_map(|_| [rgb(), turn(Some(20))]).collect(),
        ] {
            assert_eq!(with(steps.clone()), Err(PlanError::Steps), "{steps:?}");
        }
    }
}
