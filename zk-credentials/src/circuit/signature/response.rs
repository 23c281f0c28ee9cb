//! `S·B8`, a multiple of the fixed base point.

use std::sync::LazyLock;

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

use super::challenge::shift;
use crate::baby_jubjub::{self, Affine, Projective, Scalar};
use crate::circuit::bits::bit;
use crate::circuit::curve::{self, Edwards, Montgomery};
use crate::circuit::inverses::{Inverses, montgomery_coordinates};
use crate::circuit::system::System;

/// Windows of three bits. With 83 of them the largest sum is `8^83 − 1 = 2^249 − 1`, below half of
/// the order l; with 84 sums would wrap.
const WINDOWS: usize = 83;
/// Place of the highest bit.
const TOP: usize = 3 * WINDOWS + 1;

/// Constants of one window w: the multiples 1, 3, 5, 7 of `8^w·B8` in both forms.
struct Window {
    points: [Affine; 4],
    montgomery: [[Fr; 2]; 4],
}

static TABLE: LazyLock<Vec<Window>> = LazyLock::new(|| {
    let mut unit = baby_jubjub::base().into_group();
    let mut multiples = Vec::with_capacity(4 * WINDOWS);
    for _ in 0..WINDOWS {
        let double = unit.double();
        let mut multiple = unit;
        for _ in 0..4 {
            multiples.push(multiple);
            multiple += double;
        }
        unit = double.double().double();
    }
    let points = Projective::normalize_batch(&multiples);
    let coordinates = montgomery_coordinates(&multiples);
    points
        .chunks_exact(4)
        .zip(coordinates.chunks_exact(4))
        .map(|(points, montgomery)| Window {
            points: std::array::from_fn(|i| points[i]),
            montgomery: std::array::from_fn(|i| montgomery[i]),
        })
        .collect()
});

/// `low·B8 + high·2^250·B8 + 2^253·G` at `low + 2·high`.
static ENDS: LazyLock<[Affine; 4]> = LazyLock::new(|| {
    let base = baby_jubjub::base().into_group();
    let mut top = base;
    for _ in 0..TOP {
        top.double_in_place();
    }
    let shift = shift().into_group();
    [shift, shift + base, shift + top, shift + base + top].map(|point| point.into_affine())
});

/// `S·B8 + 2^253·G` for some S whose digits the prover chooses.
///
/// ```text
/// S = low + 2^250·high + Σ_{w<83} d_w·8^w      low, high in 0, 1      d_w in ±1, ±3, ±5, ±7
/// ```
///
/// reaches every residue modulo l: S + 2^249 − 1 has 251 bits, of which the lowest is `low`, the
/// highest is `high`, and the base-8 digits c_w between them are `d_w = 2·c_w − 7`.
///
/// The windows are added in Montgomery form, three constraints each. Why no exceptional case can be
/// reached, whatever digits a prover chooses: after window w the sum is `n·B8` with n odd and
/// `|n| ≤ 8^(w+1) − 1`; the next summand is `m·B8` with `8^(w+1) ≤ |m|`. So `n ± m` is not zero,
/// and `|n ± m| ≤ 8^(w+2) − 1 ≤ 2^249 − 1 < l`, so it is not zero modulo l either. The last sum is
/// not the neutral element for the same reason, so it has an Edwards form; `low`, `high` and 2^253·G
/// make one of four constants, added completely.
pub(super) fn multiple<S: System>(system: &mut S, response: Fr) -> Edwards<S::Expr> {
    system.enter("response");
    let digits = digits(response);
    let mut inverses = divisors(&digits);
    let mut sum: Option<Montgomery<S::Expr>> = None;
    for (w, window) in TABLE.iter().enumerate() {
        let point = summand(system, digits.windows[w], window);
        sum = Some(match sum {
            None => point,
            Some(sum) => curve::add_incomplete(system, "sum", &sum, &point, &mut inverses),
        });
    }
    let sum = sum.map(|sum| curve::to_edwards(system, "windows", &sum));
    let ends = ends(system, &digits);
    let total = match sum {
        Some(sum) => curve::add(system, "total", &sum, &ends),
        None => ends,
    };
    system.leave();
    total
}

