//! JSON-RPC over HTTP for alloy: one POST a call, through the client that the workspace has.
//!
//! alloy's own transports read answers of any size, and bring a second HTTP client with another
//! TLS library.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use alloy::rpc::json_rpc::{RequestPacket, ResponsePacket};
use alloy::transports::{TransportError, TransportErrorKind, TransportFut};
use tokio::sync::Semaphore;
use tower::Service;
use ureq::Agent;

use crate::config::RpcUrl;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for a whole call.
const CALL: Duration = Duration::from_secs(10);
/// Longest wait for one of the [`CALLS`] places.
const QUEUE: Duration = Duration::from_secs(5);
/// Calls at a time.
const CALLS: usize = 8;
/// Largest answer, in bytes.
const ANSWER: u64 = 8 << 20;

/// An answer is larger than the limit: asking for less helps.
#[derive(Debug, thiserror::Error)]
#[error("the node's answer is too large")]
pub struct AnswerTooLarge;

/// The way to one node.
#[derive(Clone)]
pub struct Wire {
    agent: Agent,
    url: Arc<RpcUrl>,
    places: Arc<Semaphore>,
}

impl Wire {
    /// A way to the node at `url`; nothing is sent yet.
    pub fn new(url: &RpcUrl) -> Self {
        let mut settings = Agent::config_builder()
            .https_only(!url.is_plain())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("humanseald/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(CALL));
        if url.is_loopback() {
            // What stays on this machine does not pass through anybody's proxy.
            settings = settings.proxy(None);
        }
        Self {
            agent: settings.build().new_agent(),
            url: Arc::new(url.clone()),
            places: Arc::new(Semaphore::new(CALLS)),
        }
    }

    /// Sends a body and reads the answer. Blocks.
    fn post(&self, body: &[u8]) -> Result<Vec<u8>, TransportError> {
        let failed = |error: ureq::Error| match error {
            ureq::Error::BodyExceedsLimit(_) => TransportErrorKind::custom(AnswerTooLarge),
            // The client's words may repeat the address, and its key with it.
            _ => TransportErrorKind::custom_str("no answer from the node"),
        };
        let mut response = self
            .agent
            .post(self.url.as_str())
            .header("content-type", "application/json")
            .send(body)
            .map_err(failed)?;
        if !response.status().is_success() {
            let status = response.status().as_u16();
            return Err(TransportErrorKind::http_error(status, String::new()));
        }
        response
            .body_mut()
            .with_config()
            .limit(ANSWER)
            .read_to_vec()
            .map_err(failed)
    }
}

impl Service<RequestPacket> for Wire {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, packet: RequestPacket) -> Self::Future {
        let wire = self.clone();
        Box::pin(async move {
            let busy = || TransportErrorKind::custom_str("too many calls of the node");
            let body = packet.serialize().map_err(TransportError::ser_err)?;
            let place = tokio::time::timeout(QUEUE, Arc::clone(&wire.places).acquire_owned());
            let place = place.await.ok().and_then(Result::ok).ok_or_else(busy)?;
            let answer = tokio::task::spawn_blocking(move || {
                let _place = place;
                wire.post(body.get().as_bytes())
            });
            let answer = answer.await.map_err(TransportErrorKind::custom)??;
            // The text of the answer is not kept: what a node says is nobody's business.
            serde_json::from_slice(&answer)
                .map_err(|error| TransportError::deser_err(error, String::new()))
        })
    }
}
