//! Capture, gates and the `enrol` proof.

use std::time::{Duration, Instant};

use humanseal_biometric::live::{LivenessSession, SessionLimits, StepAnswer};
use humanseal_biometric::{
    Embedding, EmbeddingError, FaceTemplate, LiveCapture, MatchAgainst, PipelineError, Similarity,
};
use humanseal_zk_credentials::enrolment::{EnrolPublic, EnrolWitness, EnrolmentError, prove_enrol};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    EnrolProof, GateName, GateOutcome, GateRefusal, Gates, GatesError, Plan, PlanError, ProofBytes,
    enrol_context,
};
use humanseal_zk_credentials::template::{Blinding, ModelId, Template, TemplateError};

use super::{Equipment, Opened, SessionError};
use crate::capture::{Camera, CameraError, Captured, Following, gates, steps};
use crate::enrol::{EnrolError, EnrolTimings};
use crate::wallet::Portrait;

/// Why there is no proof of a match.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The frames cannot be judged.
    #[error(transparent)]
    Frames(#[from] PipelineError),
    /// The plan cannot be followed.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Not all gates are there.
    #[error(transparent)]
    Gates(#[from] GatesError),
    /// A gate did not pass.
    #[error("{0}; try the capture again")]
    Gate(#[from] GateRefusal),
    /// There is no embedding of the live face.
    #[error("the frames show no single face")]
    NoFace,
    /// A vector cannot be quantised.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The wallet's vector cannot be compared.
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
    /// The prover refused.
    #[error(transparent)]
    Prove(#[from] EnrolmentError),
}

impl ProofError {
    /// The stable code; for a gate, which gate and how it came out.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Frames(error) => error.code(),
            Self::Plan(error) => error.code(),
            Self::Gates(error) => error.code(),
            Self::Gate(refusal) => gate_code(refusal),
            Self::NoFace => "no_face",
            Self::Template(error) => error.code(),
            Self::Embedding(error) => error.code(),
            Self::Prove(error) => error.code(),
        }
    }
}

/// A failed gate under its own name; one that did not run or was staged under that word.
fn gate_code(refusal: &GateRefusal) -> &'static str {
    if refusal.outcome != GateOutcome::Failed {
        return refusal.code();
    }
    match refusal.name {
        GateName::OneFace => "gate_one_face_failed",
        GateName::FaceSize => "gate_face_size_failed",
        GateName::Pose => "gate_pose_failed",
        GateName::Blur => "gate_blur_failed",
        GateName::Exposure => "gate_exposure_failed",
        GateName::FrameEdge => "gate_frame_edge_failed",
        GateName::PassiveLiveness => "gate_passive_liveness_failed",
        GateName::Moire => "gate_moire_failed",
        GateName::Border => "gate_border_failed",
        GateName::ScreenLight => "gate_screen_light_failed",
        GateName::ActiveLiveness => "gate_active_liveness_failed",
        GateName::Depth => "gate_depth_failed",
        GateName::Freshness => "gate_freshness_failed",
        GateName::Continuity => "gate_continuity_failed",
        GateName::SamePerson => "gate_same_person_failed",
        GateName::Match => "gate_match_failed",
    }
}

/// The portraits that the live face is compared with.
pub(crate) enum Portraits<'a> {
    /// A document's.
    Document(&'a FaceTemplate),
    /// That of a new document, and that of the credential before.
    Both {
        /// The new document's.
        document: &'a FaceTemplate,
        /// The credential's.
        former: &'a Portrait,
    },
    /// That of the credential alone.
    Former(&'a Portrait),
}

impl Portraits<'_> {
    /// The face that the gate compares with. A credential's is that of the wallet, whose quantised
    /// components are padded with zeros.
    fn face(&self, with: &Equipment<'_>) -> Result<FaceTemplate, ProofError> {
        match self {
            Self::Document(face) | Self::Both { document: face, .. } => Ok((*face).clone()),
            Self::Former(portrait) => {
                let pipeline = with.pipeline;
                let components = portrait.template.components();
                let components = components[..pipeline.embedding_dimension()].iter();
                let values = components.map(|q| f32::from(*q)).collect();
                let embedding = Embedding::new(values, pipeline.embedding_model_sha256())?;
                Ok(embedding.into())
            }
        }
    }

    /// What is committed, the portrait of the statement first.
    fn committed(&self, model: ModelId) -> Result<Vec<Portrait>, ProofError> {
        let fresh = |face: &FaceTemplate| {
            Ok::<_, ProofError>(Portrait {
                template: Template::quantise(face.embedding().values())?,
                blinding: Blinding::generate(&mut OsEntropy),
                model,
            })
        };
        Ok(match self {
            Self::Document(face) => vec![fresh(face)?],
            Self::Both { document, former } => vec![fresh(document)?, (*former).clone()],
            Self::Former(portrait) => vec![(*portrait).clone()],
        })
    }
}

/// A wallet's portrait serves under the model that made it alone.
pub(super) fn same_model(portraits: &Portraits<'_>, model: ModelId) -> Result<(), SessionError> {
    match portraits {
        Portraits::Document(_) => Ok(()),
        Portraits::Both { former, .. } | Portraits::Former(former) if former.model == model => {
            Ok(())
        }
        _ => Err(SessionError::FormerModel),
    }
}

