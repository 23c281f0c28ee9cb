//! The issuer's part of the REST interface.

// utoipa's macro qualifies what it names.
#![allow(unused_qualifications)]

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use humanseal_attestation::AppId;
use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{
    CreateSession, DocumentAnswer, DocumentBody, EvidenceAnswer, EvidenceBody, SessionCreated,
    SessionId, Timestamp,
};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::status_root::SignedStatusRoot;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::session::SessionState;
use super::status::{self, ListKind};
use super::{Issuer, apps, lines, status_routes};
use crate::database;
use crate::json::Body;
use crate::parameter::{PathOf, QueryOf};
use crate::problem::{Code, Problem};
use crate::schema::{self, refusals};
use crate::token::OfSession;

/// The issuer's routes, without state.
pub fn routes() -> OpenApiRouter<Arc<Issuer>> {
    OpenApiRouter::new()
        .routes(routes!(create_session))
        .routes(routes!(get_session, delete_session))
        .routes(routes!(post_document))
        .routes(routes!(post_evidence))
        .routes(routes!(acknowledge_session))
        .routes(routes!(cancel_session))
        .routes(routes!(get_status_list))
        .routes(routes!(get_contested_list))
        .routes(routes!(get_status_root))
        .routes(routes!(revoke_credential))
        .routes(routes!(strike_app))
        .merge(status_routes::routes())
}

/// Opens a session.
#[utoipa::path(post, path = "/v1/sessions", tag = "sessions",
    request_body = schema::CreateSession,
    responses((status = 201, body = schema::SessionCreated), refusals::SessionOpening))]
async fn create_session(
    State(issuer): State<Arc<Issuer>>,
    Body(body): Body<CreateSession>,
) -> Result<(StatusCode, Json<SessionCreated>), Problem> {
    Ok((StatusCode::CREATED, Json(issuer.open_session(body).await?)))
}

/// Where a session stands.
#[derive(Serialize, ToSchema)]
struct SessionView {
    /// The session.
    #[schema(value_type = String)]
    id: SessionId,
    /// Its state.
    state: SessionState,
    /// When it ends unless the next step comes before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Says where a session stands.
#[utoipa::path(get, path = "/v1/sessions/{id}", tag = "sessions",
    params(("id" = String, Path)), security(("session" = [])),
    responses((status = 200, body = SessionView), refusals::SessionReading))]
async fn get_session(
    State(issuer): State<Arc<Issuer>>,
    OfSession(token): OfSession,
    PathOf(id): PathOf<String>,
) -> Result<Json<SessionView>, Problem> {
    let session = issuer.live_session(&session_id(&id)?, &token).await?;
    let by = match session.state {
        SessionState::Created | SessionState::Documented => Some(session.evidence_by),
        SessionState::Announced | SessionState::Issued => session.kept_until,
        _ => None,
    };
    let expires_at = by.and_then(|by| Timestamp::from_unix_seconds(by).ok());
    Ok(Json(SessionView {
        id: session.id,
        state: session.state,
        expires_at,
    }))
}

/// Takes a document and draws one liveness plan: one attempt. In a session whose recovery took effect
/// it answers with the credential instead.
#[utoipa::path(post, path = "/v1/sessions/{id}/document", tag = "sessions",
    params(("id" = String, Path)), security(("session" = [])),
    request_body = schema::DocumentBody,
    responses((status = 200, body = schema::DocumentAnswer), refusals::DocumentStep))]
async fn post_document(
    State(issuer): State<Arc<Issuer>>,
    OfSession(token): OfSession,
    PathOf(id): PathOf<String>,
    Body(body): Body<DocumentBody>,
) -> Result<Json<DocumentAnswer>, Problem> {
    let id = session_id(&id)?;
    Ok(Json(issuer.take_document(&id, &token, body).await?))
}

