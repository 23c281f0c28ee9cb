//! What a session asks for, and what it says while it runs.

use crate::gate::{GateOutcome, Reason};

/// Milliseconds after the plan was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub u32);

impl Millis {
    /// Milliseconds since an earlier moment; 0 for a later one.
    pub fn since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }
}

/// An angle to turn by, whole degrees from 10 to 40.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Degrees(u8);

impl Degrees {
    /// `None` outside 10..=40.
    pub fn new(degrees: u8) -> Option<Self> {
        (10..=40).contains(&degrees).then_some(Self(degrees))
    }

    /// The angle.
    pub fn value(self) -> f32 {
        self.0.into()
    }
}

/// A colour that the screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl FlashColour {
    /// Red, green and blue, each 0 or 1.
    pub fn rgb(self) -> [f32; 3] {
        match self {
            Self::Red => [1.0, 0.0, 0.0],
            Self::Green => [0.0, 1.0, 0.0],
            Self::Blue => [0.0, 0.0, 1.0],
            Self::White => [1.0; 3],
        }
    }
}

/// One step of a plan. Left and right are the person's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Turn the head to the left.
    TurnLeft(Degrees),
    /// Turn the head to the right.
    TurnRight(Degrees),
    /// Raise the chin.
    LookUp(Degrees),
    /// Close and open both eyes.
    Blink,
    /// Open the mouth.
    OpenMouth,
    /// Move towards the camera.
    ComeCloser,
    /// Hold still while the screen shows these colours, half a second each.
    Flash(Vec<FlashColour>),
}

/// What to ask for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Look straight into the camera.
    LookStraight,
    /// Turn the head to the left, by this much.
    TurnLeft(Degrees),
    /// Turn the head to the right, by this much.
    TurnRight(Degrees),
    /// Raise the chin, by this much.
    LookUp(Degrees),
    /// Close and open both eyes.
    Blink,
    /// Open the mouth.
    OpenMouth,
    /// Move towards the camera.
    ComeCloser,
    /// Hold still; the screen shows this colour.
    Show(FlashColour),
    /// Nothing more: the session is over.
    Finished,
}

/// Where a session stands after a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What to ask for now.
    pub instruction: Instruction,
    /// Steps that are done.
    pub done: usize,
    /// Steps of the plan.
    pub of: usize,
    /// Why the session ended without success, or what keeps it from going on.
    pub reason: Option<Reason>,
}

/// How one step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepAnswer {
    /// Passed, failed, or not run.
    pub outcome: GateOutcome,
    /// When it was done or failed; 0 if it did not run.
    pub at: Millis,
}
