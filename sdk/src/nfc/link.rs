//! The way to a chip: what a phone's NFC, a reader at a computer, or a chip in software does.

/// The chip cannot be reached: the document was moved away, or the radio gave up. Nothing is known
/// of what it did with the last command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the link to the chip was lost")]
pub struct LinkLost;

/// One command APDU out, one response APDU (data and status word) back.
pub trait Transceiver: Send {
    /// Sends a command of ISO/IEC 7816-4, up to 65,544 bytes, and gives the whole answer, up to
    /// 65,538 bytes, its status word last. After [`LinkLost`] the next call is to try the link anew:
    /// the document may be back by then.
    ///
    /// # Errors
    /// [`LinkLost`].
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkLost>;
}
