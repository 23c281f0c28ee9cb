//! Keys that sign specimens.

use const_oid::ObjectIdentifier;
use der::Decode;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey};
use rsa::Pkcs1v15Sign;
use sha2::{Digest, Sha256};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::SpecimenError;
use crate::digest::DigestAlgorithm;

/// The kinds of keys that specimens are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA of 2048 bits, PKCS#1 v1.5.
    Rsa2048,
    /// ECDSA on P-256.
    P256,
}

impl KeyKind {
    /// `rsa-2048` or `p-256`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rsa2048 => "rsa-2048",
            Self::P256 => "p-256",
        }
    }
}

/// A private key that signs specimens. Signatures are deterministic.
///
/// `Debug` prints nothing of it.
#[derive(Clone)]
pub enum SigningKey {
    /// RSA with PKCS#1 v1.5.
    Rsa(Box<rsa::PrivateKey>),
    /// ECDSA on P-256.
    P256(p256::ecdsa::SigningKey),
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

impl SigningKey {
    /// Reads PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] if it holds no key of this kind.
    pub fn from_pem(pem: &str, kind: KeyKind) -> Result<Self, SpecimenError> {
        let (_, document) = der::SecretDocument::from_pem(pem).map_err(|_| SpecimenError::Key)?;
        let bytes = document.as_bytes();
        match kind {
            KeyKind::Rsa2048 => rsa::PrivateKey::from_pkcs8_der(bytes)
                .map(|key| Self::Rsa(Box::new(key)))
                .map_err(|_| SpecimenError::Key),
            KeyKind::P256 => p256::ecdsa::SigningKey::from_pkcs8_der(bytes)
                .map(Self::P256)
                .map_err(|_| SpecimenError::Key),
        }
    }

    /// A P-256 key that is a digest of the seed and its purpose.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] for one in 2^32 seeds.
    pub fn from_seed(seed: &[u8; 32], purpose: &str) -> Result<Self, SpecimenError> {
        let mut hasher = Sha256::new();
        hasher.update(b"humanseal specimen key");
        hasher.update(seed);
        hasher.update(purpose.as_bytes());
        // All but one in 2^32 digests are below the group's order.
        p256::ecdsa::SigningKey::from_slice(&hasher.finalize())
            .map(Self::P256)
            .map_err(|_| SpecimenError::Key)
    }

    /// SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] does not occur with a key made here.
    pub fn public_key(&self) -> Result<SubjectPublicKeyInfoOwned, SpecimenError> {
        let document = match self {
            Self::Rsa(key) => key.to_public_key().to_public_key_der(),
            Self::P256(key) => key.verifying_key().to_public_key_der(),
        };
        let document = document.map_err(|_| SpecimenError::Key)?;
        Ok(SubjectPublicKeyInfoOwned::from_der(document.as_bytes())?)
    }

    /// The SHA-1 of the public key's bits, which a key identifier is (RFC 5280 section 4.2.1.2).
    pub(crate) fn identifier(&self) -> Result<Vec<u8>, SpecimenError> {
        let public = self.public_key()?;
        let bits = public.subject_public_key.raw_bytes();
        Ok(DigestAlgorithm::Sha1.hash(bits).as_bytes().to_vec())
    }

    /// The identifier of a signature of this key with that digest (RFC 8017 appendix A.2.4,
    /// RFC 5758 section 3.2).
    pub(crate) fn algorithm(
        &self,
        digest: DigestAlgorithm,
    ) -> Result<AlgorithmIdentifierOwned, SpecimenError> {
        let (oid, parameters) = match (self, digest) {
            (Self::Rsa(_), DigestAlgorithm::Sha1) => ("1.2.840.113549.1.1.5", true),
            (Self::Rsa(_), DigestAlgorithm::Sha224) => ("1.2.840.113549.1.1.14", true),
            (Self::Rsa(_), DigestAlgorithm::Sha256) => ("1.2.840.113549.1.1.11", true),
            (Self::Rsa(_), DigestAlgorithm::Sha384) => ("1.2.840.113549.1.1.12", true),
            (Self::Rsa(_), DigestAlgorithm::Sha512) => ("1.2.840.113549.1.1.13", true),
            (Self::P256(_), DigestAlgorithm::Sha1) => ("1.2.840.10045.4.1", false),
            (Self::P256(_), DigestAlgorithm::Sha224) => ("1.2.840.10045.4.3.1", false),
            (Self::P256(_), DigestAlgorithm::Sha256) => ("1.2.840.10045.4.3.2", false),
            (Self::P256(_), DigestAlgorithm::Sha384) => ("1.2.840.10045.4.3.3", false),
            (Self::P256(_), DigestAlgorithm::Sha512) => ("1.2.840.10045.4.3.4", false),
        };
        Ok(AlgorithmIdentifierOwned {
            oid: ObjectIdentifier::new(oid).map_err(|_| SpecimenError::Key)?,
            parameters: parameters.then(der::Any::null),
        })
    }

    /// The signature over the digest of the message; of ECDSA in DER.
    ///
    /// # Errors
    /// [`SpecimenError::Signing`] does not occur with a key made here.
    pub fn sign(&self, digest: DigestAlgorithm, message: &[u8]) -> Result<Vec<u8>, SpecimenError> {
        let hashed = digest.hash(message);
        match self {
            Self::Rsa(key) => {
                let scheme = match digest {
                    DigestAlgorithm::Sha1 => Pkcs1v15Sign::new::<sha1::Sha1>(),
                    DigestAlgorithm::Sha224 => Pkcs1v15Sign::new::<sha2::Sha224>(),
                    DigestAlgorithm::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
                    DigestAlgorithm::Sha384 => Pkcs1v15Sign::new::<sha2::Sha384>(),
                    DigestAlgorithm::Sha512 => Pkcs1v15Sign::new::<sha2::Sha512>(),
                };
                let signature = key.sign(scheme, hashed.as_bytes());
                signature.map_err(|_| SpecimenError::Signing)
            }
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key
                    .sign_prehash(hashed.as_bytes())
                    .map_err(|_| SpecimenError::Signing)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
        }
    }
}
