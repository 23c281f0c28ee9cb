//! Each edge of the state machine in docs/life.md, and each refusal, by itself.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel, StatusIndex};
use humanseal_zk_credentials::exchange::SessionKind::{Issue, Recover, Refresh, Renew};

use super::history::{People, Step, TERM_DAYS};
use super::scene::{At, HIGH, Scene, key, level};
use crate::issuer::life::recovery::{DELAY_DAYS, LONG_DELAY_DAYS};
use crate::issuer::life::{
    COLLECT_DAYS, Effect, LineId, RECOVERY_PERIOD_DAYS, RecoveryState, Refusal, retention,
};

fn announced(effect: Result<Effect, Refusal>) -> Day {
    match effect.unwrap() {
        Effect::Announce { effective_on, .. } => effective_on,
        other => panic!("{other:?}"),
    }
}

#[test]
fn issue_opens_a_line_and_a_second_document_of_the_name_is_established_today() {
    let mut scene = Scene::new(People::Unnumbered);
    let first = scene.issue(0, 0);
    assert_eq!((level(first.unique), first.established_on), (2, Day(0)));
    let second = scene.issue(1, 1);
    assert_eq!(
        (level(second.unique), second.established_on),
        (1, scene.today())
    );
    assert_eq!(scene.attempt(Issue, 0, 2), Err(Refusal::DocumentKnown));
    assert_eq!(scene.attempt(Issue, 2, 0), Err(Refusal::HolderKeyTaken));
    let mut scene = Scene::new(People::Numbered);
    assert_eq!(level(scene.issue(0, 0).unique), 3);
    assert_eq!(scene.attempt(Issue, 1, 1), Err(Refusal::NumberKnown));
}

#[test]
fn refresh_keeps_everything_but_day_index_device_and_term() {
    let mut scene = Scene::new(People::Unnumbered);
    let first = scene.issue(5, 0);
    scene.wait_days(100);
    scene.try_at(At(3, 2), Refresh, 5, 0).unwrap();
    let second = scene.last();
    assert_eq!(second.verified_on, scene.today());
    assert_eq!(second.expires_on, Day(scene.today().0 + TERM_DAYS));
    assert_eq!(second.device, DeviceLevel::Hardware);
    let kept = |c: &humanseal_zk_credentials::credential::Credential| {
        (c.holder_key, c.document, c.unique, c.established_on)
    };
    assert_eq!(kept(&second), kept(&first));
    assert_eq!(scene.live(), [1]);

    assert_eq!(scene.attempt(Refresh, 4, 0), Err(Refusal::LineUnknown));
    assert_eq!(
        scene.attempt(Refresh, 5, 1),
        Err(Refusal::HolderKeyNotNewest)
    );
    scene.issue(4, 1);
    assert_eq!(scene.attempt(Refresh, 5, 1), Err(Refusal::HolderKeyTaken));
    assert_eq!(
        scene.try_at(At(2, 3), Refresh, 5, 0),
        Err(Refusal::DocumentLower)
    );
}

#[test]
fn refresh_does_not_raise_the_document_level() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.try_at(At(2, 3), Issue, 0, 0).unwrap();
    let refreshed = scene.done(Refresh, 0, 0);
    assert_eq!(refreshed.document, DocumentLevel::PassiveAuthentication);
}

#[test]
fn refresh_without_the_document_takes_the_newest_unexpired_unrevoked_credential_alone() {
    let mut scene = Scene::new(People::Unnumbered);
    let first = scene.issue(5, 0);
    scene.wait_days(10);
    scene.without_document(0).unwrap();
    let second = scene.last();
    assert_eq!(second.expires_on, first.expires_on);
    assert_eq!(second.verified_on, scene.today());
    assert_eq!(scene.without_document(1), Err(Refusal::CredentialNotNewest));
    scene.erase(0);
    assert_eq!(scene.without_document(0), Err(Refusal::CredentialNotNewest));
    // Erasure leaves the line: with the document its owner is back.
    scene.done(Refresh, 5, 0);
    scene.wait_days(TERM_DAYS);
    scene.without_document(0).unwrap();
    scene.wait_hours(24);
    assert_eq!(scene.without_document(0), Err(Refusal::CredentialExpired));
    scene.done(Refresh, 5, 0);
}

