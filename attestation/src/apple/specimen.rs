//! Attestation objects of devices that do not exist, for demonstrations and tests.
//!
//! Their root's key is in everybody's hands. Its certificate says so in its subject, by which
//! [`super::Trust::is_specimen`] knows it; a production issuer refuses such a set.

use ciborium::Value;
use der::asn1::OctetString;
use der::{Decode, Encode};
use humanseal_documents::specimen::{
    CertificateSpec, Extension, KeyUsages, SigningKey, SpecimenError, basic_constraints, key_usage,
    raw_extension,
};
use humanseal_documents::x509::Certificate;
use humanseal_documents::{Date, DigestAlgorithm, Moment};
use sha2::{Digest, Sha256};

use super::authenticator::{ATTESTED, CATEGORY, EXTENDED, VERSION};
use super::object::{NONCE, Nonce};
use super::{DEVELOPMENT, PRODUCTION, nonce};

/// What the organization of every specimen root says.
const ORGANIZATION: &str = "Humanseal insecure specimen";

/// The seed of root and intermediate, which everybody knows.
const INSECURE_SEED: [u8; 32] = *b"humanseal insecure specimen root";

/// By its name, or by the key that everybody has under whatever name.
pub(super) fn is_specimen_root(certificate: &Certificate) -> bool {
    let key = root().map(|der| Certificate::from_der(&der).map(|root| root.public_key_info()));
    let has_the_key = matches!(key, Ok(Ok(key)) if key == certificate.public_key_info());
    has_the_key || certificate.subject_texts().any(|text| text == ORGANIZATION)
}

/// How an app came onto a device, as devices state it from iOS 27 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Nothing is stated: an older system.
    Unstated,
    /// From the App Store.
    AppStore,
    /// Signed for development.
    Development,
}

/// The root of specimens in DER; always the same.
///
/// # Errors
/// [`SpecimenError`] does not occur.
pub fn root() -> Result<Vec<u8>, SpecimenError> {
    let key = root_key()?;
    let name = name("App Attestation Root");
    certificate(&name, &name, authority()?)?.sign(&key.public_key()?, &key)
}

/// An attestation object for this client data hash, by a fresh device key that the seed determines,
/// valid for a day around `at`.
///
/// # Errors
/// [`SpecimenError`] for one in 2^32 seeds.
pub fn attest(
    app_id: &str,
    client_data_hash: &[u8],
    development: bool,
    distribution: Distribution,
    seed: &[u8; 32],
    at: Moment,
) -> Result<Vec<u8>, SpecimenError> {
    let mut blueprint = Blueprint::new(app_id, client_data_hash, seed, at)?;
    if development {
        blueprint.aaguid = DEVELOPMENT;
    }
    let category = match distribution {
        Distribution::Unstated => None,
        Distribution::AppStore => Some(4u32),
        Distribution::Development => Some(3),
    };
    if let Some(category) = category {
        blueprint.state_category(category)?;
    }
    blueprint.build()
}

/// Everything that makes an attestation object, open to change in tests.
#[derive(Clone)]
pub(super) struct Blueprint {
    pub(super) format: Value,
    pub(super) receipt: Value,
    /// Certificates in the place of leaf and intermediate.
    pub(super) chain: Option<Vec<Vec<u8>>>,
    pub(super) root_key: SigningKey,
    pub(super) intermediate_key: SigningKey,
    /// The attested key, SubjectPublicKeyInfo in DER.
    pub(super) leaf_info: Vec<u8>,
    /// The key that signs the leaf.
    pub(super) leaf_signer: SigningKey,
    pub(super) intermediate: CertificateSpec,
    pub(super) leaf: CertificateSpec,
    pub(super) client_data_hash: Vec<u8>,
    /// The content of the nonce's extension, computed unless it is given.
    pub(super) nonce: Option<Vec<u8>>,
    pub(super) rp_id_hash: Vec<u8>,
    pub(super) flags: u8,
    pub(super) counter: u32,
    pub(super) aaguid: [u8; 16],
    pub(super) credential_id: Vec<u8>,
    pub(super) credential_key: Vec<(Value, Value)>,
    /// What stands behind the credential's key.
    pub(super) extensions: Vec<u8>,
    /// Members beside the usual ones.
    pub(super) more: Vec<(Value, Value)>,
}

impl Blueprint {
    pub(super) fn new(
        app_id: &str,
        client_data_hash: &[u8],
        seed: &[u8; 32],
        at: Moment,
    ) -> Result<Self, SpecimenError> {
        let intermediate_key = SigningKey::from_seed(&INSECURE_SEED, "apple intermediate")?;
        let info = device_key(seed)?.public_key()?;
        let point = info.subject_public_key.raw_bytes();
        let key_id = Sha256::digest(point).to_vec();
        let (x, y) = point[1..].split_at(32);
        let (root_name, issuer) = (name("App Attestation Root"), name("App Attestation CA"));
        let intermediate = certificate(&root_name, &issuer, authority()?)?;
        let mut leaf = certificate(&issuer, &name("device key"), device()?)?;
        let second = at.unix_seconds();
        leaf.not_before = Moment::from_unix_seconds(second.saturating_sub(43_200));
        leaf.not_after = Moment::from_unix_seconds(second + 43_200);
        Ok(Self {
            format: "apple-appattest".into(),
            receipt: Value::Bytes(b"specimen".to_vec()),
            chain: None,
            root_key: root_key()?,
            leaf_signer: intermediate_key.clone(),
            intermediate_key,
            leaf_info: info.to_der()?,
            intermediate,
            leaf,
            client_data_hash: client_data_hash.to_vec(),
            nonce: None,
            rp_id_hash: Sha256::digest(app_id).to_vec(),
            flags: ATTESTED,
            counter: 0,
            aaguid: PRODUCTION,
            credential_id: key_id,
            credential_key: vec![
                (1.into(), 2.into()),
                (3.into(), (-7).into()),
                ((-1).into(), 1.into()),
                ((-2).into(), Value::Bytes(x.to_vec())),
                ((-3).into(), Value::Bytes(y.to_vec())),
            ],
            extensions: Vec::new(),
            more: Vec::new(),
        })
    }

