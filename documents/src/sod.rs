//! EF.SOD: a CMS signed message (RFC 5652) around the digests of all data groups
//! (ICAO 9303 part 10, section 4.6.2).

use cms::content_info::ContentInfo;
use cms::signed_data::{SignedAttributes, SignedData, SignerIdentifier};
use const_oid::ObjectIdentifier;
use der::asn1::OctetStringRef;
use der::{Decode, Sequence};
use sha2::Digest;
use spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

use crate::certificate::{X509, moment, same_parts};
use crate::chip::ElementaryFile;
use crate::digest::{DataDigest, DigestAlgorithm};
use crate::encoding::items;
use crate::signature::{AlgorithmError, PublicKey, SignatureAlgorithm};
use crate::time::Moment;
use crate::tlv;

/// The tag of EF.SOD.
pub(crate) const SOD: u16 = 0x77;
pub(crate) const SIGNED_DATA: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// `id-icao-mrtd-security-ldsSecurityObject`.
pub(crate) const LDS_SECURITY_OBJECT: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.23.136.1.1.1");
pub(crate) const CONTENT_TYPE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
pub(crate) const MESSAGE_DIGEST: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
pub(crate) const SIGNING_TIME: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

/// Why EF.SOD cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SodError {
    /// The file is longer than [`ElementaryFile::limit`].
    #[error("EF.SOD is too long")]
    TooLong,
    /// It is no CMS signed message in DER.
    #[error("EF.SOD is malformed: {0}")]
    Structure(&'static str),
    /// It has not exactly one signer.
    #[error("EF.SOD has not exactly one signer")]
    Signers,
    /// The digests of the data groups are malformed: a group twice or of an impossible number, a
    /// digest of the wrong length.
    #[error("the security object in EF.SOD is malformed")]
    SecurityObject,
    /// A digest or signature algorithm, or a key, is not supported or malformed.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
}

impl SodError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "sod_too_long",
            Self::Structure(_) => "sod_malformed",
            Self::Signers => "sod_signers",
            Self::SecurityObject => "sod_security_object",
            Self::Algorithm(error) => error.code(),
        }
    }
}

/// `LDSSecurityObject` of part 10, section 4.6.2.3.
#[derive(Sequence)]
struct SecurityObject<'a> {
    version: u8,
    digest_algorithm: AlgorithmIdentifierOwned,
    digests: Vec<GroupDigest<'a>>,
    lds_version: Option<LdsVersion<'a>>,
}

/// `DataGroupHash`.
#[derive(Sequence)]
struct GroupDigest<'a> {
    group: u8,
    digest: &'a OctetStringRef,
}

/// `LDSVersionInfo`, of version 1 security objects.
#[derive(Sequence)]
struct LdsVersion<'a> {
    lds_version: der::asn1::PrintableStringRef<'a>,
    unicode_version: der::asn1::PrintableStringRef<'a>,
}

/// EF.SOD, taken apart but not verified: [`crate::authenticate`] does that.
#[derive(Clone, Debug)]
pub struct Sod {
    sha256: [u8; 32],
    content_type: ObjectIdentifier,
    content: Vec<u8>,
    digest_algorithm: DigestAlgorithm,
    digests: Vec<(u8, DataDigest)>,
    signer: Signer,
    certificates: Vec<X509>,
}

/// The one `SignerInfo`.
#[derive(Clone, Debug)]
struct Signer {
    identifier: SignerIdentifier,
    digest: DigestAlgorithm,
    algorithm: SignatureAlgorithm,
    attributes: Option<Attributes>,
    signature: Vec<u8>,
}

/// The signed attributes and the bytes that are signed in their place.
#[derive(Clone, Debug)]
struct Attributes {
    values: SignedAttributes,
    signed: Vec<u8>,
}

/// What the signed attributes say.
pub(crate) struct SignedClaims {
    pub(crate) content_type: ObjectIdentifier,
    pub(crate) message_digest: Vec<u8>,
    pub(crate) signing_time: Option<Moment>,
}

