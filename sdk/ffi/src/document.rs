//! The document, from wherever its files come.

use std::sync::Arc;

use humanseal_documents::{Challenge, Chip, ChipError, ChipFiles, ElementaryFile, FolderChip};
use humanseal_zk_credentials::exchange::ReadChannel;
use zeroize::Zeroizing;

use crate::error::{HumansealError, told};

/// A document to show to an issuer. It prints nothing in any language and gives none of its data.
#[derive(uniffi::Object)]
pub struct Document(Source);

enum Source {
    Files(Box<ChipFiles>),
    Folder(FolderChip),
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
}

impl Document {
    /// How it is read, for the statement.
    pub(crate) fn channel(&self) -> ReadChannel {
        ReadChannel::File
    }

    /// Shows it to some work: a reader of whatever stands behind it.
    pub(crate) fn shown<T>(&self, work: impl FnOnce(&mut Reader<'_>) -> T) -> T {
        work(&mut match &self.0 {
            Source::Files(files) => Reader::Files(files),
            Source::Folder(folder) => Reader::Folder(folder.clone()),
        })
    }
}

/// Whatever stands behind a document.
pub(crate) enum Reader<'a> {
    Files(&'a ChipFiles),
    Folder(FolderChip),
}

impl Chip for Reader<'_> {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        match self {
            Self::Files(files) => files.read(file),
            Self::Folder(folder) => folder.read(file),
        }
    }

    fn answers(&self) -> bool {
        match self {
            Self::Files(files) => files.answers(),
            Self::Folder(folder) => folder.answers(),
        }
    }

    fn authenticate(&mut self, challenge: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        match self {
            Self::Files(files) => files.authenticate(challenge),
            Self::Folder(folder) => folder.authenticate(challenge),
        }
    }
}
