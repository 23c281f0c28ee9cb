//! Attestations of phones that do not exist, for demonstrations and tests.
//!
//! Their root's key is in everybody's hands. Its certificate says so in its subject, by which
//! [`super::Trust::is_specimen`] knows it; a production issuer refuses such a set.
//!
//! The same arguments give the same bytes. Everything that an attestation says can be changed
//! before it is signed.

mod description;

use humanseal_documents::specimen::{
    CertificateSpec, KeyUsages, SigningKey, SpecimenError, basic_constraints, key_usage,
    raw_extension,
};
use humanseal_documents::x509::Certificate;
use humanseal_documents::{Date, DigestAlgorithm, Moment};
use sha2::{Digest, Sha256};

pub use self::description::{Description, List, Value};

use super::{EXTENSION, SecurityLevel};

/// What the organization of every specimen root says.
const ORGANIZATION: &str = "Humanseal insecure specimen";

/// The seed of the root whose attestations a development issuer believes.
const INSECURE_SEED: [u8; 32] = *b"humanseal insecure specimen root";

/// By its name, or by the key that everybody has under whatever name.
pub(super) fn is_specimen_root(root: &Certificate) -> bool {
    let insecure = Maker::insecure().and_then(|maker| maker.root_der());
    let key = insecure.map(|der| Certificate::from_der(&der).map(|root| root.public_key_info()));
    let has_the_key = matches!(key, Ok(Ok(key)) if key == root.public_key_info());
    has_the_key || root.subject_texts().any(|text| text == ORGANIZATION)
}

/// A maker of specimen phones: a root with one authority below it.
#[derive(Clone, Debug)]
pub struct Maker {
    root: Link,
    authority: Link,
}

/// A certificate to be made, with its key.
#[derive(Clone, Debug)]
pub struct Link {
    /// What the certificate says.
    pub certificate: CertificateSpec,
    /// The key that it is about.
    pub key: SigningKey,
}

impl Maker {
    /// The maker whose root's key is in everybody's hands.
    ///
    /// # Errors
    /// [`SpecimenError`] does not occur.
    pub fn insecure() -> Result<Self, SpecimenError> {
        Self::from_seed(&INSECURE_SEED)
    }

    /// Another maker, whose root has the same name and a key that the seed alone determines: one
    /// that nobody trusts who trusts the first.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] for one in 2^32 seeds.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, SpecimenError> {
        let root = format!("CN=Insecure specimen attestation root,O={ORGANIZATION}");
        let authority = format!("CN=Insecure specimen attestation authority,O={ORGANIZATION}");
        let (from, to) = (day(2020)?, day(2060)?);
        let spec = |issuer: &str, subject: &str, path_length| {
            Ok::<_, SpecimenError>(CertificateSpec {
                serial: serial(seed, subject),
                issuer: issuer.to_owned(),
                subject: subject.to_owned(),
                not_before: from,
                not_after: to,
                extensions: vec![
                    basic_constraints(true, path_length)?,
                    key_usage(&[KeyUsages::KeyCertSign])?,
                ],
                digest: DigestAlgorithm::Sha256,
            })
        };
        Ok(Self {
            root: Link {
                certificate: spec(&root, &root, None)?,
                key: SigningKey::from_seed(seed, "android root")?,
            },
            authority: Link {
                certificate: spec(&root, &authority, Some(1))?,
                key: SigningKey::from_seed(seed, "android authority")?,
            },
        })
    }

    /// The root's certificate in DER.
    ///
    /// # Errors
    /// [`SpecimenError`] does not occur.
    pub fn root_der(&self) -> Result<Vec<u8>, SpecimenError> {
        let Link { certificate, key } = &self.root;
        certificate.sign(&key.public_key()?, key)
    }

    /// What a phone of this maker says of a key that it made for an app: the seed determines the
    /// phone's and the app's key, the description says the rest.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] for one in 2^31 seeds.
    pub fn attestation(
        &self,
        seed: &[u8; 32],
        description: Description,
    ) -> Result<Attestation, SpecimenError> {
        let kind = match description.attestation_level {
            SecurityLevel::StrongBox => "StrongBox",
            _ => "TEE",
        };
        let number = Sha256::digest(seed)[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        let phone = format!("CN={number},O={kind}");
        let leaf = Link {
            certificate: CertificateSpec {
                serial: vec![1],
                issuer: phone.clone(),
                subject: "CN=Android Keystore Key".into(),
                not_before: Moment::from_unix_seconds(0),
                not_after: day(2048)?,
                extensions: vec![key_usage(&[KeyUsages::DigitalSignature])?],
                digest: DigestAlgorithm::Sha256,
            },
            key: SigningKey::from_seed(seed, "android leaf")?,
        };
        let phone = Link {
            certificate: CertificateSpec {
                serial: serial(seed, "phone"),
                issuer: self.authority.certificate.subject.clone(),
                subject: phone,
                extensions: vec![
                    basic_constraints(true, None)?,
                    key_usage(&[KeyUsages::KeyCertSign])?,
                ],
                ..self.authority.certificate.clone()
            },
            key: SigningKey::from_seed(seed, "android phone")?,
        };
        Ok(Attestation {
            description: Some(description),
            links: vec![leaf, phone, self.authority.clone(), self.root.clone()],
        })
    }
}

