//! `humanseal enrol`, `refresh` and `renew`.

use std::path::{Path, PathBuf};

use humanseal_documents::FolderChip;
use humanseal_sdk::{
    EnrolError, NewWallet, Standing, WalletFile, enrol, refresh, refresh_with_document, renew,
};

use crate::output::{Failure, Outcome};
use crate::session::{Ready, Session, wallet_failure};

/// The arguments of `enrol`.
#[derive(clap::Args)]
pub struct Enrol {
    /// The folder with EF.SOD, EF.DG1 and EF.DG2.
    #[arg(long, value_name = "DIR")]
    document: PathBuf,
    /// The wallet file to make. One that waits for its credential is gone on with.
    #[arg(long, value_name = "FILE")]
    wallet: PathBuf,
    #[command(flatten)]
    session: Session,
}

/// The arguments of `refresh`.
#[derive(clap::Args)]
pub struct Refresh {
    /// The folder with EF.SOD, EF.DG1 and EF.DG2 of a document that is enrolled. Without it the face
    /// is compared with the portrait in the wallet.
    #[arg(long, value_name = "DIR")]
    document: Option<PathBuf>,
    /// The wallet file. One that waits for an answer is gone on with.
    #[arg(long, value_name = "FILE")]
    wallet: PathBuf,
    #[command(flatten)]
    session: Session,
}

/// The arguments of `renew`.
#[derive(clap::Args)]
pub struct Renew {
    /// The folder with EF.SOD, EF.DG1 and EF.DG2 of the new document.
    #[arg(long, value_name = "DIR")]
    document: PathBuf,
    /// The wallet file. One that waits for an answer is gone on with.
    #[arg(long, value_name = "FILE")]
    wallet: PathBuf,
    #[command(flatten)]
    session: Session,
}

impl Enrol {
    /// Runs it.
    pub fn run(self) -> Outcome {
        let passphrase = self.session.passphrase()?;
        if self.wallet.exists() {
            let file = WalletFile::open(&self.wallet, &passphrase, 0).map_err(wallet_failure)?;
            return match file.wallet.standing {
                Standing::Pending(_) => self.session.go_on(file),
                _ => Err(Failure::input(
                    "this wallet has its credential already; choose another file name",
                )),
            };
        }
        self.session.run(|ready| {
            let Ready {
                equipment,
                mut camera,
                owner,
                steps,
            } = ready;
            let into = NewWallet {
                path: &self.wallet,
                passphrase: &passphrase,
            };
            let mut chip = FolderChip::new(&self.document);
            let enrolled = enrol(&equipment, into, &mut chip, &mut camera, &owner, steps)?;
            Ok((enrolled.wallet, enrolled.acknowledged))
        })
    }
}

impl Refresh {
    /// Runs it.
    pub fn run(self) -> Outcome {
        follow(&self.session, &self.wallet, |ready, file| {
            let Ready {
                equipment,
                mut camera,
                owner,
                steps,
            } = ready;
            match &self.document {
                None => refresh(&equipment, file, &mut camera, &owner, steps),
                Some(folder) => {
                    let mut chip = FolderChip::new(folder);
                    refresh_with_document(&equipment, file, &mut chip, &mut camera, &owner, steps)
                }
            }
        })
    }
}

impl Renew {
    /// Runs it.
    pub fn run(self) -> Outcome {
        follow(&self.session, &self.wallet, |ready, file| {
            let Ready {
                equipment,
                mut camera,
                owner,
                steps,
            } = ready;
            let mut chip = FolderChip::new(&self.document);
            renew(&equipment, file, &mut chip, &mut camera, &owner, steps)
        })
    }
}

/// Lets another credential follow that of a wallet file.
fn follow(
    session: &Session,
    wallet: &Path,
    how: impl FnOnce(Ready<'_>, &mut WalletFile) -> Result<bool, EnrolError>,
) -> Outcome {
    let file = WalletFile::open(wallet, &session.passphrase()?, 0).map_err(wallet_failure)?;
    if let Standing::Enrolled { next: Some(_), .. } = &file.wallet.standing {
        return session.go_on(file);
    }
    session.run(|ready| {
        let mut file = file;
        let acknowledged = how(ready, &mut file)?;
        Ok((file, acknowledged))
    })
}
