//! The HTTP client: JSON over https, or over http to this machine in development.
//!
//! Every call is bounded in time and size, follows no redirect, and turns the service's problem
//! document (RFC 9457) into a typed error that carries the service's own code.

mod error;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::time::Duration;

use humanseal_zk_credentials::exchange::Environment;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Response;
use ureq::{Agent, Body};
use url::{Host, Url};
use zeroize::Zeroizing;

pub use self::error::ClientError;
use self::error::transport;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for a whole call.
const CALL: Duration = Duration::from_secs(60);
/// Largest answer to an ordinary call, in bytes.
const ANSWER: u64 = 1 << 20;
/// Largest problem document, in bytes.
const PROBLEM: u64 = 64 << 10;

/// Sees every body that leaves the device, with the path that it goes to.
pub type Watcher = Box<dyn Fn(&str, &[u8]) + Send + Sync>;

/// A service at one address.
pub struct Client {
    agent: Agent,
    base: Url,
    environment: Environment,
    watcher: Option<Watcher>,
}

impl Client {
    /// A client of the service at `address`, which is an origin: `https://issuer.example`.
    ///
    /// `http://` is taken for `localhost`, `127.0.0.0/8` and `[::1]` in [`Environment::Development`]
    /// alone.
    pub fn new(address: &str, environment: Environment) -> Result<Self, ClientError> {
        let base = Url::parse(address).map_err(|_| ClientError::AddressInvalid)?;
        let bare = base.path() == "/"
            && base.query().is_none()
            && base.fragment().is_none()
            && base.username().is_empty()
            && base.password().is_none();
        let host = base.host().ok_or(ClientError::AddressInvalid)?;
        let here = match host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let development = environment == Environment::Development;
        match base.scheme() {
            _ if !bare => return Err(ClientError::AddressInvalid),
            "https" => {}
            "http" if here && development => {}
            "http" => return Err(ClientError::AddressInsecure),
            _ => return Err(ClientError::AddressInvalid),
        }
        let plain = base.scheme() == "http";
        let mut settings = Agent::config_builder()
            .https_only(!plain)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .save_redirect_history(false)
            .user_agent(concat!("humanseal/", env!("CARGO_PKG_VERSION")))
            .accept("application/json, application/problem+json")
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(CALL));
        if plain {
            // What stays on this machine does not pass through anybody's proxy.
            settings = settings.proxy(None);
        }
        Ok(Self {
            agent: settings.build().new_agent(),
            base,
            environment,
            watcher: None,
        })
    }

    /// The same client, watched: its owner sees every byte that leaves the device.
    #[must_use]
    pub fn watched(self, watcher: Watcher) -> Self {
        Self {
            watcher: Some(watcher),
            ..self
        }
    }

    /// The environment that it was made for.
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// The origin that this client talks to, as ASCII.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// `GET path`, JSON back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let response = self.agent.get(self.url(path)?.as_str()).call();
        json(&bytes(response, ANSWER)?)
    }

    /// `GET path`, at most `limit` raw bytes back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn get_bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, ClientError> {
        bytes(self.agent.get(self.url(path)?.as_str()).call(), limit)
    }

    /// `POST path` with a JSON body, perhaps under a bearer token, JSON back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        json(&self.send(path, token, body)?)
    }

    /// `POST path` with a JSON body under a bearer token; any answer is dropped.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn post_only(
        &self,
        path: &str,
        token: &str,
        body: &impl Serialize,
    ) -> Result<(), ClientError> {
        self.send(path, Some(token), body).map(|_| ())
    }

    fn send(
        &self,
        path: &str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> Result<Vec<u8>, ClientError> {
        let body =
            Zeroizing::new(serde_json::to_vec(body).map_err(|_| ClientError::BodyImpossible)?);
        if let Some(watcher) = &self.watcher {
            watcher(path, &body);
        }
        let mut request = self
            .agent
            .post(self.url(path)?.as_str())
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        bytes(request.send(body.as_slice()), ANSWER)
    }

    /// `POST path` without a body under a bearer token; any answer is dropped.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn post_empty(&self, path: &str, token: &str) -> Result<(), ClientError> {
        let request = self
            .agent
            .post(self.url(path)?.as_str())
            .header("authorization", format!("Bearer {token}"));
        bytes(request.send_empty(), ANSWER).map(|_| ())
    }

    fn url(&self, path: &str) -> Result<Url, ClientError> {
        self.base
            .join(path)
            .map_err(|_| ClientError::AddressInvalid)
    }
}

/// The body of a 2xx answer, or the error that any other answer is.
fn bytes(
    response: Result<Response<Body>, ureq::Error>,
    limit: u64,
) -> Result<Vec<u8>, ClientError> {
    let mut response = response.map_err(transport)?;
    let status = response.status();
    let mut read = |limit| {
        response
            .body_mut()
            .with_config()
            .limit(limit)
            .read_to_vec()
            .map_err(transport)
    };
    if status.is_success() {
        return read(limit);
    }
    Err(error::of_answer(status, read(PROBLEM).ok().as_deref()))
}

fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ClientError> {
    // The message is serde's and may repeat a value: only its place is told.
    serde_json::from_slice(body).map_err(|error| {
        ClientError::AnswerInvalid(format!("line {} column {}", error.line(), error.column()))
    })
}
