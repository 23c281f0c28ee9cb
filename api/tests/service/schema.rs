//! The shapes of the description are those of the messages.

use humanseal_zk_credentials::exchange::{DocumentAccepted, Issued};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::device::{
    Device, document, document_body, open, post_document, post_evidence, present, ready, request,
    wallet,
};
use crate::world::{START, World};

/// Every member of `value` stands in the shape, every required member of the shape in `value`.
fn fits(name: &str, value: &Value, schemas: &Value) {
    let shape = variant(&schemas[name], value);
    let known: BTreeSet<&str> = shape["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let object = value.as_object().unwrap();
    for member in object.keys() {
        assert!(known.contains(member.as_str()), "{name} has no {member}");
        let property = &shape["properties"][member];
        let inner = property["$ref"]
            .as_str()
            .or_else(|| property["items"]["$ref"].as_str());
        if let Some(inner) = inner.and_then(|path| path.rsplit('/').next()) {
            let items = object[member].as_array().cloned();
            for item in items.unwrap_or_else(|| vec![object[member].clone()]) {
                fits(inner, &item, schemas);
            }
        }
    }
    for member in shape["required"].as_array().into_iter().flatten() {
        assert!(
            object.contains_key(member.as_str().unwrap()),
            "{name} needs {member}"
        );
    }
}

/// Of a shape with a `kind` the one of this value.
fn variant<'a>(shape: &'a Value, value: &Value) -> &'a Value {
    let Some(variants) = shape["oneOf"].as_array() else {
        return shape;
    };
    let fits = |variant: &&Value| variant["properties"]["kind"]["enum"][0] == value["kind"];
    variants.iter().find(fits).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_of_a_run_fits_its_shape() {
    let world = World::development().await;
    let description = serde_json::to_value(humanseal_api::openapi::description()).unwrap();
    let schemas = &description["components"]["schemas"];
    let as_value = |message: &dyn erased::Json| message.value();

    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    let session = open(&world).await;
    fits("SessionCreated", &as_value(&session), schemas);
    let body = document_body(&device, &document);
    fits("DocumentBody", &body, schemas);
    let accepted: DocumentAccepted = post_document(&world, &session, &body).await.ok();
    fits("DocumentAccepted", &as_value(&accepted), schemas);
    let (session, evidence) = ready(&world, &device, &document).await;
    fits("EvidenceBody", &as_value(&evidence), schemas);
    let issued: Issued = post_evidence(&world, &session, &evidence).await.ok();
    fits("Issued", &as_value(&issued), schemas);
    let request = request(&world, "compute.example").await;
    fits("Request", &as_value(&request), schemas);
    let presentation = present(&world, &device, &issued.credential, &request, &wallet(1), 0).await;
    fits("Presentation", &as_value(&presentation), schemas);
    fits(
        "SignedStatusRoot",
        &world.client.get("/v1/status-list/root").await.json(),
        schemas,
    );
    fits(
        "WellKnown",
        &world.client.get("/.well-known/humanseal.json").await.json(),
        schemas,
    );
    fits(
        "Jwks",
        &world.client.get("/.well-known/jwks.json").await.json(),
        schemas,
    );
    let refused = world.client.get("/v1/none").await.json();
    fits("ProblemDetails", &refused, schemas);
    // The comparison itself refuses what does not fit.
    let strange = json!({ "status": "ok", "more": 1 });
    assert!(std::panic::catch_unwind(|| fits("Health", &strange, schemas)).is_err());
}

mod erased {
    pub trait Json {
        fn value(&self) -> serde_json::Value;
    }
    impl<T: serde::Serialize> Json for T {
        fn value(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap()
        }
    }
}
