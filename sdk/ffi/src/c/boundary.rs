//! What every function of the C API does: looks at what it was given, keeps a panic, hands over a result.

use std::ffi::{CString, c_char, c_void};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use super::error::Error;
use crate::error::HumansealError;

/// No path, address, link, account or sentence is longer, in bytes.
const MAX_TEXT: usize = 4096;

/// Does some work. A panic ends here.
pub(super) fn done(work: impl FnOnce() -> Result<(), HumansealError>) -> Option<Box<Error>> {
    let ended = catch_unwind(AssertUnwindSafe(work));
    let ended = ended.unwrap_or_else(|_| {
        let detail = "a defect of this library; report it";
        Err(HumansealError::fault("internal", detail))
    });
    Some(Box::new(Error::from(ended.err()?)))
}

/// Makes an object and hands it over; NULL where that fails.
pub(super) fn given<T>(
    out: Option<&mut MaybeUninit<*mut T>>,
    work: impl FnOnce() -> Result<T, HumansealError>,
) -> Option<Box<Error>> {
    done(|| {
        // Before anything else, so that a caller never frees what was there.
        let out = there(out)?.write(ptr::null_mut());
        *out = Box::into_raw(Box::new(work()?));
        Ok(())
    })
}

/// Frees an object. A panic ends here.
pub(super) fn freed<T>(object: Option<Box<T>>) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(object)));
}

/// Waits for long work, which runs on a thread of its own.
pub(super) fn waited<T>(
    work: impl Future<Output = Result<T, HumansealError>>,
) -> Result<T, HumansealError> {
    futures_executor::block_on(work)
}

/// What must not be NULL.
pub(super) fn there<T>(pointer: Option<T>) -> Result<T, HumansealError> {
    pointer.ok_or_else(|| {
        HumansealError::input("pointer_null", "an argument is NULL that must not be")
    })
}

/// A function of a struct of callbacks.
pub(super) fn callback<T>(function: Option<T>) -> Result<T, HumansealError> {
    function.ok_or_else(|| {
        HumansealError::input(
            "callback_missing",
            "a function of a callback struct is NULL",
        )
    })
}

/// Text as C has it.
///
/// # Safety
/// `text` is NULL, or can be read up to a zero byte or for 4097 bytes.
pub(super) unsafe fn text(text: *const c_char) -> Result<String, HumansealError> {
    there((!text.is_null()).then_some(()))?;
    // SAFETY: no zero byte was found before `at`, so the caller's promise reaches as far as `at`.
    let end = (0..=MAX_TEXT).find(|&at| unsafe { text.add(at).read() } == 0);
    let length = end
        .ok_or_else(|| HumansealError::input("text_too_long", "a text has more than 4096 bytes"))?;
    // SAFETY: so many bytes were just read.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), length) };
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|_| HumansealError::input("text_encoding", "a text is no UTF-8"))?;
    Ok(text.to_owned())
}

/// Text that may be left out.
///
/// # Safety
/// As [`text`].
pub(super) unsafe fn optional_text(
    optional: *const c_char,
) -> Result<Option<String>, HumansealError> {
    match optional.is_null() {
        true => Ok(None),
        // SAFETY: the caller's promise is passed on.
        false => unsafe { text(optional) }.map(Some),
    }
}

/// At most `limit` bytes, which is below half of the address space.
///
/// # Safety
/// `length` bytes can be read at `data`, for as long as the result is used; NULL has none.
pub(super) unsafe fn bytes<'a>(
    data: *const u8,
    length: usize,
    limit: usize,
) -> Result<&'a [u8], HumansealError> {
    if length == 0 {
        return Ok(&[]);
    }
    there((!data.is_null()).then_some(()))?;
    if length > limit {
        let detail = "more bytes were given than this call takes";
        return Err(HumansealError::input("bytes_too_long", detail));
    }
    // SAFETY: the caller's promise, and it is not NULL.
    Ok(unsafe { std::slice::from_raw_parts(data, length) })
}

/// Text for C, which an object keeps. A zero byte inside would hide what follows it from whoever reads it, so it is
/// shown as U+FFFD.
pub(super) fn kept(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

/// Kept text as C sees it; NULL where there is none.
pub(super) fn lent(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

/// What the app's callbacks are given back.
#[derive(Clone, Copy)]
pub(super) struct Context(pub(super) *mut c_void);

// SAFETY: it is never looked at here, only given back; and the module asks for contexts that are good on any thread.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}
