//! A document whose chip was read, or files of one: what a state signed, and the chip's own key.

use humanseal_biometric::{Limits, Photo};
use humanseal_documents::{
    ActiveAuthError, Challenge, Chip, ChipError, ChipFiles, ChipKey, Dg1, Dg2, DigestAlgorithm,
    ElementaryFile, Moment, Mrz, PassiveAuthError, Sod, TrustStore, authenticate,
};
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::exchange::{
    Base64, ChipAnswer, Dg2Digest, DocumentBody, HashAlgorithm, ReadChannel, Sha256Digest,
};
use humanseal_zk_credentials::holder::HolderKey;

use super::DocumentError;

/// The files, as far as they are the signed ones.
pub(super) struct ChipDocument {
    files: ChipFiles,
    sod: Sod,
    portrait: Dg2,
    chip_key: Option<ChipKey>,
}

impl ChipDocument {
    pub(super) fn read(chip: &mut impl Chip, at: Moment) -> Result<(Self, Mrz), DocumentError> {
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
        let document = Self {
            files,
            sod,
            portrait,
            chip_key,
        };
        Ok((document, page))
    }

    pub(super) fn attainable(&self) -> DocumentLevel {
        match self.chip_key {
            Some(_) => DocumentLevel::ActiveAuthentication,
            None => DocumentLevel::PassiveAuthentication,
        }
    }

    pub(super) fn ask(
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

    /// Passive authentication; whether it is a specimen.
    pub(super) fn check(&self, trust: &TrustStore, at: Moment) -> Result<bool, DocumentError> {
        Ok(authenticate(&self.sod, &self.files.data_groups(), trust, at)?.is_specimen)
    }

    pub(super) fn portrait(&self) -> Result<Photo, DocumentError> {
        let bytes = self.portrait.portrait().bytes();
        Ok(Photo::decode(bytes, Limits::default())?)
    }

    /// The portrait stays here, and the chip's key goes only with its answer.
    pub(super) fn body(
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

    pub(super) fn digest(&self) -> Sha256Digest {
        Sha256Digest(self.sod.sha256())
    }

    /// EF.DG2 was compared with it when it was read.
    pub(super) fn portrait_digest(&self) -> Result<Dg2Digest, DocumentError> {
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
