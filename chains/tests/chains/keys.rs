//! Verifying keys that a verifier's constructor refuses, and chains that the development key refuses.

use humanseal_chains::chain::ask;
use humanseal_chains::{Chain, ChainError, EmbeddedChain};
use humanseal_contracts::bindings::PresentVerifierDevelopment as Verifier;
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::keys;

use crate::stage::{at, named};

/// Where the first IC point begins among the key's words.
const IC: usize = 14;

/// Deploys the verifier of a key whose words were changed: each stands in the creation code as a
/// constant.
fn deploy(change: impl FnOnce(&mut Vec<[u8; 32]>)) -> Result<(), ChainError> {
    let words = keys::development_verifying(Circuit::Present).evm_words();
    let mut changed = words.clone();
    change(&mut changed);
    let mut code = Verifier::BYTECODE.to_vec();
    for (word, other) in words.iter().zip(&changed) {
        let at: Vec<usize> = code
            .windows(32)
            .enumerate()
            .filter(|(_, window)| window == word)
            .map(|(at, _)| at)
            .collect();
        if word != other {
            assert!(!at.is_empty(), "the constant is in the code");
        }
        for at in at {
            code[at..at + 32].copy_from_slice(other);
        }
    }
    let mut chain = EmbeddedChain::new(at(0));
    let from = chain.accounts()[0];
    chain.send(from, None, code).map(drop)
}

#[test]
fn a_key_with_an_ic_point_at_infinity_is_refused_at_construction() {
    deploy(|_| {}).unwrap();
    for point in 0..9 {
        let outcome = deploy(|words| words[IC + 2 * point..][..2].fill([0; 32]));
        let error = outcome.unwrap_err();
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
