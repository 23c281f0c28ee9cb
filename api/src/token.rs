//! Bearer tokens: random ones of sessions, configured ones of operators and verifiers.

use std::fmt;
use std::path::Path;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use humanseal_zk_credentials::exchange::{Environment, SessionToken};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::config::{ConfigError, read_secret_text};
use crate::problem::{Code, Problem};

/// Reads a session's token from `Authorization: Bearer` and 64 hexadecimal digits.
///
/// The service keeps only the token's digest; the sealing key of the session's personal data comes
/// from the token itself, so without the token nobody can read them.
///
/// # Errors
/// `token_missing` without such a header, `token_invalid` for any other form.
pub fn session_token(headers: &HeaderMap) -> Result<SessionToken, Problem> {
    SessionToken::parse(bearer(headers)?).map_err(|_| Problem::new(Code::TokenInvalid))
}

/// The session token of a call, read before the body is: nobody has a body parsed without one.
/// Whether it is the token of this session only the database knows.
pub struct OfSession(pub SessionToken);

impl<S: Send + Sync> FromRequestParts<S> for OfSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        session_token(&parts.headers).map(Self)
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
    /// As [`read_secret_text`]; `config_file` where it holds less than
    /// [`STATIC_TOKEN_CHARACTERS`].
    pub fn from_file(file: &Path, environment: Environment) -> Result<Self, ConfigError> {
        let text = read_secret_text(file, environment)?;
        let token = text.trim();
        if token.len() < STATIC_TOKEN_CHARACTERS {
            return Err(ConfigError::File(format!(
                "{}: a token has at least {STATIC_TOKEN_CHARACTERS} characters",
                file.display()
            )));
        }
        Ok(Self(Sha256::digest(token).into()))
    }

    /// Checks `Authorization: Bearer …` in constant time.
    ///
    /// # Errors
    /// `token_missing` without the header, `token_invalid` for another token.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let given: [u8; 32] = Sha256::digest(bearer(headers)?).into();
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
    let value = values
        .next()
        .ok_or_else(|| Problem::new(Code::TokenMissing))?;
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
    fn a_session_token_has_one_form() {
        let token = SessionToken::new([7; 32]);
        let text = token.bearer().to_string();
        let read = session_token(&headers(&format!("Bearer {text}"))).unwrap();
        assert!(read.digest().same(&token.digest()));
        let code = |value: &str| session_token(&headers(value)).unwrap_err().code();
        for other in [
            format!("Basic {text}"),
            format!("bearer {text}"),
            "Bearer ".into(),
            "Bearer abc".into(),
            format!("Bearer {text}0"),
            format!("Bearer {}", &text[1..]),
            format!("Bearer {}", "AB".repeat(32)),
        ] {
            assert_eq!(code(&other), Code::TokenInvalid, "{other}");
        }
        assert_eq!(
            session_token(&HeaderMap::new()).unwrap_err().code(),
            Code::TokenMissing
        );
        let mut twice = headers(&format!("Bearer {text}"));
        twice.append(
            header::AUTHORIZATION,
            format!("Bearer {text}").parse().unwrap(),
        );
        assert_eq!(
            session_token(&twice).unwrap_err().code(),
            Code::TokenInvalid
        );
    }

    #[test]
    fn a_static_token_must_be_long_and_equal() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("token");
        std::fs::write(&file, "short\n").unwrap();
        let read = || StaticToken::from_file(&file, Environment::Development);
        assert!(read().is_err());
        let token = "0123456789abcdef0123456789abcdef";
        std::fs::write(&file, format!("{token}\n")).unwrap();
        let token_of_file = read().unwrap();
        assert!(
            token_of_file
                .check(&headers(&format!("Bearer {token}")))
                .is_ok()
        );
        assert!(
            token_of_file
                .check(&headers(&format!("Bearer {token}x")))
                .is_err()
        );
        assert!(token_of_file.check(&HeaderMap::new()).is_err());
    }
}
