//! What the device is doing just now, told to whoever shows it, and the way to stop it.

/// One step of enrolment or presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

impl Step {
    /// A short sentence for a human reader.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::ReadDocument => "reading the document",
            Self::CheckDocument => "checking the document on this device",
            Self::Portrait => "finding the face of the portrait",
            Self::OpenSession => "opening a session with the issuer",
            Self::AskChip => "asking the chip to show that it is no copy",
            Self::SendDocument => "sending the document's signed data to the issuer",
            Self::Capture => "judging the live frames",
            Self::ProveEnrol => "proving that portrait and live face match",
            Self::SendEvidence => "sending the evidence, no image among it",
            Self::CheckCredential => "checking the credential",
            Self::SaveWallet => "sealing the wallet file",
            Self::Acknowledge => "telling the issuer to forget the document",
            Self::FetchRequest => "fetching the request",
            Self::JudgeRequest => "judging the request",
            Self::StatusList => "fetching the status list",
            Self::ProvePresent => "proving",
            Self::SignChallenge => "signing with the account's key",
            Self::SendPresentation => "sending the presentation",
        }
    }
}

/// Told of each step; may stop the work between two of them.
pub trait Progress {
    /// This step begins.
    fn begin(&self, step: Step);
    /// This step ended well.
    fn end(&self, step: Step);
    /// Whether the owner wants to stop. Asked before every step.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _step: Step) {}
    fn end(&self, _step: Step) {}
}

/// The owner stopped the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped before {}", .0.sentence())]
pub struct Cancelled(pub Step);

impl Cancelled {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        "cancelled"
    }
}

/// Runs one step under its announcement.
pub(crate) fn step<T, E: From<Cancelled>>(
    progress: &dyn Progress,
    step: Step,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    if progress.cancelled() {
        return Err(Cancelled(step).into());
    }
    progress.begin(step);
    let result = work()?;
    progress.end(step);
    Ok(result)
}
