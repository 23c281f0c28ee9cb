//! Who vouches for a statement, and how far (docs/protocol.md sections 5 and 11).

use humanseal_attestation::{AppId, KeyProtection, Vouched, android, apple};
use humanseal_documents::Moment;
use humanseal_zk_credentials::credential::DeviceLevel;
use humanseal_zk_credentials::exchange::{
    AndroidSignature, AppleAttestation, DeviceSignature, Sha256Digest, device_message,
};

use super::device_trust::DeviceTrust;
use crate::problem::{Code, Problem};

/// A device that vouches for a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The level that it earns.
    pub level: DeviceLevel,
    /// The app that holds its key; a software key has none that anybody vouches for.
    pub app: Option<AppId>,
}

/// Checks that a device vouches for the statement of this digest.
///
/// # Errors
/// `device_kind_not_offered`; `device_key_invalid` or `device_signature_invalid`;
/// `attestation_refused` with the check of the attestation that did not hold as reason.
pub fn check(
    signature: &DeviceSignature,
    statement: &Sha256Digest,
    trust: &DeviceTrust,
    now: Moment,
) -> Result<Device, Problem> {
    match signature {
        DeviceSignature::Software(signature) => {
            signature
                .verify(statement)
                .map_err(|error| Problem::named(error.code(), Code::DeviceSignatureInvalid))?;
            Ok(Device {
                level: DeviceLevel::Software,
                app: None,
            })
        }
        DeviceSignature::AndroidKey(signature) => {
            android(signature, statement, trust, now).map(attested)
        }
        DeviceSignature::AppleAppattest(attestation) => {
            apple(attestation, statement, trust, now).map(attested)
        }
    }
}

/// The attestation's challenge is the statement's digest, and the attested key signed for it too.
fn android(
    signature: &AndroidSignature,
    statement: &Sha256Digest,
    trust: &DeviceTrust,
    now: Moment,
) -> Result<Vouched, Problem> {
    let (trust, revocations) = trust.android().ok_or(Code::DeviceKindNotOffered)?;
    let chain: Vec<&[u8]> = signature.chain.iter().map(|der| der.as_bytes()).collect();
    let (vouched, key) = android::verify(&chain, &statement.0, trust, revocations.as_deref(), now)
        .map_err(|error| refused(error.code()))?;
    if key.verifies(&device_message(statement), signature.signature.as_bytes()) {
        Ok(vouched)
    } else {
        Err(Code::DeviceSignatureInvalid.into())
    }
}

/// The statement's digest is the client data hash of the attestation.
fn apple(
    attestation: &AppleAttestation,
    statement: &Sha256Digest,
    trust: &DeviceTrust,
    now: Moment,
) -> Result<Vouched, Problem> {
    let trust = trust.apple().ok_or(Code::DeviceKindNotOffered)?;
    apple::verify(attestation.attestation.as_bytes(), &statement.0, trust, now)
        .map_err(|error| refused(error.code()))
}

fn refused(reason: &'static str) -> Problem {
    Problem::new(Code::AttestationRefused).because(reason)
}

fn attested(vouched: Vouched) -> Device {
    Device {
        level: match vouched.protection {
            KeyProtection::Hardware => DeviceLevel::Hardware,
            KeyProtection::StrongBox => DeviceLevel::StrongBox,
        },
        app: Some(vouched.app),
    }
}
