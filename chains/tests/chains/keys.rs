//! Verifying keys that a verifier's constructor refuses, and chains that the development key refuses.

use std::path::Path;

use humanseal_chains::chain::ask;
use humanseal_chains::{Chain, ChainError, EmbeddedChain};
use humanseal_contracts::bindings::PresentVerifierDevelopment as Verifier;
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::keys;

use crate::stage::{at, named};

/// The creation code of a verifier whose key is wrong in one place; it stands beside the artifacts of what is
/// deployed, since the compiler decides the constructor's comparisons of constants by itself.
fn of_key(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/artifacts/refused");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    let artifact: serde_json::Value = serde_json::from_str(&text).unwrap();
    let code = artifact["bytecode"].as_str().unwrap();
    hex::decode(code.strip_prefix("0x").unwrap()).unwrap()
}

fn deploy(name: &str) -> Result<(), ChainError> {
    let mut chain = EmbeddedChain::new(at(0));
    let from = chain.accounts()[0];
    chain.send(from, None, of_key(name)).map(drop)
}

fn refused_at_construction(names: &[&str]) {
    deploy("NothingIsWrong").unwrap();
    for name in names {
        let error = deploy(name).unwrap_err();
        assert_eq!(error.revert(), Some(&named("KeyRefused")), "{name}");
    }
}

#[test]
fn a_key_whose_delta_everybody_knows_the_ratio_of_is_refused_at_construction() {
    refused_at_construction(&[
        "DeltaIsGamma",
        "DeltaIsMinusGamma",
        "DeltaIsGenerator",
        "DeltaIsMinusGenerator",
    ]);
}

#[test]
fn a_key_with_a_point_at_infinity_is_refused_at_construction() {
    refused_at_construction(&[
        "AlphaAtInfinity",
        "BetaAtInfinity",
        "GammaAtInfinity",
        "DeltaAtInfinity",
        "FirstIcAtInfinity",
        "LastIcAtInfinity",
    ]);
}

/// Where the first IC point begins among the key's words.
const IC: usize = 14;

/// Of the other six as well: their coordinates stand in the creation code as constants.
#[test]
fn a_key_with_any_ic_point_at_infinity_is_refused_at_construction() {
    let words = keys::development_verifying(Circuit::Present).evm_words();
    for point in 0..9 {
        let mut code = Verifier::BYTECODE.to_vec();
        for word in &words[IC + 2 * point..][..2] {
            let at = code.windows(32).position(|window| window == word);
            let at = at.expect("the constant is in the code");
            code[at..at + 32].fill(0);
        }
        let mut chain = EmbeddedChain::new(at(0));
        let from = chain.accounts()[0];
        let error = chain.send(from, None, code).unwrap_err();
        assert_eq!(error.revert(), Some(&named("KeyRefused")), "IC{point}");
    }
}

#[test]
fn a_development_key_is_refused_off_local_chains() {
    let local = EmbeddedChain::new(at(0));
    let from = local.accounts()[0];
    let code = Verifier::BYTECODE.to_vec();
    for (chain_id, accepted) in [
        (31_337, true),
        (1_337, true),
        (1, false),
        (8_453, false),
        (11_155_111, false),
    ] {
        let outcome = local.forked(chain_id).send(from, None, code.clone());
        match outcome {
            Ok(_) => assert!(accepted, "{chain_id}"),
            Err(error) => {
                assert!(!accepted, "{chain_id}");
                assert_eq!(error.revert(), Some(&named("DevelopmentKey")));
            }
        }
    }
    // And where the chain changes under it, each call.
    let mut chain = local.clone();
    let made = chain.send(from, None, code).unwrap().created.unwrap();
    assert!(ask(&mut chain, made, &Verifier::vkHashCall {}).is_ok());
    let mut forked = chain.forked(1);
    let error = ask(&mut forked, made, &Verifier::vkHashCall {}).unwrap_err();
    assert_eq!(error.revert(), Some(&named("DevelopmentKey")));
}

#[test]
fn the_verifier_states_the_hash_that_every_part_of_the_project_pins() {
    let mut chain = EmbeddedChain::new(at(0));
    let from = chain.accounts()[0];
    let code = Verifier::BYTECODE.to_vec();
    let made = chain.send(from, None, code).unwrap().created.unwrap();
    let stated = ask(&mut chain, made, &Verifier::vkHashCall {}).unwrap();
    let key = keys::development_verifying(Circuit::Present);
    assert_eq!(stated.0, key.vk_hash());
}
