//! Lists by their names, the log of roots, and verifiers that are shown another log.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, header};
use humanseal_api::Service;
use humanseal_zk_credentials::content_id::ContentId;
use humanseal_zk_credentials::exchange::Timestamp;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::status_list::StatusRoot;
use humanseal_zk_credentials::status_log::{LogHead, LogPage};
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootStatement};

use crate::client::{Answer, Client};
use crate::device::{Device, document, enrol, request};
use crate::world::{BACK_END, OPERATOR, START, World};

const IMMUTABLE: &str = "public, max-age=31536000, immutable";

fn text<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers[name].to_str().unwrap()
}

async fn root(world: &World) -> SignedStatusRoot {
    world.client.get("/v1/status-list/root").await.ok()
}

/// Revokes a credential and waits for the list that shows it.
async fn revoke(world: &World, index: u32) {
    let path = format!("/v1/credentials/{index}/revoke");
    let answer = world.client.post_empty_as(&path, OPERATOR).await;
    assert_eq!(answer.status, 204);
    world.clock.advance(60);
}

async fn get_unless(world: &World, path: &str, tags: &str) -> Answer {
    let request = Request::get(path)
        .header(header::IF_NONE_MATCH, tags)
        .body(Body::empty())
        .unwrap();
    world.client.send(request).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_had_by_its_name_as_long_as_it_is_the_newest() {
    let world = World::development().await;
    let mut indices = Vec::new();
    for (seed, number) in [(1, "L898902C3"), (2, "L898902C4")] {
        let page = document(&world.authority, number, START);
        let credential = enrol(&world, &Device::new(seed), &page).await;
        indices.push(credential.credential.status_index.get());
    }
    revoke(&world, indices[0]).await;
    for path in ["/v1/status-list", "/v1/status-list/contested"] {
        let newest = world.client.get(path).await;
        let name = ContentId::of(&newest.body);
        assert_eq!(text(&newest, "etag"), format!("\"{name}\""));
        assert_eq!(text(&newest, "cache-control"), "public, max-age=60");
        let named = world.client.get(&format!("/v1/status-list/{name}")).await;
        assert_eq!(named.status, 200);
        assert_eq!(named.body, newest.body);
        assert_eq!(text(&named, "cache-control"), IMMUTABLE);

        // Who has it does not get it again, however they say so.
        for known in [
            format!("\"{name}\""),
            format!("\"other\", W/\"{name}\""),
            "*".to_owned(),
        ] {
            let answer = get_unless(&world, path, &known).await;
            assert_eq!(
                (answer.status.as_u16(), answer.body.len()),
                (304, 0),
                "{known}"
            );
            assert_eq!(text(&answer, "etag"), format!("\"{name}\""));
        }
        let answer = get_unless(&world, path, "\"other\"").await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &newest.body));
    }

    let before = world.client.get("/v1/status-list").await;
    revoke(&world, indices[1]).await;
    let after = world.client.get("/v1/status-list").await;
    assert_ne!(text(&before, "etag"), text(&after, "etag"));
    for gone in [
        &ContentId::of(&before.body).to_string(),
        "bafkrei",
        "root.json",
    ] {
        let answer = world.client.get(&format!("/v1/status-list/{gone}")).await;
        assert_eq!(answer.code(), "status_list_unknown");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_has_every_root_and_a_finished_page_never_changes() {
    let world = World::development().await;
    let first = root(&world).await;
    world.clock.advance(120);
    let second = root(&world).await;
    // The next page of the log, and one after it that stays empty.
    let page = LogPage::of(first.issued_at());
    let width = page.seconds().end - page.seconds().start;
    world.clock.advance(width);
    let third = root(&world).await;

    let mut log: Vec<SignedStatusRoot> = Vec::new();
    for page in page.through(LogPage::of(third.issued_at())) {
        let answer = world
            .client
            .get(&format!("/v1/status-list/log/{}", page.0))
            .await;
        let finished = page.seconds().end <= START + 120 + width;
        let caching = if finished {
            IMMUTABLE
        } else {
            "public, max-age=60"
        };
        assert_eq!(text(&answer, "cache-control"), caching);
        log.extend(answer.ok::<Vec<SignedStatusRoot>>());
    }
    assert_eq!(log, [first.clone(), second, third.clone()]);
    LogHead::of(&first).leads_to(&third, &log).unwrap();
    let empty = world.client.get("/v1/status-list/log/0").await;
    assert_eq!(empty.ok::<Vec<SignedStatusRoot>>(), []);
    let wrong = world.client.get("/v1/status-list/log/-1").await;
    assert_eq!(wrong.code(), "parameter_invalid");
}

/// The issuer's own key signs another root than the verifier saw: only the chain tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verifier_takes_no_root_beside_the_log_that_it_knows() {
    let world = World::development().await;
    let first = root(&world).await;
    request(&world, "compute.example").await;
    let key = ed25519_dalek::SigningKey::from_bytes(&[12; 32]);
    let chain_key = k256::ecdsa::SigningKey::from_slice(&[13; 32]).unwrap();
    let forked = |seconds: i64, previous| {
        let statement = StatusRootStatement {
            issuer: first.issuer(),
            root: StatusRoot(FieldElement::from(7)),
            issued_at: Timestamp::from_unix_seconds(first.issued_at().unix_seconds() + seconds)
                .unwrap(),
            previous,
        };
        SignedStatusRoot::sign(statement, &key, &chain_key)
    };
    let missed = forked(30, Some(first.hash()));
    for (fork, code) in [
        (forked(30, None), "root_chain_broken"),
        (forked(30, Some([1; 32])), "root_chain_broken"),
        (forked(0, first.previous()), "root_chain_broken"),
        (forked(45, Some(missed.hash())), "root_chain_broken"),
        (forked(-60, None), "root_not_newer"),
    ] {
        let refused = world.client.post_as("/v1/roots", BACK_END, &fork).await;
        assert_eq!(refused.code(), code);
    }
    // In order they are taken. Now the issuer of this process signs another successor of the first:
    // to this verifier it is the fork, and nothing is verified against it.
    let taken = world.client.post_as("/v1/roots", BACK_END, &missed).await;
    assert_eq!(taken.status, 204);
    world.clock.advance(60);
    let body = serde_json::json!({
        "network": "compute.example", "action": "provider", "chains": ["eip155:1"],
    });
    let refused = world.client.post_as("/v1/requests", BACK_END, &body).await;
    // The log names it; no caller could mend it.
    assert_eq!(refused.code(), "internal");
}

/// Replicas of one issuer: whoever comes second takes the root of the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_on_one_database_sign_one_chain() {
    let world = World::development().await;
    let other = Service::open(&world.config, Arc::new(world.clock.clone()))
        .await
        .unwrap();
    let other = Client::of_router(other.router());
    let first = root(&world).await;
    for _ in 0..4 {
        world.clock.advance(60);
        let path = "/v1/status-list/root";
        let (ours, theirs) = tokio::join!(world.client.get(path), other.get(path));
        let (ours, theirs): (SignedStatusRoot, SignedStatusRoot) = (ours.ok(), theirs.ok());
        assert_eq!(ours, theirs);
    }
    let newest = root(&world).await;
    let mut log: Vec<SignedStatusRoot> = Vec::new();
    for page in LogPage::of(first.issued_at()).through(LogPage::of(newest.issued_at())) {
        let path = format!("/v1/status-list/log/{}", page.0);
        log.extend(other.get(&path).await.ok::<Vec<SignedStatusRoot>>());
    }
    assert_eq!(log.len(), 5);
    LogHead::of(&first).leads_to(&newest, &log).unwrap();
}