/// A capture that every gate lets through.
pub(super) struct Capture {
    live: LiveCapture,
    pub(super) gates: Gates,
    /// How the steps of the plan went; none for stills.
    pub(super) answers: Vec<StepAnswer>,
}

/// Follows the plan before the camera, or takes its stills, and judges the frames. The issuer's rule is
/// applied here first, so that nothing which it must refuse leaves the device.
pub(super) fn capture(
    with: &Equipment<'_>,
    opened: &Opened,
    plan: &Plan,
    camera: &mut dyn Camera,
    portraits: &Portraits<'_>,
) -> Result<Capture, EnrolError> {
    let tau = opened.parameters().tau.thousandths();
    // Tau is at most 1000, so there is always such a similarity.
    let at_least = Similarity::from_thousandths(tau).ok_or(ProofError::NoFace)?;
    let portrait = &portraits.face(with)?;
    let against = Some(MatchAgainst { portrait, at_least });
    let steps = steps(plan).map_err(ProofError::from)?;
    let due = SessionLimits::due_after(plan.seconds().try_into().unwrap_or(0));
    let mut session = LivenessSession::new(with.pipeline, steps, due).map_err(CameraError::from)?;
    let mut following = Following::new(&mut session);
    let captured = camera.capture(plan, &mut following)?;
    let begun = following.begun();
    let (mut live, answers) = match captured {
        Captured::Followed => {
            let outcome = session.finish(against).map_err(CameraError::from)?;
            (outcome.capture, outcome.answers)
        }
        Captured::Stills(_) if begun => return Err(CameraError::StillsInstead.into()),
        Captured::Stills(frames) => {
            let live = with.pipeline.live(&frames, against);
            (live.map_err(ProofError::from)?, Vec::new())
        }
    };
    if with.stage_active_liveness {
        live.stage_active_liveness_for_development();
    }
    let gates = gates(&live).map_err(ProofError::from)?;
    let admitted = gates.admit(opened.parameters().environment);
    admitted.map_err(ProofError::from)?;
    Ok(Capture {
        live,
        gates,
        answers,
    })
}

/// Proofs and what the wallet keeps of them.
pub(super) struct Proved {
    /// One for each portrait.
    pub(super) proofs: Vec<EnrolProof>,
    /// What the first is about: the portrait of the statement.
    pub(super) public: EnrolPublic,
    /// That portrait.
    pub(super) portrait: Portrait,
    pub(super) took: Duration,
}

/// Proves that the committed live face is similar to each committed portrait.
pub(super) fn prove(
    with: &Equipment<'_>,
    opened: &Opened,
    portraits: &Portraits<'_>,
    capture: &Capture,
) -> Result<Proved, ProofError> {
    let live = capture.live.embedding().ok_or(ProofError::NoFace)?;
    let parameters = opened.parameters();
    let live = Portrait {
        template: Template::quantise(live.values())?,
        blinding: Blinding::generate(&mut OsEntropy),
        model: parameters.model,
    };
    let start = Instant::now();
    let mut committed = portraits.committed(parameters.model)?;
    let proved = committed
        .iter()
        .map(|portrait| prove_one(with, opened, portrait, &live))
        .collect::<Result<Vec<_>, _>>()?;
    let took = start.elapsed();
    let (proofs, public): (Vec<_>, Vec<_>) = proved.into_iter().unzip();
    let public = public.into_iter().next().ok_or(ProofError::NoFace)?;
    Ok(Proved {
        proofs,
        public,
        portrait: committed.swap_remove(0),
        took,
    })
}

fn prove_one(
    with: &Equipment<'_>,
    opened: &Opened,
    portrait: &Portrait,
    live: &Portrait,
) -> Result<(EnrolProof, EnrolPublic), ProofError> {
    let parameters = opened.parameters();
    let witness = EnrolWitness {
        secret: opened.secret.clone(),
        portrait: portrait.template.clone(),
        portrait_blinding: portrait.blinding.clone(),
        live: live.template.clone(),
        live_blinding: live.blinding.clone(),
        tau: parameters.tau,
        model: parameters.model,
        context: enrol_context(opened.nonce(), parameters.id, opened.kind),
    };
    let (proof, public) = prove_enrol(with.proving_key, &witness, &mut OsEntropy)?;
    let inputs = [
        public.holder_key.0,
        public.portrait.0,
        public.live.0,
        u64::from(public.tau.thousandths()).into(),
        public.model.0,
        public.context,
    ];
    let proof = EnrolProof {
        proof: ProofBytes::new(proof.to_bytes().to_vec()).unwrap_or_default(),
        public: inputs.map(Into::into),
    };
    Ok((proof, public))
}

/// The mean of the frames' timings, and the prover's.
pub(super) fn timings(capture: &Capture, prove: Duration) -> EnrolTimings {
    let frames = capture.live.frames();
    let count = u32::try_from(frames.len()).unwrap_or(u32::MAX).max(1);
    let mean = |part: fn(&humanseal_biometric::Timings) -> Duration| {
        frames
            .iter()
            .map(|frame| part(&frame.timings))
            .sum::<Duration>()
            / count
    };
    EnrolTimings {
        detect: mean(|timings| timings.detect),
        embed: mean(|timings| timings.embed),
        liveness: mean(|timings| timings.liveness),
        prove,
    }
}
