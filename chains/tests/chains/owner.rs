//! What an owner can do at once, what waits, and what nobody can.

use alloy::primitives::{Address, Bytes, U256};
use alloy::sol_types::SolCall;
use humanseal_chains::{Chain, RegistryError, Terms};
use humanseal_contracts::bindings::ProviderRegistry::{
    self as Contract, Settings, admitIssuerCall, admitKeyCall, announceCall, changeCall,
    distrustIssuerCall, distrustKeyCall, renounceOwnershipCall,
};
use humanseal_contracts::claim::word;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::policy::Excluded;

use crate::stage::{DAY, Issuer, Stage, at, named, purpose, revert, terms};

fn by(stage: &mut Stage, from: Address, call: &impl SolCall) -> Result<(), RegistryError> {
    let registry = stage.registry.clone();
    registry.send(&mut stage.chain, from, call).map(drop)
}

fn by_owner(stage: &mut Stage, call: &impl SolCall) -> Result<(), RegistryError> {
    let owner = stage.owner();
    by(stage, owner, call)
}

fn change(terms: &Terms) -> changeCall {
    changeCall {
        next: Settings::from(terms),
    }
}

fn announced(call: &impl SolCall) -> announceCall {
    announceCall {
        call: Bytes::from(call.abi_encode()),
    }
}

fn excluding(states: &[&str]) -> Excluded {
    Excluded::of(states.iter().map(|state| Nationality::from_alpha3(state)))
}

#[test]
fn no_registration_survives_its_issuers_distrust() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    let holder = stage.registered(1, account);
    let stranger = stage.relayer();
    let distrust = distrustIssuerCall { issuer: 0 };
    let outcome = by(&mut stage, stranger, &distrust);
    assert_eq!(revert(outcome), named("OwnableUnauthorizedAccount"));
    let kept = stage.shown(&holder, account);
    by_owner(&mut stage, &distrust).unwrap();
    assert!(!stage.is_verified(account));
    assert_eq!(revert(stage.renew(&kept)), named("IssuerUntrusted"));
    let root = stage.issuer.root(&stage.list.clone(), at(-60));
    // The contract finds no index for the issuer any more.
    assert!(matches!(
        stage.post(&root),
        Err(RegistryError::IssuerUnknown)
    ));
}

#[test]
fn an_issuer_that_is_admitted_again_revives_no_registration() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    stage.registered(1, account);
    by_owner(&mut stage, &distrustIssuerCall { issuer: 0 }).unwrap();
    let trusted = stage.issuer.trusted();
    let admit = admitIssuerCall {
        issuer: Contract::Issuer {
            id: word(&trusted.id.0),
            rootSigner: Address::new(trusted.root_signer),
        },
    };
    by_owner(&mut stage, &announced(&admit)).unwrap();
    stage.chain.advance(2 * DAY).unwrap();
    by_owner(&mut stage, &admit).unwrap();
    assert!(!stage.is_verified(account));
}

#[test]
fn no_registration_survives_its_keys_distrust() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    let holder = stage.registered(1, account);
    let kept = stage.shown(&holder, account);
    by_owner(&mut stage, &distrustKeyCall { key: 0 }).unwrap();
    assert!(!stage.is_verified(account));
    assert_eq!(revert(stage.renew(&kept)), named("KeyUntrusted"));
}

#[test]
fn whatever_could_admit_somebody_waits_for_its_announcement() {
    let mut stage = Stage::new();
    let other = Issuer::new(9).trusted();
    let admit = admitIssuerCall {
        issuer: Contract::Issuer {
            id: word(&other.id.0),
            rootSigner: Address::new(other.root_signer),
        },
    };
    let key = admitKeyCall {
        next: stage.verifier,
        codeHash: Default::default(),
    };
    let mut looser = terms();
    looser.policy.min_age = 16;
    let looser = change(&looser);
    assert_eq!(revert(by_owner(&mut stage, &admit)), named("NotAnnounced"));
    assert_eq!(revert(by_owner(&mut stage, &key)), named("NotAnnounced"));
    assert_eq!(revert(by_owner(&mut stage, &looser)), named("NotAnnounced"));

    let stranger = stage.relayer();
    let outcome = by(&mut stage, stranger, &announced(&admit));
    assert_eq!(revert(outcome), named("OwnableUnauthorizedAccount"));
    by_owner(&mut stage, &announced(&admit)).unwrap();
    stage.chain.advance(2 * DAY - 1).unwrap();
    assert_eq!(revert(by_owner(&mut stage, &admit)), named("TooEarly"));
    stage.chain.advance(1).unwrap();
    // What was announced, to the byte, and once.
    let mut changed = admit.clone();
    changed.issuer.id += U256::ONE;
    assert_eq!(
        revert(by_owner(&mut stage, &changed)),
        named("NotAnnounced")
    );
    by_owner(&mut stage, &admit).unwrap();
    assert_eq!(revert(by_owner(&mut stage, &admit)), named("NotAnnounced"));
    // After 14 days an announcement is none.
    by_owner(&mut stage, &announced(&looser)).unwrap();
    stage.chain.advance(16 * DAY).unwrap();
    assert_eq!(revert(by_owner(&mut stage, &looser)), named("NotAnnounced"));
}

