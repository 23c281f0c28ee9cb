//! A plan followed before a camera: frames in, what to ask for next out.

use std::ffi::{CString, c_char, c_void};
use std::mem::MaybeUninit;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::boundary::{Context, callback, done, freed, kept, lent, text, there};
use super::error::Error;
use super::frame::Frame;
use super::reply::failed;
use crate::error::{HumansealError, ProviderError};
use crate::liveness;

/// What to ask the person for. Left and right are their own.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Look straight into the camera.
    LookStraight = 1,
    /// Turn the head to the left, by `degrees`.
    TurnLeft = 2,
    /// Turn the head to the right, by `degrees`.
    TurnRight = 3,
    /// Raise the chin, by `degrees`.
    LookUp = 4,
    /// Close and open both eyes.
    Blink = 5,
    /// Open the mouth.
    OpenMouth = 6,
    /// Move towards the camera.
    ComeCloser = 7,
    /// Hold still; the whole screen shows `colour`.
    Show = 8,
    /// Nothing more: the session is over.
    Finished = 9,
}

/// A colour that the screen shows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashColour {
    /// None is shown.
    None = 0,
    /// Red.
    Red = 1,
    /// Green.
    Green = 2,
    /// Blue.
    Blue = 3,
    /// White.
    White = 4,
}

/// Where a session stands after a frame.
#[repr(C)]
pub struct Guidance {
    /// What to ask for now.
    pub instruction: Instruction,
    /// By how much to turn; 0 where that is not asked.
    pub degrees: u8,
    /// What the screen shows.
    pub colour: FlashColour,
    /// Steps that are done.
    pub done: u32,
    /// Steps of the plan.
    pub of: u32,
    /// Why the session ended without success, or what keeps it from going on: the stable code; NULL if nothing does. It
    /// is the session's, and gone with its next frame.
    pub reason: *const c_char,
    /// What the person can do about it, in the device's language. As `reason`.
    pub advice: *const c_char,
}

/// The app's camera.
#[repr(C)]
pub struct Camera {
    /// Given back to the function.
    pub context: *mut c_void,
    /// The issuer drew its plan and the time runs: shows the preview and feeds the session, here or from the camera's own
    /// thread after returning. The session is the app's from here on, which frees it when it feeds no more, whatever
    /// it answers. Anything but 1 ends the attempt (`camera_failed`). The call that the camera was given to returns
    /// when this has: a session that is over refuses frames, which is when to return.
    pub begin: Option<unsafe extern "C" fn(context: *mut c_void, session: *mut Session) -> i32>,
}

struct Before {
    context: Context,
    begin: unsafe extern "C" fn(*mut c_void, *mut Session) -> i32,
    /// Goes when nobody can call the app's function any more.
    _used: Sender<()>,
}

impl liveness::Camera for Before {
    fn begin(&self, session: Arc<liveness::LivenessSession>) -> Result<(), ProviderError> {
        let session = Box::into_raw(Box::new(Session {
            session,
            told: Mutex::default(),
        }));
        // SAFETY: the app's function of this type, called as the module says; it frees the session.
        match unsafe { (self.begin)(self.context.0, session) } {
            1 => Ok(()),
            _ => Err(failed()),
        }
    }
}

/// Some work before a camera. The library begins with the camera on a thread that nobody waits for, as the app may feed
/// frames from there; here it is waited for, since its context may end with the call.
pub(super) fn before<T>(
    camera: Option<&Camera>,
    work: impl FnOnce(Arc<dyn liveness::Camera>) -> Result<T, HumansealError>,
) -> Result<T, HumansealError> {
    let camera = there(camera)?;
    let (used, unused) = channel();
    let ended = work(Arc::new(Before {
        context: Context(camera.context),
        begin: callback(camera.begin)?,
        _used: used,
    }));
    // Nothing is ever sent: it ends when the camera goes.
    let _ = unused.recv();
    ended
}

/// One plan, one attempt. The app feeds it frames from any one thread.
pub struct Session {
    session: Arc<liveness::LivenessSession>,
    /// The reason and the advice that were told last.
    told: Mutex<(Option<CString>, Option<CString>)>,
}

