//! The curves of PACE in a software chip. Points come and go as uncompressed bytes, scalars as 32 bytes.

use bp256::BrainpoolP256r1;
use p256::NistP256;
use p256::elliptic_curve::group::{Curve as _, Group as _};
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use p256::elliptic_curve::{
    AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, ProjectivePoint, PublicKey,
};

/// A curve with standardised domain parameters (ICAO 9303 part 11, section 9.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// brainpoolP256r1.
    BrainpoolP256r1,
}

impl Curve {
    /// The number of its domain parameters.
    #[must_use]
    pub fn parameters(self) -> u8 {
        match self {
            Self::P256 => 12,
            Self::BrainpoolP256r1 => 13,
        }
    }

    /// The curve with this number.
    pub(crate) fn of(parameters: u8) -> Option<Self> {
        [Self::P256, Self::BrainpoolP256r1]
            .into_iter()
            .find(|curve| curve.parameters() == parameters)
    }

    /// The generator.
    pub(crate) fn generator(self) -> Option<Vec<u8>> {
        match self {
            Self::P256 => encode::<NistP256>(ProjectivePoint::<NistP256>::generator()),
            Self::BrainpoolP256r1 => {
                encode::<BrainpoolP256r1>(ProjectivePoint::<BrainpoolP256r1>::generator())
            }
        }
    }

    /// `scalar · point`; none for bytes that are no point, and for infinity.
    pub(crate) fn multiply(self, scalar: &[u8; 32], point: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::P256 => multiply::<NistP256>(scalar, point),
            Self::BrainpoolP256r1 => multiply::<BrainpoolP256r1>(scalar, point),
        }
    }

    /// The generator of generic mapping, `nonce · G + H` (section 4.4.3.3.1).
    pub(crate) fn map(self, nonce: &[u8; 16], shared: &[u8]) -> Option<Vec<u8>> {
        let mut scalar = [0; 32];
        scalar[16..].copy_from_slice(nonce);
        match self {
            Self::P256 => map::<NistP256>(&scalar, shared),
            Self::BrainpoolP256r1 => map::<BrainpoolP256r1>(&scalar, shared),
        }
    }
}

fn multiply<C>(number: &[u8; 32], point: &[u8]) -> Option<Vec<u8>>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let point = PublicKey::<C>::from_sec1_bytes(point).ok()?;
    encode::<C>(point.to_projective() * scalar::<C>(number)?)
}

fn map<C>(nonce: &[u8; 32], shared: &[u8]) -> Option<Vec<u8>>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let shared = PublicKey::<C>::from_sec1_bytes(shared).ok()?;
    let moved = ProjectivePoint::<C>::generator() * scalar::<C>(nonce)?;
    encode::<C>(moved + shared.to_projective())
}

fn scalar<C: CurveArithmetic>(number: &[u8; 32]) -> Option<C::Scalar> {
    let bytes = FieldBytes::<C>::try_from(&number[..]).ok()?;
    Some(<C::Scalar as Reduce<FieldBytes<C>>>::reduce(&bytes))
}

fn encode<C>(point: ProjectivePoint<C>) -> Option<Vec<u8>>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let point = PublicKey::<C>::from_affine(point.to_affine()).ok()?;
    Some(point.to_sec1_point(false).as_bytes().to_vec())
}
