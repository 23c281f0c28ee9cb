//! A document as it is printed.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr::null;
use std::sync::Arc;

use super::boundary::{Context, callback, given, kept, optional_text, text, there};
use super::document::Document;
use super::error::Error;
use super::frame::Frame;
use super::reply::Reply;
use crate::error::ProviderError;
use crate::printed::WrongLines;
use crate::{document, printed};

/// Somebody who types the printed lines, or a recogniser of characters.
#[repr(C)]
pub struct MrzReader {
    /// Given back to the function.
    pub context: *mut c_void,
    /// Puts the two or three lines in UTF-8, with line breaks or without, into `lines` (humanseal_reply). `code` and `advice`
    /// say why the last ones were not taken, and are NULL at first. Whatever is not 1 gives up.
    pub read: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            code: *const c_char,
            advice: *const c_char,
            lines: &mut Reply,
        ) -> i32,
    >,
}

struct Reader {
    context: Context,
    read: unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char, &mut Reply) -> i32,
}

impl printed::MrzReader for Reader {
    fn read(&self, wrong: Option<WrongLines>) -> Result<Option<Vec<u8>>, ProviderError> {
        let wrong = wrong.map(|wrong| (kept(&wrong.code), kept(&wrong.advice)));
        let (code, advice) = match &wrong {
            Some((code, advice)) => (code.as_ptr(), advice.as_ptr()),
            None => (null(), null()),
        };
        let mut lines = Reply::default();
        // SAFETY: the app's function of this type, called as the module says; both texts are there while it runs.
        let said = unsafe { (self.read)(self.context.0, code, advice, &mut lines) };
        lines.said(said).map(Some)
    }
}

/// A document without a chip at hand: `reader` is asked for the lines when it is shown, again and again until every check
/// digit holds or it gives up; `photograph` shows the data page upright, with its portrait as the only face. It earns
/// document level 1, which few networks take. `language` is that of advice, NULL for English.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_document_printed(
    reader: Option<&MrzReader>,
    photograph: Option<&Frame>,
    language: *const c_char,
    document: Option<&mut MaybeUninit<*mut Document>>,
) -> Option<Box<Error>> {
    given(document, || {
        // SAFETY: the module asks that it is text of C.
        let language = unsafe { optional_text(language) }?;
        let reader = there(reader)?;
        let reader = Reader {
            context: Context(reader.context),
            read: callback(reader.read)?,
        };
        Ok(Document(document::Document::printed(
            Arc::new(reader),
            Arc::clone(&there(photograph)?.0),
            language.unwrap_or_else(|| "en".into()),
        )))
    })
}

/// The same with lines that were typed. Lines that do not hold are refused when it is shown, by the field that is wrong.
/// The app wipes its own copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_document_printed_lines(
    lines: *const c_char,
    photograph: Option<&Frame>,
    document: Option<&mut MaybeUninit<*mut Document>>,
) -> Option<Box<Error>> {
    given(document, || {
        // SAFETY: the module asks that it is text of C.
        let lines = unsafe { text(lines) }?.into_bytes();
        let photograph = Arc::clone(&there(photograph)?.0);
        Ok(Document(document::Document::printed_lines(
            lines, photograph,
        )))
    })
}
