//! Points as the words that Ethereum's precompiles read (EIP-196, EIP-197): each coordinate 32
//! bytes, big-endian, x before y, and of a G2 coordinate the imaginary part first.

use ark_bn254::{Fq, G1Affine, G2Affine};
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
