//! The life of a credential: refresh, renewal, erasure, blocking.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::UniqueLevel;
use humanseal_zk_credentials::exchange::SessionKind;
use serde_json::Value;

use crate::device::{
    Device, document, document_body, enrol, enrol_proof_for, open_for, post_document, post_evidence,
};
use crate::kinds::{
    By, DAY, bits, credential, erase, numbered, prepared, session, shown, with_new_portrait,
    without_document,
};
use crate::world::{OPERATOR, START, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_supersedes_with_the_document_and_without_it() {
    let world = World::development().await;
    let device = Device::new(1);
    let passport = document(&world.authority, "L898902C3", START);
    let first = enrol(&world, &device, &passport).await;

    world.clock.advance(10 * DAY);
    let renewed = with_new_portrait(&device);
    let second = session(&world, SessionKind::Refresh, &renewed, &passport, None).await;
    let second = credential(&second);
    assert_eq!(
        second.credential.established_on,
        first.credential.established_on
    );
    assert_eq!(second.credential.verified_on, world.today().day());
    assert_ne!(second.credential.template, first.credential.template);
    assert_eq!(bits(&world, &[&first, &second]).await, [true, false]);

    // Without the document: everything but day, index and device is the credential's.
    world.clock.advance(10 * DAY);
    let (opened, body, answer) = without_document(&world, &renewed, &passport, &second).await;
    let third = credential(&answer);
    assert_eq!(third.credential.template, second.credential.template);
    assert_eq!(third.credential.expires_on, second.credential.expires_on);
    assert_eq!(third.credential.birthdate, second.credential.birthdate);
    assert_eq!(third.credential.verified_on, world.today().day());
    assert_eq!(bits(&world, &[&second, &third]).await, [true, false]);
    world.clock.advance(13 * 3_600);
    let again = post_evidence(&world, &opened, &body).await;
    assert_eq!(again.body, answer.body);

    // The older one is superseded, whatever its signature says.
    let (_, _, answer) = without_document(&world, &renewed, &passport, &second).await;
    assert_eq!(answer.code(), "credential_not_newest");
}

/// A credential stands in a document's place only as it was signed, for its own holder, and for a
/// refresh.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_in_a_documents_place_is_checked_like_one() {
    let world = World::development().await;
    let device = Device::new(1);
    let passport = document(&world.authority, "L898902C3", START);
    let honest = enrol(&world, &device, &passport).await;
    let refused = async |kind, sent: &Value| {
        let opened = open_for(&world, kind).await;
        post_document(&world, &opened, sent).await.code()
    };
    let sent = shown(&device, &honest);
    for kind in [SessionKind::Issue, SessionKind::Renew, SessionKind::Recover] {
        assert_eq!(refused(kind, &sent).await, "document_shape");
    }
    let mut forged = honest.clone();
    forged.credential.expires_on.0 += 1;
    let code = refused(SessionKind::Refresh, &shown(&device, &forged)).await;
    assert_eq!(code, "credential_signature_invalid");
    let stranger = shown(&Device::new(2), &honest);
    let code = refused(SessionKind::Refresh, &stranger).await;
    assert_eq!(code, "holder_key_mismatch");
    let mut both = document_body(&device, &passport);
    both["credential"] = sent["credential"].clone();
    assert_eq!(refused(SessionKind::Refresh, &both).await, "document_shape");

    // The live match is against its own portrait, not another of the same person's.
    let other = with_new_portrait(&device);
    let (_, _, answer) = without_document(&world, &other, &passport, &honest).await;
    assert_eq!(answer.code(), "portrait_mismatch");
}

