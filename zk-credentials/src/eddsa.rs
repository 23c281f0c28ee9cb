//! EdDSA over Baby Jubjub with Poseidon, as circomlib verifies it (docs/protocol.md section 5).
//!
//! A Schnorr-type signature: commitment R8 = k·B8, challenge h = P(R8x, R8y, Ax, Ay, M),
//! response S = k + 8·h·a modulo l. A verifier checks `S·B8 = R8 + 8h·A`, R8 on the curve, S < l,
//! and A on the curve, in the prime subgroup and not the identity.
//!
//! Key and nonce derivation are our own, since circomlib does not fix them:
//! `a = SHA-512("humanseal/v1/issuer-key" ‖ seed) mod l`,
//! `p = SHA-512("humanseal/v1/issuer-nonce" ‖ seed)`,
//! `k = SHA-512(p ‖ M) mod l`, digests read little-endian, M as 32 bytes big-endian. 512 bits
//! make the reduction's bias negligible; a nonce is never random, so it never repeats for two
//! messages by a generator's fault (as in RFC 8032 section 5.1).

use std::fmt;

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{BigInteger, PrimeField, Zero};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::baby_jubjub::{
    Affine, PointError, Scalar, base, canonical_scalar, in_subgroup, mul_secret, on_curve,
    reduced_scalar,
};
use crate::field::FieldElement;
use crate::poseidon::poseidon;

/// Why a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// R8 does not satisfy the curve's equation.
    #[error("the signature's point is not on Baby Jubjub")]
    CommitmentOffCurve,
    /// S is no smaller than the order of the subgroup: a second spelling of another signature.
    #[error("the signature's scalar is not canonical")]
    ResponseOutOfRange,
    /// The equation does not hold for this key and message.
    #[error("the signature does not fit the key and the message")]
    Mismatch,
}

impl SignatureError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CommitmentOffCurve => "signature_commitment_off_curve",
            Self::ResponseOutOfRange => "signature_response_out_of_range",
            Self::Mismatch => "signature_mismatch",
        }
    }
}

/// An issuer's signing key. Wiped when dropped, never printed.
pub struct IssuerSecretKey {
    scalar: Scalar,
    nonce_key: Zeroizing<[u8; 64]>,
    public: IssuerKey,
}

impl IssuerSecretKey {
    /// The key of a seed of 32 uniform bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        let mut counter = 0_u8;
        let scalar = loop {
            let digest = digest(
                b"humanseal/v1/issuer-key",
                &[seed.as_slice(), &vec![0; counter.into()]],
            );
            let scalar = Scalar::from_le_bytes_mod_order(digest.as_slice());
            // Zero has a chance of 2^-251 and would make the identity a key.
            if !scalar.is_zero() {
                break scalar;
            }
            counter += 1;
        };
        let nonce_key = digest(b"humanseal/v1/issuer-nonce", &[seed.as_slice()]);
        let point = mul_secret(&base(), &scalar).into_affine();
        Self {
            scalar,
            nonce_key,
            public: IssuerKey { point },
        }
    }
    /// The public key `A = a·B8`.
    pub fn public(&self) -> IssuerKey {
        self.public
    }
    /// Signs a message. One key and message have one signature.
    pub fn sign(&self, message: FieldElement) -> Signature {
        let nonce_digest = digest(self.nonce_key.as_slice(), &[&message.to_be_bytes()]);
        let nonce = Zeroizing::new(Scalar::from_le_bytes_mod_order(nonce_digest.as_slice()));
        let commitment = mul_secret(&base(), &nonce).into_affine();
        let challenge = challenge(&commitment, &self.public, message);
        let response = *nonce + Scalar::from(8_u64) * reduced_scalar(challenge) * self.scalar;
        let response = Fr::from_le_bytes_mod_order(&response.into_bigint().to_bytes_le());
        Signature {
            r8x: commitment.x.into(),
            r8y: commitment.y.into(),
            s: response.into(),
        }
    }
}

impl Drop for IssuerSecretKey {
    fn drop(&mut self) {
        self.scalar.zeroize();
    }
}

impl fmt::Debug for IssuerSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuerSecretKey(..)")
    }
}

