//! Recovery: another holder key for a line, after a delay.

use humanseal_documents::specimen::SpecimenDocument;
use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::exchange::{
    DocumentAccepted, EvidenceBody, ReadChannel, RecoveryAnnounced, SessionCreated, SessionKind,
    Sha256Digest,
};
use serde_json::{Value, json};

use crate::chips::{chip, chip_body, with_chip};
use crate::client::{Answer, futures_joined};
use crate::device::{
    Device, acknowledge, document_body, enrol_proof_for, evidence, open_for, post_document,
    post_evidence, published, statement,
};
use crate::kinds::{
    By, DAY, bits, credential, erase, holder, is_contested, prepared, without_document,
};
use crate::ledger;
use crate::phones::{APP_ID, apple};
use crate::world::{OPERATOR, World};

/// A line of level 3, its owner's device with the secret lost, and the passport.
async fn lost(world: &World) -> (Device, SignedCredential, SpecimenDocument) {
    let device = Device::new(1);
    let passport = with_chip(&world.authority, &holder("L898902C3", ""), &chip(1));
    let kind = SessionKind::Issue;
    let (opened, _, body) =
        prepared(world, kind, &device, &passport, None, By::Software, true).await;
    let first = credential(&post_evidence(world, &opened, &body).await);
    assert_eq!(acknowledge(world, &opened).await.status, 204);
    (device, first, passport)
}

