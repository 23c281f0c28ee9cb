//! Our files against `snarkjs` 0.7.6, on a circuit small enough to keep its key.
//! fixtures/vectors/snarkjs/README.md says how the files were made.

#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use ark_bn254::{Fq, Fq2, Fr, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, Field, PrimeField};

use super::*;
use crate::circuit::Matrices;
use crate::circuit::system::{Assigner, System};
use crate::entropy::OsEntropy;
use crate::groth16::{KeyError, VerifyError, prove, snarkjs, verify};

const R1CS: &[u8] = include_bytes!("../../../fixtures/vectors/snarkjs/toy.r1cs");
const WTNS: &[u8] = include_bytes!("../../../fixtures/vectors/snarkjs/toy.wtns");
const ZKEY: &[u8] = include_bytes!("../../../fixtures/vectors/snarkjs/toy.zkey");

static TOY: LazyLock<Matrices> = LazyLock::new(|| Matrices::record(toy));

/// `a = (x + 5)·(x − 2)` and `b = a·x − 7` for a private x.
fn toy<S: System>(system: &mut S) {
    let x = Fr::from(1_000u64);
    let a = (x + Fr::from(5u64)) * (x - Fr::from(2u64));
    let (a, b) = (
        system.public("a", a),
        system.public("b", a * x - Fr::from(7u64)),
    );
    let x = system.witness("x", x);
    let [five, two, seven] = [5u64, 2, 7].map(|number| system.constant(Fr::from(number)));
    let (left, right) = (system.add(&x, &five), system.sub(&x, &two));
    system.enforce("first", &left, &right, &a);
    let product = system.product("second", &a, &x);
    let shifted = system.sub(&product, &seven);
    system.equal("third", &shifted, &b);
}

fn toy_assignment() -> Vec<Fr> {
    let mut system = Assigner::new();
    toy(&mut system);
    system.into_wires().to_vec()
}

#[test]
fn written_files_are_those_that_snarkjs_took() {
    assert_eq!(write_r1cs(&TOY), R1CS);
    assert_eq!(*write_wtns(&toy_assignment()), WTNS);
}

#[test]
fn what_was_written_is_read_again_and_every_cut_is_refused() {
    assert_eq!(check_r1cs(R1CS, &TOY), Ok(()));
    assert_eq!(*read_wtns(WTNS).unwrap(), toy_assignment());
    for cut in 0..R1CS.len() {
        assert_eq!(check_r1cs(&R1CS[..cut], &TOY), Err(R1csError::Malformed));
    }
    for cut in 0..WTNS.len() {
        assert_eq!(read_wtns(&WTNS[..cut]), Err(WtnsError::Malformed));
    }
}

#[test]
fn a_changed_constraint_size_or_field_is_named() {
    let changed = |at: usize| {
        let mut file = R1CS.to_vec();
        file[at] ^= 1;
        check_r1cs(&file, &TOY).unwrap_err()
    };
    let (header, rows) = (body_of(R1CS, 1), body_of(R1CS, 2));
    assert_eq!(changed(header + 4), R1csError::OtherField);
    // Public inputs; constraints. (Fewer wires would leave labels over.)
    assert_eq!(changed(header + 36 + 8), R1csError::OtherSize);
    assert_eq!(changed(header + 36 + 16 + 8), R1csError::OtherSize);
    // The wire, then the coefficient of the first term.
    assert_eq!(changed(rows + 4), R1csError::OtherConstraint(0));
    assert_eq!(changed(rows + 8), R1csError::OtherConstraint(0));
    // Terms in another order are the same row.
    let mut file = R1CS.to_vec();
    assert_eq!(file[rows..rows + 4], 2u32.to_le_bytes(), "two terms");
    file[rows + 4..rows + 4 + 72].rotate_left(36);
    assert_eq!(check_r1cs(&file, &TOY), Ok(()));
    assert_eq!(
        R1csError::OtherConstraint(0).code(),
        "r1cs_other_constraint"
    );
}

