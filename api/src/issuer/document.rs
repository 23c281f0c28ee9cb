//! The document step: from chip files or an MRZ to a data page.

use std::path::Path;

use humanseal_documents::{
    Challenge, DataDigest, DataGroups, DigestAlgorithm, HolderData, Moment, Mrz, Sod, TrustStore,
};
use humanseal_zk_credentials::calendar::{Date, Day};
use humanseal_zk_credentials::credential::{DocumentLevel, SignedCredential};
use humanseal_zk_credentials::exchange::{
    ActiveEvidence, Dg2Digest, DocumentBody, DocumentEvidence, Environment, HashAlgorithm, MrzText,
    SessionKind, Sha256Digest, chip_challenge,
};
use humanseal_zk_credentials::nationality::Nationality;

use super::Issuer;
use super::page::{DataPage, ShownCredential};
use super::session::Session;
use crate::config::ConfigError;
use crate::problem::{Code, Problem};

/// How long a line rests on a printed page at most: nobody signed its expiry, which the two digits of a year put up to 49
/// years ahead, and passports are made for ten.
const LONGEST_PAGE_DAYS: u16 = 15 * 365;

/// Loads whose documents are taken.
///
/// # Errors
/// `config_file` for a folder that cannot be read, `development_only` for an authority of
/// specimens elsewhere.
pub fn trust_store(folder: &Path, environment: Environment) -> Result<TrustStore, ConfigError> {
    let store = TrustStore::load(folder).map_err(|error| ConfigError::File(error.to_string()))?;
    if environment != Environment::Development && store.has_specimen() {
        return Err(ConfigError::DevelopmentOnly(
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

/// Reads and authenticates a document, and its chip where an answer of it was sent to the challenge
/// of this session's nonce.
///
/// # Errors
/// The codes of passive and active authentication, `document_refused`, `specimen_refused`,
/// `document_unsuitable`, those of the body's shape, and for a credential
/// `credential_signature_invalid` and `holder_key_mismatch`.
pub fn authenticate(
    issuer: &Issuer,
    body: &DocumentBody,
    session: &Session,
    now: i64,
) -> Result<DataPage, Problem> {
    let at = Moment::from_unix_seconds(now.unsigned_abs());
    let read = match body
        .evidence()
        .map_err(|error| Problem::named(error.code(), Code::DocumentShape))?
    {
        DocumentEvidence::Chip { sod, dg1, active } => {
            let challenge = Challenge(chip_challenge(session.nonce, body.holder_key));
            let active = active.map(|active| (challenge, active));
            chip(sod, dg1, active, &issuer.trust, at)?
        }
        DocumentEvidence::Page { mrz } => page(mrz, &issuer.trust, at)?,
        DocumentEvidence::Credential(shown) => return credential(shown, body, session),
    };
    if issuer.environment != Environment::Development && read.holder.state.is_specimen() {
        return Err(Code::SpecimenRefused.into());
    }
    let Read {
        holder,
        document,
        digest,
        dg2,
    } = read;
    let unsuitable = |_| Problem::new(Code::DocumentUnsuitable);
    let mut document_expires = date(holder.expiry)?.day().map_err(unsuitable)?;
    if document == DocumentLevel::DataPage {
        let today = Day::from_unix_seconds(now).map_err(unsuitable)?;
        document_expires = document_expires.min(Day(today.0.saturating_add(LONGEST_PAGE_DAYS)));
    }
    Ok(DataPage {
        birthdate: date(holder.birthdate)?,
        nationality: Nationality::from_alpha3(holder.nationality.alpha3()),
        document_expires,
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
        credential: None,
    })
}

/// In a document's place a credential that this issuer key signed for the same holder key. Whether
/// it is the newest of its line is answered after the evidence.
fn credential(
    shown: &SignedCredential,
    body: &DocumentBody,
    session: &Session,
) -> Result<DataPage, Problem> {
    if session.kind != SessionKind::Refresh {
        return Err(Code::DocumentShape.into());
    }
    if shown.issuer.id() != session.issuer || shown.verify().is_err() {
        return Err(Code::CredentialSignatureInvalid.into());
    }
    let credential = &shown.credential;
    if credential.holder_key != body.holder_key {
        return Err(Code::HolderKeyMismatch.into());
    }
    Ok(DataPage {
        birthdate: credential.birthdate,
        nationality: credential.nationality,
        document_expires: credential.expires_on,
        document: credential.document,
        document_digest: shown.digest(),
        dg2: None,
        channel: body.channel,
        holder_key: body.holder_key,
        tags: vec![],
        credential: Some(ShownCredential {
            status_index: credential.status_index,
            template: credential.template,
        }),
    })
}

/// Document 2: passive authentication of EF.SOD and EF.DG1. Document 3: the same of EF.DG15 and
/// EF.DG14, and active authentication under the key in them. An answer that does not hold is a
/// refusal, never document 2.
fn chip(
    sod: &[u8],
    dg1: &[u8],
    active: Option<(Challenge, ActiveEvidence<'_>)>,
    trust: &TrustStore,
    at: Moment,
) -> Result<Read, Problem> {
    let digest = Sha256Digest::of(sod);
    let sod =
        Sod::parse(sod).map_err(|error| Problem::named(error.code(), Code::DocumentRefused))?;
    let groups = DataGroups {
        dg1,
        dg2: None,
        dg14: active.and_then(|(_, active)| active.dg14),
        dg15: active.map(|(_, active)| active.dg15),
    };
    let authenticated = humanseal_documents::authenticate(&sod, &groups, trust, at)
        .map_err(|error| Problem::named(error.code(), Code::DocumentRefused))?;
    let document = match active {
        None => DocumentLevel::PassiveAuthentication,
        Some((challenge, active)) => {
            authenticated
                .chip_key()
                .and_then(|key| key.verify(challenge, active.answer))
                .map_err(|error| Problem::named(error.code(), Code::DocumentRefused))?;
            DocumentLevel::ActiveAuthentication
        }
    };
    let dg2 = sod
        .digest_of(2)
        .and_then(dg2_digest)
        .ok_or_else(|| Problem::new(Code::DocumentDg2Listed))?;
    Ok(Read {
        holder: authenticated.holder,
        document,
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
