//! Two ways to sign: with a key file, or elsewhere by copy and paste.

use std::path::Path;

use console::Term;
use humanseal_sdk::AccountSigner;
use humanseal_wallet_link::presentation::{AccountSignature, SignatureKind};
use humanseal_wallet_link::{Account, Chain, EvmKey, SolanaKey};
use humanseal_zk_credentials::exchange::Base64;
use zeroize::Zeroizing;

use crate::output::{Failure, read_text};

enum Key {
    Evm(EvmKey),
    Solana(SolanaKey),
}

/// A key from a file.
pub struct KeyFile {
    account: Account,
    key: Key,
}

impl KeyFile {
    /// Reads the key of this account; any other account's key is refused.
    pub fn read(file: &Path, account: &Account) -> Result<Self, Failure> {
        let text = Zeroizing::new(read_text(file, 256)?);
        let wrong = |what: &str| Failure::input(format!("{}: {what}", file.display()));
        let mut secret = Zeroizing::new([0u8; 32]);
        let digits = text.trim();
        hex::decode_to_slice(digits.strip_prefix("0x").unwrap_or(digits), secret.as_mut())
            .map_err(|_| wrong("expected 64 hexadecimal digits"))?;
        let (key, own) = match account.chain() {
            Chain::Eip155(id) => {
                let key = EvmKey::from_bytes(&secret).ok_or_else(|| wrong("no secp256k1 key"))?;
                let own = key.account(*id);
                (Key::Evm(key), own)
            }
            Chain::Solana(_) => {
                let key = SolanaKey::from_bytes(&secret);
                let own = key.account(account.chain().clone());
                (Key::Solana(key), own)
            }
            Chain::Cosmos(_) => return Err(wrong("Cosmos accounts are not offered yet")),
        };
        if own.map_err(Failure::fault)? != *account {
            return Err(wrong("this is the key of another account"));
        }
        Ok(Self {
            account: account.clone(),
            key,
        })
    }
}

impl AccountSigner for KeyFile {
    fn account(&self) -> &Account {
        &self.account
    }
    fn sign(&self, message: &str) -> Result<AccountSignature, String> {
        Ok(match &self.key {
            Key::Evm(key) => key.sign(message),
            Key::Solana(key) => key.sign(message),
        })
    }
}

/// The message is shown, its signature pasted.
pub struct AtTerminal {
    account: Account,
}

impl AtTerminal {
    /// For this account.
    pub fn new(account: Account) -> Self {
        Self { account }
    }
}

impl AccountSigner for AtTerminal {
    fn account(&self) -> &Account {
        &self.account
    }
    fn sign(&self, message: &str) -> Result<AccountSignature, String> {
        let terminal = Term::stderr();
        if !terminal.is_term() {
            return Err("there is no terminal to show the message on; give --key".into());
        }
        let question = format!(
            "Sign this message with {} and paste the signature in hexadecimal:\n\n{message}\n\nsignature: ",
            self.account
        );
        terminal
            .write_str(&question)
            .map_err(|error| error.to_string())?;
        let pasted = terminal.read_line().map_err(|error| error.to_string())?;
        let digits = pasted.trim();
        let bytes = hex::decode(digits.strip_prefix("0x").unwrap_or(digits))
            .map_err(|_| "the signature is not in hexadecimal")?;
        let kind = match self.account.chain() {
            Chain::Eip155(_) => SignatureKind::Eip191,
            Chain::Solana(_) => SignatureKind::Ed25519,
            Chain::Cosmos(_) => SignatureKind::Adr36,
        };
        let bytes = Base64::new(bytes).ok_or("the signature is too long")?;
        Ok(AccountSignature { kind, bytes })
    }
}
