//! A document's chip over NFC.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::sync::Arc;

use super::boundary::{Context, callback, freed, given, kept, text, there};
use super::error::Error;
use super::reply::Reply;
use crate::error::{HumansealError, ProviderError};
use crate::nfc;

/// The way to a chip: `IsoDep` on Android, `NFCISO7816Tag` on iOS, a reader on a desktop.
#[repr(C)]
pub struct NfcLink {
    /// Given back to the function.
    pub context: *mut c_void,
    /// Sends one command APDU and puts the whole response APDU, its status word last, into `response` (humanseal_reply).
    /// A failure is a lost link; the next call tries the link anew.
    pub transceive: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            command: *const u8,
            length: usize,
            response: &mut Reply,
        ) -> i32,
    >,
}

struct Link {
    context: Context,
    transceive: unsafe extern "C" fn(*mut c_void, *const u8, usize, &mut Reply) -> i32,
}

impl nfc::NfcLink for Link {
    fn transceive(&self, command: Vec<u8>) -> Result<Vec<u8>, ProviderError> {
        let mut response = Reply::default();
        let (bytes, length) = (command.as_ptr(), command.len());
        // SAFETY: the app's function of this type, called as the module says; both buffers are there while it runs.
        let said = unsafe { (self.transceive)(self.context.0, bytes, length, &mut response) };
        response.said(said)
    }
}

pub(super) fn linked(link: Option<&NfcLink>) -> Result<Arc<dyn nfc::NfcLink>, HumansealError> {
    let link = there(link)?;
    Ok(Arc::new(Link {
        context: Context(link.context),
        transceive: callback(link.transceive)?,
    }))
}

/// Whoever holds the document to the phone.
#[repr(C)]
pub struct NfcTap {
    /// Given back to the functions.
    pub context: *mut c_void,
    /// So many bytes of so many of a file were read; its name is `EF.DG2` or the like. May be NULL.
    pub read_so_far: Option<
        unsafe extern "C" fn(context: *mut c_void, file: *const c_char, bytes: u32, of: u32),
    >,
    /// Something happened that another tap mends: tells the person the advice, waits, and says 1 once the document is
    /// back.
    pub again: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            code: *const c_char,
            advice: *const c_char,
        ) -> i32,
    >,
}

struct Tap {
    context: Context,
    read_so_far: Option<unsafe extern "C" fn(*mut c_void, *const c_char, u32, u32)>,
    again: unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char) -> i32,
}

impl nfc::NfcTap for Tap {
    fn read_so_far(&self, file: String, bytes: u32, of: u32) -> Result<(), ProviderError> {
        if let Some(tell) = self.read_so_far {
            let file = kept(&file);
            // SAFETY: the app's function of this type, called as the module says; the name is there while it runs.
            unsafe { tell(self.context.0, file.as_ptr(), bytes, of) };
        }
        Ok(())
    }

    fn again(&self, code: String, advice: String) -> Result<bool, ProviderError> {
        let (code, advice) = (kept(&code), kept(&advice));
        // SAFETY: as above.
        let said = unsafe { (self.again)(self.context.0, code.as_ptr(), advice.as_ptr()) };
        Ok(said == 1)
    }
}

pub(super) fn tapped(tap: Option<&NfcTap>) -> Result<Arc<dyn nfc::NfcTap>, HumansealError> {
    let tap = there(tap)?;
    Ok(Arc::new(Tap {
        context: Context(tap.context),
        read_so_far: tap.read_so_far,
        again: callback(tap.again)?,
    }))
}

/// What opens a chip.
pub struct Access(pub(super) Arc<nfc::DocumentAccess>);

/// Fields of the MRZ: document number, birth and expiry as yymmdd. The app wipes its own copies.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_access_from_fields(
    number: *const c_char,
    birthdate: *const c_char,
    expiry: *const c_char,
    access: Option<&mut MaybeUninit<*mut Access>>,
) -> Option<Box<Error>> {
    given(access, || {
        // SAFETY: the module asks that these are texts of C.
        let (number, birthdate, expiry) =
            unsafe { (text(number)?, text(birthdate)?, text(expiry)?) };
        let made = nfc::DocumentAccess::from_fields(
            number.into_bytes(),
            birthdate.into_bytes(),
            expiry.into_bytes(),
        );
        Ok(Access(made?))
    })
}

/// The card access number, six digits. The app wipes its own copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_access_from_can(
    can: *const c_char,
    access: Option<&mut MaybeUninit<*mut Access>>,
) -> Option<Box<Error>> {
    given(access, || {
        // SAFETY: the module asks that it is text of C.
        let can = unsafe { text(can) }?;
        Ok(Access(nfc::DocumentAccess::from_can(can.into_bytes())?))
    })
}

/// Frees and wipes it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_access_free(access: Option<Box<Access>>) {
    freed(access);
}
