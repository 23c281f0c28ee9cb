//! Why something did not happen: who can do something about it, and the stable code.

use humanseal_biometric::{ModelError, PhotoError};
use humanseal_sdk::{
    Cancelled, ClientError, EnrolError, PresentError, SealError, SessionError, WalletError,
};
use humanseal_wallet_link::RequestError;
use humanseal_zk_credentials::keys::KeysError;

/// Why something did not happen. Each kind carries the stable `code`, the same word as in the service's
/// catalogue and at the command line, and in `detail` a sentence for the owner. Neither has a face, a
/// name, a date of birth or a document number in it.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum HumansealError {
    /// The owner stopped it.
    #[error("{detail} [{code}]")]
    Cancelled {
        /// The stable code.
        code: String,
        /// What it was about to do.
        detail: String,
    },
    /// What the app gave cannot be used: an address, a frame, a link, a file.
    #[error("{detail} [{code}]")]
    Input {
        /// The stable code.
        code: String,
        /// What to give instead.
        detail: String,
    },
    /// The document cannot be read, or does not pass a check.
    #[error("{detail} [{code}]")]
    Document {
        /// The stable code.
        code: String,
        /// What the owner can do.
        detail: String,
    },
    /// Camera, liveness, match or proof: another capture may do.
    #[error("{detail} [{code}]")]
    Capture {
        /// The stable code.
        code: String,
        /// What the owner can do.
        detail: String,
    },
    /// This device does not do that, see docs/protocol.md section 8. Only its owner is told.
    #[error("{detail} [{code}]")]
    Refused {
        /// The stable code.
        code: String,
        /// Why.
        detail: String,
    },
    /// Issuer or verifier cannot be reached, refused, or answered what they must not.
    #[error("{detail} [{code}]")]
    Service {
        /// The stable code; where the service refused, the service's own.
        code: String,
        /// A finer code of the part that refused, where there is one.
        reason: Option<String>,
        /// HTTP status of a refusal; 0 where there was none.
        status: u16,
        /// What it said.
        detail: String,
    },
    /// The wallet cannot be opened or saved, or is not in a state for this.
    #[error("{detail} [{code}]")]
    Wallet {
        /// The stable code.
        code: String,
        /// What the owner can do.
        detail: String,
    },
    /// A key that the app provides did not do its work: the device's, the wallet's or the account's.
    #[error("{detail} [{code}]")]
    Keys {
        /// The stable code.
        code: String,
        /// What failed.
        detail: String,
    },
    /// A defect of this library, or of how it was packed.
    #[error("{detail} [{code}]")]
    Fault {
        /// The stable code.
        code: String,
        /// What failed.
        detail: String,
    },
}

/// An error's code with its sentence.
macro_rules! told {
    ($kind:ident, $error:expr) => {
        HumansealError::$kind {
            code: $error.code().to_string(),
            detail: $error.to_string(),
        }
    };
}
pub(crate) use told;

impl HumansealError {
    pub(crate) fn input(code: &str, detail: &str) -> Self {
        Self::Input {
            code: code.into(),
            detail: detail.into(),
        }
    }

    pub(crate) fn refused(code: &str, detail: &str) -> Self {
        Self::Refused {
            code: code.into(),
            detail: detail.into(),
        }
    }

    pub(crate) fn wallet(code: &str, detail: &str) -> Self {
        Self::Wallet {
            code: code.into(),
            detail: detail.into(),
        }
    }

    pub(crate) fn fault(code: &str, detail: &str) -> Self {
        Self::Fault {
            code: code.into(),
            detail: detail.into(),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Cancelled { code, .. }
            | Self::Input { code, .. }
            | Self::Document { code, .. }
            | Self::Capture { code, .. }
            | Self::Refused { code, .. }
            | Self::Service { code, .. }
            | Self::Wallet { code, .. }
            | Self::Keys { code, .. }
            | Self::Fault { code, .. } => code,
        }
    }
}

#[uniffi::export]
impl HumansealError {
    /// The stable code, whatever the kind.
    pub fn stable_code(&self) -> String {
        self.code().to_owned()
    }
}

/// What an app's own code says when it cannot do what it was asked for.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum ProviderError {
    /// It failed.
    #[error("{reason}")]
    Failed {
        /// A sentence for the owner.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ProviderError {
    /// Anything else that app code throws is a failure too. Its text is dropped: it may show anything.
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed {
            reason: "the app's code failed".into(),
        }
    }
}

impl From<Cancelled> for HumansealError {
    fn from(error: Cancelled) -> Self {
        told!(Cancelled, error)
    }
}

impl From<ClientError> for HumansealError {
    fn from(error: ClientError) -> Self {
        let (status, reason) = match &error {
            ClientError::AddressInvalid | ClientError::AddressInsecure => {
                return told!(Input, error);
            }
            ClientError::Problem { status, reason, .. } => (*status, reason.clone()),
            _ => (0, None),
        };
        Self::Service {
            code: error.code().to_owned(),
            reason,
            status,
            detail: error.to_string(),
        }
    }
}

impl From<WalletError> for HumansealError {
    fn from(error: WalletError) -> Self {
        match error {
            WalletError::Seal(SealError::Device(error)) => told!(Keys, error),
            error => told!(Wallet, error),
        }
    }
}

impl From<SessionError> for HumansealError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::DeviceKey(error) => told!(Keys, error),
            error => told!(Refused, error),
        }
    }
}

impl From<EnrolError> for HumansealError {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Cancelled(error) => error.into(),
            // A chip that its owner took away is no fault of the document.
            EnrolError::Document(error) if error.code() == "cancelled" => told!(Cancelled, error),
            EnrolError::Document(error) => told!(Document, error),
            EnrolError::Session(error) => error.into(),
            EnrolError::Camera(error) => told!(Capture, error),
            EnrolError::Proof(error) => told!(Capture, error),
            EnrolError::Client(error) => error.into(),
            EnrolError::Answer(_) => told_by_service(error.code(), &error),
            EnrolError::Wallet(error) => error.into(),
            EnrolError::DocumentNotAnnounced => told!(Document, error),
            EnrolError::NothingPending
            | EnrolError::Unfinished
            | EnrolError::NoCredential
            | EnrolError::RecoveryPending(_) => told!(Wallet, error),
        }
    }
}

impl From<PresentError> for HumansealError {
    fn from(error: PresentError) -> Self {
        match error {
            PresentError::Cancelled(error) => error.into(),
            PresentError::Client(error) => error.into(),
            PresentError::Status(_) => told_by_service(error.code(), &error),
            PresentError::Wallet(error) => error.into(),
            PresentError::NoCredential => told!(Wallet, error),
            PresentError::Signer(_) | PresentError::Signature(_) => told!(Keys, error),
            error => told!(Refused, error),
        }
    }
}

/// A service answered, and not what it must.
fn told_by_service(code: &str, error: &impl std::fmt::Display) -> HumansealError {
    HumansealError::Service {
        code: code.to_owned(),
        reason: None,
        status: 0,
        detail: error.to_string(),
    }
}

impl From<RequestError> for HumansealError {
    fn from(error: RequestError) -> Self {
        told!(Input, error)
    }
}

impl From<PhotoError> for HumansealError {
    fn from(error: PhotoError) -> Self {
        told!(Input, error)
    }
}

impl From<ModelError> for HumansealError {
    fn from(error: ModelError) -> Self {
        told!(Fault, error)
    }
}

impl From<KeysError> for HumansealError {
    fn from(error: KeysError) -> Self {
        told!(Fault, error)
    }
}
