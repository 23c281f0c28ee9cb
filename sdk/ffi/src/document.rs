//! The document, from wherever it comes: files, a chip, the printed page.

use std::sync::{Arc, Mutex};

use humanseal_biometric::Language;

use humanseal_documents::{Challenge, ChipError, ChipFiles, ElementaryFile, FolderChip, Moment};
use humanseal_sdk::nfc;
use humanseal_sdk::{DeviceDocument, DocumentError, DocumentSource, NfcChip};
use humanseal_zk_credentials::exchange::{ChipAnswer, ReadChannel};
use zeroize::Zeroizing;

use crate::error::{HumansealError, told};
use crate::frame::Frame;
use crate::nfc::{DocumentAccess, NfcLink, NfcTap, OverNfc};
use crate::printed::{Lines, MrzReader, Printed, Reading};
use crate::watch::Watch;

/// A document to show to an issuer. It prints nothing in any language and gives none of its data.
#[derive(uniffi::Object)]
pub struct Document(Source);

enum Source {
    Files(Box<ChipFiles>),
    Folder(FolderChip),
    Nfc(Box<OverNfc>),
    Printed(Printed),
}

#[uniffi::export]
impl Document {
    /// The files of a chip as they were read, without the chip: EF.SOD, EF.DG1 and EF.DG2. They earn document
    /// level 2 at most, as a copy of them does.
    #[uniffi::constructor]
    pub fn from_files(
        sod: Vec<u8>,
        dg1: Vec<u8>,
        dg2: Vec<u8>,
    ) -> Result<Arc<Self>, HumansealError> {
        let within = |file: ElementaryFile, bytes: Vec<u8>| {
            let bytes = Zeroizing::new(bytes);
            match bytes.len() <= file.limit() {
                true => Ok(bytes),
                false => Err(told!(Document, ChipError::TooLong(file))),
            }
        };
        let files = ChipFiles {
            sod: within(ElementaryFile::Sod, sod)?,
            dg1: within(ElementaryFile::Dg1, dg1)?,
            dg2: Some(within(ElementaryFile::Dg2, dg2)?),
            dg14: None,
            dg15: None,
        };
        Ok(Arc::new(Self(Source::Files(Box::new(files)))))
    }

    /// A folder with the files by their names (`EF.SOD`, `EF.DG1`, …). It is read when it is shown. A specimen's
    /// folder with its chip's key answers as the chip.
    #[uniffi::constructor]
    pub fn from_folder(path: String) -> Arc<Self> {
        Arc::new(Self(Source::Folder(FolderChip::new(path))))
    }

    /// The chip itself, over the phone's NFC: document level 3 where it shows that it is no copy. It is read, and
    /// asked, when it is shown, so that the phone lies on the document meanwhile. What was read is kept in here:
    /// another attempt with the same object goes on where the last one ended. `language` is that of advice.
    #[uniffi::constructor(default(language = "en"))]
    pub fn over_nfc(
        link: Arc<dyn NfcLink>,
        access: Arc<DocumentAccess>,
        tap: Arc<dyn NfcTap>,
        language: String,
    ) -> Arc<Self> {
        Arc::new(Self(Source::Nfc(Box::new(OverNfc {
            link,
            access,
            tap,
            language: Language::from_tag(&language),
            reading: Mutex::new(nfc::Reading::default()),
        }))))
    }

    /// A document without a chip at hand, as it is printed: `reader` is asked for the lines when it is shown, again and
    /// again until every check digit holds or it gives up; `photograph` shows the data page upright, with its portrait
    /// as the only face. It earns document level 1, which few networks take. It never stands in for a chip: an app that
    /// has one shows it by [`Self::over_nfc`]. `language` is that of advice.
    #[uniffi::constructor(default(language = "en"))]
    pub fn printed(
        reader: Arc<dyn MrzReader>,
        photograph: Arc<Frame>,
        language: String,
    ) -> Arc<Self> {
        let language = Language::from_tag(&language);
        let lines = Lines::Asked { reader, language };
        Arc::new(Self(Source::Printed(Printed { lines, photograph })))
    }

    /// The same with lines that were typed: UTF-8 bytes that the app wipes, line breaks or none. Lines that do not hold
    /// are refused when it is shown, by the field that is wrong.
    #[uniffi::constructor]
    pub fn printed_lines(lines: Vec<u8>, photograph: Arc<Frame>) -> Arc<Self> {
        let lines = Lines::Typed(Zeroizing::new(lines));
        Arc::new(Self(Source::Printed(Printed { lines, photograph })))
    }
}

impl Document {
    /// How it is read, for the statement.
    pub(crate) fn channel(&self) -> ReadChannel {
        match &self.0 {
            Source::Files(_) | Source::Folder(_) => ReadChannel::File,
            Source::Nfc(_) => ReadChannel::Nfc,
            Source::Printed(_) => ReadChannel::Camera,
        }
    }

    /// Shows it to some work: a reader of whatever stands behind it.
    pub(crate) fn shown<T>(&self, watch: &Watch, work: impl FnOnce(&mut Reader<'_>) -> T) -> T {
        match &self.0 {
            Source::Files(files) => work(&mut Reader::Files(files)),
            Source::Folder(folder) => work(&mut Reader::Folder(folder.clone())),
            Source::Nfc(chip) => chip.shown(watch, work),
            Source::Printed(page) => work(&mut Reader::Printed(page.reading(watch))),
        }
    }
}

/// Whatever stands behind a document.
pub(crate) enum Reader<'a> {
    Files(&'a ChipFiles),
    Folder(FolderChip),
    Nfc(NfcChip<'a>),
    Printed(Reading<'a>),
}

impl DocumentSource for Reader<'_> {
    fn document(&mut self, at: Moment) -> Result<DeviceDocument, DocumentError> {
        match self {
            Self::Files(files) => files.document(at),
            Self::Folder(folder) => folder.document(at),
            Self::Nfc(chip) => chip.document(at),
            Self::Printed(page) => page.document(at),
        }
    }

    fn answer(
        &mut self,
        document: &DeviceDocument,
        challenge: Challenge,
    ) -> Result<Option<ChipAnswer>, DocumentError> {
        match self {
            Self::Files(files) => files.answer(document, challenge),
            Self::Folder(folder) => folder.answer(document, challenge),
            Self::Nfc(chip) => chip.answer(document, challenge),
            // Ink answers nothing.
            Self::Printed(_) => Ok(None),
        }
    }
}
