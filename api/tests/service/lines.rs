//! Who is known already.

use humanseal_documents::Moment;
use humanseal_documents::specimen::Holder;
use humanseal_zk_credentials::credential::UniqueLevel;
use humanseal_zk_credentials::exchange::{EvidenceBody, PublicInput};

use crate::client::futures_joined;
use crate::device::{Device, document, enrol, made, post_evidence, ready};
use crate::world::{START, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_is_refused_by_name_after_all_checks() {
    let world = World::development().await;
    let now = Moment::from_unix_seconds(START.unsigned_abs());
    let first = Device::new(1);
    let mut holder = Holder::specimen(now.date());
    let numbered = made(&world.authority, &holder, now);
    let credential = enrol(&world, &first, &numbered).await;
    assert_eq!(credential.credential.unique, UniqueLevel::PersonalNumber);

    // The same document, under another holder key.
    let second = Device::new(2);
    let (session, body) = ready(&world, &second, &numbered).await;
    // A copied document alone learns nothing: the evidence is judged first.
    let mut forged: EvidenceBody = body.clone();
    forged.proofs[0].public[5] = PublicInput::from_sent("1");
    assert_eq!(
        post_evidence(&world, &session, &forged).await.code(),
        "context_mismatch"
    );
    let (session, body) = ready(&world, &second, &numbered).await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "document_known"
    );

    // Another document with the same lifelong number.
    holder.number = "L898902C4".into();
    let renewed = made(&world.authority, &holder, now);
    let (session, body) = ready(&world, &second, &renewed).await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "number_known"
    );

    // Somebody else's document under the first one's holder key.
    holder.personal_number = "ZE184226C".into();
    holder.number = "L898902C5".into();
    let other = made(&world.authority, &holder, now);
    let (session, body) = ready(&world, &first, &other).await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "holder_key_taken"
    );

    // The same name and birthdate, no number: a namesake is live.
    holder.personal_number = String::new();
    holder.number = "L898902C6".into();
    let namesake = made(&world.authority, &holder, now);
    let credential = enrol(&world, &second, &namesake).await.credential;
    assert_eq!(credential.unique, UniqueLevel::LiveNamesake);
    assert_eq!(credential.established_on, world.today().day());
}

/// One human with two documents, the one without a number first: the number of the second must not
/// make a second unique place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_does_not_outweigh_a_live_namesake_without_one() {
    let world = World::development().await;
    let now = Moment::from_unix_seconds(START.unsigned_abs());
    let mut holder = Holder::specimen(now.date());
    let number = std::mem::take(&mut holder.personal_number);
    let plain = made(&world.authority, &holder, now);
    let credential = enrol(&world, &Device::new(1), &plain).await.credential;
    assert_eq!(credential.unique, UniqueLevel::NoLiveNamesake);

    holder.number = "L898902C4".into();
    holder.personal_number = number;
    let numbered = made(&world.authority, &holder, now);
    let credential = enrol(&world, &Device::new(2), &numbered).await.credential;
    assert_eq!(credential.unique, UniqueLevel::LiveNamesake);
    assert_eq!(credential.established_on, world.today().day());
}

/// Two people of one name and birthdate whose state numbers them are two people.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn namesakes_with_numbers_are_told_apart() {
    let world = World::development().await;
    let now = Moment::from_unix_seconds(START.unsigned_abs());
    let mut holder = Holder::specimen(now.date());
    let first = made(&world.authority, &holder, now);
    enrol(&world, &Device::new(1), &first).await;
    holder.number = "L898902C4".into();
    holder.personal_number = "ZE184226C".into();
    let second = made(&world.authority, &holder, now);
    let credential = enrol(&world, &Device::new(2), &second).await.credential;
    assert_eq!(credential.unique, UniqueLevel::PersonalNumber);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_document_posted_at_once_in_many_sessions_gives_one_line() {
    let world = World::development().await;
    let document = document(&world.authority, "L898902C3", START);
    let mut ready_ones = vec![];
    for seed in 0..4 {
        ready_ones.push(ready(&world, &Device::new(seed), &document).await);
    }
    let posts = ready_ones
        .iter()
        .map(|(session, body)| post_evidence(&world, session, body));
    let mut codes = vec![];
    for answer in futures_joined(posts).await {
        codes.push(if answer.status == 200 {
            "200".into()
        } else {
            answer.code()
        });
    }
    codes.sort();
    assert_eq!(
        codes,
        ["200", "document_known", "document_known", "document_known"]
    );
}
