//! Published lists by their names, and the log of signed roots.

// utoipa's macro qualifies what it names.
#![allow(unused_qualifications)]

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use humanseal_zk_credentials::content_id::ContentId;
use humanseal_zk_credentials::status_log::LogPage;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Issuer;
use super::routes::ListQuery;
use super::shelf::PublishedList;
use super::status::ListKind;
use crate::parameter::{PathOf, QueryOf};
use crate::problem::{Code, Problem};
use crate::schema::{self, refusals};

/// What may be asked for again soon.
const NEWEST: &str = "public, max-age=60";
/// What never changes under its address.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

pub(super) fn routes() -> OpenApiRouter<Arc<Issuer>> {
    OpenApiRouter::new()
        .routes(routes!(get_named_list))
        .routes(routes!(get_log_page))
}

/// A published list by its name, a CID (version 1, raw, sha2-256). Of each list only the newest is
/// kept.
#[utoipa::path(get, path = "/v1/status-list/{cid}", tag = "status",
    params(("cid" = String, Path), ListQuery),
    responses((status = 200, content_type = "application/octet-stream"), refusals::NamedListReading))]
async fn get_named_list(
    State(issuer): State<Arc<Issuer>>,
    PathOf(name): PathOf<String>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Response, Problem> {
    let name: ContentId = name.parse().map_err(|_| Code::StatusListUnknown)?;
    let id = issuer.key_or_only(query.issuer()?)?.parameters().id;
    for kind in [ListKind::Status, ListKind::Contested] {
        let list = issuer.published(id, kind).await?;
        if list.id == name {
            return Ok(whole(&list, IMMUTABLE));
        }
    }
    Err(Code::StatusListUnknown.into())
}

/// A page of the log of signed roots, in order: those signed in one span of 262,144 seconds (about
/// three days); page 0 begins with 1970. Every root names the hash of the one before.
#[utoipa::path(get, path = "/v1/status-list/log/{page}", tag = "status",
    params(("page" = u32, Path), ListQuery),
    responses((status = 200, body = Vec<schema::SignedStatusRoot>), refusals::ListReading))]
async fn get_log_page(
    State(issuer): State<Arc<Issuer>>,
    PathOf(page): PathOf<u32>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Response, Problem> {
    let id = issuer.key_or_only(query.issuer()?)?.parameters().id;
    let (roots, finished) = issuer.log_page(id, LogPage(page)).await?;
    let caching = if finished { IMMUTABLE } else { NEWEST };
    Ok(([(header::CACHE_CONTROL, caching)], Json(roots)).into_response())
}

/// The newest list under an address that does not change; nothing where the caller has it already
/// (RFC 9110 section 13.1.2).
pub(super) fn newest(list: &PublishedList, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", list.id);
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag);
    if known {
        let headers = [
            (header::ETAG, tag),
            (header::CACHE_CONTROL, NEWEST.to_owned()),
        ];
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    whole(list, NEWEST)
}

fn whole(list: &PublishedList, caching: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::ETAG, format!("\"{}\"", list.id)),
        (header::CACHE_CONTROL, caching.to_owned()),
    ];
    (headers, list.compressed.clone()).into_response()
}
