//! Who holds the document to the reader: told how it goes, asked to hold it there again.

use humanseal_documents::{ChipFault, ElementaryFile};

/// How much of a file was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadSoFar {
    /// The file.
    pub file: ElementaryFile,
    /// Bytes that were read.
    pub bytes: usize,
    /// Bytes that it has.
    pub of: usize,
}

/// Whoever holds the document to the reader.
pub trait Tap {
    /// Some more was read.
    fn progress(&self, so_far: ReadSoFar) {
        let _ = so_far;
    }

    /// Whether to stop. Asked before every command.
    fn cancelled(&self) -> bool {
        false
    }

    /// Something happened that another tap mends ([`ChipFault::another_tap_helps`]). Tells the person
    /// ([`super::advice`]), waits, and says true once the document is back. Without it the fault is
    /// what reading ends with.
    fn again(&self, fault: ChipFault) -> bool {
        let _ = fault;
        false
    }
}

/// Nobody is told and nobody is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unattended;

impl Tap for Unattended {}
