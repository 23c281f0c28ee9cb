//! Randomness from the operating system, in the traits that arkworks takes.

use std::num::NonZeroU32;

use ark_std::rand::{CryptoRng, Error, RngCore};

/// The code under which the trait reports that the system gave nothing: the first that it leaves
/// to its users. An error with a text would need a feature that this crate does not ask for.
const UNAVAILABLE: NonZeroU32 = NonZeroU32::MIN.saturating_add(Error::CUSTOM_START - 1);

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
        getrandom::fill(bytes).map_err(|_| UNAVAILABLE.into())
    }
}

impl CryptoRng for OsEntropy {}
