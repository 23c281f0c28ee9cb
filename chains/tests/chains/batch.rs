//! Many holders in one transaction: all proofs hold, or nothing is registered.

use alloy::primitives::aliases::U40;
use alloy::primitives::{Address, U256};
use alloy::sol_types::{SolEvent, SolValue};
use ark_bn254::Fr;
use ark_ff::PrimeField;
use humanseal_chains::chain::ask;
use humanseal_chains::{Chain, Receipt, RegistryError};
use humanseal_contracts::bindings::PresentVerifierDevelopment::{
    Claim as VerifierClaim, Entry as VerifierEntry, Point, constantPointCall, verifyBatchCall,
};
use humanseal_contracts::bindings::ProviderRegistry::{Claim, Skipped, registerBatchCall};
use humanseal_contracts::claim::word;
use humanseal_contracts::refusal::{Refusal, Revert};
use humanseal_wallet_link::batch::holding;
use humanseal_wallet_link::{
    ContractPresentation, ContractRequest, Prepared, prepare_for_contract,
};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::{Base64, Environment};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::holder::Nullifier;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::word::keccak256;

use crate::points::Points;
use crate::stage::{Stage, at, named, revert};

fn send(stage: &mut Stage, shown: &[ContractPresentation]) -> Result<Receipt, RegistryError> {
    let (registry, from) = (stage.registry.clone(), stage.relayer());
    registry.register_batch(&mut stage.chain, from, shown)
}

/// Index and reason of every entry that took no place.
fn skipped(receipt: &Receipt) -> Vec<(u64, Refusal)> {
    let events = receipt
        .logs
        .iter()
        .filter_map(|log| Skipped::decode_log(log).ok());
    events
        .map(|event| {
            let refusal = Refusal::from_number(event.refusal).unwrap();
            (event.index.to(), refusal)
        })
        .collect()
}

/// Holders 1 to n, each for an account of their own.
fn many(stage: &mut Stage, n: u8) -> Vec<ContractPresentation> {
    let one = |number: u8| {
        let holder = stage.holder(number);
        let account = stage.account(number.into());
        stage.shown(&holder, account)
    };
    (1..=n).map(one).collect()
}

fn verified(stage: &mut Stage, n: u8) -> Vec<bool> {
    (1..=n)
        .map(|number| {
            let account = stage.account(number.into());
            stage.is_verified(account)
        })
        .collect()
}

#[test]
fn a_batch_registers_all() {
    let mut stage = Stage::new();
    let shown = many(&mut stage, 3);
    let receipt = send(&mut stage, &shown).unwrap();
    assert_eq!(skipped(&receipt), []);
    assert_eq!(verified(&mut stage, 3), [true; 3]);
    // And renews, each by its next count.
    let shown = many(&mut stage, 3);
    assert_eq!(shown[0].count, 1);
    send(&mut stage, &shown).unwrap();
}

#[test]
fn an_empty_batch_and_one_that_takes_no_place_are_refused() {
    let mut stage = Stage::new();
    let registry = stage.registry.clone();
    let issued_at = at(-7_200).unix_seconds().unsigned_abs();
    let empty = registerBatchCall {
        entries: vec![],
        issuer: 0,
        issuedAt: U40::from(issued_at),
    };
    let from = stage.relayer();
    let outcome = registry.send(&mut stage.chain, from, &empty);
    assert_eq!(revert(outcome), named("BatchSize"));
    let shown = many(&mut stage, 1);
    send(&mut stage, &shown).unwrap();
    let outcome = send(&mut stage, &shown);
    assert_eq!(revert(outcome), named("NothingRegistered"));
    let outcome = send(&mut stage, &vec![shown[0].clone(); 129]);
    assert_eq!(revert(outcome), named("BatchSize"));
}

#[test]
fn one_false_proof_registers_nobody_and_is_found_off_chain() {
    let mut stage = Stage::new();
    let mut shown = many(&mut stage, 4);
    // A good proof, but of another count.
    let holder = stage.holder(3);
    let account = stage.account(3);
    let bound = stage.request(&holder);
    let next = ContractRequest { count: 1, ..bound };
    let binding = next.binding(&stage.caip10(account)).unwrap();
    shown[2] = stage.shown_with(&holder, account, |witness, _| witness.binding = binding);
    assert_eq!(revert(send(&mut stage, &shown)), named("ProofInvalid"));
    assert_eq!(verified(&mut stage, 4), [false; 4]);
    assert_eq!(culprits(&mut stage, &shown), [2]);
    // Without it the others have their places.
    shown.remove(2);
    send(&mut stage, &shown).unwrap();
    assert_eq!(verified(&mut stage, 4), [true, true, false, true]);
}

