//! The document, from wherever its files come.

use std::sync::{Arc, Mutex};

use humanseal_biometric::Language;

use humanseal_documents::{Challenge, Chip, ChipError, ChipFiles, ElementaryFile, FolderChip};
use humanseal_sdk::{NfcChip, Reading};
use humanseal_zk_credentials::exchange::ReadChannel;
use zeroize::Zeroizing;

use crate::error::{HumansealError, told};
use crate::nfc::{DocumentAccess, NfcLink, NfcTap, OverNfc};
use crate::watch::Watch;

/// A document to show to an issuer. It prints nothing in any language and gives none of its data.
#[derive(uniffi::Object)]
pub struct Document(Source);

enum Source {
    Files(Box<ChipFiles>),
    Folder(FolderChip),
    Nfc(Box<OverNfc>),
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
            reading: Mutex::new(Reading::default()),
        }))))
    }
}

impl Document {
    /// How it is read, for the statement.
    pub(crate) fn channel(&self) -> ReadChannel {
        match &self.0 {
            Source::Files(_) | Source::Folder(_) => ReadChannel::File,
            Source::Nfc(_) => ReadChannel::Nfc,
        }
    }

    /// Shows it to some work: a reader of whatever stands behind it.
    pub(crate) fn shown<T>(&self, watch: &Watch, work: impl FnOnce(&mut Reader<'_>) -> T) -> T {
        match &self.0 {
            Source::Files(files) => work(&mut Reader::Files(files)),
            Source::Folder(folder) => work(&mut Reader::Folder(folder.clone())),
            Source::Nfc(chip) => chip.shown(watch, work),
        }
    }
}

/// Whatever stands behind a document.
pub(crate) enum Reader<'a> {
    Files(&'a ChipFiles),
    Folder(FolderChip),
    Nfc(NfcChip<'a>),
}

impl Chip for Reader<'_> {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        match self {
            Self::Files(files) => files.read(file),
            Self::Folder(folder) => folder.read(file),
            Self::Nfc(chip) => chip.read(file),
        }
    }

    fn answers(&self) -> bool {
        match self {
            Self::Files(files) => files.answers(),
            Self::Folder(folder) => folder.answers(),
            Self::Nfc(chip) => chip.answers(),
        }
    }

    fn authenticate(&mut self, challenge: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        match self {
            Self::Files(files) => files.authenticate(challenge),
            Self::Folder(folder) => folder.authenticate(challenge),
            Self::Nfc(chip) => chip.authenticate(challenge),
        }
    }
}