#[test]
fn each_setting_is_tightened_at_once_and_loosened_only_later() {
    type Change = fn(&mut Terms, i16);
    let mut wide = terms();
    wide.policy.max_verified_days = 300;
    wide.excluded = excluding(&["FRA"]);
    wide.policy.min_established_days = 60;
    let fields: [(&str, i16, Change); 8] = [
        ("min_age", 1, |t, by| {
            t.policy.min_age = t.policy.min_age.wrapping_add_signed(by as i8);
        }),
        ("max_slots", -1, |t, by| {
            t.policy.max_slots = t.policy.max_slots.wrapping_add_signed(by as i8);
        }),
        ("max_verified_days", -30, |t, by| {
            t.policy.max_verified_days = t.policy.max_verified_days.wrapping_add_signed(by);
        }),
        ("min_established_days", 10, |t, by| {
            t.policy.min_established_days = t.policy.min_established_days.wrapping_add_signed(by);
        }),
        ("window_hours", -24, |t, by| {
            t.window_hours = t.window_hours.wrapping_add_signed(by as i8);
        }),
        ("term_days", -5, |t, by| {
            t.term_days = t.term_days.wrapping_add_signed(by);
        }),
        ("cool_down_hours", 24, |t, by| {
            t.cool_down_hours = t.cool_down_hours.wrapping_add_signed(by);
        }),
        ("excluded", 1, |t, by| {
            let states: &[&str] = if by > 0 { &["FRA", "DEU"] } else { &["DEU"] };
            t.excluded = excluding(states);
        }),
    ];
    for (name, tighter, apply) in fields {
        let mut stage = Stage::with(purpose(), &wide);
        let mut loosened = wide.clone();
        apply(&mut loosened, -tighter);
        let outcome = by_owner(&mut stage, &change(&loosened));
        assert_eq!(revert(outcome), named("NotAnnounced"), "{name}");
        let mut tightened = wide.clone();
        apply(&mut tightened, tighter);
        by_owner(&mut stage, &change(&tightened)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn a_change_of_policy_makes_every_cached_point_unknown_or_new() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let account = stage.account(0);
    let before = stage.shown(&holder, account);
    let mut older = terms();
    older.policy.min_age = 21;
    by_owner(&mut stage, &change(&older)).unwrap();
    // A proof under the policy of before, and a fresh one under the same root.
    assert_eq!(revert(stage.register(&before)), named("ProofInvalid"));
    let fresh = stage.shown(&holder, account);
    stage.register(&fresh).unwrap();
    // Back again, announced: the point of the first time is not found.
    let back = change(&terms());
    by_owner(&mut stage, &announced(&back)).unwrap();
    stage.chain.advance(2 * DAY).unwrap();
    by_owner(&mut stage, &back).unwrap();
    let fresh = stage.shown(&holder, account);
    stage.renew(&fresh).unwrap();
}

#[test]
fn a_demand_that_leaves_two_places_to_one_line_is_refused() {
    let mut stage = Stage::new();
    // 30 + 3 + 1 is the least; 0 is none.
    let mut short = terms();
    short.policy.min_established_days = 33;
    let short = change(&short);
    by_owner(&mut stage, &announced(&short)).unwrap();
    stage.chain.advance(2 * DAY).unwrap();
    assert_eq!(
        revert(by_owner(&mut stage, &short)),
        named("SettingsInvalid")
    );
    let mut longer = terms();
    longer.max_ban_days = 31;
    assert_eq!(
        revert(by_owner(&mut stage, &change(&longer))),
        named("SettingsInvalid")
    );
}

#[test]
fn nobody_leaves_a_registry_without_an_owner() {
    let mut stage = Stage::new();
    let outcome = by_owner(&mut stage, &renounceOwnershipCall {});
    assert_eq!(revert(outcome), named("RenouncingRefused"));
    let outcome = by_owner(&mut stage, &distrustIssuerCall { issuer: 200 });
    assert_eq!(revert(outcome), named("IssuerUntrusted"));
}
