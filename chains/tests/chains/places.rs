//! Who has which place, and for how long.

use alloy::primitives::{Address, Bytes};
use alloy::sol_types::{Eip712Domain, SolStruct, eip712_domain};
use humanseal_chains::{Chain, Purpose, Terms};
use humanseal_contracts::bindings::ProviderRegistry::{
    Claim, banCall, registerWithConsentCall, revokeRegistrationCall,
};
use humanseal_contracts::claim::word;
use humanseal_contracts::refusal::Refusal;
use humanseal_zk_credentials::exchange::Timestamp;

use crate::stage::{DAY, HOUR, NOW, Stage, named, purpose, refused, revert, terms};

#[test]
fn a_registration_ends_with_its_term_unless_it_is_renewed() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    let holder = stage.registered(1, account);
    stage.chain.advance(DAY).unwrap();
    let shown = stage.shown(&holder, account);
    stage.renew(&shown).unwrap();
    stage.chain.advance(30 * DAY - 1).unwrap();
    assert!(stage.is_verified(account));
    stage.chain.advance(1).unwrap();
    assert!(!stage.is_verified(account));
}

#[test]
fn a_place_serves_no_second_account() {
    let mut stage = Stage::new();
    let (first, second) = (stage.account(0), stage.account(1));
    let holder = stage.registered(1, first);
    let shown = stage.shown(&holder, second);
    assert_eq!(revert(stage.register(&shown)), refused(Refusal::Registered));
    assert_eq!(revert(stage.renew(&shown)), refused(Refusal::OtherAccount));
    assert_eq!(revert(stage.r#move(&shown)), refused(Refusal::CoolingDown));
    assert!(stage.is_verified(first) && !stage.is_verified(second));

    stage.chain.advance(48 * HOUR).unwrap();
    let shown = stage.shown(&holder, second);
    stage.r#move(&shown).unwrap();
    assert!(!stage.is_verified(first) && stage.is_verified(second));
}

#[test]
fn a_proof_is_not_replayed_after_a_move() {
    let mut stage = Stage::new();
    let (first, second) = (stage.account(0), stage.account(1));
    let holder = stage.registered(1, first);
    stage.chain.advance(48 * HOUR).unwrap();
    let moving = stage.shown(&holder, second);
    stage.r#move(&moving).unwrap();
    assert_eq!(revert(stage.renew(&moving)), named("ProofInvalid"));
    // Where the place has no cool-down, nothing but the count stands against going back.
    let mut stage = Stage::with(
        purpose(),
        &Terms {
            cool_down_hours: 0,
            ..terms()
        },
    );
    let holder = stage.registered(1, first);
    // Made for the same count as the move, and not used.
    let kept = stage.shown(&holder, first);
    let moving = stage.shown(&holder, second);
    stage.r#move(&moving).unwrap();
    assert_eq!(revert(stage.r#move(&kept)), named("ProofInvalid"));
}

#[test]
fn a_proof_is_not_replayed_after_a_revocation() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    let holder = stage.registered(1, account);
    let kept = stage.shown(&holder, account);
    let registry = stage.registry.clone();
    registry
        .send(&mut stage.chain, account, &revokeRegistrationCall {})
        .unwrap();
    assert!(!stage.is_verified(account));
    // It was made for the count of before, and never used: the revocation raised the count.
    assert_eq!(revert(stage.register(&kept)), named("ProofInvalid"));
    let fresh = stage.shown(&holder, account);
    assert_eq!(fresh.count, 2);
    stage.register(&fresh).unwrap();
}

#[test]
fn a_revocation_is_no_way_around_the_cool_down() {
    let mut stage = Stage::new();
    let (first, second) = (stage.account(0), stage.account(1));
    let holder = stage.registered(1, first);
    let registry = stage.registry.clone();
    registry
        .send(&mut stage.chain, first, &revokeRegistrationCall {})
        .unwrap();
    let shown = stage.shown(&holder, second);
    assert_eq!(
        revert(stage.register(&shown)),
        refused(Refusal::CoolingDown)
    );
    // Who has no registration ends none.
    let outcome = registry.send(&mut stage.chain, second, &revokeRegistrationCall {});
    assert_eq!(revert(outcome), refused(Refusal::NotRegistered));
}

#[test]
fn a_strangers_nullifier_does_not_squat_an_account() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    let owner = stage.registered(1, account);
    let stranger = stage.holder(2);
    // The stranger's proof for an account that is not theirs, brought by whomever.
    let squatting = stage.shown(&stranger, account);
    let own = stage.account(1);
    for from in [stage.relayer(), own] {
        let outcome = stage.register_by(from, &squatting);
        assert_eq!(revert(outcome), refused(Refusal::AccountOccupied));
    }
    assert!(stage.is_verified(account));

    // The account's own call replaces it.
    stage.register_by(account, &squatting).unwrap();
    let outcome = stage.shown(&owner, account);
    assert_eq!(
        revert(stage.renew(&outcome)),
        refused(Refusal::NotRegistered)
    );
}

#[test]
fn a_squatted_account_is_taken_back_with_its_consent_alone() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    // Squatted before its owner came.
    stage.registered(2, account);
    let holder = stage.holder(1);
    let shown = stage.shown(&holder, account);
    assert_eq!(
        revert(stage.register(&shown)),
        refused(Refusal::AccountOccupied)
    );
    let consent = |stage: &Stage, by: Address, nonce: u32, date: u32| {
        let consent = Consent {
            account,
            nullifier: word(&shown.nullifier.0),
            nonce: alloy::primitives::U256::from(nonce),
            date,
        };
        let domain: Eip712Domain = eip712_domain! {
            name: "Humanseal",
            version: "1",
            chain_id: stage.chain.chain_id(),
            verifying_contract: stage.registry.address,
        };
        let digest = consent.eip712_signing_hash(&domain);
        stage.chain.sign_digest(by, &digest).unwrap()
    };
    let date = stage.day().date().yyyymmdd();
    let send = |stage: &mut Stage, signature: [u8; 65]| {
        let issued_at = shown.root_issued_at.unix_seconds().unsigned_abs();
        let call = registerWithConsentCall {
            claim: Claim::try_from(&shown).unwrap(),
            issuer: shown.issuer_index,
            issuedAt: alloy::primitives::aliases::U40::from(issued_at),
            consent: Bytes::copy_from_slice(&signature),
        };
        let (registry, from) = (stage.registry.clone(), stage.relayer());
        registry.send(&mut stage.chain, from, &call).map(drop)
    };
    let stranger = stage.account(1);
    for wrong in [
        consent(&stage, stranger, 0, date),
        consent(&stage, account, 1, date),
        consent(&stage, account, 0, date + 1),
        [0; 65],
    ] {
        assert_eq!(revert(send(&mut stage, wrong)), named("ConsentInvalid"));
    }
    let good = consent(&stage, account, 0, date);
    send(&mut stage, good).unwrap();
    // Once: the count is another now.
    assert_eq!(revert(send(&mut stage, good)), named("ConsentInvalid"));
}

alloy::sol! {
    /// What an account signs to give way.
    #[allow(missing_docs)]
    struct Consent {
        address account;
        uint256 nullifier;
        uint256 nonce;
        uint32 date;
    }
}

#[test]
fn a_move_cannot_be_griefed_by_taking_its_goal() {
    let mut stage = Stage::new();
    let (first, goal) = (stage.account(0), stage.account(1));
    let holder = stage.registered(1, first);
    stage.chain.advance(48 * HOUR).unwrap();
    // Somebody sees where the move goes and is there first.
    stage.registered(2, goal);
    let shown = stage.shown(&holder, goal);
    assert_eq!(
        revert(stage.r#move(&shown)),
        refused(Refusal::AccountOccupied)
    );
    assert!(stage.is_verified(first), "a move that fails ends nothing");
    stage.move_by(goal, &shown).unwrap();
    assert!(!stage.is_verified(first) && stage.is_verified(goal));
}

#[test]
fn a_registration_ends_with_its_epoch() {
    let end = NOW + 20 * i64::from(DAY);
    let mut stage = Stage::with(
        Purpose {
            epoch: 7,
            epoch_end: Some(Timestamp::from_unix_seconds(end).unwrap()),
            ..purpose()
        },
        &terms(),
    );
    let account = stage.account(0);
    let holder = stage.holder(1).in_epoch(7);
    let shown = stage.shown(&holder, account);
    stage.register(&shown).unwrap();
    stage.chain.advance(20 * DAY - 1).unwrap();
    assert!(stage.is_verified(account));
    stage.chain.advance(1).unwrap();
    assert!(!stage.is_verified(account));
    let list = stage.list.clone();
    let root = stage
        .issuer
        .root(&list, crate::stage::at(20 * i64::from(DAY) - 60));
    stage.post(&root).unwrap();
    let late = stage.shown(&holder, account);
    assert_eq!(revert(stage.register(&late)), named("EpochOver"));
}

#[test]
fn a_barred_place_takes_nothing_until_its_day() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    let holder = stage.registered(1, account);
    let day = u32::from(stage.day().day().0);
    let ban = |days: u32| banCall {
        nullifier: word(&holder.nullifier().0),
        untilDay: alloy::primitives::aliases::U24::from(day + days),
    };
    let registry = stage.registry.clone();
    let (owner, stranger) = (stage.owner(), stage.relayer());
    let outcome = registry.send(&mut stage.chain, stranger, &ban(10));
    assert_eq!(revert(outcome), named("OwnableUnauthorizedAccount"));
    let outcome = registry.send(&mut stage.chain, owner, &ban(31));
    assert_eq!(revert(outcome), named("BanInvalid"));
    registry.send(&mut stage.chain, owner, &ban(1)).unwrap();
    assert!(!stage.is_verified(account));
    let shown = stage.shown(&holder, account);
    assert_eq!(revert(stage.register(&shown)), refused(Refusal::Banned));
    stage.chain.advance(DAY).unwrap();
    let shown = stage.shown(&holder, account);
    stage.register(&shown).unwrap();
}

#[test]
fn nobody_registers_the_address_of_nobody() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let shown = stage.shown(&holder, Address::ZERO);
    assert_eq!(revert(stage.register(&shown)), refused(Refusal::NoAccount));
}
