//! A document as it is printed: lines that somebody types or recognises, and a photograph of its page.

use std::sync::Arc;

use humanseal_biometric::Language;
use humanseal_documents::{ChipError, ChipFault, Moment, MrzError};
use humanseal_sdk::nfc::{self, MrzReaderError};
use humanseal_sdk::{self as sdk, DeviceDocument, DocumentError, DocumentSource, PrintedPage};
use zeroize::Zeroizing;

use crate::error::ProviderError;
use crate::frame::Frame;
use crate::watch::Watch;

/// Why lines were not taken; nothing of what they say.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct WrongLines {
    /// The stable code: the field where one is wrong (`mrz_field_number`, …), else what is.
    pub code: String,
    /// What the person can do, one sentence.
    pub advice: String,
}

/// Somebody who types the lines, or a recogniser of characters.
#[uniffi::export(with_foreign)]
pub trait MrzReader: Send + Sync {
    /// The two or three lines in UTF-8 bytes, with line breaks or without; the library wipes its copy, the app its own.
    /// `wrong` says why the last ones were not taken. None gives up, as does what is thrown.
    fn read(&self, wrong: Option<WrongLines>) -> Result<Option<Vec<u8>>, ProviderError>;
}

/// What is printed. It prints nothing itself.
pub(crate) struct Printed {
    pub(crate) lines: Lines,
    pub(crate) photograph: Arc<Frame>,
}

pub(crate) enum Lines {
    Asked {
        reader: Arc<dyn MrzReader>,
        language: Language,
    },
    Typed(Zeroizing<Vec<u8>>),
}

impl Printed {
    pub(crate) fn reading<'a>(&'a self, watch: &'a Watch) -> Reading<'a> {
        Reading { of: self, watch }
    }
}

/// The page while it is shown.
pub(crate) struct Reading<'a> {
    of: &'a Printed,
    watch: &'a Watch,
}

impl Reading<'_> {
    pub(crate) fn document(&self, at: Moment) -> Result<DeviceDocument, DocumentError> {
        let photograph = Arc::clone(&self.of.photograph.0);
        let read = match &self.of.lines {
            Lines::Asked { reader, language } => {
                let (language, watch) = (*language, self.watch);
                let mut asking = Asking {
                    reader,
                    language,
                    watch,
                };
                PrintedPage::new(&mut asking, photograph).document(at)
            }
            Lines::Typed(lines) => {
                PrintedPage::new(&mut Once(Some(lines)), photograph).document(at)
            }
        };
        match read {
            // The asking was stopped; nobody gave up.
            Err(DocumentError::Lines(MrzReaderError::GivenUp(_))) if self.watch.is_cancelled() => {
                Err(ChipError::Fault(ChipFault::Cancelled).into())
            }
            read => read,
        }
    }
}

/// The app's reader as the SDK asks it.
struct Asking<'a> {
    reader: &'a Arc<dyn MrzReader>,
    language: Language,
    watch: &'a Watch,
}

impl sdk::MrzReader for Asking<'_> {
    fn lines(&mut self, wrong: Option<MrzError>) -> Option<Zeroizing<String>> {
        if self.watch.is_cancelled() {
            return None;
        }
        let wrong = wrong.map(|error| WrongLines {
            code: MrzReaderError::Unreadable(error).code().to_owned(),
            advice: nfc::mrz_advice(error, self.language).to_owned(),
        });
        let lines = Zeroizing::new(self.reader.read(wrong).ok()??);
        Some(text(&lines))
    }
}

/// Lines that were typed once.
struct Once<'a>(Option<&'a Zeroizing<Vec<u8>>>);

impl sdk::MrzReader for Once<'_> {
    fn lines(&mut self, _: Option<MrzError>) -> Option<Zeroizing<String>> {
        self.0.take().map(|lines| text(lines))
    }
}

/// What is no UTF-8 has no letter of an MRZ either, and is refused as such.
fn text(lines: &[u8]) -> Zeroizing<String> {
    let text = std::str::from_utf8(lines).unwrap_or("?");
    Zeroizing::new(text.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
