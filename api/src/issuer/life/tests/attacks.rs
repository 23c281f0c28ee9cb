//! What somebody might try to get two places, or another's line.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::exchange::SessionKind::{Issue, Recover, Refresh, Renew};

use super::history::{People, Step};
use super::scene::{At, Scene, level};
use crate::issuer::life::recovery::{DELAY_DAYS, LONG_DELAY_DAYS};
use crate::issuer::life::{Effect, Presented, Refusal, Source, decide};
use crate::issuer::tags::Tag;

/// The document of a line of level 3 as a copy of its chip, and as its printed page.
#[test]
fn recovery_with_a_copied_or_data_page_only_document_against_a_chip_backed_credential() {
    for copy in [1, 2] {
        let mut scene = Scene::new(People::Unnumbered);
        scene.issue(0, 0);
        let refused = scene.try_at(At(copy, 3), Recover, 0, 1);
        assert_eq!(refused, Err(Refusal::DocumentLower));
        // Also where the owner erased it, or its term is over.
        scene.erase(0);
        assert_eq!(scene.try_at(At(copy, 3), Recover, 0, 1), refused);
    }
}

/// The old secret after a recovery: by refresh, with the document and without, on the effect day and
/// after the new credential was collected.
#[test]
fn the_old_secret_used_after_recovery_again_valid_by_a_refresh() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.attempt(Recover, 0, 1).unwrap();
    scene.wait_days(DELAY_DAYS);
    assert_eq!(
        scene.attempt(Refresh, 0, 0),
        Err(Refusal::RecoveryEffective)
    );
    assert_eq!(scene.without_document(0), Err(Refusal::RecoveryEffective));
    assert_eq!(scene.attempt(Renew, 1, 0), Err(Refusal::RecoveryEffective));
    scene.collect(0, 1).unwrap();
    assert_eq!(
        scene.attempt(Refresh, 0, 0),
        Err(Refusal::HolderKeyNotNewest)
    );
    assert_eq!(scene.without_document(1), Err(Refusal::HolderKeyNotNewest));
    assert_eq!(scene.live(), [1]);
}

/// A refresh in the last second before the effect day.
#[test]
fn a_refresh_at_the_end_of_the_last_day_still_cancels() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.attempt(Recover, 0, 1).unwrap();
    scene.0.now = Day(scene.today().0 + DELAY_DAYS).unix_seconds() - 1;
    scene.without_document(0).unwrap();
    scene.0.now += 1;
    assert_eq!(scene.collect(0, 1), Err(Refusal::RecoveryCancelled));
    assert_eq!(scene.live(), [1]);
}

/// Two secrets of one human: with a number the card is known, without one its credential says that
/// somebody of that name has a place already, for as long as the passport's is live.
#[test]
fn the_same_person_by_passport_and_identity_card() {
    let mut scene = Scene::new(People::Numbered);
    assert_eq!(level(scene.issue(0, 0).unique), 3);
    assert_eq!(scene.attempt(Issue, 1, 1), Err(Refusal::NumberKnown));
    let mut scene = Scene::new(People::Unnumbered);
    assert_eq!(level(scene.issue(0, 0).unique), 2);
    let card = scene.issue(1, 1);
    assert_eq!(level(card.unique), 1);
    // Not a day of waiting counts from before the card came.
    assert_eq!(card.established_on, scene.today());
    scene.wait_days(90);
    assert_eq!(level(scene.done(Refresh, 1, 1).unique), 1);
}

/// Passport and identity card of one human without a number, and the passport refreshed after the
/// card renewed the line.
#[test]
fn the_passport_refreshed_after_the_card_renewed_it() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.done(Renew, 1, 0);
    let refreshed = scene.done(Refresh, 0, 0);
    assert_eq!(scene.live(), [2]);
    assert_eq!(refreshed.established_on, Day(0));
    // The passport under another secret is a recovery of the same line, no line of its own.
    assert_eq!(scene.attempt(Issue, 0, 1), Err(Refusal::DocumentKnown));
    // A card of a higher level is not superseded by a copied passport.
    assert_eq!(
        scene.try_at(At(2, 3), Refresh, 0, 0),
        Err(Refusal::DocumentLower)
    );
}

#[test]
fn a_second_line_that_raises_unique_after_the_first_was_erased() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    assert_eq!(level(scene.issue(1, 1).unique), 1);
    // In the evening: no root shows the first line's bit before the next day.
    scene.wait_days(100);
    scene.wait_hours(19);
    scene.erase(1);
    // A refresh keeps the level.
    assert_eq!(level(scene.done(Refresh, 1, 1).unique), 1);
    let raised = scene.done(Renew, 2, 1);
    assert_eq!(level(raised.unique), 2);
    assert_eq!(raised.established_on, Day(scene.today().0 + 1));
}

#[test]
fn a_raise_over_a_bit_that_a_root_shows_is_established_today() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.issue(1, 1);
    scene.wait_days(100);
    scene.erase(1);
    scene.next_root();
    let raised = scene.done(Renew, 2, 1);
    assert_eq!(level(raised.unique), 2);
    assert_eq!(raised.established_on, scene.today());
}

