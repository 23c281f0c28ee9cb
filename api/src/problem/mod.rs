//! Errors as clients see them: RFC 9457 problem details with a stable code.

mod code;

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

pub use code::Code;

/// A refusal or fault on its way to the client.
///
/// It carries a [`Code`] and words of this program only, never a value that somebody sent: what
/// is refused may be personal.
#[derive(Debug, Clone)]
pub struct Problem {
    code: Code,
    detail: Option<Cow<'static, str>>,
    places: Vec<Place>,
    reason: Option<&'static str>,
    available_at: Option<String>,
    retry_after_seconds: Option<u32>,
}

/// A place in the request's body, and what is wrong there.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema, PartialEq, Eq)]
pub struct Place {
    /// JSON pointer (RFC 6901) into the request's body; empty for the whole body.
    pub pointer: String,
    /// What is wrong, without the value.
    pub detail: String,
}

/// RFC 9457 problem details (`application/problem+json`).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemDetails {
    /// `urn:humanseal:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the code means, always the same sentence for a code.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Stable code; the catalogue is docs/errors.md.
    pub code: &'static str,
    /// This occurrence in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// A finer code of the part that refused, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// When the same call can succeed (RFC 3339), where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_at: Option<String>,
    /// Places in the request's body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Place>,
    /// Which request this was, as in the `x-request-id` header and the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// A problem with nothing but its code.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            places: vec![],
            reason: None,
            available_at: None,
            retry_after_seconds: None,
        }
    }
    /// A library's refusal: the code of that name, or `otherwise` with the name as `reason` where
    /// the catalogue does not list it.
    pub fn named(name: &'static str, otherwise: Code) -> Self {
        match Code::from_name(name) {
            Some(code) => Self::new(code),
            None => Self::new(otherwise).because(name),
        }
    }
    /// Its code.
    pub fn code(&self) -> Code {
        self.code
    }
    /// The finer code, where there is one.
    pub fn reason(&self) -> Option<&'static str> {
        self.reason
    }
    /// Places in the request's body.
    pub fn places(&self) -> &[Place] {
        &self.places
    }
    /// The same with words about this occurrence. Never put a value in them that was sent.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }
    /// The same with a place in the body.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.places.push(Place {
            pointer: pointer.into(),
            detail: detail.into(),
        });
        self
    }
    /// The same with the stable code of the library that refused.
    #[must_use]
    pub fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }
    /// The same with the moment from which the call can succeed, and a `Retry-After` header.
    #[must_use]
    pub fn available(mut self, at: i64, now: i64) -> Self {
        self.available_at = Some(crate::clock::rfc3339(at));
        self.retry_after_seconds = u32::try_from(at.saturating_sub(now)).ok();
        self
    }

    fn details(self) -> ProblemDetails {
        ProblemDetails {
            kind: format!("urn:humanseal:problem:{}", self.code.name()),
            title: self.code.title(),
            status: self.code.status(),
            code: self.code.name(),
            detail: self.detail.map(Cow::into_owned),
            reason: self.reason,
            available_at: self.available_at,
            errors: self.places,
            request_id: crate::request_id::current(),
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

/// A database error is a fault of ours: it is logged, and the client learns nothing of it.
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "database");
        Self::new(Code::Internal)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (code, retry_after) = (self.code, self.retry_after_seconds);
        tracing::info!(code = code.name(), reason = self.reason, "refused");
        let mut response = (status, Json(self.details())).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if code == Code::ServiceBusy {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
