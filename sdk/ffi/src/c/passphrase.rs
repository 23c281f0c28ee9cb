//! The words that open a wallet.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::sync::Arc;

use super::boundary::{bytes, freed, given};
use super::error::Error;
use crate::secret;

/// More words than anybody types.
const MAX_WORDS: usize = 4096;

/// The words that open a wallet file or a backup. Nobody can read them out of it; they are wiped when it is freed.
pub struct Passphrase(pub(super) Arc<secret::Passphrase>);

/// Takes words in UTF-8 of so many bytes, at most 4096. The app wipes its own copy afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_passphrase_new(
    utf8: *const c_char,
    length: usize,
    passphrase: Option<&mut MaybeUninit<*mut Passphrase>>,
) -> Option<Box<Error>> {
    given(passphrase, || {
        // SAFETY: the module asks that these bytes can be read.
        let words = unsafe { bytes(utf8.cast(), length, MAX_WORDS) }?;
        Ok(Passphrase(secret::Passphrase::new(words.to_vec())))
    })
}

/// Frees and wipes it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_passphrase_free(passphrase: Option<Box<Passphrase>>) {
    freed(passphrase);
}