/// The first line comes back after the second came to its level: it does not get it a second time.
#[test]
fn the_first_line_returns_beside_a_second_that_was_raised() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.issue(1, 1);
    scene.erase(1);
    scene.next_root();
    assert_eq!(level(scene.done(Renew, 2, 1).unique), 2);
    assert_eq!(level(scene.done(Refresh, 0, 0).unique), 1);
    // Nor by a renewal, although it is the older line.
    assert_eq!(level(scene.done(Renew, 3, 0).unique), 1);
    // Nor by a recovery.
    scene.attempt(Recover, 0, 4).unwrap();
    scene.wait_days(DELAY_DAYS);
    assert_eq!(level(scene.collect(0, 4).unwrap().unique), 1);
}

/// Passport and card by turns: the first line comes back once the second, which took the place while
/// it was dead, is dead in its turn. The second's place still stands.
#[test]
fn two_lines_that_take_turns_do_not_share_a_network() {
    let waited = 30 + 3 + 1;
    for back in [Refresh, Renew] {
        let mut scene = Scene::new(People::Unnumbered);
        scene.issue(0, 0);
        scene.erase(0);
        assert_eq!(level(scene.issue(1, 1).unique), 2);
        scene.wait_days(waited);
        scene.erase(0);
        let document = if back == Refresh { 0 } else { 2 };
        let returned = scene.done(back, document, 0);
        assert_eq!(level(returned.unique), 2);
        assert!(returned.established_on >= scene.today(), "{back:?}");
    }
    // Expiry kills as erasure does.
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(5, 0);
    scene.erase(0);
    scene.issue(1, 1);
    scene.wait_days(366);
    let returned = scene.done(Refresh, 5, 0);
    assert!(returned.established_on >= scene.today());
    // So does a recovery until it is collected.
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.attempt(Recover, 0, 1).unwrap();
    scene.wait_days(DELAY_DAYS);
    scene.issue(1, 2);
    scene.wait_days(20);
    scene.erase(0);
    let recovered = scene.collect(0, 1).unwrap();
    assert!(recovered.established_on >= scene.today());
}

/// A line that says nothing of uniqueness need not wait for one that says nothing either, nor for a
/// namesake whom a number tells from it.
#[test]
fn who_returns_beside_nobody_keeps_the_day() {
    let mut scene = Scene::new(People::NumberedNamesakes);
    scene.issue(0, 0);
    scene.issue(1, 1);
    scene.wait_days(100);
    scene.erase(1);
    scene.erase(0);
    assert_eq!(scene.done(Refresh, 0, 0).established_on, Day(0));
    let mut scene = Scene::new(People::Unnumbered);
    let first = scene.issue(0, 0);
    scene.wait_days(10);
    scene.erase(0);
    assert_eq!(
        scene.done(Refresh, 0, 0).established_on,
        first.established_on
    );
}

/// Two lines of one name under two versions of the pepper: the first comes back beside the second.
#[test]
fn a_new_pepper_does_not_hide_a_line() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.0.play(&Step::NewPepper, &mut |_, _| {});
    scene.erase(0);
    assert_eq!(level(scene.issue(1, 1).unique), 2);
    assert_eq!(level(scene.done(Refresh, 0, 0).unique), 1);
}

/// The same where the one that comes back reads a passport with another name, joined by the number:
/// then the names of before are known by their tags alone.
#[test]
fn a_new_pepper_and_a_new_name_do_not_hide_a_line() {
    let mut scene = Scene::new(People::Numbered);
    scene.issue(0, 0);
    scene.0.play(&Step::NewPepper, &mut |_, _| {});
    scene.erase(0);
    // The identity card has no number.
    assert_eq!(level(scene.issue(2, 1).unique), 2);
    let mut renamed = scene.0.document(1).tags;
    for tags in &mut renamed {
        tags.person = Tag([tags.person.0[0] ^ 0xff; 32]);
    }
    let old = scene.line(1).held[0].standing;
    let session = Presented {
        kind: Renew,
        source: Source::Document(&renamed),
        holder_key: old.holder_key,
        template: old.template,
        former_template: Some(old.template),
        model: old.model,
        document: old.document,
        device: old.device,
        expires_on: old.expires_on,
    };
    let lines = scene.0.issuer.lines(scene.0.now);
    let Ok(Effect::Supersede { standing, .. }) = decide(&session, &lines) else {
        panic!("it is renewed by the number");
    };
    assert_eq!(level(standing.unique), 1);
}

/// A line between the effect of its recovery and the collection is dead as well.
#[test]
fn a_second_line_raised_while_the_first_was_being_recovered() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.issue(1, 1);
    scene.attempt(Recover, 0, 2).unwrap();
    scene.wait_days(DELAY_DAYS);
    assert_eq!(level(scene.done(Renew, 2, 1).unique), 2);
    assert_eq!(level(scene.collect(0, 2).unwrap().unique), 1);
}

