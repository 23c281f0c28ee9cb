//! Which status roots a registry takes, and for how long.

use alloy::primitives::{B256, Bytes, U256};
use humanseal_chains::Chain;
use humanseal_contracts::bindings::ProviderRegistry::{postRootCall, refreshRootCall};
use humanseal_contracts::claim::word;
use humanseal_zk_credentials::presentation::PresentationError;
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use crate::stage::{DAY, HOUR, Issuer, Stage, at, named, order, revert};

#[test]
fn a_root_that_is_not_newer_or_from_the_future_is_refused() {
    let mut stage = Stage::new();
    let list = stage.list.clone();
    for (seconds, accepted) in [(-7_201, false), (-7_200, false), (1, false), (0, true)] {
        let root = stage.issuer.root(&list, at(seconds));
        let outcome = stage.post(&root);
        if accepted {
            outcome.unwrap();
        } else {
            assert_eq!(revert(outcome), named("RootNotNewer"), "{seconds}");
        }
    }
}

#[test]
fn a_root_that_the_issuer_did_not_sign_is_refused() {
    let mut stage = Stage::new();
    let list = stage.list.clone();
    let honest = stage.issuer.root(&list, at(-60));
    let stranger = Issuer::new(9).root(&list, at(-60));
    let call = |root: &SignedStatusRoot, signature: &[u8]| postRootCall {
        issuer: 0,
        root: word(&root.root().0),
        issuedAt: root.issued_at().unix_seconds().unsigned_abs(),
        previous: B256::ZERO,
        signature: Bytes::copy_from_slice(signature),
    };
    let (registry, from) = (stage.registry.clone(), stage.relayer());
    let good = call(&honest, honest.chain_signature());
    let mut high_s = *honest.chain_signature();
    // r, n − s, the other v: another signature of the same statement, which must not count.
    let n = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let n: U256 = n.parse().unwrap();
    let s = U256::from_be_slice(&high_s[32..64]);
    high_s[32..64].copy_from_slice(&(n - s).to_be_bytes::<32>());
    high_s[64] ^= 7;
    let mut forged = vec![
        call(&stranger, stranger.chain_signature()),
        call(&honest, &[0; 65]),
        call(&honest, &[]),
        call(&honest, &honest.chain_signature()[..64]),
        call(&honest, &high_s),
    ];
    let mut other = good.clone();
    other.root += U256::ONE;
    forged.push(other);
    let mut other = good.clone();
    other.issuedAt += 1;
    forged.push(other);
    let mut other = good.clone();
    other.previous = B256::repeat_byte(1);
    forged.push(other);
    for (number, call) in forged.iter().enumerate() {
        let outcome = registry.send(&mut stage.chain, from, call);
        assert_eq!(revert(outcome), named("RootSignature"), "{number}");
    }
    registry.send(&mut stage.chain, from, &good).unwrap();
}

#[test]
fn a_root_that_is_no_field_element_is_refused_although_it_is_signed() {
    // The issuer itself signs root + r, which the precompile would take for the root.
    let mut stage = Stage::new();
    let root = word(&stage.list.root().0) + order();
    let digest = stage.issuer.root_digest(root, at(-60));
    let call = postRootCall {
        issuer: 0,
        root,
        issuedAt: at(-60).unix_seconds().unsigned_abs(),
        previous: B256::ZERO,
        signature: Bytes::copy_from_slice(&stage.issuer.sign_digest(&digest)),
    };
    let (registry, from) = (stage.registry.clone(), stage.relayer());
    let outcome = registry.send(&mut stage.chain, from, &call);
    assert_eq!(revert(outcome), named("Malformed"));
}

#[test]
fn a_root_counts_until_the_end_of_its_window() {
    let mut stage = Stage::new();
    let (holder, other) = (stage.holder(1), stage.holder(2));
    let (account, second) = (stage.account(0), stage.account(1));
    // The root is two hours old.
    stage.chain.advance(70 * HOUR).unwrap();
    let shown = stage.shown(&holder, account);
    stage.register(&shown).unwrap();
    stage.chain.advance(1).unwrap();
    let late = stage.shown(&other, second);
    assert_eq!(revert(stage.register(&late)), named("RootOutsideWindow"));
    // Signed once more, the same list counts again.
    let list = stage.list.clone();
    let root = stage.issuer.root(&list, at(i64::from(70 * HOUR)));
    stage.post(&root).unwrap();
    let fresh = stage.shown(&other, second);
    stage.register(&fresh).unwrap();
}

#[test]
fn a_root_that_was_never_posted_is_unknown() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let account = stage.account(0);
    let mut shown = stage.shown(&holder, account);
    shown.root_issued_at = at(-7_199);
    assert_eq!(revert(stage.register(&shown)), named("RootUnknown"));
    shown.root_issued_at = at(0);
    assert_eq!(revert(stage.register(&shown)), named("RootUnknown"));
    shown.root_issued_at = at(-7_200);
    shown.issuer_index = 1;
    assert_eq!(revert(stage.register(&shown)), named("IssuerUntrusted"));
}

#[test]
fn a_revoked_credential_has_no_proof_under_the_new_root_and_none_under_the_old_after_the_window() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    let holder = stage.registered(1, account);
    let before = stage.list.clone();

    // A day later the issuer revokes, and the new root is posted.
    stage.chain.advance(DAY).unwrap();
    stage.list.set(holder.index(), true);
    let list = stage.list.clone();
    let root = stage.issuer.root(&list, at(i64::from(DAY)));
    stage.post(&root).unwrap();
    let request = stage.request(&holder);
    let here = stage.caip10(account);
    let today = stage.day();
    let witness = holder.witness(&request, &here, today, &list);
    assert!(matches!(
        witness.check().map_err(PresentationError::from),
        Err(PresentationError::Statement(_))
    ));

    // Under the old root it is good for the window's rest, and no longer.
    let old = |stage: &mut Stage| {
        let path = before.path(holder.index());
        let mut shown = stage.shown_with(&holder, account, |witness, _| witness.path = path);
        shown.root_issued_at = at(-7_200);
        shown
    };
    let shown = old(&mut stage);
    stage.renew(&shown).unwrap();
    stage.chain.advance(2 * DAY).unwrap();
    let shown = old(&mut stage);
    assert_eq!(revert(stage.renew(&shown)), named("RootOutsideWindow"));
    // The registration ends with its term.
    stage.chain.advance(28 * DAY).unwrap();
    assert!(!stage.is_verified(account));
}

#[test]
fn a_refreshed_root_is_no_other_root() {
    let mut stage = Stage::new();
    let (registry, from) = (stage.registry.clone(), stage.relayer());
    let refresh = refreshRootCall { issuer: 0 };
    registry.send(&mut stage.chain, from, &refresh).unwrap();
    stage.registered(1, stage.account(0));
    stage.chain.advance(70 * HOUR + 1).unwrap();
    let outcome = registry.send(&mut stage.chain, from, &refresh);
    assert_eq!(revert(outcome), named("RootOutsideWindow"));
}
