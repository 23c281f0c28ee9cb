//! From two histograms to thresholds and curves.

use super::{CalibrationError, ErrorRate, ScoreHistogram};
use crate::embedding::Similarity;

/// So many false matches must stand behind a threshold: with ten the 95 % interval reaches from
/// half to 1.9 times the rate; with fewer it says little more than "rare".
const MIN_FALSE_MATCHES: f64 = 10.0;

/// The scores of a set, by whether a pair shows one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pairs of one person.
    pub genuine: ScoreHistogram,
    /// Pairs of different people.
    pub impostor: ScoreHistogram,
}

/// A threshold and what it does on a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperatingPoint {
    /// The threshold in thousandths, 0..=1000.
    pub thousandths: u16,
    /// Pairs of different people at or above it (FMR).
    pub false_match: ErrorRate,
    /// Pairs of one person below it (FNMR).
    pub false_non_match: ErrorRate,
}

impl OperatingPoint {
    /// The threshold as a similarity.
    pub fn similarity(&self) -> Option<Similarity> {
        Similarity::from_thousandths(self.thousandths)
    }
}

/// Where both error rates are closest to each other on the grid of thresholds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EqualError {
    /// The threshold there.
    pub at: OperatingPoint,
    /// The mean of both rates, 0..=1.
    pub rate: f64,
}

impl Counts {
    /// Counts one pair.
    pub fn add(&mut self, score: Similarity, same_person: bool) {
        match same_person {
            true => self.genuine.add(score),
            false => self.impostor.add(score),
        }
    }

    /// Adds what other counts hold.
    #[must_use]
    pub fn merged(self, other: &Self) -> Self {
        Self {
            genuine: self.genuine.merged(&other.genuine),
            impostor: self.impostor.merged(&other.impostor),
        }
    }

    /// Both error rates at a threshold in thousandths.
    ///
    /// # Errors
    /// [`CalibrationError::OneSided`] without pairs of both kinds.
    pub fn at(&self, thousandths: u16) -> Result<OperatingPoint, CalibrationError> {
        let thousandths = thousandths.min(1000);
        let (genuine, impostor) = (self.genuine.total(), self.impostor.total());
        let missed = genuine - self.genuine.at_least(thousandths);
        let rates = ErrorRate::new(self.impostor.at_least(thousandths), impostor)
            .zip(ErrorRate::new(missed, genuine));
        let (false_match, false_non_match) = rates.ok_or(CalibrationError::OneSided)?;
        Ok(OperatingPoint {
            thousandths,
            false_match,
            false_non_match,
        })
    }

    /// The lowest threshold whose false match rate is at most `rate`.
    ///
    /// # Errors
    /// [`CalibrationError::TooFewImpostors`] if the rate would leave fewer than ten false matches,
    /// [`CalibrationError::NoThreshold`], [`CalibrationError::OneSided`].
    pub fn threshold(&self, rate: f64) -> Result<OperatingPoint, CalibrationError> {
        let pairs = self.impostor.total();
        let allowed = rate * pairs as f64;
        if allowed.is_nan() || allowed < MIN_FALSE_MATCHES {
            return Err(CalibrationError::TooFewImpostors { pairs });
        }
        let found = (0..=1000).find(|t| self.impostor.at_least(*t) as f64 <= allowed);
        self.at(found.ok_or(CalibrationError::NoThreshold)?)
    }

    /// The point where both rates are closest.
    ///
    /// # Errors
    /// [`CalibrationError::OneSided`].
    pub fn equal_error(&self) -> Result<EqualError, CalibrationError> {
        let mut best = EqualError::of(self.at(0)?);
        for point in self.trade_off()? {
            let next = EqualError::of(point);
            if next.gap() < best.gap() {
                best = next;
            }
        }
        Ok(best)
    }

    /// Both rates at every threshold from 0 to 1: the detection error trade-off (DET) curve.
    ///
    /// # Errors
    /// [`CalibrationError::OneSided`].
    pub fn trade_off(&self) -> Result<Vec<OperatingPoint>, CalibrationError> {
        (0..=1000).map(|thousandths| self.at(thousandths)).collect()
    }
}

impl EqualError {
    fn of(at: OperatingPoint) -> Self {
        let rate = (at.false_match.value() + at.false_non_match.value()) / 2.0;
        Self { at, rate }
    }

    fn gap(&self) -> f64 {
        (self.at.false_match.value() - self.at.false_non_match.value()).abs()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Impostors at 0.000, 0.001, … 0.999, one each; genuine pairs from `from` to 0.999.
    fn ladder(from: u16) -> Counts {
        let mut counts = Counts::default();
        for step in 0..1000 {
            let score = Similarity::from_thousandths(step).unwrap();
            counts.add(score, false);
            if step >= from {
                counts.add(score, true);
            }
        }
        counts
    }

    #[test]
    fn the_threshold_is_the_lowest_that_keeps_the_rate() {
        let counts = ladder(500);
        let point = counts.threshold(0.01).unwrap();
        assert_eq!(point.thousandths, 990);
        assert_eq!(
            (point.false_match.errors(), point.false_match.trials()),
            (10, 1000)
        );
        assert_eq!(point.false_non_match.errors(), 490);
        assert_eq!(counts.at(989).unwrap().false_match.errors(), 11);
    }

    #[test]
    fn a_rate_that_the_pairs_cannot_show_is_refused() {
        assert_eq!(
            ladder(0).threshold(0.001),
            Err(CalibrationError::TooFewImpostors { pairs: 1000 })
        );
        assert!(ladder(0).threshold(f64::NAN).is_err());
        let mut twice = Counts::default();
        for _ in 0..1000 {
            twice.add(Similarity::new(1.0).unwrap(), false);
            twice.add(Similarity::new(1.0).unwrap(), true);
        }
        assert_eq!(twice.threshold(0.5), Err(CalibrationError::NoThreshold));
        assert_eq!(Counts::default().at(500), Err(CalibrationError::OneSided));
    }

    #[test]
    fn equal_error_is_where_the_ladders_cross() {
        // FMR (1000 - t) / 1000 meets FNMR (t - 500) / 500 at t = 667.
        let equal = ladder(500).equal_error().unwrap();
        assert_eq!(equal.at.thousandths, 667);
        assert!((equal.rate - 1.0 / 3.0).abs() < 1e-3);
    }

    #[test]
    fn along_the_curve_one_rate_falls_and_the_other_rises() {
        let curve = ladder(300).trade_off().unwrap();
        assert_eq!(curve.len(), 1001);
        assert!(curve.windows(2).all(|pair| {
            pair[0].false_match.errors() >= pair[1].false_match.errors()
                && pair[0].false_non_match.errors() <= pair[1].false_non_match.errors()
        }));
    }
}