#[test]
fn a_witness_in_a_second_spelling_or_of_another_field_is_refused() {
    let values = body_of(WTNS, 2);
    let mut file = WTNS.to_vec();
    // The first value is the one: as 1 + r it is another spelling.
    let mut one = Fr::MODULUS;
    one.add_with_carry(&1u64.into());
    file[values..values + 32].copy_from_slice(&one.to_bytes_le());
    assert_eq!(read_wtns(&file), Err(WtnsError::Malformed));
    let mut file = WTNS.to_vec();
    file[body_of(WTNS, 1) + 4] ^= 1;
    assert_eq!(read_wtns(&file), Err(WtnsError::OtherField));
}

#[test]
fn a_key_made_by_snarkjs_is_read_with_the_verifying_key_that_it_exports() {
    let key = read_zkey(ZKEY, &TOY).unwrap();
    let exported = include_str!("../../../fixtures/vectors/snarkjs/toy.vkey.json");
    assert_eq!(
        *key.verifying(),
        snarkjs::read_verifying_key(exported).unwrap()
    );
    assert!(key.ark().a_query.iter().any(|point| !point.is_zero()));
    assert_eq!(key.ark().h_query.len(), TOY.domain_size());
}

#[test]
fn our_proof_under_that_key_verifies() {
    let key = read_zkey(ZKEY, &TOY).unwrap();
    let assignment = toy_assignment();
    let proof = prove(&key, &TOY, &assignment, &mut OsEntropy).unwrap();
    assert_eq!(verify(key.verifying(), &proof, &assignment[1..3]), Ok(()));
    let swapped = [assignment[2], assignment[1]];
    assert_eq!(
        verify(key.verifying(), &proof, &swapped),
        Err(VerifyError::Invalid)
    );
}

#[test]
fn the_proof_that_snarkjs_made_from_our_assignment_is_accepted() {
    let file = include_str!("../../../fixtures/vectors/snarkjs/toy.proof.json");
    let proof = snarkjs::read_proof(file).unwrap();
    let file = include_str!("../../../fixtures/vectors/snarkjs/toy.public.json");
    let public = snarkjs::read_public(file).unwrap();
    assert_eq!(public, toy_assignment()[1..3]);
    let key = read_zkey(ZKEY, &TOY).unwrap();
    assert_eq!(verify(key.verifying(), &proof, &public), Ok(()));
}

#[test]
fn a_key_without_a_contribution_is_refused() {
    // δ in G2 replaced by γ, the generator: what a set-up without a phase 2 gives.
    let delta_g2 = body(2) + 84 + 3 * 64 + 2 * 128;
    let gamma_g2 = body(2) + 84 + 2 * 64 + 128;
    let change = |file: &mut Vec<u8>| file.copy_within(gamma_g2..gamma_g2 + 128, delta_g2);
    let refused = refusal(change);
    assert_eq!(refused, ZkeyError::Key(KeyError::DeltaIsGamma));
    assert_eq!(refused.code(), "key_delta_is_gamma");
}

/// Where the body of a section of the key starts.
fn body(number: u32) -> usize {
    body_of(ZKEY, number)
}

/// Where the body of a section of a file starts.
fn body_of(file: &[u8], number: u32) -> usize {
    let mut at = 12;
    loop {
        let length = u64::from_le_bytes(file[at + 4..at + 12].try_into().unwrap()) as usize;
        if file[at..at + 4] == number.to_le_bytes() {
            return at + 12;
        }
        at += 12 + length;
    }
}

fn refusal(change: impl FnOnce(&mut Vec<u8>)) -> ZkeyError {
    let mut file = ZKEY.to_vec();
    change(&mut file);
    read_zkey(&file, &TOY).unwrap_err()
}

