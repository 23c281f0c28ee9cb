//! Points as the words that Ethereum's precompiles read (EIP-196, EIP-197): each coordinate 32
//! bytes, big-endian, x before y, and of a G2 coordinate the imaginary part first.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};

/// The two words of a point that is not at infinity.
pub(super) fn g1_words(point: &G1Affine) -> [[u8; 32]; 2] {
    [point.x, point.y].map(word)
}

/// The four words of a point that is not at infinity.
pub(super) fn g2_words(point: &G2Affine) -> [[u8; 32]; 4] {
    [point.x.c1, point.x.c0, point.y.c1, point.y.c0].map(word)
}

fn word(coordinate: Fq) -> [u8; 32] {
    let mut word = [0; 32];
    word.copy_from_slice(&coordinate.into_bigint().to_bytes_be());
    word
}

/// The point of two words; `None` for a coordinate that is not below the modulus, or off the curve. The group is
/// of prime order, so a point on the curve is in it; (0, 0), the precompile's infinity, is not on it.
pub(super) fn g1_of([x, y]: [[u8; 32]; 2]) -> Option<G1Affine> {
    let point = G1Affine::new_unchecked(coordinate(x)?, coordinate(y)?);
    point.is_on_curve().then_some(point)
}

/// The point of four words; `None` also for one outside the subgroup.
pub(super) fn g2_of([x_im, x_re, y_im, y_re]: [[u8; 32]; 4]) -> Option<G2Affine> {
    let x = Fq2::new(coordinate(x_re)?, coordinate(x_im)?);
    let y = Fq2::new(coordinate(y_re)?, coordinate(y_im)?);
    let point = G2Affine::new_unchecked(x, y);
    let valid = point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve();
    valid.then_some(point)
}

fn coordinate(bytes: [u8; 32]) -> Option<Fq> {
    let read = Fq::from_be_bytes_mod_order(&bytes);
    // What is written the same again was below the modulus.
    (word(read) == bytes).then_some(read)
}
