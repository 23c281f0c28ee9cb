//! A plan followed before a phone's camera: frames in, what to ask for next out.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

use humanseal_biometric::Photo;
use humanseal_biometric::live::{self, Millis};
use humanseal_biometric::{Language, Reason};
use humanseal_sdk::{CameraError, Captured, Following};
use humanseal_zk_credentials::exchange::Plan;

use crate::error::{HumansealError, ProviderError, told};
use crate::frame::Frame;
use crate::watch::Watch;

/// How often the session looks whether its owner stopped.
const LOOK: Duration = Duration::from_millis(100);
/// More stills than this are not taken.
pub(crate) const MAX_STILLS: usize = 32;

/// A colour that the screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum FlashColour {
    /// Red.
    Red,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// White.
    White,
}

/// What to ask the person for now. Left and right are their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Instruction {
    /// Look straight into the camera.
    LookStraight,
    /// Turn the head to the left.
    TurnLeft {
        /// By so much.
        degrees: u8,
    },
    /// Turn the head to the right.
    TurnRight {
        /// By so much.
        degrees: u8,
    },
    /// Raise the chin.
    LookUp {
        /// By so much.
        degrees: u8,
    },
    /// Close and open both eyes.
    Blink,
    /// Open the mouth.
    OpenMouth,
    /// Move towards the camera.
    ComeCloser,
    /// Hold still; the whole screen shows this colour.
    Show {
        /// The colour.
        colour: FlashColour,
    },
    /// Nothing more: the session is over.
    Finished,
}

impl From<live::Instruction> for Instruction {
    fn from(instruction: live::Instruction) -> Self {
        // Whole degrees from 10 to 40.
        let degrees = |angle: live::Degrees| angle.value() as u8;
        match instruction {
            live::Instruction::LookStraight => Self::LookStraight,
            live::Instruction::TurnLeft(angle) => Self::TurnLeft {
                degrees: degrees(angle),
            },
            live::Instruction::TurnRight(angle) => Self::TurnRight {
                degrees: degrees(angle),
            },
            live::Instruction::LookUp(angle) => Self::LookUp {
                degrees: degrees(angle),
            },
            live::Instruction::Blink => Self::Blink,
            live::Instruction::OpenMouth => Self::OpenMouth,
            live::Instruction::ComeCloser => Self::ComeCloser,
            live::Instruction::Show(colour) => Self::Show {
                colour: match colour {
                    live::FlashColour::Red => FlashColour::Red,
                    live::FlashColour::Green => FlashColour::Green,
                    live::FlashColour::Blue => FlashColour::Blue,
                    live::FlashColour::White => FlashColour::White,
                },
            },
            live::Instruction::Finished => Self::Finished,
        }
    }
}

/// Where a session stands after a frame.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Guidance {
    /// What to ask for now.
    pub instruction: Instruction,
    /// Steps that are done.
    pub done: u32,
    /// Steps of the plan.
    pub of: u32,
    /// Why the session ended without success, or what keeps it from going on: the stable code.
    pub reason: Option<String>,
    /// What the person can do about it, in the device's language.
    pub advice: Option<String>,
}

/// The app's camera.
#[uniffi::export(with_foreign)]
pub trait Camera: Send + Sync {
    /// The issuer drew its plan and the time runs: show the preview and feed the session, here or
    /// from the camera's own thread after returning. What is thrown ends the session.
    fn begin(&self, session: Arc<LivenessSession>) -> Result<(), ProviderError>;
}

type Judged = Result<Guidance, HumansealError>;

enum Fed {
    Frame(Arc<Photo>, Millis, Sender<Judged>),
    Stills(Vec<Photo>),
    Ended(String),
}

/// One plan, one attempt. The app feeds it frames from any one thread.
#[derive(uniffi::Object)]
pub struct LivenessSession {
    fed: SyncSender<Fed>,
    seconds: u32,
}

#[uniffi::export]
impl LivenessSession {
    /// How long the plan may take from the moment it was shown.
    pub fn seconds(&self) -> u32 {
        self.seconds
    }

