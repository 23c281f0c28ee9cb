//! The signing authority of the specimen state, with its document signer and revocation list.

use std::path::Path;

use sha2::{Digest, Sha256};
use spki::SubjectPublicKeyInfoOwned;
use x509_cert::ext::pkix::KeyUsages;

use super::certificate::{
    CertificateSpec, RevocationListSpec, authority_key_identifier, basic_constraints, crl_number,
    key_usage, subject_key_identifier,
};
use super::key::{KeyKind, SigningKey};
use super::{SpecimenError, write_file};
use crate::digest::DigestAlgorithm;
use crate::time::{Date, Moment};
use crate::trust::TrustStore;

/// The committed keys. They are in everybody's hands; nothing that they sign means anything.
const CSCA_RSA: &str =
    include_str!("../../../fixtures/documents/keys/insecure-specimen-csca-rsa-2048.pem");
const DSC_RSA: &str =
    include_str!("../../../fixtures/documents/keys/insecure-specimen-dsc-rsa-2048.pem");
const CSCA_P256: &str =
    include_str!("../../../fixtures/documents/keys/insecure-specimen-csca-p-256.pem");
const DSC_P256: &str =
    include_str!("../../../fixtures/documents/keys/insecure-specimen-dsc-p-256.pem");

/// Everything that makes an authority, open to change in tests.
#[derive(Clone)]
pub(crate) struct Blueprint {
    pub(crate) csca_key: SigningKey,
    pub(crate) dsc_key: SigningKey,
    pub(crate) csca_public_key: SubjectPublicKeyInfoOwned,
    pub(crate) dsc_public_key: SubjectPublicKeyInfoOwned,
    pub(crate) csca: CertificateSpec,
    pub(crate) dsc: CertificateSpec,
    pub(crate) list: RevocationListSpec,
}

impl Blueprint {
    pub(crate) fn new(
        csca_key: SigningKey,
        dsc_key: SigningKey,
        label: &str,
    ) -> Result<Self, SpecimenError> {
        let csca_name = format!("CN=Insecure specimen CSCA {label},O=Utopia,C=UT");
        let dsc_name = format!("CN=Insecure specimen document signer {label},O=Utopia,C=UT");
        let csca_identifier = csca_key.identifier()?;
        let first_day = day(2020, 1, 1)?;
        let last_day = day(2060, 1, 1)?;
        Ok(Self {
            csca: CertificateSpec {
                serial: serial(label, "csca"),
                issuer: csca_name.clone(),
                subject: csca_name.clone(),
                not_before: first_day,
                not_after: last_day,
                extensions: vec![
                    basic_constraints(true, Some(0))?,
                    key_usage(&[KeyUsages::KeyCertSign, KeyUsages::CRLSign])?,
                    subject_key_identifier(&csca_identifier)?,
                    authority_key_identifier(&csca_identifier)?,
                ],
                digest: DigestAlgorithm::Sha256,
            },
            dsc: CertificateSpec {
                serial: serial(label, "dsc"),
                issuer: csca_name.clone(),
                subject: dsc_name,
                not_before: first_day,
                not_after: day(2055, 1, 1)?,
                extensions: vec![
                    key_usage(&[KeyUsages::DigitalSignature])?,
                    subject_key_identifier(&dsc_key.identifier()?)?,
                    authority_key_identifier(&csca_identifier)?,
                ],
                digest: DigestAlgorithm::Sha256,
            },
            list: RevocationListSpec {
                issuer: csca_name,
                this_update: first_day,
                next_update: Some(last_day),
                revoked: Vec::new(),
                extensions: vec![authority_key_identifier(&csca_identifier)?, crl_number(1)?],
            },
            csca_public_key: csca_key.public_key()?,
            dsc_public_key: dsc_key.public_key()?,
            csca_key,
            dsc_key,
        })
    }

