//! What everybody may know: metadata, keys, health.

// utoipa's macro qualifies what it names.
#![allow(unused_qualifications)]

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use humanseal_wallet_link::Jwks;
use humanseal_zk_credentials::exchange::WellKnown;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::{Code, Problem};
use crate::schema::{self, refusals};
use crate::service::Service;

/// The routes, without state.
pub fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(humanseal_json))
        .routes(routes!(jwks_json))
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(metrics))
}

/// Issuer and network, as devices and verifiers need to know them.
#[utoipa::path(get, path = "/.well-known/humanseal.json", tag = "metadata",
    responses((status = 200, body = schema::WellKnown), refusals::Plain))]
async fn humanseal_json(State(service): State<Service>) -> Json<WellKnown> {
    Json(WellKnown {
        issuer: service.issuer.as_ref().map(|issuer| issuer.metadata()),
        network: service
            .verifier
            .as_ref()
            .and_then(|verifier| verifier.network_metadata()),
    })
}

/// The keys that sign passes (RFC 7517); none where this service does not verify.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "metadata",
    responses((status = 200, body = schema::Jwks), refusals::Plain))]
async fn jwks_json(State(service): State<Service>) -> Json<Jwks> {
    Json(
        service
            .verifier
            .as_ref()
            .map_or(Jwks { keys: vec![] }, |verifier| verifier.jwks()),
    )
}

/// That the process lives, or is ready.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
}

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "health",
    responses((status = 200, body = Health), refusals::Plain))]
async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// The databases answer.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, body = Health), refusals::Readiness))]
async fn readyz(State(service): State<Service>) -> Result<Json<Health>, Problem> {
    let pools = [
        service.issuer.as_ref().map(|issuer| issuer.pool()),
        service.verifier.as_ref().map(|verifier| verifier.pool()),
    ];
    for pool in pools.into_iter().flatten() {
        sqlx::query("SELECT 1")
            .execute(pool)
            .await
            .map_err(|_| Problem::new(Code::NotReady))?;
    }
    Ok(Json(Health { status: "ok" }))
}

/// Counters in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, content_type = "text/plain", body = String), refusals::Plain))]
async fn metrics(State(service): State<Service>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, service.metrics.render()).into_response()
}
