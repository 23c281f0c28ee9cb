//! Gates: what the device checked on the frames, and what came of it (docs/protocol.md section 11).

use serde::{Deserialize, Deserializer, Serialize, de};

use super::Environment;

/// The gates of protocol version 1. Every statement carries all, each once, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateName {
    /// Exactly one face in every frame.
    OneFace,
    /// The face is large enough.
    FaceSize,
    /// Yaw, pitch and roll within bounds.
    Pose,
    /// Sharp enough.
    Blur,
    /// Neither too dark nor too bright.
    Exposure,
    /// The face does not touch the frame's edge.
    FrameEdge,
    /// The presentation-attack model on still frames.
    PassiveLiveness,
    /// No screen's grid and no print's dots ripple over the face.
    Moire,
    /// No border of a picture or screen encloses the face.
    Border,
    /// The skin does not shine in a screen's light.
    ScreenLight,
    /// The steps of the plan were followed.
    ActiveLiveness,
    /// What moved was a head, no flat and no bent picture.
    Depth,
    /// The frames come from a running camera, one after the other.
    Freshness,
    /// One face was followed from the first frame to the last.
    Continuity,
    /// All frames show one person (swap alarm).
    SamePerson,
    /// The live template matches the portrait's.
    Match,
}

impl GateName {
    /// All names, in the order in which a statement lists them.
    pub const ALL: [Self; 16] = [
        Self::OneFace,
        Self::FaceSize,
        Self::Pose,
        Self::Blur,
        Self::Exposure,
        Self::FrameEdge,
        Self::PassiveLiveness,
        Self::Moire,
        Self::Border,
        Self::ScreenLight,
        Self::ActiveLiveness,
        Self::Depth,
        Self::Freshness,
        Self::Continuity,
        Self::SamePerson,
        Self::Match,
    ];
    /// Those that only a followed plan can run; they alone may be staged in development.
    pub const ACTIVE: [Self; 4] = [
        Self::ActiveLiveness,
        Self::Depth,
        Self::Freshness,
        Self::Continuity,
    ];
    /// The name as it travels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneFace => "one_face",
            Self::FaceSize => "face_size",
            Self::Pose => "pose",
            Self::Blur => "blur",
            Self::Exposure => "exposure",
            Self::FrameEdge => "frame_edge",
            Self::PassiveLiveness => "passive_liveness",
            Self::Moire => "moire",
            Self::Border => "border",
            Self::ScreenLight => "screen_light",
            Self::ActiveLiveness => "active_liveness",
            Self::Depth => "depth",
            Self::Freshness => "freshness",
            Self::Continuity => "continuity",
            Self::SamePerson => "same_person",
            Self::Match => "match",
        }
    }
}

/// What came of a gate. "Not run" and "staged" are never told as "passed".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateOutcome {
    /// It ran and held.
    Passed,
    /// It ran and did not hold.
    Failed,
    /// It did not run.
    NotRun,
    /// It was imitated for a development run.
    Staged,
}

impl GateOutcome {
    /// What happened to a gate, to be read behind its name.
    fn verb(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "did not run",
            Self::Staged => "was staged",
        }
    }
}

/// Why a gate came out as it did: a snake_case word of 1 to 48 characters `a-z0-9_`, no score.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ReasonCode(String);

impl ReasonCode {
    /// Wraps a word; `None` if it is not of that form.
    pub fn new(word: &str) -> Option<Self> {
        let fits = (1..=48).contains(&word.len())
            && word
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        fits.then(|| Self(word.to_owned()))
    }
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ReasonCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::new(&word).ok_or_else(|| de::Error::custom("a reason is 1 to 48 characters a-z0-9_"))
    }
}

/// One gate, as the device reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Which.
    pub name: GateName,
    /// What came of it.
    pub outcome: GateOutcome,
    /// Why.
    pub reason: ReasonCode,
}

/// All gates, each once, in the order of [`GateName::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Gates(Vec<Gate>);

/// Why a list is not the complete list of gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GatesError {
    /// A name is absent, doubled or out of place.
    #[error("the gates must be all names of protocol version 1, each once, in order")]
    NotAll,
}

impl GatesError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        "gates_incomplete"
    }
}