#[test]
fn damaged_files_are_refused() {
    for cut in 0..ZKEY.len() {
        assert!(read_zkey(&ZKEY[..cut], &TOY).is_err(), "cut at {cut}");
    }
    assert_eq!(refusal(|file| file.push(0)), ZkeyError::Malformed);
    assert_eq!(refusal(|file| file[0] ^= 1), ZkeyError::Malformed);
    assert_eq!(refusal(|file| file[4] = 2), ZkeyError::Malformed);
    // The last section under the number of another one.
    let last = body(10) - 12;
    assert_eq!(refusal(|file| file[last] = 9), ZkeyError::Malformed);
    assert_eq!(refusal(|file| file[last] = 11), ZkeyError::Malformed);
    assert_eq!(
        refusal(|file| file[body(9) - 8] = 0xff),
        ZkeyError::Malformed
    );
    assert_eq!(
        refusal(|file| file.resize((64 << 20) + 1, 0)),
        ZkeyError::TooLarge
    );
}

#[test]
fn keys_of_other_systems_and_circuits_are_refused() {
    assert_eq!(refusal(|file| file[body(1)] = 2), ZkeyError::OtherSystem);
    assert_eq!(
        refusal(|file| file[body(2) + 4] ^= 1),
        ZkeyError::OtherSystem
    );
    for count in 0..3 {
        let at = body(2) + 72 + 4 * count;
        assert_eq!(refusal(|file| file[at] ^= 1), ZkeyError::OtherCircuit);
    }
    // Matrix, constraint, wire and value of the first coefficient.
    for place in [0, 4, 8, 12] {
        assert_eq!(
            refusal(|file| file[body(4) + 4 + place] ^= 1),
            ZkeyError::OtherCircuit
        );
    }
    // The second coefficient in the place of the first: one twice, one missing.
    let twice = |file: &mut Vec<u8>| file.copy_within(body(4) + 48..body(4) + 92, body(4) + 4);
    assert_eq!(refusal(twice), ZkeyError::OtherCircuit);
    let other = Matrices::record(|recorder| {
        let a = recorder.public("a", Fr::ONE);
        recorder.product("square", &a, &a);
    });
    assert_eq!(
        read_zkey(ZKEY, &other).unwrap_err(),
        ZkeyError::OtherCircuit
    );
}

#[test]
fn points_off_the_curve_and_second_spellings_are_refused() {
    // Alpha in section 2, then the first point of each list of points.
    let mut places: Vec<usize> = [3, 5, 6, 7, 8, 9].map(body).to_vec();
    places.push(body(2) + 84);
    for at in &places {
        assert_eq!(refusal(|file| file[*at] ^= 1), ZkeyError::Point);
        let modulus = Fq::MODULUS.to_bytes_le();
        let spelled = |file: &mut Vec<u8>| file[*at..at + 32].copy_from_slice(&modulus);
        assert_eq!(refusal(spelled), ZkeyError::Point, "the modulus for zero");
    }
    let infinity = |file: &mut Vec<u8>| file[body(2) + 84..][..64].fill(0);
    assert_eq!(refusal(infinity), ZkeyError::Point);
}

#[test]
fn a_g2_point_outside_the_subgroup_is_refused() {
    let outside = (1u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    let coordinates = [outside.x.c0, outside.x.c1, outside.y.c0, outside.y.c1];
    // The Montgomery form of the file is the form in memory.
    let bytes: Vec<u8> = coordinates.iter().flat_map(|f| f.0.to_bytes_le()).collect();
    let change = |file: &mut Vec<u8>| file[body(7)..][..128].copy_from_slice(&bytes);
    assert_eq!(refusal(change), ZkeyError::Point);
}

#[test]
fn refusals_have_codes() {
    assert_eq!(ZkeyError::OtherCircuit.code(), "zkey_other_circuit");
    assert_eq!(ZkeyError::Point.code(), "zkey_point_invalid");
}
