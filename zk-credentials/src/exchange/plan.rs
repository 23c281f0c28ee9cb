//! The liveness plan that the issuer draws, and the transcript of how it was followed.

use ark_std::rand::{CryptoRng, Rng, RngCore};
use serde::{Deserialize, Serialize};

use super::{CborError, GateOutcome, Nonce, Sha256Digest, encode_deterministic};

/// Seconds from the plan to the evidence.
pub const PLAN_SECONDS: i64 = 120;
/// The same for the accessible plan.
pub const ACCESSIBLE_PLAN_SECONDS: i64 = 300;

/// Most steps that a plan or a transcript may have.
const MAX_STEPS: usize = 6;

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
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanStep {
    /// What to do.
    pub action: PlanAction,
    /// How far to turn the head, degrees, 10 to 40; present exactly for the three head movements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_degrees: Option<u8>,
}

/// A single-use plan: one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// 1.
    pub version: u8,
    /// Makes the plan, and with it its digest, unique.
    pub nonce: Nonce,
    /// Longer time, and no head movements.
    pub accessible: bool,
    /// 2 to 6 steps, no action twice in a row.
    pub steps: Vec<PlanStep>,
}

/// Why a plan is not one of protocol version 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Another version.
    #[error("the plan's version is not 1")]
    Version,
    /// Too few or many steps, a repeated action, or an angle where none belongs, or none where one does.
    #[error("the plan's steps are not of protocol version 1")]
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
}

impl Plan {
    /// Draws a plan. The issuer calls this with the generator of the operating system at the
    /// moment when the document is accepted, so that nobody can prepare for it.
    ///
    /// Three different actions, head movements by 15 to 30 degrees; the accessible plan has two,
    /// none of which moves the head.
    pub fn draw<R: RngCore + CryptoRng>(accessible: bool, rng: &mut R) -> Self {
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        let (mut actions, count) = if accessible {
            (
                vec![
                    PlanAction::Blink,
                    PlanAction::OpenMouth,
                    PlanAction::ComeCloser,
                ],
                2,
            )
        } else {
            let all = [
                PlanAction::TurnLeft,
                PlanAction::TurnRight,
                PlanAction::LookUp,
                PlanAction::Blink,
                PlanAction::OpenMouth,
                PlanAction::ComeCloser,
            ];
            (all.to_vec(), 3)
        };
        let steps = (0..count)
            .map(|_| {
                let action = actions.swap_remove(rng.gen_range(0..actions.len()));
                let target_degrees = action.moves_the_head().then(|| rng.gen_range(15..=30));
                PlanStep {
                    action,
                    target_degrees,
                }
            })
            .collect();
        Self {
            version: 1,
            nonce: Nonce(nonce),
            accessible,
            steps,
        }
    }

    /// Checks version and steps; the device calls it before it shows a plan.
    pub fn validate(&self) -> Result<(), PlanError> {
        if self.version != 1 {
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
        if !(2..=MAX_STEPS).contains(&self.steps.len()) || !angles_fit || repeated {
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

    #[test]
    fn drawn_plans_are_valid_and_differ() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut digests = std::collections::HashSet::new();
        for i in 0..200 {
            let plan = Plan::draw(i % 2 == 1, &mut rng);
            plan.validate().unwrap();
            assert_eq!(plan.seconds(), if i % 2 == 1 { 300 } else { 120 });
            if plan.accessible {
                assert!(plan.steps.iter().all(|step| step.target_degrees.is_none()));
            }
            assert!(digests.insert(plan.digest().unwrap().to_string()));
        }
    }

    #[test]
    fn every_member_is_in_the_digest() {
        let plan = Plan::draw(false, &mut StdRng::seed_from_u64(8));
        let digest = plan.digest().unwrap();
        let changes: [fn(&mut Plan); 4] = [
            |plan| plan.version = 2,
            |plan| plan.nonce.0[31] ^= 1,
            |plan| plan.accessible = true,
            |plan| plan.steps.truncate(2),
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
        let blink = PlanStep {
            action: PlanAction::Blink,
            target_degrees: None,
        };
        let turn = |degrees| PlanStep {
            action: PlanAction::TurnLeft,
            target_degrees: degrees,
        };
        assert_eq!(
            Plan {
                version: 2,
                ..good.clone()
            }
            .validate(),
            Err(PlanError::Version)
        );
        assert_eq!(with(vec![blink, turn(Some(20))]), Ok(()));
        assert_eq!(with(vec![]), Err(PlanError::Steps));
        assert_eq!(with(vec![blink]), Err(PlanError::Steps));
        assert_eq!(with(vec![blink, blink]), Err(PlanError::Steps));
        assert_eq!(with(vec![blink, turn(None)]), Err(PlanError::Steps));
        assert_eq!(with(vec![blink, turn(Some(90))]), Err(PlanError::Steps));
        assert_eq!(
            with([blink, turn(Some(20))].repeat(4)),
            Err(PlanError::Steps)
        );
    }
}
