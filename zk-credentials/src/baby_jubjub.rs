//! Baby Jubjub, the twisted Edwards curve over BN254's scalar field, in circomlib's form.
//!
//! `a·x² + y² = 1 + d·x²·y²` with a = 168700, d = 168696 (EIP-2494). a is a square and d is not,
//! so the addition law is complete: it holds for every pair of points without exception
//! (Bernstein et al., "Twisted Edwards Curves", 2008). The group has order 8·l, l prime.
//! Arithmetic is that of `ark-ec`; this module holds the constants, the checks and the one
//! multiplication that secrets pass through.

// The derive macro of the scalar field asks for a feature of its own crate under our name.
#![allow(unexpected_cfgs)]

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ec::twisted_edwards::{self, MontCurveConfig, TECurveConfig};
use ark_ec::{AffineRepr, CurveConfig};
use ark_ff::{
    AdditiveGroup, BigInt, BigInteger, Field, Fp256, MontBackend, MontConfig, MontFp, PrimeField,
};
use subtle::{Choice, ConditionallySelectable};

use crate::field::FieldElement;
use crate::word::tag;

/// Parameters of the field of scalars, of the order l of the prime subgroup (EIP-2494).
#[derive(MontConfig)]
#[modulus = "2736030358979909402780800718157159386076813972158567259200215660948447373041"]
#[generator = "31"]
pub struct ScalarConfig;

/// A scalar: an integer modulo l.
pub type Scalar = Fp256<MontBackend<ScalarConfig, 4>>;

/// The curve's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BabyJubjub;

/// A point (x, y). It may lie off the curve until it is checked.
pub type Affine = twisted_edwards::Affine<BabyJubjub>;
/// A point in extended coordinates.
pub type Projective = twisted_edwards::Projective<BabyJubjub>;

impl CurveConfig for BabyJubjub {
    type BaseField = Fr;
    type ScalarField = Scalar;
    const COFACTOR: &'static [u64] = &[8];
    const COFACTOR_INV: Scalar =
        MontFp!("2394026564107420727433200628387514462817212225638746351800188703329891451411");
}

impl TECurveConfig for BabyJubjub {
    const COEFF_A: Fr = MontFp!("168700");
    const COEFF_D: Fr = MontFp!("168696");
    /// circomlib's `B8`, the base point of EIP-2494 times 8.
    const GENERATOR: Affine = Affine::new_unchecked(
        MontFp!("5299619240641551281634865583518297030282874472190772894086521144482721001553"),
        MontFp!("16950150798460657717958625567821834550301663161624707787222815936182638968203"),
    );
    type MontCurveConfig = Self;
}

impl MontCurveConfig for BabyJubjub {
    const COEFF_A: Fr = MontFp!("168698");
    const COEFF_B: Fr = MontFp!("1");
    type TECurveConfig = Self;
}

/// Why a pair of coordinates is no usable point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// The coordinates do not satisfy the curve's equation.
    #[error("the point is not on Baby Jubjub")]
    OffCurve,
    /// The point is not a multiple of the base point.
    #[error("the point is not in the prime subgroup")]
    OutsideSubgroup,
    /// The point is the neutral element.
    #[error("the point is the identity")]
    Identity,
}

impl PointError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OffCurve => "point_off_curve",
            Self::OutsideSubgroup => "point_outside_subgroup",
            Self::Identity => "point_identity",
        }
    }
}

/// circomlib's `B8`, which generates the prime subgroup.
pub fn base() -> Affine {
    Affine::generator()
}

/// The point with these coordinates, on the curve but perhaps outside the prime subgroup.
pub fn on_curve(x: Fr, y: Fr) -> Result<Affine, PointError> {
    let point = Affine::new_unchecked(x, y);
    if point.is_on_curve() {
        Ok(point)
    } else {
        Err(PointError::OffCurve)
    }
}

