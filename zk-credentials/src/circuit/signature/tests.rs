#![allow(clippy::unwrap_used)]

use ark_ec::CurveGroup;
use ark_ff::{BigInteger, PrimeField};
use ark_std::UniformRand;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::baby_jubjub::{self, Affine, Scalar};
use crate::circuit::corruption::{Corruption, Edit, broken, cheat, run, unbound};
use crate::circuit::matrices::Matrices;
use crate::circuit::system::Assigner;
use crate::eddsa::IssuerSecretKey;
use crate::field::FieldElement;

struct Signed {
    key: IssuerKey,
    signature: Signature,
    message: FieldElement,
}

fn circuit<S: System>(system: &mut S, signed: &Signed) {
    let message = system.public("message", signed.message.fr());
    verify(system, Some((&signed.key, &signed.signature)), &message);
}

fn shape() -> Matrices {
    Matrices::record(|recorder| {
        let message = recorder.public("message", Fr::ZERO);
        verify(recorder, None, &message);
    })
}

/// Signatures that circomlibjs made, and ours.
fn vectors() -> Vec<Signed> {
    let circomlib = include_str!("../../../../fixtures/vectors/circomlib.json");
    let ours = include_str!("../../../../fixtures/vectors/issuer-signatures.json");
    let rows = [(circomlib, "eddsa"), (ours, "signatures")].map(|(text, member)| {
        serde_json::from_str::<Value>(text).unwrap()[member]
            .as_array()
            .unwrap()
            .clone()
    });
    rows.concat()
        .iter()
        .map(|row| {
            let read = |name: &str| FieldElement::parse(row[name].as_str().unwrap()).unwrap();
            Signed {
                key: IssuerKey::new(read("ax"), read("ay")).unwrap(),
                signature: Signature {
                    r8x: read("r8x"),
                    r8y: read("r8y"),
                    s: read("s"),
                },
                message: read("message"),
            }
        })
        .collect()
}

#[test]
fn signatures_of_circomlibjs_and_ours_satisfy_the_circuit() {
    let (matrices, vectors) = (shape(), vectors());
    assert!(vectors.len() >= 8);
    for signed in vectors {
        signed
            .key
            .verify(signed.message, &signed.signature)
            .unwrap();
        let honest = cheat(&matrices, circuit, &signed, &[]);
        assert!(broken(&matrices, &honest).is_empty());
    }
}

#[test]
fn another_response_message_or_commitment_breaks_the_equation() {
    let matrices = shape();
    let signed = vectors().remove(1);
    let mut other = vectors().remove(1);
    other.signature.s = (signed.signature.s.fr() + Fr::ONE).into();
    let refused = |signed: &Signed, edits: &[Edit]| {
        let cheated = cheat(&matrices, circuit, signed, edits);
        let rules = broken(&matrices, &cheated);
        assert!(!rules.is_empty());
        assert!(
            rules
                .iter()
                .all(|rule| rule.starts_with("signature/equation/")),
            "{rules:?}"
        );
    };
    refused(&other, &[]);
    for wire in [
        "message",
        "signature/commitment-x",
        "signature/commitment-y",
    ] {
        refused(&signed, &[Edit::add(wire, 0, Fr::ONE)]);
    }
    // Off the curve, and a point of order two.
    let wires = ["signature/commitment-x", "signature/commitment-y"];
    for point in [[1u64, 1], [0, 0]] {
        let edits = [0, 1].map(|i| Edit::set(wires[i], 0, Fr::from(point[i])));
        refused(&signed, &edits);
    }
    refused(
        &signed,
        &[
            Edit::set(wires[0], 0, Fr::ZERO),
            Edit::set(wires[1], 0, -Fr::ONE),
        ],
    );
}

/// S is used nowhere else: its digits stand for a residue modulo l. Outside circuits S ≥ l is
/// refused, because there a signature is a name (docs/protocol.md section 5).
#[test]
fn a_response_past_the_order_is_the_same_response() {
    let matrices = shape();
    let mut signed = vectors().remove(0);
    let order = Fr::from_le_bytes_mod_order(&Scalar::MODULUS.to_bytes_le());
    signed.signature.s = (signed.signature.s.fr() + order).into();
    assert!(
        signed
            .key
            .verify(signed.message, &signed.signature)
            .is_err()
    );
    assert!(broken(&matrices, &cheat(&matrices, circuit, &signed, &[])).is_empty());
}

#[test]
fn a_key_of_small_order_has_no_assignment() {
    let matrices = shape();
    let signed = vectors().remove(0);
    let quarter = baby_jubjub_quarter();
    for [x, y] in [
        [Fr::ZERO, Fr::ONE],
        [Fr::ZERO, -Fr::ONE],
        [quarter, Fr::ZERO],
    ] {
        assert!(IssuerKey::new(x.into(), y.into()).is_err());
        let edits = [
            Edit::set("signature/key-x", 0, x),
            Edit::set("signature/key-y", 0, y),
        ];
        let rules = cheat(&matrices, circuit, &signed, &edits);
        assert!(broken(&matrices, &rules).contains("signature/challenge-multiple/key/u"));
    }
}

