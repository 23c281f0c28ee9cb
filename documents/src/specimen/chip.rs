//! A chip of the specimen state: it has a private key and answers INTERNAL AUTHENTICATE.

use der::SecretDocument;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use sha2::{Digest, Sha256};
use spki::EncodePublicKey;
use zeroize::Zeroizing;

use super::SpecimenError;
use crate::active::{Challenge, sign_with_recovery};
use crate::data_group::{Dg14, Dg15, PaceInfo};
use crate::digest::DigestAlgorithm;

/// The committed keys. They are in everybody's hands: what answers with them is a copy.
const RSA: &str =
    include_str!("../../../fixtures/documents/keys/insecure-specimen-chip-rsa-2048.pem");
const P256: &str =
    include_str!("../../../fixtures/documents/keys/insecure-specimen-chip-p-256.pem");
/// `ecdsa-plain-SHA256` (BSI TR-03111 section 5.2.1.1).
const ECDSA_PLAIN_SHA256: der::asn1::ObjectIdentifier =
    der::asn1::ObjectIdentifier::new_unwrap("0.4.0.127.0.7.1.1.4.1.3");

/// The kinds of keys that specimen chips answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChipKind {
    /// RSA of 2048 bits, ISO/IEC 9796-2 with SHA-256. It needs no EF.DG14.
    Rsa,
    /// ECDSA on P-256 with SHA-256, which EF.DG14 states.
    Ecdsa,
}

/// The private key inside a specimen's chip. It signs whatever it is asked, always with the same
/// answer, and prints nothing.
#[derive(Clone)]
pub struct SpecimenChip {
    key: Key,
}

#[derive(Clone)]
enum Key {
    Rsa(Box<rsa::PrivateKey>),
    P256(p256::ecdsa::SigningKey),
}

impl SpecimenChip {
    /// The chip whose key is committed under `fixtures/documents/keys/`.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] if the committed key cannot be used.
    pub fn insecure(kind: ChipKind) -> Result<Self, SpecimenError> {
        Self::from_pem(match kind {
            ChipKind::Rsa => RSA,
            ChipKind::Ecdsa => P256,
        })
    }

    /// Another chip, with a P-256 key that the seed alone determines.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] for one in 2^32 seeds.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, SpecimenError> {
        let digest = Sha256::new()
            .chain_update(b"humanseal specimen chip")
            .chain_update(seed)
            .finalize();
        let key = p256::ecdsa::SigningKey::from_slice(&digest).map_err(|_| SpecimenError::Key)?;
        let key = Key::P256(key);
        Ok(Self { key })
    }

    /// Reads a private key, PKCS#8 in PEM: RSA or P-256.
    ///
    /// # Errors
    /// [`SpecimenError::Key`].
    pub fn from_pem(pem: &str) -> Result<Self, SpecimenError> {
        let (_, document) = SecretDocument::from_pem(pem).map_err(|_| SpecimenError::Key)?;
        let bytes = document.as_bytes();
        let key = match p256::ecdsa::SigningKey::from_pkcs8_der(bytes) {
            Ok(key) => Key::P256(key),
            Err(_) => rsa::PrivateKey::from_pkcs8_der(bytes)
                .map(|key| Key::Rsa(Box::new(key)))
                .map_err(|_| SpecimenError::Key)?,
        };
        Ok(Self { key })
    }

    /// Writes the private key, PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] does not occur for a key that was read or made here.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, SpecimenError> {
        match &self.key {
            Key::Rsa(key) => key.to_pkcs8_pem(LineEnding::LF),
            Key::P256(key) => key.to_pkcs8_pem(LineEnding::LF),
        }
        .map_err(|_| SpecimenError::Key)
    }

    /// EF.DG15 with the public key.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] does not occur for a key that was read or made here.
    pub fn dg15(&self) -> Result<Vec<u8>, SpecimenError> {
        let key = match &self.key {
            Key::Rsa(key) => key.to_public_key().to_public_key_der(),
            Key::P256(key) => key.verifying_key().to_public_key_der(),
        };
        Ok(Dg15::encode(
            key.map_err(|_| SpecimenError::Key)?.as_bytes(),
        ))
    }

    /// EF.DG14 with the signature algorithm, for a key on a curve.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] does not occur.
    pub fn dg14(&self) -> Result<Option<Vec<u8>>, SpecimenError> {
        match &self.key {
            Key::Rsa(_) => Ok(None),
            Key::P256(_) => Ok(Some(self.dg14_with_pace(&[])?)),
        }
    }

    /// EF.DG14 with the signature algorithm, for a key on a curve, and this PACE, which a chip that
    /// offers it in EF.CardAccess has to list (part 11, section 9.2).
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] does not occur.
    pub fn dg14_with_pace(&self, pace: &[PaceInfo]) -> Result<Vec<u8>, SpecimenError> {
        let algorithm = match &self.key {
            Key::Rsa(_) => None,
            Key::P256(_) => Some(ECDSA_PLAIN_SHA256),
        };
        Ok(Dg14::encode(algorithm, pace)?)
    }

    /// Answers INTERNAL AUTHENTICATE.
    ///
    /// # Errors
    /// [`SpecimenError::Signing`] does not occur for a key that was read or made here.
    pub fn answer(&self, challenge: Challenge) -> Result<Vec<u8>, SpecimenError> {
        match &self.key {
            Key::Rsa(key) => sign_with_recovery(key, DigestAlgorithm::Sha256, challenge)
                .ok_or(SpecimenError::Signing),
            Key::P256(key) => {
                let digest = DigestAlgorithm::Sha256.hash(&challenge.0);
                let signature: p256::ecdsa::Signature = key
                    .sign_prehash(digest.as_bytes())
                    .map_err(|_| SpecimenError::Signing)?;
                Ok(signature.to_bytes().to_vec())
            }
        }
    }
}

impl std::fmt::Debug for SpecimenChip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SpecimenChip(..)")
    }
}
