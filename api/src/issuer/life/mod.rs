//! The life of a credential: what each kind of session does to a person's line, and when it is
//! refused (docs/protocol.md section 9; docs/life.md has the state machine and the reasons).
//!
//! Everything here is a function of its arguments. The lines, the day and the hour of the next root
//! come in, an [`Effect`] or a [`Refusal`] goes out; what is random (the status index) and what is
//! stored is the caller's. So the same rules run against the database and, in tests, against
//! thousands of made-up histories.
//!
//! 1. [`Line`]: what one issuer key knows of one person.
//! 2. [`Lines`]: those that a session concerns, as they stand on a day.
//! 3. [`decide`]: kind by kind, from evidence that passed every check to its effect.
//! 4. [`Recovery`]: announced, effective, released or cancelled.
//! 5. [`retention`]: when a line is deleted.

mod decide;
mod line;
mod lines;
mod recovery;
mod refusal;
pub mod retention;
mod unique;

pub use decide::{Effect, Presented, Source, decide};
pub use line::{Held, KnownDocument, KnownTag, Line, LineId, Standing};
pub use lines::{Calendar, Lines};
pub use recovery::{COLLECT_DAYS, RECOVERY_PERIOD_DAYS, Recovery, RecoveryState, Release, release};
pub use refusal::Refusal;

#[cfg(test)]
pub(super) mod tests;
