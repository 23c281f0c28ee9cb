//! Active authentication: does a chip answer that holds the private key of EF.DG15?
//! (ICAO 9303 part 11, section 6.1; docs/protocol.md section 11.)
//!
//! The chip signs a challenge of eight bytes. Whoever copied a document's files has not its key,
//! which no command reads out. The answer says nothing about the document itself: a key counts only
//! where passive authentication found it signed, which [`Authenticated::chip_key`] stands for.
//!
//! [`Authenticated::chip_key`]: crate::Authenticated::chip_key

mod plain;
mod recovery;
mod refusal;

use crate::data_group::{Dg14, Dg15};
use crate::digest::DigestAlgorithm;
use crate::signature::{AlgorithmError, PublicKey};

pub(crate) use self::recovery::sign as sign_with_recovery;
pub use self::refusal::ActiveAuthError;

/// The challenge of INTERNAL AUTHENTICATE, `RND.IFD` (part 11, section 6.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge(pub [u8; 8]);

/// The public key of a chip, and how it signs.
#[derive(Clone, Debug)]
pub struct ChipKey {
    key: PublicKey,
    scheme: Scheme,
}

#[derive(Clone, Debug)]
enum Scheme {
    /// RSA by ISO/IEC 9796-2; the answer names its digest.
    Recovery,
    /// ECDSA with one of these digests.
    Plain(Vec<DigestAlgorithm>),
}

impl ChipKey {
    /// Reads the key from EF.DG15 and, for a curve, the digest from EF.DG14.
    ///
    /// RSA of 1024 to 8192 bits, ECDSA on P-256, P-384, P-521, brainpoolP256r1 and brainpoolP384r1
    /// with an uncompressed point. Where EF.DG14 is absent or states no signature algorithm, which
    /// it should for a curve but does not on every card, each digest counts that ICAO permits for
    /// the curve: SHA-224 to SHA-512, none longer than the key (part 11, section 6.1.2.3).
    ///
    /// # Errors
    /// The files, the key or the digest, in [`ActiveAuthError`].
    pub fn new(dg15: &[u8], dg14: Option<&[u8]>) -> Result<Self, ActiveAuthError> {
        let dg15 = Dg15::parse(dg15).map_err(|_| ActiveAuthError::Dg15Structure)?;
        let key = PublicKey::of_chip(dg15.key()).map_err(|error| match error {
            AlgorithmError::Unsupported(_) => ActiveAuthError::KeyUnsupported,
            AlgorithmError::Malformed => ActiveAuthError::KeyMalformed,
        })?;
        if let PublicKey::Rsa { key: rsa, pss_only } = &key {
            if *pss_only || !recovery::fills_bytes(rsa) {
                return Err(ActiveAuthError::KeyUnsupported);
            }
            let scheme = Scheme::Recovery;
            return Ok(Self { key, scheme });
        }
        if dg15.key().subject_public_key.raw_bytes().first() != Some(&plain::UNCOMPRESSED) {
            return Err(ActiveAuthError::KeyMalformed);
        }
        let dg14 = dg14.map(Dg14::parse).transpose();
        let stated = dg14
            .map_err(|_| ActiveAuthError::Dg14Structure)?
            .and_then(|dg14| dg14.signature_algorithm());
        let permitted = plain::permitted_digests(&key);
        let digests = match stated {
            None => permitted,
            Some(oid) => match plain::digest_of(oid) {
                Some(digest) if permitted.contains(&digest) => vec![digest],
                _ => return Err(ActiveAuthError::Hash),
            },
        };
        let scheme = Scheme::Plain(digests);
        Ok(Self { key, scheme })
    }

    /// Whether EF.DG14 has a say in how this key signs.
    #[must_use]
    pub fn is_curve(&self) -> bool {
        matches!(self.scheme, Scheme::Plain(_))
    }

    /// The key's kind in text, `RSA-1024` or `P-256` say.
    #[must_use]
    pub fn name(&self) -> String {
        self.key.name()
    }

    /// How many bytes the chip's answer has: those of the modulus, or of r and s. Answers in DER have
    /// a few more.
    #[must_use]
    pub fn answer_length(&self) -> usize {
        match (&self.key, &self.scheme) {
            (PublicKey::Rsa { key, .. }, _) => recovery::length(key),
            (key, _) => plain::length(key),
        }
    }

    /// Checks what a chip answered to this challenge.
    ///
    /// # Errors
    /// The check that failed, in [`ActiveAuthError`].
    pub fn verify(&self, challenge: Challenge, answer: &[u8]) -> Result<(), ActiveAuthError> {
        match (&self.key, &self.scheme) {
            (PublicKey::Rsa { key, .. }, Scheme::Recovery) => {
                recovery::verify(key, challenge, answer)
            }
            (key, Scheme::Plain(digests)) => plain::verify(key, digests, challenge, answer),
            _ => Err(ActiveAuthError::KeyUnsupported),
        }
    }
}
