//! Active liveness: frames with time stamps in; next instruction, progress and reason out.
//!
//! A session leads one person through the steps of a plan and keeps, from the first frame to the
//! last, four checks running: the steps in their order and time (`active_liveness`), a head rather
//! than a picture that moves (`depth`, on every turn and every approach), frames of a running
//! camera (`freshness`), one face (`continuity`). The frames that are matched with the portrait
//! are the session's own frontal ones, before the first step, between two and after the last. The first
//! reason against ends the session: a plan is one attempt.
//!
//! Nothing but photographs goes in. Landmarks that somebody made up have no way into a session:
//!
//! ```compile_fail
//! use humanseal_biometric::Landmarks;
//! use humanseal_biometric::live::{LivenessSession, Millis};
//!
//! fn inject(session: &mut LivenessSession<'_>, landmarks: &Landmarks) {
//!     let _ = session.frame(landmarks, Millis(0));
//! }
//! ```

// A value that is not a number fails every gate, so limits are written as "not at least".
#![allow(clippy::neg_cmp_op_on_partial_ord)]

mod continuity;
mod depth;
mod eyes;
mod fit;
mod flash;
mod freshness;
mod limits;
mod record;
mod step;
mod task;
mod track;

use std::fmt;

use self::continuity::Continuity;
pub use self::depth::{Depth, Movement, movement};
pub use self::flash::FLASH_MILLIS;
use self::freshness::Freshness;
pub use self::limits::{LiveError, MAX_SESSION_FRAMES, MAX_STEPS, SessionLimits};
use self::record::Verdicts;
pub use self::step::{Degrees, FlashColour, Instruction, Millis, Progress, Step, StepAnswer};
pub use self::task::CLOSER;
use self::task::{Task, Told};
use self::track::Held;
use crate::capture::{FrameReport, LiveCapture, MatchAgainst};
use crate::embedding::Embedding;
use crate::gate::{GateName, GateOutcome, Reason};
use crate::mesh::Mesh;
use crate::photo::Photo;
use crate::pipeline::{Found, Pipeline, PipelineError};
use crate::quality::MIN_MESH_CONFIDENCE;
use crate::recognition::RecognitionError;

/// Frontal frames before the first step, and again after the last: they are matched.
pub const FRONTAL_FRAMES: usize = 3;
/// Degrees to either side, up or down, within which a head looks straight into the camera.
const FRONTAL_DEGREES: f32 = 12.0;
/// The same against the head at rest, between two steps.
const RETURN_DEGREES: f32 = 7.0;

/// What came of a session.
#[derive(Clone, Debug)]
pub struct LiveOutcome {
    /// Every gate, and the embedding of the session's frontal frames.
    pub capture: LiveCapture,
    /// One answer a step, in order.
    pub answers: Vec<StepAnswer>,
}

/// The head as it looked straight into the camera last.
struct Rest {
    held: Held,
    mesh: Mesh,
    eye_distance: f32,
}

enum Phase {
    /// Frontal frames before the first step; how many there were.
    Settling(usize),
    /// A step, begun at this moment.
    Doing(Task, Millis),
    /// On the way back after a step that was begun at this moment.
    Returning(Millis),
    /// Frontal frames after the last step.
    Ending(usize),
    Over,
}

/// One session: one plan, one attempt.
pub struct LivenessSession<'a> {
    pipeline: &'a Pipeline,
    steps: Vec<Step>,
    limits: SessionLimits,
    phase: Phase,
    verdicts: Verdicts,
    freshness: Freshness,
    continuity: Continuity,
    rest: Option<Rest>,
    answers: Vec<StepAnswer>,
    matched: Vec<(FrameReport, Option<Embedding>)>,
    frames: usize,
}

impl fmt::Debug for LivenessSession<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LivenessSession(..)")
    }
}

impl<'a> LivenessSession<'a> {
    /// A session that asks for these steps.
    ///
    /// # Errors
    /// [`LiveError::Steps`].
    pub fn new(
        pipeline: &'a Pipeline,
        steps: Vec<Step>,
        limits: SessionLimits,
    ) -> Result<Self, LiveError> {
        let colourless = |step: &Step| matches!(step, Step::Flash(colours) if colours.is_empty());
        if !(1..=MAX_STEPS).contains(&steps.len()) || steps.iter().any(colourless) {
            return Err(LiveError::Steps);
        }
        let same = pipeline.thresholds().swap_alarm();
        Ok(Self {
            pipeline,
            steps,
            limits,
            phase: Phase::Settling(0),
            verdicts: Verdicts::default(),
            freshness: Freshness::default(),
            continuity: Continuity::new(same.similarity.value()),
            rest: None,
            answers: Vec::new(),
            matched: Vec::new(),
            frames: 0,
        })
    }

