//! The wallet as an app sees it: how far it is, what each network learnt, backups.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use humanseal_sdk::{Disclosure as Entry, Standing as Stands, WalletFile};

use crate::background;
use crate::device::Environment;
use crate::error::HumansealError;
use crate::owner::Demand;
use crate::secret::Passphrase;

/// How far a wallet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Standing {
    /// The evidence may or may not have reached the issuer: go on with `resume`.
    Pending,
    /// A recovery is announced: `collect` fetches the credential when it takes effect.
    Announced,
    /// The credential is here.
    Enrolled,
    /// The credential is here, and a newer one on its way: go on with `resume`.
    EnrolledPending,
}

/// What a credential is worth; nothing of the person.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Levels {
    /// Document level, 1 to 3.
    pub document: u8,
    /// Device level, 1 to 3.
    pub device: u8,
    /// Level of uniqueness, 1 to 3.
    pub unique: u8,
    /// Day of the last live match, `yyyy-mm-dd`.
    pub verified_on: String,
    /// The last day on which it is good, `yyyy-mm-dd`.
    pub expires_on: String,
}

/// What a wallet is; no secret, nothing of the person.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Summary {
    /// Where it belongs.
    pub environment: Environment,
    /// The issuer's origin.
    pub issuer: String,
    /// How far it is.
    pub standing: Standing,
    /// What its credential is worth, where there is one.
    pub levels: Option<Levels>,
    /// From when on an announced recovery can be collected, RFC 3339.
    pub effective_at: Option<String>,
    /// How often it was saved. An app that keeps this number where the file is not (a key store) gives it
    /// when it opens the wallet, and an older copy is refused.
    pub generation: u64,
}

/// One presentation in the ledger. An object and no record, because it prints nothing.
#[derive(uniffi::Object)]
pub struct Disclosure(Entry);

#[uniffi::export]
impl Disclosure {
    /// When, RFC 3339.
    pub fn at(&self) -> String {
        self.0.at.to_string()
    }

    /// What the network learnt: that these demands are met.
    pub fn demand(&self) -> Arc<Demand> {
        Arc::new(Demand {
            network: self.0.network.to_string(),
            asker: None,
            action: self.0.action.to_string(),
            epoch: self.0.epoch,
            policy: self.0.policy,
            excluded: self.0.excluded.clone(),
            statement: None,
        })
    }

    /// The account that it was shown for, CAIP-10.
    pub fn account(&self) -> String {
        self.0.account.to_string()
    }

    /// The place that was taken.
    pub fn slot(&self) -> u8 {
        self.0.slot.0
    }

    /// The contract that it was shown to, CAIP-10; none for a verifier.
    pub fn contract(&self) -> Option<String> {
        let counted = self.0.contract.as_ref();
        counted.map(|counted| counted.contract.to_string())
    }
}

/// An open wallet. It prints nothing in any language; its secret is reachable from none. It does one piece of work at
/// a time: what is asked meanwhile is refused (`wallet_busy`).
#[derive(uniffi::Object)]
pub struct Wallet(Mutex<Option<WalletFile>>);

#[uniffi::export]
impl Wallet {
    /// What it is.
    pub fn summary(&self) -> Result<Summary, HumansealError> {
        self.with(|file| Ok(summary(file)))
    }

    /// What each network learnt, the oldest first.
    pub fn ledger(&self) -> Result<Vec<Arc<Disclosure>>, HumansealError> {
        self.with(|file| {
            let entries = file.wallet.ledger.entries().iter().cloned();
            Ok(entries.map(|entry| Arc::new(Disclosure(entry))).collect())
        })
    }

    /// Writes a backup that opens on any device, under words of its own. No file of that name may exist.
    pub async fn export(
        self: Arc<Self>,
        path: String,
        passphrase: Arc<Passphrase>,
    ) -> Result<(), HumansealError> {
        background::run(None, move |_| {
            let passphrase = passphrase.alone()?;
            self.with(|file| {
                let wallet = file.wallet.clone();
                WalletFile::create(&PathBuf::from(path), &passphrase, wallet)?;
                Ok(())
            })
        })
        .await
    }
}

impl Wallet {
    pub(crate) fn of(file: WalletFile) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(file))))
    }

    /// It never waits: an app's main thread that asks for the ledger while its owner is asked there too would
    /// wait for itself.
    fn locked(&self) -> Result<MutexGuard<'_, Option<WalletFile>>, HumansealError> {
        match self.0.try_lock() {
            Ok(locked) => Ok(locked),
            // After a panic the file on disk is whole, and its copy here is compared with it when it is saved.
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(HumansealError::wallet(
                "wallet_busy",
                "the wallet is at work; ask again when that has ended",
            )),
        }
    }

    /// Works with the file, which does one piece of work at a time.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&mut WalletFile) -> Result<T, HumansealError>,
    ) -> Result<T, HumansealError> {
        work(self.locked()?.as_mut().ok_or_else(gone)?)
    }

    /// Takes the file out: this wallet ends.
    pub(crate) fn take(&self) -> Result<WalletFile, HumansealError> {
        self.locked()?.take().ok_or_else(gone)
    }
}

fn gone() -> HumansealError {
    HumansealError::wallet(
        "wallet_missing",
        "this wallet was withdrawn; enrol or recover anew",
    )
}

fn summary(file: &WalletFile) -> Summary {
    let wallet = &file.wallet;
    let (standing, effective_at) = match &wallet.standing {
        Stands::Pending(_) => (Standing::Pending, None),
        Stands::Announced(announced) => (
            Standing::Announced,
            Some(announced.effective_at.to_string()),
        ),
        Stands::Enrolled { next: None, .. } => (Standing::Enrolled, None),
        Stands::Enrolled { next: Some(_), .. } => (Standing::EnrolledPending, None),
    };
    let levels = wallet.credential().map(|signed| Levels {
        document: signed.credential.document.get(),
        device: signed.credential.device.get(),
        unique: signed.credential.unique.get(),
        verified_on: signed.credential.verified_on.date().to_string(),
        expires_on: signed.credential.expires_on.date().to_string(),
    });
    Summary {
        environment: wallet.environment.into(),
        issuer: wallet.issuer.origin.clone(),
        standing,
        levels,
        effective_at,
        generation: file.generation(),
    }
}