/// What a relayer finds false before it pays, by position.
fn culprits(stage: &mut Stage, shown: &[ContractPresentation]) -> Vec<usize> {
    let holder = stage.holder(1);
    let request = stage.request(&holder);
    let now = stage.chain.now().unwrap();
    let key = keys::development_verifying(Circuit::Present);
    let prepared: Vec<Prepared> = shown
        .iter()
        .map(|shown| {
            let request = ContractRequest {
                count: shown.count,
                ..request.clone()
            };
            prepare_for_contract(&request, shown, key, Environment::Development, now).unwrap()
        })
        .collect();
    let holds = holding(key, &prepared.iter().collect::<Vec<_>>());
    (0..shown.len()).filter(|place| !holds[*place]).collect()
}

#[test]
fn a_malformed_entry_is_named() {
    let mut stage = Stage::new();
    let honest = many(&mut stage, 3);
    for (name, place) in [("A", 0), ("B", 2), ("C", 6)] {
        let mut shown = honest.clone();
        let mut bytes = shown[1].proof.as_bytes().to_vec();
        bytes[32 * place + 31] ^= 1;
        shown[1].proof = Base64::new(bytes).unwrap();
        let outcome = send(&mut stage, &shown);
        assert_eq!(revert(outcome), Revert::MalformedEntry(1), "{name}");
    }
    assert_eq!(verified(&mut stage, 3), [false; 3]);
    // The index is the caller's own, also where an entry before it was skipped.
    let first = honest[..1].to_vec();
    send(&mut stage, &first).unwrap();
    let mut shown = honest.clone();
    let mut bytes = shown[2].proof.as_bytes().to_vec();
    bytes[31] ^= 1;
    shown[2].proof = Base64::new(bytes).unwrap();
    assert_eq!(revert(send(&mut stage, &shown)), Revert::MalformedEntry(2));
}

#[test]
fn a_nullifiers_second_entry_is_stale() {
    let mut stage = Stage::new();
    let mut shown = many(&mut stage, 2);
    let holder = stage.holder(1);
    let other = stage.account(9);
    // The same place for another account, a proof that holds by itself.
    shown.push(stage.shown(&holder, other));
    let receipt = send(&mut stage, &shown).unwrap();
    assert_eq!(skipped(&receipt), [(2, Refusal::Stale)]);
    assert!(!stage.is_verified(other));
}

#[test]
fn an_entry_that_was_sent_before_hinders_nobody() {
    let mut stage = Stage::new();
    let shown = many(&mut stage, 3);
    // Somebody sees the batch and sends one of its entries alone, before it.
    stage.register(&shown[1]).unwrap();
    let receipt = send(&mut stage, &shown).unwrap();
    assert_eq!(skipped(&receipt), [(1, Refusal::Stale)]);
    assert_eq!(verified(&mut stage, 3), [true; 3]);
}

#[test]
fn proofs_that_cancel_in_a_sum_do_not_hold() {
    let mut stage = Stage::new();
    let mut shown = many(&mut stage, 2);
    // C1 + D and C2 − D: their plain sum is as before.
    let by = Fr::from(5u64);
    shown[0] = Points::of(&shown[0]).with_c_moved(by).shown(&shown[0]);
    shown[1] = Points::of(&shown[1]).with_c_moved(-by).shown(&shown[1]);
    assert_eq!(revert(send(&mut stage, &shown)), named("ProofInvalid"));
}

/// The coefficients that the verifier draws for these entries (docs/protocol.md section 10); where
/// `entries` or `bindings` are left out, those of a verifier that forgot them in the seed.
fn coefficients(
    chain_id: u64,
    caller: Address,
    vk_hash: [u8; 32],
    point: &Point,
    entries: &[VerifierEntry],
    bindings: &[U256],
) -> Vec<Fr> {
    let mut bytes = keccak256(b"humanseal/v1/batch").to_vec();
    bytes.extend(U256::from(chain_id).to_be_bytes::<32>());
    bytes.extend(caller.into_word());
    bytes.extend(vk_hash);
    bytes.extend(point.abi_encode());
    bytes.extend(entries.iter().flat_map(SolValue::abi_encode));
    bytes.extend(bindings.iter().flat_map(|word| word.to_be_bytes::<32>()));
    let seed = keccak256(&bytes);
    let one = |index: u8| {
        let index = U256::from(index).to_be_bytes::<32>();
        let hash = keccak256(&[seed, index].concat());
        Fr::from_be_bytes_mod_order(&hash[..16])
    };
    (0..2).map(one).collect()
}

