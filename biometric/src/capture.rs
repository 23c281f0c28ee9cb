//! One live capture: frames joined into one embedding, and the record of every gate.

// A value that is not a number fails every gate, so limits are written as "not at least".
#![allow(clippy::neg_cmp_op_on_partial_ord)]

use std::fmt;

use crate::embedding::{Embedding, EmbeddingError, Similarity, cosine};
use crate::gate::{GateName, GateOutcome, GateRecord, Reason};
use crate::passive;
use crate::pipeline::Timings;
use crate::portrait::FaceTemplate;
use crate::quality::Measures;
use crate::thresholds::{Decision, Thresholds};

/// The portrait that a live face is compared with, and from which similarity on they match.
#[derive(Clone, Copy, Debug)]
pub struct MatchAgainst<'a> {
    /// The portrait's template.
    pub portrait: &'a FaceTemplate,
    /// The threshold, for example [`Thresholds::decision`]'s or an issuer's.
    pub at_least: Similarity,
}

/// What one frame showed. Scores stay on the device.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct FrameReport {
    /// Why there is no single face, if there is none.
    pub no_single_face: Option<Reason>,
    /// What was measured on the face.
    pub measures: Option<Measures>,
    /// How long it took.
    pub timings: Timings,
}

impl FrameReport {
    pub(crate) fn without_face(reason: Reason, timings: Timings) -> Self {
        Self {
            no_single_face: Some(reason),
            measures: None,
            timings,
        }
    }

    pub(crate) fn with_face(measures: Measures, timings: Timings) -> Self {
        Self {
            no_single_face: None,
            measures: Some(measures),
            timings,
        }
    }
}

/// The outcome of a capture.
#[derive(Clone)]
pub struct LiveCapture {
    frames: Vec<FrameReport>,
    gates: Vec<GateRecord>,
    embedding: Option<Embedding>,
    swap_cosine: Option<Similarity>,
    liveness: Option<f32>,
    match_similarity: Option<Similarity>,
}

impl fmt::Debug for LiveCapture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The verdicts, without what was measured.
        f.debug_tuple("LiveCapture").field(&self.gates).finish()
    }
}

impl LiveCapture {
    /// Judges all gates in their order.
    pub(crate) fn judge(
        frames: Vec<FrameReport>,
        embeddings: Vec<Embedding>,
        thresholds: &Thresholds,
        second_passive: Option<f32>,
        against: Option<MatchAgainst<'_>>,
    ) -> Result<Self, EmbeddingError> {
        // A frame without a single face spoils the capture: nothing is compared then.
        let complete = embeddings.len() == frames.len();
        let embedding = match complete {
            true => Some(Embedding::mean(&embeddings)?),
            false => None,
        };
        let swap_cosine = match complete {
            true => smallest_cosine(&embeddings)?,
            false => None,
        };
        let match_similarity = match (&embedding, &against) {
            (Some(live), Some(against)) => Some(cosine(live, against.portrait.embedding())?),
            _ => None,
        };
        let liveness = passive::lower_median(&frames);
        let [passive_liveness, moire, border, screen_light] =
            passive::gates(&frames, second_passive);

        let measured = |name: GateName, judge: fn(&Measures) -> Option<Reason>| {
            each_frame(name, &frames, judge)
        };
        let gates = vec![
            GateRecord::judged(
                GateName::OneFace,
                frames.iter().find_map(|frame| frame.no_single_face),
            ),
            measured(GateName::FaceSize, Measures::face_size),
            measured(GateName::Pose, Measures::pose),
            measured(GateName::Blur, Measures::blur),
            measured(GateName::Exposure, Measures::exposure),
            measured(GateName::FrameEdge, Measures::frame_edge),
            passive_liveness,
            moire,
            border,
            screen_light,
            GateRecord::not_run(GateName::ActiveLiveness, Reason::NotRequested),
            GateRecord::not_run(GateName::Depth, Reason::NotRequested),
            GateRecord::not_run(GateName::Freshness, Reason::NotRequested),
            GateRecord::not_run(GateName::Continuity, Reason::NotRequested),
            at_least(
                GateName::SamePerson,
                swap_cosine.map(Similarity::value),
                thresholds.swap_alarm().similarity.value(),
                Reason::FacesDiffer,
                if complete {
                    Reason::SingleFrame
                } else {
                    Reason::FaceMissing
                },
            ),
            match &against {
                None => GateRecord::not_run(GateName::Match, Reason::NoPortrait),
                Some(against) => matched(thresholds, against.at_least, match_similarity),
            },
        ];
        Ok(Self {
            frames,
            gates,
            embedding,
            swap_cosine,
            liveness,
            match_similarity,
        })
    }

