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

/// A database error is a fault of ours: it is logged, and the client learns nothing of it but
/// whether coming back may help.
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "database");
        Self::new(if is_of_storage(&error) {
            Code::StorageUnavailable
        } else {
            Code::Internal
        })
    }
}

/// Whether the file under the database is at fault, not what was asked of it. The low byte of a
/// code is SQLite's primary result code (sqlite.org/rescode.html).
fn is_of_storage(error: &sqlx::Error) -> bool {
    const BUSY: i32 = 5;
    const READONLY: i32 = 8;
    const IOERR: i32 = 10;
    const FULL: i32 = 13;
    const CANTOPEN: i32 = 14;
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(error) => error
            .code()
            .and_then(|code| code.parse::<i32>().ok())
            .is_some_and(|code| matches!(code & 0xff, BUSY | READONLY | IOERR | FULL | CANTOPEN)),
        _ => false,
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
        let seconds = match code {
            Code::ServiceBusy | Code::StorageUnavailable => Some("1"),
            Code::ChainUnavailable | Code::RegistryStale => Some("10"),
            _ => None,
        };
        if let Some(seconds) = seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions, SqliteConnection};

    use super::*;

    async fn code_of(connection: &mut SqliteConnection, query: &'static str) -> Code {
        let error = sqlx::query(query).execute(connection).await.unwrap_err();
        Problem::from(error).code()
    }

    #[tokio::test]
    async fn faults_of_the_file_are_told_from_faults_of_the_program() {
        let dir = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(dir.path().join("a.sqlite"))
            .create_if_missing(true)
            .busy_timeout(std::time::Duration::ZERO);
        let mut connection = options.connect().await.unwrap();
        sqlx::query("CREATE TABLE t (x BLOB UNIQUE)")
            .execute(&mut connection)
            .await
            .unwrap();
        let fill = "INSERT INTO t VALUES (randomblob(1000000))";

        let mut reader = options.clone().read_only(true).connect().await.unwrap();
        assert_eq!(code_of(&mut reader, fill).await, Code::StorageUnavailable);

        let mut other = options.connect().await.unwrap();
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut other)
            .await
            .unwrap();
        assert_eq!(
            code_of(&mut connection, fill).await,
            Code::StorageUnavailable
        );
        sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();

        sqlx::query("PRAGMA max_page_count = 10")
            .execute(&mut connection)
            .await
            .unwrap();
        assert_eq!(
            code_of(&mut connection, fill).await,
            Code::StorageUnavailable
        );

        let twice = "INSERT INTO t VALUES (1), (1)";
        assert_eq!(code_of(&mut connection, twice).await, Code::Internal);
        assert_eq!(
            code_of(&mut connection, "SELECT nothing").await,
            Code::Internal
        );
    }
}