/// Takes the evidence and hands out the credential; of kind `recover` it announces the recovery.
#[utoipa::path(post, path = "/v1/sessions/{id}/evidence", tag = "sessions",
    params(("id" = String, Path)), security(("session" = [])),
    request_body = schema::EvidenceBody,
    responses((status = 200, body = schema::Issued), (status = 202, body = schema::RecoveryAnnounced),
        refusals::EvidenceStep))]
async fn post_evidence(
    State(issuer): State<Arc<Issuer>>,
    OfSession(token): OfSession,
    PathOf(id): PathOf<String>,
    Body(body): Body<EvidenceBody>,
) -> Result<(StatusCode, Json<EvidenceAnswer>), Problem> {
    let id = session_id(&id)?;
    let answer = issuer.take_evidence(&id, &token, body).await?;
    let status = match answer {
        EvidenceAnswer::Issued(_) => StatusCode::OK,
        EvidenceAnswer::Announced(_) => StatusCode::ACCEPTED,
    };
    Ok((status, Json(answer)))
}

/// The device has its credential: what the session kept is erased.
#[utoipa::path(post, path = "/v1/sessions/{id}/ack", tag = "sessions",
    params(("id" = String, Path)), security(("session" = [])),
    responses((status = 204), refusals::SessionEnding))]
async fn acknowledge_session(
    State(issuer): State<Arc<Issuer>>,
    OfSession(token): OfSession,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    issuer.acknowledge(&session_id(&id)?, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a session up: what it kept is erased.
#[utoipa::path(post, path = "/v1/sessions/{id}/cancel", tag = "sessions",
    params(("id" = String, Path)), security(("session" = [])),
    responses((status = 204), refusals::SessionEnding))]
async fn cancel_session(
    State(issuer): State<Arc<Issuer>>,
    OfSession(token): OfSession,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    issuer.cancel(&session_id(&id)?, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Erases a session; a credential that it issued is revoked.
#[utoipa::path(delete, path = "/v1/sessions/{id}", tag = "sessions",
    params(("id" = String, Path)), security(("session" = [])),
    responses((status = 204), refusals::SessionErasure))]
async fn delete_session(
    State(issuer): State<Arc<Issuer>>,
    OfSession(token): OfSession,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    issuer.redact(&session_id(&id)?, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which issuer key's list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// The issuer id as a decimal string; may be left out where the service has one issuer key.
    issuer: Option<String>,
}

impl ListQuery {
    pub(super) fn issuer(&self) -> Result<Option<IssuerId>, Problem> {
        self.issuer
            .as_deref()
            .map(|text| FieldElement::parse(text).map(IssuerId))
            .transpose()
            .map_err(|_| Code::ParameterInvalid.into())
    }
}

/// The newest published status list, compressed. The `etag` is its name, a CID; a device that has
/// this list already gets 304.
#[utoipa::path(get, path = "/v1/status-list", tag = "status", params(ListQuery),
    responses((status = 200, content_type = "application/octet-stream"), (status = 304), refusals::ListReading))]
async fn get_status_list(
    State(issuer): State<Arc<Issuer>>,
    QueryOf(query): QueryOf<ListQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    list_response(&issuer, &query, &headers, ListKind::Status).await
}

/// The list of credentials against which a recovery is announced, in the same form.
#[utoipa::path(get, path = "/v1/status-list/contested", tag = "status", params(ListQuery),
    responses((status = 200, content_type = "application/octet-stream"), (status = 304), refusals::ListReading))]
async fn get_contested_list(
    State(issuer): State<Arc<Issuer>>,
    QueryOf(query): QueryOf<ListQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    list_response(&issuer, &query, &headers, ListKind::Contested).await
}

async fn list_response(
    issuer: &Arc<Issuer>,
    query: &ListQuery,
    headers: &HeaderMap,
    kind: ListKind,
) -> Result<Response, Problem> {
    let id = issuer.key_or_only(query.issuer()?)?.parameters().id;
    let list = issuer.published(id, kind).await?;
    Ok(status_routes::newest(&list, headers))
}