#[test]
fn renew_joins_the_document_and_keeps_the_day_of_establishment() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.wait_days(50);
    let renewed = scene.done(Renew, 1, 0);
    assert_eq!(renewed.established_on, Day(0));
    assert_eq!(scene.live(), [1]);
    assert_eq!(scene.line(1).documents.len(), 2);
    assert_eq!(scene.attempt(Renew, 0, 0), Err(Refusal::DocumentKnown));
    assert_eq!(scene.attempt(Renew, 2, 1), Err(Refusal::LineUnknown));
    assert_eq!(
        scene.try_at(At(2, 3), Renew, 2, 0),
        Err(Refusal::DocumentLower)
    );
    let stranger = scene.step(Step::Session {
        kind: Renew,
        aim: None,
        document: 2,
        secret: 0,
        document_level: 3,
        device_level: 3,
        portrait_known: false,
    });
    assert_eq!(stranger, Err(Refusal::FormerPortraitMismatch));
    // The first document is still one of the line.
    scene.done(Refresh, 0, 0);
    assert_eq!(scene.live(), [2]);
}

#[test]
fn renew_of_a_document_whose_number_another_line_has_is_refused() {
    let mut scene = Scene::new(People::NumberedNamesakes);
    scene.issue(0, 0);
    scene.issue(1, 1);
    assert_eq!(scene.attempt(Renew, 3, 0), Err(Refusal::NumberKnown));
    scene.done(Renew, 2, 0);
}

#[test]
fn recovery_is_announced_effective_and_collected() {
    for (document, days) in [(3, DELAY_DAYS), (2, LONG_DELAY_DAYS), (1, LONG_DELAY_DAYS)] {
        let mut scene = Scene::new(People::Unnumbered);
        scene.try_at(At(document, 2), Issue, 5, 0).unwrap();
        let effect = scene.try_at(At(document, 2), Recover, 5, 1);
        assert_eq!(
            effect,
            Ok(Effect::Announce {
                line: LineId(1),
                contested: StatusIndex::new(0).unwrap(),
                effective_on: Day(scene.today().0 + days),
            })
        );
        // Until then the contested credential stays valid.
        assert_eq!(scene.live(), [0]);
        let pending = Err(Refusal::RecoveryPending(Day(scene.today().0 + days)));
        assert_eq!(scene.collect(5, 1), pending);
        scene.wait_days(days - 1);
        assert_eq!(scene.live(), [0]);
        scene.wait_hours(18);
        assert_eq!(scene.live(), [0]);
        scene.wait_hours(6);
        assert!(scene.live().is_empty());
        let verified_on = Day(scene.today().0 - days);
        let collected = scene.collect(5, 1).unwrap();
        assert_eq!(collected.holder_key, key(1));
        assert_eq!(collected.established_on, scene.today());
        assert_eq!(collected.verified_on, verified_on);
        assert_eq!(scene.live(), [1]);
        assert_eq!(scene.collect(5, 1), Err(Refusal::RecoveryLapsed));
        scene.try_at(At(document, 2), Refresh, 5, 1).unwrap();
    }
}

#[test]
fn a_recovery_waits_for_the_signed_root_that_shows_the_old_bits() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(5, 0);
    announced(scene.attempt(Recover, 5, 1));
    let hours = u32::from(DELAY_DAYS) * 24 + 30;
    scene.0.play(&Step::Silence { hours }, &mut |_, _| {});
    scene.wait_days(DELAY_DAYS);
    let pending = Err(Refusal::RecoveryPending(scene.today()));
    assert_eq!(scene.collect(5, 1), pending);
    scene.wait_hours(30);
    let collected = scene.collect(5, 1).unwrap();
    assert_eq!(collected.established_on, scene.today());
}

