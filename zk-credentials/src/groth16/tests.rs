//! Proofs of a toy circuit, and everything that must not pass for one.
#![allow(clippy::unwrap_used)]

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField, UniformRand};
use ark_serialize::CanonicalSerialize;
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;

use super::*;
use crate::circuit::Matrices;
use crate::circuit::system::{Assigner, System};

/// `y = x³` for a private `x`, and a second public input that is only squared.
fn cube<S: System>(system: &mut S, x: Fr, z: Fr) {
    let y = system.public("y", x * x * x);
    let z = system.public("z", z);
    let x = system.witness("x", x);
    let square = system.product("square", &x, &x);
    system.enforce("cube", &square, &x, &y);
    system.product("other", &z, &z);
}

struct Toy {
    matrices: Matrices,
    key: ProvingKey,
    rng: StdRng,
}

impl Toy {
    fn new() -> Self {
        let matrices = Matrices::record(|recorder| cube(recorder, Fr::ZERO, Fr::ZERO));
        let mut rng = StdRng::seed_from_u64(7);
        let key = ProvingKey::generate(&matrices, &mut rng).unwrap();
        Self { matrices, key, rng }
    }
    fn assignment(x: u64, z: u64) -> Vec<Fr> {
        let mut assigner = Assigner::new();
        cube(&mut assigner, Fr::from(x), Fr::from(z));
        assigner.into_wires().to_vec()
    }
    fn prove(&mut self, x: u64, z: u64) -> (Proof, Vec<Fr>) {
        let assignment = Self::assignment(x, z);
        let proof = prove(&self.key, &self.matrices, &assignment, &mut self.rng).unwrap();
        (proof, assignment[1..3].to_vec())
    }
}

#[test]
fn a_proof_verifies_and_survives_its_bytes() {
    let mut toy = Toy::new();
    let (proof, public) = toy.prove(3, 5);
    let again = Proof::from_bytes(&proof.to_bytes()).unwrap();
    assert_eq!(again, proof);
    assert_eq!(verify(toy.key.verifying(), &again, &public), Ok(()));
}

#[test]
fn another_public_input_is_refused() {
    let mut toy = Toy::new();
    let (proof, public) = toy.prove(3, 5);
    for i in 0..2 {
        let mut other = public.clone();
        other[i] += Fr::ONE;
        assert_eq!(
            verify(toy.key.verifying(), &proof, &other),
            Err(VerifyError::Invalid)
        );
    }
    assert_eq!(
        verify(toy.key.verifying(), &proof, &public[..1]),
        Err(VerifyError::PublicInputs)
    );
}

#[test]
fn a_false_statement_is_not_proved() {
    let mut toy = Toy::new();
    let mut assignment = Toy::assignment(3, 5);
    assignment[1] += Fr::ONE;
    let refused = prove(&toy.key, &toy.matrices, &assignment, &mut toy.rng);
    assert_eq!(refused, Err(ProveError::Unsatisfied));
}

#[test]
fn lengths_other_than_128_are_refused() {
    let mut toy = Toy::new();
    let bytes = toy.prove(3, 5).0.to_bytes();
    assert_eq!(Proof::from_bytes(&bytes[..127]), Err(ProofError::Length));
    assert_eq!(
        Proof::from_bytes(&[&bytes[..], &[0]].concat()),
        Err(ProofError::Length)
    );
    assert_eq!(Proof::from_bytes(&[]), Err(ProofError::Length));
}

#[test]
fn infinity_is_refused_in_every_spelling() {
    let mut toy = Toy::new();
    let bytes = toy.prove(3, 5).0.to_bytes();
    // The infinity flag is bit 6 of the last byte of each point; bit 7 is the sign.
    for (start, end) in [(0, 32), (32, 96), (96, 128)] {
        for (first, last) in [(0u8, 0x40u8), (0, 0xc0), (1, 0x40), (0, 0x41)] {
            let mut infinity = bytes;
            infinity[start..end].fill(0);
            infinity[start] = first;
            infinity[end - 1] = last;
            assert!(
                Proof::from_bytes(&infinity).is_err(),
                "{start} {first} {last}"
            );
        }
        let mut flagged = bytes;
        flagged[end - 1] |= 0x40;
        assert!(
            Proof::from_bytes(&flagged).is_err(),
            "a finite point flagged as infinity"
        );
    }
}

