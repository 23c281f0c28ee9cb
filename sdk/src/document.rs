//! The document as the device sees it: read, checked, its portrait taken out, its chip asked.

use humanseal_biometric::{
    FaceTemplate, Language, Limits, Photo, PhotoError, Pipeline, PipelineError,
};
use humanseal_documents::{
    ActiveAuthError, Challenge, Chip, ChipError, ChipFiles, ChipKey, DataGroupError, Dg1, Dg2,
    DigestAlgorithm, ElementaryFile, Moment, Mrz, MrzError, PassiveAuthError, Sod, SodError,
    TrustStore, authenticate,
};
use humanseal_zk_credentials::calendar::CalendarError;
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::exchange::{
    Base64, ChipAnswer, Dg2Digest, DocumentBody, Environment, HashAlgorithm, ReadChannel,
    Sha256Digest,
};
use humanseal_zk_credentials::holder::HolderKey;

use crate::answer::FromPage;
use crate::nfc::advice;

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
            Self::Face(error) => error.code(),
        }
    }

    /// What the person can do about a chip that was not read, where that is what happened.
    pub fn advice(&self, language: Language) -> Option<&'static str> {
        match self {
            Self::Chip(ChipError::Fault(fault)) => Some(advice(*fault, language)),
            _ => None,
        }
    }
}

/// A document whose files are at hand. It prints nothing of itself.
pub struct DeviceDocument {
    files: ChipFiles,
    sod: Sod,
    portrait: Dg2,
    page: Mrz,
    chip_key: Option<ChipKey>,
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
        let files = ChipFiles::read(chip)?;
        let sod = Sod::parse(&files.sod)?;
        let dg2 = files.dg2.as_deref().ok_or(DocumentError::Unsuitable)?;
        // A file that is not the signed one is not parsed any further.
        if !sod.lists(1, &files.dg1) {
            return Err(PassiveAuthError::Dg1Digest.into());
        }
        if !sod.lists(2, dg2) {
            return Err(PassiveAuthError::Dg2Digest.into());
        }
        let portrait = Dg2::parse(dg2)?;
        let page = Mrz::parse(Dg1::parse(&files.dg1)?.mrz_bytes(), at)?;
        let chip_key = match chip.answers() {
            true => chip_key(&sod, &files)?,
            false => None,
        };
        Ok(Self {
            files,
            sod,
            portrait,
            page,
            chip_key,
        })
    }

    /// The level that this document can earn: 3 with a chip that answers under a signed key, else 2.
    pub fn attainable(&self) -> DocumentLevel {
        match self.chip_key {
            Some(_) => DocumentLevel::ActiveAuthentication,
            None => DocumentLevel::PassiveAuthentication,
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
        let Some(key) = &self.chip_key else {
            return Ok(None);
        };
        let answer = chip.authenticate(challenge)?;
        key.verify(challenge, &answer)?;
        let signature = Base64::new(answer.to_vec()).ok_or(DocumentError::Unsuitable)?;
        Ok(Some(ChipAnswer { signature }))
    }

    /// Runs passive authentication as far as the device can. Which authorities count the issuer
    /// decides; a device that has trust anchors tells its owner earlier.
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
        if let Some(trust) = trust {
            specimen |= authenticate(&self.sod, &self.files.data_groups(), trust, at)?.is_specimen;
        }
        if specimen && environment != Environment::Development {
            return Err(DocumentError::Specimen);
        }
        Ok(())
    }

    /// The face of the portrait.
    ///
    /// # Errors
    /// [`DocumentError::Photo`] or [`DocumentError::Face`].
    pub fn face(&self, pipeline: &Pipeline) -> Result<FaceTemplate, DocumentError> {
        let photo = Photo::decode(self.portrait.portrait().bytes(), Limits::default())?;
        Ok(pipeline.portrait(&photo)?)
    }

    /// What the issuer gets at the document step: no portrait, and the chip's key only with its
    /// answer.
    ///
    /// # Errors
    /// [`DocumentError::Unsuitable`] for files that no message can carry.
    pub fn body(
        &self,
        holder_key: HolderKey,
        channel: ReadChannel,
        answer: Option<ChipAnswer>,
    ) -> Result<DocumentBody, DocumentError> {
        let (mut dg14, mut dg15) = (None, None);
        if let (Some(key), Some(_)) = (&self.chip_key, &answer) {
            dg15 = carried(self.files.dg15.as_deref())?;
            if key.is_curve() {
                dg14 = carried(self.files.dg14.as_deref())?;
            }
        }
        let sod = Base64::new(self.files.sod.to_vec()).ok_or(DocumentError::Unsuitable)?;
        let dg1 = Base64::new(self.files.dg1.to_vec()).ok_or(DocumentError::Unsuitable)?;
        Ok(DocumentBody {
            holder_key,
            channel,
            sod: Some(sod),
            dg1: Some(dg1),
            mrz: None,
            dg14,
            dg15,
            chip_answer: answer,
            credential: None,
            accessible: false,
        })
    }

    /// SHA-256 of EF.SOD, for the statement.
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest(self.sod.sha256())
    }

    /// The digest of EF.DG2 as the security object lists it, for the statement. EF.DG2 was
    /// compared with it when it was read.
    ///
    /// # Errors
    /// [`DocumentError::Unsuitable`] where it lists none.
    pub fn portrait_digest(&self) -> Result<Dg2Digest, DocumentError> {
        let listed = self.sod.digest_of(2).ok_or(DocumentError::Unsuitable)?;
        let algorithm = match listed.algorithm() {
            DigestAlgorithm::Sha1 => HashAlgorithm::Sha1,
            DigestAlgorithm::Sha224 => HashAlgorithm::Sha224,
            DigestAlgorithm::Sha256 => HashAlgorithm::Sha256,
            DigestAlgorithm::Sha384 => HashAlgorithm::Sha384,
            DigestAlgorithm::Sha512 => HashAlgorithm::Sha512,
        };
        Dg2Digest::new(algorithm, listed.as_bytes().to_vec()).ok_or(DocumentError::Unsuitable)
    }

    /// The credential fields that follow from the data page.
    ///
    /// # Errors
    /// [`DocumentError::Date`].
    pub(crate) fn page(&self) -> Result<FromPage, DocumentError> {
        Ok(FromPage::of(&self.page.holder())?)
    }
}