/// How many seconds the plan may take from the moment it was shown.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_session_seconds(session: Option<&Session>) -> u32 {
    session.map_or(0, |session| session.session.seconds())
}

/// Judges the next frame, photographed so many milliseconds after the session began, and says what to show. It returns
/// when the frame is judged, within about a tenth of a second; a camera drops frames meanwhile. After
/// HUMANSEAL_INSTRUCTION_FINISHED the session takes no more (`session_over`). Guidance is written where NULL is returned.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_session_frame(
    session: Option<&Session>,
    frame: Option<&Frame>,
    at_ms: u32,
    guidance: Option<&mut MaybeUninit<Guidance>>,
) -> Option<Box<Error>> {
    done(|| {
        let (session, guidance) = (there(session)?, there(guidance)?);
        let told = session.session.frame(Arc::clone(&there(frame)?.0), at_ms)?;
        let (instruction, degrees, colour) = asked(told.instruction);
        let mut last = session.told.lock().unwrap_or_else(PoisonError::into_inner);
        *last = (
            told.reason.as_deref().map(kept),
            told.advice.as_deref().map(kept),
        );
        guidance.write(Guidance {
            instruction,
            degrees,
            colour,
            done: told.done,
            of: told.of,
            reason: lent(last.0.as_ref()),
            advice: lent(last.1.as_ref()),
        });
        Ok(())
    })
}

fn asked(instruction: liveness::Instruction) -> (Instruction, u8, FlashColour) {
    use liveness::Instruction as Asked;
    let (meant, degrees) = match instruction {
        Asked::LookStraight => (Instruction::LookStraight, 0),
        Asked::TurnLeft { degrees } => (Instruction::TurnLeft, degrees),
        Asked::TurnRight { degrees } => (Instruction::TurnRight, degrees),
        Asked::LookUp { degrees } => (Instruction::LookUp, degrees),
        Asked::Blink => (Instruction::Blink, 0),
        Asked::OpenMouth => (Instruction::OpenMouth, 0),
        Asked::ComeCloser => (Instruction::ComeCloser, 0),
        Asked::Show { colour } => return (Instruction::Show, 0, shown(colour)),
        Asked::Finished => (Instruction::Finished, 0),
    };
    (meant, degrees, FlashColour::None)
}

fn shown(colour: liveness::FlashColour) -> FlashColour {
    match colour {
        liveness::FlashColour::Red => FlashColour::Red,
        liveness::FlashColour::Green => FlashColour::Green,
        liveness::FlashColour::Blue => FlashColour::Blue,
        liveness::FlashColour::White => FlashColour::White,
    }
}

/// Stills in place of a plan that is followed, 1 to 32. They turn no head, so that only a device that stages these gates
/// in development gets any further with them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_session_stills(
    session: Option<&Session>,
    frames: *const *mut Frame,
    count: usize,
) -> Option<Box<Error>> {
    done(|| {
        let session = there(session)?;
        there((!frames.is_null()).then_some(()))?;
        // One more than is taken, so that the session says that there are too many.
        let count = count.min(liveness::MAX_STILLS + 1);
        // SAFETY: it is not NULL, and the module asks that so many can be read; each is NULL or a frame.
        let frames = unsafe { std::slice::from_raw_parts(frames.cast::<Option<&Frame>>(), count) };
        let frames = frames
            .iter()
            .map(|&frame| Ok(Arc::clone(&there(frame)?.0)))
            .collect::<Result<_, HumansealError>>()?;
        session.session.stills(frames)
    })
}

/// The camera gives up; `reason` is a sentence for the owner.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_session_give_up(
    session: Option<&Session>,
    reason: *const c_char,
) -> Option<Box<Error>> {
    done(|| {
        // SAFETY: the module asks that it is text of C.
        let reason = unsafe { text(reason) }?;
        there(session)?.session.give_up(reason);
        Ok(())
    })
}

/// Frees it; NULL is nothing to free. A session that is not over ends the attempt then.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_session_free(session: Option<Box<Session>>) {
    freed(session);
}
