//! How a callback answers with more than a number.

use super::boundary::{bytes, done, there};
use super::error::Error;
use crate::error::{HumansealError, ProviderError};
use crate::keys;

/// The longest answer: a response APDU with its status word.
const MAX_REPLY: usize = 65_538;
/// The longest part of an attestation.
const MAX_PART: usize = 64 * 1024;
/// The most certificates of a chain.
const MAX_CHAIN: usize = 8;

/// Bytes somewhere in the caller's memory.
#[repr(C)]
pub struct Bytes {
    /// The first of them; may be NULL where there is none.
    pub data: *const u8,
    /// How many.
    pub length: usize,
}

/// Where a callback puts bytes that it answers with, by humanseal_reply. It is there while the callback runs.
#[derive(Default)]
pub struct Reply(Once<Vec<u8>>);

/// Where a key provider puts what vouches for a statement, by one of the humanseal_attest functions. It is there
/// while the callback runs.
#[derive(Default)]
pub struct Attestation(Once<keys::Attestation>);

/// An answer that is given once. Who answers twice has not answered: nobody knows which one is meant.
#[derive(Default)]
enum Once<T> {
    #[default]
    Nothing,
    Given(T),
    Twice,
}

impl<T> Once<T> {
    fn give(&mut self, answer: T) -> Result<(), HumansealError> {
        match self {
            Self::Nothing => *self = Self::Given(answer),
            Self::Given(_) | Self::Twice => {
                *self = Self::Twice;
                let detail = "a callback answered twice; none of its answers counts";
                return Err(HumansealError::input("reply_twice", detail));
            }
        }
        Ok(())
    }

    /// The answer of a callback that said 1.
    fn said(self, said: i32) -> Result<T, ProviderError> {
        match self {
            Self::Given(answer) if said == 1 => Ok(answer),
            _ => Err(failed()),
        }
    }
}

/// What the app's code could not do.
pub(super) fn failed() -> ProviderError {
    ProviderError::Failed {
        reason: "the app's code failed".into(),
    }
}

impl Reply {
    pub(super) fn said(self, said: i32) -> Result<Vec<u8>, ProviderError> {
        self.0.said(said)
    }
}

impl Attestation {
    pub(super) fn said(self, said: i32) -> Result<keys::Attestation, ProviderError> {
        self.0.said(said)
    }
}

/// Answers with these bytes, at most 65,538. They are copied. A second answer to one callback is refused
/// (`reply_twice`), and takes the first one back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_reply(
    reply: Option<&mut Reply>,
    data: *const u8,
    length: usize,
) -> Option<Box<Error>> {
    done(|| {
        // SAFETY: the module asks that these bytes can be read.
        let answer = unsafe { bytes(data, length, MAX_REPLY) }?;
        there(reply)?.0.give(answer.to_vec())
    })
}

/// Vouches by an Ed25519 key of the program: its public key of 32 bytes and its signature of 64.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_attest_software(
    attestation: Option<&mut Attestation>,
    public_key: Bytes,
    signature: Bytes,
) -> Option<Box<Error>> {
    done(|| {
        there(attestation)?.0.give(keys::Attestation::Software {
            public_key: part(&public_key)?,
            signature: part(&signature)?,
        })
    })
}

/// Vouches by a key of Android's key store, made with the digest as its attestation challenge: its chain of at most 8
/// certificates in DER, the leaf first, and its signature in DER, ECDSA on P-256 with SHA-256.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_attest_android_key(
    attestation: Option<&mut Attestation>,
    chain: *const Bytes,
    certificates: usize,
    signature: Bytes,
) -> Option<Box<Error>> {
    done(|| {
        there((!chain.is_null()).then_some(()))?;
        if !(1..=MAX_CHAIN).contains(&certificates) {
            let detail = "a chain has 1 to 8 certificates";
            return Err(HumansealError::input("chain_length", detail));
        }
        // SAFETY: it is not NULL, and the module asks that so many can be read.
        let chain = unsafe { std::slice::from_raw_parts(chain, certificates) };
        there(attestation)?.0.give(keys::Attestation::AndroidKey {
            chain: chain.iter().map(part).collect::<Result<_, _>>()?,
            signature: part(&signature)?,
        })
    })
}

/// Vouches by App Attest, asked with the digest as the client data hash: its attestation object in CBOR.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_attest_apple_app_attest(
    attestation: Option<&mut Attestation>,
    object: Bytes,
) -> Option<Box<Error>> {
    done(|| {
        let object = part(&object)?;
        there(attestation)?
            .0
            .give(keys::Attestation::AppleAppAttest { object })
    })
}

fn part(part: &Bytes) -> Result<Vec<u8>, HumansealError> {
    // SAFETY: the module asks that these bytes can be read.
    Ok(unsafe { bytes(part.data, part.length, MAX_PART) }?.to_vec())
}
