//! A session with an issuer, of any kind: under which parameters, for which holder, with what the
//! device shows of the person (docs/protocol.md sections 4, 9 and 11).

mod evidence;
mod proof;
mod shown;

use humanseal_biometric::Pipeline;
use humanseal_documents::{Challenge, TrustStore};
use humanseal_zk_credentials::calendar::CalendarError;
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::exchange::{
    CborError, ChipAnswer, CreateSession, DocumentAccepted, DocumentAnswer, Environment,
    IssuerMetadata, IssuerParameters, MetadataError, Nonce, PlanError, ReadChannel, SessionCreated,
    SessionId, SessionKind, SessionToken, StatementError, Timestamp, chip_challenge,
};
use humanseal_zk_credentials::groth16::ProvingKey;
use humanseal_zk_credentials::holder::HolderSecret;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::template::ModelId;

pub(crate) use self::evidence::{Case, Gathered};
pub(crate) use self::proof::Portraits;
pub use self::proof::ProofError;
pub(crate) use self::shown::Shown;
use crate::client::Client;
use crate::device_key::{DeviceKey, DeviceKeyError};
use crate::enrol::EnrolError;
use crate::owner::{Owner, Question};
use crate::wallet::IssuerPin;

/// What a device brings to a session of any kind.
pub struct Equipment<'a> {
    /// The issuer.
    pub issuer: &'a Client,
    /// The face models.
    pub pipeline: &'a Pipeline,
    /// The proving key of circuit `enrol`.
    pub proving_key: &'a ProvingKey,
    /// Authorities that the device itself trusts, where it has any.
    pub trust: Option<&'a TrustStore>,
    /// How a document is read.
    pub channel: ReadChannel,
    /// What vouches for this device.
    pub device: &'a dyn DeviceKey,
    /// Declares the active gate staged, for development on stills that cannot turn a head. It is
    /// refused outside [development](Environment::Development), here as by the issuer.
    pub stage_active_liveness: bool,
    /// The moment.
    pub now: Timestamp,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The address is no issuer's.
    #[error("there is no issuer at this address")]
    NoIssuer,
    /// The issuer's metadata do not hold together.
    #[error("the issuer's metadata are refused: {0}")]
    Metadata(#[from] MetadataError),
    /// The issuer belongs to another environment than the device was told.
    #[error("the issuer belongs to another environment than this device was told")]
    Environment,
    /// A development proving key where real credentials are made.
    #[error("this program has development proving keys only, and they serve development alone")]
    DevelopmentKey,
    /// A staged gate where real credentials are made.
    #[error("only development may stage the active gate; follow the plan on a camera")]
    StagingRefused,
    /// No key of the issuer signs at the levels that this device and its document earn.
    #[error(
        "no key of this issuer signs for a device and a document of this kind; use the phone app"
    )]
    NoKeyForDevice,
    /// The issuer no longer signs with the key of this wallet's credential.
    #[error("the issuer no longer signs with the key of this wallet's credential")]
    KeyWithdrawn,
    /// The portrait of the wallet was committed under another model.
    #[error(
        "the wallet's portrait was made by another face model; refresh with the document first"
    )]
    FormerModel,
    /// The wallet is another issuer's.
    #[error("this wallet is another issuer's")]
    OtherIssuer,
    /// The issuer works with another embedding model or manifest.
    #[error("the issuer works with other face models than this program; update the program")]
    Model,
    /// The issuer checks proofs of another key than this device makes.
    #[error("the issuer checks proofs under another key; update the program")]
    ProvingKey,
    /// The owner did not agree.
    #[error("without consent nothing is sent")]
    ConsentRefused,
    /// The session is for other parameters than the metadata said.
    #[error("the issuer opened a session under other parameters than it published")]
    Parameters,
    /// The liveness plan is none of this version.
    #[error("the issuer's plan is refused: {0}")]
    Plan(#[from] PlanError),
    /// Another document level than what was sent earns.
    #[error("the issuer verified the document at another level than was sent")]
    DocumentLevel,
    /// The device's key store does not vouch.
    #[error(transparent)]
    DeviceKey(#[from] DeviceKeyError),
    /// The statement cannot be written.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The clock shows a day that no credential can carry.
    #[error("the device's clock is wrong: {0}")]
    Clock(#[from] CalendarError),
}

impl SessionError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoIssuer => "issuer_missing",
            Self::Metadata(error) => error.code(),
            Self::Environment => "environment_mismatch",
            Self::DevelopmentKey => "development_key_refused",
            Self::StagingRefused => "staging_refused",
            Self::NoKeyForDevice => "issuer_key_missing",
            Self::KeyWithdrawn => "issuer_key_withdrawn",
            Self::FormerModel => "former_model_differs",
            Self::OtherIssuer => "issuer_mismatch",
            Self::Model => "model_mismatch",
            Self::ProvingKey => "proving_key_mismatch",
            Self::ConsentRefused => "consent_refused",
            Self::Parameters => "session_parameters_mismatch",
            Self::Plan(error) => error.code(),
            Self::DocumentLevel => "document_level_mismatch",
            Self::DeviceKey(error) => error.code(),
            Self::Statement(error) => error.code(),
            Self::Clock(error) => error.code(),
        }
    }
}