/// The point with these coordinates, on the curve, in the prime subgroup and not the identity:
/// what a public key must be.
pub fn in_subgroup(x: Fr, y: Fr) -> Result<Affine, PointError> {
    let point = on_curve(x, y)?;
    if point.is_zero() {
        return Err(PointError::Identity);
    }
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err(PointError::OutsideSubgroup);
    }
    Ok(point)
}

/// The offset point G of docs/protocol.md section 5: nobody knows its discrete logarithm.
///
/// y runs upwards from `TAG_OFFSET` until a point has it; of its two x the smaller is taken; the
/// point times 8 is G, unless that is the identity.
pub fn offset() -> Affine {
    static OFFSET: OnceLock<Affine> = OnceLock::new();
    *OFFSET.get_or_init(|| {
        let mut y = tag("offset").fr();
        loop {
            if let Some(point) = Affine::get_point_from_y_unchecked(y, false) {
                let cleared = point.mul_by_cofactor();
                if !cleared.is_zero() {
                    return cleared;
                }
            }
            y += Fr::ONE;
        }
    })
}

/// `scalar · point` by a fixed pattern of 251 doublings and 251 additions with a masked choice,
/// so that neither branches nor memory addresses depend on the scalar.
///
/// The field arithmetic beneath is arkworks', which does not promise constant time; the law is
/// complete, so at least no step is exceptional.
pub(crate) fn mul_secret(point: &Affine, scalar: &Scalar) -> Projective {
    let bits = scalar.into_bigint();
    let addend = point.into_group();
    let mut sum = Projective::ZERO;
    for bit in (0..Scalar::MODULUS_BIT_SIZE as usize).rev() {
        sum.double_in_place();
        let with = sum + addend;
        sum = select(&sum, &with, Choice::from(u8::from(bits.get_bit(bit))));
    }
    sum
}

fn select(a: &Projective, b: &Projective, choice: Choice) -> Projective {
    let pick = |a: &Fr, b: &Fr| {
        let mut limbs = [0; 4];
        for (limb, (a, b)) in limbs.iter_mut().zip(a.0.0.iter().zip(b.0.0.iter())) {
            *limb = u64::conditional_select(a, b, choice);
        }
        // The limbs are those of one of two elements in Montgomery form: taken as they are.
        Fr::new_unchecked(BigInt(limbs))
    };
    Projective::new_unchecked(
        pick(&a.x, &b.x),
        pick(&a.y, &b.y),
        pick(&a.t, &b.t),
        pick(&a.z, &b.z),
    )
}

/// The integer of a field element as a scalar, if it is below l: the canonical spelling.
pub(crate) fn canonical_scalar(element: &FieldElement) -> Option<Scalar> {
    let number = element.fr().into_bigint();
    (number < Scalar::MODULUS)
        .then(|| Scalar::from_bigint(number))
        .flatten()
}

