//! Where a document's files and its chip's answers come from: the transport, and a folder in its
//! place.

mod fault;

use std::io::Read;
use std::path::PathBuf;

use zeroize::Zeroizing;

pub use self::fault::ChipFault;
use crate::active::Challenge;
use crate::passive::DataGroups;
use crate::sod::SodError;
use crate::specimen::SpecimenChip;

/// The elementary files of a document that this crate reads (ICAO 9303 part 10, section 4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ElementaryFile {
    /// EF.SOD, the signed digests of all data groups.
    Sod,
    /// EF.DG1, the MRZ.
    Dg1,
    /// EF.DG2, the portrait.
    Dg2,
    /// EF.DG14, what chip authentication and PACE need.
    Dg14,
    /// EF.DG15, the key of active authentication.
    Dg15,
}

impl ElementaryFile {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Sod, Self::Dg1, Self::Dg2, Self::Dg14, Self::Dg15];

    /// The name of the file in a folder: `EF.SOD`, `EF.DG1`, ….
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Sod => "EF.SOD",
            Self::Dg1 => "EF.DG1",
            Self::Dg2 => "EF.DG2",
            Self::Dg14 => "EF.DG14",
            Self::Dg15 => "EF.DG15",
        }
    }

    /// The number of the data group, none for EF.SOD.
    #[must_use]
    pub fn group(self) -> Option<u8> {
        match self {
            Self::Sod => None,
            Self::Dg1 => Some(1),
            Self::Dg2 => Some(2),
            Self::Dg14 => Some(14),
            Self::Dg15 => Some(15),
        }
    }

    /// The most bytes that are read: generous for real documents, small enough for memory.
    #[must_use]
    pub fn limit(self) -> usize {
        match self {
            Self::Sod => 64 * 1024,
            Self::Dg1 => 256,
            Self::Dg2 => 1024 * 1024,
            Self::Dg14 | Self::Dg15 => 16 * 1024,
        }
    }
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChipError {
    /// A file without which there is no document is absent.
    #[error("{} is missing", .0.file_name())]
    Missing(ElementaryFile),
    /// A file is longer than its limit.
    #[error("{} is longer than {} bytes", .0.file_name(), .0.limit())]
    TooLong(ElementaryFile),
    /// What a reader of chips found.
    #[error(transparent)]
    Fault(#[from] ChipFault),
    /// A reader of chips looked at EF.SOD to know what else there is to read.
    #[error(transparent)]
    Sod(#[from] SodError),
    /// The transport failed.
    #[error("{} cannot be read: {source}", file.file_name())]
    Transport {
        /// The file.
        file: ElementaryFile,
        /// What the transport said.
        source: std::io::Error,
    },
    /// There is no chip behind these files, so nothing answers.
    #[error("there is no chip that could answer, only a copy of its files")]
    Absent,
    /// The chip did not answer the challenge: it was taken away, or refused. Another try may do.
    #[error("the chip did not answer: {0}; hold the document still and try again")]
    Silent(#[source] std::io::Error),
}

impl ChipError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "chip_file_missing",
            Self::TooLong(_) => "chip_file_too_long",
            Self::Fault(fault) => fault.code(),
            Self::Sod(error) => error.code(),
            Self::Transport { .. } => "chip_transport",
            Self::Absent => "chip_absent",
            Self::Silent(_) => "chip_silent",
        }
    }
}

/// A way to a document: a reader with its secure messaging, or a folder.
pub trait Chip {
    /// The whole content of a file, or none if the document does not have it.
    ///
    /// # Errors
    /// [`ChipError::TooLong`] above [`ElementaryFile::limit`], [`ChipError::Transport`] or
    /// [`ChipError::Fault`] if reading fails.
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError>;

    /// Whether there is a chip that can be asked. A copy of its files cannot.
    fn answers(&self) -> bool;

