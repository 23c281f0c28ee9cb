//! Sealing of what a session knows about its holder.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use humanseal_zk_credentials::exchange::SessionToken;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::random;

const INFO: &[u8] = b"humanseal/v1/session-seal";
const NONCE_BYTES: usize = 24;

/// The key of one session: HKDF-SHA-256 (RFC 5869) of the token, the session's id as salt.
///
/// It lives for one request and is nowhere stored (docs/protocol.md section 11).
pub struct SealKey {
    cipher: XChaCha20Poly1305,
    session: String,
}

/// Why sealed bytes could not be opened or made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    /// The bytes are cut off, changed, or belong to another token or session.
    #[error("sealed data cannot be opened")]
    Unreadable,
    /// The operating system gave no randomness.
    #[error("no randomness")]
    NoRandomness,
}

impl SealKey {
    /// Derives the key of session `session` from its token.
    ///
    /// # Errors
    /// None in practice: 32 bytes are within HKDF's limit of 255 hash lengths.
    pub fn derive(token: &SessionToken, session: &str) -> Result<Self, SealError> {
        let mut key = Zeroizing::new([0u8; 32]);
        Hkdf::<Sha256>::new(Some(session.as_bytes()), token.expose())
            .expand(INFO, key.as_mut())
            .map_err(|_| SealError::Unreadable)?;
        Ok(Self {
            cipher: XChaCha20Poly1305::new(&(*key).into()),
            session: session.to_owned(),
        })
    }

    /// Seals `plain` with XChaCha20-Poly1305 under a random nonce; the nonce comes first.
    ///
    /// # Errors
    /// Without randomness.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce = random::bytes::<NONCE_BYTES>().map_err(|_| SealError::NoRandomness)?;
        let payload = Payload {
            msg: plain,
            aad: self.session.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::Unreadable)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what [`SealKey::seal`] made for the same session.
    ///
    /// # Errors
    /// For anything else.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, text) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(SealError::Unreadable)?;
        let payload = Payload {
            msg: text,
            aad: self.session.as_bytes(),
        };
        self.cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| SealError::Unreadable)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_the_same_token_and_session_open_it() {
        let token = SessionToken::new([1; 32]);
        let key = |token, session| SealKey::derive(token, session).unwrap();
        let sealed = key(&token, "vs_a").seal(b"page").unwrap();
        assert_eq!(
            key(&token, "vs_a").open(&sealed).unwrap().as_slice(),
            b"page"
        );
        assert!(key(&token, "vs_b").open(&sealed).is_err());
        let other = SessionToken::new([2; 32]);
        assert!(key(&other, "vs_a").open(&sealed).is_err());
    }

    #[test]
    fn a_changed_or_cut_text_does_not_open() {
        let key = SealKey::derive(&SessionToken::new([1; 32]), "vs_a").unwrap();
        let sealed = key.seal(b"page").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(key.open(&changed).is_err());
            assert!(key.open(&sealed[..place]).is_err());
        }
    }
}