#[test]
fn a_recovered_credential_is_handed_out_for_30_days() {
    for (late, expected) in [(0, true), (1, false)] {
        let mut scene = Scene::new(People::Unnumbered);
        scene.issue(5, 0);
        announced(scene.attempt(Recover, 5, 1));
        scene.wait_days(DELAY_DAYS + COLLECT_DAYS + late);
        let collected = scene.collect(5, 1);
        if expected {
            // The day of the root, not of the collection.
            let root = Day(scene.today().0 - COLLECT_DAYS);
            assert_eq!(collected.unwrap().established_on, root);
        } else {
            assert_eq!(collected, Err(Refusal::RecoveryLapsed));
            // The old secret is not back either.
            assert_eq!(
                scene.attempt(Refresh, 5, 0),
                Err(Refusal::RecoveryEffective)
            );
            scene.wait_days(RECOVERY_PERIOD_DAYS);
            announced(scene.attempt(Recover, 5, 2));
            assert_eq!(
                scene.attempt(Refresh, 5, 0),
                Err(Refusal::RecoveryEffective)
            );
            scene.wait_days(DELAY_DAYS);
            scene.collect(5, 2).unwrap();
            assert_eq!(scene.collect(5, 1), Err(Refusal::RecoveryCancelled));
        }
    }
}

#[test]
fn refresh_and_renew_cancel_a_recovery_before_its_day() {
    for renews in [false, true] {
        let mut scene = Scene::new(People::Unnumbered);
        scene.issue(0, 0);
        announced(scene.attempt(Recover, 0, 1));
        scene.wait_days(DELAY_DAYS - 1);
        if renews {
            scene.done(Renew, 1, 0);
        } else {
            scene.without_document(0).unwrap();
        }
        let recovery = scene.line(1).recoveries[0];
        assert_eq!(recovery.state, RecoveryState::Cancelled);
        scene.wait_days(2);
        assert_eq!(scene.live(), [1]);
        assert_eq!(scene.collect(0, 1), Err(Refusal::RecoveryCancelled));
        // It was one all the same: once in 90 days.
        let again = Day(recovery.announced_on.0 + RECOVERY_PERIOD_DAYS);
        let refused = Err(Refusal::RecoveryTooSoon(again));
        assert_eq!(scene.attempt(Recover, 0, 1), refused);
        scene.wait_days(again.0 - scene.today().0 - 1);
        assert_eq!(scene.attempt(Recover, 0, 1), refused);
        scene.wait_days(1);
        announced(scene.attempt(Recover, 0, 1));
    }
}

#[test]
fn a_withdrawn_recovery_has_no_effect() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    announced(scene.attempt(Recover, 0, 1));
    scene.0.play(&Step::Withdraw { line: 0 }, &mut |_, _| {});
    scene.wait_days(DELAY_DAYS);
    assert_eq!(scene.live(), [0]);
    assert_eq!(scene.collect(0, 1), Err(Refusal::RecoveryCancelled));
}

#[test]
fn an_effective_recovery_is_not_withdrawn() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    announced(scene.attempt(Recover, 0, 1));
    scene.wait_days(DELAY_DAYS);
    scene.0.play(&Step::Withdraw { line: 0 }, &mut |_, _| {});
    assert!(scene.live().is_empty());
    scene.collect(0, 1).unwrap();
}

#[test]
fn recovery_by_number_joins_the_document_that_was_read() {
    let mut scene = Scene::new(People::Numbered);
    scene.issue(0, 0);
    announced(scene.attempt(Recover, 1, 1));
    scene.wait_days(DELAY_DAYS);
    // The tag of the document that was announced, no other of the line.
    assert_eq!(scene.collect(0, 1), Err(Refusal::DocumentNotAnnounced));
    scene.collect(1, 1).unwrap();
    assert_eq!(scene.line(1).documents.len(), 2);
    scene.done(Refresh, 1, 1);
}

#[test]
fn recovery_needs_another_key_hardware_and_no_lower_document() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    assert_eq!(scene.attempt(Recover, 1, 1), Err(Refusal::LineUnknown));
    assert_eq!(
        scene.attempt(Recover, 0, 0),
        Err(Refusal::HolderKeyUnchanged)
    );
    let software = scene.try_at(At(3, 1), Recover, 0, 1);
    assert_eq!(software, Err(Refusal::RecoveryDeviceTooLow));
    let copied = scene.try_at(At(2, 3), Recover, 0, 1);
    assert_eq!(copied, Err(Refusal::DocumentLower));
    scene.issue(1, 1);
    assert_eq!(scene.attempt(Recover, 0, 1), Err(Refusal::HolderKeyTaken));
    // A key that is announced is taken as well.
    announced(scene.try_at(HIGH, Recover, 0, 2));
    assert_eq!(scene.attempt(Issue, 2, 2), Err(Refusal::HolderKeyTaken));
}

