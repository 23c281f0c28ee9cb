//! Public keys and signatures of certificates, revocation lists and security objects.
//!
//! RSA of 2048 to 8192 bits with PKCS#1 v1.5 or PSS, ECDSA on P-256, P-384, P-521, brainpoolP256r1,
//! brainpoolP384r1 and brainpoolP512r1, named or by explicit parameters. Everything else is refused by its name.

pub(crate) mod brainpool_p512;
mod curve;

use const_oid::ObjectIdentifier;
use der::{Any, Decode};
use rsa::pkcs1::{RsaPssParams, RsaPublicKeyRef};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, Pss};
use signature::hazmat::PrehashVerifier;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use self::brainpool_p512::BrainpoolP512r1;
use self::curve::Curve;
use crate::digest::DigestAlgorithm;

/// Why a key or a signature algorithm cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlgorithmError {
    /// It is not supported; the text is its name or object identifier.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// It is not encoded as its standard says.
    #[error("a key or an algorithm is malformed")]
    Malformed,
}

impl AlgorithmError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsupported(_) => "algorithm_unsupported",
            Self::Malformed => "algorithm_malformed",
        }
    }

    fn unsupported(name: &str) -> Self {
        Self::Unsupported(name.to_owned())
    }

    fn unsupported_oid(oid: ObjectIdentifier) -> Self {
        let name = const_oid::db::DB.by_oid(&oid);
        Self::Unsupported(name.map_or_else(|| oid.to_string(), str::to_owned))
    }
}

/// RSA moduli below this many bits are refused (ICAO 9303 part 12, section 4.4.1).
const SMALLEST_MODULUS_BITS: usize = 2048;
/// The same for the key of a single chip. ICAO recommends 2048 bits for it too, but states gave
/// out chips with 1024 to 1984 bits, and they are in use: whoever factors such a key gains one
/// copy of one document, where an authority's key would make any document.
const SMALLEST_CHIP_MODULUS_BITS: usize = 1024;

/// Object identifiers of RFC 8017 appendix A and RFC 5480 / 5758.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA_WITH: [(&str, DigestAlgorithm); 5] = [
    ("1.2.840.113549.1.1.5", DigestAlgorithm::Sha1),
    ("1.2.840.113549.1.1.14", DigestAlgorithm::Sha224),
    ("1.2.840.113549.1.1.11", DigestAlgorithm::Sha256),
    ("1.2.840.113549.1.1.12", DigestAlgorithm::Sha384),
    ("1.2.840.113549.1.1.13", DigestAlgorithm::Sha512),
];
const ECDSA_WITH: [(&str, DigestAlgorithm); 5] = [
    ("1.2.840.10045.4.1", DigestAlgorithm::Sha1),
    ("1.2.840.10045.4.3.1", DigestAlgorithm::Sha224),
    ("1.2.840.10045.4.3.2", DigestAlgorithm::Sha256),
    ("1.2.840.10045.4.3.3", DigestAlgorithm::Sha384),
    ("1.2.840.10045.4.3.4", DigestAlgorithm::Sha512),
];

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Pkcs1v15,
    Pss { salt_length: usize },
    Ecdsa,
}

/// A signature algorithm with its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SignatureAlgorithm {
    scheme: Scheme,
    digest: DigestAlgorithm,
}

impl SignatureAlgorithm {
    /// Reads an algorithm identifier. `digest` is what a CMS signer states beside it: some name
    /// only `rsaEncryption` as signature algorithm (RFC 3370 section 3.2).
    pub(crate) fn new(
        identifier: &AlgorithmIdentifierOwned,
        digest: Option<DigestAlgorithm>,
    ) -> Result<Self, AlgorithmError> {
        let oid = identifier.oid;
        let listed = |list: [(&str, DigestAlgorithm); 5]| {
            let dotted = oid.to_string();
            list.into_iter().find(|(o, _)| *o == dotted).map(|(_, d)| d)
        };
        if oid == RSA_PSS {
            return Self::pss(identifier);
        }
        let (scheme, digest) = if let Some(digest) = listed(RSA_WITH) {
            (Scheme::Pkcs1v15, digest)
        } else if let Some(digest) = listed(ECDSA_WITH) {
            (Scheme::Ecdsa, digest)
        } else {
            match digest {
                Some(digest) if oid == RSA => (Scheme::Pkcs1v15, digest),
                _ => return Err(AlgorithmError::unsupported_oid(oid)),
            }
        };
        Ok(Self { scheme, digest })
    }

