//! The document step: from chip files or an MRZ to a data page.

use std::path::Path;

use humanseal_documents::{
    DataDigest, DataGroups, DigestAlgorithm, HolderData, Moment, Mrz, Sod, TrustStore,
};
use humanseal_zk_credentials::calendar::Date;
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::exchange::{
    Dg2Digest, DocumentBody, DocumentEvidence, Environment, HashAlgorithm, MrzText, Sha256Digest,
};
use humanseal_zk_credentials::nationality::Nationality;

use super::Issuer;
use super::page::DataPage;
use crate::config::ConfigError;
use crate::problem::{Code, Problem};

/// Loads whose documents are taken.
///
/// # Errors
/// `config_file` for a folder that cannot be read, `not_for_production` for an authority of
/// specimens there.
pub fn trust_store(folder: &Path, environment: Environment) -> Result<TrustStore, ConfigError> {
    let store = TrustStore::load(folder).map_err(|error| ConfigError::File(error.to_string()))?;
    if environment == Environment::Production && store.has_specimen() {
        return Err(ConfigError::NotForProduction(
            "an authority of specimens (state UTO)".into(),
        ));
    }
    Ok(store)
}

/// What a document told, before it becomes a data page.
struct Read {
    holder: HolderData,
    document: DocumentLevel,
    digest: Sha256Digest,
    dg2: Option<Dg2Digest>,
}

/// Reads and authenticates a document.
///
/// # Errors
/// The codes of passive authentication, `document_refused`, `specimen_refused`,
/// `document_unsuitable`, and those of the body's shape.
pub fn authenticate(issuer: &Issuer, body: &DocumentBody, now: i64) -> Result<DataPage, Problem> {
    let at = Moment::from_unix_seconds(now.unsigned_abs());
    let read = match body
        .evidence()
        .map_err(|error| Problem::named(error.code(), Code::DocumentShape))?
    {
        DocumentEvidence::Chip { sod, dg1 } => chip(sod, dg1, &issuer.trust, at)?,
        DocumentEvidence::Page { mrz } => page(mrz, &issuer.trust, at)?,
    };
    if issuer.environment == Environment::Production && read.holder.state.is_specimen() {
        return Err(Code::SpecimenRefused.into());
    }
    let Read {
        holder,
        document,
        digest,
        dg2,
    } = read;
    let unsuitable = |_| Problem::new(Code::DocumentUnsuitable);
    Ok(DataPage {
        birthdate: date(holder.birthdate)?,
        nationality: Nationality::from_alpha3(holder.nationality.alpha3()),
        document_expires: date(holder.expiry)?.day().map_err(unsuitable)?,
        document,
        document_digest: digest,
        dg2,
        channel: body.channel,
        holder_key: body.holder_key,
        tags: issuer
            .peppers
            .iter()
            .map(|pepper| pepper.tags(&holder))
            .collect(),
    })
}

/// Document 2: passive authentication of EF.SOD and EF.DG1.
fn chip(sod: &[u8], dg1: &[u8], trust: &TrustStore, at: Moment) -> Result<Read, Problem> {
    let digest = Sha256Digest::of(sod);
    let sod =
        Sod::parse(sod).map_err(|error| Problem::named(error.code(), Code::DocumentRefused))?;
    let groups = DataGroups {
        dg1,
        dg2: None,
        dg14: None,
        dg15: None,
    };
    let authenticated = humanseal_documents::authenticate(&sod, &groups, trust, at)
        .map_err(|error| Problem::named(error.code(), Code::DocumentRefused))?;
    let dg2 = sod
        .digest_of(2)
        .and_then(dg2_digest)
        .ok_or_else(|| Problem::new(Code::DocumentDg2Listed))?;
    Ok(Read {
        holder: authenticated.holder,
        document: DocumentLevel::PassiveAuthentication,
        digest,
        dg2: Some(dg2),
    })
}

/// Document 1: the data page alone, which proves nothing but its own check digits.
fn page(mrz: &MrzText, trust: &TrustStore, at: Moment) -> Result<Read, Problem> {
    let digest = Sha256Digest::of(mrz.as_str().as_bytes());
    let mrz = Mrz::from_text(mrz.as_str(), at)
        .map_err(|error| Problem::named(error.code(), Code::DocumentRefused))?;
    if !trust.allows(&mrz.document_code()) {
        return Err(Code::DocumentCode.into());
    }
    if mrz.expiry() < at.date() {
        return Err(Code::DocumentExpiry.into());
    }
    Ok(Read {
        holder: mrz.holder(),
        document: DocumentLevel::DataPage,
        digest,
        dg2: None,
    })
}

fn dg2_digest(digest: &DataDigest) -> Option<Dg2Digest> {
    let algorithm = match digest.algorithm() {
        DigestAlgorithm::Sha1 => HashAlgorithm::Sha1,
        DigestAlgorithm::Sha224 => HashAlgorithm::Sha224,
        DigestAlgorithm::Sha256 => HashAlgorithm::Sha256,
        DigestAlgorithm::Sha384 => HashAlgorithm::Sha384,
        DigestAlgorithm::Sha512 => HashAlgorithm::Sha512,
    };
    Dg2Digest::new(algorithm, digest.as_bytes().to_vec())
}

fn date(date: humanseal_documents::Date) -> Result<Date, Problem> {
    Date::from_yyyymmdd(date.yyyymmdd()).map_err(|_| Code::DocumentUnsuitable.into())
}
