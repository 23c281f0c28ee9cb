//! Keys, peppers and parameters of an issuer, loaded once.

use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::exchange::{Environment, IssuerParameters, KeyHash};
use humanseal_zk_credentials::groth16::VerifyingKey;
use humanseal_zk_credentials::template::ModelId;

use super::tags::Pepper;
use crate::config::{ConfigError, IssuerConfig, read_secret};
use crate::verifying_key;

/// The secp256k1 key that signs status roots for chains.
pub type ChainKey = k256::ecdsa::SigningKey;

/// An issuer key with the parameters under which it signs.
pub struct IssuerKeyPair {
    secret: IssuerSecretKey,
    parameters: IssuerParameters,
    term_days: u16,
}

impl IssuerKeyPair {
    /// What devices are told of it.
    pub fn parameters(&self) -> &IssuerParameters {
        &self.parameters
    }
    pub(super) fn secret(&self) -> &IssuerSecretKey {
        &self.secret
    }
    pub(super) fn term_days(&self) -> u16 {
        self.term_days
    }
}

impl std::fmt::Debug for IssuerKeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuerKeyPair({})", self.parameters.id.0)
    }
}

pub(super) struct Material {
    pub signing_key: ed25519_dalek::SigningKey,
    pub chain_key: ChainKey,
    pub peppers: Vec<Pepper>,
    pub enrol_key: VerifyingKey,
    pub keys: Vec<IssuerKeyPair>,
}

pub(super) fn load(
    config: &IssuerConfig,
    environment: Environment,
) -> Result<Material, ConfigError> {
    let signing_key = ed25519_dalek::SigningKey::from_bytes(&*read_secret(
        &config.signing_key_file,
        environment,
    )?);
    let chain_secret = read_secret(&config.chain_key_file, environment)?;
    let chain_key = ChainKey::from_slice(chain_secret.as_ref()).map_err(|_| {
        ConfigError::File(format!(
            "{}: no secp256k1 key",
            config.chain_key_file.display()
        ))
    })?;
    let mut peppers = config
        .peppers
        .iter()
        .map(|pepper| {
            read_secret(&pepper.file, environment).map(|key| Pepper::new(pepper.version, key))
        })
        .collect::<Result<Vec<_>, _>>()?;
    peppers.sort_by_key(|pepper| std::cmp::Reverse(pepper.version()));
    let enrol_key = verifying_key::enrol(config.enrol_key_file.as_deref(), environment)?;
    let consent_text = std::fs::read_to_string(&config.consent_file).map_err(|error| {
        ConfigError::File(format!("{}: {error}", config.consent_file.display()))
    })?;
    let keys = config
        .keys
        .iter()
        .map(|key| {
            let secret = IssuerSecretKey::from_seed(*read_secret(&key.seed_file, environment)?);
            let public = secret.public();
            let parameters = IssuerParameters {
                id: public.id(),
                key: public,
                environment,
                tau: config.tau,
                model: ModelId::of_sha256(config.model_sha256.0),
                model_manifest: config.model_manifest_sha256,
                min_document: key.min_document,
                min_device: key.min_device,
                enrol_vk_hash: KeyHash(enrol_key.vk_hash()),
                consent_text: consent_text.clone(),
            };
            parameters
                .validate()
                .map_err(|error| ConfigError::Invalid(error.to_string()))?;
            Ok(IssuerKeyPair {
                secret,
                parameters,
                term_days: key.term_days,
            })
        })
        .collect::<Result<Vec<_>, ConfigError>>()?;
    for (place, key) in keys.iter().enumerate() {
        if keys[..place]
            .iter()
            .any(|other| other.parameters.id == key.parameters.id)
        {
            return Err(ConfigError::Invalid("issuer.keys: every key once".into()));
        }
    }
    Ok(Material {
        signing_key,
        chain_key,
        peppers,
        enrol_key,
        keys,
    })
}