/// An attestation before it is signed.
#[derive(Clone, Debug)]
pub struct Attestation {
    /// What the leaf's extension says, where it has one.
    pub description: Option<Description>,
    /// The certificates, leaf first, each signed with the key of the next, the last with its own.
    pub links: Vec<Link>,
}

impl Attestation {
    /// The certificates in DER, leaf first.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] for what DER or X.509 does not have.
    pub fn chain(&self) -> Result<Vec<Vec<u8>>, SpecimenError> {
        let mut chain = Vec::new();
        for (place, link) in self.links.iter().enumerate() {
            let mut certificate = link.certificate.clone();
            let description = self.description.as_ref().filter(|_| place == 0);
            if let Some(description) = description {
                let content = description.to_der()?;
                let extension = raw_extension(EXTENSION, false, &content)?;
                certificate.extensions.push(extension);
            }
            let signer = self.links.get(place + 1).unwrap_or(link);
            chain.push(certificate.sign(&link.key.public_key()?, &signer.key)?);
        }
        Ok(chain)
    }

    /// The leaf key's signature over the statement, ECDSA with SHA-256 in DER.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] if there is no leaf.
    pub fn sign(&self, statement: &[u8]) -> Result<Vec<u8>, SpecimenError> {
        let leaf = self.links.first().ok_or(SpecimenError::Key)?;
        leaf.key.sign(DigestAlgorithm::Sha256, statement)
    }
}

/// The first second of a year.
fn day(year: u16) -> Result<Moment, SpecimenError> {
    let date = Date::new(year, 1, 1).ok_or(SpecimenError::Date)?;
    Ok(Moment::start_of(date))
}

/// Eight bytes that only seed and role determine, positive and of full length.
fn serial(seed: &[u8; 32], role: &str) -> Vec<u8> {
    let digest = Sha256::new_with_prefix(seed).chain_update(role).finalize();
    let mut serial = digest[..8].to_vec();
    serial[0] = serial[0] & 0x3f | 0x40;
    serial
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_insecure_key_is_known_under_any_name() {
        let renamed = |seed: &[u8; 32]| {
            let mut root = Maker::from_seed(seed).unwrap().root;
            let name = "CN=Attestation root,O=Example".to_owned();
            root.certificate.subject.clone_from(&name);
            root.certificate.issuer = name;
            let public = root.key.public_key().unwrap();
            let der = root.certificate.sign(&public, &root.key).unwrap();
            is_specimen_root(&Certificate::from_der(&der).unwrap())
        };
        assert!(renamed(&INSECURE_SEED));
        assert!(!renamed(&[7; 32]));
    }
}
