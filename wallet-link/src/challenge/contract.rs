//! The message by which an account agrees to take a place in a contract.
//!
//! The chain needs no signature of the account: the proof binds it. This one stays on the device. It
//! shows that the account is its holder's, so that nobody gets a proof made for an account of
//! theirs by a request alone (docs/protocol.md section 8).

use humanseal_zk_credentials::exchange::{Nonce, Timestamp};

use super::{ChallengeError, evm::SignIn, signed};
use crate::{account::Account, contract_request::ContractRequest, presentation::AccountSignature};

/// How long the message may wait for its signature, in seconds.
const LIFETIME_SECONDS: i64 = 600;

/// One sign-in of an account for a contract's request.
#[derive(Debug, Clone, Copy)]
pub struct ContractSignIn<'a> {
    /// The request.
    pub request: &'a ContractRequest,
    /// The account.
    pub account: &'a Account,
    /// Drawn for this message.
    pub nonce: Nonce,
    /// The moment.
    pub at: Timestamp,
}

impl ContractSignIn<'_> {
    /// The message, in the form of EIP-4361. It names the network, the contract and the digest of the
    /// whole request.
    ///
    /// # Errors
    /// [`ChallengeError`] for an account of another chain than the contract's, or a moment that no
    /// message can carry.
    pub fn message(&self) -> Result<String, ChallengeError> {
        let Self {
            request,
            account,
            nonce,
            at,
        } = *self;
        if account.chain() != request.contract.chain() {
            return Err(ChallengeError::ChainNotOffered);
        }
        let statement = format!(
            "Take a place in contract {}, where everybody sees this account.",
            request.contract
        );
        let resources = [format!(
            "urn:humanseal:contract-request:{}",
            request.digest()?
        )];
        let sign_in = SignIn {
            domain: request.network.to_string(),
            statement: &statement,
            uri: format!("https://{}", request.network),
            nonce,
            issued_at: at,
            expires_at: at
                .plus_seconds(LIFETIME_SECONDS)
                .map_err(|_| ChallengeError::Message)?,
            request_id: None,
            resources: &resources,
        };
        sign_in.message(account)
    }

    /// Checks the account's signature over the message. One that only a chain can judge is refused.
    ///
    /// # Errors
    /// [`ChallengeError`].
    pub fn verify(&self, signature: &AccountSignature) -> Result<(), ChallengeError> {
        signed(&self.message()?, self.account, signature)
    }
}
