//! What can go wrong between a reader and a chip, each with a name that stays.

use super::ElementaryFile;

/// Why a chip was not read. It says nothing of what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChipFault {
    /// The link was lost: the document or the phone moved.
    #[error("the link to the chip was lost")]
    LinkLost,
    /// The owner stopped.
    #[error("reading the chip was stopped")]
    Cancelled,
    /// The chip takes another number than it was given, or other dates.
    #[error("the chip does not open with this key")]
    WrongKey,
    /// The chip takes no more attempts with this key.
    #[error("the chip is blocked for this key")]
    Blocked,
    /// The chip makes whoever opens it wait, after wrong keys.
    #[error("the chip asks for patience after wrong keys")]
    Delayed,
    /// There is a chip, and it holds no travel document.
    #[error("the chip holds no travel document")]
    NoTravelDocument,
    /// A card access number was given, and the chip offers no PACE that is spoken here.
    #[error("the chip does not open with a card access number")]
    CanUnsupported,
    /// A date of the key is no date, and the chip offers no PACE, which alone could do with it.
    #[error("the chip opens with full dates only")]
    DatesUnsupported,
    /// PACE was offered and did not succeed. No weaker way is tried.
    #[error("PACE with the chip failed")]
    PaceFailed,
    /// EF.CardAccess cannot be read, or does not offer the PACE that the signed EF.DG14 lists: somebody
    /// may have taken it away on the air.
    #[error("the chip's EF.CardAccess is not what its signed data say")]
    CardAccess,
    /// A message of the secure channel does not hold: altered, replayed, or not protected.
    #[error("a message of the chip was altered on its way")]
    Channel,
    /// The chip refuses a command that every travel document takes.
    #[error("the chip refuses a command")]
    Refused,
    /// The chip gives more than it was asked for, or more than any answer has.
    #[error("the chip answers more than it was asked for")]
    AnswerTooLong,
    /// More commands than any document takes.
    #[error("the chip takes more commands than any document does")]
    TooManyCommands,
    /// A message of the phone that reads the chip is not what it was asked for.
    #[error("the other phone's message is not what it was asked for")]
    Message,
    /// A file that does not begin as it must.
    #[error("{} is malformed", .0.file_name())]
    FileMalformed(ElementaryFile),
    /// A file that ends before the length that it states.
    #[error("{} ends too early", .0.file_name())]
    FileTruncated(ElementaryFile),
    /// A file that is not the one whose digest EF.SOD lists.
    #[error("{} is not the file that was signed", .0.file_name())]
    FileDiffers(ElementaryFile),
}

impl ChipFault {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::LinkLost => "chip_link_lost",
            Self::Cancelled => "cancelled",
            Self::WrongKey => "chip_access_key",
            Self::Blocked => "chip_blocked",
            Self::Delayed => "chip_delayed",
            Self::NoTravelDocument => "chip_no_travel_document",
            Self::CanUnsupported => "chip_can_unsupported",
            Self::DatesUnsupported => "chip_dates_unsupported",
            Self::PaceFailed => "chip_pace_failed",
            Self::CardAccess => "chip_card_access",
            Self::Channel => "chip_channel",
            Self::Refused => "chip_refused",
            Self::AnswerTooLong => "chip_answer_too_long",
            Self::TooManyCommands => "chip_commands_exhausted",
            Self::Message => "chip_message",
            Self::FileMalformed(_) => "chip_file_malformed",
            Self::FileTruncated(_) => "chip_file_truncated",
            Self::FileDiffers(_) => "chip_file_differs",
        }
    }

    /// Whether holding the same document to the reader once more can mend it. What was read before is
    /// kept then.
    #[must_use]
    pub fn another_tap_helps(self) -> bool {
        matches!(
            self,
            Self::LinkLost | Self::Channel | Self::PaceFailed | Self::Refused | Self::Delayed
        )
    }
}
