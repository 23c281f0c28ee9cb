#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::{env, fs};

use humanseal_zk_credentials::groth16::snarkjs;

use super::*;

/// Set, the tests write what is rendered in place of comparing it: after a change of a template or a key.
const WRITE: &str = "HUMANSEAL_WRITE_CONTRACTS";

/// A file of this crate is what is rendered.
fn is_rendered(file: &str, source: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if env::var_os(WRITE).is_some() {
        fs::write(&file, source).unwrap();
    }
    let stored = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        stored == source,
        "{} is stale; set {WRITE} to write it",
        file.display()
    );
}

fn development() -> [[u8; 32]; WORDS] {
    let key = keys::development_verifying(Circuit::Present);
    key.evm_words().try_into().unwrap()
}

#[test]
fn the_development_contract_is_that_of_the_pinned_key() {
    let verifier = Verifier::of_key(keys::development_verifying(Circuit::Present)).unwrap();
    assert_eq!(verifier.name, "PresentVerifierDevelopment");
    is_rendered("solidity/PresentVerifierDevelopment.sol", &verifier.source);
}

/// A key that snarkjs made, and forge's test has a proof by it.
#[test]
fn another_key_yields_a_contract_without_guard() {
    let stored = include_str!("../../../fixtures/vectors/snarkjs/present.vkey.json");
    let verifier = Verifier::of_key(&snarkjs::read_verifying_key(stored).unwrap()).unwrap();
    assert_eq!(verifier.name, "PresentVerifier");
    assert!(!verifier.source.contains("onlyLocal") && !verifier.source.contains("{{"));
    let source = verifier.source.replace(
        "./IPresentVerifier.sol",
        "../../solidity/IPresentVerifier.sol",
    );
    is_rendered("forge/foreign/PresentVerifier.sol", &source);
}

#[test]
fn a_key_of_another_circuit_is_refused() {
    let enrol = keys::development_verifying(Circuit::Enrol);
    assert_eq!(Verifier::of_key(enrol), Err(KeyError::IcLength));
}

/// Keys that the type [`VerifyingKey`] refuses, rendered all the same: forge sees each deployment revert.
#[test]
fn refused_keys_are_rendered_for_forge() {
    let word = |name: &str| NAMES.iter().position(|given| *given == name).unwrap();
    let (gamma, delta) = (word("GAMMA_X_IM"), word("DELTA_X_IM"));
    let zero = |from: &str, words: usize| {
        let mut key = development();
        key[word(from)..][..words].fill([0; 32]);
        key
    };
    let delta_is = |point: [[u8; 32]; 4]| {
        let mut key = development();
        key[delta..][..4].copy_from_slice(&point);
        key
    };
    let generator = GENERATOR.map(|hex| hex::decode(hex).unwrap().try_into().unwrap());
    let gamma: [[u8; 32]; 4] = development()[gamma..][..4].try_into().unwrap();
    let refused = [
        ("DeltaIsGamma", delta_is(gamma)),
        ("DeltaIsMinusGamma", delta_is(negative(gamma))),
        ("DeltaIsGenerator", delta_is(generator)),
        ("DeltaIsMinusGenerator", delta_is(negative(generator))),
        ("AlphaAtInfinity", zero("ALPHA_X", 2)),
        ("BetaAtInfinity", zero("BETA_X_IM", 4)),
        ("GammaAtInfinity", zero("GAMMA_X_IM", 4)),
        ("DeltaAtInfinity", zero("DELTA_X_IM", 4)),
        ("FirstIcAtInfinity", zero("IC0_X", 2)),
        ("LastIcAtInfinity", zero("IC8_X", 2)),
        // The control: the same text with the key as it is.
        ("NothingIsWrong", development()),
    ];
    let contract = |(name, key): (&str, _)| fill(KEY, name, &key, Guard::None) + "}\n";
    let contracts = refused.map(contract).join("\n");
    is_rendered("forge/refused/Keys.sol", &format!("{HEADER}\n{contracts}"));
}

/// The generator of G2 (EIP-197), imaginary parts first.
const GENERATOR: [&str; 4] = [
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2",
    "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed",
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b",
    "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa",
];

fn negative([x_im, x_re, y_im, y_re]: [[u8; 32]; 4]) -> [[u8; 32]; 4] {
    use ark_ff::{BigInteger, PrimeField};
    let minus = |word: [u8; 32]| {
        let y = -ark_bn254::Fq::from_be_bytes_mod_order(&word);
        y.into_bigint().to_bytes_be().try_into().unwrap()
    };
    [x_im, x_re, minus(y_im), minus(y_re)]
}