impl Sod {
    /// Takes the file apart: tag 77 around one CMS signed message with one signer.
    ///
    /// # Errors
    /// Whatever [`SodError`] names. An unsupported algorithm of the signer is refused here.
    pub fn parse(bytes: &[u8]) -> Result<Self, SodError> {
        let malformed = |what| move |_| SodError::Structure(what);
        if bytes.len() > ElementaryFile::Sod.limit() {
            return Err(SodError::TooLong);
        }
        let message = tlv::only(bytes, SOD).map_err(|_| SodError::Structure("its wrapping"))?;
        let info = ContentInfo::from_der(message).map_err(malformed("no CMS message"))?;
        if info.content_type != SIGNED_DATA {
            return Err(SodError::Structure("the CMS message is not signed data"));
        }
        let signed: SignedData = info
            .content
            .decode_as()
            .map_err(malformed("the signed data"))?;

        let [signer] = signed.signer_infos.0.as_slice() else {
            return Err(SodError::Signers);
        };
        let raw = RawParts::of(message).map_err(malformed("the signed data"))?;
        let certificates = raw
            .certificates
            .iter()
            .map(|der| X509::from_der(der))
            .collect::<Result<_, _>>()
            .map_err(malformed("a certificate"))?;
        let digest = digest_algorithm(&signer.digest_alg)?;
        let attributes = match (&signer.signed_attrs, raw.signed_attributes) {
            (Some(values), Some(signed)) => Some(Attributes {
                values: values.clone(),
                signed,
            }),
            (None, None) => None,
            _ => return Err(SodError::Structure("the signed attributes")),
        };

        let content = match &signed.encap_content_info.econtent {
            Some(content) => content
                .decode_as::<&OctetStringRef>()
                .map_err(malformed("its content"))?
                .as_bytes()
                .to_vec(),
            None => return Err(SodError::Structure("it has no content")),
        };
        let (digest_algorithm, digests) = security_object(&content)?;
        Ok(Self {
            sha256: sha2::Sha256::digest(bytes).into(),
            content_type: signed.encap_content_info.econtent_type,
            content,
            digest_algorithm,
            digests,
            signer: Signer {
                identifier: signer.sid.clone(),
                digest,
                algorithm: SignatureAlgorithm::new(&signer.signature_algorithm, Some(digest))?,
                attributes,
                signature: signer.signature.as_bytes().to_vec(),
            },
            certificates,
        })
    }

    /// The SHA-256 of the whole file, which the statement of docs/protocol.md section 11 names.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The algorithm of the data groups' digests.
    #[must_use]
    pub fn digest_algorithm(&self) -> DigestAlgorithm {
        self.digest_algorithm
    }

    /// The digest of a data group, 1 to 16, if it is listed.
    #[must_use]
    pub fn digest_of(&self, group: u8) -> Option<&DataDigest> {
        let mut digests = self.digests.iter();
        digests.find(|(n, _)| *n == group).map(|(_, digest)| digest)
    }

    /// The data groups that are listed, in the order of the file.
    pub fn groups(&self) -> impl Iterator<Item = u8> + '_ {
        self.digests.iter().map(|(group, _)| *group)
    }

    /// Whether these bytes are the data group that the SOD lists under this number.
    #[must_use]
    pub fn lists(&self, group: u8, bytes: &[u8]) -> bool {
        self.digest_of(group) == Some(&self.digest_algorithm.hash(bytes))
    }

    pub(crate) fn content_type(&self) -> ObjectIdentifier {
        self.content_type
    }

    /// The certificate that the signer names, if exactly one fits.
    pub(crate) fn signer_certificate(&self) -> Option<&X509> {
        let mut fitting = self.certificates.iter().filter(|c| self.is_named(c));
        let certificate = fitting.next()?;
        fitting.next().is_none().then_some(certificate)
    }

    fn is_named(&self, certificate: &X509) -> bool {
        match &self.signer.identifier {
            SignerIdentifier::IssuerAndSerialNumber(name) => {
                let serial = certificate.inner().tbs_certificate().serial_number();
                name.serial_number == *serial && same_parts(&name.issuer, certificate.issuer())
            }
            SignerIdentifier::SubjectKeyIdentifier(identifier) => {
                certificate.subject_key_identifier().as_deref() == Some(identifier.0.as_bytes())
            }
        }
    }

    /// The signed attributes, if content type and message digest stand there once each, and the
    /// signing time at most once (RFC 5652 sections 5.3 and 11).
    pub(crate) fn signed_claims(&self) -> Option<SignedClaims> {
        let attributes = &self.signer.attributes.as_ref()?.values;
        let values = |oid| {
            let mut found = attributes.iter().filter(move |a| a.oid == oid);
            match (found.next(), found.next()) {
                (None, _) => Some(None),
                (Some(attribute), None) => match attribute.values.as_slice() {
                    [value] => Some(Some(value)),
                    _ => None,
                },
                _ => None,
            }
        };
        let content_type = values(CONTENT_TYPE)??.decode_as().ok()?;
        let message_digest: &OctetStringRef = values(MESSAGE_DIGEST)??.decode_as().ok()?;
        let signing_time = match values(SIGNING_TIME)? {
            Some(value) => {
                let time = Time::from_der(&der::Encode::to_der(value).ok()?).ok()?;
                Some(moment(time))
            }
            None => None,
        };
        Some(SignedClaims {
            content_type,
            message_digest: message_digest.as_bytes().to_vec(),
            signing_time,
        })
    }

    /// The digest of the content in the signer's algorithm.
    pub(crate) fn content_digest(&self) -> DataDigest {
        self.signer.digest.hash(&self.content)
    }

    /// Whether the signature is that of this key: over the signed attributes, or over the content
    /// where there are none (RFC 5652 section 5.4).
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> bool {
        let message = match &self.signer.attributes {
            Some(attributes) => &attributes.signed,
            None => &self.content,
        };
        key.verifies(self.signer.algorithm, message, &self.signer.signature)
    }
}

