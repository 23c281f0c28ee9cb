//! From a contract's request to a proof that anybody may bring to the chain.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;

use super::account::{AccountSigner, signing};
use super::boundary::{done, freed, given, lent, there, waited};
use super::demand::Demand;
use super::device::Device;
use super::error::Error;
use super::owner::{Owner, asking};
use super::present::{json, written};
use super::reply::Bytes;
use super::wallet::Wallet;
use super::watch::{Watch, watching};
use crate::present;

/// What a contract demands, as the app read it from its chain.
pub struct ContractRequest {
    request: Arc<present::ContractRequest>,
    demand: Demand,
}

/// Reads it, JSON; `network` is the network's own `/.well-known/humanseal.json`, which must list the contract.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_contract_request_from_json(
    document: Bytes,
    network: Bytes,
    request: Option<&mut MaybeUninit<*mut ContractRequest>>,
) -> Option<Box<Error>> {
    given(request, || {
        // SAFETY: the module asks that these bytes can be read.
        let (document, network) = unsafe { (json(&document)?, json(&network)?) };
        let request = present::ContractRequest::from_json(document, network)?;
        Ok(ContractRequest {
            demand: request.demand().as_ref().into(),
            request,
        })
    })
}

/// What it asks, to be shown before anything is answered.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_contract_request_demand(
    request: Option<&ContractRequest>,
) -> *const Demand {
    request.map_or(ptr::null(), |request| &request.demand)
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_contract_request_free(request: Option<Box<ContractRequest>>) {
    freed(request);
}

/// Tells the wallet what a node that its owner trusts says of a place in a contract: how many proofs of it were accepted.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_count_seen(
    device: Option<&Device>,
    wallet: Option<&Wallet>,
    request: Option<&ContractRequest>,
    slot: u8,
    count: u32,
) -> Option<Box<Error>> {
    done(|| {
        let device = Arc::clone(&there(device)?.0);
        let wallet = Arc::clone(&there(wallet)?.0);
        let request = Arc::clone(&there(request)?.request);
        waited(device.count_seen(wallet, request, slot, count))
    })
}

/// An answer to a contract, not on the chain yet. Anybody may bring it there.
pub struct ContractPresentation {
    json: CString,
    contested: bool,
}

/// Answers a contract's request, and writes into the ledger what everybody learns. `slot` is the place to take.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_device_present_to_contract(
    device: Option<&Device>,
    wallet: Option<&Wallet>,
    request: Option<&ContractRequest>,
    account: Option<&AccountSigner>,
    owner: Option<&Owner>,
    slot: u8,
    watch: Option<&Watch>,
    presentation: Option<&mut MaybeUninit<*mut ContractPresentation>>,
) -> Option<Box<Error>> {
    given(presentation, || {
        let device = Arc::clone(&there(device)?.0);
        let wallet = Arc::clone(&there(wallet)?.0);
        let request = Arc::clone(&there(request)?.request);
        // SAFETY: the module asks that the account is text of C.
        let account = unsafe { signing(account) }?;
        let (owner, watch) = (asking(owner)?, watching(watch));
        let presentation =
            waited(device.present_to_contract(wallet, request, account, owner, slot, watch))?;
        Ok(ContractPresentation {
            json: written(&presentation.json()?),
            contested: presentation.contested(),
        })
    })
}

/// What the contract gets, JSON.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_contract_presentation_json(
    presentation: Option<&ContractPresentation>,
) -> *const c_char {
    lent(presentation.map(|presentation| &presentation.json))
}

/// A recovery is announced against this credential, as humanseal_presentation_contested.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_contract_presentation_contested(
    presentation: Option<&ContractPresentation>,
) -> bool {
    presentation.is_some_and(|presentation| presentation.contested)
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_contract_presentation_free(
    presentation: Option<Box<ContractPresentation>>,
) {
    freed(presentation);
}
