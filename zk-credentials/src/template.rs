//! Quantised face vectors and commitments to them (docs/protocol.md section 3).

use std::fmt;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use ark_std::UniformRand;
use ark_std::rand::{CryptoRng, RngCore};
use serde::{Deserialize, Deserializer, Serialize, de};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::field::{FieldElement, FieldError};
use crate::poseidon::poseidon;
use crate::word::{Word, h248, tag};

/// Components of a template; a shorter embedding is padded with zeros.
pub const DIMENSION: usize = 512;
/// Components packed into one field element.
const PER_ELEMENT: usize = 31;
/// Field elements of a packed template.
pub const ELEMENTS: usize = 17;
/// The largest magnitude of a component.
const MAX: i8 = 127;
/// The smallest squared norm: quantisation makes at least one component ±127.
const MIN_NORM: i64 = 127 * 127;

/// Why an embedding or template is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No component, or more than 512.
    #[error("an embedding has 1 to 512 components")]
    Dimension,
    /// A component that is infinite or not a number.
    #[error("a component of the embedding is not a finite number")]
    NotFinite,
    /// Every component is zero: it has no direction.
    #[error("the embedding is zero")]
    Zero,
    /// A stored component of −128, which quantisation never makes.
    #[error("a component lies outside -127 to 127")]
    Component,
    /// A threshold outside 1..=1000 thousandths.
    #[error("a threshold lies between 1 and 1000 thousandths")]
    Threshold,
}

impl TemplateError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Dimension => "template_dimension",
            Self::NotFinite => "template_not_finite",
            Self::Zero => "template_zero",
            Self::Component => "template_component",
            Self::Threshold => "template_threshold",
        }
    }
}

/// A face vector of 512 components in −127..=127. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Template(Box<[i8; DIMENSION]>);

impl Template {
    /// `q_i = round(127·e_i / max|e|)`, half away from zero, padded with zeros.
    ///
    /// Scale does not matter; the embedding need not be of unit norm.
    pub fn quantise(embedding: &[f32]) -> Result<Self, TemplateError> {
        if embedding.is_empty() || embedding.len() > DIMENSION {
            return Err(TemplateError::Dimension);
        }
        if !embedding.iter().all(|e| e.is_finite()) {
            return Err(TemplateError::NotFinite);
        }
        // In double precision 127·e is exact, so the one rounding is that of the quotient.
        let largest = embedding
            .iter()
            .fold(0.0_f64, |max, e| max.max(f64::from(*e).abs()));
        if largest == 0.0 {
            return Err(TemplateError::Zero);
        }
        let mut components = Box::new([0; DIMENSION]);
        for (q, e) in components.iter_mut().zip(embedding) {
            // `round` is half away from zero; the magnitude is at most 127, so the cast is exact.
            *q = (f64::from(MAX) * f64::from(*e) / largest).round() as i8;
        }
        Ok(Self(components))
    }
    /// Reads the bytes of [`Template::to_bytes`].
    pub fn from_bytes(bytes: &[u8; DIMENSION]) -> Result<Self, TemplateError> {
        let template = Self(Box::new(bytes.map(u8::cast_signed)));
        if template.0.contains(&i8::MIN) {
            return Err(TemplateError::Component);
        }
        if template.0.iter().all(|q| *q == 0) {
            return Err(TemplateError::Zero);
        }
        Ok(template)
    }
    /// One byte a component, two's complement.
    pub fn to_bytes(&self) -> Zeroizing<[u8; DIMENSION]> {
        Zeroizing::new(self.0.map(i8::cast_unsigned))
    }
    /// The components.
    pub fn components(&self) -> &[i8; DIMENSION] {
        &self.0
    }

    /// `x_1..x_17`: 31 values an element, little-endian base 256, each as `q_i + 128`; the byte
    /// places 512..=526 are 0.
    pub(crate) fn elements(&self) -> Zeroizing<[Fr; ELEMENTS]> {
        let mut elements = Zeroizing::new([Fr::ZERO; ELEMENTS]);
        for (element, chunk) in elements.iter_mut().zip(self.0.chunks(PER_ELEMENT)) {
            for q in chunk.iter().rev() {
                *element = *element * Fr::from(256_u64) + Fr::from((i16::from(*q) + 128) as u16);
            }
        }
        elements
    }