#[test]
fn a_coordinate_above_the_modulus_is_refused() {
    let mut toy = Toy::new();
    // The flags keep the two highest bits of the last byte; x + p fits below them for a third of
    // all x, so of 64 proofs one surely has it.
    let (proof, spelled) = (0..64)
        .map(|_| toy.prove(3, 5).0)
        .find_map(|proof| {
            let mut shifted = proof.ark().a.x.into_bigint();
            assert!(!shifted.add_with_carry(&Fq::MODULUS));
            let spelled = shifted.to_bytes_le();
            (spelled[31] & 0xc0 == 0).then_some((proof, spelled))
        })
        .unwrap();
    let mut bytes = proof.to_bytes();
    let flags = bytes[31] & 0xc0;
    bytes[..32].copy_from_slice(&spelled);
    bytes[31] |= flags;
    assert_eq!(Proof::from_bytes(&bytes), Err(ProofError::Point));
    bytes[..32].fill(0xff);
    bytes[31] = 0x3f;
    assert_eq!(Proof::from_bytes(&bytes), Err(ProofError::Point));
}

#[test]
fn a_point_outside_the_subgroup_is_refused() {
    let mut toy = Toy::new();
    let bytes = toy.prove(3, 5).0.to_bytes();
    // Random points of the twist: the cofactor is large, so practically none is in the subgroup.
    let outside = (0..)
        .filter_map(|_| {
            G2Affine::get_point_from_x_unchecked(ark_bn254::Fq2::rand(&mut toy.rng), true)
        })
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    let mut spelled = Vec::new();
    outside.serialize_compressed(&mut spelled).unwrap();
    let mut forged = bytes;
    forged[32..96].copy_from_slice(&spelled);
    assert_eq!(Proof::from_bytes(&forged), Err(ProofError::Point));
}

#[test]
fn a_rerandomised_proof_verifies_for_the_same_inputs_only() {
    let mut toy = Toy::new();
    let (proof, public) = toy.prove(3, 5);
    let k = Fr::from(11u64);
    let a = (proof.ark().a.into_group() * k.inverse().unwrap()).into_affine();
    let b = (proof.ark().b.into_group() * k).into_affine();
    let other = Proof::of_points(a, b, proof.ark().c);
    assert_ne!(other, proof);
    // Groth16 is malleable, which is why a nullifier and not a proof marks what was used.
    assert_eq!(verify(toy.key.verifying(), &other, &public), Ok(()));
    let changed = [public[0] + Fr::ONE, public[1]];
    assert_eq!(
        verify(toy.key.verifying(), &other, &changed),
        Err(VerifyError::Invalid)
    );
}

#[test]
fn degenerate_keys_are_refused() {
    let toy = Toy::new();
    let good = toy.key.verifying().ark().clone();
    let mut key = good.clone();
    key.delta_g2 = key.gamma_g2;
    assert_eq!(VerifyingKey::new(key), Err(KeyError::DeltaIsGamma));
    let mut key = good.clone();
    key.delta_g2 = -key.gamma_g2;
    assert_eq!(VerifyingKey::new(key), Err(KeyError::DeltaIsGamma));
    for delta in [G2Affine::generator(), -G2Affine::generator()] {
        let mut key = good.clone();
        key.delta_g2 = delta;
        assert_eq!(VerifyingKey::new(key), Err(KeyError::DeltaIsGenerator));
    }
    for input in 0..good.gamma_abc_g1.len() {
        let mut key = good.clone();
        key.gamma_abc_g1[input] = G1Affine::zero();
        assert_eq!(VerifyingKey::new(key), Err(KeyError::ZeroIc));
    }
    let infinities: [fn(&mut ark_groth16::VerifyingKey<ark_bn254::Bn254>); 4] = [
        |key| key.alpha_g1 = G1Affine::zero(),
        |key| key.beta_g2 = G2Affine::zero(),
        |key| key.gamma_g2 = G2Affine::zero(),
        |key| key.delta_g2 = G2Affine::zero(),
    ];
    for infinity in infinities {
        let mut key = good.clone();
        infinity(&mut key);
        assert_eq!(VerifyingKey::new(key), Err(KeyError::Infinity));
    }
}

