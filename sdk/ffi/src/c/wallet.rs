//! The wallet: how far it is, what each network learnt, backups.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;

use super::boundary::{done, freed, given, kept, lent, text, there, waited};
use super::demand::Demand;
use super::device::Environment;
use super::error::Error;
use super::passphrase::Passphrase;
use crate::wallet;

/// An open wallet. It does one piece of work at a time: what is asked meanwhile is refused (`wallet_busy`).
pub struct Wallet(pub(super) Arc<wallet::Wallet>);

/// Frees it; NULL is nothing to free. The file stays.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_wallet_free(wallet: Option<Box<Wallet>>) {
    freed(wallet);
}

/// Writes a backup that opens on any device, under words of its own. No file of that name may exist.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_wallet_export(
    wallet: Option<&Wallet>,
    path: *const c_char,
    passphrase: Option<&Passphrase>,
) -> Option<Box<Error>> {
    done(|| {
        let wallet = Arc::clone(&there(wallet)?.0);
        // SAFETY: the module asks that it is text of C.
        let path = unsafe { text(path) }?;
        waited(wallet.export(path, Arc::clone(&there(passphrase)?.0)))
    })
}

/// How far a wallet is.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is no wallet: it is NULL.
    None = 0,
    /// The evidence may or may not have reached the issuer: go on with humanseal_device_resume.
    Pending = 1,
    /// A recovery is announced: humanseal_device_collect fetches the credential when it takes effect.
    Announced = 2,
    /// The credential is here.
    Enrolled = 3,
    /// The credential is here, and a newer one on its way: go on with humanseal_device_resume.
    EnrolledPending = 4,
}

/// What a wallet is; no secret, nothing of the person.
pub struct Summary {
    environment: Environment,
    issuer: CString,
    standing: Standing,
    levels: Option<Levels>,
    effective_at: Option<CString>,
    generation: u64,
}

struct Levels {
    document: u8,
    device: u8,
    unique: u8,
    verified_on: CString,
    expires_on: CString,
}

impl From<wallet::Summary> for Summary {
    fn from(summary: wallet::Summary) -> Self {
        Self {
            environment: summary.environment.into(),
            issuer: kept(&summary.issuer),
            standing: match summary.standing {
                wallet::Standing::Pending => Standing::Pending,
                wallet::Standing::Announced => Standing::Announced,
                wallet::Standing::Enrolled => Standing::Enrolled,
                wallet::Standing::EnrolledPending => Standing::EnrolledPending,
            },
            levels: summary.levels.map(|levels| Levels {
                document: levels.document,
                device: levels.device,
                unique: levels.unique,
                verified_on: kept(&levels.verified_on),
                expires_on: kept(&levels.expires_on),
            }),
            effective_at: summary.effective_at.as_deref().map(kept),
            generation: summary.generation,
        }
    }
}

/// What it is at this moment.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_wallet_summary(
    wallet: Option<&Wallet>,
    summary: Option<&mut MaybeUninit<*mut Summary>>,
) -> Option<Box<Error>> {
    given(summary, || Ok(there(wallet)?.0.summary()?.into()))
}

/// Where it belongs.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_environment(summary: Option<&Summary>) -> Environment {
    summary.map_or(Environment::None, |summary| summary.environment)
}

/// The issuer's origin.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_issuer(summary: Option<&Summary>) -> *const c_char {
    lent(summary.map(|summary| &summary.issuer))
}

/// How far it is.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_standing(summary: Option<&Summary>) -> Standing {
    summary.map_or(Standing::None, |summary| summary.standing)
}

fn levels(summary: Option<&Summary>) -> Option<&Levels> {
    summary?.levels.as_ref()
}

/// Document level of the credential, 1 to 3; 0 where there is none yet.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_document_level(summary: Option<&Summary>) -> u8 {
    levels(summary).map_or(0, |levels| levels.document)
}

