//! EIP-4361 messages and EIP-191 signatures.

use humanseal_zk_credentials::{
    exchange::{Base64, Nonce, Timestamp},
    word::keccak256,
};
use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use signinwithethereum::{Message, TimeStamp, Version};
use time::OffsetDateTime;

use super::ChallengeError;
use crate::{
    account::{Account, AccountError},
    chain::Chain,
    presentation::{AccountSignature, SignatureKind},
    request::Request,
};

/// What an EIP-4361 message says.
pub(super) struct SignIn<'a> {
    /// Who asks, as host and port.
    pub(super) domain: String,
    /// One line for the account's owner.
    pub(super) statement: &'a str,
    /// What is signed in to.
    pub(super) uri: String,
    /// For one message.
    pub(super) nonce: Nonce,
    /// From when it holds.
    pub(super) issued_at: Timestamp,
    /// Until when.
    pub(super) expires_at: Timestamp,
    /// The request's name, where it has one.
    pub(super) request_id: Option<String>,
    /// What else the signature stands for.
    pub(super) resources: &'a [String],
}

impl SignIn<'_> {
    /// The message for an EVM account.
    pub(super) fn message(self, account: &Account) -> Result<String, ChallengeError> {
        let impossible = ChallengeError::Message;
        let stamp = |at: Timestamp| {
            OffsetDateTime::from_unix_timestamp(at.unix_seconds())
                .map(TimeStamp::from)
                .map_err(|_| impossible)
        };
        let Chain::Eip155(chain_id) = account.chain() else {
            return Err(impossible);
        };
        let message = Message {
            scheme: None,
            domain: self.domain.parse().map_err(|_| impossible)?,
            address: account.evm_address().ok_or(impossible)?,
            address_raw: None,
            statement: Some(self.statement.to_owned()),
            uri: self.uri.parse().map_err(|_| impossible)?,
            version: Version::V1,
            chain_id: *chain_id,
            nonce: self.nonce.to_string(),
            issued_at: stamp(self.issued_at)?,
            expiration_time: Some(stamp(self.expires_at)?),
            not_before: None,
            request_id: self.request_id,
            resources: self
                .resources
                .iter()
                .map(|resource| resource.parse().map_err(|_| impossible))
                .collect::<Result<_, _>>()?,
            warnings: Vec::new(),
        };
        Ok(message.to_string())
    }
}

/// The message of a verifier's request.
pub(super) fn message(
    request: &Request,
    account: &Account,
    resources: &[String],
) -> Result<String, ChallengeError> {
    let sign_in = SignIn {
        domain: request.verifier.authority(),
        statement: &request.statement,
        uri: request.uri(),
        nonce: request.nonce,
        issued_at: request.issued_at,
        expires_at: request.expires_at,
        request_id: Some(request.id.to_string()),
        resources,
    };
    sign_in.message(account)
}

/// `keccak256("\x19Ethereum Signed Message:\n" ‖ length ‖ message)` (EIP-191, version 0x45).
pub(super) fn personal_hash(message: &str) -> [u8; 32] {
    let prefixed = format!("\x19Ethereum Signed Message:\n{}{message}", message.len());
    keccak256(prefixed.as_bytes())
}

/// The last 20 bytes of the key's Keccak-256 (yellow paper, appendix F).
fn address(key: &VerifyingKey) -> [u8; 20] {
    let point = key.to_sec1_point(false);
    let digest = keccak256(&point.as_bytes()[1..]);
    let mut address = [0; 20];
    address.copy_from_slice(&digest[12..]);
    address
}

/// Checks the account's own signature over a message.
pub(super) fn verify(
    message: &str,
    expected: &[u8; 20],
    signature: &[u8],
) -> Result<(), ChallengeError> {
    verify_hash(&personal_hash(message), expected, signature)
}

/// Checks 65 bytes `r ‖ s ‖ v`. Each message has one accepted signature of a key and nonce: s in
/// the lower half only (EIP-2), v as 27, 28 or 0, 1.
pub(super) fn verify_hash(
    hash: &[u8; 32],
    expected: &[u8; 20],
    signature: &[u8],
) -> Result<(), ChallengeError> {
    let malformed = ChallengeError::SignatureMalformed;
    let bytes = <&[u8; 65]>::try_from(signature).map_err(|_| malformed)?;
    let (scalars, v) = bytes.split_at(64);
    let parity = match v {
        [0 | 27] => 0,
        [1 | 28] => 1,
        _ => return Err(malformed),
    };
    let signature = Signature::from_slice(scalars).map_err(|_| malformed)?;
    if signature.normalize_s() != signature {
        return Err(malformed);
    }
    let recovery = RecoveryId::from_byte(parity).ok_or(malformed)?;
    let key = VerifyingKey::recover_from_prehash(hash, &signature, recovery)
        .map_err(|_| ChallengeError::SignatureInvalid)?;
    if address(&key) == *expected {
        Ok(())
    } else {
        Err(ChallengeError::SignatureInvalid)
    }
}

/// The key of an EVM account, for the command line and tests. Erased on drop, not shown.
pub struct EvmKey(SigningKey);

impl EvmKey {
    /// From 32 secret bytes; `None` for 0 or a number not below the group order.
    pub fn from_bytes(secret: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(secret).ok().map(Self)
    }
    /// Its account on a chain.
    pub fn account(&self, chain_id: u64) -> Result<Account, AccountError> {
        Account::eip155(chain_id, address(self.0.verifying_key()))
    }
    /// Signs a message as a wallet does (EIP-191), deterministically (RFC 6979).
    pub fn sign(&self, message: &str) -> AccountSignature {
        let bytes = self.sign_digest(&personal_hash(message));
        AccountSignature {
            kind: SignatureKind::Eip191,
            bytes: Base64::new(bytes.to_vec()).unwrap_or_default(),
        }
    }
    /// Signs a digest of EIP-712, such as that of a consent: `r ‖ s ‖ v`, deterministically.
    pub fn sign_digest(&self, digest: &[u8; 32]) -> [u8; 65] {
        let (signature, recovery) = self.0.sign_prehash_recoverable(digest);
        let mut bytes = [0; 65];
        bytes[..64].copy_from_slice(&signature.to_bytes());
        bytes[64] = 27 + recovery.to_byte();
        bytes
    }
}

impl std::fmt::Debug for EvmKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EvmKey(..)")
    }
}