/// Why a key with δ = ±γ is refused: under it A = α, B = β and C = ∓Σ x_i·IC_i verify for any
/// public inputs.
#[test]
fn a_key_with_delta_equal_to_gamma_is_forgeable_up_to_the_sign() {
    use ark_ec::pairing::Pairing;
    let good = Toy::new().key.verifying().ark().clone();
    let public = [Fr::from(8u64), Fr::from(77u64)];
    let inputs = (good.gamma_abc_g1[0]
        + good.gamma_abc_g1[1] * public[0]
        + good.gamma_abc_g1[2] * public[1])
        .into_affine();
    for (delta, c) in [(good.gamma_g2, -inputs), (-good.gamma_g2, inputs)] {
        let left = ark_bn254::Bn254::pairing(good.alpha_g1, good.beta_g2);
        let right = left
            + ark_bn254::Bn254::pairing(inputs, good.gamma_g2)
            + ark_bn254::Bn254::pairing(c, delta);
        assert_eq!(left, right);
    }
}

#[test]
fn a_batch_names_its_culprits_and_an_empty_one_shows_nothing() {
    let mut toy = Toy::new();
    let mut entries: Vec<_> = (2..9).map(|x| toy.prove(x, x + 1)).collect();
    let Toy { key, mut rng, .. } = toy;
    let key = key.verifying();
    assert_eq!(verify_batch(key, &entries, &mut rng), Ok(()));
    entries[1].1[0] += Fr::ONE;
    entries[5].1[1] += Fr::ONE;
    assert_eq!(
        verify_batch(key, &entries, &mut rng),
        Err(VerifyError::Culprits(vec![1, 5]))
    );
    assert_eq!(
        verify_batch(key, &[], &mut rng),
        Err(VerifyError::EmptyBatch)
    );
}

#[test]
fn proofs_made_to_cancel_in_a_plain_sum_do_not_cancel() {
    let mut toy = Toy::new();
    let (first, public_first) = toy.prove(3, 5);
    let (second, public_second) = toy.prove(4, 6);
    let shift = G1Affine::generator();
    let moved = |p: &Proof, by: ark_bn254::G1Projective| {
        Proof::of_points(
            p.ark().a,
            p.ark().b,
            (p.ark().c.into_group() + by).into_affine(),
        )
    };
    let entries = vec![
        (moved(&first, shift.into_group()), public_first),
        (moved(&second, -shift.into_group()), public_second),
    ];
    let refused = verify_batch(toy.key.verifying(), &entries, &mut toy.rng);
    assert_eq!(refused, Err(VerifyError::Culprits(vec![0, 1])));
}

/// A generator that says what a test wants: one byte for each coefficient.
struct Scripted(std::vec::IntoIter<u8>);

