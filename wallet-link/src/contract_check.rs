//! What a contract will say of a presentation, as far as it can be told without the chain.
//!
//! Whoever brings presentations to a chain pays for a batch that one false proof makes worthless. So
//! they are checked before, in the order of docs/protocol.md section 10, against what the contract was
//! read to demand. Whether the place is free, banned or cooling down, and whether the count is still
//! the place's, only the contract knows.

use humanseal_zk_credentials::{
    exchange::{Environment, Timestamp},
    groth16::{Proof, VerifyingKey},
};

use crate::{
    check::{Prepared, Refusal, Verified, day_in_window},
    contract_request::{ContractPresentation, ContractRequest},
};

/// Every check but the proof's equation, which a batch makes for many at once.
///
/// # Errors
/// [`Refusal`], the first check that is not passed. [`Refusal::RequestMismatch`] for an answer to
/// another contract, issuer index, root or count.
pub fn prepare_for_contract(
    request: &ContractRequest,
    presentation: &ContractPresentation,
    verifying_key: &VerifyingKey,
    environment: Environment,
    now: Timestamp,
) -> Result<Prepared, Refusal> {
    request.validate(environment)?;
    ensure(
        answers_this_request(request, presentation),
        Refusal::RequestMismatch,
    )?;
    let pinned = verifying_key.vk_hash();
    ensure(request.vk_hash.0 == pinned, Refusal::VerifyingKeyMismatch)?;
    let binding = request.binding(&presentation.account);
    let binding = binding.ok_or(Refusal::BindingMismatch)?;
    let today = day_in_window(presentation.today, now)?;
    ensure(request.root_counts(now), Refusal::RootStale)?;
    let proof = Proof::from_evm_bytes(presentation.proof.as_bytes());
    let proof = proof.map_err(|_| Refusal::ProofMalformed)?;
    let scope = request.computed_scope();
    // In protocol order, all computed here but the nullifier, which says who asks.
    let public = [
        presentation.nullifier.0,
        binding,
        today.pack(),
        request.root.root.0,
        request.root.issuer.0,
        request.policy.pack(),
        request.excluded.pack(),
        scope.0,
    ];
    Ok(Prepared {
        claimed: Verified {
            nullifier: presentation.nullifier,
            scope,
            account: presentation.account.clone(),
            issuer: request.root.issuer,
            root: request.root.root,
            today,
            machine_key: None,
        },
        proof,
        public,
    })
}

fn ensure(holds: bool, refusal: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(refusal) }
}

/// The contract computes the binding for its own account's chain, so an account elsewhere is none.
fn answers_this_request(request: &ContractRequest, presentation: &ContractPresentation) -> bool {
    presentation.contract == request.contract
        && presentation.account.chain() == request.contract.chain()
        && presentation.issuer_index == request.issuer_index
        && presentation.root_issued_at == request.root.issued_at
        && presentation.count == request.count
}