/// The key of the chip, as far as it is signed and can be used. None where EF.SOD lists no EF.DG15,
/// and where the key is of a kind that this version does not verify: such a document is one of
/// level 2. A file that is missing or not the signed one is an error, so that a bad read does not
/// cost a level unnoticed.
fn chip_key(sod: &Sod, files: &ChipFiles) -> Result<Option<ChipKey>, DocumentError> {
    let signed = |group, file, bytes: Option<&Vec<u8>>, refusal: PassiveAuthError| {
        if sod.digest_of(group).is_none() {
            return Ok(None);
        }
        let bytes = bytes.ok_or(ChipError::Missing(file))?;
        match sod.lists(group, bytes) {
            true => Ok(Some(bytes.clone())),
            false => Err(DocumentError::from(refusal)),
        }
    };
    let (dg14, dg15) = (files.dg14.as_deref(), files.dg15.as_deref());
    let refusal = PassiveAuthError::Dg15Digest;
    let Some(dg15) = signed(15, ElementaryFile::Dg15, dg15, refusal)? else {
        return Ok(None);
    };
    let refusal = PassiveAuthError::Dg14Digest;
    let dg14 = signed(14, ElementaryFile::Dg14, dg14, refusal)?;
    match ChipKey::new(&dg15, dg14.as_deref()) {
        Ok(key) => Ok(Some(key)),
        Err(ActiveAuthError::KeyUnsupported) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn carried<const N: usize>(file: Option<&Vec<u8>>) -> Result<Option<Base64<N>>, DocumentError> {
    let carry = |bytes: &Vec<u8>| Base64::new(bytes.clone()).ok_or(DocumentError::Unsuitable);
    file.map(carry).transpose()
}