/// What the circuit leaves to whoever trusts a key (docs/protocol.md section 5): 8A is 8(A + T) for
/// a point T of small order, so a key outside the subgroup has signatures that satisfy the circuit.
#[test]
fn a_key_outside_the_subgroup_is_refused_where_keys_are_read_and_nowhere_else() {
    let matrices = shape();
    let (secret, nonce) = (Scalar::from(9u64), Scalar::from(5u64));
    let order_two = Affine::new_unchecked(Fr::ZERO, -Fr::ONE);
    let key = (baby_jubjub::base() * secret + order_two).into_affine();
    assert_eq!(
        IssuerKey::new(key.x.into(), key.y.into()),
        Err(baby_jubjub::PointError::OutsideSubgroup)
    );
    let commitment = (baby_jubjub::base() * nonce).into_affine();
    let mut signed = vectors().remove(0);
    let message = signed.message.fr();
    let h = crate::poseidon::poseidon(&[commitment.x, commitment.y, key.x, key.y, message]);
    let response = nonce + Scalar::from(8u64) * baby_jubjub::reduced_scalar(h) * secret;
    signed.signature = Signature {
        r8x: commitment.x.into(),
        r8y: commitment.y.into(),
        s: Fr::from_le_bytes_mod_order(&response.into_bigint().to_bytes_le()).into(),
    };
    let edits = [
        Edit::set("signature/key-x", 0, key.x),
        Edit::set("signature/key-y", 0, key.y),
    ];
    assert!(broken(&matrices, &cheat(&matrices, circuit, &signed, &edits)).is_empty());
}

