//! The session with the issuer: under which parameters, for which holder, with which document.

use humanseal_biometric::manifest_digest;
use humanseal_documents::Challenge;
use humanseal_zk_credentials::calendar::{CalendarError, Day};
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    Base64, CborError, ChipAnswer, CreateSession, DocumentAccepted, Environment, EvidenceBody,
    IssuerMetadata, IssuerParameters, MetadataError, PlanError, SessionCreated, SessionId,
    SessionKind, SessionToken, Sha256Digest, Statement, StatementError, chip_challenge,
};
use humanseal_zk_credentials::holder::HolderSecret;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::template::ModelId;

use super::proof::{Capture, Proved};
use super::{EnrolError, Enrolment};
use crate::answer::Expected;
use crate::capture::transcript;
use crate::device_key::DeviceKeyError;
use crate::document::DeviceDocument;
use crate::owner::{Owner, Question};
use crate::wallet::{IssuerPin, Ledger, Pending, Portrait, Standing, Wallet};

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

/// An open session of a fresh holder.
pub(crate) struct Opened {
    created: SessionCreated,
    metadata: IssuerMetadata,
    pub(super) secret: HolderSecret,
}

impl Opened {
    /// Looks at the issuer, asks the owner, opens the session.
    pub(super) fn open(
        with: &Enrolment<'_>,
        document: &DeviceDocument,
        owner: &dyn Owner,
    ) -> Result<Self, EnrolError> {
        let environment = with.issuer.environment();
        if with.stage_active_liveness && environment != Environment::Development {
            return Err(SessionError::StagingRefused.into());
        }
        keys::admit(with.proving_key.verifying(), environment)
            .map_err(|_| SessionError::DevelopmentKey)?;
        let metadata = with
            .issuer
            .well_known()?
            .issuer
            .ok_or(SessionError::NoIssuer)?;
        metadata.validate().map_err(SessionError::Metadata)?;
        if metadata.environment != environment {
            return Err(SessionError::Environment.into());
        }
        let parameters = suitable(&metadata, with, document.attainable())?;
        let consent = Question::Consent {
            issuer: &with.issuer.origin(),
            text: &parameters.consent_text,
        };
        if !owner.agrees(consent) {
            return Err(SessionError::ConsentRefused.into());
        }
        let created = with.issuer.open_session(&CreateSession {
            kind: SessionKind::Issue,
            issuer: parameters.id,
            consent: parameters.consent(),
        })?;
        if created.issuer != *parameters || created.environment != environment {
            return Err(SessionError::Parameters.into());
        }
        Ok(Self {
            created,
            secret: HolderSecret::generate(&mut OsEntropy),
            metadata,
        })
    }

    pub(super) fn id(&self) -> &SessionId {
        &self.created.id
    }

    pub(super) fn token(&self) -> &SessionToken {
        &self.created.token
    }

    pub(super) fn nonce(&self) -> humanseal_zk_credentials::exchange::Nonce {
        self.created.nonce
    }

    pub(super) fn parameters(&self) -> &IssuerParameters {
        &self.created.issuer
    }

    /// What the document's chip has to sign in this session.
    pub(super) fn challenge(&self) -> Challenge {
        Challenge(chip_challenge(self.nonce(), self.secret.holder_key()))
    }

    /// Sends EF.SOD and EF.DG1, and EF.DG15 with the chip's answer; level and plan come back.
    pub(super) fn send_document(
        &self,
        with: &Enrolment<'_>,
        document: &DeviceDocument,
        answer: Option<ChipAnswer>,
    ) -> Result<DocumentAccepted, EnrolError> {
        let body = document.body(self.secret.holder_key(), with.channel, answer)?;
        let accepted = with.issuer.send_document(self.id(), self.token(), &body)?;
        accepted.plan.validate().map_err(SessionError::Plan)?;
        if accepted.document != document.attainable() {
            return Err(SessionError::DocumentLevel.into());
        }
        Ok(accepted)
    }

    /// The signed evidence in a wallet that waits for its credential.
    pub(super) fn wallet(
        &self,
        with: &Enrolment<'_>,
        document: &DeviceDocument,
        accepted: &DocumentAccepted,
        capture: Capture,
        proved: Proved,
    ) -> Result<Wallet, EnrolError> {
        let parameters = self.parameters();
        let day = Day::from_unix_seconds(with.now.unix_seconds()).map_err(SessionError::Clock)?;
        let statement = Statement {
            version: 1,
            environment: parameters.environment,
            nonce: self.nonce(),
            consent: parameters.consent(),
            plan: accepted.plan.digest().map_err(SessionError::from)?,
            transcript: transcript(&accepted.plan, &capture.gates).map_err(SessionError::from)?,
            document: document.digest(),
            dg2: Some(document.portrait_digest()?),
            channel: with.channel,
            holder_key: proved.public.holder_key,
            portrait: proved.public.portrait,
            live: proved.public.live,
            tau: parameters.tau,
            model_manifest: parameters.model_manifest,
            gates: capture.gates,
            capture_day: day,
        };
        let statement = statement.to_bytes().map_err(SessionError::Statement)?;
        let statement_digest = Sha256Digest::of(&statement);
        let device = with
            .device
            .attest(&statement_digest)
            .map_err(SessionError::DeviceKey)?;
        let page = document.page()?;
        let expected = Expected {
            environment: parameters.environment,
            issuer: parameters.key,
            session: self.id().clone(),
            holder_key: proved.public.holder_key,
            template: proved.public.portrait,
            birthdate: page.birthdate,
            nationality: page.nationality,
            document: accepted.document,
            device: with.device.level(),
            numbered: page.numbered,
            document_expires: page.document_expires,
            day,
            consent: parameters.consent(),
            statement: statement_digest,
        };
        let evidence = EvidenceBody {
            statement: Base64::new(statement)
                .ok_or(SessionError::Statement(CborError::TooLong.into()))?,
            device,
            proofs: vec![proved.proof],
        };
        Ok(Wallet {
            environment: parameters.environment,
            issuer: IssuerPin {
                origin: with.issuer.origin(),
                key: parameters.key,
                signing_key: self.metadata.signing_key.clone(),
                newest_root: None,
            },
            secret: self.secret.clone(),
            portrait: Portrait {
                template: proved.portrait,
                blinding: proved.blinding,
                model: parameters.model,
            },
            standing: Standing::Pending(Box::new(Pending {
                session: self.id().clone(),
                token: self.token().clone(),
                evidence,
                expected,
            })),
            ledger: Ledger::default(),
        })
    }
}

/// The key of the issuer that signs for this device and document, with models and proofs that the
/// device has.
fn suitable<'a>(
    metadata: &'a IssuerMetadata,
    with: &Enrolment<'_>,
    document: DocumentLevel,
) -> Result<&'a IssuerParameters, SessionError> {
    let parameters = metadata
        .keys
        .iter()
        .find(|key| key.min_device <= with.device.level() && key.min_document <= document)
        .ok_or(SessionError::NoKeyForDevice)?;
    let same_models = parameters.model
        == ModelId::of_sha256(with.pipeline.embedding_model_sha256())
        && parameters.model_manifest.0 == manifest_digest();
    if !same_models {
        return Err(SessionError::Model);
    }
    if parameters.enrol_vk_hash.0 != with.proving_key.verifying().vk_hash() {
        return Err(SessionError::ProvingKey);
    }
    Ok(parameters)
}
