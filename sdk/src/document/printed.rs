//! A document without a chip at hand: its printed lines, and a photograph of its data page.

use std::sync::Arc;

use humanseal_biometric::Photo;
use humanseal_documents::{Challenge, Moment, Mrz, PassiveAuthError, TrustStore};
use humanseal_zk_credentials::exchange::{
    ChipAnswer, DocumentBody, MrzText, ReadChannel, Sha256Digest,
};
use humanseal_zk_credentials::holder::HolderKey;

use super::{DeviceDocument, DocumentError, DocumentSource};
use crate::nfc::{MrzReader, read_mrz};

/// The printed page as its owner shows it: lines from somebody who types or a recogniser, and a photograph of the
/// page, in which its portrait is the only face. It earns document level 1, for nobody signed any of it.
///
/// It is never taken in a chip's place: whoever holds a chip shows the chip, and this only says what it is.
pub struct PrintedPage<'a> {
    lines: &'a mut dyn MrzReader,
    photograph: Arc<Photo>,
}

impl std::fmt::Debug for PrintedPage<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrintedPage(..)")
    }
}

impl<'a> PrintedPage<'a> {
    /// Asks `lines` when the document is read. The photograph is upright, and stays on the device.
    pub fn new(lines: &'a mut dyn MrzReader, photograph: Arc<Photo>) -> Self {
        Self { lines, photograph }
    }
}

impl DocumentSource for PrintedPage<'_> {
    fn document(&mut self, at: Moment) -> Result<DeviceDocument, DocumentError> {
        let page = read_mrz(self.lines, at)?;
        DeviceDocument::printed(page, Arc::clone(&self.photograph))
    }

    fn answer(
        &mut self,
        _: &DeviceDocument,
        _: Challenge,
    ) -> Result<Option<ChipAnswer>, DocumentError> {
        Ok(None)
    }
}

/// What was read off a page.
pub(super) struct PrintedDocument {
    /// The characters without line breaks: what is sent, and what the statement's digest is of.
    lines: MrzText,
    photograph: Arc<Photo>,
}

impl PrintedDocument {
    pub(super) fn new(page: &Mrz, photograph: Arc<Photo>) -> Result<Self, DocumentError> {
        let lines = MrzText::new(page.as_str()).ok_or(DocumentError::Unsuitable)?;
        Ok(Self { lines, photograph })
    }

    /// What the issuer asks of a page that nobody signed.
    pub(super) fn check(
        page: &Mrz,
        trust: Option<&TrustStore>,
        at: Moment,
    ) -> Result<(), DocumentError> {
        if trust.is_some_and(|trust| !trust.allows(&page.document_code())) {
            return Err(PassiveAuthError::DocumentCode.into());
        }
        if page.expiry() < at.date() {
            return Err(PassiveAuthError::DocumentExpiry.into());
        }
        Ok(())
    }

    pub(super) fn photograph(&self) -> &Photo {
        &self.photograph
    }

    pub(super) fn body(&self, holder_key: HolderKey) -> DocumentBody {
        DocumentBody {
            holder_key,
            channel: ReadChannel::Camera,
            sod: None,
            dg1: None,
            mrz: Some(self.lines.clone()),
            dg14: None,
            dg15: None,
            chip_answer: None,
            credential: None,
            accessible: false,
        }
    }

    pub(super) fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(self.lines.as_str().as_bytes())
    }
}
