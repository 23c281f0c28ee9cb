//! Why evidence that passed every check has no effect.

use humanseal_zk_credentials::calendar::Day;

use crate::problem::{Code, Problem};

/// A refusal by the rules of section 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// Issue or renew with a document that some line has.
    #[error("the document is enrolled already")]
    DocumentKnown,
    /// Issue or renew with a lifelong number that another line has.
    #[error("the lifelong number is enrolled already")]
    NumberKnown,
    /// The holder key is another line's.
    #[error("the holder key belongs to another line")]
    HolderKeyTaken,
    /// A tag was blocked after fraud.
    #[error("the document is blocked")]
    DocumentBlocked,
    /// There is no line that this kind could act on.
    #[error("nothing is enrolled that this session could act on")]
    LineUnknown,
    /// The holder key is not the one of the line's newest credential.
    #[error("the holder key is not that of the newest credential")]
    HolderKeyNotNewest,
    /// A recovery brings the holder key that the line has.
    #[error("a recovery needs another holder key")]
    HolderKeyUnchanged,
    /// Another holder key than the recovery was announced for.
    #[error("the recovery was announced for another holder key")]
    HolderKeyNotAnnounced,
    /// Another document than the recovery was announced with.
    #[error("the recovery was announced with another document")]
    DocumentNotAnnounced,
    /// The credential was superseded, erased or revoked.
    #[error("the credential is not the line's newest, or is revoked")]
    CredentialNotNewest,
    /// The credential's last day is past.
    #[error("the credential has expired")]
    CredentialExpired,
    /// The document is neither of the line's person tag nor of its number tag.
    #[error("the document is another person's")]
    PersonDiffers,
    /// The line's commitment is one of another embedding model.
    #[error("the line's portrait was committed under another model")]
    ModelChanged,
    /// The proof against the old portrait is about another commitment than the line's.
    #[error("the second proof is not about the line's portrait")]
    FormerPortraitMismatch,
    /// The session reached a lower document level than the newest credential has.
    #[error("the newest credential has a higher document level")]
    DocumentLower,
    /// A recovery by a device below level 2.
    #[error("a recovery needs a hardware-backed device key")]
    RecoveryDeviceTooLow,
    /// The line was recovered less than 90 days ago; the first day on which it may be again.
    #[error("the line was recovered less than 90 days ago")]
    RecoveryTooSoon(Day),
    /// A recovery took effect: the holder key of the older credentials is over.
    #[error("a recovery took effect")]
    RecoveryEffective,
    /// The recovery has not taken effect, or no signed root shows it; the day from which on to ask.
    #[error("the recovery is not due yet")]
    RecoveryPending(Day),
    /// The holder objected, or it was withdrawn.
    #[error("the recovery was cancelled")]
    RecoveryCancelled,
    /// The 30 days in which the credential is handed out are over.
    #[error("the recovered credential was not collected in time")]
    RecoveryLapsed,
}

impl Refusal {
    fn code(self) -> Code {
        match self {
            Self::DocumentKnown => Code::DocumentKnown,
            Self::NumberKnown => Code::NumberKnown,
            Self::HolderKeyTaken => Code::HolderKeyTaken,
            Self::DocumentBlocked => Code::DocumentBlocked,
            Self::LineUnknown => Code::LineUnknown,
            Self::HolderKeyNotNewest => Code::HolderKeyNotNewest,
            Self::HolderKeyUnchanged => Code::HolderKeyUnchanged,
            Self::HolderKeyNotAnnounced => Code::HolderKeyMismatch,
            Self::DocumentNotAnnounced => Code::DocumentNotAnnounced,
            Self::CredentialNotNewest => Code::CredentialNotNewest,
            Self::CredentialExpired => Code::CredentialExpired,
            Self::PersonDiffers => Code::PersonDiffers,
            Self::ModelChanged => Code::LineModelDiffers,
            Self::FormerPortraitMismatch => Code::FormerPortraitMismatch,
            Self::DocumentLower => Code::DocumentLevelLower,
            Self::RecoveryDeviceTooLow => Code::RecoveryDeviceTooLow,
            Self::RecoveryTooSoon(_) => Code::RecoveryTooSoon,
            Self::RecoveryEffective => Code::RecoveryEffective,
            Self::RecoveryPending(_) => Code::RecoveryPending,
            Self::RecoveryCancelled => Code::RecoveryCancelled,
            Self::RecoveryLapsed => Code::RecoveryLapsed,
        }
    }

    /// The refusal as a client sees it.
    pub fn problem(self, now: i64) -> Problem {
        let problem = Problem::new(self.code());
        match self {
            Self::RecoveryTooSoon(day) | Self::RecoveryPending(day) => {
                problem.available(day.unix_seconds().max(now), now)
            }
            _ => problem,
        }
    }
}