    pub(crate) fn build(&self) -> Result<Authority, SpecimenError> {
        Ok(Authority {
            csca: self.csca.sign(&self.csca_public_key, &self.csca_key)?,
            dsc: self.dsc.sign(&self.dsc_public_key, &self.csca_key)?,
            list: self.list.sign(&self.csca_key)?,
            dsc_key: self.dsc_key.clone(),
        })
    }
}

/// A country signing authority of UTO with one document signer and an empty revocation list.
/// Certificates are valid from 2020 to 2055 (signer) and 2060 (authority, revocation list).
#[derive(Clone)]
pub struct Authority {
    csca: Vec<u8>,
    dsc: Vec<u8>,
    list: Vec<u8>,
    dsc_key: SigningKey,
}

impl Authority {
    /// The authority whose private keys are committed under `fixtures/documents/keys/`.
    ///
    /// # Errors
    /// [`SpecimenError`] if the committed keys cannot be used.
    pub fn insecure(kind: KeyKind) -> Result<Self, SpecimenError> {
        Self::insecure_blueprint(kind)?.build()
    }

    pub(crate) fn insecure_blueprint(kind: KeyKind) -> Result<Blueprint, SpecimenError> {
        let (csca, dsc) = match kind {
            KeyKind::Rsa2048 => (CSCA_RSA, DSC_RSA),
            KeyKind::P256 => (CSCA_P256, DSC_P256),
        };
        let (csca, dsc) = (
            SigningKey::from_pem(csca, kind)?,
            SigningKey::from_pem(dsc, kind)?,
        );
        Blueprint::new(csca, dsc, kind.name())
    }

    /// Another authority of UTO, with P-256 keys that the seed alone determines: one that nobody
    /// trusts who trusts the committed one.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] for one in 2^32 seeds.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, SpecimenError> {
        let label = DigestAlgorithm::Sha256.hash(seed).as_bytes()[..4]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        let csca = SigningKey::from_seed(seed, "csca")?;
        let dsc = SigningKey::from_seed(seed, "dsc")?;
        Blueprint::new(csca, dsc, &label)?.build()
    }

    /// The authority's certificate in DER.
    #[must_use]
    pub fn csca_der(&self) -> &[u8] {
        &self.csca
    }

    /// The document signer's certificate in DER.
    #[must_use]
    pub fn dsc_der(&self) -> &[u8] {
        &self.dsc
    }

    /// The revocation list in DER.
    #[must_use]
    pub fn revocation_list_der(&self) -> &[u8] {
        &self.list
    }

    pub(crate) fn dsc_key(&self) -> &SigningKey {
        &self.dsc_key
    }

    /// A store that trusts this authority alone.
    ///
    /// # Errors
    /// [`SpecimenError::Trust`] does not occur with certificates made here.
    pub fn trust_store(&self) -> Result<TrustStore, SpecimenError> {
        let mut store = TrustStore::new();
        store.add_csca(&self.csca)?;
        store.add_crl(&self.list)?;
        Ok(store)
    }

    /// Writes certificate and revocation list into a folder that [`TrustStore::load`] reads.
    ///
    /// # Errors
    /// [`SpecimenError::Unwritable`].
    pub fn write_trust(&self, folder: &Path) -> Result<(), SpecimenError> {
        write_file(
            &folder.join("csca"),
            "insecure-specimen-csca.der",
            &self.csca,
        )?;
        write_file(
            &folder.join("crl"),
            "insecure-specimen-csca.crl",
            &self.list,
        )
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority(..)")
    }
}

fn day(year: u16, month: u8, day: u8) -> Result<Moment, SpecimenError> {
    let date = Date::new(year, month, day).ok_or(SpecimenError::Date)?;
    Ok(Moment::start_of(date))
}

/// Eight bytes that only name and role determine.
fn serial(label: &str, role: &str) -> Vec<u8> {
    let digest = Sha256::digest(format!("humanseal specimen serial {label} {role}"));
    let mut serial = digest[..8].to_vec();
    // Positive and of full length.
    serial[0] = serial[0] & 0x3f | 0x40;
    serial
}
