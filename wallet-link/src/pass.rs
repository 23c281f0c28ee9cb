//! The pass: what a verifier hands out after a presentation, a JWT of at most a day.
//!
//! One algorithm (EdDSA over Ed25519), one type (`humanseal-pass+jwt`), one key per environment,
//! named by its thumbprint. `exp`, `aud`, `iss` and `sub` must be there and must fit.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::SigningKey;
use humanseal_zk_credentials::{
    exchange::{Environment, Timestamp},
    holder::{Nullifier, Scope},
    policy::{Excluded, Policy},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    account::Account,
    machine_key::{MachineKey, thumbprint},
    origin::{NetworkId, Origin},
};

/// Longest life of a pass, in seconds.
pub const MAX_PASS_SECONDS: i64 = 86_400;
/// Longest token that is read, in bytes.
pub const MAX_TOKEN_BYTES: usize = 4096;
/// How far clocks may differ at `nbf`, in seconds. `exp` has no leeway.
const CLOCK_SKEW_SECONDS: i64 = 60;
/// Header `typ`: says that this is a pass and no other JWT of the same key (RFC 8725 section 3.11).
const TOKEN_TYPE: &str = "humanseal-pass+jwt";

/// The claims of a pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// The verifier's origin.
    pub iss: Origin,
    /// The network.
    pub aud: NetworkId,
    /// The account, in its canonical CAIP-10 form.
    pub sub: Account,
    /// When it ends, seconds since 1970.
    pub exp: i64,
    /// When it was made, seconds since 1970.
    pub iat: i64,
    /// From when it holds, seconds since 1970.
    pub nbf: i64,
    /// Name of this pass, 1 to 64 characters.
    pub jti: String,
    /// The verifier's environment.
    pub environment: Environment,
    /// The place that the account's owner took.
    pub nullifier: Nullifier,
    /// In which scope.
    pub scope: Scope,
    /// The levels that were demanded and met.
    pub policy: Policy,
    /// Nationalities that were refused.
    pub excluded: Excluded,
    /// The machine's key, if the pass is bound to one (RFC 7800).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
}

/// Claim `cnf`: whoever shows the pass must prove possession of this key (RFC 7800 section 3.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The key.
    pub jwk: MachineJwk,
}

/// An Ed25519 key as a JWK (RFC 8037 section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MachineJwk {
    /// `OKP`.
    pub kty: KeyType,
    /// `Ed25519`.
    pub crv: Curve,
    /// The key.
    pub x: MachineKey,
}

/// JWK member `kty`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyType {
    /// Octet key pair.
    #[serde(rename = "OKP")]
    Okp,
}

/// JWK member `crv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Curve {
    /// Edwards25519 signatures.
    Ed25519,
}

/// JWK member `alg`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyAlgorithm {
    /// The only one.
    EdDSA,
}

/// JWK member `use`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyUse {
    /// Signatures.
    #[serde(rename = "sig")]
    Signature,
}

impl From<MachineKey> for Confirmation {
    fn from(x: MachineKey) -> Self {
        Self {
            jwk: MachineJwk {
                kty: KeyType::Okp,
                crv: Curve::Ed25519,
                x,
            },
        }
    }
}

/// `/.well-known/jwks.json` (RFC 7517 section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<PassJwk>,
}

/// One key of a [`Jwks`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassJwk {
    /// `OKP`.
    pub kty: KeyType,
    /// `Ed25519`.
    pub crv: Curve,
    /// The key.
    pub x: MachineKey,
    /// RFC 7638 thumbprint of the key.
    pub kid: String,
    /// `EdDSA`.
    pub alg: KeyAlgorithm,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: KeyUse,
}

/// Why a pass cannot be made or is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    /// No JWT, too long, critical extensions, or claims that are missing, unknown or in another
    /// spelling.
    #[error("the token is not a pass")]
    Malformed,
    /// One of `exp`, `aud`, `iss`, `sub` is not there.
    #[error("the pass lacks one of exp, aud, iss and sub")]
    ClaimMissing,
    /// Any algorithm but EdDSA.
    #[error("the pass is not signed with EdDSA")]
    Algorithm,
    /// A JWT of another type.
    #[error("the token's type is not that of a pass")]
    Type,
    /// A key that this verifier does not have.
    #[error("the pass names a key that is not known")]
    KeyUnknown,
    /// The signature does not hold.
    #[error("the pass's signature does not hold")]
    SignatureInvalid,
    /// Another verifier's.
    #[error("the pass was made by another verifier")]
    Issuer,
    /// For another network.
    #[error("the pass is for another network")]
    Audience,
    /// Of another environment.
    #[error("the pass belongs to another environment")]
    EnvironmentMismatch,
    /// Its time has not come.
    #[error("the pass is not valid yet")]
    NotYetValid,
    /// Its time is over.
    #[error("the pass has expired")]
    Expired,
    /// It lasts more than a day, or ends before it begins.
    #[error("a pass lasts at most a day")]
    Lifetime,
}

