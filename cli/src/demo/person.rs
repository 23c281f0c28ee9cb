//! The person of the story: photographs as camera frames, accounts, and answers to questions.

use std::path::Path;

use humanseal_biometric::{Limits, Photo};
use humanseal_sdk::{AccountSigner, Camera, CameraError, Captured, Following, Owner, Question};
use humanseal_wallet_link::chain::Chain;
use humanseal_wallet_link::presentation::AccountSignature;
use humanseal_wallet_link::{Account, EvmKey, SolanaKey};
use humanseal_zk_credentials::exchange::Plan;

use super::stage::random;
use crate::output::{Failure, read};

/// The holder's portrait.
pub const PORTRAIT: &str = "obama.jpg";
/// Other photographs of the same person.
pub const FRAMES: [&str; 2] = ["obama2.jpg", "obama3.jpg"];
/// Somebody else.
pub const STRANGER: &str = "biden.jpg";

/// A photograph of `fixtures/faces`.
pub fn photograph(name: &str) -> Result<Vec<u8>, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/faces");
    read(&folder.join(name), 4 << 20)
}

/// Stills in place of a camera.
pub struct Stills(Vec<Photo>);

impl Stills {
    /// Decodes photographs.
    pub fn of(names: &[&str]) -> Result<Self, Failure> {
        let decode = |name: &&str| {
            Photo::decode(&photograph(name)?, Limits::default()).map_err(Failure::fault)
        };
        names.iter().map(decode).collect::<Result<_, _>>().map(Self)
    }
}

impl Camera for Stills {
    fn capture(
        &mut self,
        _plan: &Plan,
        _session: &mut Following<'_, '_>,
    ) -> Result<Captured, CameraError> {
        Ok(Captured::Stills(self.0.clone()))
    }
}

/// An owner who agrees to everything that a specimen run asks.
pub struct Agreeable;

impl Owner for Agreeable {
    fn agrees(&self, _question: Question<'_>) -> bool {
        true
    }
}

/// A key that was made for this run.
enum Key {
    Evm(EvmKey),
    Solana(SolanaKey),
}

/// An account with its key.
pub struct Signer {
    account: Account,
    key: Key,
}

impl Signer {
    /// A fresh account on Ethereum's main network.
    pub fn evm() -> Result<Self, Failure> {
        let key = EvmKey::from_bytes(&random()?).ok_or_else(|| Failure::fault("try again"))?;
        let account = key.account(1).map_err(Failure::fault)?;
        Ok(Self {
            account,
            key: Key::Evm(key),
        })
    }

    /// A fresh account on Solana's main network.
    pub fn solana() -> Result<Self, Failure> {
        let key = SolanaKey::from_bytes(&random()?);
        let account = key
            .account(Chain::solana_mainnet())
            .map_err(Failure::fault)?;
        Ok(Self {
            account,
            key: Key::Solana(key),
        })
    }
}

impl AccountSigner for Signer {
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
