//! Rule 1, the signature: R8, h, the key's multiple, the base point's multiple.
//!
//! Each row holds a key whose logarithm the test knows. Where a replaced wire turns a summand of
//! the equation into another known point, the response is chosen so that the equation holds again:
//! with the row's rule deleted, a signature nobody made would pass.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use num_bigint::{BigInt, BigUint, Sign};

use super::super::issuer::{Challenge, Forgery, challenge as challenge_of, shifted};
use super::super::{assignment, base, circuit};
use super::{Row, row};
use crate::baby_jubjub::{self, Affine, Scalar};
use crate::circuit::corruption::{Edit, Rules, cheat, place};
use crate::circuit::present::PresentWitness;
use crate::circuit::{Circuit, curve, shape};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = vec![];
    equation(&mut rows);
    challenge(&mut rows);
    key(&mut rows);
    ladder(&mut rows);
    windows(&mut rows);
    rows
}

fn forged(
    rows: &mut Vec<Row>,
    name: &'static str,
    rules: impl Into<Rules>,
    forgery: Forgery,
    edits: impl Fn(&PresentWitness) -> Vec<Edit>,
) {
    let mut statement = base();
    let edits = forgery.sign(&mut statement, edits);
    rows.push(row(name, statement, edits, rules));
}

/// R8 that shares neither coordinate with what the circuit computes.
const BOTH: [&str; 2] = ["signature/equation/x", "signature/equation/y"];

/// R8 that shares one coordinate with what the circuit computes, or none.
fn equation(rows: &mut Vec<Row>) {
    let negated = Forgery {
        commitment: |p| -p,
        ..Forgery::default()
    };
    forged(
        rows,
        "R8 with the other x",
        "signature/equation/x",
        negated,
        |_| vec![],
    );
    let mirrored = |p: Affine| Affine::new_unchecked(p.x, -p.y);
    let mirrored = Forgery {
        commitment: mirrored,
        ..Forgery::default()
    };
    forged(
        rows,
        "R8 with the other y",
        "signature/equation/y",
        mirrored,
        |_| vec![],
    );
    let shifted = Forgery {
        commitment: shifted,
        ..Forgery::default()
    };
    forged(
        rows,
        "R8 and a point of order two",
        BOTH,
        shifted,
        |_| vec![],
    );
    let swapped = |p: Affine| Affine::new_unchecked(p.y, p.x);
    let swapped = Forgery {
        commitment: swapped,
        ..Forgery::default()
    };
    forged(rows, "R8 off the curve", BOTH, swapped, |_| vec![]);
}

/// The other spelling of h, h + r, where it fits 254 bits too.
fn challenge(rows: &mut Vec<Row>) {
    let forgery = || Forgery {
        fits: |h| {
            let (h, r) = (integer(h), modulus());
            h >= r || h + r < BigUint::from(1u8) << 254
        },
        ..Forgery::default()
    };
    let rule = "signature/challenge-bits/below-modulus";
    forged(rows, "h + r in place of h", rule, forgery(), |w| alias(w).0);
    let rule = "signature/challenge-bits/equal";
    forged(rows, "h + r, said to be smaller", rule, forgery(), |w| {
        let (mut edits, equal) = alias(w);
        edits.push(Edit::set(rule, equal, Fr::ZERO));
        edits
    });
}

fn modulus() -> BigUint {
    BigUint::from_bytes_le(&Fr::MODULUS.to_bytes_le())
}

fn integer(h: &Challenge) -> BigUint {
    h.0.iter()
        .rev()
        .fold(BigUint::ZERO, |sum, bit| (sum << 1) + u8::from(*bit))
}

/// The edits that spell h as h + r, and which `equal` wire comes last before the first bit that
/// shows it.
fn alias(statement: &PresentWitness) -> (Vec<Edit>, usize) {
    let r = modulus();
    let h = integer(&challenge_of(&assignment(statement)));
    let spelled = if h < r { h + &r } else { h };
    let wire = "signature/challenge-bits/bit";
    let edits = (0..253)
        .map(|i| Edit::set(wire, i as usize, Fr::from(spelled.bit(i))))
        .collect();
    let largest = r - 1u8;
    let first = (0..253u64)
        .rev()
        .find(|i| spelled.bit(*i) && !largest.bit(*i))
        .unwrap();
    let ones = (first..253).filter(|i| largest.bit(*i)).count();
    (edits, ones - 1)
}

/// `2^exponent` modulo l.
fn power(exponent: u64) -> Scalar {
    Scalar::from(2u64).pow([exponent])
}

