//! Randomness from the operating system, in the traits that arkworks takes.

use std::num::NonZeroU32;

use ark_std::rand::{CryptoRng, Error, RngCore};

/// The operating system's generator. It has no state, so it may be made where it is needed: at
/// the edge of a program, which hands it down.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl RngCore for OsEntropy {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }
    /// # Panics
    /// If the operating system gives no randomness: no secret may be made without it.
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gives no randomness: {error}");
        }
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        // A code rather than the error itself, which the trait takes only with a feature that this
        // crate does not ask for.
        const NO_RANDOMNESS: NonZeroU32 = NonZeroU32::MIN.saturating_add(Error::CUSTOM_START);
        getrandom::fill(bytes).map_err(|_| NO_RANDOMNESS.into())
    }
}

impl CryptoRng for OsEntropy {}
