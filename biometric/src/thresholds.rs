//! What a similarity means: thresholds with the counts behind them, and the decision.

use crate::calibration::ErrorRate;
use crate::embedding::Similarity;

/// How often two different people are taken for one at a threshold, on the set of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FalseMatchRate {
    /// One in a thousand impostor pairs.
    OneIn1000,
    /// One in ten thousand: the limit of NIST SP 800-63A-4.
    OneIn10000,
    /// One in a hundred thousand.
    OneIn100000,
}

impl FalseMatchRate {
    /// All, from the loosest to the strictest.
    pub const ALL: [Self; 3] = [Self::OneIn1000, Self::OneIn10000, Self::OneIn100000];

    /// The rate as a share.
    pub fn value(self) -> f64 {
        match self {
            Self::OneIn1000 => 1e-3,
            Self::OneIn10000 => 1e-4,
            Self::OneIn100000 => 1e-5,
        }
    }

    /// The rate that a share means; `None` unless it is one of these.
    pub(crate) fn from_value(share: f64) -> Option<Self> {
        let close = |rate: &Self| (share / rate.value() - 1.0).abs() < 1e-6;
        Self::ALL.into_iter().find(close)
    }
}

/// A threshold and the pairs that were counted at it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Two faces match at this similarity and above.
    pub similarity: Similarity,
    /// Pairs of different people at or above it.
    pub false_match: ErrorRate,
    /// Pairs of one person below it.
    pub false_non_match: ErrorRate,
}

/// The captures that are compared. Thresholds do not carry over between them by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A live face with the portrait of a document.
    PortraitFromChip,
    /// Frames of one capture with each other.
    CameraFrames,
}

/// How a condition gets its threshold from the table: the row whose rate is the wanted one divided
/// by a safety factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The false match rate that is to hold under a shift of conditions.
    pub wanted: FalseMatchRate,
    /// The row of the table that is used to keep it.
    pub row: FalseMatchRate,
    /// Why the factor between them is what it is.
    pub evidence: String,
}

impl Rule {
    /// The wanted rate over the row's: 1, 10 or 100.
    pub fn safety_factor(&self) -> f64 {
        (self.wanted.value() / self.row.value()).round()
    }
}

/// What is said about two faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// One person.
    Match,
    /// Too close to the threshold: another capture is asked for. Never a match.
    Again,
    /// Not shown to be one person.
    NoMatch,
}

impl Decision {
    /// The stable snake_case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Again => "again",
            Self::NoMatch => "no_match",
        }
    }
}

/// What similarities of one embedding model mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    pub(crate) rows: [Threshold; 3],
    pub(crate) portrait: Rule,
    pub(crate) frames: Rule,
    pub(crate) source: String,
}

impl Thresholds {
    /// The threshold at a false match rate of the table.
    pub fn at(&self, rate: FalseMatchRate) -> Threshold {
        match rate {
            FalseMatchRate::OneIn1000 => self.rows[0],
            FalseMatchRate::OneIn10000 => self.rows[1],
            FalseMatchRate::OneIn100000 => self.rows[2],
        }
    }

    /// How a condition gets its threshold.
    pub fn rule(&self, condition: Condition) -> &Rule {
        match condition {
            Condition::PortraitFromChip => &self.portrait,
            Condition::CameraFrames => &self.frames,
        }
    }

    /// The threshold of a decision between a live face and a portrait.
    pub fn decision(&self) -> Threshold {
        self.at(self.portrait.row)
    }

    /// From here up to [`Self::decision`] another capture is asked for: the threshold that would
    /// do without a safety factor.
    pub fn again(&self) -> Threshold {
        self.at(self.portrait.wanted)
    }

    /// Two frames of one capture below this are taken for two people.
    pub fn swap_alarm(&self) -> Threshold {
        self.at(self.frames.row)
    }

    /// The decision about a live face and a portrait.
    pub fn decide(&self, similarity: Similarity) -> Decision {
        self.decide_at(self.decision().similarity, similarity)
    }

    /// The same with a threshold from elsewhere, for example an issuer's; the band below it is as
    /// wide as the table's.
    pub fn decide_at(&self, at_least: Similarity, similarity: Similarity) -> Decision {
        let band = self.decision().similarity.value() - self.again().similarity.value();
        if similarity >= at_least {
            Decision::Match
        } else if similarity.value() >= at_least.value() - band {
            Decision::Again
        } else {
            Decision::NoMatch
        }
    }

    /// All rows, from the loosest to the strictest.
    pub fn rows(&self) -> &[Threshold; 3] {
        &self.rows
    }

    /// The pairs that the rates were measured on.
    pub fn source(&self) -> &str {
        &self.source
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{EmbeddingModel, entry};

    #[test]
    fn a_decision_has_a_band_that_asks_again_and_never_matches_below_the_threshold() {
        for model in [EmbeddingModel::MobileFaceNet, EmbeddingModel::FrFeature] {
            let all = entry(model.id()).unwrap().thresholds.as_ref().unwrap();
            let (at, again) = (all.decision().similarity, all.again().similarity);
            assert!(again < at);
            let below = |s: Similarity| Similarity::new(s.value().next_down()).unwrap();
            for (similarity, decision) in [
                (Similarity::new(1.0).unwrap(), Decision::Match),
                (at, Decision::Match),
                (below(at), Decision::Again),
                (again, Decision::Again),
                (below(again), Decision::NoMatch),
                (Similarity::new(-1.0).unwrap(), Decision::NoMatch),
            ] {
                assert_eq!(all.decide(similarity), decision);
            }
            let strict = Similarity::new(0.9).unwrap();
            assert_eq!(all.decide_at(strict, at), Decision::NoMatch);
            assert_eq!(all.decide_at(strict, below(strict)), Decision::Again);
        }
    }

    #[test]
    fn a_match_wants_one_in_ten_thousand_with_a_factor_of_ten() {
        for model in [EmbeddingModel::MobileFaceNet, EmbeddingModel::FrFeature] {
            let all = entry(model.id()).unwrap().thresholds.as_ref().unwrap();
            let rule = all.rule(Condition::PortraitFromChip);
            assert_eq!(rule.wanted, FalseMatchRate::OneIn10000);
            assert_eq!(rule.safety_factor(), 10.0);
            let frames = all.rule(Condition::CameraFrames);
            assert_eq!(
                (frames.wanted, frames.safety_factor()),
                (FalseMatchRate::OneIn1000, 10.0)
            );
            assert!(!rule.evidence.is_empty() && !frames.evidence.is_empty());
        }
    }
}