impl PassError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "pass_malformed",
            Self::ClaimMissing => "pass_claim_missing",
            Self::Algorithm => "pass_algorithm",
            Self::Type => "pass_type",
            Self::KeyUnknown => "pass_key_unknown",
            Self::SignatureInvalid => "pass_signature_invalid",
            Self::Issuer => "pass_issuer",
            Self::Audience => "pass_audience",
            Self::EnvironmentMismatch => "environment_mismatch",
            Self::NotYetValid => "pass_not_yet_valid",
            Self::Expired => "pass_expired",
            Self::Lifetime => "pass_lifetime",
        }
    }
}

fn lifetime_fits(pass: &Pass) -> bool {
    let lasts = pass.exp.checked_sub(pass.nbf);
    pass.nbf <= pass.iat && lasts.is_some_and(|seconds| (1..=MAX_PASS_SECONDS).contains(&seconds))
}

/// The verifier's pass key.
pub struct PassSigner {
    key: EncodingKey,
    public: MachineKey,
    kid: String,
}

impl PassSigner {
    /// From a 32-byte Ed25519 seed.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, PassError> {
        // RFC 8410 section 7: the PKCS #8 frame of a 32-byte Ed25519 seed.
        const FRAME: [u8; 16] = [
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22,
            0x04, 0x20,
        ];
        let mut pkcs8 = Zeroizing::new(Vec::with_capacity(48));
        pkcs8.extend_from_slice(&FRAME);
        pkcs8.extend_from_slice(seed);
        let public = SigningKey::from_bytes(seed).verifying_key().to_bytes();
        let public = MachineKey::new(public).map_err(|_| PassError::KeyUnknown)?;
        Ok(Self {
            key: EncodingKey::from_ed_der(&pkcs8),
            public,
            kid: thumbprint(public.as_bytes()),
        })
    }
    /// Signs a pass that lasts at most a day.
    pub fn sign(&self, pass: &Pass) -> Result<String, PassError> {
        if !lifetime_fits(pass) {
            return Err(PassError::Lifetime);
        }
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, pass, &self.key).map_err(|_| PassError::Malformed)
    }
    /// The public part, as `/.well-known/jwks.json`.
    pub fn jwks(&self) -> Jwks {
        let key = PassJwk {
            kty: KeyType::Okp,
            crv: Curve::Ed25519,
            x: self.public,
            kid: self.kid.clone(),
            alg: KeyAlgorithm::EdDSA,
            usage: KeyUse::Signature,
        };
        Jwks { keys: vec![key] }
    }
}

impl fmt::Debug for PassSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PassSigner({})", self.kid)
    }
}

/// Checks passes of one verifier for one network.
pub struct PassVerifier {
    keys: Vec<(String, DecodingKey)>,
    validation: Validation,
    environment: Environment,
}

impl PassVerifier {
    /// From the verifier's key set. A key whose `kid` is not its thumbprint is refused.
    pub fn new(
        jwks: &Jwks,
        verifier: &Origin,
        network: &NetworkId,
        environment: Environment,
    ) -> Result<Self, PassError> {
        let mut keys = Vec::with_capacity(jwks.keys.len());
        for key in &jwks.keys {
            if key.kid != key.x.thumbprint() {
                return Err(PassError::KeyUnknown);
            }
            let decoding =
                DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(key.x.as_bytes()))
                    .map_err(|_| PassError::KeyUnknown)?;
            keys.push((key.kid.clone(), decoding));
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.set_issuer(&[verifier]);
        validation.set_audience(&[network]);
        // The library would ask the system's clock; here time is an argument, see `verify`.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self {
            keys,
            validation,
            environment,
        })
    }

    /// Checks a token at a moment and gives its claims.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Pass, PassError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(PassError::Malformed);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|error| refused(&error))?;
        if header.alg != Algorithm::EdDSA {
            return Err(PassError::Algorithm);
        }
        if header.typ.as_deref() != Some(TOKEN_TYPE) {
            return Err(PassError::Type);
        }
        if header.crit.is_some() {
            return Err(PassError::Malformed);
        }
        let kid = header.kid.ok_or(PassError::KeyUnknown)?;
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| *known == kid)
            .ok_or(PassError::KeyUnknown)?;
        // First signature and registered claims, on the claims as they stand; then their types.
        let claims = jsonwebtoken::decode::<serde_json::Value>(token, key, &self.validation)
            .map_err(|error| refused(&error))?
            .claims;
        let pass: Pass = serde_json::from_value(claims).map_err(|_| PassError::Malformed)?;
        if pass.environment != self.environment {
            return Err(PassError::EnvironmentMismatch);
        }
        if !lifetime_fits(&pass) {
            return Err(PassError::Lifetime);
        }
        if pass.nbf > now.unix_seconds() + CLOCK_SKEW_SECONDS {
            return Err(PassError::NotYetValid);
        }
        if pass.exp <= now.unix_seconds() {
            return Err(PassError::Expired);
        }
        Ok(pass)
    }
}

impl fmt::Debug for PassVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PassVerifier({} keys, {})",
            self.keys.len(),
            self.environment
        )
    }
}

fn refused(error: &jsonwebtoken::errors::Error) -> PassError {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::MissingRequiredClaim(_) => PassError::ClaimMissing,
        ErrorKind::InvalidSignature => PassError::SignatureInvalid,
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => PassError::Algorithm,
        ErrorKind::InvalidIssuer => PassError::Issuer,
        ErrorKind::InvalidAudience => PassError::Audience,
        _ => PassError::Malformed,
    }
}