/// The integer of a field element, reduced modulo l.
pub(crate) fn reduced_scalar(element: Fr) -> Scalar {
    Scalar::from_le_bytes_mod_order(&element.into_bigint().to_bytes_le())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use ark_ec::{CurveGroup, PrimeGroup};
    use ark_std::{One, UniformRand, Zero};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_constants_are_those_of_eip_2494() {
        assert!(base().is_on_curve());
        assert!(in_subgroup(base().x, base().y).is_ok());
        assert_eq!(
            BabyJubjub::COFACTOR_INV * Scalar::from(8_u64),
            Scalar::one()
        );
        // a is a square and d is not: the addition law is complete.
        assert!(<BabyJubjub as TECurveConfig>::COEFF_A.legendre().is_qr());
        assert!(BabyJubjub::COEFF_D.legendre().is_qnr());
        // The Montgomery form: A = 2(a + d)/(a − d), B = 4/(a − d).
        let (a, d) = (<BabyJubjub as TECurveConfig>::COEFF_A, BabyJubjub::COEFF_D);
        let inverse = (a - d).inverse().unwrap();
        assert_eq!(
            <BabyJubjub as MontCurveConfig>::COEFF_A,
            (a + d).double() * inverse
        );
        assert_eq!(BabyJubjub::COEFF_B, Fr::from(4_u64) * inverse);
        // EIP-2494's generator of the whole group, times 8, is B8.
        let whole = on_curve(
            MontFp!("995203441582195749578291179787384436505546430278305826713579947235728471134"),
            MontFp!("5472060717959818805561601436314318772137091100104008585924551046643952123905"),
        )
        .unwrap();
        assert_eq!(whole.mul_by_cofactor(), base());
        assert_eq!(
            in_subgroup(whole.x, whole.y),
            Err(PointError::OutsideSubgroup)
        );
    }

    #[test]
    fn the_offset_point_is_in_the_subgroup_and_reproducible() {
        let g = offset();
        assert!(in_subgroup(g.x, g.y).is_ok());
        let mut y = tag("offset").fr();
        let mut tried = 0;
        let found = loop {
            if let Some(point) = Affine::get_point_from_y_unchecked(y, false) {
                break point;
            }
            y += Fr::one();
            tried += 1;
        };
        assert!(found.x.into_bigint() <= (-found.x).into_bigint());
        assert_eq!((found.into_group() * Scalar::from(8_u64)).into_affine(), g);
        assert!(tried < 64);
    }

    #[test]
    fn identity_small_order_and_foreign_points_are_refused() {
        let minus_one = -Fr::one();
        assert_eq!(
            in_subgroup(Fr::zero(), Fr::one()),
            Err(PointError::Identity)
        );
        // (0, −1) has order 2, (1/√a, 0) order 4.
        assert_eq!(
            in_subgroup(Fr::zero(), minus_one),
            Err(PointError::OutsideSubgroup)
        );
        let x = <BabyJubjub as TECurveConfig>::COEFF_A
            .inverse()
            .unwrap()
            .sqrt()
            .unwrap();
        assert_eq!(in_subgroup(x, Fr::zero()), Err(PointError::OutsideSubgroup));
        assert_eq!(in_subgroup(Fr::one(), Fr::one()), Err(PointError::OffCurve));
        assert_eq!(
            in_subgroup(Fr::zero(), Fr::zero()),
            Err(PointError::OffCurve)
        );
        // A point of the subgroup plus one of order 2.
        let mixed = (base() + Affine::new_unchecked(Fr::zero(), minus_one)).into_affine();
        assert_eq!(
            in_subgroup(mixed.x, mixed.y),
            Err(PointError::OutsideSubgroup)
        );
    }

    #[test]
    fn scalars_at_and_above_the_order_are_not_canonical() {
        let order = FieldElement::from(Fr::from_bigint(Scalar::MODULUS).unwrap());
        assert_eq!(canonical_scalar(&order), None);
        let below = FieldElement::from(order.fr() - Fr::one());
        assert_eq!(canonical_scalar(&below), Some(-Scalar::one()));
        assert_eq!(reduced_scalar(order.fr()), Scalar::zero());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn the_fixed_pattern_equals_the_plain_multiplication(seed in any::<[u8; 32]>()) {
            let scalar = Scalar::from_le_bytes_mod_order(&seed);
            prop_assert_eq!(mul_secret(&base(), &scalar), base() * scalar);
            prop_assert_eq!(mul_secret(&base(), &scalar), base().into_group().mul_bigint(scalar.into_bigint()));
        }
    }

    #[test]
    fn multiplication_by_zero_one_and_the_largest() {
        let mut rng = ark_std::test_rng();
        let point = (base() * Scalar::rand(&mut rng)).into_affine();
        assert!(mul_secret(&point, &Scalar::zero()).is_zero());
        assert_eq!(mul_secret(&point, &Scalar::one()), point.into_group());
        assert_eq!(mul_secret(&point, &-Scalar::one()), -point.into_group());
    }
}
