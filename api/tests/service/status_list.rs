//! Published lists, signed roots, revocation.

use humanseal_zk_credentials::content_id::ContentId;
use humanseal_zk_credentials::status_list::PublishedStatusList;
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use crate::device::{
    Device, answer, document, enrol, present, present_under, published, request, wallet,
};
use crate::world::{BACK_END, OPERATOR, START, World};

async fn root(world: &World) -> SignedStatusRoot {
    world.client.get("/v1/status-list/root").await.ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roots_are_signed_chained_and_only_rise_at_fixed_times() {
    let world = World::development().await;
    let first = root(&world).await;
    let key = ed25519_dalek::SigningKey::from_bytes(&[12; 32]).verifying_key();
    first.verify(&key).unwrap();
    assert_eq!(first.issued_at().unix_seconds() % 60, 0);
    assert_eq!(first.previous(), None);
    world.clock.advance(59 - START.rem_euclid(60));
    assert_eq!(root(&world).await, first);
    world.clock.advance(1);
    let second = root(&world).await;
    second.follows(&first).unwrap();
    second.verify(&key).unwrap();

    let list = world.client.get("/v1/status-list").await;
    let etag = list.headers["etag"]
        .to_str()
        .unwrap()
        .trim_matches('"')
        .to_owned();
    assert_eq!(etag, ContentId::of(&list.body).to_string());
    let list = PublishedStatusList::from_compressed(&list.body).unwrap();
    assert_eq!(list.list().root(), second.root());
    let contested = world.client.get("/v1/status-list/contested").await;
    PublishedStatusList::from_compressed(&contested.body).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_credential_is_refused_once_the_root_is_out() {
    let world = World::development().await;
    let device = Device::new(1);
    let credential = enrol(
        &world,
        &device,
        &document(&world.authority, "L898902C3", START),
    )
    .await;
    let before = request(&world, "compute.example").await;
    let presentation = present(&world, &device, &credential, &before, &wallet(1), 0).await;
    assert_eq!(answer(&world, &before, &presentation).await.status, 200);

    let index = credential.credential.status_index.get();
    let path = format!("/v1/credentials/{index}/revoke");
    assert_eq!(
        world.client.post_empty_as(&path, BACK_END).await.code(),
        "token_invalid"
    );
    assert_eq!(
        world.client.post_empty_as(&path, OPERATOR).await.status,
        204
    );
    assert_eq!(
        world.client.post_empty_as(&path, OPERATOR).await.status,
        204
    );
    for (other, code) in [
        (index ^ 1, "status_index_unknown"),
        (u32::MAX, "status_index_unknown"),
    ] {
        let path = format!("/v1/credentials/{other}/revoke");
        assert_eq!(
            world.client.post_empty_as(&path, OPERATOR).await.code(),
            code
        );
    }

    // A request made after the next fixed time takes only the new root. In the new list the bit is
    // set, so there is no proof; a proof against the list as it was names a root that is not taken.
    let old = published(&world).await;
    world.clock.advance(60);
    let after = request(&world, "compute.example").await;
    let new = published(&world).await;
    assert!(!old.list().get(credential.credential.status_index));
    assert!(new.list().get(credential.credential.status_index));
    assert_eq!(after.roots.len(), 1);
    assert_eq!(after.roots[0].root, new.list().root());
    let late = present_under(&old, &world, &device, &credential, &after, &wallet(1), 0).await;
    assert_eq!(answer(&world, &after, &late).await.code(), "root_unknown");
}

/// A request that takes all roots of the window: a revocation counts when the old root leaves it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_root_is_taken_within_the_window_only() {
    let world = World::development().await;
    let device = Device::new(1);
    let credential = enrol(
        &world,
        &device,
        &document(&world.authority, "L898902C3", START),
    )
    .await;
    let old = published(&world).await;
    let index = credential.credential.status_index.get();
    let path = format!("/v1/credentials/{index}/revoke");
    assert_eq!(
        world.client.post_empty_as(&path, OPERATOR).await.status,
        204
    );
    world.clock.advance(60);
    let within = request(&world, "moves.example").await;
    assert_eq!(within.roots.len(), 2);
    let early = present_under(&old, &world, &device, &credential, &within, &wallet(1), 0).await;
    assert_eq!(answer(&world, &within, &early).await.status, 200);
    // The request stands for ten minutes; the root grows too old meanwhile.
    world.clock.advance(72 * 3_600 - 120);
    let last = request(&world, "moves.example").await;
    assert_eq!(last.roots.len(), 2);
    world.clock.advance(120);
    let late = present_under(&old, &world, &device, &credential, &last, &wallet(1), 0).await;
    assert_eq!(answer(&world, &last, &late).await.code(), "root_stale");
}

#[tokio::test]
async fn roots_can_be_handed_in_and_their_signature_decides() {
    let world = World::development().await;
    let newest = root(&world).await;
    // Already known from the same process: no error.
    assert_eq!(
        world
            .client
            .post_as("/v1/roots", BACK_END, &newest)
            .await
            .status,
        204
    );
    assert_eq!(
        world.client.post("/v1/roots", &newest).await.code(),
        "token_missing"
    );
    let mut forged = serde_json::to_value(&newest).unwrap();
    forged["root"] = "1".into();
    let refused = world.client.post_as("/v1/roots", BACK_END, &forged).await;
    assert_eq!(refused.code(), "root_signature_invalid");
    forged["issuer"] = "1".into();
    let refused = world.client.post_as("/v1/roots", BACK_END, &forged).await;
    assert_eq!(refused.code(), "issuer_untrusted");
    world.clock.advance(120);
    root(&world).await;
    request(&world, "compute.example").await;
    let refused = world.client.post_as("/v1/roots", BACK_END, &newest).await;
    assert_eq!(refused.code(), "root_not_newer");
}
