//! Signatures that only a chain can judge: contract wallets (EIP-1271), also before they are
//! deployed (EIP-6492).
//!
//! This crate knows no network. It says what the chain is to be asked ([`ContractQuestion`]);
//! whoever has a node asks, and hands in the questions that the chain answered with yes.

use super::{ChallengeError, evm, message};
use crate::{account::Account, chain::Chain, presentation::Presentation, request::Request};

/// "Did this account sign this hash by these bytes?", for a node of the account's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractQuestion {
    /// The account.
    pub account: Account,
    /// Its chain id.
    pub chain_id: u64,
    /// Its address.
    pub address: [u8; 20],
    /// The EIP-191 hash of the sign-in message.
    pub hash: [u8; 32],
    /// The signature as sent, in the form of EIP-1271 or wrapped as EIP-6492 says.
    pub signature: Vec<u8>,
}

impl ContractQuestion {
    /// The question of a presentation; `None` where its signature needs no chain.
    ///
    /// # Errors
    /// [`ChallengeError::KindMismatch`] for an account that is no EVM account, and what
    /// [`message`] refuses.
    pub fn of(
        request: &Request,
        presentation: &Presentation,
    ) -> Result<Option<Self>, ChallengeError> {
        let Presentation {
            account,
            machine_key,
            signature,
            ..
        } = presentation;
        if !signature.kind.needs_chain() {
            return Ok(None);
        }
        let text = message(request, account, machine_key.as_ref())?;
        let (Chain::Eip155(chain_id), Some(address)) = (account.chain(), account.evm_address())
        else {
            return Err(ChallengeError::KindMismatch);
        };
        Ok(Some(Self {
            account: account.clone(),
            chain_id: *chain_id,
            address,
            hash: evm::personal_hash(&text),
            signature: signature.bytes.as_bytes().to_vec(),
        }))
    }

    /// The last resort of EIP-6492, for an account without code: a signature of the address's own
    /// key, in the form that [`crate::SignatureKind::Eip191`] has.
    ///
    /// # Errors
    /// [`ChallengeError::SignatureMalformed`], [`ChallengeError::SignatureInvalid`].
    pub fn signed_by_key(&self) -> Result<(), ChallengeError> {
        evm::verify_hash(&self.hash, &self.address, &self.signature)
    }
}
