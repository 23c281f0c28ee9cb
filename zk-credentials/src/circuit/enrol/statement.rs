//! What `enrol` is about: its public inputs, its private ones, and whether they can be proved.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use thiserror::Error;

use super::products::LEAST_SQUARED_NORM;
use crate::field::FieldElement;
use crate::holder::{HolderKey, HolderSecret};
use crate::template::{Blinding, ModelId, Tau, Template, TemplateCommitment};

/// Everything that the circuit takes. Secrets zeroize when dropped and do not print.
#[derive(Debug)]
pub struct EnrolWitness {
    /// The holder secret `s`.
    pub secret: HolderSecret,
    /// The portrait's quantised embedding.
    pub portrait: Template,
    /// Blinding of the portrait's commitment.
    pub portrait_blinding: Blinding,
    /// The live capture's quantised embedding.
    pub live: Template,
    /// Blinding of the live commitment.
    pub live_blinding: Blinding,
    /// The cosine threshold in thousandths.
    pub tau: Tau,
    /// The embedding model under which both vectors were made.
    pub model: ModelId,
    /// `H248("humanseal/v1/enrol", session nonce, issuer, kind)` (docs/protocol.md section 4).
    pub context: FieldElement,
}

/// Why a witness has no proof.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EnrolError {
    /// A vector is shorter than any quantised embedding, whose squared norm is at least 127².
    #[error("a face vector is empty or too short; capture the face again")]
    VectorTooShort,
    /// The dot product is not positive or the cosine is below tau/1000.
    #[error("the two faces are not similar enough; capture the face again")]
    NotSimilar,
}

impl EnrolError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::VectorTooShort => "vector_too_short",
            Self::NotSimilar => "not_similar",
        }
    }
}

impl EnrolWitness {
    /// The public inputs that belong to this witness, similar or not.
    pub fn public(&self) -> EnrolPublic {
        EnrolPublic {
            holder_key: self.secret.holder_key(),
            portrait: self.portrait.commit(self.model, &self.portrait_blinding),
            live: self.live.commit(self.model, &self.live_blinding),
            tau: self.tau,
            model: self.model,
            context: self.context,
        }
    }

    /// Whether the circuit can be satisfied, by the same integer rules.
    ///
    /// # Errors
    /// [`EnrolError`] for the first part of rule 2 of docs/protocol.md section 4 that fails.
    pub fn check(&self) -> Result<(), EnrolError> {
        for template in [&self.portrait, &self.live] {
            if template.dot(template) < LEAST_SQUARED_NORM as i64 {
                return Err(EnrolError::VectorTooShort);
            }
        }
        if !self.portrait.similar(&self.live, self.tau) {
            return Err(EnrolError::NotSimilar);
        }
        Ok(())
    }
}

/// The public inputs, in the order of docs/protocol.md section 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolPublic {
    /// `H`.
    pub holder_key: HolderKey,
    /// `T_portrait`.
    pub portrait: TemplateCommitment,
    /// `T_live`.
    pub live: TemplateCommitment,
    /// The cosine threshold in thousandths, 1..=1000.
    pub tau: Tau,
    /// The embedding model.
    pub model: ModelId,
    /// What the proof was made for.
    pub context: FieldElement,
}

/// Why field elements are no public inputs of `enrol`.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EnrolPublicError {
    /// The threshold is not in 1..=1000.
    #[error("the public input tau must be from 1 to 1000")]
    TauOutOfRange,
}

impl EnrolPublicError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TauOutOfRange => "tau_out_of_range",
        }
    }
}

impl EnrolPublic {
    /// Names of the public inputs, in order.
    pub const NAMES: [&'static str; 6] = [
        "holder_key",
        "template_portrait",
        "template_live",
        "tau",
        "model",
        "context",
    ];

    /// Reads the public inputs in order. The circuit bounds `tau` too; read here, an impossible
    /// threshold is refused before any pairing.
    ///
    /// # Errors
    /// [`EnrolPublicError::TauOutOfRange`] unless `tau` is in 1..=1000.
    pub fn from_elements(elements: &[FieldElement; 6]) -> Result<Self, EnrolPublicError> {
        let [holder_key, portrait, live, tau, model, context] = *elements;
        let [low, high @ ..] = tau.fr().into_bigint().0;
        let thousandths = u16::try_from(low).ok().filter(|_| high == [0; 3]);
        let tau = thousandths.and_then(|k| Tau::new(k).ok());
        Ok(Self {
            holder_key: HolderKey(holder_key),
            portrait: TemplateCommitment(portrait),
            live: TemplateCommitment(live),
            tau: tau.ok_or(EnrolPublicError::TauOutOfRange)?,
            model: ModelId(model),
            context,
        })
    }

    /// The public inputs as the proof system takes them, in order.
    pub fn to_vec(&self) -> Vec<Fr> {
        self.to_array().to_vec()
    }

    pub(crate) fn to_array(self) -> [Fr; 6] {
        [
            self.holder_key.0.fr(),
            self.portrait.0.fr(),
            self.live.0.fr(),
            Fr::from(u64::from(self.tau.thousandths())),
            self.model.0.fr(),
            self.context.fr(),
        ]
    }
}
