//! X.509 certificates for other checkers of chains: one certificate, what it says, and whether
//! another one signed it (RFC 5280). Which certificates are trusted is the caller's business.

use der::Encode;
use der::asn1::ObjectIdentifier;

use crate::certificate::{Fingerprint, X509, same_name};
use crate::digest::DigestAlgorithm;
use crate::signature::{AlgorithmError, PublicKey};
use crate::time::Moment;

/// It is no certificate in DER of at most 16 KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a certificate is malformed or longer than 16 KiB")]
pub struct MalformedCertificate;

/// A certificate that was read. Nothing about it is checked yet.
#[derive(Clone, Debug)]
pub struct Certificate(X509);

impl Certificate {
    /// Reads a certificate in DER, at most 16 KiB.
    ///
    /// # Errors
    /// [`MalformedCertificate`].
    pub fn from_der(bytes: &[u8]) -> Result<Self, MalformedCertificate> {
        X509::from_der(bytes)
            .map(Self)
            .map_err(|_| MalformedCertificate)
    }

    /// Reads a certificate in DER or PEM, as operators keep them.
    ///
    /// # Errors
    /// [`MalformedCertificate`].
    pub fn from_der_or_pem(bytes: &[u8]) -> Result<Self, MalformedCertificate> {
        let der = crate::trust::der_of(bytes, "CERTIFICATE").ok_or(MalformedCertificate)?;
        Self::from_der(&der)
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.0.der()
    }

    /// The SHA-256 of the certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint()
    }

    /// The serial number, big-endian, as it is encoded: a leading zero byte is possible.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        self.0.inner().tbs_certificate().serial_number().as_bytes()
    }

    /// SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn public_key_info(&self) -> Vec<u8> {
        let info = self.0.inner().tbs_certificate().subject_public_key_info();
        // What was decoded can be encoded.
        info.to_der().unwrap_or_default()
    }

    /// The texts of the subject's parts.
    pub fn subject_texts(&self) -> impl Iterator<Item = &str> {
        let parts = self.0.subject().iter();
        parts.filter_map(|part| crate::certificate::text(&part.value))
    }

    /// Whether the other certificate has this one's subject and public key: another certificate
    /// of one authority.
    #[must_use]
    pub fn is_same_authority(&self, other: &Self) -> bool {
        let info = |x509: &X509| {
            let content = x509.inner().tbs_certificate();
            content.subject_public_key_info().clone()
        };
        same_name(self.0.subject(), other.0.subject()) && info(&self.0) == info(&other.0)
    }

    /// Whether this certificate names that one's subject as its issuer.
    #[must_use]
    pub fn names_as_issuer(&self, issuer: &Self) -> bool {
        same_name(self.0.issuer(), issuer.0.subject())
    }

    /// Whether the issuer's key signed this certificate.
    ///
    /// # Errors
    /// [`AlgorithmError`] where signatures of that key cannot be verified.
    pub fn is_signed_by(&self, issuer: &Self) -> Result<bool, AlgorithmError> {
        Ok(self.0.is_signed_by(&issuer.0.public_key()?))
    }

    /// Whether the instant lies in the validity period, both ends included.
    #[must_use]
    pub fn is_valid_at(&self, at: Moment) -> bool {
        self.0.is_valid_at(at)
    }

    /// Whether basicConstraints say that it is an authority (section 4.2.1.9), and keyUsage, where
    /// there is one, that it signs certificates (section 4.2.1.3).
    #[must_use]
    pub fn is_authority(&self) -> bool {
        let is_ca = self.0.basic_constraints().is_some_and(|bc| bc.ca);
        let usage_fits = match self.0.key_usage() {
            Some(usage) => usage.key_cert_sign(),
            None => !self.0.has_key_usage(),
        };
        is_ca && usage_fits
    }

    /// How many intermediate certificates may stand below this authority, where it says so
    /// (pathLenConstraint, section 4.2.1.9).
    #[must_use]
    pub fn path_length(&self) -> Option<u8> {
        self.0.basic_constraints()?.path_len_constraint
    }

    /// Whether an extension is critical and neither basicConstraints nor keyUsage, or stands there
    /// twice.
    #[must_use]
    pub fn has_unknown_critical_extension(&self) -> bool {
        self.0.has_unknown_critical_extension()
    }

    /// The content of an extension (extnValue without its octet string).
    #[must_use]
    pub fn extension(&self, oid: ObjectIdentifier) -> Option<&[u8]> {
        let extensions = self.0.inner().tbs_certificate().extensions()?;
        let extension = extensions.iter().find(|e| e.extn_id == oid)?;
        Some(extension.extn_value.as_bytes())
    }

    /// The public key, if it is one of ECDSA on P-256.
    #[must_use]
    pub fn p256_key(&self) -> Option<P256Key> {
        match self.0.public_key() {
            Ok(PublicKey::P256(key)) => Some(P256Key(key)),
            _ => None,
        }
    }
}

/// A public key of ECDSA on P-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct P256Key(p256::ecdsa::VerifyingKey);

impl P256Key {
    /// Whether this is a signature of this key over the SHA-256 of the message, in DER (RFC 3279
    /// section 2.2.3).
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        use signature::hazmat::PrehashVerifier;
        let hashed = DigestAlgorithm::Sha256.hash(message);
        p256::ecdsa::Signature::from_der(signature)
            .and_then(|signature| self.0.verify_prehash(hashed.as_bytes(), &signature))
            .is_ok()
    }

    /// The point, uncompressed: 04, x, y, 65 bytes (SEC 1 section 2.3.3).
    #[must_use]
    pub fn to_sec1(&self) -> Vec<u8> {
        self.0.to_sec1_point(false).as_bytes().to_vec()
    }
}
