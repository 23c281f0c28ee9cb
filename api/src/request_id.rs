//! An identifier for every request, in the answer's header, in problems and in the log.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use crate::metrics::Metrics;
use crate::random;

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The header that carries it.
pub const HEADER: &str = "x-request-id";

/// The present request's identifier; none outside of a request.
pub fn current() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// Gives every request an identifier of its own. One that the client sends is not taken, so that
/// nobody writes into the log.
///
/// The log gets method, route (the pattern, because a path may name an account), status and
/// milliseconds; no address, no header, no body. The metrics count the same.
pub async fn layer(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let id = match random::identifier("rq_") {
        Ok(id) => id,
        Err(problem) => return problem.into_response(),
    };
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unmatched", MatchedPath::as_str)
        .to_owned();
    let method = known_method(request.method());
    let span = tracing::info_span!("request", id = %id, method, route = %route);
    let header = HeaderValue::from_str(&id).ok();
    let started = std::time::Instant::now();
    let mut response = REQUEST_ID
        .scope(id, next.run(request))
        .instrument(span.clone())
        .await;
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, latency_ms, "answered"));
    metrics.count(method, &route, status);
    if let Some(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    response
}

/// A client may invent methods; the log and the counters know only HTTP's.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
