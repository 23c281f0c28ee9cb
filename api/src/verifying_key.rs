//! Verifying keys of the two circuits, and what production refuses of them.

use std::path::Path;

use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::Environment;
use humanseal_zk_credentials::groth16::VerifyingKey;
use humanseal_zk_credentials::{groth16::snarkjs, keys};

use crate::config::ConfigError;

/// The key of the circuit `enrol` from a file of snarkjs' JSON; development may use its own.
///
/// # Errors
/// `config_file` for an unusable file, `not_for_production` for a development key there.
pub fn enrol(file: Option<&Path>, environment: Environment) -> Result<VerifyingKey, ConfigError> {
    load(Circuit::Enrol, file, environment)
}

/// The key of the circuit `present`, likewise.
///
/// # Errors
/// As [`enrol`].
pub fn present(file: Option<&Path>, environment: Environment) -> Result<VerifyingKey, ConfigError> {
    load(Circuit::Present, file, environment)
}

fn load(
    circuit: Circuit,
    file: Option<&Path>,
    environment: Environment,
) -> Result<VerifyingKey, ConfigError> {
    let development = keys::development_verifying(circuit);
    let Some(file) = file else {
        return if environment == Environment::Development {
            Ok(development.clone())
        } else {
            Err(ConfigError::NotForProduction(
                "the development proving keys".into(),
            ))
        };
    };
    let wrong = |error: String| ConfigError::File(format!("{}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    let key = snarkjs::read_verifying_key(&text).map_err(|error| wrong(error.to_string()))?;
    keys::admit(&key, environment)
        .map_err(|_| ConfigError::NotForProduction("the development proving keys".into()))?;
    if key.public_inputs() != development.public_inputs() {
        return Err(wrong("the key is not of this circuit".into()));
    }
    Ok(key)
}
