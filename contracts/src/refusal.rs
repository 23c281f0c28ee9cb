//! Why a contract refused, by the names that it gives.

use alloy::sol_types::{Panic, Revert as Text, SolError, SolInterface};

use crate::bindings::PresentVerifierDevelopment::PresentVerifierDevelopmentErrors as VerifierErrors;
use crate::bindings::ProviderRegistry::ProviderRegistryErrors as RegistryErrors;

/// Why a claim takes no place, in the order of `Refusal` in `IProviderRegistry.sol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The nullifier is barred until a day.
    Banned,
    /// Another nullifier has a live registration of this account, which neither called nor consented.
    AccountOccupied,
    /// To register: the nullifier has a live registration already.
    Registered,
    /// To renew or move: the nullifier has none.
    NotRegistered,
    /// To renew: the live registration is another account's. To move: it is this account's.
    OtherAccount,
    /// The place changed its account too short a time ago.
    CoolingDown,
    /// The day is neither today nor yesterday, or its date is another day's.
    Day,
    /// A batch entry's nonce is not the nullifier's count.
    Stale,
    /// The claim is for the address 0, which stands for nobody.
    NoAccount,
}

impl Refusal {
    /// The refusal of this number; `None` for 0, which is none, and for numbers without a name.
    pub fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Banned,
            2 => Self::AccountOccupied,
            3 => Self::Registered,
            4 => Self::NotRegistered,
            5 => Self::OtherAccount,
            6 => Self::CoolingDown,
            7 => Self::Day,
            8 => Self::Stale,
            9 => Self::NoAccount,
            _ => return None,
        })
    }

    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Banned => "Banned",
            Self::AccountOccupied => "AccountOccupied",
            Self::Registered => "Registered",
            Self::NotRegistered => "NotRegistered",
            Self::OtherAccount => "OtherAccount",
            Self::CoolingDown => "CoolingDown",
            Self::Day => "Day",
            Self::Stale => "Stale",
            Self::NoAccount => "NoAccount",
        }
    }
}

/// A call that a contract reverted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revert {
    /// The registry refused a claim.
    Refused(Refusal),
    /// An entry of a batch is no proof at all.
    MalformedEntry(u64),
    /// Another named error, as the contract's source has it.
    Named(String),
    /// Data that is no error of these contracts, in hexadecimal; empty for none.
    Unknown(String),
}

impl Revert {
    /// Decodes what a call returned when it was reverted.
    pub fn decode(data: &[u8]) -> Self {
        match RegistryErrors::abi_decode(data) {
            Ok(RegistryErrors::Refused(refused)) => {
                return match Refusal::from_number(refused.refusal) {
                    Some(refusal) => Self::Refused(refusal),
                    None => Self::Unknown(hex(data)),
                };
            }
            Ok(RegistryErrors::MalformedEntry(entry)) => {
                return Self::MalformedEntry(entry.index.saturating_to());
            }
            Ok(error) => return Self::named(RegistryErrors::name_by_selector(error.selector())),
            Err(_) => {}
        }
        match VerifierErrors::abi_decode(data) {
            Ok(VerifierErrors::MalformedEntry(entry)) => {
                return Self::MalformedEntry(entry.index.saturating_to());
            }
            Ok(error) => return Self::named(VerifierErrors::name_by_selector(error.selector())),
            Err(_) => {}
        }
        if let Ok(text) = Text::abi_decode(data) {
            return Self::Named(text.reason);
        }
        if let Ok(panic) = Panic::abi_decode(data) {
            return Self::Named(format!("Panic({})", panic.code));
        }
        Self::Unknown(hex(data))
    }

    fn named(name: Option<&'static str>) -> Self {
        Self::Named(name.unwrap_or_default().to_owned())
    }
}

fn hex(data: &[u8]) -> String {
    alloy::primitives::hex::encode(data)
}

impl std::fmt::Display for Revert {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "Refused({})", refusal.name()),
            Self::MalformedEntry(index) => write!(f, "MalformedEntry({index})"),
            Self::Named(name) => f.write_str(name),
            Self::Unknown(data) if data.is_empty() => f.write_str("reverted without data"),
            Self::Unknown(data) => write!(f, "0x{data}"),
        }
    }
}
