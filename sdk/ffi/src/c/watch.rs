//! What is going on, and the way to stop it.

use std::ffi::{CStr, c_char, c_void};
use std::mem::MaybeUninit;
use std::sync::Arc;

use super::boundary::{Context, done, freed, given, there};
use super::error::Error;
use crate::error::ProviderError;
use crate::watch;

/// One step of a longer work.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reads the files of the document.
    ReadDocument = 1,
    /// Checks the document on the device.
    CheckDocument = 2,
    /// Finds and embeds the face of the portrait.
    Portrait = 3,
    /// Opens a session with the issuer.
    OpenSession = 4,
    /// Lets the chip sign the session's challenge.
    AskChip = 5,
    /// Sends the document's signed data to the issuer.
    SendDocument = 6,
    /// Judges the live frames.
    Capture = 7,
    /// Proves that portrait and live face match.
    ProveEnrol = 8,
    /// Sends the evidence.
    SendEvidence = 9,
    /// Checks the issuer's answer.
    CheckCredential = 10,
    /// Writes the wallet file.
    SaveWallet = 11,
    /// Tells the issuer that the credential arrived.
    Acknowledge = 12,
    /// Fetches the request.
    FetchRequest = 13,
    /// Judges whether the request may be answered.
    JudgeRequest = 14,
    /// Fetches and checks the status list.
    StatusList = 15,
    /// Proves the presentation.
    ProvePresent = 16,
    /// Asks the account to sign.
    SignChallenge = 17,
    /// Sends the presentation.
    SendPresentation = 18,
}

fn told(step: watch::Step) -> (Step, &'static CStr) {
    match step {
        watch::Step::ReadDocument => (Step::ReadDocument, c"read document"),
        watch::Step::CheckDocument => (Step::CheckDocument, c"check document"),
        watch::Step::Portrait => (Step::Portrait, c"portrait"),
        watch::Step::OpenSession => (Step::OpenSession, c"open session"),
        watch::Step::AskChip => (Step::AskChip, c"ask chip"),
        watch::Step::SendDocument => (Step::SendDocument, c"send document"),
        watch::Step::Capture => (Step::Capture, c"capture"),
        watch::Step::ProveEnrol => (Step::ProveEnrol, c"prove enrol"),
        watch::Step::SendEvidence => (Step::SendEvidence, c"send evidence"),
        watch::Step::CheckCredential => (Step::CheckCredential, c"check credential"),
        watch::Step::SaveWallet => (Step::SaveWallet, c"save wallet"),
        watch::Step::Acknowledge => (Step::Acknowledge, c"acknowledge"),
        watch::Step::FetchRequest => (Step::FetchRequest, c"fetch request"),
        watch::Step::JudgeRequest => (Step::JudgeRequest, c"judge request"),
        watch::Step::StatusList => (Step::StatusList, c"status list"),
        watch::Step::ProvePresent => (Step::ProvePresent, c"prove present"),
        watch::Step::SignChallenge => (Step::SignChallenge, c"sign challenge"),
        watch::Step::SendPresentation => (Step::SendPresentation, c"send presentation"),
    }
}

/// Told of each step. Either function may be NULL.
#[repr(C)]
pub struct Progress {
    /// Given back to the functions.
    pub context: *mut c_void,
    /// This step begins; `name` is its name in English.
    pub begins: Option<unsafe extern "C" fn(context: *mut c_void, step: Step, name: *const c_char)>,
    /// This step ended well.
    pub ended: Option<unsafe extern "C" fn(context: *mut c_void, step: Step, name: *const c_char)>,
}

type Tell = Option<unsafe extern "C" fn(*mut c_void, Step, *const c_char)>;

struct Telling {
    context: Context,
    begins: Tell,
    ended: Tell,
}

impl Telling {
    fn tell(&self, of: Tell, step: watch::Step) -> Result<(), ProviderError> {
        if let Some(tell) = of {
            let (step, name) = told(step);
            // SAFETY: the app's function of this type, called as the module says.
            unsafe { tell(self.context.0, step, name.as_ptr()) };
        }
        Ok(())
    }
}

impl watch::Progress for Telling {
    fn begins(&self, step: watch::Step) -> Result<(), ProviderError> {
        self.tell(self.begins, step)
    }

    fn ended(&self, step: watch::Step) -> Result<(), ProviderError> {
        self.tell(self.ended, step)
    }
}

/// One piece of work as its owner sees it: told of its steps, and able to stop it.
pub struct Watch(Arc<watch::Watch>);

/// The watch of a call, which may be NULL.
pub(super) fn watching(watch: Option<&Watch>) -> Option<Arc<watch::Watch>> {
    Some(Arc::clone(&watch?.0))
}

/// A watch over one piece of work. Without `progress` (NULL) it can only stop it.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_watch_new(
    progress: Option<&Progress>,
    watch: Option<&mut MaybeUninit<*mut Watch>>,
) -> Option<Box<Error>> {
    given(watch, || {
        let telling = progress.map(|progress| {
            let (context, begins, ended) =
                (Context(progress.context), progress.begins, progress.ended);
            Arc::new(Telling {
                context,
                begins,
                ended,
            }) as Arc<dyn watch::Progress>
        });
        Ok(Watch(watch::Watch::new(telling)))
    })
}

/// Stops the work before its next step, from any thread; it ends with the code `cancelled`. A step that has begun is
/// ended first, and a call to a service takes at most 60 seconds.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_watch_cancel(watch: Option<&Watch>) -> Option<Box<Error>> {
    done(|| {
        there(watch)?.0.cancel();
        Ok(())
    })
}

/// Whether it was asked to stop.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_watch_is_cancelled(watch: Option<&Watch>) -> bool {
    watch.is_some_and(|watch| watch.0.is_cancelled())
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_watch_free(watch: Option<Box<Watch>>) {
    freed(watch);
}