    /// Judges the next frame, photographed so many milliseconds after the session began, and says what to
    /// show. It returns when the frame is judged, within about a tenth of a second; a camera drops frames
    /// meanwhile. After [`Instruction::Finished`] the session takes no more.
    pub fn frame(&self, frame: Arc<Frame>, at_ms: u32) -> Result<Guidance, HumansealError> {
        let (answer, answered) = channel();
        self.feed(Fed::Frame(Arc::clone(&frame.0), Millis(at_ms), answer))?;
        answered.recv().map_err(|_| over())?
    }

    /// Stills in place of a plan that is followed, 1 to 32. They turn no head, so that only a device
    /// that stages these gates in development gets any further with them.
    pub fn stills(&self, frames: Vec<Arc<Frame>>) -> Result<(), HumansealError> {
        if !(1..=MAX_STILLS).contains(&frames.len()) {
            return Err(told!(Input, CameraError::FrameCount));
        }
        let photos = frames.iter().map(|frame| Photo::clone(&frame.0)).collect();
        self.feed(Fed::Stills(photos))
    }

    /// The camera gives up; `reason` is a sentence for the owner.
    pub fn give_up(&self, reason: String) {
        // A session that is over has nothing to give up.
        let _ = self.feed(Fed::Ended(reason));
    }
}

impl LivenessSession {
    fn feed(&self, fed: Fed) -> Result<(), HumansealError> {
        self.fed.send(fed).map_err(|_| over())
    }
}

fn over() -> HumansealError {
    HumansealError::input(
        "session_over",
        "the session is over and takes no more frames",
    )
}

/// The app's camera as the SDK asks it.
pub(crate) struct Phone<'a> {
    pub(crate) camera: Arc<dyn Camera>,
    pub(crate) language: Language,
    pub(crate) watch: &'a Watch,
}

impl humanseal_sdk::Camera for Phone<'_> {
    fn capture(
        &mut self,
        plan: &Plan,
        session: &mut Following<'_, '_>,
    ) -> Result<Captured, CameraError> {
        let seconds = u32::try_from(plan.seconds()).unwrap_or(0);
        let (fed, frames) = sync_channel(0);
        let ended = fed.clone();
        let shown = Arc::new(LivenessSession { fed, seconds });
        let camera = Arc::clone(&self.camera);
        // On a thread of its own: the app may feed every frame before it returns.
        let begun = std::thread::Builder::new().spawn(move || {
            if let Err(error) = camera.begin(shown) {
                let _ = ended.send(Fed::Ended(error.to_string()));
            }
        });
        begun.map_err(|error| CameraError::Device(error.to_string()))?;
        self.follow(session, &frames, Duration::from_secs(seconds.into()))
    }
}

impl Phone<'_> {
    fn follow(
        &self,
        session: &mut Following<'_, '_>,
        frames: &Receiver<Fed>,
        due: Duration,
    ) -> Result<Captured, CameraError> {
        let given_up = |reason: &str| CameraError::Device(reason.to_owned());
        let began = Instant::now();
        loop {
            if self.watch.is_cancelled() {
                return Err(given_up("stopped by its owner"));
            }
            if began.elapsed() > due {
                return Err(given_up("the plan's time is over"));
            }
            match frames.recv_timeout(LOOK) {
                Ok(Fed::Frame(photo, at, answer)) => match session.frame(&photo, at) {
                    Ok(progress) => {
                        let finished = progress.instruction == live::Instruction::Finished;
                        let _ = answer.send(Ok(self.guidance(progress)));
                        if finished {
                            return Ok(Captured::Followed);
                        }
                    }
                    Err(error) => {
                        let _ = answer.send(Err(told!(Capture, error)));
                        return Err(error.into());
                    }
                },
                Ok(Fed::Stills(photos)) => return Ok(Captured::Stills(photos)),
                Ok(Fed::Ended(reason)) => return Err(given_up(&reason)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(given_up("the app let go of the session"));
                }
            }
        }
    }

    fn guidance(&self, progress: live::Progress) -> Guidance {
        let told = |reason: Reason| reason.advice(self.language).to_owned();
        Guidance {
            instruction: progress.instruction.into(),
            done: progress.done as u32,
            of: progress.of as u32,
            reason: progress.reason.map(|reason| reason.code().to_owned()),
            advice: progress.reason.map(told),
        }
    }
}
