//! Requests that a device refuses, each by name, and the two questions that it asks.

use humanseal_wallet_link::{EvmKey, Request, VerifierContext, check};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::{Environment, KeyHash, NetworkMetadata};
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::policy::{ANY_VERIFIED_DAYS, Excluded};
use humanseal_zk_credentials::status_list::StatusList;

use crate::holder::{Issuer, at};
use crate::scene::{Scene, Scripted, Signer, network};

#[test]
fn a_good_request_is_answered_and_written_into_the_ledger() {
    let mut scene = Scene::new();
    let request = scene.request();
    let owner = Scripted::new(true, false);
    let presented = scene.present(&request, &owner).unwrap();
    let key = keys::development_verifying(Circuit::Present);
    let context = VerifierContext {
        now: scene.now,
        environment: Environment::Development,
        issuers: &request.issuers,
        roots: &request.roots,
        root_window_seconds: 72 * 3600,
        verifying_key: key,
        chain_answers: &[],
    };
    let verified = check(&request, &presented.presentation, &context).unwrap();
    assert_eq!(verified.nullifier, presented.nullifier);
    assert_eq!(*owner.asked.borrow(), ["account"]);

    let entries = scene.file.wallet.ledger.entries().to_vec();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].request, request.digest().unwrap());
    assert_eq!(
        (entries[0].policy, &entries[0].account),
        (request.policy, &scene.signer.account)
    );
    assert_eq!(
        scene
            .file
            .wallet
            .issuer
            .newest_root
            .map(|head| head.issued_at()),
        Some(at(-60))
    );

    // The account is known there now; it is not asked for again.
    let owner = Scripted::new(false, false);
    scene.present(&request, &owner).unwrap();
    assert!(owner.asked.borrow().is_empty());
}

#[test]
fn an_origin_that_does_not_speak_for_the_network_is_refused() {
    for origin in [
        "https://evil.example",
        "https://evilnet.example",
        "https://net.example.evil.example",
    ] {
        let mut scene = Scene::new();
        let mut request = scene.request();
        request.verifier = origin.parse().unwrap();
        assert_eq!(scene.code(&request), "origin_not_of_network", "{origin}");
        // Until the network lists it in its own document.
        scene.network = Some(network(&[origin]));
        assert!(
            scene.present(&request, &Scripted::new(true, false)).is_ok(),
            "{origin}"
        );
    }
    let mut scene = Scene::new();
    scene.network = Some(NetworkMetadata {
        id: "other.example".into(),
        ..network(&[])
    });
    let request = scene.request();
    assert_eq!(scene.code(&request), "network_document_mismatch");
}

#[test]
fn ages_and_days_that_could_single_out_a_date_are_refused() {
    let mut scene = Scene::new();
    for age in [1, 17, 19, 20, 22, 30, 55, 255] {
        let mut request = scene.request();
        request.policy.min_age = age;
        assert_eq!(scene.code(&request), "age_not_allowed", "{age}");
    }
    for (verified, established) in [(1, 30), (31, 30), (ANY_VERIFIED_DAYS, 1), (90, 34)] {
        let mut request = scene.request();
        request.policy.max_verified_days = verified;
        request.policy.min_established_days = established;
        assert_eq!(
            scene.code(&request),
            "days_not_allowed",
            "{verified} {established}"
        );
    }
    // 34 is the published L + W + 1 of this network.
    scene.network = Some(network(&[]));
    let mut request = scene.request();
    request.policy.min_established_days = 34;
    assert!(scene.present(&request, &Scripted::new(true, false)).is_ok());
}

#[test]
fn a_second_set_of_terms_within_30_days_needs_its_owners_word() {
    let mut scene = Scene::new();
    let request = scene.request();
    scene
        .present(&request, &Scripted::new(true, false))
        .unwrap();
    let mut older = request.clone();
    older.policy.min_age = 21;
    let mut excluding = request.clone();
    excluding.excluded = Excluded::of([Nationality::from_alpha3("DEU")]);
    for changed in [&older, &excluding] {
        let owner = Scripted::new(true, false);
        let error = scene.present(changed, &owner).unwrap_err();
        assert_eq!(error.code(), "terms_changed");
        assert_eq!(*owner.asked.borrow(), ["changed_terms"]);
        assert_eq!(scene.file.wallet.ledger.entries().len(), 1);
    }
    // After 30 days it is a new question; with the owner's word it is answered before.
    assert!(scene.present(&older, &Scripted::new(true, true)).is_ok());
}

#[test]
fn an_account_that_is_not_confirmed_or_does_not_sign_gets_no_proof() {
    let mut scene = Scene::new();
    let request = scene.request();
    let error = scene
        .present(&request, &Scripted::new(false, true))
        .unwrap_err();
    assert_eq!(error.code(), "account_not_confirmed");

    scene.signer.key = EvmKey::from_bytes(&[0x43; 32]).unwrap();
    assert_eq!(scene.code(&request), "account_signature_invalid");

    scene.signer = Signer::new();
    scene.signer.account = scene.signer.key.account(10).unwrap();
    assert_eq!(scene.code(&request), "chain_not_offered");
}

#[test]
fn unknown_issuers_roots_and_keys_are_refused() {
    let mut scene = Scene::new();
    let mut request = scene.request();
    let other = Issuer::new(2).secret.public().id();
    request.issuers = vec![other];
    request.roots[0].issuer = other;
    assert_eq!(scene.code(&request), "issuer_not_asked");

    let mut request = scene.request();
    let mut list = StatusList::new();
    list.set(3.try_into().unwrap(), true);
    request.roots[0].root = list.root();
    assert_eq!(scene.code(&request), "root_not_asked");

    let mut request = scene.request();
    request.vk_hash = KeyHash([1; 32]);
    assert_eq!(scene.code(&request), "verifying_key_unknown");
}

#[test]
fn a_request_that_does_not_hold_together_is_refused_before_anything_is_fetched() {
    let mut scene = Scene::new();
    let good = scene.request();
    type Edit = (&'static str, fn(&mut Request));
    let edits: [Edit; 6] = [
        ("request_expired", |r| r.expires_at = at(-1)),
        ("request_not_yet_valid", |r| {
            r.issued_at = at(301);
            r.expires_at = at(600);
        }),
        ("request_lifetime", |r| r.expires_at = at(90_000)),
        ("environment_mismatch", |r| {
            r.environment = Environment::Production
        }),
        ("request_scope_mismatch", |r| r.epoch = 1),
        ("request_statement", |r| r.statement = "a\nb".into()),
    ];
    for (code, edit) in edits {
        let mut request = good.clone();
        edit(&mut request);
        assert_eq!(scene.code(&request), code);
    }
    assert!(scene.server.called().is_empty());
}

#[test]
fn what_the_credential_does_not_meet_is_not_proved() {
    let mut scene = Scene::new();
    let mut request = scene.request();
    request.policy.min_device = 2;
    assert_eq!(scene.code(&request), "device_level_too_low");
    let request = scene.request();
    scene.slot = Slot(2);
    assert_eq!(scene.code(&request), "slot_out_of_range");

    let mut revoked = StatusList::new();
    revoked.set(123_456.try_into().unwrap(), true);
    let mut scene = Scene::with_list(&revoked);
    let mut request = scene.request();
    request.roots[0].root = revoked.root();
    assert_eq!(scene.code(&request), "credential_revoked");
}