    /// Takes the next frame, photographed `at` this moment after the plan was shown. After the end of
    /// the session frames are not looked at.
    ///
    /// # Errors
    /// [`LiveError::TooManyFrames`], a failing model.
    pub fn frame(&mut self, photo: &Photo, at: Millis) -> Result<Progress, LiveError> {
        if matches!(self.phase, Phase::Over) {
            return Ok(self.progress(self.verdicts.against()));
        }
        self.frames += 1;
        if self.frames > MAX_SESSION_FRAMES {
            return Err(LiveError::TooManyFrames);
        }
        if at.0 > self.limits.total {
            return Ok(self.end(GateName::ActiveLiveness, Reason::TooLate, at));
        }
        if let Some(reason) = self.freshness.judge(photo, at) {
            return Ok(self.end(GateName::Freshness, reason, at));
        }
        let (report, found) = self.pipeline.examine(photo)?;
        let (Some(found), Some(measures)) = (found, report.measures) else {
            let reason = report.no_single_face.unwrap_or(Reason::NoFace);
            self.matched.push((report, None));
            return Ok(self.end(GateName::OneFace, reason, at));
        };
        let mesh = measures.mesh;
        let frontal = self.frontal(&mesh);
        let exchanged = self
            .continuity
            .judge(at, &found.face, &mesh, &found.embedding, frontal)
            .map_err(|error| PipelineError::from(RecognitionError::from(error)))?;
        if let Some(reason) = exchanged {
            return Ok(self.end(GateName::Continuity, reason, at));
        }
        self.advance(photo, at, report, found, mesh, frontal)
    }

    /// Looks straight: into the camera before the first step, as at rest after it.
    fn frontal(&self, mesh: &Mesh) -> bool {
        let (yaw, pitch, limit) = match &self.rest {
            None => (mesh.yaw, mesh.pitch, FRONTAL_DEGREES),
            Some(rest) => (
                mesh.yaw - rest.mesh.yaw,
                mesh.pitch - rest.mesh.pitch,
                RETURN_DEGREES,
            ),
        };
        let quiet = self
            .rest
            .as_ref()
            .is_none_or(|rest| mesh.mouth - rest.mesh.mouth < task::MOUTH_CLOSED);
        mesh.confidence >= MIN_MESH_CONFIDENCE
            && yaw.abs() <= limit
            && pitch.abs() <= limit
            && quiet
    }

