//! What a session keeps of a document until acknowledgement, sealed.

use humanseal_zk_credentials::calendar::{Date, Day};
use humanseal_zk_credentials::credential::{DocumentLevel, StatusIndex};
use humanseal_zk_credentials::exchange::{Dg2Digest, ReadChannel, Sha256Digest};
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::template::TemplateCommitment;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::tags::Tags;
use crate::problem::{Code, Problem};
use crate::seal::SealKey;

/// The part of a data page that a credential needs, and what the evidence is compared with.
///
/// Name, document number and personal number are not in it: they are turned into tags at once.
/// It is written to the database only as [`DataPage::seal`] makes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataPage {
    /// The birthdate, unknown parts as the latest possible.
    pub birthdate: Date,
    /// The nationality.
    pub nationality: Nationality,
    /// The document's last day.
    pub document_expires: Day,
    /// The level reached.
    pub document: DocumentLevel,
    /// SHA-256 of EF.SOD, for document 1 of the MRZ's text, for a refresh without document of the
    /// credential.
    pub document_digest: Sha256Digest,
    /// DG2's digest as EF.SOD has it; absent for document 1 and for a credential.
    pub dg2: Option<Dg2Digest>,
    /// How it was read.
    pub channel: ReadChannel,
    /// The holder key that the evidence must repeat.
    pub holder_key: HolderKey,
    /// The holder's tags under every pepper version, newest first; none where a credential stands
    /// in the place of a document.
    pub tags: Vec<Tags>,
    /// The credential that stands in the place of a document, for a refresh.
    #[serde(default)]
    pub credential: Option<ShownCredential>,
}

/// What of a shown credential the session needs beside the page.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownCredential {
    /// Its index in the status list.
    pub status_index: StatusIndex,
    /// Its `T_portrait`.
    pub template: TemplateCommitment,
}

impl DataPage {
    /// Seals the page for the database.
    ///
    /// # Errors
    /// `internal`, where it cannot be encoded or there is no randomness.
    pub fn seal(&self, key: &SealKey) -> Result<Vec<u8>, Problem> {
        let mut plain = Zeroizing::new(Vec::with_capacity(4096));
        serde_json::to_writer(&mut *plain, self).map_err(|_| Problem::new(Code::Internal))?;
        key.seal(&plain).map_err(|_| Problem::new(Code::Internal))
    }

    /// Opens what [`DataPage::seal`] made.
    ///
    /// # Errors
    /// `internal`: the token is right by then, so bytes that do not open are a fault of ours.
    pub fn open(key: &SealKey, sealed: &[u8]) -> Result<Self, Problem> {
        let plain = key.open(sealed).map_err(|_| Problem::new(Code::Internal))?;
        serde_json::from_slice(&plain).map_err(|_| Problem::new(Code::Internal))
    }
}