fn digest(prefix: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
    let mut hasher = Sha512::new();
    hasher.update(prefix);
    parts.iter().for_each(|part| hasher.update(part));
    Zeroizing::new(hasher.finalize().into())
}

fn challenge(commitment: &Affine, key: &IssuerKey, message: FieldElement) -> Fr {
    poseidon(&[
        commitment.x,
        commitment.y,
        key.point.x,
        key.point.y,
        message.fr(),
    ])
}

/// An issuer's public key A: on the curve, in the prime subgroup, not the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Coordinates", into = "Coordinates")]
pub struct IssuerKey {
    point: Affine,
}

/// `P(Ax, Ay)`, by which a proof names an issuer. Only a hash: whoever trusts one checks A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuerId(pub FieldElement);

impl IssuerKey {
    /// The key with these coordinates, if it may be trusted as one.
    pub fn new(ax: FieldElement, ay: FieldElement) -> Result<Self, PointError> {
        in_subgroup(ax.fr(), ay.fr()).map(|point| Self { point })
    }
    /// The coordinate Ax.
    pub fn ax(&self) -> FieldElement {
        self.point.x.into()
    }
    /// The coordinate Ay.
    pub fn ay(&self) -> FieldElement {
        self.point.y.into()
    }
    /// The point A.
    pub fn point(&self) -> Affine {
        self.point
    }
    /// `issuer = P(Ax, Ay)`.
    pub fn id(&self) -> IssuerId {
        IssuerId(poseidon(&[self.point.x, self.point.y]).into())
    }
    /// Checks a signature over a message: R8 on the curve, S < l, `S·B8 = R8 + 8h·A`.
    pub fn verify(
        &self,
        message: FieldElement,
        signature: &Signature,
    ) -> Result<(), SignatureError> {
        let commitment = on_curve(signature.r8x.fr(), signature.r8y.fr())
            .map_err(|_| SignatureError::CommitmentOffCurve)?;
        let response = canonical_scalar(&signature.s).ok_or(SignatureError::ResponseOutOfRange)?;
        let challenge = reduced_scalar(challenge(&commitment, self, message));
        let left = base() * response;
        // A is in the prime subgroup, so reducing h modulo l changes nothing.
        let right = self
            .point
            .into_group()
            .mul_bigint((challenge * Scalar::from(8_u64)).into_bigint())
            + commitment;
        if left == right {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Coordinates {
    ax: FieldElement,
    ay: FieldElement,
}

impl TryFrom<Coordinates> for IssuerKey {
    type Error = PointError;

    fn try_from(coordinates: Coordinates) -> Result<Self, PointError> {
        Self::new(coordinates.ax, coordinates.ay)
    }
}

impl From<IssuerKey> for Coordinates {
    fn from(key: IssuerKey) -> Self {
        Self {
            ax: key.ax(),
            ay: key.ay(),
        }
    }
}

/// A signature as it travels: nothing in it is checked before [`IssuerKey::verify`]. It prints
/// nothing: under a credential it tells the issuer whose it is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// x of the commitment R8.
    pub r8x: FieldElement,
    /// y of the commitment R8.
    pub r8y: FieldElement,
    /// The response S, below l.
    pub s: FieldElement,
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use ark_ec::twisted_edwards::TECurveConfig;
    use ark_ff::{AdditiveGroup, Field};
    use proptest::prelude::*;

    use super::*;
    use crate::baby_jubjub::BabyJubjub;

    fn element(n: u64) -> FieldElement {
        FieldElement::from(n)
    }

    #[test]
    fn a_signature_is_deterministic_and_verifies() {
        let key = IssuerSecretKey::from_seed([3; 32]);
        let signature = key.sign(element(42));
        assert_eq!(signature, key.sign(element(42)));
        assert_eq!(key.public().verify(element(42), &signature), Ok(()));
        assert_ne!(signature.r8x, key.sign(element(43)).r8x);
        let shown = format!("{key:?} {signature:?}");
        assert_eq!(shown, "IssuerSecretKey(..) Signature(..)");
    }

    #[test]
    fn another_message_key_or_part_is_a_mismatch() {
        let key = IssuerSecretKey::from_seed([3; 32]);
        let other = IssuerSecretKey::from_seed([4; 32]);
        let signature = key.sign(element(42));
        let mismatch = Err(SignatureError::Mismatch);
        assert_eq!(key.public().verify(element(43), &signature), mismatch);
        assert_eq!(other.public().verify(element(42), &signature), mismatch);
        let foreign = other.sign(element(42));
        let mixed = Signature {
            s: foreign.s,
            ..signature
        };
        assert_eq!(key.public().verify(element(42), &mixed), mismatch);
        let mixed = Signature {
            r8x: foreign.r8x,
            r8y: foreign.r8y,
            ..signature
        };
        assert_eq!(key.public().verify(element(42), &mixed), mismatch);
    }

    #[test]
    fn a_response_at_or_above_the_order_is_refused() {
        let key = IssuerSecretKey::from_seed([5; 32]);
        let signature = key.sign(element(1));
        let order = Fr::from_bigint(Scalar::MODULUS).unwrap();
        for s in [order, signature.s.fr() + order, -Fr::ONE] {
            let shifted = Signature {
                s: s.into(),
                ..signature
            };
            assert_eq!(
                key.public().verify(element(1), &shifted),
                Err(SignatureError::ResponseOutOfRange)
            );
        }
    }

    #[test]
    fn a_commitment_off_the_curve_is_refused() {
        let key = IssuerSecretKey::from_seed([5; 32]);
        let signature = key.sign(element(1));
        for (r8x, r8y) in [
            (signature.r8y, signature.r8x),
            (element(1), element(1)),
            (element(0), element(0)),
        ] {
            let moved = Signature {
                r8x,
                r8y,
                ..signature
            };
            assert_eq!(
                key.public().verify(element(1), &moved),
                Err(SignatureError::CommitmentOffCurve)
            );
        }
    }

    #[test]
    fn a_commitment_shifted_by_a_point_of_small_order_is_a_mismatch() {
        let key = IssuerSecretKey::from_seed([5; 32]);
        let signature = key.sign(element(1));
        let order_two = Affine::new_unchecked(Fr::ZERO, -Fr::ONE);
        let r8 = (Affine::new_unchecked(signature.r8x.fr(), signature.r8y.fr()) + order_two)
            .into_affine();
        let moved = Signature {
            r8x: r8.x.into(),
            r8y: r8.y.into(),
            ..signature
        };
        assert_eq!(
            key.public().verify(element(1), &moved),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn identity_and_small_order_keys_are_refused() {
        assert_eq!(
            IssuerKey::new(element(0), element(1)),
            Err(PointError::Identity)
        );
        let minus_one = FieldElement::from(-Fr::ONE);
        assert_eq!(
            IssuerKey::new(element(0), minus_one),
            Err(PointError::OutsideSubgroup)
        );
        let x = <BabyJubjub as TECurveConfig>::COEFF_A
            .inverse()
            .unwrap()
            .sqrt()
            .unwrap();
        assert_eq!(
            IssuerKey::new(x.into(), element(0)),
            Err(PointError::OutsideSubgroup)
        );
        assert!(serde_json::from_str::<IssuerKey>(r#"{"ax":"0","ay":"1"}"#).is_err());
    }

    #[test]
    fn keys_and_signatures_travel_as_json_with_no_other_field() {
        let key = IssuerSecretKey::from_seed([6; 32]);
        let json = serde_json::to_string(&key.public()).unwrap();
        assert_eq!(
            serde_json::from_str::<IssuerKey>(&json).unwrap(),
            key.public()
        );
        let more = json.replace('}', r#","az":"1"}"#);
        assert!(serde_json::from_str::<IssuerKey>(&more).is_err());
        let signature = key.sign(element(9));
        let json = serde_json::to_string(&signature).unwrap();
        assert_eq!(serde_json::from_str::<Signature>(&json).unwrap(), signature);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn every_signature_verifies(seed in any::<[u8; 32]>(), message in any::<[u8; 32]>()) {
            let key = IssuerSecretKey::from_seed(seed);
            let message = FieldElement::from(Fr::from_be_bytes_mod_order(&message));
            prop_assert_eq!(key.public().verify(message, &key.sign(message)), Ok(()));
            prop_assert!(IssuerKey::new(key.public().ax(), key.public().ay()).is_ok());
        }
    }
}
