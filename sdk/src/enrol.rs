//! Enrolment: from a document and a live face to a credential in a sealed wallet
//! (docs/protocol.md sections 4, 9 and 11).
//!
//! The order is the protocol's: the document is read and checked, the session opened, the chip
//! asked, the document's signed data sent, the plan received, the face captured and judged, the match proved,
//! the statement signed, the evidence sent, the answer checked, the wallet sealed, the arrival
//! acknowledged. What leaves the device is listed in [`crate::service`]: no image, no template, no
//! score is among it.

use std::path::Path;
use std::time::Duration;

use humanseal_biometric::FaceTemplate;
use humanseal_documents::Moment;
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{ChipAnswer, Gates, SessionKind, Timestamp};
use humanseal_zk_credentials::holder::HolderSecret;

use crate::answer::AnswerError;
use crate::arrival::{Arrival, finish};
use crate::capture::{Camera, CameraError};
use crate::client::ClientError;
use crate::document::{DeviceDocument, DocumentError, DocumentSource};
use crate::owner::Owner;
use crate::progress::{Cancelled, Progress, Step, step};
use crate::session::{
    Case, Equipment, Gathered, Opened, Portraits, ProofError, SessionError, Shown,
};
use crate::wallet::{Ledger, Passphrase, Standing, Wallet, WalletError, WalletFile};

/// Why there is no credential.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The owner stopped.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The issuer's parameters or its session.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The camera.
    #[error(transparent)]
    Camera(#[from] CameraError),
    /// The gates, the match or the proof.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The issuer cannot be reached or refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The issuer's answer is not what it must be.
    #[error("the issuer's answer is refused: {0}")]
    Answer(#[from] AnswerError),
    /// The wallet.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// The wallet to go on with is not one that waits for an answer of this issuer.
    #[error("this wallet does not wait for an answer of this issuer")]
    NothingPending,
    /// The wallet waits for an answer to what it sent.
    #[error("this wallet waits for an answer to what it sent; go on with that first")]
    Unfinished,
    /// The wallet has no credential that could be followed by another.
    #[error("this wallet has no credential yet")]
    NoCredential,
    /// The recovery has not taken effect.
    #[error("the recovery takes effect at {0}")]
    RecoveryPending(Timestamp),
    /// Another document than the recovery was announced with, or a lower level.
    #[error("read the document with which the recovery was announced, with its chip")]
    DocumentNotAnnounced,
}

impl EnrolError {
    /// The stable code; where the issuer refused, the issuer's.
    pub fn code(&self) -> &str {
        match self {
            Self::Cancelled(error) => error.code(),
            Self::Document(error) => error.code(),
            Self::Session(error) => error.code(),
            Self::Camera(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Client(error) => error.code(),
            Self::Answer(error) => error.code(),
            Self::Wallet(error) => error.code(),
            Self::NothingPending => "nothing_pending",
            Self::Unfinished => "answer_pending",
            Self::NoCredential => "credential_missing",
            Self::RecoveryPending(_) => "recovery_pending",
            Self::DocumentNotAnnounced => "document_not_announced",
        }
    }
}

/// The wallet file that an enrolment or a recovery makes; none of that name may exist.
#[derive(Clone, Copy)]
pub struct NewWallet<'a> {
    /// Where.
    pub path: &'a Path,
    /// What seals it.
    pub passphrase: &'a Passphrase,
}

/// What an enrolment came to.
#[derive(Debug)]
pub struct Enrolled {
    /// The wallet, sealed and open.
    pub wallet: WalletFile,
    /// The document level that the issuer verified.
    pub document: DocumentLevel,
    /// The gates as they were reported.
    pub gates: Gates,
    /// Whether the issuer heard that the credential arrived. If not, it erases the document's data
    /// within 24 hours.
    pub acknowledged: bool,
    /// How long the steps took.
    pub timings: EnrolTimings,
}

/// How long the heavy steps took; the first three for one frame, on average.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EnrolTimings {
    /// Detection.
    pub detect: Duration,
    /// Alignment and embedding.
    pub embed: Duration,
    /// Passive liveness.
    pub liveness: Duration,
    /// The proof.
    pub prove: Duration,
}

