//! Poseidon's constants, drawn as its authors draw them: by the Grain generator in its self-shrinking mode, begun with
//! the parameters alone (Grassi, Khovratovich, Rechberger, Roy, Schofnegger, "Poseidon: A New Hash Function for
//! Zero-Knowledge Proof Systems", 2021, appendices E and F; `generate_parameters_grain.sage`).

use ark_bn254::Fr;
use ark_ff::{BigInt, Field, PrimeField};

/// Bits of an element.
const BITS: usize = Fr::MODULUS_BIT_SIZE as usize;

/// A register of 80 bits, the oldest the highest.
pub(super) struct Grain(u128);

impl Grain {
    pub(super) fn new(width: usize, full_rounds: usize, partial_rounds: usize) -> Self {
        // A prime field and the S-box of a power, then sizes, then ones.
        let fields: [(u128, u32); 7] = [
            (1, 2),
            (0, 4),
            (BITS as u128, 12),
            (width as u128, 12),
            (full_rounds as u128, 10),
            (partial_rounds as u128, 10),
            ((1 << 30) - 1, 30),
        ];
        let start = fields
            .iter()
            .fold(0, |state, (value, bits)| (state << bits) | value);
        let mut grain = Self(start);
        for _ in 0..160 {
            grain.step();
        }
        grain
    }

    fn step(&mut self) -> bool {
        let tap = |place: u32| self.0 >> (79 - place);
        let bit = (tap(62) ^ tap(51) ^ tap(38) ^ tap(23) ^ tap(13) ^ tap(0)) & 1;
        self.0 = ((self.0 << 1) | bit) & ((1 << 80) - 1);
        bit == 1
    }

    /// Of two bits the second counts, if the first is one.
    fn bit(&mut self) -> bool {
        while !self.step() {
            self.step();
        }
        self.step()
    }

    /// As many bits as an element has, the highest first.
    fn number(&mut self) -> BigInt<4> {
        let mut limbs = [0u64; 4];
        for place in (0..BITS).rev() {
            limbs[place / 64] |= u64::from(self.bit()) << (place % 64);
        }
        BigInt::new(limbs)
    }

    /// An element, every one as likely: what is too large is drawn again.
    pub(super) fn element(&mut self) -> Fr {
        loop {
            if let Some(element) = Fr::from_bigint(self.number()) {
                return element;
            }
        }
    }

    /// The linear layer, a Cauchy matrix of elements that are reduced.
    pub(super) fn matrix(&mut self, width: usize) -> Vec<Vec<Fr>> {
        let mut reduced = || {
            let number = self.number();
            Fr::from_bigint(number).unwrap_or_else(|| {
                // Below twice the modulus, which has as many bits.
                let mut rest = number;
                ark_ff::BigInteger::sub_with_borrow(&mut rest, &Fr::MODULUS);
                Fr::from_bigint(rest).unwrap_or_default()
            })
        };
        let rows: Vec<Fr> = (0..width).map(|_| reduced()).collect();
        let columns: Vec<Fr> = (0..width).map(|_| reduced()).collect();
        let entry = |x: &Fr, y: &Fr| (*x + y).inverse().unwrap_or_default();
        rows.iter()
            .map(|x| columns.iter().map(|y| entry(x, y)).collect())
            .collect()
    }
}
