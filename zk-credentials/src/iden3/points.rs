//! Field elements and points as the files hold them: little-endian, in a `.zkey` in Montgomery form.

use ark_bn254::{Fq, Fq2, Fr, g1, g2};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInt, PrimeField};

use super::container::{ELEMENT, Reader};

/// Four limbs below the modulus.
fn limbs(reader: &mut Reader, modulus: BigInt<4>) -> Option<BigInt<4>> {
    let mut limbs = [0; 4];
    for limb in &mut limbs {
        *limb = reader.u64()?;
    }
    let number = BigInt::new(limbs);
    (number < modulus).then_some(number)
}

/// A coordinate. The number in the file is the element's Montgomery form `x·2^256`.
fn coordinate(reader: &mut Reader) -> Option<Fq> {
    limbs(reader, Fq::MODULUS).map(Fq::new_unchecked)
}

/// An element as the other files hold it, in plain form and below the modulus.
pub(super) fn plain(reader: &mut Reader) -> Option<Fr> {
    limbs(reader, Fr::MODULUS).and_then(Fr::from_bigint)
}

/// A coefficient of section 4. The number in the file carries the factor 2^256 twice.
pub(super) fn coefficient(reader: &mut Reader) -> Option<Fr> {
    let once = limbs(reader, Fr::MODULUS).map(Fr::new_unchecked)?;
    Some(Fr::new_unchecked(once.into_bigint()))
}

/// A type of point: its coordinates, and whether they make a point of the group of order r.
pub(super) trait Point: AffineRepr + Send {
    /// Bytes of a point.
    const LENGTH: usize;
    /// Reads a point; both coordinates 0 is infinity, as everywhere in iden3's files.
    fn read(reader: &mut Reader) -> Option<Self>;
}

impl Point for g1::G1Affine {
    const LENGTH: usize = 2 * ELEMENT;
    fn read(reader: &mut Reader) -> Option<Self> {
        let (x, y) = (coordinate(reader)?, coordinate(reader)?);
        if x == Fq::ZERO && y == Fq::ZERO {
            return Some(Self::identity());
        }
        let point = Self::new_unchecked(x, y);
        // The curve has prime order: on the curve is in the group.
        point.is_on_curve().then_some(point)
    }
}

impl Point for g2::G2Affine {
    const LENGTH: usize = 4 * ELEMENT;
    fn read(reader: &mut Reader) -> Option<Self> {
        let mut pair = || Some(Fq2::new(coordinate(reader)?, coordinate(reader)?));
        let (x, y) = (pair()?, pair()?);
        if x == Fq2::ZERO && y == Fq2::ZERO {
            return Some(Self::identity());
        }
        let point = Self::new_unchecked(x, y);
        (point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
    }
}