/// One of the eight points ± 1, 3, 5, 7 times the window's unit: u is an affine function of the
/// two bits of the magnitude and their product, v is one too, times the sign.
fn summand<S: System>(system: &mut S, digit: Digit, window: &Window) -> Montgomery<S::Expr> {
    system.enter("window");
    let low = bit(system, "low", digit.low);
    let high = bit(system, "high", digit.high);
    let sign = bit(system, "sign", digit.positive);
    let both = system.product("both", &low, &high);
    let u = entry(
        system,
        [&low, &high, &both],
        window.montgomery.map(|[u, _]| u),
    );
    let v = entry(
        system,
        [&low, &high, &both],
        window.montgomery.map(|[_, v]| v),
    );
    let one = system.constant(Fr::ONE);
    let sign = system.linear(&[(&sign, Fr::from(2u64)), (&one, -Fr::ONE)]);
    let v = system.product("v", &sign, &v);
    system.leave();
    Montgomery { u, v }
}

/// `low·B8 + high·2^250·B8 + 2^253·G`.
fn ends<S: System>(system: &mut S, digits: &Digits) -> Edwards<S::Expr> {
    let low = bit(system, "low", digits.low);
    let high = bit(system, "high", digits.high);
    let both = system.product("both", &low, &high);
    let table = |of: fn(&Affine) -> Fr| ENDS.each_ref().map(of);
    Edwards {
        x: entry(system, [&low, &high, &both], table(|point| point.x)),
        y: entry(system, [&low, &high, &both], table(|point| point.y)),
    }
}

/// The entry of a table of four constants at `low + 2·high`, where `both` is their product.
fn entry<S: System>(system: &S, [low, high, both]: [&S::Expr; 3], table: [Fr; 4]) -> S::Expr {
    let [t0, t1, t2, t3] = table;
    let first = system.constant(t0);
    let terms = [
        (&first, Fr::ONE),
        (low, t1 - t0),
        (high, t2 - t0),
        (both, t3 - t2 - t1 + t0),
    ];
    system.linear(&terms)
}

/// The digit `±(2·(low + 2·high) + 1)`.
#[derive(Clone, Copy)]
struct Digit {
    low: bool,
    high: bool,
    positive: bool,
}

struct Digits {
    low: bool,
    windows: [Digit; WINDOWS],
    high: bool,
}

/// The digits of S, read modulo l.
fn digits(response: Fr) -> Digits {
    let shift = Scalar::from(2u64).pow([TOP as u64 - 1]) - Scalar::ONE;
    let number = (baby_jubjub::reduced_scalar(response) + shift).into_bigint();
    let windows = std::array::from_fn(|w| {
        let [low, high, positive] = [0, 1, 2].map(|i| number.get_bit(1 + 3 * w + i));
        // 2c − 7 for c = 4..=7 is 1, 3, 5, 7; for c = 3..=0 it is −1, −3, −5, −7.
        Digit {
            low: low == positive,
            high: high == positive,
            positive,
        }
    });
    Digits {
        low: number.get_bit(0),
        windows,
        high: number.get_bit(TOP),
    }
}

/// The divisors of the slopes, for hints.
fn divisors(digits: &Digits) -> Inverses {
    let mut sum = Projective::ZERO;
    let mut sums = Vec::with_capacity(WINDOWS);
    let place = |digit: &Digit| usize::from(digit.low) + 2 * usize::from(digit.high);
    for (digit, window) in digits.windows.iter().zip(TABLE.iter()) {
        let point = window.points[place(digit)];
        sum += if digit.positive { point } else { -point };
        sums.push(sum);
    }
    let summands = digits.windows.iter().zip(TABLE.iter()).skip(1);
    let divisors: Vec<Fr> = summands
        .zip(montgomery_coordinates(&sums))
        .map(|((digit, window), [u, _])| window.montgomery[place(digit)][0] - u)
        .collect();
    Inverses::of(&divisors)
}
