//! What a network asks to be shown, or was shown.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

use super::boundary::{kept, lent};
use crate::owner;

/// What a network asks to be shown, or was shown. It belongs to the object that it was asked of. Levels and days are as
/// docs/protocol.md has them.
pub struct Demand {
    network: CString,
    asker: Option<CString>,
    action: CString,
    epoch: u64,
    statement: Option<CString>,
    min_age: u8,
    min_document: u8,
    min_device: u8,
    min_unique: u8,
    max_slots: u8,
    max_verified_days: u16,
    min_established_days: u16,
    excluded: Vec<u8>,
}

impl From<&owner::Demand> for Demand {
    fn from(demand: &owner::Demand) -> Self {
        Self {
            network: kept(&demand.network()),
            asker: demand.asker().as_deref().map(kept),
            action: kept(&demand.action()),
            epoch: demand.epoch(),
            statement: demand.statement().as_deref().map(kept),
            min_age: demand.min_age(),
            min_document: demand.min_document(),
            min_device: demand.min_device(),
            min_unique: demand.min_unique(),
            max_slots: demand.max_slots(),
            max_verified_days: demand.max_verified_days(),
            min_established_days: demand.min_established_days(),
            excluded: demand.excluded(),
        }
    }
}

/// The network, a DNS name.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_network(demand: Option<&Demand>) -> *const c_char {
    lent(demand.map(|demand| &demand.network))
}

/// Who asks: a verifier's origin, or a contract as a CAIP-10 account. NULL in the ledger.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_asker(demand: Option<&Demand>) -> *const c_char {
    lent(demand.and_then(|demand| demand.asker.as_ref()))
}

/// What for.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_action(demand: Option<&Demand>) -> *const c_char {
    lent(demand.map(|demand| &demand.action))
}

/// The epoch, 0 for ever.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_epoch(demand: Option<&Demand>) -> u64 {
    demand.map_or(0, |demand| demand.epoch)
}

/// The verifier's line for the owner; NULL where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_statement(demand: Option<&Demand>) -> *const c_char {
    lent(demand.and_then(|demand| demand.statement.as_ref()))
}

/// Least age in years; 0 no demand.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_min_age(demand: Option<&Demand>) -> u8 {
    demand.map_or(0, |demand| demand.min_age)
}

/// Least document level; 0 no demand.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_min_document(demand: Option<&Demand>) -> u8 {
    demand.map_or(0, |demand| demand.min_document)
}

/// Least device level; 0 no demand.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_min_device(demand: Option<&Demand>) -> u8 {
    demand.map_or(0, |demand| demand.min_device)
}

/// Least level of uniqueness; 0 no demand.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_min_unique(demand: Option<&Demand>) -> u8 {
    demand.map_or(0, |demand| demand.min_unique)
}

/// Places of one person.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_max_slots(demand: Option<&Demand>) -> u8 {
    demand.map_or(0, |demand| demand.max_slots)
}

/// The last live match is at most so many days old; 65535 no demand.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_max_verified_days(demand: Option<&Demand>) -> u16 {
    demand.map_or(0, |demand| demand.max_verified_days)
}

/// The credential's line was established at least so many days ago; 0 no demand.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_min_established_days(demand: Option<&Demand>) -> u16 {
    demand.map_or(0, |demand| demand.min_established_days)
}

/// The nationalities that are refused, by their indices, and how many they are; NULL where there is none. `count` may be
/// NULL.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_demand_excluded(
    demand: Option<&Demand>,
    count: Option<&mut MaybeUninit<usize>>,
) -> *const u8 {
    let excluded = demand.map_or(&[][..], |demand| &demand.excluded);
    if let Some(count) = count {
        count.write(excluded.len());
    }
    match excluded.is_empty() {
        true => ptr::null(),
        false => excluded.as_ptr(),
    }
}
