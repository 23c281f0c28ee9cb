//! Calls that cross each other: of two that change one session, one comes first.

use std::time::Duration;

use axum::http::Method;
use humanseal_zk_credentials::exchange::{PublicInput, SessionCreated};

use crate::client::{Answer, futures_joined};
use crate::device::{Device, document, post_evidence, published, ready};
use crate::world::{START, World};

/// A plan is one attempt, also for somebody who sends ten answers to it at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_takes_one_evidence() {
    let world = World::development().await;
    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    let (session, body) = ready(&world, &device, &document).await;
    let guesses: Vec<_> = (1..=10)
        .map(|tau| {
            let mut guess = body.clone();
            guess.proofs[0].public[3] = PublicInput::from_sent(&tau.to_string());
            guess
        })
        .collect();
    let posts = guesses
        .iter()
        .map(|guess| post_evidence(&world, &session, guess));
    let mut codes: Vec<_> = futures_joined(posts)
        .await
        .iter()
        .map(Answer::code)
        .collect();
    codes.sort();
    let mut expected = vec!["plan_spent"; 9];
    expected.push("tau_mismatch");
    assert_eq!(codes, expected);
}

async fn pool(world: &World) -> sqlx::SqlitePool {
    sqlx::SqlitePool::connect(&format!("sqlite://{}", world.issuer_database().display()))
        .await
        .unwrap()
}

type Outcome = (Vec<u8>, i64, i64, i64);

/// Makes a call on a session whose evidence is accepted between what the call reads and what it
/// writes: another connection holds the write lock, with the acceptance in it, until the call
/// waits for it.
async fn crossed_by_evidence(
    world: &World,
    session: &SessionCreated,
    method: Method,
    suffix: &str,
    later_seconds: i64,
) -> Answer {
    let pool = pool(world).await;
    let id = session.id.as_str();
    let (digest, ack_by, verified_on, status_index): Outcome = sqlx::query_as(
        "SELECT evidence_digest, ack_by, verified_on, status_index FROM sessions WHERE id = ?",
    )
    .bind(id)
    .fetch_one(&pool)
    .await
    .unwrap();
    sqlx::query(
        "UPDATE sessions SET state = 'documented', evidence_digest = NULL, ack_by = NULL,
             verified_on = NULL, status_index = NULL WHERE id = ?",
    )
    .bind(id)
    .execute(&pool)
    .await
    .unwrap();
    let mut evidence = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query(
        "UPDATE sessions SET state = 'issued', evidence_digest = ?, ack_by = ?, verified_on = ?,
             status_index = ? WHERE id = ?",
    )
    .bind(digest)
    .bind(ack_by)
    .bind(verified_on)
    .bind(status_index)
    .bind(id)
    .execute(&mut *evidence)
    .await
    .unwrap();
    world.clock.advance(later_seconds);
    let (client, token) = (world.client.clone(), session.token.bearer().to_string());
    let path = format!("/v1/sessions/{id}{suffix}");
    let call = tokio::spawn(async move { client.call(method, &path, Some(&token), None).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    evidence.commit().await.unwrap();
    call.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_that_was_accepted_meanwhile_is_not_undone() {
    let world = World::development().await;
    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    let (session, body) = ready(&world, &device, &document).await;
    let issued = post_evidence(&world, &session, &body).await;
    assert_eq!(issued.status, 200);

    let cancelled = crossed_by_evidence(&world, &session, Method::POST, "/cancel", 0).await;
    assert_eq!(cancelled.code(), "session_state_wrong");
    let again = post_evidence(&world, &session, &body).await;
    assert_eq!(again.body, issued.body);

    // The hour for evidence is over by the call's clock, and the evidence was in time.
    let shown = crossed_by_evidence(&world, &session, Method::GET, "", 3_601).await;
    assert_eq!(shown.json()["state"], "issued");
    let again = post_evidence(&world, &session, &body).await;
    assert_eq!(again.body, issued.body);

    // Erasure revokes a credential that was made a moment before.
    let erased = crossed_by_evidence(&world, &session, Method::DELETE, "", 0).await;
    assert_eq!(erased.status, 204);
    world.clock.advance(60);
    let index = issued.json()["credential"]["credential"]["status_index"].as_u64();
    let index = u32::try_from(index.unwrap()).unwrap();
    let index = humanseal_zk_credentials::credential::StatusIndex::new(index).unwrap();
    assert!(published(&world).await.list().get(index));
}