/// Signatures of ours, whole or altered: circuit and verifier say the same.
fn agree(seed: [u8; 32], message: [u8; 32], altered: u8, matrices: &Matrices) {
    let key = IssuerSecretKey::from_seed(seed);
    let message = FieldElement::from(Fr::from_be_bytes_mod_order(&message));
    let mut signature = key.sign(message);
    let Signature { r8x, r8y, s } = &mut signature;
    match altered {
        0 => {}
        1 => *s = (s.fr() + Fr::ONE).into(),
        2 => *s = FieldElement::ZERO,
        3 => *r8x = (-r8x.fr()).into(),
        4 => (*r8x, *r8y) = ((-r8x.fr()).into(), (-r8y.fr()).into()),
        _ => std::mem::swap(r8x, r8y),
    }
    let signed = Signed {
        key: key.public(),
        signature,
        message,
    };
    let rules = broken(matrices, &cheat(matrices, circuit, &signed, &[]));
    let verdict = signed.key.verify(message, &signature);
    assert_eq!(
        (rules.is_empty(), verdict.is_ok()),
        (altered == 0, altered == 0)
    );
    assert!(
        rules
            .iter()
            .all(|rule| rule.starts_with("signature/equation/"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn circuit_and_verifier_agree_on_random_signatures(
        seed: [u8; 32], message: [u8; 32], altered in 0u8..6,
    ) {
        agree(seed, message, altered, &SHAPE);
    }
}

static SHAPE: std::sync::LazyLock<Matrices> = std::sync::LazyLock::new(shape);

/// In the whole circuit a wrong wire of these is refused by the equation as well.
#[test]
fn every_rule_of_ladder_and_windows_is_broken_alone_where_nothing_holds_the_result() {
    fn rows<W>(matrices: &Matrices, statement: fn() -> W) -> Vec<Corruption<W>> {
        let rules: std::collections::BTreeSet<&String> = matrices.rules.iter().collect();
        let row = |rule: &String| Corruption {
            name: "a wire of a gadget",
            statement: statement(),
            // Neither 2 nor 3 is a bit.
            edits: vec![Edit::add(rule.as_str(), 0, Fr::from(2u64))],
            rules: rule.clone().into(),
        };
        rules.into_iter().map(row).collect()
    }
    let multiple = || Multiple {
        q: (baby_jubjub::base() * Scalar::from(9u64)).into_affine(),
        h: crate::circuit::bits::bits_of(Fr::from(12_345u64)),
    };
    let matrices = Matrices::record(|recorder| {
        ladder(recorder, &multiple());
    });
    let table = rows(&matrices, multiple);
    let circuit = |system: &mut Assigner, multiple: &Multiple| {
        ladder(system, multiple);
    };
    run(&matrices, circuit, &table);
    assert_eq!(table.len(), 2 + 3 + 6 + 2);

    let matrices = Matrices::record(|recorder| {
        response::multiple(recorder, Fr::ZERO);
    });
    let table = rows(&matrices, || Fr::from(12_345u64));
    let circuit = |system: &mut Assigner, response: &Fr| {
        response::multiple(system, *response);
    };
    run(&matrices, circuit, &table);
    assert_eq!(table.len(), 5 + 3 + 2 + 3 + 6);
}

/// x of the point of order four: `a·x² = 1`.
fn baby_jubjub_quarter() -> Fr {
    Fr::from(168_700u64).inverse().unwrap().sqrt().unwrap()
}

struct Multiple {
    q: Affine,
    h: Vec<bool>,
}

fn ladder<S: System>(system: &mut S, multiple: &Multiple) -> Edwards<S::Expr> {
    let q = Edwards {
        x: system.witness("q", multiple.q.x),
        y: system.witness("q", multiple.q.y),
    };
    let h: Vec<_> = multiple
        .h
        .iter()
        .map(|bit| system.witness("h", Fr::from(*bit)))
        .collect();
    challenge::multiple(system, &q, &h)
}

fn number(h: &[bool]) -> Scalar {
    h.iter()
        .rev()
        .fold(Scalar::ZERO, |sum, bit| sum.double() + Scalar::from(*bit))
}

/// Every challenge has its multiple and no other, leading zeros or not: no slope is free.
#[test]
fn the_ladder_agrees_and_binds_for_every_shape_of_challenge() {
    let mut rng = ark_std::test_rng();
    let q = (baby_jubjub::base() * Scalar::rand(&mut rng)).into_affine();
    let matrices = Matrices::record(|recorder| {
        ladder(
            recorder,
            &Multiple {
                q,
                h: vec![false; 254],
            },
        );
    });
    let mut challenges: Vec<Fr> = [0u64, 1, 2, 3, 4, u64::MAX].map(Fr::from).to_vec();
    challenges.extend([
        -Fr::ONE,
        -Fr::from(2u64),
        Fr::from(2u64).pow([253]),
        Fr::rand(&mut rng),
    ]);
    let mut bits: Vec<Vec<bool>> = challenges
        .iter()
        .map(|h| crate::circuit::bits::bits_of(*h))
        .collect();
    // No challenge, but what bits could spell.
    bits.push(vec![true; 254]);
    for h in bits {
        let odd = number(&h) + Scalar::from(!h[0]);
        let multiple = Multiple { q, h };
        let mut system = Assigner::new();
        let sum = ladder(&mut system, &multiple);
        let expected = (q * odd + challenge::shift()).into_affine();
        assert_eq!([sum.x, sum.y], [expected.x, expected.y]);
        let assignment = system.into_wires();
        assert!(broken(&matrices, &assignment).is_empty());
        // The lowest bit is for the parity, which is mended elsewhere.
        let free: Vec<_> = unbound(&matrices, &assignment, |v| v + Fr::ONE)
            .into_iter()
            .map(|w| &matrices.wires[w])
            .collect();
        assert_eq!(free, ["h"]);
    }
}

/// The one key for which the argument fails: made out of the offset point. Whoever makes it is the
/// issuer under it.
#[test]
fn a_key_made_of_the_offset_point_is_the_exception_that_the_argument_names() {
    let matrices = Matrices::record(|recorder| {
        ladder(
            recorder,
            &Multiple {
                q: baby_jubjub::base(),
                h: vec![true; 254],
            },
        );
    });
    let multiple = Multiple {
        q: baby_jubjub::offset(),
        h: vec![true; 254],
    };
    let run = |system: &mut Assigner, multiple: &Multiple| {
        ladder(system, multiple);
    };
    for slope in [1u64, 2] {
        let edits = [Edit::set(
            "challenge-multiple/start/slope",
            0,
            Fr::from(slope),
        )];
        let cheated = cheat(&matrices, run, &multiple, &edits);
        assert!(broken(&matrices, &cheated).is_empty());
    }
}

/// Every response has its multiple, and no digits make an addition exceptional.
#[test]
fn the_windows_agree_and_bind_for_every_shape_of_response() {
    let matrices = Matrices::record(|recorder| {
        response::multiple(recorder, Fr::ZERO);
    });
    let mut rng = ark_std::test_rng();
    let two = Scalar::from(2u64);
    let half = two.pow([249]) - Scalar::ONE;
    let mut responses: Vec<Scalar> = [0u64, 1, 2, 7, 8, 9].map(Scalar::from).to_vec();
    responses.extend([249u64, 250, 251].map(|exponent| two.pow([exponent])));
    // S + 2^249 − 1 of all zeros and all ones: every digit −7, every digit 7; both with the
    // highest bit; and digits of alternating sign.
    responses.extend([-half, half, two.pow([250]) - half, -Scalar::ONE, -two]);
    let alternating: Scalar = (0..41u64)
        .map(|w| two.pow([6 * w + 1]) * Scalar::from(7u64))
        .sum();
    responses.push(alternating - half);
    responses.extend((0..8).map(|_| Scalar::rand(&mut rng)));
    for s in responses {
        let expected = (baby_jubjub::base() * s + challenge::shift()).into_affine();
        let mut system = Assigner::new();
        let response = Fr::from_le_bytes_mod_order(&s.into_bigint().to_bytes_le());
        let sum = response::multiple(&mut system, response);
        assert_eq!([sum.x, sum.y], [expected.x, expected.y]);
        let assignment = system.into_wires();
        assert!(broken(&matrices, &assignment).is_empty());
        assert!(unbound(&matrices, &assignment, |v| v + Fr::ONE).is_empty());
    }
}
