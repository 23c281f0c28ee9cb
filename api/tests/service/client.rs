//! Calls to a service: to its router without sockets, or over a socket.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt;

use crate::socket;

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

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(humanseal_api::openapi::description()).unwrap());

/// The codes that the description lists for an operation under a status.
pub fn listed(operation: &Value, status: u16) -> Vec<String> {
    let schema = &operation["responses"][status.to_string()]["content"]["application/problem+json"]
        ["schema"];
    let codes = schema["allOf"][1]["properties"]["code"]["enum"].as_array();
    let codes = codes.into_iter().flatten();
    codes
        .filter_map(|code| code.as_str().map(str::to_owned))
        .collect()
}

/// A refusal must stand in the description of the operation that gave it.
#[track_caller]
fn is_described(method: &Method, path: &str, answer: &Answer) {
    let fits = |template: &str| {
        template.split('/').count() == path.split('/').count()
            && template
                .split('/')
                .zip(path.split('/'))
                .all(|(a, b)| a == b || a.starts_with('{'))
    };
    let code = answer.code();
    let mut paths = DESCRIPTION["paths"].as_object().unwrap().iter();
    let item = paths.find(|(template, _)| fits(template)).map(|(_, i)| i);
    let operation = item.and_then(|item| item.get(method.as_str().to_lowercase()));
    match (item, operation) {
        (_, Some(operation)) => assert!(
            listed(operation, answer.status.as_u16()).contains(&code),
            "{method} {path} does not document {code} under {}",
            answer.status
        ),
        (Some(_), None) => assert_eq!(code, "method_not_allowed", "{method} {path}"),
        (None, _) => assert!(
            ["route_unknown", "method_not_allowed"].contains(&code.as_str()),
            "{method} {path}: {code}"
        ),
    }
}

/// Where a service is.
#[derive(Clone)]
enum Place {
    /// In the process of the test.
    Router(Router),
    /// In another process.
    Socket(SocketAddr),
}

/// A client of one service, which remembers every answer.
#[derive(Clone)]
pub struct Client {
    place: Place,
    answers: Arc<Mutex<Vec<(String, Answer)>>>,
}

impl Client {
    pub fn of_router(router: Router) -> Self {
        Self::new(Place::Router(router))
    }
    pub fn of_socket(address: SocketAddr) -> Self {
        Self::new(Place::Socket(address))
    }
    fn new(place: Place) -> Self {
        let answers = Arc::default();
        Self { place, answers }
    }

    /// Everything that came back so far, each with its path.
    pub fn answers(&self) -> Vec<(String, Answer)> {
        self.answers.lock().unwrap().clone()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = match &self.place {
            Place::Socket(address) => socket::send(*address, request).await.unwrap(),
            Place::Router(router) => {
                let response = router.clone().oneshot(request).await.unwrap();
                let (parts, body) = response.into_parts();
                Answer {
                    status: parts.status,
                    headers: parts.headers,
                    body: to_bytes(body, 16 << 20).await.unwrap(),
                }
            }
        };
        if answer.status.is_client_error() || answer.status.is_server_error() {
            is_described(&method, &path, &answer);
        }
        self.answers.lock().unwrap().push((path, answer.clone()));
        answer
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

/// Polls all futures at once.
pub async fn futures_joined<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, output) in &mut pending {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    pending
        .into_iter()
        .map(|(_, output)| output.unwrap())
        .collect()
}
