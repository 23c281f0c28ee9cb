//! Scores, counted in thousandths.

use crate::embedding::Similarity;

/// One bin for each thousandth from −1 to 1, both included.
const BINS: usize = 2001;
/// The bin of similarity 0.
const ZERO: usize = 1000;

/// How many scores fell into each thousandth. A bin holds its lower edge and not its upper one, so
/// counts at a threshold in thousandths are exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreHistogram {
    bins: Vec<u64>,
}

impl Default for ScoreHistogram {
    fn default() -> Self {
        Self {
            bins: vec![0; BINS],
        }
    }
}

impl ScoreHistogram {
    /// Counts a score.
    pub fn add(&mut self, score: Similarity) {
        self.bins[bin(score.value())] += 1;
    }

    /// Adds what another histogram counted.
    #[must_use]
    pub fn merged(mut self, other: &Self) -> Self {
        for (bin, more) in self.bins.iter_mut().zip(&other.bins) {
            *bin += more;
        }
        self
    }

    /// The histogram whose [`Self::bins`] these are, with rising edges; `None` for anything else.
    pub fn from_bins(bins: &[(i32, u64)]) -> Option<Self> {
        let mut histogram = Self::default();
        let (mut last, mut total) = (None, 0u64);
        for (edge, count) in bins {
            if last.is_some_and(|last| edge <= last) {
                return None;
            }
            last = Some(edge);
            // The sum of all must not overflow.
            total = total.checked_add(*count)?;
            let place = usize::try_from(edge.checked_add(ZERO as i32)?).ok()?;
            *histogram.bins.get_mut(place)? = *count;
        }
        Some(histogram)
    }

    /// How many scores were counted.
    pub fn total(&self) -> u64 {
        self.bins.iter().sum()
    }

    /// How many scores reach a threshold in thousandths, 0..=1000.
    pub fn at_least(&self, thousandths: u16) -> u64 {
        let from = ZERO + usize::from(thousandths.min(1000));
        self.bins[from..].iter().sum()
    }

    /// Every bin that is not empty: its lower edge in thousandths, −1000..=1000, and its count.
    pub fn bins(&self) -> impl Iterator<Item = (i32, u64)> {
        let edges = -(ZERO as i32)..;
        edges
            .zip(self.bins.iter().copied())
            .filter(|(_, count)| *count > 0)
    }
}

/// The bin of a score. The edges are compared as a decision compares them, in single precision, so
/// a score that is exactly a threshold is counted as reaching it.
fn bin(score: f32) -> usize {
    let edge = |bin: usize| (bin as f32 - ZERO as f32) / 1000.0;
    let mut at = ((score * 1000.0).floor() as i32 + ZERO as i32).clamp(0, BINS as i32 - 1) as usize;
    // Multiplying rounds: at most to a neighbour.
    if score < edge(at) && at > 0 {
        at -= 1;
    } else if at + 1 < BINS && score >= edge(at + 1) {
        at += 1;
    }
    at
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_score_at_a_threshold_reaches_it_and_the_next_lower_number_does_not() {
        for thousandths in 1..=1000 {
            let threshold = Similarity::from_thousandths(thousandths).unwrap();
            let below = Similarity::new(threshold.value().next_down()).unwrap();
            for (score, reached) in [(threshold, 1), (below, 0)] {
                let mut histogram = ScoreHistogram::default();
                histogram.add(score);
                assert_eq!(histogram.at_least(thousandths), reached, "{thousandths}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_are_counted() {
        let mut histogram = ScoreHistogram::default();
        for score in [-1.0, 1.0] {
            histogram.add(Similarity::new(score).unwrap());
        }
        assert_eq!(
            histogram.bins().collect::<Vec<_>>(),
            [(-1000, 1), (1000, 1)]
        );
    }

    proptest! {
        #[test]
        fn counts_are_those_of_comparing_every_score(
            scores in prop::collection::vec(-1f32..=1.0, 1..60),
            thousandths in 0u16..=1000,
        ) {
            let threshold = Similarity::from_thousandths(thousandths).unwrap();
            let (mut left, mut right) = (ScoreHistogram::default(), ScoreHistogram::default());
            for (index, score) in scores.iter().enumerate() {
                let half = if index % 2 == 0 { &mut left } else { &mut right };
                half.add(Similarity::new(*score).unwrap());
            }
            let all = left.merged(&right);
            prop_assert_eq!(all.total(), scores.len() as u64);
            let bins: Vec<_> = all.bins().collect();
            prop_assert_eq!(ScoreHistogram::from_bins(&bins), Some(all.clone()));
            let reached = scores.iter().filter(|score| **score >= threshold.value()).count();
            prop_assert_eq!(all.at_least(thousandths), reached as u64);
        }
    }
}
