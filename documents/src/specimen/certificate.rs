//! Certificates and revocation lists of specimens.

use std::str::FromStr;
use std::time::Duration;

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::asn1::{BitString, OctetString};
use der::{Any, DateTime, Decode, Encode, Sequence};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::Version;
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CrlNumber, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, Extensions};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use super::SpecimenError;
use super::key::SigningKey;
use crate::digest::DigestAlgorithm;
use crate::time::Moment;

/// The signed part of a certificate (RFC 5280 section 4.1).
#[derive(Sequence)]
struct Tbs {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: Version,
    serial_number: SerialNumber,
    signature: AlgorithmIdentifierOwned,
    issuer: Name,
    validity: Validity,
    subject: Name,
    subject_public_key_info: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Extensions,
}

/// Something signed, with algorithm and signature.
#[derive(Sequence)]
struct Signed {
    content: Any,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

/// Everything that a certificate says but its key.
#[derive(Clone, Debug)]
pub struct CertificateSpec {
    /// The serial number, big-endian, at most 20 bytes.
    pub serial: Vec<u8>,
    /// The issuer's name, as RFC 4514 writes names.
    pub issuer: String,
    /// The subject's name, likewise.
    pub subject: String,
    /// The first second of the validity period.
    pub not_before: Moment,
    /// Its last second.
    pub not_after: Moment,
    /// The extensions, as [`raw_extension`] and its neighbours make them.
    pub extensions: Vec<Extension>,
    /// What the signer hashes with.
    pub digest: DigestAlgorithm,
}

impl CertificateSpec {
    /// The certificate of this public key, signed by `signer`, in DER.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] for a name, a serial number or a time that X.509 does not have.
    pub fn sign(
        &self,
        public_key: &SubjectPublicKeyInfoOwned,
        signer: &SigningKey,
    ) -> Result<Vec<u8>, SpecimenError> {
        let algorithm = signer.algorithm(self.digest)?;
        let content = Tbs {
            version: Version::V3,
            serial_number: SerialNumber::new(&self.serial)?,
            signature: algorithm.clone(),
            issuer: Name::from_str(&self.issuer)?,
            validity: Validity::new(time(self.not_before)?, time(self.not_after)?),
            subject: Name::from_str(&self.subject)?,
            subject_public_key_info: public_key.clone(),
            extensions: self.extensions.clone(),
        }
        .to_der()?;
        let signature = signer.sign(self.digest, &content)?;
        let signed = Signed {
            content: Any::from_der(&content)?,
            algorithm,
            signature: BitString::from_bytes(&signature)?,
        };
        Ok(signed.to_der()?)
    }
}

/// Everything that a revocation list says.
#[derive(Clone)]
pub(crate) struct RevocationListSpec {
    pub(crate) issuer: String,
    pub(crate) this_update: Moment,
    pub(crate) next_update: Option<Moment>,
    pub(crate) revoked: Vec<Vec<u8>>,
    pub(crate) extensions: Vec<Extension>,
}

impl RevocationListSpec {
    /// The list signed by `signer`, in DER.
    pub(crate) fn sign(&self, signer: &SigningKey) -> Result<Vec<u8>, SpecimenError> {
        let algorithm = signer.algorithm(DigestAlgorithm::Sha256)?;
        let this_update = time(self.this_update)?;
        let revoked = self.revoked.iter().map(|serial| {
            Ok(RevokedCert::<Rfc5280> {
                serial_number: SerialNumber::new(serial)?,
                revocation_date: this_update,
                crl_entry_extensions: None,
            })
        });
        let revoked: Vec<_> = revoked.collect::<Result<_, der::Error>>()?;
        let list = TbsCertList {
            version: Version::V2,
            signature: algorithm.clone(),
            issuer: Name::from_str(&self.issuer)?,
            this_update,
            next_update: self.next_update.map(time).transpose()?,
            revoked_certificates: (!revoked.is_empty()).then_some(revoked),
            crl_extensions: Some(self.extensions.clone()),
        };
        let signature = signer.sign(DigestAlgorithm::Sha256, &list.to_der()?)?;
        let list = CertificateList {
            tbs_cert_list: list,
            signature_algorithm: algorithm,
            signature: BitString::from_bytes(&signature)?,
        };
        Ok(list.to_der()?)
    }
}

/// The X.509 time of an instant.
pub(crate) fn time(at: Moment) -> Result<Time, SpecimenError> {
    let since_epoch = Duration::from_secs(at.unix_seconds());
    Ok(DateTime::from_unix_duration(since_epoch)?.into())
}

/// An extension of this content.
pub(crate) fn extension<T: Encode + AssociatedOid>(
    critical: bool,
    content: &T,
) -> Result<Extension, SpecimenError> {
    raw_extension(T::OID, critical, &content.to_der()?)
}

/// An extension of these bytes.
///
/// # Errors
/// [`SpecimenError::Encoding`] does not occur with less than 256 MiB.
pub fn raw_extension(
    oid: ObjectIdentifier,
    critical: bool,
    content: &[u8],
) -> Result<Extension, SpecimenError> {
    Ok(Extension {
        extn_id: oid,
        critical,
        extn_value: OctetString::new(content)?,
    })
}

/// Critical basicConstraints: whether this is an authority, and how many others may stand below it.
///
/// # Errors
/// [`SpecimenError::Encoding`] does not occur.
pub fn basic_constraints(ca: bool, path_length: Option<u8>) -> Result<Extension, SpecimenError> {
    let constraints = BasicConstraints {
        ca,
        path_len_constraint: path_length,
    };
    extension(true, &constraints)
}

/// Critical keyUsage.
///
/// # Errors
/// [`SpecimenError::Encoding`] does not occur.
pub fn key_usage(usages: &[KeyUsages]) -> Result<Extension, SpecimenError> {
    let mut flags = der::flagset::FlagSet::default();
    for usage in usages {
        flags |= *usage;
    }
    extension(true, &KeyUsage(flags))
}

pub(crate) fn subject_key_identifier(identifier: &[u8]) -> Result<Extension, SpecimenError> {
    extension(false, &SubjectKeyIdentifier(OctetString::new(identifier)?))
}

pub(crate) fn authority_key_identifier(identifier: &[u8]) -> Result<Extension, SpecimenError> {
    let identifier = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(identifier)?),
        ..AuthorityKeyIdentifier::default()
    };
    extension(false, &identifier)
}

pub(crate) fn crl_number(number: u8) -> Result<Extension, SpecimenError> {
    extension(false, &CrlNumber::try_from(number)?)
}
