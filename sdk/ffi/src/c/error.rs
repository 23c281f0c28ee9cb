//! Why a call did not do what it says.

use std::ffi::{CString, c_char};

use super::boundary::{freed, kept, lent};
use crate::error::HumansealError;

/// Who can do something about an error.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no error: it is NULL.
    None = 0,
    /// The owner stopped it.
    Cancelled = 1,
    /// What the app gave cannot be used: an address, a frame, a link, a file.
    Input = 2,
    /// The document cannot be read, or does not pass a check.
    Document = 3,
    /// Camera, liveness, match or proof: another capture may do.
    Capture = 4,
    /// This device does not do that. Only its owner is told.
    Refused = 5,
    /// Issuer or verifier cannot be reached, refused, or answered what they must not.
    Service = 6,
    /// The wallet cannot be opened or saved, or is not in a state for this.
    Wallet = 7,
    /// A key that the app provides did not do its work: the device's, the wallet's or the account's.
    Keys = 8,
    /// A defect of this library, or of how it was packed.
    Fault = 9,
}

/// Why a call did not do what it says. Nothing in it tells a secret or anything of the person.
pub struct Error {
    kind: ErrorKind,
    code: CString,
    reason: Option<CString>,
    detail: CString,
    status: u16,
}

impl From<HumansealError> for Error {
    fn from(error: HumansealError) -> Self {
        let code = kept(error.code());
        let (kind, reason, detail, status) = match error {
            HumansealError::Cancelled { detail, .. } => (ErrorKind::Cancelled, None, detail, 0),
            HumansealError::Input { detail, .. } => (ErrorKind::Input, None, detail, 0),
            HumansealError::Document { detail, .. } => (ErrorKind::Document, None, detail, 0),
            HumansealError::Capture { detail, .. } => (ErrorKind::Capture, None, detail, 0),
            HumansealError::Refused { detail, .. } => (ErrorKind::Refused, None, detail, 0),
            HumansealError::Service {
                reason,
                status,
                detail,
                ..
            } => (ErrorKind::Service, reason, detail, status),
            HumansealError::Wallet { detail, .. } => (ErrorKind::Wallet, None, detail, 0),
            HumansealError::Keys { detail, .. } => (ErrorKind::Keys, None, detail, 0),
            HumansealError::Fault { detail, .. } => (ErrorKind::Fault, None, detail, 0),
        };
        Self {
            kind,
            code,
            reason: reason.as_deref().map(kept),
            detail: kept(&detail),
            status,
        }
    }
}

/// Who can do something about it.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_error_kind(error: Option<&Error>) -> ErrorKind {
    error.map_or(ErrorKind::None, |error| error.kind)
}

/// The stable code, the same word as in the service's catalogue and at the command line; where the service refused, its
/// own. NULL of NULL.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_error_code(error: Option<&Error>) -> *const c_char {
    lent(error.map(|error| &error.code))
}

/// A finer code of the part of a service that refused; NULL where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_error_reason(error: Option<&Error>) -> *const c_char {
    lent(error.and_then(|error| error.reason.as_ref()))
}

/// A sentence for the owner. NULL of NULL.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_error_detail(error: Option<&Error>) -> *const c_char {
    lent(error.map(|error| &error.detail))
}

/// The HTTP status of a service's refusal; 0 where there was none.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_error_status(error: Option<&Error>) -> u16 {
    error.map_or(0, |error| error.status)
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_error_free(error: Option<Box<Error>>) {
    freed(error);
}
