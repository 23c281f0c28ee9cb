//! Solana sign-in messages and Ed25519 signatures.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use humanseal_zk_credentials::exchange::Base64;

use super::ChallengeError;
use crate::{
    account::{Account, AccountError},
    chain::Chain,
    presentation::{AccountSignature, SignatureKind},
    request::Request,
};

/// The message of a request for a Solana account: the text form of the wallet standard's
/// `solana:signIn`, which is that of EIP-4361 with the account's name of the chain. The chain
/// stands as its CAIP-2 id.
pub(super) fn message(request: &Request, account: &Account, resources: &[String]) -> String {
    let mut text = format!(
        "{domain} wants you to sign in with your Solana account:\n\
         {address}\n\
         \n\
         {statement}\n\
         \n\
         URI: {uri}\n\
         Version: 1\n\
         Chain ID: {chain}\n\
         Nonce: {nonce}\n\
         Issued At: {issued_at}\n\
         Expiration Time: {expires_at}\n\
         Request ID: {id}\n\
         Resources:",
        domain = request.verifier.authority(),
        address = account.address(),
        statement = request.statement,
        uri = request.uri(),
        chain = account.chain(),
        nonce = request.nonce,
        issued_at = request.issued_at,
        expires_at = request.expires_at,
        id = request.id,
    );
    for resource in resources {
        text.push_str("\n- ");
        text.push_str(resource);
    }
    text
}

/// Checks 64 bytes over the message's UTF-8 by the strict rule: no small-order key or commitment,
/// s below the group order, the cofactorless equation.
pub(super) fn verify(
    message: &str,
    key: &[u8; 32],
    signature: &[u8],
) -> Result<(), ChallengeError> {
    let signature =
        Signature::from_slice(signature).map_err(|_| ChallengeError::SignatureMalformed)?;
    let key = VerifyingKey::from_bytes(key).map_err(|_| ChallengeError::SignatureInvalid)?;
    key.verify_strict(message.as_bytes(), &signature)
        .map_err(|_| ChallengeError::SignatureInvalid)
}

/// The key of a Solana account, for the command line and tests. Erased on drop, not shown.
pub struct SolanaKey(SigningKey);

impl SolanaKey {
    /// From the 32-byte seed.
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }
    /// Its account on a cluster.
    pub fn account(&self, chain: Chain) -> Result<Account, AccountError> {
        Account::solana(chain, self.0.verifying_key().to_bytes())
    }
    /// Signs a message.
    pub fn sign(&self, message: &str) -> AccountSignature {
        let bytes = self.0.sign(message.as_bytes()).to_bytes().to_vec();
        AccountSignature {
            kind: SignatureKind::Ed25519,
            bytes: Base64::new(bytes).unwrap_or_default(),
        }
    }
}

impl std::fmt::Debug for SolanaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SolanaKey(..)")
    }
}
