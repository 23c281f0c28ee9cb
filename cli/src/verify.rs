//! `humanseal verify`: the checks of a presentation that need no registry
//! (docs/protocol.md section 10), for a verifier's request and for a contract's.

mod pair;

use std::path::{Path, PathBuf};

use humanseal_wallet_link::batch::holding;
use humanseal_wallet_link::{Prepared, Refusal};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::{Environment, Timestamp};
use humanseal_zk_credentials::groth16::{VerifyingKey, snarkjs};
use humanseal_zk_credentials::keys;
use serde_json::json;

use self::pair::Pair;
use crate::clock::now;
use crate::output::{self, Answer, Failure, Outcome, Steps, say};
use crate::session::coded;

const REQUEST: &str = ".request.json";
const PRESENTATION: &str = ".presentation.json";

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The request document, as this verifier made it: its issuers and roots are the trusted ones. Or
    /// what a contract was read to demand.
    #[arg(long, value_name = "FILE", required_unless_present = "batch")]
    request: Option<PathBuf>,
    /// The presentation.
    #[arg(long, value_name = "FILE", required_unless_present = "batch")]
    presentation: Option<PathBuf>,
    /// A folder of pairs NAME.request.json and NAME.presentation.json, checked in one batch.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["request", "presentation"])]
    batch: Option<PathBuf>,
    /// The verifying key of circuit `present` in the JSON of snarkjs; development has its own.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// A pair and what became of it.
struct Entry {
    name: String,
    code: Option<&'static str>,
    nullifier: Option<String>,
    account: Option<String>,
}

/// Runs it.
pub fn run(args: Args) -> Outcome {
    let now = now()?;
    let key = args.key.as_deref().map(verifying_key).transpose()?;
    let steps = Steps::new(args.json);
    steps.show("verifying");
    let pairs = match (&args.batch, &args.request, &args.presentation) {
        (Some(folder), ..) => folder_pairs(folder)?,
        (None, Some(request), Some(presentation)) => {
            let pair = Pair::read(request, presentation)?;
            vec![(pair.name(), pair)]
        }
        _ => {
            return Err(Failure::input(
                "name a request and a presentation, or a batch",
            ));
        }
    };
    let entries = checked(pairs, key.as_ref(), now)?;
    drop(steps);
    let verified = entries.iter().all(|entry| entry.code.is_none());
    told(&entries, verified, &args)?;
    Ok(if verified { Answer::Yes } else { Answer::No })
}

fn verifying_key(file: &Path) -> Result<VerifyingKey, Failure> {
    let text = output::read_text(file, snarkjs::MAX_BYTES as u64)?;
    snarkjs::read_verifying_key(&text)
        .map_err(|error| Failure::input(format!("{}: {error} [{}]", file.display(), error.code())))
}

/// The given key, or in development its own; a development key nowhere else.
fn suitable(
    given: Option<&VerifyingKey>,
    environment: Environment,
) -> Result<&VerifyingKey, Failure> {
    match given {
        Some(key) => {
            keys::admit(key, environment)
                .map_err(|error| coded(Failure::input, &error, error.code()))?;
            Ok(key)
        }
        None if environment == Environment::Development => {
            Ok(keys::development_verifying(Circuit::Present))
        }
        None => Err(Failure::input(
            "only development has a built-in verifying key; give --key",
        )),
    }
}

/// Every check of every pair, the pairings of those that are left in one batch.
fn checked(
    pairs: Vec<(String, Pair)>,
    key: Option<&VerifyingKey>,
    now: Timestamp,
) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::with_capacity(pairs.len());
    let mut left: Vec<(usize, Prepared)> = Vec::new();
    let mut used: Option<&VerifyingKey> = None;
    for (name, pair) in pairs {
        let key = suitable(key, pair.environment())?;
        used = Some(key);
        let prepared = pair.prepare(key, now);
        entries.push(Entry {
            name,
            code: prepared.as_ref().err().map(Refusal::code),
            nullifier: None,
            account: None,
        });
        if let Ok(prepared) = prepared {
            left.push((entries.len() - 1, prepared));
        }
    }
    let Some(key) = used else { return Ok(entries) };
    let sound: Vec<&Prepared> = left.iter().map(|(_, prepared)| prepared).collect();
    for ((entry, prepared), holds) in left.iter().zip(holding(key, &sound)) {
        let entry = &mut entries[*entry];
        if holds {
            entry.nullifier = Some(prepared.claimed.nullifier.0.to_string());
            entry.account = Some(prepared.claimed.account.to_string());
        } else {
            entry.code = Some(Refusal::ProofInvalid.code());
        }
    }
    Ok(entries)
}

/// The pairs of a folder, in the order of their names.
fn folder_pairs(folder: &Path) -> Result<Vec<(String, Pair)>, Failure> {
    let read = |name: String| {
        let file = |suffix| folder.join(format!("{name}{suffix}"));
        let pair = Pair::read(&file(REQUEST), &file(PRESENTATION))?;
        Ok((name, pair))
    };
    names(folder)?.into_iter().map(read).collect()
}

/// The names of the pairs; a file without its partner is an error.
fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let unreadable =
        |error| Failure::input(format!("{} cannot be read: {error}", folder.display()));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let file = entry
            .map_err(unreadable)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if let Some(name) = file
            .strip_suffix(REQUEST)
            .or_else(|| file.strip_suffix(PRESENTATION))
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    names.dedup();
    if names.is_empty() {
        return Err(Failure::input(format!(
            "{} holds no pair NAME{REQUEST}, NAME{PRESENTATION}",
            folder.display()
        )));
    }
    Ok(names)
}

fn told(entries: &[Entry], verified: bool, args: &Args) -> Result<(), Failure> {
    if args.json {
        let rows: Vec<_> = entries
            .iter()
            .map(|entry| {
                json!({
                    "name": entry.name,
                    "verified": entry.code.is_none(),
                    "code": entry.code,
                    "nullifier": entry.nullifier,
                    "account": entry.account,
                })
            })
            .collect();
        return output::json(&json!({ "verified": verified, "entries": rows }));
    }
    for entry in entries {
        match (&entry.code, &entry.account) {
            (None, Some(account)) => say(format!("{}: verified for {account}", entry.name)),
            (code, _) => say(format!(
                "{}: NOT verified [{}]",
                entry.name,
                code.unwrap_or("not_checked")
            )),
        }
    }
    say("Whether the request is unused and the place free, only the registry knows.");
    Ok(())
}
