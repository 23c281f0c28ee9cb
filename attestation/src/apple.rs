//! Apple App Attest: the attestation object of a key in the Secure Enclave.
//!
//! The checks are those of Apple's article "Validating apps that connect to your server" (Apple
//! Developer Documentation, DeviceCheck), section "Verify the attestation", each with its own
//! refusal. What the article leaves to the server, it is told here: the roots, the apps, and whether
//! the development environment is taken. The receipt, which is for a fraud metric that Apple gives
//! over its own interface, is not evaluated.
//!
//! What an attestation says: a key of a Secure Enclave was made by an instance of this app on a
//! device of Apple's, for this challenge. It does not say that the device is the holder's, nor that
//! its camera saw anything.

mod authenticator;
mod error;
mod object;
pub mod specimen;
mod trust;
#[cfg(test)]
mod twins;

use humanseal_documents::Moment;
use humanseal_documents::x509::Certificate;
use sha2::{Digest, Sha256};

pub use self::error::AppleError;
pub use self::trust::{Trust, TrustError};

use self::authenticator::AuthenticatorData;
use self::object::{AttestationObject, nonce_extension};
use crate::{KeyProtection, Vouched};

/// Longest attestation object that is read, in bytes. Apple's have about 6,000.
pub const MAX_OBJECT: usize = 16 * 1024;

/// Identifier of an authenticator in Apple's production environment (the article, step 8).
const PRODUCTION: [u8; 16] = *b"appattest\0\0\0\0\0\0\0";
/// The same in the development environment.
const DEVELOPMENT: [u8; 16] = *b"appattestdevelop";

/// Checks an attestation object for this client data hash, which is the challenge: the caller's
/// SHA-256 of what the key vouches for. The first check that does not hold refuses it.
///
/// # Errors
/// [`AppleError`], the check that did not hold.
pub fn verify(
    object: &[u8],
    client_data_hash: &[u8],
    trust: &Trust,
    at: Moment,
) -> Result<Vouched, AppleError> {
    use AppleError as Check;

    // What was sent.
    let object = AttestationObject::read(object)?;
    let leaf = certificate(&object.leaf)?;
    let intermediate = certificate(&object.intermediate)?;

    // Who signed it.
    let root = trust.root_of(&intermediate).ok_or(Check::Root)?;
    holds(signed(&intermediate, root), Check::IntermediateSignature)?;
    holds(leaf.names_as_issuer(&intermediate), Check::LeafIssuer)?;
    holds(signed(&leaf, &intermediate), Check::LeafSignature)?;
    holds(intermediate.is_authority(), Check::IntermediateAuthority)?;
    holds(!leaf.is_authority(), Check::LeafAuthority)?;
    let understood = [&leaf, &intermediate]
        .iter()
        .all(|certificate| !certificate.has_unknown_critical_extension());
    holds(understood, Check::CriticalExtension)?;
    holds(root.is_valid_at(at), Check::RootValidity)?;
    holds(intermediate.is_valid_at(at), Check::IntermediateValidity)?;
    holds(leaf.is_valid_at(at), Check::LeafValidity)?;

    // For what. The nonce binds the authenticator data and the challenge to the leaf.
    let stated = nonce_extension(&leaf).ok_or(Check::NonceExtension)?;
    holds(
        stated == nonce(&object.authenticator_data, client_data_hash),
        Check::Nonce,
    )?;

    // By which app, where, with which key.
    let data = AuthenticatorData::read(&object.authenticator_data)?;
    let app = trust.app_of(&data.rp_id_hash).ok_or(Check::App)?;
    holds(data.counter == 0, Check::Counter)?;
    environment(&data, trust)?;
    distribution(&data, trust)?;
    let point = leaf.p256_key().ok_or(Check::LeafKey)?.to_sec1();
    let key_id: [u8; 32] = Sha256::digest(&point).into();
    holds(data.credential_id == key_id, Check::KeyId)?;
    holds(data.public_key == point, Check::CredentialKey)?;
    Ok(Vouched {
        protection: KeyProtection::Hardware,
        app: app.clone(),
    })
}

fn certificate(der: &[u8]) -> Result<Certificate, AppleError> {
    Certificate::from_der(der).map_err(|_| AppleError::Certificate)
}

fn signed(certificate: &Certificate, issuer: &Certificate) -> bool {
    certificate.is_signed_by(issuer).unwrap_or(false)
}

/// SHA-256(authData ‖ clientDataHash), the article's steps 2 and 3.
fn nonce(authenticator_data: &[u8], client_data_hash: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(authenticator_data);
    hash.update(client_data_hash);
    hash.finalize().into()
}

fn environment(data: &AuthenticatorData, trust: &Trust) -> Result<(), AppleError> {
    match data.aaguid {
        PRODUCTION => Ok(()),
        DEVELOPMENT if trust.takes_development() => Ok(()),
        DEVELOPMENT => Err(AppleError::DevelopmentEnvironment),
        _ => Err(AppleError::Environment),
    }
}

/// How the app came onto the device, which devices state from iOS 27 on: from the App Store or
/// TestFlight. Any other way is a build that was signed elsewhere.
fn distribution(data: &AuthenticatorData, trust: &Trust) -> Result<(), AppleError> {
    const TESTFLIGHT: u32 = 2;
    const APP_STORE: u32 = 4;
    let usual = matches!(data.category, None | Some(TESTFLIGHT | APP_STORE));
    holds(usual || trust.takes_development(), AppleError::Distribution)
}

fn holds(condition: bool, check: AppleError) -> Result<(), AppleError> {
    if condition { Ok(()) } else { Err(check) }
}
