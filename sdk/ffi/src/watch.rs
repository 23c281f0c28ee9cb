//! What is going on, told to the app, and the way to stop it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use humanseal_sdk as sdk;

use crate::error::ProviderError;

/// One step of a longer work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Step {
    /// Reads the files of the document.
    ReadDocument,
    /// Checks the document on the device.
    CheckDocument,
    /// Finds and embeds the face of the portrait.
    Portrait,
    /// Opens a session with the issuer.
    OpenSession,
    /// Lets the chip sign the session's challenge.
    AskChip,
    /// Sends the document's signed data to the issuer.
    SendDocument,
    /// Judges the live frames.
    Capture,
    /// Proves that portrait and live face match.
    ProveEnrol,
    /// Sends the evidence.
    SendEvidence,
    /// Checks the issuer's answer.
    CheckCredential,
    /// Writes the wallet file.
    SaveWallet,
    /// Tells the issuer that the credential arrived.
    Acknowledge,
    /// Fetches the request.
    FetchRequest,
    /// Judges whether the request may be answered.
    JudgeRequest,
    /// Fetches and checks the status list.
    StatusList,
    /// Proves the presentation.
    ProvePresent,
    /// Asks the account to sign.
    SignChallenge,
    /// Sends the presentation.
    SendPresentation,
}

impl From<sdk::Step> for Step {
    fn from(step: sdk::Step) -> Self {
        match step {
            sdk::Step::ReadDocument => Self::ReadDocument,
            sdk::Step::CheckDocument => Self::CheckDocument,
            sdk::Step::Portrait => Self::Portrait,
            sdk::Step::OpenSession => Self::OpenSession,
            sdk::Step::AskChip => Self::AskChip,
            sdk::Step::SendDocument => Self::SendDocument,
            sdk::Step::Capture => Self::Capture,
            sdk::Step::ProveEnrol => Self::ProveEnrol,
            sdk::Step::SendEvidence => Self::SendEvidence,
            sdk::Step::CheckCredential => Self::CheckCredential,
            sdk::Step::SaveWallet => Self::SaveWallet,
            sdk::Step::Acknowledge => Self::Acknowledge,
            sdk::Step::FetchRequest => Self::FetchRequest,
            sdk::Step::JudgeRequest => Self::JudgeRequest,
            sdk::Step::StatusList => Self::StatusList,
            sdk::Step::ProvePresent => Self::ProvePresent,
            sdk::Step::SignChallenge => Self::SignChallenge,
            sdk::Step::SendPresentation => Self::SendPresentation,
        }
    }
}

/// Told of each step, on a thread of the library. What it throws is dropped: showing progress is no
/// reason to stop.
#[uniffi::export(with_foreign)]
pub trait Progress: Send + Sync {
    /// This step begins.
    fn begins(&self, step: Step) -> Result<(), ProviderError>;
    /// This step ended well.
    fn ended(&self, step: Step) -> Result<(), ProviderError>;
}

/// One piece of work as its owner sees it: told of its steps, and able to stop it. A step that has begun
/// is ended first; a call to a service takes at most 60 seconds.
#[derive(uniffi::Object)]
pub struct Watch {
    progress: Option<Arc<dyn Progress>>,
    cancelled: AtomicBool,
}

#[uniffi::export]
impl Watch {
    /// A watch over one piece of work; without `progress` it can only stop it.
    #[uniffi::constructor(default(progress = None))]
    pub fn new(progress: Option<Arc<dyn Progress>>) -> Arc<Self> {
        Arc::new(Self {
            progress,
            cancelled: AtomicBool::new(false),
        })
    }

    /// Stops the work before its next step. It ends with the code `cancelled`.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }
}

impl sdk::Progress for Watch {
    fn begin(&self, step: sdk::Step) {
        if let Some(progress) = &self.progress {
            let _ = progress.begins(step.into());
        }
    }

    fn end(&self, step: sdk::Step) {
        if let Some(progress) = &self.progress {
            let _ = progress.ended(step.into());
        }
    }

    fn cancelled(&self) -> bool {
        self.is_cancelled()
    }
}
