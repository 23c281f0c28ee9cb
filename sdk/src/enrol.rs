//! Enrolment: from a document and a live face to a credential in a sealed wallet
//! (docs/protocol.md sections 4, 9 and 11).
//!
//! The order is the protocol's: the document is read and checked, the session opened, the chip
//! asked, the document's signed data sent, the plan received, the face captured and judged, the match proved,
//! the statement signed, the evidence sent, the answer checked, the wallet sealed, the arrival
//! acknowledged. What leaves the device is listed in [`crate::service`]: no image, no template, no
//! score is among it.

mod proof;
mod session;

use std::path::Path;
use std::time::Duration;

use humanseal_biometric::Pipeline;
use humanseal_documents::{Chip, Moment, TrustStore};
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::exchange::{ChipAnswer, Gates, ReadChannel, Timestamp};
use humanseal_zk_credentials::groth16::ProvingKey;

pub use self::proof::ProofError;
use self::session::Opened;
pub use self::session::SessionError;
use crate::answer::AnswerError;
use crate::capture::{Camera, CameraError};
use crate::client::{Client, ClientError};
use crate::device_key::DeviceKey;
use crate::document::{DeviceDocument, DocumentError};
use crate::owner::Owner;
use crate::progress::{Cancelled, Progress, Step, step};
use crate::wallet::{Passphrase, Standing, WalletError, WalletFile};

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
    /// The wallet to go on with is not one that waits for a credential of this issuer.
    #[error("this wallet does not wait for a credential of this issuer; choose a new file name")]
    NothingPending,
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
        }
    }
}

