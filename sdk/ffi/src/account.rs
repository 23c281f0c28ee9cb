//! The account that a proof is bound to, and its key, which the app or another wallet program has.

use std::sync::Arc;

use humanseal_sdk as sdk;
use humanseal_wallet_link::{Account, AccountSignature, Chain, SignatureKind};
use humanseal_zk_credentials::exchange::Base64;

use crate::error::{HumansealError, ProviderError, told};

/// Whoever holds the key of an account.
#[uniffi::export(with_foreign)]
pub trait AccountSigner: Send + Sync {
    /// The account in CAIP-10, such as `eip155:1:0x…`.
    fn account(&self) -> Result<String, ProviderError>;

    /// Signs a sign-in message, of an EVM account by `personal_sign` (65 bytes, or what a contract wallet
    /// gives), of a Solana account by Ed25519 over its UTF-8 bytes (64 bytes).
    fn sign(&self, message: String) -> Result<Vec<u8>, ProviderError>;
}

/// The signer as the SDK asks it.
pub(crate) struct Signing {
    account: Account,
    signer: Arc<dyn AccountSigner>,
}

impl Signing {
    pub(crate) fn new(signer: Arc<dyn AccountSigner>) -> Result<Self, HumansealError> {
        let account = signer.account().map_err(|error| HumansealError::Keys {
            code: "account_signer_failed".into(),
            detail: error.to_string(),
        })?;
        let account = account.parse();
        let account =
            account.map_err(|error: humanseal_wallet_link::AccountError| told!(Input, error))?;
        Ok(Self { account, signer })
    }
}

/// The magic that ends an EIP-6492 signature: 32 bytes of 0x6492.
const UNDEPLOYED: [u8; 32] = [
    0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92,
    0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92,
];

impl sdk::AccountSigner for Signing {
    fn account(&self) -> &Account {
        &self.account
    }

    fn sign(&self, message: &str) -> Result<AccountSignature, String> {
        let bytes = self.signer.sign(message.to_owned());
        let bytes = bytes.map_err(|error| error.to_string())?;
        let kind = match self.account.chain() {
            Chain::Eip155(_) if bytes.ends_with(&UNDEPLOYED) => SignatureKind::Eip6492,
            Chain::Eip155(_) if bytes.len() == 65 => SignatureKind::Eip191,
            Chain::Eip155(_) => SignatureKind::Eip1271,
            Chain::Solana(_) => SignatureKind::Ed25519,
            Chain::Cosmos(_) => SignatureKind::Adr36,
        };
        let bytes = Base64::new(bytes).ok_or("the signature is too long")?;
        Ok(AccountSignature { kind, bytes })
    }
}
