//! Every pair of a set of labelled faces, counted without being written down.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{CalibrationError, Counts};
use crate::embedding::{Embedding, cosine};

/// One face and whose it is. `Debug` shows no component of the embedding.
#[derive(Clone, Debug)]
pub struct LabelledFace {
    /// The face.
    pub embedding: Embedding,
    /// Which person, counted from 0 without gaps.
    pub subject: usize,
    /// Which group of people, if the set says so.
    pub group: Option<u16>,
}

/// The counts of a set: over all pairs, and over the pairs inside each group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// Every pair.
    pub all: Counts,
    /// The pairs whose two faces carry the same group.
    pub groups: BTreeMap<u16, Counts>,
}

impl Breakdown {
    /// Adds what another one counted.
    #[must_use]
    pub fn merged(mut self, other: Self) -> Self {
        self.all = self.all.merged(&other.all);
        for (group, counts) in other.groups {
            let mine = self.groups.remove(&group).unwrap_or_default();
            self.groups.insert(group, mine.merged(&counts));
        }
        self
    }
}

/// Compares every face with every later one, on all threads of the current pool. Memory grows
/// with the number of threads and groups, not with the number of pairs.
///
/// # Errors
/// Embeddings that cannot be compared.
pub fn count_all_pairs(faces: &[LabelledFace]) -> Result<Breakdown, CalibrationError> {
    (0..faces.len())
        .into_par_iter()
        .try_fold(Breakdown::default, |mut breakdown, first| {
            let a = &faces[first];
            for b in &faces[first + 1..] {
                let score = cosine(&a.embedding, &b.embedding)?;
                let same = a.subject == b.subject;
                breakdown.all.add(score, same);
                if let Some(group) = a.group.filter(|group| b.group == Some(*group)) {
                    breakdown.groups.entry(group).or_default().add(score, same);
                }
            }
            Ok(breakdown)
        })
        .try_reduce(Breakdown::default, |a, b| Ok(a.merged(b)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;

    /// A unit vector at an angle, in degrees, in the plane.
    pub(in crate::calibration) fn at(
        degrees: f32,
        subject: usize,
        group: Option<u16>,
    ) -> LabelledFace {
        let radians = degrees.to_radians();
        let values = vec![radians.cos(), radians.sin()];
        LabelledFace {
            embedding: Embedding::new(values, [1; 32]).unwrap(),
            subject,
            group,
        }
    }

    #[test]
    fn every_pair_is_counted_once_and_by_its_people_and_groups() {
        let faces = [
            at(0.0, 0, Some(0)),
            at(10.0, 0, Some(0)),
            at(90.0, 1, Some(0)),
            at(60.0, 2, Some(1)),
            at(61.0, 2, None),
        ];
        let counted = count_all_pairs(&faces).unwrap();
        let all = &counted.all;
        assert_eq!((all.genuine.total(), all.impostor.total()), (2, 8));
        // cos 10 and cos 1 degree; cos 60 - 10 = .643 is the highest of different people at most
        // 51 degrees apart, 61 - 10 and 90 - 60, 90 - 61 follow.
        assert_eq!(all.genuine.at_least(984), 2);
        assert_eq!(all.impostor.at_least(860), 2);
        assert_eq!(counted.groups.len(), 1, "pairs across groups are in none");
        let group = &counted.groups[&0];
        assert_eq!((group.genuine.total(), group.impostor.total()), (1, 2));
    }

    #[test]
    fn faces_of_two_models_are_refused() {
        let mut faces = [at(0.0, 0, None), at(1.0, 1, None)];
        faces[1].embedding = Embedding::new(vec![1.0, 0.0], [2; 32]).unwrap();
        assert!(count_all_pairs(&faces).is_err());
    }
}
