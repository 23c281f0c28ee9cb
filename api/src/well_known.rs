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
use crate::verifier::RegistryHealth;

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

/// That the process lives.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
}

/// That the service is ready, and how well it reads contracts.
#[derive(Serialize, ToSchema)]
struct Readiness {
    /// `ok`; `degraded` where the registrations of a contract are not known now, while everything
    /// else goes on.
    status: &'static str,
    /// The contracts that are registries here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    registries: Vec<RegistryHealth>,
}

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "health",
    responses((status = 200, body = Health), refusals::Plain))]
async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// The databases answer. A contract that cannot be read degrades the service and does not stop it.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, body = Readiness), refusals::Readiness))]
async fn readyz(State(service): State<Service>) -> Result<Json<Readiness>, Problem> {
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
    let registries = registries(&service).await.map_err(|_| Code::NotReady)?;
    let degraded = registries.iter().any(|registry| !registry.fresh);
    Ok(Json(Readiness {
        status: if degraded { "degraded" } else { "ok" },
        registries,
    }))
}

async fn registries(service: &Service) -> Result<Vec<RegistryHealth>, Problem> {
    match &service.verifier {
        Some(verifier) => verifier.registry_health().await,
        None => Ok(vec![]),
    }
}

/// Counters in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, content_type = "text/plain", body = String), refusals::Plain))]
async fn metrics(State(service): State<Service>) -> Result<Response, Problem> {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    let registries = registries(&service).await?;
    Ok((kind, service.metrics.render(&registries)).into_response())
}
