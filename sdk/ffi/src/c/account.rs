//! The account that a proof is bound to, and its key.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::boundary::{Context, callback, kept, text, there};
use super::reply::Reply;
use crate::account;
use crate::error::{HumansealError, ProviderError};

/// Whoever holds the key of an account.
#[repr(C)]
pub struct AccountSigner {
    /// Given back to the function.
    pub context: *mut c_void,
    /// The account in CAIP-10, such as `eip155:1:0x…`.
    pub account: *const c_char,
    /// Signs a sign-in message and puts the signature into `signature` (humanseal_reply): of an EVM account by
    /// `personal_sign` (65 bytes, or what a contract wallet gives), of a Solana account by Ed25519 over the bytes
    /// of the message (64 bytes).
    pub sign: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            message: *const c_char,
            signature: &mut Reply,
        ) -> i32,
    >,
}

struct Signer {
    context: Context,
    account: String,
    sign: unsafe extern "C" fn(*mut c_void, *const c_char, &mut Reply) -> i32,
}

impl account::AccountSigner for Signer {
    fn account(&self) -> Result<String, ProviderError> {
        Ok(self.account.clone())
    }

    fn sign(&self, message: String) -> Result<Vec<u8>, ProviderError> {
        let (message, mut signature) = (kept(&message), Reply::default());
        // SAFETY: the app's function of this type, called as the module says; message and reply are there while it runs.
        let said = unsafe { (self.sign)(self.context.0, message.as_ptr(), &mut signature) };
        signature.said(said)
    }
}

/// # Safety
/// The signer's account is text of C, or NULL.
pub(super) unsafe fn signing(
    signer: Option<&AccountSigner>,
) -> Result<Arc<dyn account::AccountSigner>, HumansealError> {
    let signer = there(signer)?;
    Ok(Arc::new(Signer {
        context: Context(signer.context),
        // SAFETY: the caller's promise is passed on.
        account: unsafe { text(signer.account) }?,
        sign: callback(signer.sign)?,
    }))
}
