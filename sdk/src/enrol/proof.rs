//! Capture, gates and the `enrol` proof.

use std::time::{Duration, Instant};

use humanseal_biometric::{
    FaceTemplate, LiveCapture, MatchAgainst, Photo, PipelineError, Similarity,
};
use humanseal_zk_credentials::enrolment::{EnrolPublic, EnrolWitness, EnrolmentError, prove_enrol};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    EnrolProof, GateName, GateOutcome, GateRefusal, Gates, GatesError, ProofBytes, SessionKind,
    enrol_context,
};
use humanseal_zk_credentials::template::{Blinding, Template, TemplateError};

use super::session::Opened;
use super::{EnrolTimings, Enrolment};
use crate::capture::gates;

/// Why there is no proof of a match.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The frames cannot be judged.
    #[error(transparent)]
    Frames(#[from] PipelineError),
    /// Not all ten gates are there.
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
    /// The prover refused.
    #[error(transparent)]
    Prove(#[from] EnrolmentError),
}

impl ProofError {
    /// The stable code; for a gate, which gate and how it came out.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Frames(error) => error.code(),
            Self::Gates(error) => error.code(),
            Self::Gate(refusal) => gate_code(refusal),
            Self::NoFace => "no_face",
            Self::Template(error) => error.code(),
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
        GateName::ActiveLiveness => "gate_active_liveness_failed",
        GateName::SamePerson => "gate_same_person_failed",
        GateName::Match => "gate_match_failed",
    }
}

/// A capture that every gate lets through.
pub(super) struct Capture {
    live: LiveCapture,
    pub(super) gates: Gates,
}

/// Judges the frames. The issuer's rule is applied here first, so that nothing which it must
/// refuse is ever proved or sent.
pub(super) fn capture(
    with: &Enrolment<'_>,
    opened: &Opened,
    frames: &[Photo],
    portrait: &FaceTemplate,
) -> Result<Capture, ProofError> {
    let tau = opened.parameters().tau.thousandths();
    // Tau is at most 1000, so there is always such a similarity.
    let at_least = Similarity::from_thousandths(tau).ok_or(ProofError::NoFace)?;
    let mut live = with
        .pipeline
        .live(frames, Some(MatchAgainst { portrait, at_least }))?;
    if with.stage_active_liveness {
        live.stage_active_liveness_for_development();
    }
    let gates = gates(&live)?;
    gates.admit(opened.parameters().environment)?;
    Ok(Capture { live, gates })
}

/// A proof and what the wallet keeps of it.
pub(super) struct Proved {
    pub(super) proof: EnrolProof,
    pub(super) public: EnrolPublic,
    pub(super) portrait: Template,
    pub(super) blinding: Blinding,
    pub(super) took: Duration,
}

/// Proves that the committed portrait and the committed live face are similar.
pub(super) fn prove(
    with: &Enrolment<'_>,
    opened: &Opened,
    portrait: &FaceTemplate,
    capture: &Capture,
) -> Result<Proved, ProofError> {
    let live = capture.live.embedding().ok_or(ProofError::NoFace)?;
    let parameters = opened.parameters();
    let witness = EnrolWitness {
        secret: opened.secret.clone(),
        portrait: Template::quantise(portrait.embedding().values())?,
        portrait_blinding: Blinding::generate(&mut OsEntropy),
        live: Template::quantise(live.values())?,
        live_blinding: Blinding::generate(&mut OsEntropy),
        tau: parameters.tau,
        model: parameters.model,
        context: enrol_context(opened.nonce(), parameters.id, SessionKind::Issue),
    };
    let start = Instant::now();
    let (proof, public) = prove_enrol(with.proving_key, &witness, &mut OsEntropy)?;
    let took = start.elapsed();
    let inputs = [
        public.holder_key.0,
        public.portrait.0,
        public.live.0,
        u64::from(public.tau.thousandths()).into(),
        public.model.0,
        public.context,
    ];
    Ok(Proved {
        proof: EnrolProof {
            proof: ProofBytes::new(proof.to_bytes().to_vec()).unwrap_or_default(),
            public: inputs.map(Into::into),
        },
        public,
        portrait: witness.portrait,
        blinding: witness.portrait_blinding,
        took,
    })
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