    /// `T = P(TAG_TEMPLATE, model, P(x_1..x_12), x_13..x_17, r)`.
    pub fn commit(&self, model: ModelId, blinding: &Blinding) -> TemplateCommitment {
        let x = self.elements();
        let mut inputs = Zeroizing::new([Fr::ZERO; 9]);
        inputs[0] = tag("template").fr();
        inputs[1] = model.0.fr();
        inputs[2] = poseidon(&x[..12]);
        inputs[3..8].copy_from_slice(&x[12..]);
        inputs[8] = blinding.0;
        TemplateCommitment(poseidon(inputs.as_slice()).into())
    }

    /// The rule of circuit `enrol` (section 4): the cosine is at least `tau` thousandths.
    ///
    /// Over the integers: `dot > 0`, both squared norms ≥ 127², and
    /// `10^6·dot² ≥ tau²·|a|²·|b|²`. The largest product, 10^6·(512·127²)² < 2^66, fits.
    pub fn similar(&self, other: &Self, tau: Tau) -> bool {
        let dot = self.dot(other);
        let (a, b) = (self.dot(self), other.dot(other));
        let [dot_wide, a_wide, b_wide, tau] = [dot, a, b, i64::from(tau.0)].map(i128::from);
        dot > 0
            && a >= MIN_NORM
            && b >= MIN_NORM
            && 1_000_000 * dot_wide * dot_wide >= tau * tau * a_wide * b_wide
    }

    /// `Σ a_i·b_i`, at most 512·127² < 2^23 in magnitude.
    pub(crate) fn dot(&self, other: &Self) -> i64 {
        self.0
            .iter()
            .zip(other.0.iter())
            .map(|(a, b)| i64::from(*a) * i64::from(*b))
            .sum()
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template(..)")
    }
}

/// The blinding `r` of one commitment: uniform, fresh for every commitment.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Blinding(Fr);

impl Blinding {
    /// Draws a blinding.
    pub fn generate<R: RngCore + CryptoRng>(rng: &mut R) -> Self {
        Self(Fr::rand(rng))
    }
    /// Reads the 32 bytes of [`Blinding::to_bytes`]; a number ≥ r is refused.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, FieldError> {
        FieldElement::from_be_bytes(bytes).map(|element| Self(element.fr()))
    }
    /// 32 bytes, big-endian.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        let digits = Zeroizing::new(self.0.into_bigint().to_bytes_be());
        bytes.copy_from_slice(&digits);
        bytes
    }
    /// The element itself, for the circuits.
    pub(crate) fn fr(&self) -> Fr {
        self.0
    }
}

impl fmt::Debug for Blinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blinding(..)")
    }
}

/// Which embedding model made a vector; vectors of two models cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModelId(pub FieldElement);

impl ModelId {
    /// `H248("humanseal/v1/model", sha256 of the model file)`.
    pub fn of_sha256(digest: [u8; 32]) -> Self {
        Self(h248("humanseal/v1/model", &[Word::of_bytes(digest)]))
    }
}

/// A cosine threshold in thousandths, 1..=1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Tau(u16);

