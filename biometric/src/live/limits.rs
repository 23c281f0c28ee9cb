//! How long a session may be, and why it cannot begin or go on.

use crate::pipeline::PipelineError;

/// Steps of a plan.
pub const MAX_STEPS: usize = 6;
/// Frames of a session: five minutes at 15 a second.
pub const MAX_SESSION_FRAMES: usize = 4500;
/// How long a session may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Milliseconds from the plan to the last frame.
    pub total: u32,
    /// Milliseconds for one step, its way back included.
    pub step: u32,
}

impl SessionLimits {
    /// For a plan that is due after so many seconds: all but the 10 s in which the device proves
    /// the match and sends it; a quarter of the time for each step.
    pub fn due_after(seconds: u32) -> Self {
        let total = 1000 * seconds.saturating_sub(10);
        Self {
            total,
            step: total / 4,
        }
    }
}

/// Why a session cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// No step, too many, or a flash without colours.
    #[error("a session has 1 to {MAX_STEPS} steps, and a flash has colours")]
    Steps,
    /// More frames than a session has.
    #[error("a session has at most {MAX_SESSION_FRAMES} frames")]
    TooManyFrames,
    /// The pipeline failed.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
}

impl LiveError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Steps => "live_steps",
            Self::TooManyFrames => "live_too_many_frames",
            Self::Pipeline(error) => error.code(),
        }
    }
}