/// Keys that turn into their negatives, with or without the point of order two.
fn key(rows: &mut Vec<Row>) {
    let negative = |h: &Challenge| -h.number();
    for rule in [
        "signature/key-twice/beta",
        "signature/key-twice/x",
        "signature/key-twice/y",
        "signature/key-fourfold/beta",
        "signature/key-fourfold/x",
        "signature/key-fourfold/y",
        "signature/key-eightfold/beta",
        "signature/key-eightfold/x",
    ] {
        let forgery = Forgery {
            multiple: negative,
            ..Forgery::default()
        };
        forged(rows, "a key's multiple negated", rule, forgery, |_| {
            vec![Edit::negate(rule, 0)]
        });
    }
    let rule = "signature/key-eightfold/y";
    let odd = |h: &Challenge| h.0[0];
    let forgery = Forgery {
        multiple: negative,
        commitment: shifted,
        fits: odd,
        ..Forgery::default()
    };
    forged(rows, "a key's multiple mirrored", rule, forgery, |_| {
        vec![Edit::negate(rule, 0)]
    });

    // The ladder alone gets the negative: R8 = S·B8 + h'·Q + [h even]·Q.
    let ladder = |h: &Challenge| -h.odd() - Scalar::from(!h.0[0]);
    let rule = "signature/challenge-multiple/key/v";
    let forgery = Forgery {
        multiple: ladder,
        ..Forgery::default()
    };
    forged(rows, "a key negated on its way", rule, forgery, |_| {
        vec![Edit::negate(rule, 0)]
    });
    let rule = "signature/challenge-multiple/key/u";
    let forgery = Forgery {
        multiple: ladder,
        commitment: shifted,
        ..Forgery::default()
    };
    forged(rows, "a key mirrored on its way", rule, forgery, |w| {
        let u = assignment(w)[place(shape(Circuit::Present), rule, 0)];
        vec![Edit::set(rule, 0, u.inverse().unwrap())]
    });

    // Parity is mended by −Q in place of Q, where h is even.
    let mended = |h: &Challenge| h.number() + Scalar::from(2u64);
    let even = |h: &Challenge| !h.0[0];
    let rule = "signature/parity/x";
    let forgery = Forgery {
        multiple: mended,
        fits: even,
        ..Forgery::default()
    };
    forged(rows, "parity mended the wrong way", rule, forgery, |_| {
        vec![Edit::negate(rule, 0)]
    });
    // The wire holds y − 1.
    let rule = "signature/parity/y";
    let forgery = Forgery {
        multiple: mended,
        fits: even,
        commitment: shifted,
        ..Forgery::default()
    };
    forged(
        rows,
        "parity mended by a mirrored point",
        rule,
        forgery,
        |w| {
            let y = assignment(w)[place(shape(Circuit::Present), rule, 0)];
            vec![Edit::set(rule, 0, -y - Fr::from(2u64))]
        },
    );
}

/// A step somewhere in the ladder; its digit weighs 2^(252 − 100).
const STEP: usize = 100;

/// Digits that say one thing and do another.
fn ladder(rows: &mut Vec<Row>) {
    let part = "signature/challenge-multiple";
    let at = |assignment: &[Fr], name: &str, at: usize| {
        assignment[place(shape(Circuit::Present), &format!("{part}/{name}"), at)]
    };
    let two = Fr::from(2u64);
    let turned = |h: &Challenge| h.number() - h.digit(STEP) * power(253 - STEP as u64);
    let forgery = || Forgery {
        multiple: turned,
        ..Forgery::default()
    };
    let rule = "signature/challenge-multiple/step/signed";
    forged(rows, "a summand of the other sign", rule, forgery(), |_| {
        vec![Edit::negate(rule, STEP)]
    });
    // The line through acc and ∓Q, where the digit says ±Q.
    let rule = "signature/challenge-multiple/step/first-slope";
    forged(
        rows,
        "a line through the other point",
        rule,
        forgery(),
        |w| {
            let honest = assignment(w);
            let run = at(&honest, "step/u", STEP - 1) - at(&honest, "key/u", 0);
            let v = at(&honest, "step/signed", STEP);
            vec![Edit::add(rule, STEP, two * v * run.inverse().unwrap())]
        },
    );
    // G − Q in place of G + Q: a leading −1 in place of 1.
    let rule = "signature/challenge-multiple/start/slope";
    let led = |h: &Challenge| h.number() - power(254);
    let forgery = Forgery {
        multiple: led,
        ..Forgery::default()
    };
    forged(rows, "a start on the other side", rule, forgery, |w| {
        let honest = assignment(w);
        let [u, _] = curve::montgomery(&baby_jubjub::offset());
        let run = at(&honest, "key/u", 0) - u;
        vec![Edit::add(
            rule,
            0,
            -two * at(&honest, "key/v", 0) * run.inverse().unwrap(),
        )]
    });
    // The accumulator negated before and after a step, which turns the step's digit.
    let rule = "signature/challenge-multiple/step/v";
    let next = |h: &Challenge| h.number() - h.digit(STEP + 1) * power(252 - STEP as u64);
    let forgery = Forgery {
        multiple: next,
        ..Forgery::default()
    };
    forged(rows, "an accumulator negated twice", rule, forgery, |w| {
        let first = || Edit::negate(rule, STEP);
        let matrices = shape(Circuit::Present);
        let once = cheat(matrices, circuit, w, &[first()]);
        vec![
            first(),
            Edit::set(rule, STEP + 1, -at(&once, "step/v", STEP + 1)),
        ]
    });
}

