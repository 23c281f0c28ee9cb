//! Embeddings and their cosine.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Why a vector is no embedding, or two cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddingError {
    /// A component is NaN or infinite.
    #[error("the embedding holds a number that is not finite")]
    NotFinite,
    /// The vector has no direction.
    #[error("the embedding is the zero vector")]
    Zero,
    /// The vectors have different lengths, or none has a component.
    #[error("the embeddings have different lengths")]
    DifferentLength,
    /// The vectors come from different models; a cosine between them means nothing.
    #[error("the embeddings were made by different models")]
    DifferentModel,
}

impl EmbeddingError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFinite => "embedding_not_finite",
            Self::Zero => "embedding_zero",
            Self::DifferentLength => "embedding_length_differs",
            Self::DifferentModel => "embedding_model_differs",
        }
    }
}

/// A cosine similarity, in −1..=1. `Debug` hides it; `Display` is for whoever asked for a score.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub struct Similarity(f32);

impl fmt::Debug for Similarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Similarity(..)")
    }
}

impl Similarity {
    /// A similarity from a number; `None` outside −1..=1 and for NaN.
    pub fn new(value: f32) -> Option<Self> {
        (-1.0..=1.0).contains(&value).then_some(Self(value))
    }

    /// A similarity from thousandths; `None` above 1000.
    pub fn from_thousandths(value: u16) -> Option<Self> {
        Self::new(f32::from(value) / 1000.0)
    }

    /// The number.
    pub fn value(self) -> f32 {
        self.0
    }
}

impl fmt::Display for Similarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

/// A face as a vector of unit length, and the digest of the model that made it.
///
/// Biometric data: zeroized on drop, and `Debug` shows no component.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Embedding {
    values: Vec<f32>,
    #[zeroize(skip)]
    model: [u8; 32],
}

impl fmt::Debug for Embedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Embedding(..)")
    }
}

impl Embedding {
    /// Normalises `values` to unit length. `model` is the SHA-256 of the model file.
    ///
    /// # Errors
    /// [`EmbeddingError::DifferentLength`] for an empty vector, [`EmbeddingError::NotFinite`] for
    /// NaN, an infinity or an overflowing norm, [`EmbeddingError::Zero`] for a vector without
    /// direction.
    pub fn new(mut values: Vec<f32>, model: [u8; 32]) -> Result<Self, EmbeddingError> {
        match normalise(&mut values) {
            Ok(()) => Ok(Self { values, model }),
            Err(error) => {
                values.zeroize();
                Err(error)
            }
        }
    }

    /// The components; their squares sum to 1.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// SHA-256 of the model file that made it.
    pub fn model(&self) -> [u8; 32] {
        self.model
    }

    /// The normalised mean of several embeddings of one person.
    ///
    /// # Errors
    /// Different models or lengths, an empty list, or a mean without direction.
    pub fn mean(of: &[Self]) -> Result<Self, EmbeddingError> {
        let first = of.first().ok_or(EmbeddingError::DifferentLength)?;
        let mut sum = Zeroizing::new(vec![0f32; first.values.len()]);
        for embedding in of {
            comparable(first, embedding)?;
            for (sum, value) in sum.iter_mut().zip(&embedding.values) {
                *sum += value;
            }
        }
        Self::new(std::mem::take(&mut *sum), first.model)
    }
}

/// The cosine of two embeddings of one model.
///
/// # Errors
/// [`EmbeddingError::DifferentModel`] or [`EmbeddingError::DifferentLength`].
pub fn cosine(a: &Embedding, b: &Embedding) -> Result<Similarity, EmbeddingError> {
    comparable(a, b)?;
    let dot: f64 = a
        .values
        .iter()
        .zip(&b.values)
        .map(|(x, y)| f64::from(*x) * f64::from(*y))
        .sum();
    // Both have unit length up to rounding; clamping keeps the type's range.
    Ok(Similarity(dot.clamp(-1.0, 1.0) as f32))
}

