//! Proving and verifying keys.

use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ark_std::rand::{CryptoRng, RngCore};
use thiserror::Error;

use super::qap::CircomReduction;
use super::words::{g1_words, g2_words};
use crate::circuit::Matrices;
use crate::circuit::system::Row;
use crate::word::keccak256;

/// Why a key is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum KeyError {
    /// δ = ±γ: everybody can forge proofs.
    #[error("the key has delta equal to gamma or its negative")]
    DeltaIsGamma,
    /// δ is the generator or its negative: no phase 2 took place.
    #[error("the key has delta equal to the generator or its negative")]
    DeltaIsGenerator,
    /// An IC point at infinity: its public input is bound by nothing.
    #[error("the key has a zero IC point")]
    ZeroIc,
    /// A point at infinity among α, β, γ, δ.
    #[error("the key has a point at infinity")]
    Infinity,
    /// There is not one IC point for the constant and each public input of the circuit.
    #[error("the key has not one IC point for the constant and each public input")]
    IcLength,
    /// Sizes are not those of the circuit.
    #[error("the key is for another circuit")]
    OtherCircuit,
    /// Bytes that are no key.
    #[error("the key is damaged")]
    Malformed,
    /// Key generation failed, which for a fixed circuit means a defect.
    #[error("the key could not be generated")]
    Generation,
}

impl KeyError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DeltaIsGamma => "key_delta_is_gamma",
            Self::DeltaIsGenerator => "key_delta_is_generator",
            Self::ZeroIc => "key_zero_ic",
            Self::Infinity => "key_infinity",
            Self::IcLength => "key_ic_length",
            Self::OtherCircuit => "key_other_circuit",
            Self::Malformed => "key_malformed",
            Self::Generation => "key_generation_failed",
        }
    }
}

/// A verifying key that passed the checks of `docs/protocol.md` section 12.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyingKey(ark_groth16::VerifyingKey<Bn254>);

impl VerifyingKey {
    /// Checks and wraps a key. Points must be on the curve and in the subgroup already.
    ///
    /// # Errors
    /// [`KeyError`] by the rule that the key breaks.
    pub fn new(key: ark_groth16::VerifyingKey<Bn254>) -> Result<Self, KeyError> {
        // Up to the sign: with δ = −γ the inputs' sum, not its negative, takes C's place in a
        // forgery, and −1 is as public a secret as 1.
        let delta = [key.delta_g2, -key.delta_g2];
        if delta.contains(&key.gamma_g2) {
            return Err(KeyError::DeltaIsGamma);
        }
        if delta.contains(&G2Affine::generator()) {
            return Err(KeyError::DeltaIsGenerator);
        }
        if key.alpha_g1.is_zero()
            || [key.beta_g2, key.gamma_g2, key.delta_g2]
                .iter()
                .any(AffineRepr::is_zero)
        {
            return Err(KeyError::Infinity);
        }
        if key.gamma_abc_g1.iter().any(AffineRepr::is_zero) {
            return Err(KeyError::ZeroIc);
        }
        Ok(Self(key))
    }

    /// Whether the key can be one for the circuit with these matrices.
    ///
    /// # Errors
    /// [`KeyError::IcLength`].
    pub fn fits(&self, matrices: &Matrices) -> Result<(), KeyError> {
        if self.public_inputs() == matrices.public_inputs {
            Ok(())
        } else {
            Err(KeyError::IcLength)
        }
    }

    /// The key in arkworks' form.
    pub fn ark(&self) -> &ark_groth16::VerifyingKey<Bn254> {
        &self.0
    }

    /// Number of public inputs that a proof under this key has.
    pub fn public_inputs(&self) -> usize {
        self.0.gamma_abc_g1.len() - 1
    }

    /// The words of α, β, γ, δ, IC in EVM order (EIP-197): 14, and two for each IC point.
    pub fn evm_words(&self) -> Vec<[u8; 32]> {
        let mut words = g1_words(&self.0.alpha_g1).to_vec();
        for point in [&self.0.beta_g2, &self.0.gamma_g2, &self.0.delta_g2] {
            words.extend(g2_words(point));
        }
        words.extend(self.0.gamma_abc_g1.iter().flat_map(g1_words));
        words
    }

    /// Keccak-256 of [`Self::evm_words`]: how API, SDK and contract pin the key.
    pub fn vk_hash(&self) -> [u8; 32] {
        keccak256(self.evm_words().as_flattened())
    }
}

/// A proving key together with the verifying key that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvingKey {
    ark: ark_groth16::ProvingKey<Bn254>,
    verifying: VerifyingKey,
}