    /// Sends INTERNAL AUTHENTICATE with this challenge (ICAO 9303 part 11, section 6.1.4) and gives
    /// the answer as it came. A transport asks for as many bytes as the key's signature has: some
    /// chips cut a longer one off.
    ///
    /// # Errors
    /// [`ChipError::Absent`] where [`Self::answers`] is false, [`ChipError::Silent`] or
    /// [`ChipError::Fault`] if no answer comes.
    fn authenticate(&mut self, challenge: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError>;
}

/// The file in a folder that holds a specimen chip's private key, PKCS#8 in PEM. No real chip gives
/// its key away.
pub(crate) const CHIP_KEY_FILE: &str = "insecure-specimen-chip.pem";
/// The most bytes of it that are read.
const CHIP_KEY_LIMIT: u64 = 16 * 1024;

/// A folder that holds the files by their names, as `humanseal document make` writes them. With
/// `insecure-specimen-chip.pem` beside them it answers as the chip of that specimen; without, it is
/// a copy, which answers nothing.
#[derive(Clone, Debug)]
pub struct FolderChip {
    folder: PathBuf,
}

impl FolderChip {
    /// Reads from this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }
}

impl Chip for FolderChip {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        let fault = |source| ChipError::Transport { file, source };
        let opened = match std::fs::File::open(self.folder.join(file.file_name())) {
            Ok(opened) => opened,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault(error)),
        };
        let limit = file.limit();
        // The buffer never grows, so that no copy of its content stays behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(limit + 1));
        let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        opened.take(bound).read_to_end(&mut bytes).map_err(fault)?;
        if bytes.len() > limit {
            return Err(ChipError::TooLong(file));
        }
        Ok(Some(bytes))
    }

    fn answers(&self) -> bool {
        self.folder.join(CHIP_KEY_FILE).is_file()
    }

    fn authenticate(&mut self, challenge: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        if !self.answers() {
            return Err(ChipError::Absent);
        }
        let mut pem = Zeroizing::new(String::new());
        std::fs::File::open(self.folder.join(CHIP_KEY_FILE))
            .and_then(|file| file.take(CHIP_KEY_LIMIT).read_to_string(&mut pem))
            .map_err(ChipError::Silent)?;
        let answer = SpecimenChip::from_pem(&pem).and_then(|chip| chip.answer(challenge));
        let answer = answer.map_err(std::io::Error::other);
        answer.map(Zeroizing::new).map_err(ChipError::Silent)
    }
}

/// A copy of a document's files. There is no chip behind them.
impl Chip for &ChipFiles {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        Ok(match file {
            ElementaryFile::Sod => Some(self.sod.clone()),
            ElementaryFile::Dg1 => Some(self.dg1.clone()),
            ElementaryFile::Dg2 => self.dg2.clone(),
            ElementaryFile::Dg14 => self.dg14.clone(),
            ElementaryFile::Dg15 => self.dg15.clone(),
        })
    }

    fn answers(&self) -> bool {
        false
    }

    fn authenticate(&mut self, _: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        Err(ChipError::Absent)
    }
}

/// The files of one document, as they were read.
#[derive(Clone)]
pub struct ChipFiles {
    /// EF.SOD.
    pub sod: Zeroizing<Vec<u8>>,
    /// EF.DG1.
    pub dg1: Zeroizing<Vec<u8>>,
    /// EF.DG2, which the issuer never gets.
    pub dg2: Option<Zeroizing<Vec<u8>>>,
    /// EF.DG14.
    pub dg14: Option<Zeroizing<Vec<u8>>>,
    /// EF.DG15.
    pub dg15: Option<Zeroizing<Vec<u8>>>,
}

impl ChipFiles {
    /// Reads every file of a chip.
    ///
    /// # Errors
    /// [`ChipError::Missing`] without EF.SOD or EF.DG1, else what [`Chip::read`] says.
    pub fn read(chip: &mut impl Chip) -> Result<Self, ChipError> {
        let mut need = |file| chip.read(file)?.ok_or(ChipError::Missing(file));
        let sod = need(ElementaryFile::Sod)?;
        let dg1 = need(ElementaryFile::Dg1)?;
        Ok(Self {
            sod,
            dg1,
            // What is refused for its key is refused before the long portrait is read.
            dg14: chip.read(ElementaryFile::Dg14)?,
            dg15: chip.read(ElementaryFile::Dg15)?,
            dg2: chip.read(ElementaryFile::Dg2)?,
        })
    }

    /// The data groups, to be checked on the device. What goes to an issuer leaves out EF.DG2.
    #[must_use]
    pub fn data_groups(&self) -> DataGroups<'_> {
        DataGroups {
            dg1: &self.dg1,
            dg2: self.dg2.as_deref().map(Vec::as_slice),
            dg14: self.dg14.as_deref().map(Vec::as_slice),
            dg15: self.dg15.as_deref().map(Vec::as_slice),
        }
    }
}

impl std::fmt::Debug for ChipFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChipFiles(..)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_up_to_the_limits() {
        let folder = tempfile::tempdir().unwrap();
        let mut chip = FolderChip::new(folder.path());
        assert!(matches!(
            ChipFiles::read(&mut chip),
            Err(ChipError::Missing(ElementaryFile::Sod))
        ));
        std::fs::write(folder.path().join("EF.SOD"), [1]).unwrap();
        std::fs::write(folder.path().join("EF.DG1"), vec![0; 256]).unwrap();
        let files = ChipFiles::read(&mut chip).unwrap();
        assert_eq!(files.sod.as_slice(), [1]);
        assert!(files.dg2.is_none());
        std::fs::write(folder.path().join("EF.DG1"), vec![0; 257]).unwrap();
        let error = ChipFiles::read(&mut chip).unwrap_err();
        assert_eq!(error.code(), "chip_file_too_long");
    }
}