/// Device level of the credential, 1 to 3; 0 where there is none yet.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_device_level(summary: Option<&Summary>) -> u8 {
    levels(summary).map_or(0, |levels| levels.device)
}

/// Level of uniqueness of the credential, 1 to 3; 0 where there is none yet.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_unique_level(summary: Option<&Summary>) -> u8 {
    levels(summary).map_or(0, |levels| levels.unique)
}

/// Day of the last live match, `yyyy-mm-dd`; NULL where there is no credential yet.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_verified_on(summary: Option<&Summary>) -> *const c_char {
    lent(levels(summary).map(|levels| &levels.verified_on))
}

/// The last day on which the credential is good, `yyyy-mm-dd`; NULL where there is none yet.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_expires_on(summary: Option<&Summary>) -> *const c_char {
    lent(levels(summary).map(|levels| &levels.expires_on))
}

/// From when on an announced recovery can be collected, RFC 3339; NULL where none is.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_effective_at(summary: Option<&Summary>) -> *const c_char {
    lent(summary.and_then(|summary| summary.effective_at.as_ref()))
}

/// How often the wallet was saved. An app that keeps this number where the file is not gives it when it opens the
/// wallet, and an older copy is refused.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_generation(summary: Option<&Summary>) -> u64 {
    summary.map_or(0, |summary| summary.generation)
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_summary_free(summary: Option<Box<Summary>>) {
    freed(summary);
}

/// What each network learnt, the oldest first.
pub struct Ledger(Vec<Disclosure>);

/// One presentation in the ledger. It belongs to the ledger.
pub struct Disclosure {
    at: CString,
    demand: Demand,
    account: CString,
    slot: u8,
    contract: Option<CString>,
}

/// What each network learnt up to this moment.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_wallet_ledger(
    wallet: Option<&Wallet>,
    ledger: Option<&mut MaybeUninit<*mut Ledger>>,
) -> Option<Box<Error>> {
    given(ledger, || {
        let entries = there(wallet)?.0.ledger()?;
        let entries = entries.iter().map(|entry| Disclosure {
            at: kept(&entry.at()),
            demand: entry.demand().as_ref().into(),
            account: kept(&entry.account()),
            slot: entry.slot(),
            contract: entry.contract().as_deref().map(kept),
        });
        Ok(Ledger(entries.collect()))
    })
}

/// How many presentations there were.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_ledger_count(ledger: Option<&Ledger>) -> usize {
    ledger.map_or(0, |ledger| ledger.0.len())
}

/// One of them; NULL from the count on.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_ledger_entry(ledger: Option<&Ledger>, at: usize) -> *const Disclosure {
    let entry = ledger.and_then(|ledger| ledger.0.get(at));
    entry.map_or(ptr::null(), ptr::from_ref)
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_ledger_free(ledger: Option<Box<Ledger>>) {
    freed(ledger);
}

/// When, RFC 3339.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_disclosure_at(disclosure: Option<&Disclosure>) -> *const c_char {
    lent(disclosure.map(|disclosure| &disclosure.at))
}

/// What the network learnt: that these demands are met.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_disclosure_demand(disclosure: Option<&Disclosure>) -> *const Demand {
    disclosure.map_or(ptr::null(), |disclosure| &disclosure.demand)
}

/// The account that it was shown for, CAIP-10.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_disclosure_account(disclosure: Option<&Disclosure>) -> *const c_char {
    lent(disclosure.map(|disclosure| &disclosure.account))
}

/// The place that was taken.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_disclosure_slot(disclosure: Option<&Disclosure>) -> u8 {
    disclosure.map_or(0, |disclosure| disclosure.slot)
}

/// The contract that it was shown to, CAIP-10; NULL for a verifier.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_disclosure_contract(disclosure: Option<&Disclosure>) -> *const c_char {
    lent(disclosure.and_then(|disclosure| disclosure.contract.as_ref()))
}