impl From<CborError> for SessionError {
    fn from(error: CborError) -> Self {
        Self::Statement(error.into())
    }
}

/// An open session.
pub(crate) struct Opened {
    created: SessionCreated,
    metadata: IssuerMetadata,
    kind: SessionKind,
    secret: HolderSecret,
}

impl Opened {
    /// Looks at the issuer, asks the owner, opens the session. With `pin` it is of the issuer and
    /// key that a wallet has a credential of; without, of a key that signs for this device and a
    /// document of this level.
    pub(crate) fn open(
        with: &Equipment<'_>,
        kind: SessionKind,
        document: DocumentLevel,
        secret: HolderSecret,
        pin: Option<&IssuerPin>,
        owner: &dyn Owner,
    ) -> Result<Self, EnrolError> {
        let environment = with.issuer.environment();
        if with.stage_active_liveness && environment != Environment::Development {
            return Err(SessionError::StagingRefused.into());
        }
        keys::admit(with.proving_key.verifying(), environment)
            .map_err(|_| SessionError::DevelopmentKey)?;
        if pin.is_some_and(|pin| pin.origin != with.issuer.origin()) {
            return Err(SessionError::OtherIssuer.into());
        }
        let metadata = with
            .issuer
            .well_known()?
            .issuer
            .ok_or(SessionError::NoIssuer)?;
        metadata.validate().map_err(SessionError::Metadata)?;
        if metadata.environment != environment {
            return Err(SessionError::Environment.into());
        }
        let parameters = suitable(&metadata, with, document, pin)?;
        let consent = Question::Consent {
            issuer: &with.issuer.origin(),
            kind,
            text: &parameters.consent_text,
        };
        if !owner.agrees(consent) {
            return Err(SessionError::ConsentRefused.into());
        }
        let created = with.issuer.open_session(&CreateSession {
            kind,
            issuer: parameters.id,
            consent: parameters.consent(),
        })?;
        if created.issuer != *parameters || created.environment != environment {
            return Err(SessionError::Parameters.into());
        }
        Ok(Self {
            created,
            metadata,
            kind,
            secret,
        })
    }

    fn id(&self) -> &SessionId {
        &self.created.id
    }

    fn token(&self) -> &SessionToken {
        &self.created.token
    }

    fn nonce(&self) -> Nonce {
        self.created.nonce
    }

    fn parameters(&self) -> &IssuerParameters {
        &self.created.issuer
    }

    /// What the document's chip has to sign in this session.
    pub(crate) fn challenge(&self) -> Challenge {
        Challenge(chip_challenge(self.nonce(), self.secret.holder_key()))
    }

    /// What a new wallet remembers of the issuer.
    pub(crate) fn pin(&self, with: &Equipment<'_>) -> IssuerPin {
        IssuerPin {
            origin: with.issuer.origin(),
            key: self.parameters().key,
            signing_key: self.metadata.signing_key.clone(),
            newest_root: None,
        }
    }

    pub(crate) fn secret(&self) -> &HolderSecret {
        &self.secret
    }

    /// Gives the session up: the issuer forgets at once instead of in an hour. If it cannot be told,
    /// in an hour.
    pub(crate) fn give_up(&self, with: &Equipment<'_>) {
        let _ = with.issuer.cancel(self.id(), self.token());
    }

    /// Sends what is shown, with the chip's answer; level and plan come back.
    fn send(
        &self,
        with: &Equipment<'_>,
        shown: Shown<'_>,
        answer: Option<ChipAnswer>,
    ) -> Result<DocumentAccepted, EnrolError> {
        let body = shown.body(self.secret.holder_key(), with.channel, answer)?;
        let answer = with.issuer.send_document(self.id(), self.token(), &body)?;
        let DocumentAnswer::Accepted(accepted) = answer else {
            return Err(crate::answer::AnswerError::Kind.into());
        };
        accepted.plan.validate().map_err(SessionError::Plan)?;
        if accepted.document != shown.attainable() {
            return Err(SessionError::DocumentLevel.into());
        }
        Ok(accepted)
    }
}

/// The key of the issuer to work with, of models and proofs that the device has.
fn suitable<'a>(
    metadata: &'a IssuerMetadata,
    with: &Equipment<'_>,
    document: DocumentLevel,
    pin: Option<&IssuerPin>,
) -> Result<&'a IssuerParameters, SessionError> {
    let mut keys = metadata.keys.iter();
    let parameters = match pin {
        Some(pin) => {
            let own = keys.find(|key| key.key == pin.key);
            own.ok_or(SessionError::KeyWithdrawn)?
        }
        None => keys
            .find(|key| key.min_device <= with.device.level() && key.min_document <= document)
            .ok_or(SessionError::NoKeyForDevice)?,
    };
    if parameters.min_device > with.device.level() || parameters.min_document > document {
        return Err(SessionError::NoKeyForDevice);
    }
    let same_models = parameters.model
        == ModelId::of_sha256(with.pipeline.embedding_model_sha256())
        && parameters.model_manifest.0 == with.pipeline.manifest_sha256();
    if !same_models {
        return Err(SessionError::Model);
    }
    if parameters.enrol_vk_hash.0 != with.proving_key.verifying().vk_hash() {
        return Err(SessionError::ProvingKey);
    }
    Ok(parameters)
}
