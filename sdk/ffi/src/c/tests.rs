//! What is refused, and what a callback's answer is worth. The scenario in C goes through everything else.

mod callbacks;
mod refusals;

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr;

use crate::c::error::{Error, humanseal_error_code, humanseal_error_free};

/// The code of a refusal, which is freed.
fn code(error: Option<Box<Error>>) -> String {
    let error = error.expect("a refusal");
    // SAFETY: it is text of the error.
    let code = unsafe { CStr::from_ptr(humanseal_error_code(Some(&error))) };
    let code = code.to_str().unwrap().to_owned();
    humanseal_error_free(Some(error));
    code
}

/// The code of a call that makes an object, and that it made none.
fn refused<T>(make: impl FnOnce(Option<&mut MaybeUninit<*mut T>>) -> Option<Box<Error>>) -> String {
    let mut out = MaybeUninit::new(ptr::dangling_mut::<T>());
    let code = code(make(Some(&mut out)));
    // SAFETY: it was written to above.
    assert!(unsafe { out.assume_init() }.is_null(), "{code}");
    code
}

/// An object of a call that makes it.
fn made<T>(make: impl FnOnce(Option<&mut MaybeUninit<*mut T>>) -> Option<Box<Error>>) -> Box<T> {
    let mut out = MaybeUninit::uninit();
    assert!(make(Some(&mut out)).is_none());
    // SAFETY: the call made it and gave it away.
    unsafe { Box::from_raw(out.assume_init()) }
}
