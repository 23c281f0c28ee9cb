//! The sign-in message that an account signs, and the signatures over it.
//!
//! [`message`] is the only way to make the message: the device calls it to sign, the verifier to
//! check. Nothing is ever read out of a message that somebody sent.

mod contract;
mod contract_wallet;
mod evm;
mod solana;

pub use contract::ContractSignIn;
pub use contract_wallet::ContractQuestion;
pub use evm::EvmKey;
pub use solana::SolanaKey;

use humanseal_zk_credentials::exchange::CborError;

use crate::{
    account::Account,
    chain::Chain,
    machine_key::MachineKey,
    presentation::{AccountSignature, SignatureKind},
    request::Request,
};

/// Why an account's signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// The request takes no account of this chain.
    #[error("the request takes no account of this chain")]
    ChainNotOffered,
    /// Cosmos accounts are not offered; contract wallets are where the verifier asks their chain.
    #[error("signatures of this kind are not offered by this verifier")]
    KindNotOffered,
    /// A kind of signature that accounts of this chain do not make.
    #[error("accounts of this chain do not sign in this way")]
    KindMismatch,
    /// The request cannot be put into a message.
    #[error("the request cannot be put into a sign-in message")]
    Message,
    /// Wrong length, a high s, or a v that is none of 0, 1, 27, 28.
    #[error("the signature is not in its canonical form")]
    SignatureMalformed,
    /// It is not this account's signature over this message.
    #[error("the signature is not this account's over this request")]
    SignatureInvalid,
}

impl ChallengeError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ChainNotOffered => "chain_not_offered",
            Self::KindNotOffered => "account_signature_kind_not_offered",
            Self::KindMismatch => "account_signature_kind_mismatch",
            Self::Message => "sign_in_message_impossible",
            Self::SignatureMalformed => "account_signature_malformed",
            Self::SignatureInvalid => "account_signature_invalid",
        }
    }
}

impl From<CborError> for ChallengeError {
    fn from(_: CborError) -> Self {
        Self::Message
    }
}

/// The message: EIP-4361 for EVM accounts, the same form with Solana's names for Solana accounts.
///
/// It names the verifier's domain, the account, the request's statement, URI, chain, nonce, times
/// and id, and under `Resources` the digest of the whole request and the machine key, if any.
pub fn message(
    request: &Request,
    account: &Account,
    machine_key: Option<&MachineKey>,
) -> Result<String, ChallengeError> {
    if !request.chains.contains(account.chain()) {
        return Err(ChallengeError::ChainNotOffered);
    }
    let resources = resources(request, machine_key)?;
    match account.chain() {
        Chain::Eip155(_) => evm::message(request, account, &resources),
        Chain::Solana(_) => Ok(solana::message(request, account, &resources)),
        Chain::Cosmos(_) => Err(ChallengeError::KindNotOffered),
    }
}

/// Makes the message again and checks the account's signature over it. One that only a chain can
/// judge is refused here, see [`ContractQuestion`].
pub fn verify(
    request: &Request,
    account: &Account,
    machine_key: Option<&MachineKey>,
    signature: &AccountSignature,
) -> Result<(), ChallengeError> {
    let message = message(request, account, machine_key)?;
    signed(&message, account, signature)
}

/// Checks an account's signature over a message that was made here.
fn signed(
    message: &str,
    account: &Account,
    signature: &AccountSignature,
) -> Result<(), ChallengeError> {
    match (signature.kind, account.evm_address(), account.solana_key()) {
        (SignatureKind::Eip1271 | SignatureKind::Eip6492 | SignatureKind::Adr36, ..) => {
            Err(ChallengeError::KindNotOffered)
        }
        (SignatureKind::Eip191, Some(address), _) => {
            evm::verify(message, &address, signature.bytes.as_bytes())
        }
        (SignatureKind::Ed25519, _, Some(key)) => {
            solana::verify(message, &key, signature.bytes.as_bytes())
        }
        _ => Err(ChallengeError::KindMismatch),
    }
}

fn resources(
    request: &Request,
    machine_key: Option<&MachineKey>,
) -> Result<Vec<String>, ChallengeError> {
    let mut resources = vec![format!("urn:humanseal:request:{}", request.digest()?)];
    if let Some(key) = machine_key {
        resources.push(format!("urn:humanseal:machine-key:{key}"));
    }
    Ok(resources)
}