    /// What each frame showed.
    pub fn frames(&self) -> &[FrameReport] {
        &self.frames
    }

    /// Every gate in the order of [`GateName::ALL`].
    pub fn gates(&self) -> &[GateRecord] {
        &self.gates
    }

    /// The record of one gate.
    pub fn gate(&self, name: GateName) -> GateRecord {
        // Every capture holds all of them; a missing one would count as not run.
        let found = self.gates.iter().find(|gate| gate.name == name);
        found.map_or(GateRecord::not_run(name, Reason::FaceMissing), |gate| *gate)
    }

    /// Whether every gate passed. Not run and staged are not passed.
    pub fn passed(&self) -> bool {
        GateName::ALL
            .iter()
            .all(|name| self.gate(*name).outcome == GateOutcome::Passed)
    }

    /// The normalised mean of the frames' embeddings, if every frame shows exactly one face.
    pub fn embedding(&self) -> Option<&Embedding> {
        self.embedding.as_ref()
    }

    /// The smallest cosine between two frames; `None` for a single frame.
    pub fn swap_cosine(&self) -> Option<Similarity> {
        self.swap_cosine
    }

    /// The median of the frames' liveness probabilities by the near crop, the lower of two
    /// middles.
    pub fn liveness(&self) -> Option<f32> {
        self.liveness
    }

    /// The cosine between live embedding and portrait.
    pub fn match_similarity(&self) -> Option<Similarity> {
        self.match_similarity
    }

    /// Takes the records of a session in place of those that stills leave open.
    pub(crate) fn follow(&mut self, records: [GateRecord; 4]) {
        for record in records {
            if let Some(gate) = self.gates.iter_mut().find(|gate| gate.name == record.name) {
                *gate = record;
            }
        }
    }

    /// Declares the gates of a session staged, for development runs on stills that cannot turn a head.
    /// Only a development issuer accepts it; a gate that ran is left as it is, and so is one of a
    /// session that was begun.
    pub fn stage_active_liveness_for_development(&mut self) {
        for gate in &mut self.gates {
            let open = gate.outcome == GateOutcome::NotRun && gate.reason == Reason::NotRequested;
            if GateName::ACTIVE.contains(&gate.name) && open {
                gate.outcome = GateOutcome::Staged;
                gate.reason = Reason::StagedForDevelopment;
            }
        }
    }
}

/// Passed if every frame passes; else the first frame's reason. Not run unless each has a face.
fn each_frame(
    name: GateName,
    frames: &[FrameReport],
    judge: fn(&Measures) -> Option<Reason>,
) -> GateRecord {
    let mut against = None;
    for frame in frames {
        match &frame.measures {
            None => return GateRecord::not_run(name, Reason::FaceMissing),
            Some(measures) => against = against.or_else(|| judge(measures)),
        }
    }
    GateRecord::judged(name, against)
}

fn at_least(
    name: GateName,
    value: Option<f32>,
    limit: f32,
    below: Reason,
    missing: Reason,
) -> GateRecord {
    match value {
        None => GateRecord::not_run(name, missing),
        // NaN is not at least anything.
        Some(value) => GateRecord::judged(name, (!(value >= limit)).then_some(below)),
    }
}

fn matched(
    thresholds: &Thresholds,
    at_least: Similarity,
    similarity: Option<Similarity>,
) -> GateRecord {
    let Some(similarity) = similarity else {
        return GateRecord::not_run(GateName::Match, Reason::FaceMissing);
    };
    let against = match thresholds.decide_at(at_least, similarity) {
        Decision::Match => None,
        Decision::Again => Some(Reason::CloseToThreshold),
        Decision::NoMatch => Some(Reason::BelowThreshold),
    };
    GateRecord::judged(GateName::Match, against)
}

fn smallest_cosine(embeddings: &[Embedding]) -> Result<Option<Similarity>, EmbeddingError> {
    let mut smallest: Option<Similarity> = None;
    for (index, a) in embeddings.iter().enumerate() {
        for b in &embeddings[index + 1..] {
            let similarity = cosine(a, b)?;
            if smallest.is_none_or(|least| similarity < least) {
                smallest = Some(similarity);
            }
        }
    }
    Ok(smallest)
}
