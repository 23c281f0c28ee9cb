//! The calls of issuer and verifier that a device makes, one method a route.

use humanseal_wallet_link::{Account, NetworkId, Origin, Presentation, Request, RequestId};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{
    CreateSession, DocumentAnswer, DocumentBody, EvidenceAnswer, EvidenceBody, SessionCreated,
    SessionId, SessionToken, Timestamp, WellKnown,
};
use humanseal_zk_credentials::holder::Nullifier;
use humanseal_zk_credentials::status_log::LogPage;
use humanseal_zk_credentials::status_root::SignedStatusRoot;
use serde::Deserialize;

use crate::client::{Client, ClientError};

/// Largest published status list, in bytes: 65,536 leaves of 31 bytes and 256 nodes of 32, where
/// nothing compresses.
const STATUS_LIST: u64 = 3 << 20;

/// A verifier's answer to a presentation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Always true: what is not verified is a problem document.
    pub verified: bool,
    /// When it was verified.
    pub verified_at: Timestamp,
    /// The place that was taken.
    pub nullifier: Nullifier,
    /// The account that it was taken for.
    pub account: Account,
    /// The pass, a JWT.
    pub pass: String,
    /// The registration.
    pub registration: Registration,
}

/// How long a registration stands.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Its end, unless it is renewed by a fresh proof before.
    pub expires_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestView {
    state: String,
    request: Request,
}

impl Client {
    /// `/.well-known/humanseal.json`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn well_known(&self) -> Result<WellKnown, ClientError> {
        self.get("/.well-known/humanseal.json")
    }

    /// Opens a session.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn open_session(&self, body: &CreateSession) -> Result<SessionCreated, ClientError> {
        self.post("/v1/sessions", None, body)
    }

    /// Sends the document's signed data.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn send_document(
        &self,
        session: &SessionId,
        token: &SessionToken,
        body: &DocumentBody,
    ) -> Result<DocumentAnswer, ClientError> {
        self.post(
            &format!("/v1/sessions/{session}/document"),
            Some(&token.bearer()),
            body,
        )
    }

    /// Sends the evidence.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn send_evidence(
        &self,
        session: &SessionId,
        token: &SessionToken,
        body: &EvidenceBody,
    ) -> Result<EvidenceAnswer, ClientError> {
        self.post(
            &format!("/v1/sessions/{session}/evidence"),
            Some(&token.bearer()),
            body,
        )
    }

    /// Says that the credential arrived, so that the issuer erases what the session kept.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn acknowledge(
        &self,
        session: &SessionId,
        token: &SessionToken,
    ) -> Result<(), ClientError> {
        self.post_empty(&format!("/v1/sessions/{session}/ack"), &token.bearer())
    }

    /// Gives a session up, so that the issuer erases what it kept.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn cancel(&self, session: &SessionId, token: &SessionToken) -> Result<(), ClientError> {
        self.post_empty(&format!("/v1/sessions/{session}/cancel"), &token.bearer())
    }

    /// The newest signed root of an issuer key's status list.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn status_root(&self, issuer: IssuerId) -> Result<SignedStatusRoot, ClientError> {
        self.get(&format!("/v1/status-list/root?issuer={}", issuer.0))
    }

    /// A page of the log of an issuer key's signed roots.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn status_log(
        &self,
        issuer: IssuerId,
        page: LogPage,
    ) -> Result<Vec<SignedStatusRoot>, ClientError> {
        self.get(&format!(
            "/v1/status-list/log/{}?issuer={}",
            page.0, issuer.0
        ))
    }

    /// The whole status list of an issuer key, so that nobody learns which bit is looked up.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn status_list(&self, issuer: IssuerId) -> Result<Vec<u8>, ClientError> {
        self.get_bytes(&format!("/v1/status-list?issuer={}", issuer.0), STATUS_LIST)
    }

    /// The whole list of credentials against which a recovery is announced.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn contested_list(&self, issuer: IssuerId) -> Result<Vec<u8>, ClientError> {
        self.get_bytes(
            &format!("/v1/status-list/contested?issuer={}", issuer.0),
            STATUS_LIST,
        )
    }

    /// A request that waits for its answer.
    ///
    /// # Errors
    /// [`ClientError`]; [`ClientError::AnswerInvalid`] for a request of another verifier,
    /// [`ClientError::RequestClosed`] for one that no longer waits.
    pub fn request(&self, id: &RequestId) -> Result<Request, ClientError> {
        let view: RequestView = self.get(&format!("/v1/requests/{id}"))?;
        if view.request.id != *id || view.request.verifier.to_string() != self.origin() {
            return Err(ClientError::AnswerInvalid(
                "a request of another verifier".into(),
            ));
        }
        if view.state != "open" {
            return Err(ClientError::RequestClosed);
        }
        Ok(view.request)
    }

    /// Answers a request.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn send_presentation(&self, presentation: &Presentation) -> Result<Outcome, ClientError> {
        let path = format!("/v1/requests/{}/presentation", presentation.request_id);
        self.post(&path, None, presentation)
    }
}

/// Where a request's network publishes its document: at its own name over https; where the
/// verifier is this machine, in development, at the verifier.
pub(crate) fn network_address(network: &NetworkId, verifier: &Origin) -> String {
    if verifier.is_local() {
        verifier.to_string()
    } else {
        format!("https://{network}")
    }
}