/// The newest signed root of the status list.
#[utoipa::path(get, path = "/v1/status-list/root", tag = "status", params(ListQuery),
    responses((status = 200, body = schema::SignedStatusRoot), refusals::ListReading))]
async fn get_status_root(
    State(issuer): State<Arc<Issuer>>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<SignedStatusRoot>, Problem> {
    let id = issuer.key_or_only(query.issuer()?)?.parameters().id;
    Ok(Json(issuer.publish(id).await?))
}

/// That the operator calls, checked before parameters are read.
struct Operator;

impl FromRequestParts<Arc<Issuer>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, issuer: &Arc<Issuer>) -> Result<Self, Problem> {
        issuer.operator.check(&parts.headers).map(|()| Self)
    }
}

/// Which credential of which key is revoked, and why.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RevocationQuery {
    /// The issuer id as a decimal string; may be left out where the service has one issuer key.
    issuer: Option<String>,
    /// Only `fraud`: then all credentials of the line are revoked and its tags are blocked.
    reason: Option<RevocationReason>,
}

/// Why a credential is revoked, where more follows from it.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RevocationReason {
    /// The person deceived the issuer.
    Fraud,
}

/// Revokes a credential (operator). The next published root shows it.
#[utoipa::path(post, path = "/v1/credentials/{status_index}/revoke", tag = "status",
    params(("status_index" = u32, Path), RevocationQuery), security(("operator" = [])),
    responses((status = 204), refusals::Revocation))]
async fn revoke_credential(
    State(issuer): State<Arc<Issuer>>,
    _: Operator,
    PathOf(index): PathOf<u32>,
    QueryOf(query): QueryOf<RevocationQuery>,
) -> Result<StatusCode, Problem> {
    let list = ListQuery {
        issuer: query.issuer,
    };
    let id = issuer.key_or_only(list.issuer()?)?.parameters().id;
    let index = lines::status_index(i64::from(index)).map_err(|_| Code::StatusIndexUnknown)?;
    match query.reason {
        None => status::revoke(&issuer.pool, id, index).await?,
        Some(RevocationReason::Fraud) => {
            let mut transaction = database::write(&issuer.pool).await?;
            lines::block(&mut transaction, id, index).await?;
            transaction.commit().await?;
        }
    }
    tracing::info!("credential revoked by the operator");
    Ok(StatusCode::NO_CONTENT)
}

/// What striking an app came to.
#[derive(Serialize, ToSchema)]
struct StruckApp {
    /// The app.
    app: String,
    /// How many credentials it vouched for; all of them are revoked.
    credentials: u64,
}

/// Strikes an app (operator): evidence that it vouches for is refused from now on, and every
/// credential that it vouched for is revoked, which the next published roots show. May be repeated.
#[utoipa::path(post, path = "/v1/apps/{app}/strike", tag = "status",
    params(("app" = String, Path, description = "`android:PACKAGE` or `apple:TEAM.BUNDLE`")),
    security(("operator" = [])),
    responses((status = 200, body = StruckApp), refusals::AppStriking))]
async fn strike_app(
    State(issuer): State<Arc<Issuer>>,
    _: Operator,
    PathOf(app): PathOf<String>,
) -> Result<Json<StruckApp>, Problem> {
    let app: AppId = app.parse().map_err(|_| Code::ParameterInvalid)?;
    let today = Day::from_unix_seconds(issuer.clock.now()).map_err(|_| Code::Internal)?;
    let credentials = apps::strike(&issuer.pool, &app, today).await?;
    tracing::warn!(
        app = app.as_str(),
        credentials,
        "app struck by the operator"
    );
    Ok(Json(StruckApp {
        app: app.to_string(),
        credentials,
    }))
}

fn session_id(text: &str) -> Result<SessionId, Problem> {
    SessionId::parse(text).ok_or_else(|| Code::SessionUnknown.into())
}
