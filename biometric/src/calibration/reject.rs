//! What a quality measure is worth: how the rate of missed pairs falls as the worst are rejected.

use super::{CalibrationError, ErrorRate};
use crate::embedding::Similarity;

/// The rate of missed pairs once the worst are rejected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RejectPoint {
    /// Share of the pairs that are rejected, 0..=1.
    pub rejected: f64,
    /// Missed among those that are left.
    pub false_non_match: ErrorRate,
}

/// The error-reject curve (Grother and Tabassi, "Performance of biometric quality measures", IEEE
/// TPAMI 29, 2007) at a fixed threshold. `pairs` are the quality of a genuine pair, the lower of
/// its two faces', and its score. `rejected` are shares in 0..1. Among pairs of equal quality
/// those that match are rejected first, so that the curve flatters nobody.
///
/// # Errors
/// [`CalibrationError::OneSided`] if no pair is left at some share.
pub fn error_reject(
    pairs: &[(f32, Similarity)],
    threshold: Similarity,
    rejected: &[f64],
) -> Result<Vec<RejectPoint>, CalibrationError> {
    let mut sorted: Vec<(f32, bool)> = pairs
        .iter()
        .map(|(quality, score)| (*quality, *score < threshold))
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let points = rejected.iter().map(|share| {
        let first = (share * sorted.len() as f64).round() as usize;
        let left = sorted.get(first..).unwrap_or_default();
        let missed = left.iter().filter(|(_, missed)| *missed).count();
        ErrorRate::new(missed as u64, left.len() as u64).map(|false_non_match| RejectPoint {
            rejected: *share,
            false_non_match,
        })
    });
    points
        .collect::<Option<_>>()
        .ok_or(CalibrationError::OneSided)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn pairs(rows: &[(f32, f32)]) -> Vec<(f32, Similarity)> {
        let score = |s| Similarity::new(s).unwrap();
        rows.iter().map(|(q, s)| (*q, score(*s))).collect()
    }

    #[test]
    fn rejecting_the_worst_leaves_the_others() {
        let pairs = pairs(&[(0.9, 0.8), (0.1, 0.2), (0.2, 0.7), (0.8, 0.4)]);
        let at = Similarity::new(0.5).unwrap();
        let curve = error_reject(&pairs, at, &[0.0, 0.25, 0.5]).unwrap();
        let missed: Vec<_> = curve.iter().map(|p| p.false_non_match).collect();
        let rate = |errors, trials| ErrorRate::new(errors, trials).unwrap();
        assert_eq!(missed, [rate(2, 4), rate(1, 3), rate(1, 2)]);
        assert!(error_reject(&pairs, at, &[1.0]).is_err());
    }

    #[test]
    fn a_quality_that_says_nothing_gains_nothing() {
        let pairs = pairs(&[(0.5, 0.8), (0.5, 0.2), (0.5, 0.7), (0.5, 0.4)]);
        let at = Similarity::new(0.5).unwrap();
        let curve = error_reject(&pairs, at, &[0.0, 0.5]).unwrap();
        assert!(curve[1].false_non_match.value() >= curve[0].false_non_match.value());
    }
}