/// The last window; its digit weighs 8^82.
const LAST: usize = 82;

/// S = low + 2^250·high + W, with W changed and `high` 0; `None` where `high` is 1 or no W fits.
fn with_windows(s: Scalar, change: fn(BigInt) -> Option<BigInt>) -> Option<Scalar> {
    let half = power(249) - Scalar::ONE;
    let number = BigUint::from_bytes_le(&(s + half).into_bigint().to_bytes_le());
    let largest: BigInt = (BigInt::from(1u8) << 249) - 1u8;
    let windows = (BigInt::from(&number >> 1) << 1) - &largest;
    let changed = change(windows).filter(|_| !number.bit(250))?;
    assert!(changed.magnitude().bit(0) && changed.magnitude() <= largest.magnitude());
    let number = changed + largest + BigInt::from(u8::from(number.bit(0)));
    assert_ne!(number.sign(), Sign::Minus);
    Some(Scalar::from_le_bytes_mod_order(&number.to_bytes_le().1) - half)
}

/// Summands and sums of the base point that are others than the digits say.
fn windows(rows: &mut Vec<Row>) {
    let at = |assignment: &[Fr], name: &str, at: usize| {
        assignment[place(
            shape(Circuit::Present),
            &format!("signature/response/{name}"),
            at,
        )]
    };
    // The last digit with the other sign: 7 − c in place of c.
    let turned = |s| {
        with_windows(s, |w| {
            let weight = BigInt::from(1u8) << (3 * LAST);
            let lower: BigInt = (&w + (&weight << 3)) % (&weight << 1);
            let rest = lower - &weight;
            Some(2 * rest - w)
        })
    };
    let forgery = || Forgery {
        response: turned,
        ..Forgery::default()
    };
    let rule = "signature/response/window/v";
    forged(rows, "a window of the other sign", rule, forgery(), |_| {
        vec![Edit::negate(rule, LAST)]
    });
    let rule = "signature/response/sum/slope";
    forged(
        rows,
        "a line through the window's negative",
        rule,
        forgery(),
        |w| {
            let honest = assignment(w);
            let (slope, v) = (
                at(&honest, "sum/slope", LAST - 1),
                at(&honest, "window/v", LAST),
            );
            let rise = v - at(&honest, "sum/v", LAST - 2);
            vec![Edit::add(
                rule,
                LAST - 1,
                -(v + v) * slope * rise.inverse().unwrap(),
            )]
        },
    );

    let negated = |s| with_windows(s, |w| Some(-w));
    let forgery = || Forgery {
        response: negated,
        ..Forgery::default()
    };
    let rule = "signature/response/sum/v";
    forged(rows, "a sum negated", rule, forgery(), |_| {
        vec![Edit::negate(rule, LAST - 1)]
    });
    let rule = "signature/response/windows/x";
    forged(rows, "a sum with the other x", rule, forgery(), |_| {
        vec![Edit::negate(rule, 0)]
    });
    let rule = "signature/response/windows/y";
    let mirrored = Forgery {
        commitment: shifted,
        ..forgery()
    };
    forged(rows, "a sum with the other y", rule, mirrored, |_| {
        vec![Edit::negate(rule, 0)]
    });

    // The line's other intersection: minus the sum so far, in place of minus the new one.
    let kept = |s| {
        with_windows(s, |w| {
            let weight = BigInt::from(1u8) << (3 * LAST);
            (w.magnitude() < weight.magnitude()).then(|| weight - w)
        })
    };
    let forgery = Forgery {
        response: kept,
        ..Forgery::default()
    };
    let rule = "signature/response/sum/u";
    forged(rows, "another point of the line", rule, forgery, |w| {
        vec![Edit::set(
            rule,
            LAST - 1,
            at(&assignment(w), "sum/u", LAST - 2),
        )]
    });
}
