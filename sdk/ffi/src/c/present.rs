//! From a verifier's request to a proof that is bound to one account, and to the verifier's pass.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;

use super::account::{AccountSigner, signing};
use super::boundary::{bytes, freed, given, kept, lent, optional_text, text, there, waited};
use super::demand::Demand;
use super::device::Device;
use super::error::Error;
use super::owner::{Owner, asking};
use super::reply::Bytes;
use super::wallet::Wallet;
use super::watch::{Watch, watching};
use crate::error::HumansealError;
use crate::present;

/// More than any request or network document has.
const MAX_JSON: usize = 1 << 20;

/// JSON that the app gives.
///
/// # Safety
/// The bytes can be read.
pub(super) unsafe fn json(json: &Bytes) -> Result<Vec<u8>, HumansealError> {
    // SAFETY: the caller's promise is passed on.
    Ok(unsafe { bytes(json.data, json.length, MAX_JSON) }?.to_vec())
}

/// JSON that the app gets. It has no zero byte in it.
pub(super) fn written(json: &[u8]) -> CString {
    kept(&String::from_utf8_lossy(json))
}

/// What a verifier asks.
pub struct Request {
    request: Arc<present::Request>,
    demand: Demand,
    expires_at: CString,
    chains: Vec<CString>,
}

impl From<Arc<present::Request>> for Request {
    fn from(request: Arc<present::Request>) -> Self {
        Self {
            demand: request.demand().as_ref().into(),
            expires_at: kept(&request.expires_at()),
            chains: request.chains().iter().map(|chain| kept(chain)).collect(),
            request,
        }
    }
}

/// Fetches the request behind a verifier's link (`https://verifier.example/v1/requests/pr_…`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_device_fetch_request(
    device: Option<&Device>,
    link: *const c_char,
    request: Option<&mut MaybeUninit<*mut Request>>,
) -> Option<Box<Error>> {
    given(request, || {
        let device = Arc::clone(&there(device)?.0);
        // SAFETY: the module asks that it is text of C.
        let link = unsafe { text(link) }?;
        Ok(waited(device.fetch_request(link))?.into())
    })
}

/// Reads a request document, JSON.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_request_from_json(
    document: Bytes,
    request: Option<&mut MaybeUninit<*mut Request>>,
) -> Option<Box<Error>> {
    given(request, || {
        // SAFETY: the module asks that these bytes can be read.
        let document = unsafe { json(&document) }?;
        Ok(present::Request::from_json(document)?.into())
    })
}

/// What it asks, to be shown before anything is answered.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_request_demand(request: Option<&Request>) -> *const Demand {
    request.map_or(ptr::null(), |request| &request.demand)
}

/// When it ends, RFC 3339.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_request_expires_at(request: Option<&Request>) -> *const c_char {
    lent(request.map(|request| &request.expires_at))
}

/// How many chains there are whose accounts it takes.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_request_chains(request: Option<&Request>) -> usize {
    request.map_or(0, |request| request.chains.len())
}

/// One of these chains, CAIP-2; NULL from their number on.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_request_chain(request: Option<&Request>, at: usize) -> *const c_char {
    lent(request.and_then(|request| request.chains.get(at)))
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_request_free(request: Option<Box<Request>>) {
    freed(request);
}

/// An answer to a verifier, not sent yet.
pub struct Presentation {
    presentation: Arc<present::Presentation>,
    json: CString,
    nullifier: CString,
}

/// Answers a request with a proof that is bound to one account, and writes into the ledger what the network learns.
/// `slot` is the place to take, below the demand's; `machine_key` names the machine to whose Ed25519 key the pass shall
/// be bound, base64url, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_device_present(
    device: Option<&Device>,
    wallet: Option<&Wallet>,
    request: Option<&Request>,
    account: Option<&AccountSigner>,
    owner: Option<&Owner>,
    slot: u8,
    machine_key: *const c_char,
    watch: Option<&Watch>,
    presentation: Option<&mut MaybeUninit<*mut Presentation>>,
) -> Option<Box<Error>> {
    given(presentation, || {
        let device = Arc::clone(&there(device)?.0);
        let wallet = Arc::clone(&there(wallet)?.0);
        let request = Arc::clone(&there(request)?.request);
        // SAFETY: the module asks that both are texts of C.
        let (account, machine) = unsafe { (signing(account)?, optional_text(machine_key)?) };
        let (owner, watch) = (asking(owner)?, watching(watch));
        let presentation =
            waited(device.present(wallet, request, account, owner, slot, machine, watch))?;
        Ok(Presentation {
            json: written(&presentation.json()?),
            nullifier: kept(&presentation.nullifier()),
            presentation,
        })
    })
}

/// What the verifier gets, JSON.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_presentation_json(
    presentation: Option<&Presentation>,
) -> *const c_char {
    lent(presentation.map(|presentation| &presentation.json))
}

/// The place that it takes: the same for every presentation of this person there.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_presentation_nullifier(
    presentation: Option<&Presentation>,
) -> *const c_char {
    lent(presentation.map(|presentation| &presentation.nullifier))
}

/// A recovery is announced against this credential. If its owner did not ask for one, they cancel it by a refresh.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_presentation_contested(presentation: Option<&Presentation>) -> bool {
    presentation.is_some_and(|presentation| presentation.presentation.contested())
}

/// How long the proof took, in milliseconds.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_presentation_prove_ms(presentation: Option<&Presentation>) -> u64 {
    presentation.map_or(0, |presentation| presentation.presentation.prove_ms())
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_presentation_free(presentation: Option<Box<Presentation>>) {
    freed(presentation);
}

/// A verifier's yes. The pass in it lets whoever has it in.
pub struct Accepted {
    pass: CString,
    account: CString,
    nullifier: CString,
    registered_until: CString,
}

/// Sends an answer to the verifier that asked.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_send(
    device: Option<&Device>,
    presentation: Option<&Presentation>,
    accepted: Option<&mut MaybeUninit<*mut Accepted>>,
) -> Option<Box<Error>> {
    given(accepted, || {
        let device = Arc::clone(&there(device)?.0);
        let presentation = Arc::clone(&there(presentation)?.presentation);
        let accepted = waited(device.send(presentation))?;
        Ok(Accepted {
            pass: kept(&accepted.pass_jwt()),
            account: kept(&accepted.account()),
            nullifier: kept(&accepted.nullifier()),
            registered_until: kept(&accepted.registered_until()),
        })
    })
}

/// The pass, a JWT.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_accepted_pass(accepted: Option<&Accepted>) -> *const c_char {
    lent(accepted.map(|accepted| &accepted.pass))
}

/// The account that the place was taken for, CAIP-10.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_accepted_account(accepted: Option<&Accepted>) -> *const c_char {
    lent(accepted.map(|accepted| &accepted.account))
}

/// The place.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_accepted_nullifier(accepted: Option<&Accepted>) -> *const c_char {
    lent(accepted.map(|accepted| &accepted.nullifier))
}

/// Until when the registration stands unless it is renewed by a fresh proof, RFC 3339.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_accepted_registered_until(
    accepted: Option<&Accepted>,
) -> *const c_char {
    lent(accepted.map(|accepted| &accepted.registered_until))
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_accepted_free(accepted: Option<Box<Accepted>>) {
    freed(accepted);
}
