//! A device's answer as the registry takes it.

use alloy::primitives::{Address, U256};
use humanseal_wallet_link::ContractPresentation;
use humanseal_zk_credentials::field::FieldElement;

use crate::bindings::ProviderRegistry::{Claim, Entry};

/// An answer that no contract could read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The account is no EVM account.
    #[error("the presentation is for an account that is no EVM account")]
    Account,
    /// The proof has not 256 bytes.
    #[error("a proof for a contract has 256 bytes")]
    ProofLength,
}

impl ClaimError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Account => "claim_account",
            Self::ProofLength => "claim_proof_length",
        }
    }
}

impl TryFrom<&ContractPresentation> for Claim {
    type Error = ClaimError;
    fn try_from(presentation: &ContractPresentation) -> Result<Self, ClaimError> {
        let account = presentation.account.evm_address();
        let words = presentation.proof.as_bytes().chunks(32);
        let words: Vec<U256> = words.map(U256::from_be_slice).collect();
        let whole = presentation.proof.as_bytes().len() == 256;
        let words = words.try_into().ok().filter(|_| whole);
        Ok(Self {
            proof: words.ok_or(ClaimError::ProofLength)?,
            nullifier: word(&presentation.nullifier.0),
            account: Address::new(account.ok_or(ClaimError::Account)?),
            today: word(&presentation.today),
        })
    }
}

impl TryFrom<&ContractPresentation> for Entry {
    type Error = ClaimError;
    fn try_from(presentation: &ContractPresentation) -> Result<Self, ClaimError> {
        Ok(Self {
            claim: presentation.try_into()?,
            nonce: U256::from(presentation.count),
        })
    }
}

/// A field element as a word.
pub fn word(element: &FieldElement) -> U256 {
    U256::from_be_bytes(element.to_be_bytes())
}
