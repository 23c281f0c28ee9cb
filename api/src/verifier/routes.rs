//! The verifier's part of the REST interface.

// utoipa's macro qualifies what it names.
#![allow(unused_qualifications)]

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use humanseal_wallet_link::{Presentation, Request, RequestId};
use humanseal_zk_credentials::exchange::Timestamp;
use humanseal_zk_credentials::status_root::SignedStatusRoot;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Verifier;
use super::providers;
use super::request::{CreateRequest, StoredOutcome};
use super::stateless::{Batch, Entry, Verdict};
use crate::json::Body;
use crate::parameter::PathOf;
use crate::problem::{Code, Problem};
use crate::schema::{self, refusals};

/// The verifier's routes, without state and without the batch.
pub fn routes() -> OpenApiRouter<Arc<Verifier>> {
    OpenApiRouter::new()
        .routes(routes!(create_request))
        .routes(routes!(get_request))
        .routes(routes!(post_presentation))
        .routes(routes!(verify))
        .merge(providers::routes())
        .routes(routes!(post_root))
}

/// The batch, whose body may be larger.
pub fn batch_routes() -> OpenApiRouter<Arc<Verifier>> {
    OpenApiRouter::new().routes(routes!(verify_batch))
}

/// That the verifier's back end calls, checked before anything else of the call is read.
pub(super) struct BackEnd;

impl FromRequestParts<Arc<Verifier>> for BackEnd {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        verifier: &Arc<Verifier>,
    ) -> Result<Self, Problem> {
        verifier.token.check(&parts.headers).map(|()| Self)
    }
}

/// That the operator calls, likewise.
pub(super) struct Operator;

impl FromRequestParts<Arc<Verifier>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        verifier: &Arc<Verifier>,
    ) -> Result<Self, Problem> {
        verifier.operator.check(&parts.headers).map(|()| Self)
    }
}

/// A request that was made.
#[derive(Serialize, ToSchema)]
struct RequestCreated {
    /// Its id.
    #[schema(value_type = String)]
    id: RequestId,
    /// Where a device fetches it; what a QR code holds.
    link: String,
    /// The request document.
    #[schema(value_type = schema::Request)]
    request: Request,
}

/// Makes a request (verifier's back end).
#[utoipa::path(post, path = "/v1/requests", tag = "requests", security(("verifier" = [])),
    request_body = schema::CreateRequest,
    responses((status = 201, body = RequestCreated), refusals::RequestMaking))]
async fn create_request(
    State(verifier): State<Arc<Verifier>>,
    _: BackEnd,
    Body(body): Body<CreateRequest>,
) -> Result<(StatusCode, Json<RequestCreated>), Problem> {
    let request = verifier.make_request(body).await?;
    let created = RequestCreated {
        id: request.id.clone(),
        link: request.uri(),
        request,
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Where a request stands.
#[derive(Serialize, ToSchema, PartialEq, Eq, Debug)]
#[serde(rename_all = "snake_case")]
enum RequestState {
    /// It waits for a presentation.
    Open,
    /// It was answered.
    Used,
    /// Its time is over.
    Expired,
}

/// A request as devices and, with the token, the verifier's back end see it.
#[derive(Serialize, ToSchema)]
struct RequestView {
    /// Where it stands.
    state: RequestState,
    /// The request document.
    #[schema(value_type = schema::Request)]
    request: Request,
    /// What the answer came to; only with the verifier's token.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<OutcomeView>,
}

/// What a presentation came to.
#[derive(Serialize, ToSchema)]
struct OutcomeView {
    /// Always true: what is not verified is a problem document.
    verified: bool,
    /// When it was verified.
    #[schema(value_type = String, format = DateTime)]
    verified_at: Timestamp,
    /// The place of this human in this scope.
    nullifier: String,
    /// The account, CAIP-10.
    account: String,
    /// The pass, a JWT of at most 24 h.
    pass: String,
    /// The registration.
    registration: RegistrationEnd,
}

/// How long a registration stands.
#[derive(Serialize, ToSchema)]
struct RegistrationEnd {
    /// Its end, unless it is renewed by a fresh proof before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl OutcomeView {
    fn new(outcome: StoredOutcome, pass: String) -> Self {
        Self {
            verified: true,
            verified_at: outcome.verified_at,
            nullifier: outcome.nullifier.0.to_string(),
            account: outcome.account.to_string(),
            pass,
            registration: RegistrationEnd {
                expires_at: outcome.registration_expires_at,
            },
        }
    }
}

/// Shows a request: to devices the document, to the verifier's back end also outcome and pass.
#[utoipa::path(get, path = "/v1/requests/{id}", tag = "requests",
    params(("id" = String, Path)), security((), ("verifier" = [])),
    responses((status = 200, body = RequestView), refusals::RequestReading))]
