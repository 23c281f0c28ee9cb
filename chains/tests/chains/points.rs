//! The points of a proof, as an attacker takes them apart.

use alloy::primitives::U256;
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, Field, PrimeField};
use humanseal_wallet_link::ContractPresentation;
use humanseal_zk_credentials::exchange::Base64;

/// A, B, C.
#[derive(Clone, Copy)]
pub struct Points {
    pub a: G1Affine,
    pub b: G2Affine,
    pub c: G1Affine,
}

impl Points {
    pub fn of(shown: &ContractPresentation) -> Self {
        let words: Vec<Fq> = shown
            .proof
            .as_bytes()
            .chunks(32)
            .map(Fq::from_be_bytes_mod_order)
            .collect();
        let two = |im: usize| Fq2::new(words[im + 1], words[im]);
        Self {
            a: G1Affine::new(words[0], words[1]),
            b: G2Affine::new(two(2), two(4)),
            c: G1Affine::new(words[6], words[7]),
        }
    }

    /// The presentation with these points for its own.
    pub fn shown(&self, of: &ContractPresentation) -> ContractPresentation {
        let coordinates = [
            self.a.x,
            self.a.y,
            self.b.x.c1,
            self.b.x.c0,
            self.b.y.c1,
            self.b.y.c0,
            self.c.x,
            self.c.y,
        ];
        let bytes = coordinates
            .iter()
            .flat_map(|coordinate| coordinate.into_bigint().to_bytes_be())
            .collect();
        ContractPresentation {
            proof: Base64::new(bytes).unwrap(),
            ..of.clone()
        }
    }

    /// Another proof of the same statement: A·r, B·(1/r), C.
    pub fn rerandomised(&self, r: u64) -> Self {
        let r = Fr::from(r);
        Self {
            a: (self.a * r).into_affine(),
            b: (self.b * r.inverse().unwrap()).into_affine(),
            c: self.c,
        }
    }

    /// With C moved by a multiple of the generator.
    pub fn with_c_moved(&self, by: Fr) -> Self {
        Self {
            c: (self.c + G1Affine::generator() * by).into_affine(),
            ..*self
        }
    }

    /// The order of the field of coordinates.
    pub fn base_field_order() -> [u8; 32] {
        Fq::MODULUS.to_bytes_be().try_into().unwrap()
    }

    /// A point of the twist that is in no subgroup of order r: x imaginary, x real, y likewise.
    pub fn outside_subgroup() -> [U256; 4] {
        let mut x = 1u64;
        let point = loop {
            let candidate = G2Affine::get_point_from_x_unchecked(Fq2::from(x), true);
            match candidate {
                Some(point) if !point.is_in_correct_subgroup_assuming_on_curve() => break point,
                _ => x += 1,
            }
        };
        [point.x.c1, point.x.c0, point.y.c1, point.y.c0].map(|coordinate| {
            let bytes = coordinate.into_bigint().to_bytes_be();
            U256::from_be_slice(&bytes)
        })
    }
}
