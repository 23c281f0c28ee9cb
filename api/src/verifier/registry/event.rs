//! What the registry's events mean for who is registered.

use alloy::primitives::{Address, B256, U256};
use alloy::rpc::types::Log;
use alloy::sol_types::SolEvent;
use humanseal_contracts::bindings::ProviderRegistry::{
    Ended, IssuerAdmitted, IssuerDistrusted, KeyAdmitted, KeyDistrusted, Registered,
};

use crate::chain::NodeError;

/// The events that are read: all that `isVerified` depends on. A ban shows as an end.
pub const KINDS: [B256; 6] = [
    Registered::SIGNATURE_HASH,
    Ended::SIGNATURE_HASH,
    IssuerAdmitted::SIGNATURE_HASH,
    IssuerDistrusted::SIGNATURE_HASH,
    KeyAdmitted::SIGNATURE_HASH,
    KeyDistrusted::SIGNATURE_HASH,
];

/// An event and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The block's number.
    pub block: u64,
    /// Its hash.
    pub block_hash: B256,
    /// Its place among the block's logs.
    pub log_index: u64,
    /// What happened.
    pub change: Change,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// An account has a place until then: newly, again, or by a move.
    Registered {
        /// The account.
        account: Address,
        /// The low 200 bits of the nullifier.
        place: Place,
        /// Unix seconds.
        expires_at: i64,
        /// Index of the issuer that vouched.
        issuer: u8,
        /// Index of the verifying key.
        key: u8,
    },
    /// An account lost a place.
    Ended {
        /// The account.
        account: Address,
        /// The place.
        place: Place,
    },
    /// An issuer or key is trusted from here on, or never more.
    Trust {
        /// Which of the two.
        kind: Trusted,
        /// Its index, never used twice.
        number: u8,
        /// Whether it is trusted.
        trusted: bool,
    },
    /// A verifying key was admitted; the hash that it states.
    Key {
        /// Its index.
        number: u8,
        /// Keccak-256 as docs/protocol.md section 12 defines it.
        vk_hash: B256,
    },
}

/// Who can be distrusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trusted {
    /// An issuer key.
    Issuer,
    /// A verifying key.
    Key,
}

impl Trusted {
    /// As the database has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Key => "key",
        }
    }
}

/// The low 200 bits of a nullifier, big-endian: the contract's name of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place([u8; 25]);

impl Place {
    fn of_nullifier(nullifier: U256) -> Self {
        let mut place = [0; 25];
        place.copy_from_slice(&nullifier.to_be_bytes::<32>()[7..]);
        Self(place)
    }
    /// As the database has it: 50 hexadecimal digits.
    pub fn as_text(self) -> String {
        hex::encode(self.0)
    }
}

impl Event {
    /// Reads a log of one of the [`KINDS`].
    ///
    /// # Errors
    /// [`NodeError::Malformed`].
    pub fn read(log: &Log) -> Result<Self, NodeError> {
        let at = (log.block_number, log.block_hash, log.log_index);
        let (Some(block), Some(block_hash), Some(log_index)) = at else {
            return Err(NodeError::Malformed);
        };
        Ok(Self {
            block,
            block_hash,
            log_index,
            change: change(log).ok_or(NodeError::Malformed)?,
        })
    }
}

fn change(log: &Log) -> Option<Change> {
    let log = &log.inner;
    let trust = |kind, number, trusted| Change::Trust {
        kind,
        number,
        trusted,
    };
    Some(match *log.topics().first()? {
        Registered::SIGNATURE_HASH => {
            let event = Registered::decode_log_validate(log).ok()?;
            Change::Registered {
                account: event.account,
                place: Place::of_nullifier(event.nullifier),
                expires_at: i64::try_from(event.expiresAt.to::<u64>()).ok()?,
                issuer: event.issuer,
                key: event.key,
            }
        }
        Ended::SIGNATURE_HASH => {
            // A cause that this program does not know is an end all the same: it is not read.
            let event = Ended::decode_log(log).ok()?;
            Change::Ended {
                account: event.account,
                place: Place(event.place.to_be_bytes()),
            }
        }
        IssuerAdmitted::SIGNATURE_HASH => {
            let event = IssuerAdmitted::decode_log_validate(log).ok()?;
            trust(Trusted::Issuer, event.issuer, true)
        }
        IssuerDistrusted::SIGNATURE_HASH => {
            let event = IssuerDistrusted::decode_log_validate(log).ok()?;
            trust(Trusted::Issuer, event.issuer, false)
        }
        KeyAdmitted::SIGNATURE_HASH => {
            let event = KeyAdmitted::decode_log_validate(log).ok()?;
            Change::Key {
                number: event.key,
                vk_hash: event.vkHash,
            }
        }
        KeyDistrusted::SIGNATURE_HASH => {
            let event = KeyDistrusted::decode_log_validate(log).ok()?;
            trust(Trusted::Key, event.key, false)
        }
        _ => return None,
    })
}
