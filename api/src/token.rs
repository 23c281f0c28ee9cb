//! Bearer tokens: random ones of sessions, configured ones of operators and verifiers.

use std::fmt;
use std::path::Path;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::problem::{Code, Problem};

/// What opens one session: 32 random bytes, shown once to the device as `vt_` and base64url.
///
/// The service keeps only [`SessionToken::digest`]; the sealing key of the session's personal
/// data comes from the token itself, so without the token nobody can read them.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SessionToken([u8; 32]);

const SESSION_PREFIX: &str = "vt_";

impl SessionToken {
    /// A token from 32 bytes of the operating system's generator.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the token from `Authorization: Bearer vt_…`.
    ///
    /// # Errors
    /// `token_missing` without such a header, `token_invalid` for any other form.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Problem> {
        let text = bearer(headers)?;
        let encoded = text
            .strip_prefix(SESSION_PREFIX)
            .ok_or_else(|| Problem::new(Code::TokenInvalid))?;
        let mut bytes = Zeroizing::new([0u8; 33]);
        let length = URL_SAFE_NO_PAD
            .decode_slice(encoded, bytes.as_mut())
            .map_err(|_| Problem::new(Code::TokenInvalid))?;
        match (length, bytes.first_chunk::<32>()) {
            (32, Some(token)) => Ok(Self(*token)),
            _ => Err(Problem::new(Code::TokenInvalid)),
        }
    }

    /// The form that the device gets.
    pub fn reveal(&self) -> String {
        format!("{SESSION_PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0))
    }

    /// SHA-256 of the token, which is all that the database keeps of it.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The token's bytes, for the derivation of the sealing key.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `digest` is this token's, in constant time.
    pub fn matches(&self, digest: &[u8]) -> bool {
        self.digest().ct_eq(digest).into()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken")
    }
}

/// A token that an operator or a verifier's back end holds, known here by its digest.
#[derive(Clone)]
pub struct StaticToken([u8; 32]);

/// Fewest characters that a token file may hold.
pub const STATIC_TOKEN_CHARACTERS: usize = 32;

impl StaticToken {
    /// Reads the token from a file of one line.
    ///
    /// # Errors
    /// A sentence that names the file where it cannot be read or holds less than
    /// [`STATIC_TOKEN_CHARACTERS`].
    pub fn from_file(file: &Path) -> Result<Self, String> {
        let text = Zeroizing::new(
            std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?,
        );
        let token = text.trim();
        if token.len() < STATIC_TOKEN_CHARACTERS {
            return Err(format!(
                "{}: a token has at least {STATIC_TOKEN_CHARACTERS} characters",
                file.display()
            ));
        }
        Ok(Self(Sha256::digest(token).into()))
    }

    /// Checks `Authorization: Bearer …` in constant time.
    ///
    /// # Errors
    /// `token_missing` without the header, `token_invalid` for another token.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let given = Sha256::digest(bearer(headers)?);
        if bool::from(given.ct_eq(&self.0)) {
            Ok(())
        } else {
            Err(Problem::new(Code::TokenInvalid))
        }
    }
}

impl fmt::Debug for StaticToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaticToken")
    }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or_else(|| Problem::new(Code::TokenMissing))?;
    if values.next().is_some() {
        return Err(Problem::new(Code::TokenInvalid));
    }
    value
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix("Bearer "))
        .ok_or_else(|| Problem::new(Code::TokenInvalid))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_session_token_survives_the_round_trip_and_prints_nothing() {
        let token = SessionToken::from_random([7; 32]);
        let read =
            SessionToken::from_headers(&headers(&format!("Bearer {}", token.reveal()))).unwrap();
        assert!(read.matches(&token.digest()));
        assert!(!read.matches(&[0; 32]));
        assert_eq!(format!("{read:?}"), "SessionToken");
    }

    #[test]
    fn other_forms_of_a_session_token_are_refused() {
        let code = |value: &str| SessionToken::from_headers(&headers(value)).unwrap_err().code();
        assert_eq!(code("Basic abc"), Code::TokenInvalid);
        assert_eq!(code("Bearer abc"), Code::TokenInvalid);
        assert_eq!(code("Bearer vt_"), Code::TokenInvalid);
        assert_eq!(code(&format!("Bearer vt_{}", URL_SAFE_NO_PAD.encode([1; 31]))), Code::TokenInvalid);
        assert_eq!(code(&format!("Bearer vt_{}", URL_SAFE_NO_PAD.encode([1; 33]))), Code::TokenInvalid);
        assert_eq!(code(&format!("Bearer vt_{}", URL_SAFE_NO_PAD.encode([1; 300]))), Code::TokenInvalid);
        let none = SessionToken::from_headers(&HeaderMap::new()).unwrap_err();
        assert_eq!(none.code(), Code::TokenMissing);
    }

    #[test]
    fn a_static_token_must_be_long_and_equal() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("token");
        std::fs::write(&file, "short\n").unwrap();
        assert!(StaticToken::from_file(&file).is_err());
        let token = "0123456789abcdef0123456789abcdef";
        std::fs::write(&file, format!("{token}\n")).unwrap();
        let token_of_file = StaticToken::from_file(&file).unwrap();
        assert!(token_of_file.check(&headers(&format!("Bearer {token}"))).is_ok());
        assert!(token_of_file.check(&headers(&format!("Bearer {token}x"))).is_err());
        assert!(token_of_file.check(&HeaderMap::new()).is_err());
    }
}
