//! The document, from wherever its files come.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::sync::Arc;

use super::boundary::{bytes, freed, given, optional_text, text, there};
use super::error::Error;
use super::nfc::{Access, NfcLink, NfcTap, linked, tapped};
use super::reply::Bytes;
use crate::document;
use crate::error::HumansealError;

/// One byte more than the longest file of a chip, so that the document says that it is too long.
const MAX_FILE: usize = (1 << 20) + 1;

/// A document to show to an issuer. It gives none of its data.
pub struct Document(pub(super) Arc<document::Document>);

/// The files of a chip as they were read, without the chip: EF.SOD, EF.DG1 and EF.DG2. They earn document level 2 at
/// most, as a copy of them does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_document_from_files(
    sod: Bytes,
    dg1: Bytes,
    dg2: Bytes,
    document: Option<&mut MaybeUninit<*mut Document>>,
) -> Option<Box<Error>> {
    let file = |file: Bytes| -> Result<Vec<u8>, HumansealError> {
        // SAFETY: the module asks that these bytes can be read.
        Ok(unsafe { bytes(file.data, file.length, MAX_FILE) }?.to_vec())
    };
    given(document, || {
        let made = document::Document::from_files(file(sod)?, file(dg1)?, file(dg2)?);
        Ok(Document(made?))
    })
}

/// A folder with the files by their names (`EF.SOD`, `EF.DG1`, …). It is read when it is shown. A specimen's folder with
/// its chip's key answers as the chip.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_document_from_folder(
    path: *const c_char,
    document: Option<&mut MaybeUninit<*mut Document>>,
) -> Option<Box<Error>> {
    given(document, || {
        // SAFETY: the module asks that it is text of C.
        let path = unsafe { text(path) }?;
        Ok(Document(document::Document::from_folder(path)))
    })
}

/// The chip itself, over NFC: document level 3 where it shows that it is no copy. It is read, and asked, when it is
/// shown. What was read is kept in the document: another attempt with it goes on where the last one ended.
/// `language` is that of advice, NULL for English.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_document_over_nfc(
    link: Option<&NfcLink>,
    access: Option<&Access>,
    tap: Option<&NfcTap>,
    language: *const c_char,
    document: Option<&mut MaybeUninit<*mut Document>>,
) -> Option<Box<Error>> {
    given(document, || {
        // SAFETY: the module asks that it is text of C.
        let language = unsafe { optional_text(language) }?;
        Ok(Document(document::Document::over_nfc(
            linked(link)?,
            Arc::clone(&there(access)?.0),
            tapped(tap)?,
            language.unwrap_or_else(|| "en".into()),
        )))
    })
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_document_free(document: Option<Box<Document>>) {
    freed(document);
}