async fn get_request(
    State(verifier): State<Arc<Verifier>>,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Result<Json<RequestView>, Problem> {
    // A token that is there must be right: a wrong one is never taken for none.
    let back_end = headers.contains_key(header::AUTHORIZATION);
    if back_end {
        verifier.token.check(&headers)?;
    }
    let stored = verifier.stored_request(&request_id(&id)?).await?;
    let expired = verifier.clock.now() >= stored.request.expires_at.unix_seconds();
    let state = match (stored.used, expired) {
        (true, _) => RequestState::Used,
        (false, true) => RequestState::Expired,
        (false, false) => RequestState::Open,
    };
    let outcome = match stored.outcome.filter(|_| back_end) {
        None => None,
        Some(outcome) => {
            let pass = verifier.sign(&outcome.pass)?;
            Some(OutcomeView::new(outcome, pass))
        }
    };
    Ok(Json(RequestView {
        state,
        request: stored.request,
        outcome,
    }))
}

/// Answers a request with a presentation.
#[utoipa::path(post, path = "/v1/requests/{id}/presentation", tag = "requests",
    params(("id" = String, Path)), request_body = schema::Presentation,
    responses((status = 200, body = OutcomeView), refusals::PresentationStep))]
async fn post_presentation(
    State(verifier): State<Arc<Verifier>>,
    PathOf(id): PathOf<String>,
    Body(presentation): Body<Presentation>,
) -> Result<Json<OutcomeView>, Problem> {
    let answered = verifier
        .take_presentation(&request_id(&id)?, presentation)
        .await?;
    Ok(Json(OutcomeView::new(answered.outcome, answered.pass)))
}

/// Checks a presentation against a request document, without registry (verifier's back end).
#[utoipa::path(post, path = "/v1/verify", tag = "verify", security(("verifier" = [])),
    request_body = schema::Entry,
    responses((status = 200, body = Verdict), refusals::Verification))]
async fn verify(
    State(verifier): State<Arc<Verifier>>,
    _: BackEnd,
    Body(entry): Body<Entry>,
) -> Result<Json<Verdict>, Problem> {
    Ok(Json(verifier.judge(entry).await?))
}

/// One verdict an entry, in the order of the entries.
#[derive(Serialize, ToSchema)]
struct Verdicts {
    /// The verdicts.
    verdicts: Vec<Verdict>,
}

/// Checks up to 256 presentations at once, without registry (verifier's back end).
#[utoipa::path(post, path = "/v1/verify/batch", tag = "verify", security(("verifier" = [])),
    request_body = schema::Batch,
    responses((status = 200, body = Verdicts), refusals::BatchVerification))]
async fn verify_batch(
    State(verifier): State<Arc<Verifier>>,
    _: BackEnd,
    Body(batch): Body<Batch>,
) -> Result<Json<Verdicts>, Problem> {
    Ok(Json(Verdicts {
        verdicts: verifier.judge_batch(batch).await?,
    }))
}

/// Hands the verifier a signed status root of an issuer that it trusts (verifier's back end). For
/// issuers of other processes: whoever fetches the root, its signature decides.
#[utoipa::path(post, path = "/v1/roots", tag = "networks", security(("verifier" = [])),
    request_body = schema::SignedStatusRoot, responses((status = 204), refusals::RootTaking))]
async fn post_root(
    State(verifier): State<Arc<Verifier>>,
    _: BackEnd,
    Body(root): Body<SignedStatusRoot>,
) -> Result<StatusCode, Problem> {
    verifier.accept_root(&root).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn request_id(text: &str) -> Result<RequestId, Problem> {
    RequestId::parse(text).ok_or_else(|| Code::RequestUnknown.into())
}