/// A gate that an issuer of this environment does not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the gate {} {} ({})", name.as_str(), outcome.verb(), reason.as_str())]
pub struct GateRefusal {
    /// The first gate that is not acceptable.
    pub name: GateName,
    /// What the device reported.
    pub outcome: GateOutcome,
    /// Why, in the device's word.
    pub reason: ReasonCode,
}

impl GateRefusal {
    /// Stable code: by outcome, so that "failed" and "not run" are never told as one.
    pub fn code(&self) -> &'static str {
        match self.outcome {
            GateOutcome::Failed => "gate_failed",
            GateOutcome::NotRun => "gate_not_run",
            // `Passed` is never refused.
            GateOutcome::Staged | GateOutcome::Passed => "gate_staged",
        }
    }
}

impl Gates {
    /// Takes all gates in order.
    pub fn new(gates: Vec<Gate>) -> Result<Self, GatesError> {
        if gates.iter().map(|gate| gate.name).eq(GateName::ALL) {
            Ok(Self(gates))
        } else {
            Err(GatesError::NotAll)
        }
    }
    /// The gates in order.
    pub fn as_slice(&self) -> &[Gate] {
        &self.0
    }
    /// The issuer's rule: every gate passed; in development alone, the gates of a
    /// followed plan may be staged.
    pub fn admit(&self, environment: Environment) -> Result<(), GateRefusal> {
        let refused = self.0.iter().find(|gate| match gate.outcome {
            GateOutcome::Passed => false,
            GateOutcome::Staged => {
                environment != Environment::Development || !GateName::ACTIVE.contains(&gate.name)
            }
            GateOutcome::Failed | GateOutcome::NotRun => true,
        });
        match refused {
            None => Ok(()),
            Some(Gate {
                name,
                outcome,
                reason,
            }) => Err(GateRefusal {
                name: *name,
                outcome: *outcome,
                reason: reason.clone(),
            }),
        }
    }
}

impl<'de> Deserialize<'de> for Gates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The input is bounded by the statement's size; a longer list fails just after.
        Self::new(Vec::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn gates(change: impl Fn(GateName) -> GateOutcome) -> Gates {
        let list = GateName::ALL.map(|name| Gate {
            name,
            outcome: change(name),
            reason: ReasonCode::new("some_reason").unwrap(),
        });
        Gates::new(list.to_vec()).unwrap()
    }

    #[test]
    fn only_the_active_gates_may_be_staged_and_only_in_development() {
        use Environment::{Development, Production, Sandbox};
        for name in GateName::ALL {
            for outcome in [
                GateOutcome::Failed,
                GateOutcome::NotRun,
                GateOutcome::Staged,
            ] {
                let gates = gates(|each| {
                    if each == name {
                        outcome
                    } else {
                        GateOutcome::Passed
                    }
                });
                for environment in [Production, Sandbox, Development] {
                    let allowed = environment == Development
                        && GateName::ACTIVE.contains(&name)
                        && outcome == GateOutcome::Staged;
                    match gates.admit(environment) {
                        Ok(()) => assert!(allowed, "{name:?} {outcome:?} {environment}"),
                        Err(refusal) => {
                            assert!(!allowed);
                            assert_eq!((refusal.name, refusal.outcome), (name, outcome));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_skipped_doubled_or_misplaced_gate_is_no_list() {
        let all = gates(|_| GateOutcome::Passed).0;
        assert!(Gates::new(all.clone()).is_ok());
        assert_eq!(Gates::new(vec![]), Err(GatesError::NotAll));
        for i in 0..all.len() {
            let mut less = all.clone();
            less.remove(i);
            assert_eq!(Gates::new(less), Err(GatesError::NotAll));
            let mut doubled = all.clone();
            doubled.insert(i, all[i].clone());
            assert_eq!(Gates::new(doubled), Err(GatesError::NotAll));
            let mut swapped = all.clone();
            swapped.swap(i, (i + 1) % all.len());
            assert_eq!(Gates::new(swapped), Err(GatesError::NotAll));
        }
    }

    #[test]
    fn names_travel_as_their_words_and_reasons_are_words() {
        for name in GateName::ALL {
            assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
        }
        for bad in ["", "Blurred", "too-dark", "score=0.3", &"a".repeat(49)] {
            assert!(ReasonCode::new(bad).is_none(), "{bad}");
        }
    }
}
