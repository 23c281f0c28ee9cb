//! What a device shows of the person: a document, or the credential in its place.

use humanseal_zk_credentials::credential::{DocumentLevel, SignedCredential};
use humanseal_zk_credentials::exchange::{
    ChipAnswer, Dg2Digest, DocumentBody, ReadChannel, Sha256Digest,
};
use humanseal_zk_credentials::holder::HolderKey;

use crate::answer::FromPage;
use crate::document::{DeviceDocument, DocumentError};

/// What is shown at the document step.
#[derive(Clone, Copy)]
pub(crate) enum Shown<'a> {
    /// A document.
    Document(&'a DeviceDocument),
    /// The newest credential, for a refresh without the document.
    Credential(&'a SignedCredential),
}

impl Shown<'_> {
    /// The level that it can earn.
    pub(crate) fn attainable(self) -> DocumentLevel {
        match self {
            Self::Document(document) => document.attainable(),
            Self::Credential(signed) => signed.credential.document,
        }
    }

    /// A credential lies in the wallet file, however its document was read; a printed page is read by camera.
    pub(super) fn channel(self, document: ReadChannel) -> ReadChannel {
        match self {
            Self::Document(shown) => shown.channel(document),
            Self::Credential(_) => ReadChannel::File,
        }
    }

    /// The message of the document step.
    pub(crate) fn body(
        self,
        holder_key: HolderKey,
        channel: ReadChannel,
        answer: Option<ChipAnswer>,
    ) -> Result<DocumentBody, DocumentError> {
        match self {
            Self::Document(document) => document.body(holder_key, channel, answer),
            Self::Credential(signed) => Ok(DocumentBody {
                holder_key,
                channel: self.channel(channel),
                sod: None,
                dg1: None,
                mrz: None,
                dg14: None,
                dg15: None,
                chip_answer: None,
                credential: Some(signed.clone()),
                accessible: false,
            }),
        }
    }

    /// What the statement names as the document.
    pub(super) fn digest(self) -> Sha256Digest {
        match self {
            Self::Document(document) => document.digest(),
            Self::Credential(signed) => signed.digest(),
        }
    }

    pub(super) fn portrait_digest(self) -> Result<Option<Dg2Digest>, DocumentError> {
        match self {
            Self::Document(document) => document.portrait_digest(),
            Self::Credential(_) => Ok(None),
        }
    }

    /// What follows for the new credential.
    pub(super) fn page(self) -> Result<FromPage, DocumentError> {
        match self {
            Self::Document(document) => document.page(),
            Self::Credential(signed) => {
                let credential = &signed.credential;
                Ok(FromPage {
                    birthdate: credential.birthdate,
                    nationality: credential.nationality,
                    unique: credential.unique,
                    lasts_until: credential.expires_on,
                })
            }
        }
    }
}
