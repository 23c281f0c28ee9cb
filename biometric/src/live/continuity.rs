//! Continuity: one face, followed from the first frame to the last.

// A value that is not a number fails every gate, so limits are written as "not at least".
#![allow(clippy::neg_cmp_op_on_partial_ord)]

use super::step::Millis;
use crate::detection::Face;
use crate::embedding::{Embedding, EmbeddingError, cosine};
use crate::gate::Reason;
use crate::geometry::Bounds;
use crate::mesh::Mesh;

/// Overlap of the boxes of two neighbouring frames.
const MIN_OVERLAP: f32 = 0.3;
/// Fastest turn of a head that is asked to turn, degrees a second.
const MAX_SPEED: f32 = 300.0;
/// What the mesh's angle jumps by on a head at rest, degrees.
const JITTER: f32 = 6.0;

/// The face of the frame before, and the first one.
pub(crate) struct Continuity {
    at_least: f32,
    first: Option<Embedding>,
    last: Option<(Millis, Bounds, Mesh, Embedding)>,
}

impl Continuity {
    /// `at_least` is the similarity under which two embeddings are two persons.
    pub(crate) fn new(at_least: f32) -> Self {
        Self {
            at_least,
            first: None,
            last: None,
        }
    }

    /// Takes the next frame's face; a reason if it is not the one before. `frontal` faces are compared with
    /// the first frame's as well, so that nobody is exchanged in small steps.
    ///
    /// # Errors
    /// Embeddings of different models.
    pub(crate) fn judge(
        &mut self,
        at: Millis,
        face: &Face,
        mesh: &Mesh,
        embedding: &Embedding,
        frontal: bool,
    ) -> Result<Option<Reason>, EmbeddingError> {
        let mut against = None;
        if let Some((then, bounds, before, known)) = &self.last {
            let most = MAX_SPEED * at.since(*then) as f32 / 1000.0 + JITTER;
            let slow = |now: f32, before: f32| (now - before).abs() <= most;
            if !(cosine(known, embedding)?.value() >= self.at_least) {
                against = Some(Reason::FaceExchanged);
            } else if !(bounds.overlap(&face.bounds) >= MIN_OVERLAP) {
                against = Some(Reason::FaceJumped);
            } else if !slow(mesh.yaw, before.yaw) || !slow(mesh.pitch, before.pitch) {
                against = Some(Reason::ImplausibleSpeed);
            }
        }
        if frontal {
            match &self.first {
                Some(first) if !(cosine(first, embedding)?.value() >= self.at_least) => {
                    against = against.or(Some(Reason::FaceExchanged));
                }
                Some(_) => {}
                None => self.first = Some(embedding.clone()),
            }
        }
        self.last = Some((at, face.bounds, *mesh, embedding.clone()));
        Ok(against)
    }
}
