//! The HTTP client: JSON over https, or over http to this machine in development.
//!
//! Every call is bounded in time and size, follows no redirect, and turns the service's problem
//! document (RFC 9457) into a typed error that carries the service's own code.

use std::time::Duration;

use humanseal_zk_credentials::exchange::Environment;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Response;
use ureq::{Agent, Body};
use url::{Host, Url};
use zeroize::Zeroizing;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for a whole call.
const CALL: Duration = Duration::from_secs(60);
/// Largest answer to an ordinary call, in bytes.
const ANSWER: u64 = 1 << 20;
/// Largest problem document, in bytes.
const PROBLEM: u64 = 64 << 10;

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is no URL of a service: scheme and host, perhaps a port, nothing else.
    #[error("the address is not of the form https://host or https://host:port")]
    AddressInvalid,
    /// Plain http, and not to this machine in development.
    #[error("only https is used; http is for this machine in development")]
    AddressInsecure,
    /// There was no answer.
    #[error("the service cannot be reached; check the address and the network ({0})")]
    Unreachable(String),
    /// The answer took too long.
    #[error("the service took too long; try again")]
    TimedOut,
    /// The answer is larger than this call allows.
    #[error("the service's answer is larger than this call allows")]
    AnswerTooLarge,
    /// The answer is not what this call expects.
    #[error("the service's answer is not what this call expects ({0})")]
    AnswerInvalid(String),
    /// What is to be sent cannot be written as JSON.
    #[error("what is to be sent cannot be written as JSON")]
    BodyImpossible,
    /// The service refused, with a code of its own.
    #[error("the service refused: {code} ({detail})")]
    Problem {
        /// HTTP status.
        status: u16,
        /// The service's stable code.
        code: String,
        /// A finer code of the part that refused, where there is one.
        reason: Option<String>,
        /// What the service says about it.
        detail: String,
    },
}

impl ClientError {
    /// The stable code; for a refusal, the service's.
    pub fn code(&self) -> &str {
        match self {
            Self::AddressInvalid => "address_invalid",
            Self::AddressInsecure => "address_insecure",
            Self::Unreachable(_) => "service_unreachable",
            Self::TimedOut => "service_timed_out",
            Self::AnswerTooLarge => "answer_too_large",
            Self::AnswerInvalid(_) => "answer_invalid",
            Self::BodyImpossible => "body_impossible",
            Self::Problem { code, .. } => code,
        }
    }
}

/// Sees every body that leaves the device, with the path that it goes to.
pub type Watcher = Box<dyn Fn(&str, &[u8]) + Send + Sync>;

/// A service at one address.
pub struct Client {
    agent: Agent,
    base: Url,
    environment: Environment,
    watcher: Option<Watcher>,
}

/// A problem document; members beyond these are allowed by RFC 9457 section 3.2 and not needed.
#[derive(serde::Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    title: String,
    detail: Option<String>,
    reason: Option<String>,
}

impl Problem {
    /// The most specific words there are, fit for a terminal.
    fn words(&self) -> String {
        let said = self
            .detail
            .as_deref()
            .unwrap_or(&self.title)
            .trim_end_matches('.');
        let reason = self.reason.as_deref().filter(|reason| is_code(reason));
        printable(&reason.map_or(said.to_owned(), |reason| format!("{said}: {reason}")))
    }
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
    let problem = read(PROBLEM)
        .ok()
        .and_then(|body| serde_json::from_slice::<Problem>(&body).ok());
    match problem {
        Some(problem) if is_code(&problem.code) => Err(ClientError::Problem {
            status: status.as_u16(),
            detail: problem.words(),
            reason: problem.reason.filter(|reason| is_code(reason)),
            code: problem.code,
        }),
        _ => Err(ClientError::AnswerInvalid(format!(
            "status {status} without a problem document"
        ))),
    }
}

fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ClientError> {
    // The message is serde's and may repeat a value: only its place is told.
    serde_json::from_slice(body).map_err(|error| {
        ClientError::AnswerInvalid(format!("line {} column {}", error.line(), error.column()))
    })
}

fn transport(error: ureq::Error) -> ClientError {
    match error {
        ureq::Error::Timeout(_) => ClientError::TimedOut,
        ureq::Error::BodyExceedsLimit(_) => ClientError::AnswerTooLarge,
        ureq::Error::RequireHttpsOnly(_) => ClientError::AddressInsecure,
        other => ClientError::Unreachable(other.to_string()),
    }
}