async fn recovery(
    world: &World,
    device: &Device,
    passport: &SpecimenDocument,
    by: By,
    chipped: bool,
) -> (SessionCreated, Value, EvidenceBody, Answer) {
    let kind = SessionKind::Recover;
    let (opened, sent, body) = prepared(world, kind, device, passport, None, by, chipped).await;
    let answer = post_evidence(world, &opened, &body).await;
    (opened, sent, body, answer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recovery_from_announcement_to_collection() {
    let mut world = World::with_phones("").await;
    let (old, first, passport) = lost(&world).await;
    let new = Device::new(1);
    let (opened, sent, body, answer) = recovery(&world, &new, &passport, By::Phone, true).await;
    assert_eq!(answer.status, 202);
    let announced: RecoveryAnnounced = answer.ok();
    let effect = Day(world.today().day().0 + 7);
    assert_eq!(announced.effective_at.unix_seconds(), effect.unix_seconds());
    assert_eq!(
        post_evidence(&world, &opened, &body).await.body,
        answer.body
    );
    assert!(is_contested(&world, &first).await);
    assert_eq!(bits(&world, &[&first]).await, [false]);
    // Nothing personal waits with it.
    assert!(ledger::sealed(world.dir.path()).await.is_empty());
    let path = format!("/v1/sessions/{}", opened.id);
    let view = world.client.get_as(&path, &opened.token.bearer()).await;
    assert_eq!(view.json()["state"], "announced");
    let early = post_document(&world, &opened, &sent).await;
    assert_eq!(early.code(), "recovery_pending");
    assert_eq!(early.json()["available_at"], json!(announced.effective_at));

    // Two recoveries in 90 days.
    let (.., answer) = recovery(&world, &Device::new(1), &passport, By::Phone, true).await;
    assert_eq!(answer.code(), "recovery_too_soon");

    // The last second before the day, and the day, in another process.
    world
        .clock
        .advance(effect.unix_seconds() - 1 - world.now().unix_seconds());
    let early = post_document(&world, &opened, &sent).await;
    assert_eq!(early.code(), "recovery_pending");
    world.clock.advance(1);
    // The first root of the day shows it, whoever asks for that root.
    let list = published(&world).await;
    assert!(list.list().get(first.credential.status_index));
    world.restart().await;
    assert!(!is_contested(&world, &first).await);
    // The old secret cannot undo it.
    let kind = SessionKind::Refresh;
    let (again, _, body) = prepared(&world, kind, &old, &passport, None, By::Software, true).await;
    let refused = post_evidence(&world, &again, &body).await;
    assert_eq!(refused.code(), "recovery_effective");
    let (_, _, refused) = without_document(&world, &old, &passport, &first).await;
    assert_eq!(refused.code(), "recovery_effective");

    // Another document, another key, a copy: nothing. Then the credential, on a later day.
    let other = with_chip(&world.authority, &holder("L898902C4", ""), &chip(2));
    let body = chip_body(&new, &opened, &other);
    let refused = post_document(&world, &opened, &body).await;
    assert_eq!(refused.code(), "document_not_announced");
    let body = chip_body(&old, &opened, &passport);
    let refused = post_document(&world, &opened, &body).await;
    assert_eq!(refused.code(), "holder_key_mismatch");
    let copy = document_body(&new, &passport);
    let refused = post_document(&world, &opened, &copy).await;
    assert_eq!(refused.code(), "document_level_lower");
    world.clock.advance(3 * DAY);
    // At once: one credential.
    let posts = (0..4).map(|_| post_document(&world, &opened, &sent));
    let answers = futures_joined(posts).await;
    let collected = answers[0].clone();
    assert!(answers.iter().all(|answer| answer.body == collected.body));
    let second = credential(&collected);
    assert_eq!(second.credential.holder_key, new.secret.holder_key());
    assert_eq!(second.credential.established_on, effect);
    assert_eq!(second.credential.verified_on, Day(effect.0 - 7));
    assert_eq!(u8::from(second.credential.device), 2);
    assert_eq!(bits(&world, &[&first, &second]).await, [true, false]);
    let again = post_document(&world, &opened, &sent).await;
    assert_eq!(again.body, collected.body);
    assert_eq!(acknowledge(&world, &opened).await.status, 204);
    let over = post_document(&world, &opened, &sent).await;
    assert_eq!(over.code(), "session_state_wrong");

    let (again, _, body) = prepared(&world, kind, &old, &passport, None, By::Software, true).await;
    let refused = post_evidence(&world, &again, &body).await;
    assert_eq!(refused.code(), "holder_key_not_newest");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recovery_with_a_copied_document_or_a_software_key_against_a_chip_backed_credential() {
    let world = World::with_phones("").await;
    let (_, first, passport) = lost(&world).await;
    let (.., answer) = recovery(&world, &Device::new(1), &passport, By::Phone, false).await;
    assert_eq!(answer.code(), "document_level_lower");
    let (.., answer) = recovery(&world, &Device::new(1), &passport, By::Software, true).await;
    assert_eq!(answer.code(), "recovery_device_too_low");
    assert!(!is_contested(&world, &first).await);

    // The printed page of the same document.
    let opened = open_for(&world, SessionKind::Recover).await;
    let device = Device::new(1);
    let text = holder("L898902C3", "").mrz().unwrap();
    let mrz = format!("{}\n{}", &text[..44], &text[44..]);
    let sent = json!({
        "holder_key": device.secret.holder_key(), "channel": "camera", "mrz": mrz,
    });
    let accepted: DocumentAccepted = post_document(&world, &opened, &sent).await.ok();
    assert_eq!(u8::from(accepted.document), 1);
    let mut said = statement(&world, &device, &opened, &passport, &accepted.plan);
    said.document = Sha256Digest::of(mrz.as_bytes());
    said.dg2 = None;
    said.channel = ReadChannel::Camera;
    let proof = enrol_proof_for(&world, &device, &device, &opened, SessionKind::Recover);
    let mut body = evidence(&device, &said, proof);
    let digest = Sha256Digest::of(body.statement.as_bytes());
    body.device = apple(APP_ID, &digest, world.now().unix_seconds(), 7);
    let answer = post_evidence(&world, &opened, &body).await;
    assert_eq!(answer.code(), "document_level_lower");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_is_cancelled_by_a_refresh_withdrawn_or_struck_with_its_app() {
    for ending in ["refresh", "withdraw", "strike"] {
        let world = World::with_phones("").await;
        let (old, first, passport) = lost(&world).await;
        let new = Device::new(1);
        let (opened, sent, _, answer) = recovery(&world, &new, &passport, By::Phone, true).await;
        assert_eq!(answer.status, 202);
        world.clock.advance(6 * DAY);
        let newest = match ending {
            "refresh" => {
                let (_, _, answer) = without_document(&world, &old, &passport, &first).await;
                credential(&answer)
            }
            "withdraw" => {
                erase(&world, &opened).await;
                first.clone()
            }
            _ => {
                let path = format!("/v1/apps/apple:{APP_ID}/strike");
                let answer = world.client.post_empty_as(&path, OPERATOR).await;
                assert!(answer.status.is_success(), "{}", answer.status);
                first.clone()
            }
        };
        assert!(!is_contested(&world, &first).await);
        world.clock.advance(10 * DAY);
        world.service.maintain().await.unwrap();
        assert_eq!(bits(&world, &[&newest]).await, [false], "{ending}");
        let refused = post_document(&world, &opened, &sent).await;
        assert_eq!(refused.code(), "recovery_cancelled", "{ending}");
    }
}