/// Enrols with an issuer and seals the credential into a new wallet file.
///
/// # Errors
/// [`EnrolError`]. Nothing is written before the evidence is ready. From then on the wallet file
/// waits for its credential, and [`crate::resume`] goes on with it; a refusal by the issuer takes it
/// away.
pub fn enrol(
    with: &Equipment<'_>,
    into: NewWallet<'_>,
    source: &mut impl DocumentSource,
    camera: &mut dyn Camera,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<Enrolled, EnrolError> {
    let kind = SessionKind::Issue;
    let (mut wallet, known) = begin(with, into, kind, source, camera, owner, progress)?;
    let arrival = finish(&mut wallet, with.issuer, progress)?;
    let Arrival::Issued { acknowledged } = arrival else {
        return Err(AnswerError::Kind.into());
    };
    Ok(Enrolled {
        wallet,
        document: known.document,
        gates: known.gates,
        acknowledged,
        timings: known.timings,
    })
}

/// What is known of a session before its answer.
pub(crate) struct Known {
    pub(crate) document: DocumentLevel,
    pub(crate) gates: Gates,
    pub(crate) timings: EnrolTimings,
}

/// From the document to a new wallet file that waits for its answer, under a fresh secret.
pub(crate) fn begin(
    with: &Equipment<'_>,
    into: NewWallet<'_>,
    kind: SessionKind,
    source: &mut impl DocumentSource,
    camera: &mut dyn Camera,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<(WalletFile, Known), EnrolError> {
    let (document, portrait) = read(with, source, progress)?;
    let secret = HolderSecret::generate(&mut OsEntropy);
    let opened = step(progress, Step::OpenSession, || {
        Opened::open(with, kind, document.attainable(), secret, None, owner)
    })?;
    let answer = ask(&document, source, &opened, progress);
    let case = Case {
        shown: Shown::Document(&document),
        portraits: Portraits::Document(&portrait),
        former: None,
    };
    let gathered = opened.gather(with, &case, answer, camera, progress)?;
    let Gathered {
        pending,
        portrait,
        document,
        gates,
        timings,
    } = gathered;
    let wallet = Wallet {
        environment: with.issuer.environment(),
        issuer: opened.pin(with),
        secret: opened.secret().clone(),
        portrait,
        standing: Standing::Pending(Box::new(pending)),
        ledger: Ledger::default(),
    };
    let file = step(progress, Step::SaveWallet, || {
        Ok::<_, EnrolError>(WalletFile::create(into.path, into.passphrase, wallet)?)
    });
    let file = file.inspect_err(|_| opened.give_up(with))?;
    let known = Known {
        document,
        gates,
        timings,
    };
    Ok((file, known))
}

/// Reads and checks a document, and finds the face of its portrait.
pub(crate) fn read(
    with: &Equipment<'_>,
    source: &mut impl DocumentSource,
    progress: &dyn Progress,
) -> Result<(DeviceDocument, FaceTemplate), EnrolError> {
    let document = read_files(with, source, progress)?;
    let portrait = step(progress, Step::Portrait, || {
        Ok::<_, EnrolError>(document.face(with.pipeline)?)
    })?;
    Ok((document, portrait))
}

/// Reads and checks a document.
pub(crate) fn read_files(
    with: &Equipment<'_>,
    source: &mut impl DocumentSource,
    progress: &dyn Progress,
) -> Result<DeviceDocument, EnrolError> {
    let at = Moment::from_unix_seconds(with.now.unix_seconds().unsigned_abs());
    let document = step(progress, Step::ReadDocument, || {
        Ok::<_, EnrolError>(source.document(at)?)
    })?;
    step(progress, Step::CheckDocument, || {
        Ok::<_, EnrolError>(document.check(with.trust, with.issuer.environment(), at)?)
    })?;
    Ok(document)
}

/// Lets a chip that can sign the session's challenge.
pub(crate) fn ask(
    document: &DeviceDocument,
    source: &mut impl DocumentSource,
    opened: &Opened,
    progress: &dyn Progress,
) -> Result<Option<ChipAnswer>, EnrolError> {
    match document.attainable() {
        DocumentLevel::ActiveAuthentication => step(progress, Step::AskChip, || {
            Ok::<_, EnrolError>(source.answer(document, opened.challenge())?)
        }),
        _ => Ok(None),
    }
}
