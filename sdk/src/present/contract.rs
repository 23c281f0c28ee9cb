//! The answer to a contract.
//!
//! The proof alone binds the account there, so anybody may bring it to the chain. What the chain
//! keeps, everybody reads for ever: the place, its count, and every account that it ever had. So the
//! owner is asked before a second account joins the first.

use std::time::Duration;

use ark_std::rand::RngCore;
use humanseal_wallet_link::{
    ChallengeError, ContractPresentation, ContractRequest, ContractSignIn, Demand, judge_contract,
};
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{Base64, Nonce};
use humanseal_zk_credentials::holder::Slot;

use super::{PresentError, Presenting, judging, proving};
use crate::owner::{Owner, Question};
use crate::progress::{Progress, Step, step};
use crate::status::Status;
use crate::wallet::{Counted, WalletError, WalletFile};

/// What a presentation to a contract came to. It is not on the chain yet.
#[derive(Clone, Debug)]
pub struct PresentedToContract {
    /// What the contract gets, by whomever.
    pub presentation: ContractPresentation,
    /// A recovery is announced against this credential. If its owner did not ask for one, they
    /// cancel it by a refresh.
    pub contested: bool,
    /// How long the proof took.
    pub prove: Duration,
}

/// Answers a contract's request with a proof that is bound to one account, and writes into the
/// wallet's ledger what everybody learns.
///
/// # Errors
/// [`PresentError`]; then nothing was proved and the wallet is as it was.
/// [`PresentError::RootNotPosted`] where the contract does not know the issuer's newest list.
pub fn present_to_contract(
    with: &Presenting<'_>,
    file: &mut WalletFile,
    request: &ContractRequest,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<PresentedToContract, PresentError> {
    let today = Today::from_unix_seconds(with.now.unix_seconds())?;
    request.validate(file.wallet.environment)?;
    let window = i64::from(request.window_hours) * 3_600;
    let status = step(progress, Step::StatusList, || {
        judging::credential_status(with, file, window)
    })?;
    step(progress, Step::JudgeRequest, || {
        allowed(with, file, request, &status, owner)
    })?;
    step(progress, Step::SignChallenge, || signed(with, request))?;
    let account = with.account.account();
    let binding = request
        .binding(account)
        .ok_or(ChallengeError::ChainNotOffered)?;
    let demand = Demand::from(request);
    let proven = proving::proven(with, file, &demand, binding, &status, today, progress)?;
    let counted = Counted {
        contract: request.contract.clone(),
        count: request.count,
        newest: request.count,
    };
    let digest = request.digest()?;
    proving::recorded(
        with,
        file,
        &demand,
        digest,
        Some(counted),
        &status,
        progress,
    )?;
    let words = proven.proof.evm_words();
    Ok(PresentedToContract {
        presentation: ContractPresentation {
            contract: request.contract.clone(),
            account: account.clone(),
            proof: Base64::new(words.as_flattened().to_vec()).unwrap_or_default(),
            nullifier: proven.public.nullifier,
            today: today.pack(),
            issuer_index: request.issuer_index,
            root_issued_at: request.root.issued_at,
            count: request.count,
        },
        contested: status.contested,
        prove: proven.took,
    })
}

/// Tells the wallet what a node that its owner trusts says of a place: how many proofs of it the
/// contract accepted. A later request that counts fewer is refused; one that counts more is shown
/// to the owner.
///
/// # Errors
/// [`WalletError`] where the wallet file cannot be written.
pub fn count_seen(
    file: &mut WalletFile,
    request: &ContractRequest,
    slot: Slot,
    count: u32,
) -> Result<(), WalletError> {
    let demand = Demand::from(request);
    if file
        .wallet
        .ledger
        .count_seen(&demand, &request.contract, slot, count)
    {
        file.save()?;
    }
    Ok(())
}

/// Section 8: everything for which this device would rather say nothing.
fn allowed(
    with: &Presenting<'_>,
    file: &WalletFile,
    request: &ContractRequest,
    status: &Status,
    owner: &dyn Owner,
) -> Result<(), PresentError> {
    judging::same_key(with, file, request.vk_hash)?;
    if request.root.issuer != status.root.issuer {
        return Err(PresentError::IssuerNotAsked);
    }
    // The contract takes the issue time that it has; the list behind it must be the one downloaded.
    if request.root.root != status.root.root || !request.root_counts(with.now) {
        return Err(PresentError::RootNotPosted);
    }
    let own = ContractRequest {
        root: status.root,
        ..request.clone()
    };
    judging::allowed(with, file, request.into(), status, owner, &|context| {
        judge_contract(&own, with.account.account(), context)
    })?;
    place_known(with, file, request, owner)
}

/// What this wallet knows of the place, against what the request says. A proof for a count that is
/// yet to come could be kept and used after its owner left the place, so nobody gets one unseen.
fn place_known(
    with: &Presenting<'_>,
    file: &WalletFile,
    request: &ContractRequest,
    owner: &dyn Owner,
) -> Result<(), PresentError> {
    let demand = Demand::from(request);
    let account = with.account.account();
    let ledger = &file.wallet.ledger;
    let known = ledger.count(&demand, &request.contract, with.slot);
    if request.count < known {
        return Err(PresentError::CountBehind);
    }
    let ahead = Question::MoreProofs { known, request };
    if request.count > known && !owner.agrees(ahead) {
        return Err(PresentError::CountAhead);
    }
    let others = ledger.other_accounts(&demand, &request.contract, with.slot, account);
    let joins = Question::JoinsInPublic {
        earlier: &others,
        account,
        request,
    };
    if !others.is_empty() && !owner.agrees(joins) {
        return Err(PresentError::MoveRefused);
    }
    Ok(())
}

/// The account signs to this wallet, and to nobody else; its signature is checked here.
fn signed(with: &Presenting<'_>, request: &ContractRequest) -> Result<(), PresentError> {
    let mut nonce = [0; 32];
    OsEntropy.fill_bytes(&mut nonce);
    let sign_in = ContractSignIn {
        request,
        account: with.account.account(),
        nonce: Nonce(nonce),
        at: with.now,
    };
    let message = sign_in.message()?;
    let signature = with.account.sign(&message).map_err(PresentError::Signer)?;
    Ok(sign_in.verify(&signature)?)
}
