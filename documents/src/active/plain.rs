//! ECDSA: a signature over the digest of the challenge (ICAO 9303 part 11, section 6.1.2.3; BSI
//! TR-03111 sections 4.2.1 and 5.2.1).
//!
//! ICAO prescribes the plain form, r ‖ s, each as long as the group's order. Some identity cards
//! answer in DER all the same (<https://github.com/gmrtd/gmrtd/issues/187>): both carry the same two
//! numbers, so both are read, the plain form by its length and anything else as strict DER.

use const_oid::ObjectIdentifier;
use der::asn1::UintRef;
use der::{Decode, Sequence};
use signature::hazmat::PrehashVerifier;

use super::{ActiveAuthError, Challenge};
use crate::digest::DigestAlgorithm;
use crate::signature::{PublicKey, brainpool_p512};

/// The first byte of an uncompressed point (SEC 1 section 2.3.3), the only form that ICAO permits.
pub(super) const UNCOMPRESSED: u8 = 0x04;

/// `ecdsa-plain-SHA224` and on of TR-03111 section 5.2.1, and the names of ANSI X9.62 for the same
/// (RFC 5758 section 3.2). Those with SHA-1 and RIPEMD-160, which ICAO forbids here, are left out.
const ALGORITHMS: [(ObjectIdentifier, DigestAlgorithm); 8] = [
    (named("0.4.0.127.0.7.1.1.4.1.2"), DigestAlgorithm::Sha224),
    (named("0.4.0.127.0.7.1.1.4.1.3"), DigestAlgorithm::Sha256),
    (named("0.4.0.127.0.7.1.1.4.1.4"), DigestAlgorithm::Sha384),
    (named("0.4.0.127.0.7.1.1.4.1.5"), DigestAlgorithm::Sha512),
    (named("1.2.840.10045.4.3.1"), DigestAlgorithm::Sha224),
    (named("1.2.840.10045.4.3.2"), DigestAlgorithm::Sha256),
    (named("1.2.840.10045.4.3.3"), DigestAlgorithm::Sha384),
    (named("1.2.840.10045.4.3.4"), DigestAlgorithm::Sha512),
];

const fn named(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

pub(super) fn digest_of(algorithm: ObjectIdentifier) -> Option<DigestAlgorithm> {
    let known = ALGORITHMS.iter().find(|(oid, _)| *oid == algorithm);
    known.map(|(_, digest)| *digest)
}

/// The bits of the group's order. No digest that is permitted is longer, so none is ever cut.
fn order_bits(key: &PublicKey) -> usize {
    match key {
        PublicKey::Rsa { .. } => 0,
        PublicKey::P256(_) | PublicKey::BrainpoolP256r1(_) => 256,
        PublicKey::P384(_) | PublicKey::BrainpoolP384r1(_) => 384,
        PublicKey::BrainpoolP512r1(_) => 512,
        PublicKey::P521(_) => 521,
    }
}

/// The bytes of r and s in the plain form.
pub(super) fn length(key: &PublicKey) -> usize {
    2 * order_bits(key).div_ceil(8)
}

/// SHA-224 to SHA-512, not longer than the key.
pub(super) fn permitted_digests(key: &PublicKey) -> Vec<DigestAlgorithm> {
    let bits = order_bits(key);
    let all = DigestAlgorithm::ALL.into_iter();
    all.filter(|digest| *digest != DigestAlgorithm::Sha1 && 8 * digest.length() <= bits)
        .collect()
}

pub(super) fn verify(
    key: &PublicKey,
    digests: &[DigestAlgorithm],
    challenge: Challenge,
    answer: &[u8],
) -> Result<(), ActiveAuthError> {
    let size = order_bits(key).div_ceil(8);
    let answer = plain_form(answer, size)?;
    match key {
        PublicKey::Rsa { .. } => Err(ActiveAuthError::KeyUnsupported),
        PublicKey::P256(key) => {
            verify_with::<p256::ecdsa::Signature>(key, size, digests, challenge, &answer)
        }
        PublicKey::P384(key) => {
            verify_with::<p384::ecdsa::Signature>(key, size, digests, challenge, &answer)
        }
        PublicKey::P521(key) => {
            verify_with::<p521::ecdsa::Signature>(key, size, digests, challenge, &answer)
        }
        PublicKey::BrainpoolP256r1(key) => {
            verify_with::<bp256::r1::ecdsa::Signature>(key, size, digests, challenge, &answer)
        }
        PublicKey::BrainpoolP384r1(key) => {
            verify_with::<bp384::r1::ecdsa::Signature>(key, size, digests, challenge, &answer)
        }
        PublicKey::BrainpoolP512r1(key) => {
            verify_with::<brainpool_p512::Signature>(key, size, digests, challenge, &answer)
        }
    }
}

/// `ECDSA-Sig-Value` of RFC 3279 section 2.2.3.
#[derive(Sequence)]
struct DerSignature<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

/// Both numbers with `size` bytes each.
fn plain_form(answer: &[u8], size: usize) -> Result<Vec<u8>, ActiveAuthError> {
    if answer.len() == 2 * size {
        return Ok(answer.to_vec());
    }
    let pair = DerSignature::from_der(answer).map_err(|_| ActiveAuthError::AnswerForm)?;
    let mut plain = vec![0; 2 * size];
    let (r, s) = plain.split_at_mut(size);
    for (number, place) in [(pair.r, r), (pair.s, s)] {
        let number = number.as_bytes();
        let start = size.checked_sub(number.len());
        place[start.ok_or(ActiveAuthError::AnswerRange)?..].copy_from_slice(number);
    }
    Ok(plain)
}

/// Whether the signature holds with one of the digests.
fn verify_with<S>(
    key: &impl PrehashVerifier<S>,
    size: usize,
    digests: &[DigestAlgorithm],
    challenge: Challenge,
    plain: &[u8],
) -> Result<(), ActiveAuthError>
where
    S: for<'a> TryFrom<&'a [u8]>,
{
    // Its length is right, so what this refuses is a number that is 0 or not below the order.
    let signature = S::try_from(plain).map_err(|_| ActiveAuthError::AnswerRange)?;
    let holds = digests.iter().any(|digest| {
        // The number of a digest is the same with zeros before it; verifiers refuse one that is
        // much shorter than the order.
        let digest = digest.hash(&challenge.0);
        let mut padded = vec![0; size - digest.as_bytes().len()];
        padded.extend_from_slice(digest.as_bytes());
        key.verify_prehash(&padded, &signature).is_ok()
    });
    match holds {
        true => Ok(()),
        false => Err(ActiveAuthError::Signature),
    }
}
