//! Error rates of a comparison, counted on labelled faces or pairs.
//!
//! Scores are counted in bins of a thousandth ([`ScoreHistogram`]), which is the grid that
//! thresholds live on, so every count at a threshold is exact and no list of pairs is kept. From
//! the counts come thresholds at stated false match rates, the equal error rate and the detection
//! error trade-off ([`Counts`]); each rate carries its counts and its Clopper–Pearson interval
//! ([`ErrorRate`]). Pairs that share a person are not independent: where people are known
//! ([`LabelledFace`]), [`resample`] adds an interval that resamples people instead of pairs.
//! [`thresholds_of_file`] reads again what was written down. [`error_reject`] says what a quality measure is worth.

mod counts;
mod faces;
mod file;
mod histogram;
mod interval;
mod reject;
mod subjects;

pub use counts::{Counts, EqualError, OperatingPoint};
pub use faces::{Breakdown, LabelledFace, count_all_pairs};
pub use file::{CalibrationFileError, thresholds_of_file};
pub use histogram::ScoreHistogram;
pub use interval::{ErrorRate, Interval};
pub use reject::{RejectPoint, error_reject};
pub use subjects::{Resampled, resample};

/// Why a set cannot be calibrated on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationError {
    /// There are no pairs of one person, or none of different people.
    #[error("the set needs pairs of one person and pairs of different people")]
    OneSided,
    /// Too few impostor pairs for the false match rate.
    #[error("{pairs} pairs of different people are too few for this false match rate")]
    TooFewImpostors {
        /// How many there are.
        pairs: u64,
    },
    /// No threshold up to 1 has a false match rate as low as wanted.
    #[error("no threshold reaches the false match rate: the set may hold one person twice")]
    NoThreshold,
    /// Embeddings of different models, or of different lengths.
    #[error(transparent)]
    Embedding(#[from] crate::EmbeddingError),
}

impl CalibrationError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OneSided => "calibration_one_sided",
            Self::TooFewImpostors { .. } => "calibration_too_few_impostors",
            Self::NoThreshold => "calibration_no_threshold",
            Self::Embedding(error) => error.code(),
        }
    }
}
