//! RSA: digital signature scheme 1 of ISO/IEC 9796-2 with partial recovery (ICAO 9303 part 11,
//! section 6.1.2.2).
//!
//! The signed block has the length of the modulus: `6A ‖ M1 ‖ H(M1 ‖ M2) ‖ trailer`. M1 is random,
//! chosen by the chip, and recovered from the signature; M2 is the challenge. Every byte of the
//! block is header, hashed, digest or trailer: nothing is skipped and nothing may be left over.

use rsa::BoxedUint;
use rsa::hazmat::{rsa_decrypt_and_check, rsa_encrypt};
use rsa::traits::PublicKeyParts;

use super::{ActiveAuthError, Challenge};
use crate::digest::DigestAlgorithm;

/// Bits 01, then 1 for partial recovery, no padding, and A: the message is longer than the block,
/// so M1 takes all the room that there is.
const HEADER: u8 = 0x6a;
/// The trailer that means SHA-1 by agreement, and the second byte of one that names its digest.
const IMPLICIT: u8 = 0xbc;
const EXPLICIT: u8 = 0xcc;
/// Identifiers of ISO/IEC 10118-3. RIPEMD and Whirlpool, which it has too, occur on no chip.
const DIGESTS: [(u8, DigestAlgorithm); 5] = [
    (0x33, DigestAlgorithm::Sha1),
    (0x38, DigestAlgorithm::Sha224),
    (0x34, DigestAlgorithm::Sha256),
    (0x36, DigestAlgorithm::Sha384),
    (0x35, DigestAlgorithm::Sha512),
];

/// Whether the modulus ends at a byte's border, so that the block begins with a whole byte.
pub(super) fn fills_bytes(key: &rsa::PublicKey) -> bool {
    key.n().bit_width().is_multiple_of(8)
}

/// The bytes of the modulus, which an answer has too.
pub(super) fn length(key: &rsa::PublicKey) -> usize {
    key.size()
}

pub(super) fn verify(
    key: &rsa::PublicKey,
    challenge: Challenge,
    answer: &[u8],
) -> Result<(), ActiveAuthError> {
    let block = open(key, answer)?;
    let (&header, rest) = block.split_first().ok_or(ActiveAuthError::Header)?;
    if header != HEADER {
        return Err(ActiveAuthError::Header);
    }
    let (digest, rest) = match rest {
        [rest @ .., IMPLICIT] => (DigestAlgorithm::Sha1, rest),
        [rest @ .., name, EXPLICIT] => {
            let named = DIGESTS.iter().find(|(known, _)| known == name);
            let (_, digest) = named.ok_or(ActiveAuthError::Trailer)?;
            (*digest, rest)
        }
        _ => return Err(ActiveAuthError::Trailer),
    };
    let place = rest.len().checked_sub(digest.length());
    let (m1, stated) = rest.split_at(place.ok_or(ActiveAuthError::Digest)?);
    let computed = digest.hash(&[m1, &challenge.0].concat());
    if computed.as_bytes() != stated {
        return Err(ActiveAuthError::Digest);
    }
    Ok(())
}

/// The block out of a signature, as long as the modulus.
fn open(key: &rsa::PublicKey, signature: &[u8]) -> Result<Vec<u8>, ActiveAuthError> {
    let modulus: &BoxedUint = key.n();
    let length = modulus.bits_precision().div_ceil(8) as usize;
    let unused = modulus.leading_zeros() as usize / 8;
    if signature.len() != length - unused {
        return Err(ActiveAuthError::AnswerForm);
    }
    let signature = BoxedUint::from_be_slice(signature, modulus.bits_precision())
        .map_err(|_| ActiveAuthError::AnswerForm)?;
    if signature >= *modulus {
        return Err(ActiveAuthError::AnswerRange);
    }
    let opened = rsa_encrypt(key, &signature).map_err(|_| ActiveAuthError::AnswerRange)?;
    // A signer may hand out s or n − s, whichever is smaller; a block is 12 modulo 16, and n is
    // odd, so that only one of the two numbers can be one (ISO/IEC 9796-2, signature opening).
    let is_block = opened.to_be_bytes().last().is_some_and(|b| b % 16 == 12);
    let block = match is_block {
        true => opened,
        false => modulus.wrapping_sub(&opened),
    };
    Ok(block.to_be_bytes()[unused..].to_vec())
}

/// The signature of a specimen chip: with the trailer BC for SHA-1 and a named one otherwise. M1
/// repeats a digest of the challenge, where a real chip draws it.
pub(crate) fn sign(
    key: &rsa::PrivateKey,
    digest: DigestAlgorithm,
    challenge: Challenge,
) -> Option<Vec<u8>> {
    let name = DIGESTS.iter().find(|(_, known)| *known == digest)?.0;
    let trailer: &[u8] = match digest {
        DigestAlgorithm::Sha1 => &[IMPLICIT],
        _ => &[name, EXPLICIT],
    };
    let length = key.n().bit_width() as usize / 8;
    let room = length.checked_sub(1 + digest.length() + trailer.len())?;
    let seed = DigestAlgorithm::Sha256.hash(&challenge.0);
    let m1: Vec<u8> = seed.as_bytes().iter().copied().cycle().take(room).collect();
    let stated = digest.hash(&[&m1[..], &challenge.0].concat());
    let block = [&[HEADER], &m1[..], stated.as_bytes(), trailer].concat();
    let modulus: &BoxedUint = key.n();
    let number = BoxedUint::from_be_slice(&block, modulus.bits_precision()).ok()?;
    // Without blinding: the key is a specimen's, and everybody has it.
    let no_blinding = None::<&mut dyn rsa::rand_core::CryptoRng>;
    let signature = rsa_decrypt_and_check(key, no_blinding, &number).ok()?;
    let bytes = signature.to_be_bytes();
    Some(bytes[bytes.len() - length..].to_vec())
}