    /// States a category and a version, as devices do from iOS 27 on.
    pub(super) fn state_category(&mut self, category: u32) -> Result<(), SpecimenError> {
        self.flags |= EXTENDED;
        self.extensions = encoded(&Value::Map(vec![
            (VERSION.into(), "1".into()),
            (
                CATEGORY.into(),
                Value::Bytes(category.to_le_bytes().to_vec()),
            ),
        ]))?;
        Ok(())
    }

    pub(super) fn authenticator_data(&self) -> Result<Vec<u8>, SpecimenError> {
        let length = u16::try_from(self.credential_id.len()).map_err(|_| SpecimenError::Field)?;
        Ok([
            &self.rp_id_hash[..],
            &[self.flags],
            &self.counter.to_be_bytes(),
            &self.aaguid,
            &length.to_be_bytes(),
            &self.credential_id,
            &encoded(&Value::Map(self.credential_key.clone()))?,
            &self.extensions,
        ]
        .concat())
    }

    pub(super) fn build(&self) -> Result<Vec<u8>, SpecimenError> {
        let authenticator_data = self.authenticator_data()?;
        let nonce = match &self.nonce {
            Some(content) => content.clone(),
            None => nonce_content(&nonce(&authenticator_data, &self.client_data_hash))?,
        };
        let mut leaf = self.leaf.clone();
        leaf.extensions.push(raw_extension(NONCE, false, &nonce)?);
        let intermediate = self
            .intermediate
            .sign(&self.intermediate_key.public_key()?, &self.root_key)?;
        let chain = match &self.chain {
            Some(chain) => chain.clone(),
            None => {
                let info = Decode::from_der(&self.leaf_info)?;
                vec![leaf.sign(&info, &self.leaf_signer)?, intermediate]
            }
        };
        let chain = chain.into_iter().map(Value::Bytes).collect();
        let statement = vec![
            ("x5c".into(), Value::Array(chain)),
            ("receipt".into(), self.receipt.clone()),
        ];
        let mut members = vec![
            ("fmt".into(), self.format.clone()),
            ("attStmt".into(), Value::Map(statement)),
            ("authData".into(), Value::Bytes(authenticator_data)),
        ];
        members.extend(self.more.iter().cloned());
        encoded(&Value::Map(members))
    }
}

/// The content of the nonce's extension.
pub(super) fn nonce_content(nonce: &[u8]) -> Result<Vec<u8>, SpecimenError> {
    let nonce = OctetString::new(nonce)?;
    Ok(Nonce { nonce }.to_der()?)
}

pub(super) fn encoded(value: &Value) -> Result<Vec<u8>, SpecimenError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).map_err(|_| SpecimenError::Field)?;
    Ok(bytes)
}

/// The device's key of this seed.
pub(super) fn device_key(seed: &[u8; 32]) -> Result<SigningKey, SpecimenError> {
    SigningKey::from_seed(seed, "apple device")
}

fn root_key() -> Result<SigningKey, SpecimenError> {
    SigningKey::from_seed(&INSECURE_SEED, "apple root")
}

/// basicConstraints and keyUsage of an authority.
pub(super) fn authority() -> Result<Vec<Extension>, SpecimenError> {
    Ok(vec![
        basic_constraints(true, None)?,
        key_usage(&[KeyUsages::KeyCertSign])?,
    ])
}

/// The same of a device's key.
pub(super) fn device() -> Result<Vec<Extension>, SpecimenError> {
    Ok(vec![
        basic_constraints(false, None)?,
        key_usage(&[KeyUsages::DigitalSignature])?,
    ])
}

fn name(of: &str) -> String {
    format!("CN=Insecure specimen {of},O={ORGANIZATION}")
}

/// A certificate that is valid from 2020 to 2060.
fn certificate(
    issuer: &str,
    subject: &str,
    extensions: Vec<Extension>,
) -> Result<CertificateSpec, SpecimenError> {
    let day = |year| {
        let date = Date::new(year, 1, 1).ok_or(SpecimenError::Date)?;
        Ok::<_, SpecimenError>(Moment::start_of(date))
    };
    let mut serial = Sha256::digest(subject)[..8].to_vec();
    // Positive and of full length.
    serial[0] = serial[0] & 0x3f | 0x40;
    Ok(CertificateSpec {
        serial,
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        not_before: day(2020)?,
        not_after: day(2060)?,
        extensions,
        digest: DigestAlgorithm::Sha256,
    })
}