    fn advance(
        &mut self,
        photo: &Photo,
        at: Millis,
        report: FrameReport,
        found: Found,
        mesh: Mesh,
        frontal: bool,
    ) -> Result<Progress, LiveError> {
        let Found {
            face,
            landmarks,
            embedding,
        } = found;
        let held = Held {
            photo: photo.clone(),
            landmarks,
        };
        let eye_distance = face.eye_distance();
        match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Settling(count) => {
                let count = if frontal { count + 1 } else { 0 };
                if count <= 1 {
                    self.matched.clear();
                }
                // One that is not frontal stands there until another comes, for its gates.
                self.matched.push((report, Some(embedding)));
                if count < FRONTAL_FRAMES {
                    self.phase = Phase::Settling(count);
                } else {
                    self.rest = Some(Rest {
                        held,
                        mesh,
                        eye_distance,
                    });
                    self.begin(at);
                }
            }
            Phase::Doing(mut task, since) => {
                let Some(rest) = &self.rest else {
                    return Ok(self.end(GateName::ActiveLiveness, Reason::Unfinished, at));
                };
                if at.since(since) > self.limits.step {
                    return Ok(self.end(GateName::ActiveLiveness, Reason::TooLate, at));
                }
                // Angles and mouth of a mesh that sees no face mean nothing: nothing is done by them.
                if !(mesh.confidence >= MIN_MESH_CONFIDENCE) {
                    self.phase = Phase::Doing(task, since);
                    return Ok(self.progress(None));
                }
                match task.judge(rest, &held, &mesh, eye_distance, at) {
                    Told::Against(gate, reason) => return Ok(self.end(gate, reason, at)),
                    Told::Unclear => return Ok(self.unclear(at)),
                    Told::Wait => self.phase = Phase::Doing(task, since),
                    Told::Done { head } => {
                        self.verdicts.head |= head;
                        self.answers.push(StepAnswer {
                            outcome: GateOutcome::Passed,
                            at,
                        });
                        self.phase = Phase::Returning(since);
                    }
                }
            }
            Phase::Returning(since) => {
                if at.since(since) > self.limits.step {
                    return Ok(self.end(GateName::ActiveLiveness, Reason::TooLate, at));
                }
                if !frontal {
                    self.phase = Phase::Returning(since);
                } else if self.answers.len() < self.steps.len() {
                    // The next step is judged against this frame, so the gates of stills judge it too.
                    self.matched.push((report, Some(embedding)));
                    // Whoever came closer may stay there; the angles at rest remain the first ones.
                    if let Some(rest) = &mut self.rest {
                        (rest.held, rest.eye_distance) = (held, eye_distance);
                    }
                    self.begin(at);
                } else {
                    self.matched.push((report, Some(embedding)));
                    self.phase = Phase::Ending(1);
                }
            }
            Phase::Ending(count) => {
                if frontal {
                    self.matched.push((report, Some(embedding)));
                }
                let count = count + usize::from(frontal);
                if count >= FRONTAL_FRAMES {
                    self.verdicts.finished = true;
                } else {
                    self.phase = Phase::Ending(count);
                }
            }
            Phase::Over => {}
        }
        Ok(self.progress(None))
    }

    /// Begins the next step.
    fn begin(&mut self, at: Millis) {
        if let (Some(step), Some(rest)) = (self.steps.get(self.answers.len()), &self.rest) {
            self.phase = Phase::Doing(Task::new(step, rest, at), at);
        }
    }

    fn unclear(&mut self, at: Millis) -> Progress {
        self.verdicts.unclear = true;
        self.fail_step(at);
        self.phase = Phase::Over;
        self.progress(Some(Reason::TooLittleTexture))
    }

    /// Ends the session with a reason against it.
    fn end(&mut self, gate: GateName, reason: Reason, at: Millis) -> Progress {
        self.verdicts.failed = Some((gate, reason));
        self.fail_step(at);
        self.phase = Phase::Over;
        self.progress(Some(reason))
    }

    fn fail_step(&mut self, at: Millis) {
        if self.answers.len() < self.steps.len() {
            self.answers.push(StepAnswer {
                outcome: GateOutcome::Failed,
                at,
            });
        }
    }

    fn progress(&self, reason: Option<Reason>) -> Progress {
        let instruction = match &self.phase {
            Phase::Settling(_) | Phase::Returning(_) | Phase::Ending(_) => {
                Instruction::LookStraight
            }
            Phase::Doing(task, _) => task.instruction(),
            Phase::Over => Instruction::Finished,
        };
        let done = self
            .answers
            .iter()
            .filter(|a| a.outcome == GateOutcome::Passed);
        Progress {
            instruction,
            done: done.count(),
            of: self.steps.len(),
            reason,
        }
    }

    /// Ends the session and judges every gate. A session that is not complete has gates that failed or did
    /// not run, never such as passed unchecked.
    ///
    /// # Errors
    /// [`PipelineError::NoFrames`] if no frame was taken, embeddings that cannot be joined.
    pub fn finish(mut self, against: Option<MatchAgainst<'_>>) -> Result<LiveOutcome, LiveError> {
        while self.answers.len() < self.steps.len() {
            self.answers.push(StepAnswer {
                outcome: GateOutcome::NotRun,
                at: Millis(0),
            });
        }
        if self.matched.is_empty() {
            return Err(PipelineError::NoFrames.into());
        }
        let (reports, embeddings): (Vec<_>, Vec<_>) = self.matched.into_iter().unzip();
        let embeddings: Vec<_> = embeddings.into_iter().flatten().collect();
        let mut capture = self.pipeline.judge(reports, embeddings, against)?;
        capture.follow(self.verdicts.records());
        Ok(LiveOutcome {
            capture,
            answers: self.answers,
        })
    }
}