    /// RSASSA-PSS-params of RFC 8017 appendix A.2.3. The mask must use the same digest.
    fn pss(identifier: &AlgorithmIdentifierOwned) -> Result<Self, AlgorithmError> {
        let parameters = identifier
            .parameters
            .as_ref()
            .ok_or(AlgorithmError::Malformed)?;
        let parameters: RsaPssParams<Any> = parameters
            .decode_as()
            .map_err(|_| AlgorithmError::Malformed)?;
        let digest = DigestAlgorithm::from_oid(parameters.hash.oid)
            .ok_or_else(|| AlgorithmError::unsupported_oid(parameters.hash.oid))?;
        if parameters.mask_gen.oid != MGF1 {
            return Err(AlgorithmError::unsupported_oid(parameters.mask_gen.oid));
        }
        let mask = parameters.mask_gen.parameters.map(|mask| mask.oid);
        if mask != Some(parameters.hash.oid) {
            return Err(AlgorithmError::unsupported("RSA-PSS with two digests"));
        }
        Ok(Self {
            scheme: Scheme::Pss {
                salt_length: usize::from(parameters.salt_len),
            },
            digest,
        })
    }
}

/// A public key of a supported kind.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    /// With `pss_only`, the key itself is marked for PSS (RFC 4055 section 1.2).
    Rsa {
        key: rsa::PublicKey,
        pss_only: bool,
    },
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    BrainpoolP256r1(ecdsa::VerifyingKey<bp256::BrainpoolP256r1>),
    BrainpoolP384r1(ecdsa::VerifyingKey<bp384::BrainpoolP384r1>),
    BrainpoolP512r1(ecdsa::VerifyingKey<BrainpoolP512r1>),
}

impl PublicKey {
    /// Reads the key of a certificate.
    pub(crate) fn new(spki: &SubjectPublicKeyInfoOwned) -> Result<Self, AlgorithmError> {
        Self::read(spki, SMALLEST_MODULUS_BITS)
    }

    /// Reads the key of a chip.
    pub(crate) fn of_chip(spki: &SubjectPublicKeyInfoOwned) -> Result<Self, AlgorithmError> {
        Self::read(spki, SMALLEST_CHIP_MODULUS_BITS)
    }

