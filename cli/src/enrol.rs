//! `humanseal enrol`, `refresh` and `renew`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use humanseal_documents::{FolderChip, MrzError};
use humanseal_sdk::{
    DocumentSource, EnrolError, MrzReader, NewWallet, Passphrase, PrintedPage, Standing,
    WalletFile, enrol, refresh, refresh_with_document, renew,
};
use zeroize::Zeroizing;

use crate::face::photo;
use crate::output::{Failure, Outcome, read_text};
use crate::session::{Ready, Session, wallet_failure};

/// Three lines of a card or two of a passport, with room for blanks between the characters.
const LONGEST_LINES: u64 = 256;

/// The arguments of `enrol`.
#[derive(clap::Args)]
pub struct Enrol {
    /// The folder with EF.SOD, EF.DG1 and EF.DG2.
    #[arg(long, value_name = "DIR", required_unless_present = "lines")]
    document: Option<PathBuf>,
    /// Without a chip at hand: a text file with the printed lines (document level 1).
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "document",
        requires = "photograph"
    )]
    lines: Option<PathBuf>,
    /// With --lines: a photograph of the data page, upright, with its portrait as the only face.
    #[arg(long, value_name = "FILE", requires = "lines")]
    photograph: Option<PathBuf>,
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
        match (&self.document, &self.lines, &self.photograph) {
            (Some(folder), ..) => self.begin(&passphrase, &mut FolderChip::new(folder)),
            (None, Some(lines), Some(photograph)) => {
                let lines = Zeroizing::new(read_text(lines, LONGEST_LINES)?);
                let photograph = Arc::new(photo(photograph)?);
                let mut once = Once(Some(lines));
                self.begin(&passphrase, &mut PrintedPage::new(&mut once, photograph))
            }
            _ => Err(Failure::input(
                "give --document, or --lines with --photograph",
            )),
        }
    }

    fn begin(&self, passphrase: &Passphrase, document: &mut impl DocumentSource) -> Outcome {
        self.session.run(|ready| {
            let Ready {
                equipment,
                mut camera,
                owner,
                steps,
            } = ready;
            let into = NewWallet {
                path: &self.wallet,
                passphrase,
            };
            let enrolled = enrol(&equipment, into, document, &mut camera, &owner, steps)?;
            Ok((enrolled.wallet, enrolled.acknowledged))
        })
    }
}

/// The lines of a file, given once.
struct Once(Option<Zeroizing<String>>);

impl MrzReader for Once {
    fn lines(&mut self, _: Option<MrzError>) -> Option<Zeroizing<String>> {
        self.0.take()
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
