//! What everybody may read.

use humanseal_api::problem::Code;
use humanseal_zk_credentials::exchange::WellKnown;
use serde_json::Value;
use std::collections::BTreeSet;

use crate::client::listed;
use crate::world::World;

#[test]
fn the_description_is_the_one_that_was_agreed() {
    insta::assert_json_snapshot!("openapi", humanseal_api::openapi::description());
}

/// Every code of the catalogue is one that some operation lists; `Client` checks with every
/// refusal of every test that the operation which gave it lists it.
#[test]
fn every_code_stands_in_the_description_of_a_route() {
    let description = serde_json::to_value(humanseal_api::openapi::description()).unwrap();
    let mut described = BTreeSet::new();
    for item in description["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for status in operation["responses"].as_object().unwrap().keys() {
                let codes = listed(operation, status.parse().unwrap());
                for code in &codes {
                    let code = Code::from_name(code).unwrap();
                    assert_eq!(code.status().to_string(), *status);
                }
                let refuses = status.starts_with(['4', '5']);
                assert_eq!(!codes.is_empty(), refuses, "{operation}");
                described.extend(codes);
            }
        }
    }
    // The first two no operation gives, the last stands in a verdict.
    let elsewhere = ["route_unknown", "method_not_allowed", "origin_mismatch"];
    described.extend(elsewhere.map(str::to_owned));
    let all: BTreeSet<_> = Code::ALL.iter().map(|c| c.name().to_owned()).collect();
    assert_eq!(described, all);
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