    fn read(
        spki: &SubjectPublicKeyInfoOwned,
        modulus_floor: usize,
    ) -> Result<Self, AlgorithmError> {
        let bits = spki
            .subject_public_key
            .as_bytes()
            .ok_or(AlgorithmError::Malformed)?;
        let oid = spki.algorithm.oid;
        if oid == RSA || oid == RSA_PSS {
            return Self::rsa(bits, oid == RSA_PSS, modulus_floor);
        }
        if oid != EC_PUBLIC_KEY {
            return Err(AlgorithmError::unsupported_oid(oid));
        }
        let parameters = spki
            .algorithm
            .parameters
            .as_ref()
            .ok_or(AlgorithmError::Malformed)?;
        // Each of these checks that the point lies on the curve and is not the neutral element.
        match Curve::from_parameters(parameters.to_ref())? {
            Curve::P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Self::P256),
            Curve::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Self::P384),
            Curve::P521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Self::P521),
            Curve::BrainpoolP256r1 => {
                ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Self::BrainpoolP256r1)
            }
            Curve::BrainpoolP384r1 => {
                ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Self::BrainpoolP384r1)
            }
            Curve::BrainpoolP512r1 => {
                ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Self::BrainpoolP512r1)
            }
        }
        .map_err(|_| AlgorithmError::Malformed)
    }

    fn rsa(bits: &[u8], pss_only: bool, floor: usize) -> Result<Self, AlgorithmError> {
        let key = RsaPublicKeyRef::from_der(bits).map_err(|_| AlgorithmError::Malformed)?;
        let modulus = key.modulus.as_bytes();
        let unused = modulus.first().map_or(0, |byte| byte.leading_zeros());
        if (8 * modulus.len()).saturating_sub(unused as usize) < floor {
            return Err(AlgorithmError::Unsupported(format!(
                "RSA below {floor} bits"
            )));
        }
        // The crate bounds the modulus at 8192 bits and the exponent at 33.
        let key = rsa::PublicKey::try_from(key).map_err(|_| AlgorithmError::Malformed)?;
        Ok(Self::Rsa { key, pss_only })
    }

    /// The key's kind in text.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Rsa { key, .. } => format!("RSA-{}", key.n().bit_width()),
            Self::P256(_) => "P-256".into(),
            Self::P384(_) => "P-384".into(),
            Self::P521(_) => "P-521".into(),
            Self::BrainpoolP256r1(_) => "brainpoolP256r1".into(),
            Self::BrainpoolP384r1(_) => "brainpoolP384r1".into(),
            Self::BrainpoolP512r1(_) => "brainpoolP512r1".into(),
        }
    }

    /// Whether this is a signature of this key over the message. An algorithm of another kind than
    /// the key is no.
    pub(crate) fn verifies(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let digest = algorithm.digest.hash(message);
        let hashed = digest.as_bytes();
        match (self, algorithm.scheme) {
            (
                Self::Rsa {
                    key,
                    pss_only: false,
                },
                Scheme::Pkcs1v15,
            ) => verify_pkcs1v15(key, algorithm.digest, hashed, signature),
            (Self::Rsa { key, .. }, Scheme::Pss { salt_length }) => {
                verify_pss(key, algorithm.digest, salt_length, hashed, signature)
            }
            (Self::P256(key), Scheme::Ecdsa) => p256::ecdsa::Signature::from_der(signature)
                .and_then(|s| key.verify_prehash(hashed, &s))
                .is_ok(),
            (Self::P384(key), Scheme::Ecdsa) => p384::ecdsa::Signature::from_der(signature)
                .and_then(|s| key.verify_prehash(hashed, &s))
                .is_ok(),
            (Self::P521(key), Scheme::Ecdsa) => p521::ecdsa::Signature::from_der(signature)
                .and_then(|s| key.verify_prehash(hashed, &s))
                .is_ok(),
            (Self::BrainpoolP256r1(key), Scheme::Ecdsa) => {
                bp256::r1::ecdsa::Signature::from_der(signature)
                    .and_then(|s| key.verify_prehash(hashed, &s))
                    .is_ok()
            }
            (Self::BrainpoolP384r1(key), Scheme::Ecdsa) => {
                bp384::r1::ecdsa::Signature::from_der(signature)
                    .and_then(|s| key.verify_prehash(hashed, &s))
                    .is_ok()
            }
            (Self::BrainpoolP512r1(key), Scheme::Ecdsa) => {
                brainpool_p512::Signature::from_der(signature)
                    .and_then(|s| key.verify_prehash(hashed, &s))
                    .is_ok()
            }
            _ => false,
        }
    }
}

fn verify_pkcs1v15(
    key: &rsa::PublicKey,
    digest: DigestAlgorithm,
    hashed: &[u8],
    signature: &[u8],
) -> bool {
    let scheme = match digest {
        DigestAlgorithm::Sha1 => Pkcs1v15Sign::new::<sha1::Sha1>(),
        DigestAlgorithm::Sha224 => Pkcs1v15Sign::new::<sha2::Sha224>(),
        DigestAlgorithm::Sha256 => Pkcs1v15Sign::new::<sha2::Sha256>(),
        DigestAlgorithm::Sha384 => Pkcs1v15Sign::new::<sha2::Sha384>(),
        DigestAlgorithm::Sha512 => Pkcs1v15Sign::new::<sha2::Sha512>(),
    };
    key.verify(scheme, hashed, signature).is_ok()
}

fn verify_pss(
    key: &rsa::PublicKey,
    digest: DigestAlgorithm,
    salt_length: usize,
    hashed: &[u8],
    signature: &[u8],
) -> bool {
    match digest {
        DigestAlgorithm::Sha1 => key.verify(
            Pss::<sha1::Sha1>::new_with_salt(salt_length),
            hashed,
            signature,
        ),
        DigestAlgorithm::Sha224 => key.verify(
            Pss::<sha2::Sha224>::new_with_salt(salt_length),
            hashed,
            signature,
        ),
        DigestAlgorithm::Sha256 => key.verify(
            Pss::<sha2::Sha256>::new_with_salt(salt_length),
            hashed,
            signature,
        ),
        DigestAlgorithm::Sha384 => key.verify(
            Pss::<sha2::Sha384>::new_with_salt(salt_length),
            hashed,
            signature,
        ),
        DigestAlgorithm::Sha512 => key.verify(
            Pss::<sha2::Sha512>::new_with_salt(salt_length),
            hashed,
            signature,
        ),
    }
    .is_ok()
}
