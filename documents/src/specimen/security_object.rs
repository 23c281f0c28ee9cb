//! EF.SOD of the specimen state.

use cms::cert::CertificateChoices;
use cms::cert::IssuerAndSerialNumber;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier,
    SignerInfo, SignerInfos,
};
use const_oid::ObjectIdentifier;
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode, Encode, Sequence};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

use super::SpecimenError;
use super::certificate::time;
use super::key::SigningKey;
use crate::digest::DigestAlgorithm;
use crate::sod::{
    CONTENT_TYPE, LDS_SECURITY_OBJECT, MESSAGE_DIGEST, SIGNED_DATA, SIGNING_TIME, SOD,
};
use crate::time::Moment;
use crate::tlv;

/// `LDSSecurityObject` of version 0 (ICAO 9303 part 10, section 4.6.2.3).
#[derive(Sequence)]
struct SecurityObject {
    version: u8,
    digest_algorithm: AlgorithmIdentifierOwned,
    digests: Vec<GroupDigest>,
}

/// `DataGroupHash`.
#[derive(Sequence)]
struct GroupDigest {
    group: u8,
    digest: OctetString,
}

/// Everything that an EF.SOD says.
#[derive(Clone)]
pub(crate) struct SodSpec {
    pub(crate) content_type: ObjectIdentifier,
    /// The algorithm of the data groups' digests, of the message digest and of the signature.
    pub(crate) digest: DigestAlgorithm,
    /// Data groups and their digests.
    pub(crate) groups: Vec<(u8, Vec<u8>)>,
    /// The signed attributes, or none.
    pub(crate) attributes: Option<AttributesSpec>,
    /// Whether the signer's certificate is brought along.
    pub(crate) with_certificate: bool,
}

/// The signed attributes; what is none here is that of the content.
#[derive(Clone, Default)]
pub(crate) struct AttributesSpec {
    pub(crate) content_type: Option<ObjectIdentifier>,
    pub(crate) message_digest: Option<Vec<u8>>,
    pub(crate) signing_time: Option<Moment>,
}

impl SodSpec {
    /// The ordinary security object over these files.
    pub(crate) fn over(
        files: &[(u8, &[u8])],
        digest: DigestAlgorithm,
        signing_time: Moment,
    ) -> Self {
        let hash = |(group, bytes): &(u8, &[u8])| (*group, digest.hash(bytes).as_bytes().to_vec());
        Self {
            content_type: LDS_SECURITY_OBJECT,
            digest,
            groups: files.iter().map(hash).collect(),
            attributes: Some(AttributesSpec {
                signing_time: Some(signing_time),
                ..AttributesSpec::default()
            }),
            with_certificate: true,
        }
    }

    /// The file signed by the key of this certificate.
    pub(crate) fn sign(
        &self,
        key: &SigningKey,
        certificate: &[u8],
    ) -> Result<Vec<u8>, SpecimenError> {
        let digests = self.groups.iter().map(|(group, digest)| {
            Ok(GroupDigest {
                group: *group,
                digest: OctetString::new(digest.clone())?,
            })
        });
        let digest_algorithm = AlgorithmIdentifierOwned {
            oid: self.digest.oid(),
            parameters: None,
        };
        let content = SecurityObject {
            version: 0,
            digest_algorithm: digest_algorithm.clone(),
            digests: digests.collect::<Result<_, der::Error>>()?,
        }
        .to_der()?;

        let signed_attrs = match &self.attributes {
            Some(attributes) => Some(self.attributes(attributes, &content)?),
            None => None,
        };
        let message = match &signed_attrs {
            Some(attributes) => attributes.to_der()?,
            None => content.clone(),
        };
        let signature = key.sign(self.digest, &message)?;

        let certificate = Certificate::from_der(certificate)?;
        let tbs = certificate.tbs_certificate();
        let signer = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: tbs.issuer().clone(),
                serial_number: tbs.serial_number().clone(),
            }),
            digest_alg: digest_algorithm.clone(),
            signed_attrs,
            signature_algorithm: key.algorithm(self.digest)?,
            signature: OctetString::new(signature)?,
            unsigned_attrs: None,
        };
        let certificates = match self.with_certificate {
            true => {
                let choice = vec![CertificateChoices::Certificate(certificate)];
                Some(CertificateSet::try_from(choice)?)
            }
            false => None,
        };
        let signed_data = SignedData {
            version: CmsVersion::V3,
            digest_algorithms: SetOfVec::try_from(vec![digest_algorithm])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: self.content_type,
                econtent: Some(Any::encode_from(&OctetString::new(content)?)?),
            },
            certificates,
            crls: None,
            signer_infos: SignerInfos::try_from(vec![signer])?,
        };
        let info = ContentInfo {
            content_type: SIGNED_DATA,
            content: Any::encode_from(&signed_data)?,
        };
        Ok(tlv::object(SOD, &info.to_der()?))
    }

    fn attributes(
        &self,
        spec: &AttributesSpec,
        content: &[u8],
    ) -> Result<SignedAttributes, SpecimenError> {
        let attribute = |oid, value| {
            Ok::<_, SpecimenError>(Attribute {
                oid,
                values: SetOfVec::try_from(vec![value])?,
            })
        };
        let content_type = spec.content_type.unwrap_or(self.content_type);
        let own_digest = || self.digest.hash(content).as_bytes().to_vec();
        let digest = spec.message_digest.clone().unwrap_or_else(own_digest);
        let mut attributes = vec![
            attribute(CONTENT_TYPE, Any::encode_from(&content_type)?)?,
            attribute(
                MESSAGE_DIGEST,
                Any::encode_from(&OctetString::new(digest)?)?,
            )?,
        ];
        if let Some(at) = spec.signing_time {
            attributes.push(attribute(
                SIGNING_TIME,
                Any::from_der(&time(at)?.to_der()?)?,
            )?);
        }
        Ok(SignedAttributes::try_from(attributes)?)
    }
}
