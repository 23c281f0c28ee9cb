//! What whoever brings a presentation to the chain can tell before they pay for it.

use humanseal_chains::Chain;
use humanseal_wallet_link::{ContractPresentation, ContractRequest, Refusal, prepare_for_contract};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::{Base64, Environment};
use humanseal_zk_credentials::keys;

use crate::points::Points;
use crate::stage::{DAY, Stage};

/// The first check that is not passed; `None` where all are.
fn refusal(
    stage: &mut Stage,
    request: &ContractRequest,
    shown: &ContractPresentation,
) -> Option<Refusal> {
    let now = stage.chain.now().unwrap();
    let key = keys::development_verifying(Circuit::Present);
    prepare_for_contract(request, shown, key, Environment::Development, now).err()
}

#[test]
fn a_presentation_for_something_else_is_told_before_it_is_paid_for() {
    type Change = fn(&mut ContractRequest);
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let account = stage.account(0);
    let request = stage.request(&holder);
    let shown = stage.shown(&holder, account);
    assert_eq!(refusal(&mut stage, &request, &shown), None);
    let changes: [(&str, Change); 9] = [
        ("request_mismatch", |r| {
            r.contract = r
                .contract
                .to_string()
                .replace("31337:", "1337:")
                .parse()
                .unwrap();
        }),
        ("request_mismatch", |r| r.issuer_index = 1),
        ("request_mismatch", |r| {
            r.root.issued_at = r.root.issued_at.plus_seconds(1).unwrap();
        }),
        ("request_mismatch", |r| r.count = 1),
        ("verifying_key_mismatch", |r| r.vk_hash.0[0] ^= 1),
        ("environment_mismatch", |r| {
            r.environment = Environment::Production
        }),
        ("request_version", |r| r.version = 2),
        ("request_scope_mismatch", |r| r.epoch = 1),
        ("request_window", |r| r.window_hours = 0),
    ];
    for (code, change) in changes {
        let mut other = request.clone();
        change(&mut other);
        let refused = refusal(&mut stage, &other, &shown).unwrap();
        assert_eq!(refused.code(), code);
    }
    // An account of another chain is none that the contract could bind.
    let elsewhere = ContractPresentation {
        account: shown
            .account
            .to_string()
            .replace("31337:", "1:")
            .parse()
            .unwrap(),
        ..shown
    };
    let refused = refusal(&mut stage, &request, &elsewhere);
    assert_eq!(refused, Some(Refusal::RequestMismatch));
}

#[test]
fn an_old_day_and_an_old_root_are_told_before_they_are_paid_for() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let request = stage.request(&holder);
    let shown = stage.shown(&holder, stage.account(0));
    stage.chain.advance(DAY).unwrap();
    assert_eq!(refusal(&mut stage, &request, &shown), None);
    stage.chain.advance(DAY).unwrap();
    let refused = refusal(&mut stage, &request, &shown);
    assert_eq!(refused, Some(Refusal::TodayOutOfWindow));
    stage.chain.advance(DAY).unwrap();
    let shown = stage.shown(&holder, stage.account(0));
    let refused = refusal(&mut stage, &request, &shown);
    assert_eq!(refused, Some(Refusal::RootStale));
}

#[test]
fn points_that_are_none_are_told_before_they_are_paid_for() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let request = stage.request(&holder);
    let shown = stage.shown(&holder, stage.account(0));
    let good = shown.proof.as_bytes().to_vec();
    let outside: Vec<u8> = Points::outside_subgroup()
        .iter()
        .flat_map(|word| word.to_be_bytes::<32>())
        .collect();
    let order = Points::base_field_order();
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Vec<u8>));
    let changes: [Change<'_>; 9] = [
        ("a word less", &|p| p.truncate(224)),
        ("a byte less", &|p| p.truncate(255)),
        ("A at infinity", &|p| p[..64].fill(0)),
        ("B at infinity", &|p| p[64..192].fill(0)),
        ("C at infinity", &|p| p[192..].fill(0)),
        ("A off the curve", &|p| p[63] ^= 1),
        ("B outside the subgroup", &|p| {
            p[64..192].copy_from_slice(&outside)
        }),
        ("C.x is p", &|p| p[192..224].copy_from_slice(&order)),
        ("halves of B exchanged", &|p| {
            let (im, re) = p[64..128].split_at_mut(32);
            im.swap_with_slice(re);
        }),
    ];
    for (name, change) in changes {
        let mut bytes = good.clone();
        change(&mut bytes);
        let proof = Base64::new(bytes).unwrap();
        let changed = ContractPresentation {
            proof,
            ..shown.clone()
        };
        let refused = refusal(&mut stage, &request, &changed);
        assert_eq!(refused, Some(Refusal::ProofMalformed), "{name}");
    }
}