impl ark_std::rand::RngCore for Scripted {
    fn next_u32(&mut self) -> u32 {
        unreachable!("coefficients are drawn as bytes")
    }
    fn next_u64(&mut self) -> u64 {
        unreachable!("coefficients are drawn as bytes")
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
        bytes[0] = self.0.next().unwrap();
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), ark_std::rand::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl ark_std::rand::CryptoRng for Scripted {}

/// Four proofs whose C was moved by +1, −1, +1, −1 generators.
fn cancelling(toy: &mut Toy) -> Vec<(Proof, Vec<Fr>)> {
    let mut by = G1Affine::generator().into_group();
    (3..7)
        .map(|x| {
            let (proof, public) = toy.prove(x, x);
            let moved = (proof.ark().c.into_group() + by).into_affine();
            by = -by;
            (
                Proof::of_points(proof.ark().a, proof.ark().b, moved),
                public,
            )
        })
        .collect()
}

#[test]
fn a_batch_that_fails_as_a_whole_never_passes_by_its_halves() {
    let mut toy = Toy::new();
    let entries = cancelling(&mut toy);
    // As a whole 1 − 2 + 3 − 5 ≠ 0; in each half 1 − 1 = 0.
    let mut script = Scripted(vec![1, 2, 3, 5, 1, 1, 1, 1].into_iter());
    let refused = verify_batch(toy.key.verifying(), &entries, &mut script);
    assert_eq!(refused, Err(VerifyError::Culprits(vec![0, 1, 2, 3])));
}

#[test]
fn a_coefficient_of_zero_is_drawn_again() {
    let mut toy = Toy::new();
    let mut entries = vec![toy.prove(3, 5)];
    entries[0].1[0] += Fr::ONE;
    // Under 0 every proof would hold.
    let mut script = Scripted(vec![0, 0, 7].into_iter());
    let refused = verify_batch(toy.key.verifying(), &entries, &mut script);
    assert_eq!(refused, Err(VerifyError::Culprits(vec![0])));
    assert_eq!(script.0.next(), None);
}

#[test]
fn batches_over_the_limit_and_entries_of_another_size_are_refused() {
    let mut toy = Toy::new();
    let entry = toy.prove(3, 5);
    let many = vec![entry.clone(); BATCH_LIMIT + 1];
    let mut check = |entries: &[(Proof, Vec<Fr>)]| {
        verify_batch(toy.key.verifying(), entries, &mut toy.rng).unwrap_err()
    };
    assert_eq!(check(&many), VerifyError::BatchTooLarge);
    let short = (entry.0.clone(), entry.1[..1].to_vec());
    assert_eq!(check(&[entry, short]), VerifyError::PublicInputs);
}

#[test]
fn a_key_survives_its_bytes_and_fits_one_circuit() {
    let toy = Toy::new();
    let bytes = toy.key.to_bytes().unwrap();
    assert_eq!(
        ProvingKey::from_trusted_bytes(&bytes, &toy.matrices).unwrap(),
        toy.key
    );
    let other = Matrices::record(|recorder| {
        cube(recorder, Fr::ZERO, Fr::ZERO);
        recorder.witness("more", Fr::ZERO);
    });
    assert_eq!(
        ProvingKey::from_trusted_bytes(&bytes, &other),
        Err(KeyError::OtherCircuit)
    );
    assert_eq!(
        ProvingKey::from_trusted_bytes(&bytes[..99], &toy.matrices),
        Err(KeyError::Malformed)
    );
}

#[test]
fn a_stored_key_is_read_with_every_point_checked() {
    let toy = Toy::new();
    let bytes = toy.key.to_bytes().unwrap();
    assert_eq!(
        ProvingKey::from_bytes(&bytes, &toy.matrices).unwrap(),
        toy.key
    );
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = bytes.clone();
        change(&mut changed);
        ProvingKey::from_bytes(&changed, &toy.matrices).unwrap_err()
    };
    // The first coordinate is that of α: off the curve.
    assert_eq!(refused(&|file| file[0] ^= 1), KeyError::Malformed);
    assert_eq!(refused(&|file| file.push(0)), KeyError::Malformed);
    assert_eq!(refused(&|file| file.truncate(100)), KeyError::Malformed);
    // A list as long as memory could never hold: its length follows α and three points of G2.
    assert_eq!(
        refused(&|file| file[64 + 3 * 128..][..8].fill(0xff)),
        KeyError::Malformed
    );
    let other = Matrices::record(|recorder| {
        let a = recorder.public("a", Fr::ONE);
        recorder.product("square", &a, &a);
    });
    assert_eq!(
        ProvingKey::from_bytes(&bytes, &other).unwrap_err(),
        KeyError::OtherCircuit
    );
    assert_eq!(
        toy.key.verifying().fits(&other).unwrap_err(),
        KeyError::IcLength
    );
}