/// Somebody of the same name and birthdate, with the other's holder key or document.
#[test]
fn a_namesake_gets_nothing_of_the_other_line() {
    let mut scene = Scene::new(People::NumberedNamesakes);
    assert_eq!(level(scene.issue(0, 0).unique), 3);
    assert_eq!(level(scene.issue(1, 1).unique), 3);
    assert_eq!(scene.attempt(Refresh, 1, 0), Err(Refusal::HolderKeyTaken));
    assert_eq!(scene.attempt(Renew, 3, 0), Err(Refusal::NumberKnown));
    assert_eq!(scene.attempt(Recover, 3, 0), Err(Refusal::HolderKeyTaken));
    assert_eq!(scene.attempt(Issue, 3, 2), Err(Refusal::NumberKnown));
    // A recovery by the other's number is a recovery of the other's line.
    scene.attempt(Recover, 3, 2).unwrap();
    assert!(scene.line(1).recoveries.is_empty());
    assert!(!scene.line(2).recoveries.is_empty());
}

/// Two recoveries within 90 days, also to the old secret, also after a cancelled one.
#[test]
fn two_recoveries_in_90_days() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.attempt(Recover, 0, 1).unwrap();
    let again = Day(scene.today().0 + 90);
    let refused = Err(Refusal::RecoveryTooSoon(again));
    assert_eq!(scene.attempt(Recover, 0, 2), refused);
    scene.wait_days(DELAY_DAYS);
    scene.collect(0, 1).unwrap();
    assert_eq!(scene.attempt(Recover, 0, 0), refused);
    scene.wait_days(again.0 - scene.today().0);
    scene.attempt(Recover, 0, 0).unwrap();
}

/// A renewal of somebody else's document, of another name and without a number of the line, is not
/// of the line's person whatever the faces say.
#[test]
fn renewal_with_another_persons_document() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    let person = scene.0.issuer.line(crate::issuer::life::LineId(1)).persons[0];
    let stranger = crate::issuer::life::KnownTag {
        tag: Tag([9; 32]),
        ..person
    };
    scene.0.issuer.lines[0].persons = vec![stranger];
    assert_eq!(scene.attempt(Renew, 1, 0), Err(Refusal::PersonDiffers));
}

/// A model that cannot be compared with the line's.
#[test]
fn a_line_of_another_model_is_refreshed_with_its_document_before_it_is_renewed() {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    let other = humanseal_zk_credentials::template::ModelId(7u64.into());
    scene.0.issuer.lines[0].held[0].standing.model = other;
    assert_eq!(scene.without_document(0), Err(Refusal::ModelChanged));
    assert_eq!(scene.attempt(Renew, 1, 0), Err(Refusal::ModelChanged));
    scene.done(Refresh, 0, 0);
    scene.done(Renew, 1, 0);
}

/// Nobody signed the number on a page: a chip without one that joins the page's line does not make it 3, nor does a
/// second; and the line tells its holder from nobody.
#[test]
fn a_number_that_was_made_up_on_a_page_is_worth_nothing() {
    let mut scene = Scene::new(People::Numbered);
    scene.try_at(At(1, 3), Issue, 0, 0).unwrap();
    assert_eq!(level(scene.last().unique), 1);
    // Documents 2 and 5 have no number.
    assert_eq!(level(scene.done(Renew, 2, 0).unique), 2);
    assert_eq!(level(scene.done(Renew, 5, 0).unique), 2);
}

/// Somebody made up a page of another's lines. Its line cancels no recovery by the chip, and its own recoveries that ended
/// keep the chip's holder from none.
#[test]
fn a_made_up_page_does_not_keep_its_line_from_the_chips_holder() {
    let mut scene = Scene::new(People::Unnumbered);
    let page = At(1, 3);
    scene.try_at(page, Issue, 0, 0).unwrap();
    scene.try_at(page, Recover, 0, 1).unwrap();
    scene.try_at(page, Refresh, 0, 0).unwrap();
    assert!(matches!(
        scene.try_at(page, Recover, 0, 1),
        Err(Refusal::RecoveryTooSoon(_))
    ));
    scene.try_at(At(3, 3), Recover, 0, 2).unwrap();
    assert_eq!(
        scene.try_at(page, Refresh, 0, 0),
        Err(Refusal::DocumentLower)
    );
    assert_eq!(scene.without_document(0), Err(Refusal::DocumentLower));
    scene.wait_days(DELAY_DAYS);
    scene.collect(0, 2).unwrap();
}

/// The same with a recovery by the page that took effect and that nobody collects: it bars the chip's holder as little, and
/// ends when theirs takes effect.
#[test]
fn a_pages_recovery_left_uncollected_does_not_bar_the_chips_holder() {
    let mut scene = Scene::new(People::Unnumbered);
    let page = At(1, 3);
    scene.try_at(page, Issue, 0, 0).unwrap();
    scene.try_at(page, Recover, 0, 1).unwrap();
    assert!(matches!(
        scene.try_at(At(3, 3), Recover, 0, 2),
        Err(Refusal::RecoveryTooSoon(_))
    ));
    scene.wait_days(LONG_DELAY_DAYS);
    scene.try_at(At(3, 3), Recover, 0, 2).unwrap();
    scene.wait_days(DELAY_DAYS);
    assert!(scene.collect(0, 1).is_err());
    scene.collect(0, 2).unwrap();
}
