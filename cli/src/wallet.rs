//! `humanseal wallet`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use humanseal_sdk::{Standing, WalletFile};
use serde_json::json;

use crate::output::{self, Answer, Failure, Outcome, say, table};
use crate::owner::Unlock;
use crate::session::wallet_failure;

/// The variable that holds the other file's passphrase.
const OTHER: &str = "HUMANSEAL_OTHER_PASSPHRASE";

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Shows what a wallet holds and what each network learnt; no secret, nothing personal.
    Show(Show),
    /// Writes a backup: the same wallet in a new file, sealed under a passphrase of its own.
    Export(Export),
    /// Makes a wallet out of a backup.
    Import(Import),
}

/// Arguments of `wallet show`.
#[derive(Args)]
pub struct Show {
    /// The wallet file.
    #[arg(long, value_name = "FILE")]
    wallet: PathBuf,
    #[command(flatten)]
    unlock: Unlock,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `wallet export`.
#[derive(Args)]
pub struct Export {
    /// The wallet file.
    #[arg(long, value_name = "FILE")]
    wallet: PathBuf,
    /// The backup to write; no file of that name may exist.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    unlock: Unlock,
    /// A file whose first line shall open the backup; without it HUMANSEAL_OTHER_PASSPHRASE, else a
    /// prompt.
    #[arg(long, value_name = "FILE")]
    out_passphrase_file: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `wallet import`.
#[derive(Args)]
pub struct Import {
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The wallet file to make; none of that name may exist.
    #[arg(long, value_name = "FILE")]
    wallet: PathBuf,
    #[command(flatten)]
    unlock: Unlock,
    /// A file whose first line opens the backup; without it HUMANSEAL_OTHER_PASSPHRASE, else a prompt.
    #[arg(long, value_name = "FILE")]
    from_passphrase_file: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Runs one of them.
pub fn run(command: Command) -> Outcome {
    match command {
        Command::Show(show) => {
            let file = WalletFile::open(&show.wallet, &show.unlock.passphrase()?, 0);
            let file = file.map_err(wallet_failure)?;
            if show.json {
                as_json(&file)?
            } else {
                as_text(&file)
            }
            Ok(Answer::Yes)
        }
        Command::Export(export) => {
            let own = export.unlock.passphrase()?;
            let file = export.out_passphrase_file.as_deref();
            let other = output::passphrase(OTHER, file, "passphrase of the backup")?;
            let opened = WalletFile::open(&export.wallet, &own, 0).map_err(wallet_failure)?;
            WalletFile::create(&export.out, &other, opened.wallet).map_err(wallet_failure)?;
            done(export.json, &export.out)
        }
        Command::Import(import) => {
            let own = import.unlock.passphrase()?;
            let file = import.from_passphrase_file.as_deref();
            let other = output::passphrase(OTHER, file, "passphrase of the backup")?;
            let opened = WalletFile::open(&import.from, &other, 0).map_err(wallet_failure)?;
            WalletFile::create(&import.wallet, &own, opened.wallet).map_err(wallet_failure)?;
            done(import.json, &import.wallet)
        }
    }
}

fn done(as_json: bool, file: &std::path::Path) -> Outcome {
    if as_json {
        output::json(&json!({ "file": file }))?;
    } else {
        say(format!("The wallet is in {}.", file.display()));
    }
    Ok(Answer::Yes)
}

fn as_json(file: &WalletFile) -> Result<(), Failure> {
    let wallet = &file.wallet;
    let credential = wallet.credential().map(|signed| {
        let credential = &signed.credential;
        json!({
            "document": credential.document,
            "device": credential.device,
            "unique": credential.unique,
            "verified_on": credential.verified_on.date().to_string(),
            "expires_on": credential.expires_on.date().to_string(),
        })
    });
    output::json(&json!({
        "generation": file.generation(),
        "environment": wallet.environment,
        "issuer": { "origin": wallet.issuer.origin, "id": wallet.issuer.key.id() },
        "credential": credential,
        "ledger": wallet.ledger,
    }))
}

fn as_text(file: &WalletFile) {
    let wallet = &file.wallet;
    let mut facts = table(&["", ""]);
    facts.add_row(["environment", wallet.environment.as_str()]);
    facts.add_row(["issuer", &wallet.issuer.origin]);
    facts.add_row(["issuer key", &wallet.issuer.key.id().0.to_string()]);
    facts.add_row(["saved", &format!("{} times", file.generation())]);
    match wallet.credential() {
        None => {
            let waits = match &wallet.standing {
                Standing::Announced(announced) => {
                    format!("a recovery takes effect at {}", announced.effective_at)
                }
                _ => "waited for: run enrol again with this wallet".to_owned(),
            };
            facts.add_row(["credential", &waits]);
        }
        Some(signed) => {
            let credential = &signed.credential;
            let levels = format!(
                "document {}, device {}, unique {}",
                credential.document.get(),
                credential.device.get(),
                credential.unique.get()
            );
            facts.add_row(["levels", &levels]);
            facts.add_row(["live match on", &credential.verified_on.date().to_string()]);
            facts.add_row(["good until", &credential.expires_on.date().to_string()]);
        }
    }
    say(facts);
    if wallet.ledger.entries().is_empty() {
        say("Nothing was shown to any network yet.");
        return;
    }
    say("What each network learnt: that you meet these demands, and this account's place there.");
    let mut ledger = table(&[
        "when", "network", "action", "slot", "age", "levels", "account",
    ]);
    for entry in wallet.ledger.entries() {
        let policy = &entry.policy;
        ledger.add_row([
            entry.at.to_string(),
            entry.network.to_string(),
            entry.action.to_string(),
            entry.slot.0.to_string(),
            policy.min_age.to_string(),
            format!(
                "{}/{}/{}",
                policy.min_document, policy.min_device, policy.min_unique
            ),
            entry.account.to_string(),
        ]);
    }
    say(ledger);
}
