//! What the contract refuses, in its own words.

use humanseal_chains::{Receipt, Registry, RegistryError};
use humanseal_contracts::bindings::ProviderRegistry::distrustIssuerCall;
use humanseal_sdk::WalletFile;
use humanseal_wallet_link::{Account, ContractPresentation};
use humanseal_zk_credentials::holder::Slot;

use super::{DAY, Stage, newest_root};
use crate::demo::attack;
use crate::demo::attempt::Tried;
use crate::demo::refusals::{path, revoke};
use crate::output::Failure;

/// Who refuses.
const CONTRACT: &str = "contract";

/// The contract's word; `None` if it took effect.
fn word(outcome: Result<Receipt, RegistryError>) -> Result<Option<String>, Failure> {
    match outcome {
        Ok(_) => Ok(None),
        Err(error) => match error.revert() {
            Some(revert) => Ok(Some(revert.to_string())),
            None => Err(Failure::fault(error)),
        },
    }
}

pub fn another_account(
    stage: &mut Stage<'_>,
    shown: &ContractPresentation,
    tried: &mut Tried<'_>,
) -> Result<(), Failure> {
    let thief = Account::eip155(stage.chain.chain_id(), stage.thief.into_array());
    let stolen = ContractPresentation {
        account: thief.map_err(Failure::fault)?,
        ..shown.clone()
    };
    let code = word(stage.tries(Registry::register, &stolen))?;
    tried.add(
        "contract_another_account",
        "a proof for the chain, for another account",
        CONTRACT,
        "ProofInvalid",
        code,
    );
    Ok(())
}

pub fn replay(
    stage: &mut Stage<'_>,
    shown: &ContractPresentation,
    tried: &mut Tried<'_>,
) -> Result<(), Failure> {
    let code = word(stage.tries(Registry::renew, shown))?;
    tried.add(
        "contract_replay",
        "an accepted proof sent again",
        CONTRACT,
        "ProofInvalid",
        code,
    );
    Ok(())
}

pub fn tomorrow(
    stage: &mut Stage<'_>,
    wallet: &mut WalletFile,
    tried: &mut Tried<'_>,
) -> Result<(), Failure> {
    let request = stage.request(wallet)?;
    let later = stage.now()?.plus_seconds(DAY.into());
    let account = stage.first;
    let answer = stage.answer(wallet, account, &request, later.map_err(Failure::fault)?)?;
    let shown = answer.map_err(Failure::fault)?.presentation;
    let code = word(stage.tries(Registry::renew, &shown))?;
    tried.add(
        "contract_tomorrow",
        "a proof of tomorrow, from a clock set forward",
        CONTRACT,
        "Refused(Day)",
        code,
    );
    Ok(())
}

pub fn cool_down(
    stage: &mut Stage<'_>,
    wallet: &mut WalletFile,
    tried: &mut Tried<'_>,
) -> Result<(), Failure> {
    let account = stage.second;
    let (_, shown) = stage.shown(wallet, account)?;
    let code = word(stage.tries(Registry::r#move, &shown))?;
    tried.add(
        "contract_cool_down",
        "a move a day after the registration",
        CONTRACT,
        "Refused(CoolingDown)",
        code,
    );
    Ok(())
}

pub fn after_move(
    stage: &mut Stage<'_>,
    shown: &ContractPresentation,
    tried: &mut Tried<'_>,
) -> Result<(), Failure> {
    let code = word(stage.tries(Registry::renew, shown))?;
    tried.add(
        "contract_replay_after_move",
        "the move's proof sent again",
        CONTRACT,
        "ProofInvalid",
        code,
    );
    Ok(())
}

/// The issuer revokes the credential, then the registry's owner distrusts the issuer.
pub fn revoked_and_distrusted(
    stage: &mut Stage<'_>,
    wallet: &mut WalletFile,
    tried: &mut Tried<'_>,
) -> Result<(), Failure> {
    let (before, old) = (path(stage.world, wallet)?, stage.request(wallet)?);
    revoke(stage.world, wallet)?;
    let root = newest_root(stage.world, wallet)?;
    stage
        .registry
        .post_root(stage.chain, stage.relayer, &root)
        .map_err(Failure::fault)?;
    let (request, now, account) = (stage.request(wallet)?, stage.now()?, stage.second);
    let answer = stage.answer(wallet, account, &request, now)?;
    tried.add(
        "contract_revoked",
        "a revoked credential, under the contract's root",
        "device",
        "credential_revoked",
        answer.err().map(|error| error.code().to_owned()),
    );

    // The root from before is two days old; a day and an hour later it counts no more.
    stage.chain.advance(DAY + 3_600).map_err(Failure::fault)?;
    let now = stage.now()?;
    let here = Account::eip155(stage.chain.chain_id(), account.into_array());
    let stale = attack::prove_to_contract(
        &wallet.wallet,
        &before,
        &old,
        Slot(0),
        &here.map_err(Failure::fault)?,
        stage.world.present_key,
        now,
    )?;
    let code = word(stage.tries(Registry::renew, &stale))?;
    tried.add(
        "contract_revoked_old_root",
        "the same under the old root, after its window",
        CONTRACT,
        "RootOutsideWindow",
        code,
    );

    stage.expect(account, true)?;
    let distrust = distrustIssuerCall {
        issuer: old.issuer_index,
    };
    stage
        .registry
        .send(stage.chain, stage.owner, &distrust)
        .map_err(Failure::fault)?;
    let code = word(stage.tries(Registry::renew, &stale))?;
    tried.add(
        "contract_distrusted",
        "a proof of an issuer that was distrusted",
        CONTRACT,
        "IssuerUntrusted",
        code,
    );
    // Whom it admitted is verified no more, at once.
    stage.expect(account, false)
}