/// Sessions cost nothing, so attempts are counted for what is shown.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_ground_by_opening_sessions() {
    let world = World::development().await;
    let device = Device::new(1);
    let passport = document(&world.authority, "L898902C3", START);
    let credential = enrol(&world, &device, &passport).await;
    let documents = [
        shown(&device, &credential),
        document_body(&device, &passport),
    ];
    // The passport had one attempt in its enrolment.
    for (sent, left) in documents.iter().zip([5, 4]) {
        for _ in 0..left {
            let opened = open_for(&world, SessionKind::Refresh).await;
            assert_eq!(post_document(&world, &opened, sent).await.status, 200);
        }
        for kind in [SessionKind::Refresh, SessionKind::Refresh] {
            let opened = open_for(&world, kind).await;
            let code = post_document(&world, &opened, sent).await.code();
            assert_eq!(code, "attempts_exhausted");
        }
    }
    let opened = open_for(&world, SessionKind::Recover).await;
    let code = post_document(&world, &opened, &documents[1]).await.code();
    assert_eq!(code, "attempts_exhausted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn renewal_with_anothers_portrait_and_the_passport_refreshed_after_the_card_renewed_it() {
    let world = World::development().await;
    let device = Device::new(1);
    let passport = document(&world.authority, "L898902C3", START);
    let card = document(&world.authority, "L898902C4", START);
    let first = enrol(&world, &device, &passport).await;
    let renewed = with_new_portrait(&device);
    let kind = SessionKind::Renew;

    let answer = session(&world, kind, &renewed, &card, None).await;
    assert_eq!(answer.code(), "proof_count_wrong");
    // A proof of one's own face against a portrait that is not the line's.
    let another = with_new_portrait(&device);
    let answer = session(&world, kind, &renewed, &card, Some(&another)).await;
    assert_eq!(answer.code(), "former_portrait_mismatch");
    // The line's portrait with another live vector than the statement's.
    let (opened, _, mut body) =
        prepared(&world, kind, &renewed, &card, None, By::Software, false).await;
    let second = enrol_proof_for(&world, &device, &device, &opened, kind);
    body.proofs.push(second);
    let answer = post_evidence(&world, &opened, &body).await;
    assert_eq!(answer.code(), "template_mismatch");
    // Under a holder key of nobody, and with a document that is known.
    let stranger = Device::new(1);
    let answer = session(&world, kind, &stranger, &card, Some(&device)).await;
    assert_eq!(answer.code(), "line_unknown");
    let answer = session(&world, kind, &renewed, &passport, Some(&device)).await;
    assert_eq!(answer.code(), "document_known");

    world.clock.advance(DAY);
    let second = session(&world, kind, &renewed, &card, Some(&device)).await;
    let second = credential(&second);
    assert_eq!(second.credential.established_on, Day(0));
    assert_eq!(second.credential.unique, UniqueLevel::NoLiveNamesake);
    let third = session(&world, SessionKind::Refresh, &device, &passport, None).await;
    let third = credential(&third);
    let credentials = [&first, &second, &third];
    assert_eq!(bits(&world, &credentials).await, [true, true, false]);
    // The same person's card is no line of its own.
    let answer = session(&world, SessionKind::Issue, &Device::new(1), &card, None).await;
    assert_eq!(answer.code(), "document_known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_key_of_another_person() {
    let world = World::development().await;
    let (one, other) = (Device::new(1), Device::new(2));
    let passports = [
        numbered(&world, "L898902C3", "ZE184226B"),
        numbered(&world, "L898902C4", "ZE184226C"),
    ];
    enrol(&world, &one, &passports[0]).await;
    // A namesake with a number of one's own is another human.
    let namesake = enrol(&world, &other, &passports[1]).await;
    assert_eq!(namesake.credential.unique, UniqueLevel::PersonalNumber);
    let refresh = SessionKind::Refresh;
    let answer = session(&world, refresh, &one, &passports[1], None).await;
    assert_eq!(answer.code(), "holder_key_taken");
    let unknown = Device::new(1);
    let answer = session(&world, refresh, &unknown, &passports[0], None).await;
    assert_eq!(answer.code(), "holder_key_not_newest");
    // A new document of the one is not joined to the other's line.
    let third = numbered(&world, "L898902C5", "ZE184226B");
    let renewed = with_new_portrait(&other);
    let answer = session(&world, SessionKind::Renew, &renewed, &third, Some(&other)).await;
    assert_eq!(answer.code(), "number_known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasure_and_return_and_a_second_line_that_raises_unique_meanwhile() {
    let world = World::development().await;
    let (one, other) = (Device::new(1), Device::new(2));
    let passport = document(&world.authority, "L898902C3", START);
    let card = document(&world.authority, "L898902C4", START);
    let kind = SessionKind::Issue;
    let (opened, _, body) =
        prepared(&world, kind, &one, &passport, None, By::Software, false).await;
    let first = credential(&post_evidence(&world, &opened, &body).await);
    let second = enrol(&world, &other, &card).await;
    assert_eq!(second.credential.unique, UniqueLevel::LiveNamesake);

    // In the last minute of a day: the next root is the next day's.
    world.clock.advance(DAY / 2 - 30);
    erase(&world, &opened).await;
    let renewed = with_new_portrait(&other);
    let new_card = document(&world.authority, "L898902C5", START);
    let raised = session(
        &world,
        SessionKind::Renew,
        &renewed,
        &new_card,
        Some(&other),
    )
    .await;
    let raised = credential(&raised);
    assert_eq!(raised.credential.unique, UniqueLevel::NoLiveNamesake);
    let tomorrow = Day(world.today().day().0 + 1);
    assert_eq!(raised.credential.established_on, tomorrow);
    assert_eq!(bits(&world, &[&first, &raised]).await, [true, false]);

    // The owner comes back with the document, not without it, and not above the other line.
    let (_, _, answer) = without_document(&world, &one, &passport, &first).await;
    assert_eq!(answer.code(), "credential_not_newest");
    let back = session(&world, SessionKind::Refresh, &one, &passport, None).await;
    let back = credential(&back);
    assert_eq!(back.credential.unique, UniqueLevel::LiveNamesake);
    assert_eq!(bits(&world, &[&back]).await, [false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocked_tag() {
    let world = World::development().await;
    let device = Device::new(1);
    let passport = numbered(&world, "L898902C3", "ZE184226B");
    let first = enrol(&world, &device, &passport).await;
    let index = first.credential.status_index.get();
    let path = |reason| format!("/v1/credentials/{index}/revoke?reason={reason}");
    let answer = world.client.post_empty_as(&path("dislike"), OPERATOR).await;
    assert_eq!(answer.code(), "parameter_invalid");
    let answer = world.client.post_empty_as(&path("fraud"), OPERATOR).await;
    assert_eq!(answer.status, 204);
    assert_eq!(bits(&world, &[&first]).await, [true]);

    // Said after the evidence alone; another document with the number is blocked too.
    let other = numbered(&world, "L898902C4", "ZE184226B");
    for (kind, device, document) in [
        (SessionKind::Refresh, &device, &passport),
        (SessionKind::Issue, &Device::new(1), &passport),
        (SessionKind::Issue, &Device::new(1), &other),
    ] {
        let answer = session(&world, kind, device, document, None).await;
        assert_eq!(answer.code(), "document_blocked");
    }
}
