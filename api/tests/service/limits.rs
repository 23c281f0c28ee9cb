//! Bodies, times, paths and methods at their limits.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use humanseal_zk_credentials::status_root::SignedStatusRoot;
use serde_json::json;

use crate::device::{Device, document_body, document_of, open, post_document};
use crate::world::World;

#[tokio::test]
async fn every_fault_of_a_body_has_its_code_and_place() {
    let world = World::development().await;
    let issuer = world.issuer_id();
    let post = |body: String| {
        let client = world.client.clone();
        async move {
            client
                .call(Method::POST, "/v1/sessions", None, Some(body.into_bytes()))
                .await
        }
    };
    let consent = "0".repeat(64);
    assert_eq!(post("{".into()).await.code(), "json_malformed");
    assert_eq!(post("{} {}".into()).await.code(), "json_missing_member");
    let twice =
        format!(r#"{{"kind":"issue","kind":"issue","issuer":"{issuer}","consent":"{consent}"}}"#);
    assert_eq!(post(twice).await.code(), "json_duplicate_member");
    let unknown =
        format!(r#"{{"kind":"issue","issuer":"{issuer}","consent":"{consent}","more":1}}"#);
    assert_eq!(post(unknown).await.code(), "json_unknown_member");
    let number = format!(r#"{{"kind":"issue","issuer":1,"consent":"{consent}"}}"#);
    let answer = post(number).await;
    assert_eq!(answer.code(), "json_invalid_value");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/issuer");
    let leading_zero = format!(r#"{{"kind":"issue","issuer":"0{issuer}","consent":"{consent}"}}"#);
    assert_eq!(post(leading_zero).await.code(), "json_invalid_value");
    let trailing = format!(r#"{{"kind":"issue","issuer":"{issuer}","consent":"{consent}"}} x"#);
    assert_eq!(post(trailing).await.code(), "json_malformed");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let world = World::development().await;
    let body = format!(r#"{{"kind":"{}"}}"#, "x".repeat(200_000));
    let answer = world
        .client
        .call(Method::POST, "/v1/sessions", None, Some(body.into_bytes()))
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.code(), "body_too_large");
}

#[tokio::test]
async fn another_content_type_is_refused() {
    let world = World::development().await;
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let mut request = Request::builder().method(Method::POST).uri("/v1/sessions");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = world
            .client
            .send(request.body(Body::from("{}")).unwrap())
            .await;
        assert_eq!(answer.code(), "content_type_not_json");
    }
}

#[tokio::test]
async fn unknown_paths_methods_and_parameters_are_problems() {
    let world = World::development().await;
    assert_eq!(world.client.get("/v1/none").await.code(), "route_unknown");
    let wrong = world
        .client
        .call(Method::PATCH, "/v1/sessions", None, None)
        .await;
    assert_eq!(wrong.code(), "method_not_allowed");
    assert_eq!(
        world.client.get("/v1/status-list?issuer=01").await.code(),
        "parameter_invalid"
    );
    assert_eq!(
        world.client.get("/v1/status-list?more=1").await.code(),
        "parameter_invalid"
    );
    assert_eq!(
        world.client.get("/v1/requests/%ff").await.code(),
        "parameter_invalid"
    );
}

#[tokio::test]
async fn the_request_id_is_the_services_own_and_nothing_is_cached() {
    let world = World::development().await;
    let request = Request::builder()
        .uri("/healthz")
        .header("x-request-id", "forged")
        .body(Body::empty());
    let answer = world.client.send(request.unwrap()).await;
    assert!(
        answer.headers["x-request-id"]
            .to_str()
            .unwrap()
            .starts_with("rq_")
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn what_was_sent_does_not_come_back_in_a_refusal() {
    let world = World::development().await;
    let body =
        json!({ "kind": "ERIKSSON", "issuer": "ERIKSSON", "consent": "ERIKSSON", "ERIKSSON": 1 });
    let answer = world.client.post("/v1/sessions", &body).await;
    assert!(!answer.status.is_success());
    assert!(!String::from_utf8_lossy(&answer.body).contains("ERIKSSON"));
}

/// A flood of documents and proofs fills the line for heavy work; roots are made beside it.
#[tokio::test]
async fn a_full_line_of_heavy_work_does_not_hold_up_a_root() {
    let full = "limits.heavy_jobs = 2\nlimits.heavy_waiting = 0";
    let world = World::with(|text| text.replace("limits.heavy_jobs = 2", full)).await;
    let device = Device::new(1);
    let session = open(&world).await;
    let body = document_body(&device, &document_of(&world, 1));
    let refused = post_document(&world, &session, &body).await;
    assert_eq!(refused.code(), "service_busy");
    let root = async || -> SignedStatusRoot { world.client.get("/v1/status-list/root").await.ok() };
    let before = root().await.issued_at();
    world.clock.advance(3_600);
    assert!(root().await.issued_at() > before);
}
