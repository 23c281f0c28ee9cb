//! The secure channel to an open chip (ICAO 9303 part 11, section 9.8). Its keys and messages are the
//! `dmrtd` crate's; what counts as an answer is decided here.

use dmrtd::proto::iso7816::command_apdu::CommandApdu;
use dmrtd::proto::iso7816::response_apdu::ResponseApdu;
use dmrtd::proto::iso7816::sm::SecureMessaging;
use humanseal_documents::ChipFault;
use zeroize::Zeroizing;

use super::commands::{Commands, DONE};

/// Expected secure messaging objects are missing, or are incorrect.
const MESSAGING: [u16; 2] = [0x6987, 0x6988];
/// The most bytes that a command of the short form can ask for. Larger answers need the extended form.
const SHORT: usize = 256;

/// A channel. After any fault it is of no use any more.
pub(super) struct Channel {
    messaging: Box<dyn SecureMessaging + Send>,
}

/// What came through the channel.
pub(super) struct Opened {
    pub(super) data: Zeroizing<Vec<u8>>,
    pub(super) status: u16,
}

impl Channel {
    pub(super) fn new(messaging: impl SecureMessaging + Send + 'static) -> Self {
        Self {
            messaging: Box::new(messaging),
        }
    }

    /// Sends a command whose answer has at most `wanted` bytes, up to 65,536; a longer one is refused.
    pub(super) fn send(
        &mut self,
        commands: &mut Commands<'_>,
        [instruction, p1, p2]: [u8; 3],
        data: &[u8],
        wanted: usize,
    ) -> Result<Opened, ChipFault> {
        let data = (!data.is_empty()).then(|| data.to_vec());
        let length = u32::try_from(wanted).map_err(|_| ChipFault::AnswerTooLong)?;
        let command = CommandApdu::new(0, instruction, p1, p2, data, length);
        let command = command.map_err(|_| ChipFault::AnswerTooLong)?;
        let protected = self.messaging.protect(&command);
        let mut protected = protected.map_err(|_| ChipFault::Channel)?;
        if wanted > SHORT {
            // The length outside of the protection: as much as there is, in the extended form.
            protected.ne = 65_536;
        }
        let answer = commands.send(&protected.to_bytes())?;
        if answer.data().is_empty() {
            // Nobody vouches for a bare status: the chip has lost the channel, or somebody is in it.
            return Err(match answer.status() {
                DONE => ChipFault::Channel,
                status if MESSAGING.contains(&status) => ChipFault::Channel,
                _ => ChipFault::Refused,
            });
        }
        let answer = ResponseApdu::from_bytes(answer.as_bytes()).map_err(|_| ChipFault::Channel)?;
        let opened = self.messaging.unprotect(&answer);
        let opened = opened.map_err(|_| ChipFault::Channel)?;
        let data = Zeroizing::new(opened.data.unwrap_or_default());
        if data.len() > wanted {
            return Err(ChipFault::AnswerTooLong);
        }
        Ok(Opened {
            data,
            status: u16::from_be_bytes(opened.status.to_bytes()),
        })
    }
}