impl Tau {
    /// The threshold of so many thousandths.
    pub fn new(thousandths: u16) -> Result<Self, TemplateError> {
        if (1..=1000).contains(&thousandths) {
            Ok(Self(thousandths))
        } else {
            Err(TemplateError::Threshold)
        }
    }
    /// The thousandths.
    pub fn thousandths(self) -> u16 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Tau {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u16::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// A hiding and binding commitment `T` to a template under a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TemplateCommitment(pub FieldElement);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entropy::OsEntropy;

    fn template(values: &[i8]) -> Template {
        let mut components = [0; DIMENSION];
        components[..values.len()].copy_from_slice(values);
        Template(Box::new(components))
    }

    #[test]
    fn quantisation_rounds_half_away_from_zero_and_pads() {
        let t = Template::quantise(&[2.0, 1.0, -1.0, -2.0, 0.0, 0.003]).unwrap();
        assert_eq!(t.components()[..7], [127, 64, -64, -127, 0, 0, 0]);
        assert!(t.components()[6..].iter().all(|q| *q == 0));
    }

    #[test]
    fn zero_empty_long_and_infinite_embeddings_are_refused() {
        let refused = |e: &[f32]| Template::quantise(e).unwrap_err();
        assert_eq!(refused(&[]), TemplateError::Dimension);
        assert_eq!(refused(&[1.0; 513]), TemplateError::Dimension);
        assert_eq!(refused(&[0.0; 512]), TemplateError::Zero);
        assert_eq!(refused(&[1.0, f32::NAN]), TemplateError::NotFinite);
        assert_eq!(refused(&[1.0, f32::INFINITY]), TemplateError::NotFinite);
        assert!(Template::quantise(&[f32::MIN_POSITIVE / 8.0]).is_ok());
        assert!(Template::quantise(&[f32::MAX, f32::MIN]).is_ok());
    }

    #[test]
    fn a_stored_component_of_minus_128_is_refused() {
        let mut bytes = [0; DIMENSION];
        assert_eq!(
            Template::from_bytes(&bytes).unwrap_err(),
            TemplateError::Zero
        );
        bytes[5] = 0x80;
        assert_eq!(
            Template::from_bytes(&bytes).unwrap_err(),
            TemplateError::Component
        );
    }

    #[test]
    fn a_zero_vector_is_similar_to_nothing() {
        let (zero, one) = (template(&[]), template(&[127]));
        let tau = Tau::new(1).unwrap();
        assert!(!zero.similar(&zero, tau) && !zero.similar(&one, tau) && !one.similar(&zero, tau));
    }

    #[test]
    fn opposite_and_orthogonal_vectors_are_not_similar() {
        let tau = Tau::new(1).unwrap();
        assert!(!template(&[127]).similar(&template(&[-127]), tau));
        assert!(!template(&[127]).similar(&template(&[0, 127]), tau));
        assert!(template(&[127, 5]).similar(&template(&[127, 5]), Tau::new(1000).unwrap()));
    }

    #[test]
    fn the_threshold_is_met_from_below_and_above() {
        // cos = 76.2 / 127 would be 0.6: 3-4-5 scaled, norms 127·5 and 127·5.
        let (a, b) = (template(&[100, 0]), template(&[60, 80]));
        // |a| = 100 is below 127: the norm rule refuses.
        assert!(!a.similar(&b, Tau::new(600).unwrap()));
        let (a, b) = (template(&[100, 0, 100]), template(&[60, 80, 100]));
        // dot = 16000, norms 20000 each: cosine exactly 0.8.
        assert!(a.similar(&b, Tau::new(800).unwrap()));
        assert!(!a.similar(&b, Tau::new(801).unwrap()));
    }

    #[test]
    fn thresholds_outside_1_to_1000_are_refused() {
        for thousandths in [0, 1001, u16::MAX] {
            assert_eq!(Tau::new(thousandths), Err(TemplateError::Threshold));
        }
        assert!(serde_json::from_str::<Tau>("0").is_err());
    }

    #[test]
    fn packing_is_little_endian_with_zero_in_the_places_after_512() {
        let mut components = [0; DIMENSION];
        components[0] = -127;
        components[1] = 127;
        components[511] = 5;
        let elements = Template(Box::new(components)).elements();
        let bytes: Vec<u8> = elements
            .iter()
            .flat_map(|x| x.into_bigint().to_bytes_le()[..31].to_vec())
            .collect();
        assert_eq!(bytes[0], 1);
        assert_eq!(bytes[1], 255);
        assert_eq!(bytes[2], 128);
        assert_eq!(bytes[511], 133);
        assert!(bytes.len() == 527 && bytes[512..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn two_commitments_of_one_face_differ_and_print_no_secret() {
        let t = Template::quantise(&[0.5, -0.25, 1.0]).unwrap();
        let model = ModelId::of_sha256([7; 32]);
        let (r1, r2) = (
            Blinding::generate(&mut OsEntropy),
            Blinding::generate(&mut OsEntropy),
        );
        assert_ne!(t.commit(model, &r1), t.commit(model, &r2));
        assert_ne!(
            t.commit(model, &r1),
            t.commit(ModelId::of_sha256([8; 32]), &r1)
        );
        let again = Blinding::from_bytes(&r1.to_bytes()).unwrap();
        assert_eq!(t.commit(model, &r1), t.commit(model, &again));
        assert_eq!(format!("{t:?} {r1:?}"), "Template(..) Blinding(..)");
    }

    proptest! {
        #[test]
        fn templates_round_trip(embedding in proptest::collection::vec(-1.0_f32..1.0, 1..=512)) {
            prop_assume!(embedding.iter().any(|e| *e != 0.0));
            let t = Template::quantise(&embedding).unwrap();
            prop_assert!(t.components().iter().any(|q| q.abs() == 127));
            prop_assert!(!t.components().contains(&i8::MIN));
            prop_assert!(t.similar(&t, Tau::new(1000).unwrap()));
            let again = Template::from_bytes(&t.to_bytes()).unwrap();
            prop_assert_eq!(again.components(), t.components());
        }
    }
}