fn comparable(a: &Embedding, b: &Embedding) -> Result<(), EmbeddingError> {
    if a.model != b.model {
        return Err(EmbeddingError::DifferentModel);
    }
    if a.values.len() != b.values.len() {
        return Err(EmbeddingError::DifferentLength);
    }
    Ok(())
}

fn normalise(values: &mut [f32]) -> Result<(), EmbeddingError> {
    if values.is_empty() {
        return Err(EmbeddingError::DifferentLength);
    }
    if values.iter().any(|v| !v.is_finite()) {
        return Err(EmbeddingError::NotFinite);
    }
    let norm = values
        .iter()
        .map(|v| f64::from(*v) * f64::from(*v))
        .sum::<f64>()
        .sqrt();
    // Below the smallest normal f32 a direction is rounding noise.
    if norm < f64::from(f32::MIN_POSITIVE) {
        return Err(EmbeddingError::Zero);
    }
    for value in values {
        *value = (f64::from(*value) / norm) as f32;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MODEL: [u8; 32] = [7; 32];

    #[test]
    fn vectors_without_a_direction_are_refused() {
        for (values, error) in [
            (vec![0.0, 0.0], EmbeddingError::Zero),
            (vec![1e-40, 0.0], EmbeddingError::Zero),
            (vec![f32::NAN, 1.0], EmbeddingError::NotFinite),
            (vec![f32::INFINITY, 1.0], EmbeddingError::NotFinite),
            (vec![1.0, f32::NEG_INFINITY], EmbeddingError::NotFinite),
            (vec![], EmbeddingError::DifferentLength),
        ] {
            assert_eq!(Embedding::new(values, MODEL).unwrap_err(), error);
        }
    }

    #[test]
    fn opposite_vectors_have_no_mean() {
        let a = Embedding::new(vec![1.0, 0.0], MODEL).unwrap();
        let b = Embedding::new(vec![-1.0, 0.0], MODEL).unwrap();
        assert_eq!(Embedding::mean(&[a, b]).unwrap_err(), EmbeddingError::Zero);
        assert!(Embedding::mean(&[]).is_err());
    }

    #[test]
    fn embeddings_of_different_models_are_not_compared() {
        let a = Embedding::new(vec![1.0, 0.0], MODEL).unwrap();
        let b = Embedding::new(vec![1.0, 0.0], [8; 32]).unwrap();
        let c = Embedding::new(vec![1.0], MODEL).unwrap();
        assert_eq!(cosine(&a, &b), Err(EmbeddingError::DifferentModel));
        assert_eq!(cosine(&a, &c), Err(EmbeddingError::DifferentLength));
    }

    #[test]
    fn debug_shows_no_component() {
        let a = Embedding::new(vec![0.25, 0.75], MODEL).unwrap();
        assert_eq!(format!("{a:?}"), "Embedding(..)");
    }

    proptest! {
        #[test]
        fn cosine_is_symmetric_bounded_and_free_of_scale(
            a in prop::collection::vec(-1e3f32..1e3, 8),
            b in prop::collection::vec(-1e3f32..1e3, 8),
            scale in 1e-3f32..1e3,
        ) {
            let scaled = a.iter().map(|v| v * scale).collect();
            let (Ok(a), Ok(b), Ok(s)) = (
                Embedding::new(a, MODEL),
                Embedding::new(b, MODEL),
                Embedding::new(scaled, MODEL),
            ) else {
                return Ok(());
            };
            let ab = cosine(&a, &b).unwrap().value();
            prop_assert!((-1.0..=1.0).contains(&ab));
            prop_assert_eq!(ab, cosine(&b, &a).unwrap().value());
            prop_assert!((ab - cosine(&s, &b).unwrap().value()).abs() < 1e-5);
            prop_assert!(cosine(&a, &a).unwrap().value() > 0.999_999);
        }
    }
}
