//! What calls cost.

use alloy::primitives::Address;
use alloy::sol_types::SolCall;
use humanseal_contracts::bindings::PresentVerifierDevelopment::{
    Point, constantPointCall, verifyCall,
};
use humanseal_contracts::bindings::ProviderRegistry::{Claim, isVerifiedCall, verifierCall};
use humanseal_contracts::claim::word;
use humanseal_wallet_link::{ContractPresentation, ContractRequest};

use crate::chain::{Chain, ChainError, ask};
use crate::registry::{Registry, RegistryError};

/// What a transaction costs before anything runs.
const TRANSACTION: u64 = 21_000;
/// A zero byte of calldata (EIP-2028).
const ZERO_BYTE: u64 = 4;
/// Any other.
const BYTE: u64 = 16;

/// What a transaction with this calldata costs before anything runs. The floor of EIP-7623 is no part
/// of it: what runs here costs more.
pub fn before_execution(calldata: &[u8]) -> u64 {
    let zeros = calldata.iter().filter(|byte| **byte == 0).count() as u64;
    TRANSACTION + ZERO_BYTE * zeros + BYTE * (calldata.len() as u64 - zeros)
}

/// What a call that changes nothing costs of execution alone: the called address is warm, its
/// storage cold. It is sent as a transaction, so that any chain can say it.
///
/// # Errors
/// [`ChainError`].
pub fn of_execution<C: SolCall>(
    chain: &mut dyn Chain,
    from: Address,
    to: Address,
    call: &C,
) -> Result<u64, ChainError> {
    let data = call.abi_encode();
    let before = before_execution(&data);
    let receipt = chain.send(from, Some(to), data)?;
    Ok(receipt.gas_used.saturating_sub(before))
}

/// What a contract pays that asks whether an account is verified.
///
/// # Errors
/// [`RegistryError`].
pub fn of_is_verified(
    chain: &mut dyn Chain,
    from: Address,
    registry: &Registry,
    account: Address,
) -> Result<u64, RegistryError> {
    let call = isVerifiedCall { account };
    Ok(of_execution(chain, from, registry.address, &call)?)
}

/// What the verification of a proof costs alone, its shared point given: the verifier contract's
/// execution.
///
/// # Errors
/// [`RegistryError`]; [`ChainError::Answer`] where the proof does not hold.
pub fn of_verification(
    chain: &mut dyn Chain,
    from: Address,
    registry: &Registry,
    request: &ContractRequest,
    shown: &ContractPresentation,
) -> Result<u64, RegistryError> {
    let verifier = registry.ask(chain, &verifierCall {})?;
    let shared = constantPointCall {
        root: word(&request.root.root.0),
        issuer: word(&request.root.issuer.0),
        policy: word(&request.policy.pack()),
        excluded: word(&request.excluded.pack()),
        scope: word(&request.scope.0),
    };
    let Point { x, y } = ask(chain, verifier, &shared)?;
    let claim = Claim::try_from(shown)?;
    let binding = request.binding(&shown.account);
    let call = verifyCall {
        constantPart: Point { x, y },
        proof: claim.proof,
        nullifier: claim.nullifier,
        binding: word(&binding.ok_or(RegistryError::OtherScope)?),
        today: claim.today,
    };
    if !ask(chain, verifier, &call)? {
        return Err(ChainError::Answer.into());
    }
    Ok(of_execution(chain, from, verifier, &call)?)
}
