//! What everybody may read.

use humanseal_zk_credentials::exchange::WellKnown;
use serde_json::Value;

use crate::world::World;

#[test]
fn the_description_is_the_one_that_was_agreed() {
    insta::assert_json_snapshot!("openapi", humanseal_api::openapi::description());
}

#[tokio::test]
async fn metadata_hold_together() {
    let world = World::development().await;
    let known: WellKnown = world.client.get("/.well-known/humanseal.json").await.ok();
    let issuer = known.issuer.unwrap();
    issuer.validate().unwrap();
    assert_eq!(issuer.keys[0].id.0.to_string(), world.issuer_id());
    // Two networks are served here, and the document speaks for one.
    assert!(known.network.is_none());
    let served: Value = world.client.get("/openapi.json").await.ok();
    assert_eq!(served["openapi"], "3.1.0");
}

#[tokio::test]
async fn health_readiness_and_counters() {
    let world = World::development().await;
    assert_eq!(world.client.get("/healthz").await.json()["status"], "ok");
    assert_eq!(world.client.get("/readyz").await.json()["status"], "ok");
    let metrics = world.client.get("/metrics").await;
    let text = String::from_utf8(metrics.body.to_vec()).unwrap();
    assert!(
        text.contains("route=\"/healthz\",status=\"200\"} 1"),
        "{text}"
    );
}