/// A stable code is what this project's services write: short snake_case.
fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// What a service says may reach a terminal: control characters do not.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(300)
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers one call with fixed bytes and gives back what was asked.
    fn once(answer: Vec<u8>) -> (Client, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).unwrap();
            // The client hangs up in the middle of an answer that is too large.
            let _ = stream.write_all(&answer);
            String::from_utf8_lossy(&asked[..length]).into_owned()
        });
        (
            Client::new(&address, Environment::Development).unwrap(),
            served,
        )
    }

    fn answer(status: &str, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    #[test]
    fn only_https_or_this_machine_in_development() {
        let new = |address, environment| {
            Client::new(address, environment)
                .map(|_| ())
                .map_err(|e| e.code().to_owned())
        };
        let (production, development) = (Environment::Production, Environment::Development);
        assert_eq!(new("https://issuer.example", production), Ok(()));
        assert_eq!(new("https://issuer.example:8443", development), Ok(()));
        assert_eq!(new("http://127.0.0.1:8080", development), Ok(()));
        assert_eq!(new("http://[::1]:8080", development), Ok(()));
        assert_eq!(new("http://localhost:8080", development), Ok(()));
        for (address, environment) in [
            ("http://127.0.0.1:8080", production),
            ("http://127.0.0.1:8080", Environment::Sandbox),
            ("http://issuer.example", development),
            ("http://localhost.example", development),
        ] {
            assert_eq!(
                new(address, environment),
                Err("address_insecure".into()),
                "{address}"
            );
        }
        for address in [
            "issuer.example",
            "ftp://issuer.example",
            "https://issuer.example/path",
            "https://issuer.example/?query",
            "https://name:word@issuer.example",
            "",
        ] {
            assert_eq!(
                new(address, development),
                Err("address_invalid".into()),
                "{address}"
            );
        }
    }

    #[test]
    fn a_problem_document_keeps_its_code() {
        let body = br#"{"type":"about:blank","status":409,"code":"request_used","detail":"a\u001bb","other":1}"#;
        let (client, _) = once(answer("409 Conflict", body));
        match client.get::<String>("/v1/x").unwrap_err() {
            ClientError::Problem {
                status,
                code,
                detail,
                ..
            } => {
                assert_eq!(
                    (status, code.as_str(), detail.as_str()),
                    (409, "request_used", "ab")
                );
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refusal_without_a_proper_code_and_a_redirect_are_invalid_answers() {
        for (status, body) in [
            ("500 Oops", &b"<html>"[..]),
            ("400 Bad", br#"{"code":"Not A Code"}"#),
            ("302 Found", b""),
        ] {
            let (client, _) = once(answer(status, body));
            assert_eq!(
                client.get::<String>("/v1/x").unwrap_err().code(),
                "answer_invalid"
            );
        }
    }

    #[test]
    fn an_answer_beyond_the_limit_is_refused() {
        let (client, _) = once(answer("200 OK", &[b'0'; 101]));
        assert_eq!(
            client.get_bytes("/v1/x", 100).unwrap_err().code(),
            "answer_too_large"
        );
        let (client, _) = once(answer("200 OK", &[b'0'; 100]));
        assert_eq!(client.get_bytes("/v1/x", 100).unwrap().len(), 100);
    }

    #[test]
    fn the_token_travels_in_its_header_alone() {
        let (client, served) = once(answer("204 No Content", b""));
        client
            .post_empty("/v1/sessions/vs_1/ack", "secret")
            .unwrap();
        let asked = served.join().unwrap().to_ascii_lowercase();
        assert!(
            asked.starts_with("post /v1/sessions/vs_1/ack http/1.1"),
            "{asked}"
        );
        assert_eq!(asked.matches("secret").count(), 1);
        assert!(asked.contains("authorization: bearer secret"), "{asked}");
    }

    #[test]
    fn nobody_listening_is_said_so() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let client = Client::new(&address, Environment::Development).unwrap();
        assert_eq!(
            client.get::<String>("/v1/x").unwrap_err().code(),
            "service_unreachable"
        );
    }
}
