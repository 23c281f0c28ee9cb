//! Hostile input for every decoder of the project (docs/fuzzing.md).
//!
//! A [`Target`] is a decoder with valid inputs and the properties that must hold whatever the
//! bytes are. An [`Input`] names one of the valid inputs and a few edits of it, so that most
//! inputs reach past the first check. [`drive()`] makes inputs at random, for the tests; the program
//! `decoders` takes them from libFuzzer, which looks for new ways through the code.

mod bounds;
mod drive;
mod edit;
mod input;
mod secret;
mod structure;
mod target;

pub use bounds::Bounds;
pub use drive::drive;
pub use edit::Edit;
pub use input::Input;
pub use target::{NAMES, Reached, Target, target};