/// What an enrolment works with.
pub struct Enrolment<'a> {
    /// The issuer.
    pub issuer: &'a Client,
    /// The face models.
    pub pipeline: &'a Pipeline,
    /// The proving key of circuit `enrol`.
    pub proving_key: &'a ProvingKey,
    /// Authorities that the device itself trusts, where it has any.
    pub trust: Option<&'a TrustStore>,
    /// How the document is read.
    pub channel: ReadChannel,
    /// The wallet file to make; none of that name may exist.
    pub wallet: &'a Path,
    /// What seals it.
    pub passphrase: &'a Passphrase,
    /// What vouches for this device.
    pub device: &'a dyn DeviceKey,
    /// Declares the active gate staged, for development on stills that cannot turn a head. It is
    /// refused outside [development](humanseal_zk_credentials::exchange::Environment::Development),
    /// here as by the issuer.
    pub stage_active_liveness: bool,
    /// The moment.
    pub now: Timestamp,
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
/// waits for its credential, and [`resume`] goes on with it; a refusal by the issuer takes it away.
pub fn enrol(
    with: &Enrolment<'_>,
    chip: &mut impl Chip,
    camera: &mut dyn Camera,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<Enrolled, EnrolError> {
    let at = Moment::from_unix_seconds(with.now.unix_seconds().unsigned_abs());
    let document = step(progress, Step::ReadDocument, || {
        Ok::<_, EnrolError>(DeviceDocument::read(chip, at)?)
    })?;
    step(progress, Step::CheckDocument, || {
        Ok::<_, EnrolError>(document.check(with.trust, with.issuer.environment(), at)?)
    })?;
    let portrait = step(progress, Step::Portrait, || {
        Ok::<_, EnrolError>(document.face(with.pipeline)?)
    })?;
    let opened = step(progress, Step::OpenSession, || {
        Opened::open(with, &document, owner)
    })?;
    let answer = match document.attainable() {
        DocumentLevel::ActiveAuthentication => step(progress, Step::AskChip, || {
            Ok::<_, EnrolError>(document.ask(chip, opened.challenge())?)
        }),
        _ => Ok(None),
    };
    let gathered = answer.and_then(|answer| {
        gather(
            with, &document, answer, &portrait, &opened, camera, progress,
        )
    });
    match gathered {
        Ok((wallet, gates, timings)) => {
            finish(wallet, with.issuer, progress).map(|(wallet, document, acknowledged)| Enrolled {
                wallet,
                document,
                gates,
                acknowledged,
                timings,
            })
        }
        Err(error) => {
            // The issuer forgets at once instead of in an hour; if it cannot be told, in an hour.
            let _ = with.issuer.cancel(opened.id(), opened.token());
            Err(error)
        }
    }
}

type Gathered = (WalletFile, Gates, EnrolTimings);

/// From the document step to a wallet that holds the evidence.
fn gather(
    with: &Enrolment<'_>,
    document: &DeviceDocument,
    answer: Option<ChipAnswer>,
    portrait: &humanseal_biometric::FaceTemplate,
    opened: &Opened,
    camera: &mut dyn Camera,
    progress: &dyn Progress,
) -> Result<Gathered, EnrolError> {
    let accepted = step(progress, Step::SendDocument, || {
        opened.send_document(with, document, answer)
    })?;
    let capture = step(progress, Step::Capture, || {
        let frames = camera.frames(&accepted.plan)?;
        Ok::<_, EnrolError>(proof::capture(with, opened, &frames, portrait)?)
    })?;
    let proved = step(progress, Step::ProveEnrol, || {
        Ok::<_, EnrolError>(proof::prove(with, opened, portrait, &capture)?)
    })?;
    let timings = proof::timings(&capture, proved.took);
    let gates = capture.gates.clone();
    let wallet = opened.wallet(with, document, &accepted, capture, proved)?;
    let wallet = step(progress, Step::SaveWallet, || {
        Ok::<_, EnrolError>(WalletFile::create(with.wallet, with.passphrase, wallet)?)
    })?;
    Ok((wallet, gates, timings))
}

/// Goes on with a wallet that waits for its credential: the same evidence is sent again, and the
/// issuer gives the same answer.
///
/// # Errors
/// [`EnrolError`].
pub fn resume(
    wallet: WalletFile,
    issuer: &Client,
    progress: &dyn Progress,
) -> Result<(WalletFile, bool), EnrolError> {
    let theirs = wallet.wallet.issuer.origin == issuer.origin()
        && wallet.wallet.environment == issuer.environment();
    if !theirs {
        return Err(EnrolError::NothingPending);
    }
    let (wallet, _, acknowledged) = finish(wallet, issuer, progress)?;
    Ok((wallet, acknowledged))
}

/// Whether an answer shows that the issuer judged the evidence and recorded nothing, so that the
/// secret serves nobody. Any other answer (a session that is over, unknown or in another state, a
/// token refused, a fault, a proxy's page) may follow evidence that was accepted while its answer was
/// lost: there the secret is what recovers the credential, and it stays.
fn nothing_was_recorded(error: &EnrolError) -> bool {
    match error {
        EnrolError::Client(ClientError::Problem { status: 422, .. }) => true,
        EnrolError::Client(ClientError::Problem {
            status: 409, code, ..
        }) => matches!(
            code.as_str(),
            "document_known" | "number_known" | "holder_key_taken"
        ),
        _ => false,
    }
}

/// From waiting evidence to a credential.
fn finish(
    mut file: WalletFile,
    issuer: &Client,
    progress: &dyn Progress,
) -> Result<(WalletFile, DocumentLevel, bool), EnrolError> {
    let Standing::Pending(pending) = &file.wallet.standing else {
        return Err(EnrolError::NothingPending);
    };
    let pending = pending.clone();
    let sent = step(progress, Step::SendEvidence, || {
        Ok::<_, EnrolError>(issuer.send_evidence(
            &pending.session,
            &pending.token,
            &pending.evidence,
        )?)
    });
    let issued = match sent {
        Ok(issued) => issued,
        Err(error) => {
            if nothing_was_recorded(&error) {
                file.discard()?;
            }
            return Err(error);
        }
    };
    step(progress, Step::CheckCredential, || {
        let key = file
            .wallet
            .issuer
            .verifying_key()
            .ok_or(AnswerError::ReceiptSignature)?;
        Ok::<_, EnrolError>(pending.expected.check(&issued, &key)?)
    })?;
    let document = issued.credential.credential.document;
    file.wallet.standing = Standing::Enrolled {
        credential: Box::new(issued.credential),
        receipt: issued.receipt,
    };
    step(progress, Step::SaveWallet, || {
        Ok::<_, EnrolError>(file.save()?)
    })?;
    // The credential is safe. Not being able to say so costs nothing but the issuer's memory.
    progress.begin(Step::Acknowledge);
    let acknowledged = issuer.acknowledge(&pending.session, &pending.token).is_ok();
    progress.end(Step::Acknowledge);
    Ok((file, document, acknowledged))
}
