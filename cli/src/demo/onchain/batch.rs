//! Many places in one transaction.
//!
//! One story has no 32 enrolled humans, so a second registry admits one human to 32 places. A batch
//! costs the same whoever stands behind it: each entry has a nullifier, an account and a proof of its
//! own.

use humanseal_chains::{Registry, TrustedIssuer};
use humanseal_contracts::bindings::ProviderRegistry::verifierCall;
use humanseal_sdk::WalletFile;
use humanseal_wallet_link::{Account, ContractPresentation};
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::status_root::SignedStatusRoot;
use humanseal_zk_credentials::word::keccak256;

use super::{Place, Stage, nullifier, purpose, terms};
use crate::demo::attack;
use crate::demo::refusals::path;
use crate::output::Failure;

/// Places in the batch.
const PLACES: u8 = 32;
/// What the second registry is for.
const MANY: &str = "many";

/// Registers them; the gas of each.
pub fn register(
    stage: &mut Stage<'_>,
    wallet: &WalletFile,
    root: &SignedStatusRoot,
) -> Result<u64, Failure> {
    let verifier = stage
        .registry
        .ask(stage.chain, &verifierCall {})
        .map_err(Failure::fault)?;
    let issuer = TrustedIssuer {
        id: root.issuer(),
        root_signer: root.chain_signer().map_err(Failure::fault)?,
    };
    let owner = stage.owner;
    let (purpose, terms) = (purpose(MANY)?, terms(PLACES));
    let registry = Registry::deploy(stage.chain, owner, verifier, purpose, &terms, &[issuer]);
    let registry = registry.map_err(Failure::fault)?;
    registry
        .post_root(stage.chain, stage.relayer, root)
        .map_err(Failure::fault)?;
    let path = path(stage.world, wallet)?;
    let now = stage.now()?;
    let mut entries = Vec::new();
    for slot in (0..PLACES).map(Slot) {
        let place = nullifier(wallet, MANY, slot);
        let request = registry.request(stage.chain, place, root.issuer());
        let request = request.map_err(Failure::fault)?;
        let account = account(stage, slot)?;
        let key = stage.world.present_key;
        let answer =
            attack::prove_to_contract(&wallet.wallet, &path, &request, slot, &account, key, now);
        entries.push(answer?);
    }
    let entries: Vec<ContractPresentation> = entries;
    let receipt = registry.register_batch(stage.chain, stage.relayer, &entries);
    let used = receipt.map_err(Failure::fault)?.gas_used;
    Ok(used.div_ceil(PLACES.into()))
}

/// An account that nobody has used.
fn account(stage: &Stage<'_>, slot: Slot) -> Result<Account, Failure> {
    let hash = keccak256(&[b"humanseal/v1/demo-account/".as_slice(), &[slot.0]].concat());
    let address = Place::from_slice(&hash[12..]);
    Account::eip155(stage.chain.chain_id(), address.into_array()).map_err(Failure::fault)
}