fn digest_algorithm(identifier: &AlgorithmIdentifierOwned) -> Result<DigestAlgorithm, SodError> {
    DigestAlgorithm::from_oid(identifier.oid).ok_or_else(|| {
        SodError::Algorithm(AlgorithmError::Unsupported(format!(
            "digest algorithm {}",
            identifier.oid
        )))
    })
}

/// Reads the digests: 2 to 16 of different groups 1 to 16, each as long as its algorithm says.
fn security_object(content: &[u8]) -> Result<(DigestAlgorithm, Vec<(u8, DataDigest)>), SodError> {
    let object = SecurityObject::from_der(content).map_err(|_| SodError::SecurityObject)?;
    let versions = (object.version, object.lds_version.is_some());
    if !matches!(versions, (0, false) | (1, true)) || !(2..=16).contains(&object.digests.len()) {
        return Err(SodError::SecurityObject);
    }
    let algorithm = digest_algorithm(&object.digest_algorithm)?;
    let mut digests: Vec<(u8, DataDigest)> = Vec::with_capacity(object.digests.len());
    for GroupDigest { group, digest } in object.digests {
        let twice = digests.iter().any(|(earlier, _)| *earlier == group);
        let digest = DataDigest::new(algorithm, digest.as_bytes());
        match digest {
            Some(digest) if (1..=16).contains(&group) && !twice => digests.push((group, digest)),
            _ => return Err(SodError::SecurityObject),
        }
    }
    Ok((algorithm, digests))
}

/// The bytes, as they stand in the message, of what is signed or fingerprinted.
struct RawParts<'a> {
    certificates: Vec<&'a [u8]>,
    signed_attributes: Option<Vec<u8>>,
}

/// Identifier octets: context-specific 0, constructed, and SET OF.
const CONTEXT_0: u8 = 0xa0;
const SET_OF: u8 = 0x31;

impl<'a> RawParts<'a> {
    /// Walks `ContentInfo { type, [0] { SignedData { version, digests, content, [0] certificates,
    /// …, { { version, signer, digest, [0] attributes, … } } } } }`, which was decoded before.
    fn of(message: &'a [u8]) -> der::Result<Self> {
        let wrong = || der::Error::from(der::ErrorKind::Failed);
        let explicit = *items(message)?.get(1).ok_or_else(wrong)?;
        let signed_data = items(items(explicit)?.first().ok_or_else(wrong)?)?;
        let certificates = match signed_data.get(3) {
            Some(set) if set.first() == Some(&CONTEXT_0) => items(set)?,
            _ => Vec::new(),
        };
        let signers = items(signed_data.last().ok_or_else(wrong)?)?;
        let signer = items(signers.first().ok_or_else(wrong)?)?;
        let signed_attributes = match signer.get(3) {
            Some(set) if set.first() == Some(&CONTEXT_0) => {
                // Signed as a SET OF, not under the tag that it has here (RFC 5652 section 5.4).
                let mut signed = set.to_vec();
                signed[0] = SET_OF;
                Some(signed)
            }
            _ => None,
        };
        Ok(Self {
            certificates,
            signed_attributes,
        })
    }
}
