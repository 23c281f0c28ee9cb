//! Sessions from opening to acknowledgement.

use humanseal_zk_credentials::credential::UniqueLevel;
use humanseal_zk_credentials::exchange::Issued;
use serde_json::json;

use crate::device::{
    Device, acknowledge, document, document_body, open, post_document, post_evidence, ready,
};
use crate::world::{START, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_way_and_a_retry_gives_the_same_bytes_until_acknowledgement() {
    let mut world = World::development().await;
    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    let (session, body) = ready(&world, &device, &document).await;

    let first = post_evidence(&world, &session, &body).await;
    let issued: Issued = first.ok();
    issued.credential.verify().unwrap();
    let credential = &issued.credential.credential;
    assert_eq!(credential.holder_key, device.secret.holder_key());
    assert_eq!(credential.birthdate.yyyymmdd(), 19_740_812);
    assert_eq!(credential.established_on.0, 0);
    assert_eq!(credential.unique, UniqueLevel::NoLiveNamesake);
    assert_eq!(credential.verified_on, world.today().day());
    let signing = ed25519_dalek::SigningKey::from_bytes(&[12; 32]).verifying_key();
    issued.receipt.verify(&signing).unwrap();

    // The day changes, the process is a new one: the answer is the same.
    world.clock.advance(13 * 3_600);
    world.restart().await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.body,
        first.body
    );

    // Another evidence in the same session is none.
    let mut other = body.clone();
    other.proofs.push(other.proofs[0].clone());
    assert_eq!(
        post_evidence(&world, &session, &other).await.code(),
        "evidence_differs"
    );

    assert_eq!(acknowledge(&world, &session).await.status, 204);
    assert_eq!(acknowledge(&world, &session).await.status, 204);
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "session_state_wrong"
    );
    let path = format!("/v1/sessions/{}", session.id);
    let shown = world.client.get_as(&path, &session.token.bearer()).await;
    assert_eq!(shown.json()["state"], "acknowledged");
}

/// Anybody may open a session, so one that came to nothing does not stay for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_without_a_credential_is_forgotten_and_one_with_it_is_not() {
    let world = World::development().await;
    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    let (kept, body) = ready(&world, &device, &document).await;
    assert_eq!(post_evidence(&world, &kept, &body).await.status, 200);
    assert_eq!(acknowledge(&world, &kept).await.status, 204);
    let given_up = open(&world).await;
    let path = |id| format!("/v1/sessions/{id}");
    let bearer = given_up.token.bearer();
    let ended = world.client.delete_as(&path(&given_up.id), &bearer).await;
    assert_eq!(ended.status, 204);

    world.service.maintain().await.unwrap();
    let shown = world.client.get_as(&path(&given_up.id), &bearer).await;
    assert_eq!(shown.json()["state"], "cancelled");
    world.clock.advance(3 * 86_400);
    world.service.maintain().await.unwrap();
    let shown = world.client.get_as(&path(&given_up.id), &bearer).await;
    assert_eq!(shown.code(), "session_unknown");
    let bearer = kept.token.bearer();
    let shown = world.client.get_as(&path(&kept.id), &bearer).await;
    assert_eq!(shown.json()["state"], "acknowledged");
}

#[tokio::test]
async fn a_session_names_a_kind_a_key_and_the_consent() {
    let world = World::development().await;
    let body = json!({ "kind": "lend", "issuer": world.issuer_id(), "consent": world.consent });
    assert_eq!(
        world.client.post("/v1/sessions", &body).await.code(),
        "json_invalid_value"
    );
    let body = json!({ "kind": "issue", "issuer": "1", "consent": world.consent });
    assert_eq!(
        world.client.post("/v1/sessions", &body).await.code(),
        "issuer_unknown"
    );
    let body = json!({ "kind": "issue", "issuer": world.issuer_id(), "consent": "0".repeat(64) });
    assert_eq!(
        world.client.post("/v1/sessions", &body).await.code(),
        "consent_mismatch"
    );
}

#[tokio::test]
async fn a_session_opens_to_its_own_token_only() {
    let world = World::development().await;
    let (session, other) = (open(&world).await, open(&world).await);
    let path = format!("/v1/sessions/{}", session.id);
    assert_eq!(world.client.get(&path).await.code(), "token_missing");
    assert_eq!(
        world
            .client
            .get_as(&path, &other.token.bearer())
            .await
            .code(),
        "token_invalid"
    );
    assert_eq!(
        world.client.get_as(&path, "abc").await.code(),
        "token_invalid"
    );
    let unknown = "/v1/sessions/vs_00000000000000000000000000000000";
    assert_eq!(
        world
            .client
            .get_as(unknown, &session.token.bearer())
            .await
            .code(),
        "session_unknown"
    );
    assert_eq!(
        world
            .client
            .get_as("/v1/sessions/none", &session.token.bearer())
            .await
            .code(),
        "session_unknown"
    );
    assert_eq!(
        world
            .client
            .get_as(&path, &session.token.bearer())
            .await
            .json()["state"],
        "created"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_session_is_over_and_an_erased_one_revokes() {
    let world = World::development().await;
    let session = open(&world).await;
    let path = format!("/v1/sessions/{}", session.id);
    let cancel = format!("{path}/cancel");
    assert_eq!(
        world
            .client
            .post_empty_as(&cancel, &session.token.bearer())
            .await
            .status,
        204
    );
    let body = document_body(
        &Device::new(1),
        &document(&world.authority, "L898902C3", START),
    );
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "session_state_wrong"
    );

    let device = Device::new(1);
    let (session, body) = ready(
        &world,
        &device,
        &document(&world.authority, "L898902C3", START),
    )
    .await;
    let issued: Issued = post_evidence(&world, &session, &body).await.ok();
    assert_eq!(acknowledge(&world, &session).await.status, 204);
    let path = format!("/v1/sessions/{}", session.id);
    assert_eq!(
        world
            .client
            .delete_as(&path, &session.token.bearer())
            .await
            .status,
        204
    );
    world.clock.advance(60);
    let list = world.client.get("/v1/status-list").await;
    let list =
        humanseal_zk_credentials::status_list::PublishedStatusList::from_compressed(&list.body);
    assert!(
        list.unwrap()
            .list()
            .get(issued.credential.credential.status_index)
    );
}
