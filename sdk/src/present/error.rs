//! Why nothing is presented.

use humanseal_wallet_link::{ChallengeError, DeviceRefusal, RequestError};
use humanseal_zk_credentials::calendar::CalendarError;
use humanseal_zk_credentials::exchange::CborError;
use humanseal_zk_credentials::presentation::PresentationError;

use crate::client::ClientError;
use crate::progress::Cancelled;
use crate::status::StatusError;
use crate::wallet::WalletError;

/// Why there is no presentation.
#[derive(Debug, thiserror::Error)]
pub enum PresentError {
    /// The owner stopped.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The wallet waits for its credential.
    #[error("this wallet has no credential yet; run enrol again with it")]
    NoCredential,
    /// The request is refused, see docs/protocol.md section 8.
    #[error("the request is refused: {0}")]
    Refused(#[from] DeviceRefusal),
    /// The request takes no credential of this wallet's issuer.
    #[error("the request takes no credential of this wallet's issuer")]
    IssuerNotAsked,
    /// The request does not take the newest status root.
    #[error("the request does not take the issuer's newest status root; ask for a new request")]
    RootNotAsked,
    /// The contract does not know the root of the list that this device downloaded, or takes it no
    /// longer.
    #[error("the contract does not have the issuer's newest status root; post the root first")]
    RootNotPosted,
    /// The request counts fewer proofs of the place than this wallet knows of.
    #[error("the request is older than what this wallet knows of the contract; read it again")]
    CountBehind,
    /// The request counts more proofs of the place than this wallet knows of, and its owner does not
    /// know them.
    #[error("the contract is said to have more proofs of this place than this wallet knows of")]
    CountAhead,
    /// The owner does not want the place's accounts to be joined in public.
    #[error("the move was not confirmed; nothing was proved")]
    MoveRefused,
    /// The verifier uses another verifying key than this program proves for.
    #[error("the verifier checks proofs under another key than this program knows")]
    VerifyingKeyUnknown,
    /// A development proving key where real proofs are made.
    #[error("this program has development proving keys only, and they serve development alone")]
    DevelopmentKey,
    /// The owner did not confirm the account.
    #[error("the account was not confirmed; nothing was proved")]
    AccountRefused,
    /// The account did not sign, or not this request.
    #[error("the account's signature is refused: {0}")]
    Signature(#[from] ChallengeError),
    /// The account's key cannot be asked.
    #[error("the account could not sign: {0}")]
    Signer(String),
    /// The status list.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// The credential does not satisfy the request, or the prover refused.
    #[error(transparent)]
    Proof(#[from] PresentationError),
    /// The request cannot be hashed.
    #[error(transparent)]
    Encoding(#[from] CborError),
    /// The clock shows a day that no proof can carry.
    #[error("the device's clock is wrong: {0}")]
    Clock(#[from] CalendarError),
    /// A service cannot be reached or refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The wallet.
    #[error(transparent)]
    Wallet(#[from] WalletError),
}

impl From<RequestError> for PresentError {
    fn from(error: RequestError) -> Self {
        Self::Refused(error.into())
    }
}

impl PresentError {
    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Cancelled(error) => error.code(),
            Self::NoCredential => "credential_missing",
            Self::Refused(error) => error.code(),
            Self::IssuerNotAsked => "issuer_not_asked",
            Self::RootNotAsked => "root_not_asked",
            Self::RootNotPosted => "root_not_posted",
            Self::CountBehind => "count_behind",
            Self::CountAhead => "count_ahead",
            Self::MoveRefused => "move_not_confirmed",
            Self::VerifyingKeyUnknown => "verifying_key_unknown",
            Self::DevelopmentKey => "development_key_refused",
            Self::AccountRefused => "account_not_confirmed",
            Self::Signature(error) => error.code(),
            Self::Signer(_) => "account_signer_failed",
            Self::Status(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Encoding(_) => "request_malformed",
            Self::Clock(error) => error.code(),
            Self::Client(error) => error.code(),
            Self::Wallet(error) => error.code(),
        }
    }
}
