//! Calls to a router, without sockets.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
    /// The body as a `T` of a 2xx answer.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{} {}", self.status, self.json());
        serde_json::from_slice(&self.body).unwrap()
    }
    /// The code of a problem, with its whole form checked.
    #[track_caller]
    pub fn code(&self) -> String {
        assert!(!self.status.is_success(), "{} {}", self.status, self.json());
        let kind = self
            .headers
            .get(header::CONTENT_TYPE)
            .map(|kind| kind.to_str().unwrap());
        assert_eq!(
            kind,
            Some("application/problem+json"),
            "{} {:?}",
            self.status,
            self.body
        );
        let problem = self.json();
        let code = problem["code"].as_str().unwrap();
        assert_eq!(problem["type"], format!("urn:humanseal:problem:{code}"));
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(problem["title"].is_string());
        assert_eq!(
            problem["request_id"],
            self.headers["x-request-id"].to_str().unwrap()
        );
        code.to_owned()
    }
}

/// A client of one router.
#[derive(Clone)]
pub struct Client(pub Router);

impl Client {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.0.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 16 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Vec<u8>>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        self.send(request.body(Body::from(body.unwrap_or_default())).unwrap())
            .await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None, None).await
    }
    pub async fn get_as(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, Some(token), None).await
    }
    pub async fn delete_as(&self, path: &str, token: &str) -> Answer {
        self.call(Method::DELETE, path, Some(token), None).await
    }
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.call(
            Method::POST,
            path,
            None,
            Some(serde_json::to_vec(body).unwrap()),
        )
        .await
    }
    pub async fn post_as(&self, path: &str, token: &str, body: &impl Serialize) -> Answer {
        self.call(
            Method::POST,
            path,
            Some(token),
            Some(serde_json::to_vec(body).unwrap()),
        )
        .await
    }
    pub async fn post_empty_as(&self, path: &str, token: &str) -> Answer {
        self.call(Method::POST, path, Some(token), None).await
    }
}