/// x1 + δ·r2 and x2 − δ·r1 weigh as much together as x1 and x2, if the coefficients do not depend on
/// the inputs. They are computed here for the entries as they were; the contract's are others.
#[test]
fn inputs_that_are_shifted_against_each_other_do_not_hold() {
    let mut stage = Stage::new();
    let shown = many(&mut stage, 2);
    let holder = stage.holder(1);
    let request = stage.request(&holder);
    let verifier = stage.verifier;
    let call = constantPointCall {
        root: word(&request.root.root.0),
        issuer: word(&request.root.issuer.0),
        policy: word(&request.policy.pack()),
        excluded: word(&request.excluded.pack()),
        scope: word(&request.scope.0),
    };
    let point = ask(&mut stage.chain, verifier, &call).unwrap();
    let entries: Vec<VerifierEntry> = shown
        .iter()
        .map(|shown| {
            let Claim {
                proof,
                nullifier,
                account,
                today,
            } = Claim::try_from(shown).unwrap();
            VerifierEntry {
                claim: VerifierClaim {
                    proof,
                    nullifier,
                    account,
                    today,
                },
                nonce: U256::from(shown.count),
            }
        })
        .collect();
    let bindings: Vec<U256> = shown
        .iter()
        .map(|shown| word(&request.binding(&shown.account).unwrap()))
        .collect();
    let holds = |stage: &mut Stage, entries: &[VerifierEntry]| {
        let call = verifyBatchCall {
            constantPart: point.clone(),
            entries: entries.to_vec(),
            bindings: bindings.clone(),
        };
        ask(&mut stage.chain, verifier, &call).unwrap()
    };
    assert!(holds(&mut stage, &entries));

    // A call without sender comes from the address 0. Coefficients of one, and of seeds that leave
    // out what they weigh, are those of weaker verifiers.
    let drawn = |entries: &[VerifierEntry], bindings: &[U256]| {
        let (hash, caller) = (request.vk_hash.0, Address::ZERO);
        coefficients(31_337, caller, hash, &point, entries, bindings)
    };
    let shifted = |nullifier: U256, by: Fr| {
        let sum = Fr::from_be_bytes_mod_order(&nullifier.to_be_bytes::<32>()) + by;
        word(&FieldElement::from(sum))
    };
    let delta = Fr::from(11u64);
    let mut forged = entries.clone();
    for r in [
        vec![Fr::from(1u64); 2],
        drawn(&[], &[]),
        drawn(&[], &bindings),
        drawn(&entries, &[]),
        drawn(&entries, &bindings),
    ] {
        forged[0].claim.nullifier = shifted(entries[0].claim.nullifier, delta * r[1]);
        forged[1].claim.nullifier = shifted(entries[1].claim.nullifier, -delta * r[0]);
        assert!(!holds(&mut stage, &forged));
    }

    // The same at the registry.
    let mut presented = shown;
    for (shown, entry) in presented.iter_mut().zip(&forged) {
        let bytes = entry.claim.nullifier.to_be_bytes();
        shown.nullifier = Nullifier(FieldElement::from_be_bytes(&bytes).unwrap());
    }
    assert_eq!(revert(send(&mut stage, &presented)), named("ProofInvalid"));
}

#[test]
fn a_batch_moves_nobody_and_squats_nobody() {
    let mut stage = Stage::new();
    let holder = stage.registered(1, stage.account(0));
    let taken = stage.account(5);
    stage.registered(5, taken);
    let mut shown = vec![];
    let elsewhere = stage.account(1);
    shown.push(stage.shown(&holder, elsewhere));
    let squatter = stage.holder(6);
    shown.push(stage.shown(&squatter, taken));
    let other = stage.holder(7);
    let account = stage.account(7);
    shown.push(stage.shown(&other, account));
    let receipt = send(&mut stage, &shown).unwrap();
    assert_eq!(
        skipped(&receipt),
        [(0, Refusal::Registered), (1, Refusal::AccountOccupied)]
    );
    assert!(stage.is_verified(account));
}