impl ProvingKey {
    /// Wraps a key for the circuit with these matrices.
    ///
    /// # Errors
    /// [`KeyError`] where the verifying part is refused or a size differs.
    pub fn new(ark: ark_groth16::ProvingKey<Bn254>, matrices: &Matrices) -> Result<Self, KeyError> {
        let wires = matrices.wires.len();
        let fits = ark.a_query.len() == wires
            && ark.b_g1_query.len() == wires
            && ark.b_g2_query.len() == wires
            && ark.l_query.len() + matrices.public_inputs + 1 == wires
            && ark.h_query.len() == matrices.domain_size();
        if !fits {
            return Err(KeyError::OtherCircuit);
        }
        let verifying = VerifyingKey::new(ark.vk.clone())?;
        verifying.fits(matrices)?;
        Ok(Self { ark, verifying })
    }

    /// A key from fresh secrets that this call draws and forgets. Whoever runs it could keep
    /// them, so such a key suits development only; section 12 names the ceremony for real keys.
    ///
    /// # Errors
    /// [`KeyError::Generation`] where the circuit is too large for the field's roots of unity.
    pub fn generate<R: RngCore + CryptoRng>(
        matrices: &Matrices,
        rng: &mut R,
    ) -> Result<Self, KeyError> {
        use ark_std::UniformRand;
        let [alpha, beta, gamma, delta] = [(); 4].map(|()| Fr::rand(rng));
        let ark = ark_groth16::Groth16::<Bn254, CircomReduction>::generate_parameters_with_qap(
            Stored(matrices),
            alpha,
            beta,
            gamma,
            delta,
            G1Affine::generator().into(),
            G2Affine::generator().into(),
            rng,
        )
        .map_err(|_| KeyError::Generation)?;
        Self::new(ark, matrices)
    }

    /// The verifying key.
    pub fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The key in arkworks' form.
    pub fn ark(&self) -> &ark_groth16::ProvingKey<Bn254> {
        &self.ark
    }

    /// The key as bytes, in arkworks' uncompressed form.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] where it cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, KeyError> {
        let mut bytes = Vec::with_capacity(self.ark.uncompressed_size());
        self.ark
            .serialize_uncompressed(&mut bytes)
            .map_err(|_| KeyError::Malformed)?;
        Ok(bytes)
    }

    /// Reads what [`Self::to_bytes`] wrote. Every point is checked, which takes seconds.
    ///
    /// # Errors
    /// [`KeyError`]; [`KeyError::Malformed`] also for a point off the curve or outside the subgroup
    /// and for bytes that would be written otherwise.
    pub fn from_bytes(bytes: &[u8], matrices: &Matrices) -> Result<Self, KeyError> {
        let ark = ark_groth16::ProvingKey::deserialize_uncompressed(bytes)
            .map_err(|_| KeyError::Malformed)?;
        let key = Self::new(ark, matrices)?;
        if key.to_bytes()? != bytes {
            return Err(KeyError::Malformed);
        }
        Ok(key)
    }

    /// Reads what [`Self::to_bytes`] wrote, without checking each point: the caller has compared
    /// the digest of these bytes with one that it trusts.
    ///
    /// # Errors
    /// [`KeyError`] where the bytes are no key for this circuit.
    pub fn from_trusted_bytes(bytes: &[u8], matrices: &Matrices) -> Result<Self, KeyError> {
        let ark = ark_groth16::ProvingKey::deserialize_uncompressed_unchecked(bytes)
            .map_err(|_| KeyError::Malformed)?;
        Self::new(ark, matrices)
    }
}

/// Stored matrices played back to the key generator.
struct Stored<'a>(&'a Matrices);

impl ConstraintSynthesizer<Fr> for Stored<'_> {
    fn generate_constraints(self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let nothing = || Ok(Fr::from(0u64));
        let mut variables = vec![Variable::One];
        for wire in 1..self.0.wires.len() {
            variables.push(if wire <= self.0.public_inputs {
                system.new_input_variable(nothing)?
            } else {
                system.new_witness_variable(nothing)?
            });
        }
        let combination = |row: &Row| {
            LinearCombination(row.iter().map(|(wire, c)| (*c, variables[*wire])).collect())
        };
        for ((a, b), c) in self.0.a.iter().zip(&self.0.b).zip(&self.0.c) {
            let [a, b, c] = [a, b, c].map(combination);
            system.enforce_r1cs_constraint(|| a, || b, || c)?;
        }
        Ok(())
    }
}
