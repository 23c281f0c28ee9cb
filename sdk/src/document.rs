//! The document as the device sees it: read, checked, its portrait taken out, its chip asked.

mod advice;
mod chip;
mod printed;

use std::sync::Arc;

use humanseal_biometric::{FaceTemplate, Language, Photo, PhotoError, Pipeline, PipelineError};
use humanseal_documents::{
    ActiveAuthError, Challenge, Chip, ChipError, DataGroupError, Moment, Mrz, MrzError,
    PassiveAuthError, SodError, TrustStore,
};
use humanseal_zk_credentials::calendar::CalendarError;
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::exchange::{
    ChipAnswer, Dg2Digest, DocumentBody, Environment, ReadChannel, Sha256Digest,
};
use humanseal_zk_credentials::holder::HolderKey;

use self::advice::page_advice;
use self::chip::ChipDocument;
use self::printed::PrintedDocument;
pub use self::printed::PrintedPage;
use crate::answer::FromPage;
use crate::nfc::{MrzReaderError, advice, mrz_advice};

/// Why a document cannot be used on the device.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A file cannot be read.
    #[error(transparent)]
    Chip(#[from] ChipError),
    /// EF.SOD cannot be read.
    #[error(transparent)]
    Sod(#[from] SodError),
    /// EF.DG1 or EF.DG2 cannot be read.
    #[error(transparent)]
    DataGroup(#[from] DataGroupError),
    /// The machine-readable zone cannot be read.
    #[error(transparent)]
    Mrz(#[from] MrzError),
    /// A check of passive authentication failed.
    #[error("the document does not pass this check: {}", .0.code())]
    Refused(#[from] PassiveAuthError),
    /// The chip's key cannot be read, or its answer does not hold.
    #[error("{0}; hold the document still and try again")]
    Active(#[from] ActiveAuthError),
    /// The chip has no portrait, or a file is too large to send.
    #[error("the document's chip lacks a portrait or a file of it is too large")]
    Unsuitable,
    /// A date that a credential cannot carry.
    #[error("a date of the document is outside what a credential can carry")]
    Date(#[from] CalendarError),
    /// A specimen where real documents are expected.
    #[error("this is a specimen; only development takes it")]
    Specimen,
    /// The portrait is no image that can be decoded.
    #[error("the portrait cannot be decoded: {0}")]
    Photo(#[from] PhotoError),
    /// There is no face to compare with in the portrait.
    #[error("the portrait cannot be used: {0}")]
    Face(#[from] PipelineError),
    /// There are no printed lines that hold.
    #[error("the printed lines cannot be used: {0}")]
    Lines(#[from] MrzReaderError),
    /// There is no single face that can be compared in the photograph of the page.
    #[error("the photograph of the page cannot be used: {0}")]
    Page(PipelineError),
}

impl DocumentError {
    /// The stable code; for a failed check, its name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Chip(error) => error.code(),
            Self::Sod(error) => error.code(),
            Self::DataGroup(error) => error.code(),
            Self::Mrz(error) => error.code(),
            Self::Refused(error) => error.code(),
            Self::Active(error) => error.code(),
            Self::Unsuitable => "document_unsuitable",
            Self::Date(error) => error.code(),
            Self::Specimen => "specimen_refused",
            Self::Photo(error) => error.code(),
            Self::Face(error) | Self::Page(error) => error.code(),
            Self::Lines(error) => error.code(),
        }
    }

    /// What the person can do about a chip that was not read, lines that do not hold, or a photograph of the page
    /// that shows its portrait badly, where that is what happened.
    pub fn advice(&self, language: Language) -> Option<&'static str> {
        match self {
            Self::Chip(ChipError::Fault(fault)) => Some(advice(*fault, language)),
            Self::Lines(error) => Some(mrz_advice(error.last()?, language)),
            Self::Page(error) => Some(page_advice(error.reason()?, language)),
            _ => None,
        }
    }
}

/// Where a document comes from: any [`Chip`], its files, or where there is no chip at hand a [`PrintedPage`]. One never
/// stands in for another: a chip that cannot be read is an error.
pub trait DocumentSource {
    /// Reads the document.
    ///
    /// # Errors
    /// [`DocumentError`].
    fn document(&mut self, at: Moment) -> Result<DeviceDocument, DocumentError>;

    /// What its chip answers, if it has one that can be asked.
    ///
    /// # Errors
    /// As [`DeviceDocument::ask`].
    fn answer(
        &mut self,
        document: &DeviceDocument,
        challenge: Challenge,
    ) -> Result<Option<ChipAnswer>, DocumentError>;
}

impl<C: Chip> DocumentSource for C {
    fn document(&mut self, at: Moment) -> Result<DeviceDocument, DocumentError> {
        DeviceDocument::read(self, at)
    }

    fn answer(
        &mut self,
        document: &DeviceDocument,
        challenge: Challenge,
    ) -> Result<Option<ChipAnswer>, DocumentError> {
        document.ask(self, challenge)
    }
}

/// A document that was read. It prints nothing of itself.
pub struct DeviceDocument {
    page: Mrz,
    read: Read,
}

enum Read {
    Chip(Box<ChipDocument>),
    Printed(PrintedDocument),
}

impl std::fmt::Debug for DeviceDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceDocument(..)")
    }
}

impl DeviceDocument {
    /// Reads EF.SOD, EF.DG1 and EF.DG2, and where there is a chip that can answer, EF.DG15 and
    /// EF.DG14 if EF.SOD lists them.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn read(chip: &mut impl Chip, at: Moment) -> Result<Self, DocumentError> {
        let (document, page) = ChipDocument::read(chip, at)?;
        Ok(Self {
            page,
            read: Read::Chip(Box::new(document)),
        })
    }

    /// A document of which there are the printed lines and an upright photograph of its page.
    ///
    /// # Errors
    /// [`DocumentError::Unsuitable`] for lines that no message can carry.
    pub fn printed(page: Mrz, photograph: Arc<Photo>) -> Result<Self, DocumentError> {
        let document = PrintedDocument::new(&page, photograph)?;
        Ok(Self {
            page,
            read: Read::Printed(document),
        })
    }

    /// The level that this document can earn: 3 with a chip that answers under a signed key, 2 with signed files, 1
    /// as it is printed.
    pub fn attainable(&self) -> DocumentLevel {
        match &self.read {
            Read::Chip(document) => document.attainable(),
            Read::Printed(_) => DocumentLevel::DataPage,
        }
    }

    /// Asks the chip, if there is one, and looks at the answer before anybody else does.
    ///
    /// # Errors
    /// [`DocumentError::Chip`] for a chip that was taken away, [`DocumentError::Active`] for an
    /// answer that does not hold. Nothing was sent then, and the owner can try again.
    pub fn ask(
        &self,
        chip: &mut impl Chip,
        challenge: Challenge,
    ) -> Result<Option<ChipAnswer>, DocumentError> {
        match &self.read {
            Read::Chip(document) => document.ask(chip, challenge),
            Read::Printed(_) => Ok(None),
        }
    }

    /// Runs passive authentication as far as the device can; of a printed page its expiry, and with trust anchors its
    /// document code. Which authorities count the issuer decides; a device that has trust anchors tells its owner
    /// earlier.
    ///
    /// # Errors
    /// The check that failed, or [`DocumentError::Specimen`] outside development.
    pub fn check(
        &self,
        trust: Option<&TrustStore>,
        environment: Environment,
        at: Moment,
    ) -> Result<(), DocumentError> {
        let mut specimen = self.page.holder().state.is_specimen();
        match (&self.read, trust) {
            (Read::Chip(document), Some(trust)) => specimen |= document.check(trust, at)?,
            (Read::Chip(_), None) => {}
            (Read::Printed(_), trust) => PrintedDocument::check(&self.page, trust, at)?,
        }
        if specimen && environment != Environment::Development {
            return Err(DocumentError::Specimen);
        }
        Ok(())
    }

    /// The face of the portrait: the chip's, or the only one in the photograph of the page
    /// ([`Pipeline::printed_portrait`] says what it must be like).
    ///
    /// # Errors
    /// [`DocumentError::Photo`], [`DocumentError::Face`] or [`DocumentError::Page`].
    pub fn face(&self, pipeline: &Pipeline) -> Result<FaceTemplate, DocumentError> {
        match &self.read {
            Read::Chip(document) => Ok(pipeline.portrait(&document.portrait()?)?),
            Read::Printed(document) => pipeline
                .printed_portrait(document.photograph())
                .map_err(DocumentError::Page),
        }
    }

    /// How it was read, for message and statement: a chip's files by `channel`, a printed page by camera.
    pub fn channel(&self, channel: ReadChannel) -> ReadChannel {
        match &self.read {
            Read::Chip(_) => channel,
            Read::Printed(_) => ReadChannel::Camera,
        }
    }

    /// What the issuer gets at the document step: no portrait, and the chip's key only with its
    /// answer; of a printed page its lines alone.
    ///
    /// # Errors
    /// [`DocumentError::Unsuitable`] for files that no message can carry.
    pub fn body(
        &self,
        holder_key: HolderKey,
        channel: ReadChannel,
        answer: Option<ChipAnswer>,
    ) -> Result<DocumentBody, DocumentError> {
        match &self.read {
            Read::Chip(document) => document.body(holder_key, channel, answer),
            Read::Printed(document) => Ok(document.body(holder_key)),
        }
    }

    /// SHA-256 of EF.SOD, or of the lines as they are sent, for the statement.
    pub fn digest(&self) -> Sha256Digest {
        match &self.read {
            Read::Chip(document) => document.digest(),
            Read::Printed(document) => document.digest(),
        }
    }

    /// The digest of EF.DG2 as the security object lists it, for the statement; none for a printed page, whose portrait
    /// nobody signed.
    ///
    /// # Errors
    /// [`DocumentError::Unsuitable`] where the security object lists none.
    pub fn portrait_digest(&self) -> Result<Option<Dg2Digest>, DocumentError> {
        match &self.read {
            Read::Chip(document) => document.portrait_digest().map(Some),
            Read::Printed(_) => Ok(None),
        }
    }

    /// The credential fields that follow from the data page.
    ///
    /// # Errors
    /// [`DocumentError::Date`].
    pub(crate) fn page(&self) -> Result<FromPage, DocumentError> {
        Ok(FromPage::of(&self.page.holder(), self.attainable())?)
    }
}