#[test]
fn an_older_key_of_the_line_comes_back_by_recovery_alone() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    announced(scene.attempt(Recover, 0, 1));
    scene.wait_days(DELAY_DAYS);
    scene.collect(0, 1).unwrap();
    assert_eq!(
        scene.attempt(Refresh, 0, 0),
        Err(Refusal::HolderKeyNotNewest)
    );
    assert_eq!(scene.attempt(Renew, 1, 0), Err(Refusal::HolderKeyNotNewest));
    scene.wait_days(RECOVERY_PERIOD_DAYS);
    announced(scene.attempt(Recover, 0, 0));
    scene.wait_days(DELAY_DAYS);
    assert_eq!(scene.collect(0, 0).unwrap().established_on, scene.today());
}

#[test]
fn tags_and_keys_of_a_blocked_line_are_of_no_use() {
    let mut scene = Scene::new(People::Numbered);
    scene.issue(0, 0);
    scene.0.issuer.line(LineId(1)).blocked = true;
    scene.erase(0);
    let blocked = Err(Refusal::DocumentBlocked);
    assert_eq!(scene.attempt(Issue, 0, 1), blocked);
    assert_eq!(scene.attempt(Refresh, 0, 0), blocked);
    assert_eq!(scene.without_document(0), blocked);
    assert_eq!(scene.attempt(Recover, 0, 1), blocked);
    // Another document with the number, and one without it under the same key.
    assert_eq!(scene.attempt(Issue, 1, 1), blocked);
    assert_eq!(scene.attempt(Renew, 2, 0), blocked);
    // Somebody of the same name may be another human, but nothing says so.
    assert_eq!(level(scene.issue(2, 1).unique), 1);
}

#[test]
fn a_new_pepper_knows_old_lines() {
    let mut scene = Scene::new(People::Numbered);
    scene.issue(0, 0);
    scene.0.play(&Step::NewPepper, &mut |_, _| {});
    assert_eq!(scene.attempt(Issue, 0, 1), Err(Refusal::DocumentKnown));
    assert_eq!(scene.attempt(Issue, 1, 1), Err(Refusal::NumberKnown));
    assert_eq!(level(scene.issue(2, 1).unique), 1);
    scene.done(Refresh, 0, 0);
    scene.done(Renew, 1, 0);
}

#[test]
fn a_line_goes_when_nobodys_place_rests_on_it() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    let longest = 90;
    let last = scene.line(1).documents[0].expires_on.0;
    let over = |scene: &Scene, day| retention::is_over(scene.line(1), Day(day), longest);
    assert!(!over(&scene, last + longest + 1));
    assert!(over(&scene, last + longest + 2));
    // A later document of the line keeps it.
    scene.done(Renew, 1, 0);
    assert!(!over(&scene, last + longest + 2));
    let last = scene.line(1).documents[1].expires_on.0;
    assert!(!over(&scene, last + longest + 1));
    assert!(over(&scene, last + longest + 2));
    // So does a recovery that is announced, and one that is blocked stays as long as others.
    scene.0.issuer.line(LineId(1)).blocked = true;
    assert!(over(&scene, last + longest + 2));
    scene.0.issuer.line(LineId(1)).blocked = false;
    announced(scene.attempt(Recover, 0, 1));
    assert!(!over(&scene, last + longest + 2));
    // Also from its effect on, for as long as it can be collected.
    let recovery = &mut scene.0.issuer.line(LineId(1)).recoveries[0];
    recovery.state = RecoveryState::Effective;
    recovery.effective_on = Day(last + longest);
    assert!(!over(&scene, last + longest + 60));
    assert!(over(&scene, last + longest + 61));
}
