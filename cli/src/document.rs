//! `humanseal document`: makes specimens, says check by check what holds of a document, and reads one as a
//! phone reads a chip.

mod chip;
mod emulate;
mod emulated;
mod tap;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand, ValueEnum};
use humanseal_documents::specimen::{
    Authority, ChipKind, Holder, KeyKind, SpecimenChip, SpecimenDocument, SpecimenError,
};
use humanseal_documents::{
    ChipFiles, Date, Dg2, DigestAlgorithm, FolderChip, Moment, MrzFormat, PassiveAuthError, Sod,
    TrustStore, Verdict, authenticate, examine,
};
use serde::Serialize;

use self::chip::Asked;
use crate::output::{Answer, Failure, Outcome, json, read, say, table};

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Makes a synthetic chip document of the specimen state UTO around a portrait.
    Make(Make),
    /// Runs passive authentication on a folder of EF files, and active authentication where a chip
    /// answers, and says what holds.
    Check(Check),
    /// Reads a specimen folder as a phone reads a chip: the folder becomes a chip in software, which opens by
    /// PACE or basic access control and is read through secure messaging; counts the commands.
    Tap(tap::Arguments),
    /// Answers command APDUs, a line each, as the specimen's chip does, so that a program in any language has one to
    /// read.
    Emulate(emulate::Arguments),
}

/// Arguments of `document make`.
#[derive(Args)]
pub struct Make {
    /// The portrait, JPEG or JPEG 2000; its bytes are embedded as they are.
    #[arg(long)]
    portrait: PathBuf,
    /// The folder to make, with EF.SOD, EF.DG1, EF.DG2 and trust/; one with files is not replaced.
    #[arg(long)]
    out: PathBuf,
    /// Date of birth, yyyymmdd.
    #[arg(long, default_value = "19740812", value_parser = date)]
    birthdate: Date,
    /// Date of expiry, yyyymmdd; five years ahead unless stated.
    #[arg(long, value_parser = date)]
    expiry: Option<Date>,
    /// Document number, up to nine characters A-Z and 0-9.
    #[arg(long, default_value = "L898902C3")]
    number: String,
    /// Optional data of the MRZ.
    #[arg(long, default_value = "")]
    personal_number: String,
    /// Size of the document.
    #[arg(long, value_enum, default_value_t = Format::Td3)]
    format: Format,
    /// What authority and document signer sign with.
    #[arg(long, value_enum, default_value_t = Key::P256)]
    key: Key,
    /// The digest algorithm.
    #[arg(long, value_enum, default_value_t = Algorithm::Sha256)]
    algorithm: Algorithm,
    /// Gives the document a chip that answers: its public key goes into EF.DG15 (and EF.DG14), its
    /// private key into insecure-specimen-chip.pem. A copy of the folder without that file answers
    /// nothing.
    #[arg(long, value_enum, value_name = "KEY")]
    active_authentication: Option<ActiveKey>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `document check`.
#[derive(Args)]
pub struct Check {
    /// The folder with EF.SOD, EF.DG1 and, where it is there, EF.DG2, EF.DG14, EF.DG15.
    folder: PathBuf,
    /// Trusted authorities: csca/, crl/, refused-signers.txt, document-codes.txt; the folder's own
    /// trust/ unless stated, which says nothing about authenticity.
    #[arg(long)]
    trust: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Td1,
    Td2,
    Td3,
}

#[derive(Clone, Copy, ValueEnum)]
enum Key {
    #[value(name = "rsa-2048")]
    Rsa2048,
    #[value(name = "p-256")]
    P256,
}

#[derive(Clone, Copy, ValueEnum)]
enum ActiveKey {
    /// RSA-2048, ISO/IEC 9796-2 with SHA-256.
    Rsa,
    /// ECDSA on P-256 with SHA-256.
    Ecdsa,
}

#[derive(Clone, Copy, ValueEnum)]
enum Algorithm {
    #[value(name = "sha-1")]
    Sha1,
    #[value(name = "sha-256")]
    Sha256,
    #[value(name = "sha-512")]
    Sha512,
}

fn date(text: &str) -> Result<Date, String> {
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number
        .and_then(Date::from_yyyymmdd)
        .ok_or_else(|| "a date is written yyyymmdd, such as 19740812".into())
}

/// Runs one of them.
pub fn run(command: Command) -> Outcome {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since_epoch.map_err(|_| Failure::fault("the clock stands before 1970: set it"))?;
    let now = Moment::from_unix_seconds(now.as_secs());
    match command {
        Command::Make(arguments) => make(&arguments, now),
        Command::Check(arguments) => check(&arguments, now),
        Command::Tap(arguments) => tap::run(&arguments, now),
        Command::Emulate(arguments) => emulate::run(&arguments, now),
    }
}

/// What `document make --json` prints.
#[derive(Serialize)]
struct Made<'a> {
    folder: &'a Path,
    specimen: bool,
    key: &'static str,
    algorithm: &'static str,
}

fn make(arguments: &Make, now: Moment) -> Outcome {
    let portrait = read(&arguments.portrait, 1024 * 1024)?;
    let mut holder = Holder::specimen(now.date());
    holder.birthdate = arguments.birthdate;
    holder.expiry = arguments.expiry.unwrap_or(holder.expiry);
    holder.number.clone_from(&arguments.number);
    holder
        .personal_number
        .clone_from(&arguments.personal_number);
    (holder.format, holder.code) = match arguments.format {
        Format::Td1 => (MrzFormat::Td1, "I".into()),
        Format::Td2 => (MrzFormat::Td2, "I".into()),
        Format::Td3 => (MrzFormat::Td3, "P".into()),
    };
    let kind = match arguments.key {
        Key::Rsa2048 => KeyKind::Rsa2048,
        Key::P256 => KeyKind::P256,
    };
    let digest = match arguments.algorithm {
        Algorithm::Sha1 => DigestAlgorithm::Sha1,
        Algorithm::Sha256 => DigestAlgorithm::Sha256,
        Algorithm::Sha512 => DigestAlgorithm::Sha512,
    };

    let authority = Authority::insecure(kind).map_err(failure)?;
    let chip = arguments.active_authentication.map(|key| match key {
        ActiveKey::Rsa => SpecimenChip::insecure(ChipKind::Rsa),
        ActiveKey::Ecdsa => SpecimenChip::insecure(ChipKind::Ecdsa),
    });
    let document = match chip.transpose().map_err(failure)? {
        Some(chip) => {
            SpecimenDocument::make_with_chip(&authority, &holder, &portrait, digest, now, &chip)
        }
        None => SpecimenDocument::make(&authority, &holder, &portrait, digest, now),
    }
    .map_err(failure)?;
    let staged = staging(&arguments.out)?;
    document
        .write(staged.path())
        .and_then(|()| authority.write_trust(&staged.path().join("trust")))
        .map_err(failure)?;
    std::fs::rename(staged.path(), &arguments.out)
        .map_err(|error| unwritable(&arguments.out, &error))?;
    // The folder has its name now; there is nothing left to take away.
    let _ = staged.keep();

    let made = Made {
        folder: &arguments.out,
        specimen: true,
        key: kind.name(),
        algorithm: digest.name(),
    };
    if arguments.json {
        json(&made)?;
    } else {
        let folder = made.folder.display();
        say(format!(
            "Specimen of UTO ({}, {}) in {folder}",
            made.key, made.algorithm
        ));
        say("Its keys are public: it proves nothing outside of tests.");
    }
    Ok(Answer::Yes)
}

/// A folder beside the wanted one, which gets that name when it is complete.
fn staging(folder: &Path) -> Result<tempfile::TempDir, Failure> {
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(parent)
        .and_then(|()| tempfile::tempdir_in(parent))
        .map_err(|error| unwritable(folder, &error))
}

fn unwritable(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!(
        "{} cannot be written: {error}; name a new folder",
        folder.display()
    ))
}

fn failure(error: SpecimenError) -> Failure {
    match error {
        SpecimenError::PortraitFormat
        | SpecimenError::PortraitTooLong
        | SpecimenError::Field
        | SpecimenError::Unwritable(..) => Failure::input(error),
        other => Failure::fault(other),
    }
}

/// What `document check --json` prints.
#[derive(Serialize)]
struct Checked {
    authentic: bool,
    /// The trust anchors came out of the document's own folder, so that they vouch for nothing.
    own_trust: bool,
    specimen: Option<bool>,
    refusal: Option<&'static str>,
    digest_algorithm: &'static str,
    portrait: Option<&'static str>,
    checks: Vec<Row>,
    /// The document level that this earns: 3 with a chip that answered, else 2.
    level: Option<u8>,
    /// What the chip said, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    chip: Option<Asked>,
}

/// One check.
#[derive(Serialize)]
struct Row {
    check: &'static str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

fn check(arguments: &Check, now: Moment) -> Outcome {
    let folder = &arguments.folder;
    let mut reader = FolderChip::new(folder);
    let files = ChipFiles::read(&mut reader).map_err(|error| {
        let place = folder.display();
        Failure::input(format!(
            "{error} ({place}): name a folder with EF.SOD and EF.DG1"
        ))
    })?;
    let trust = arguments
        .trust
        .clone()
        .unwrap_or_else(|| folder.join("trust"));
    let trust = TrustStore::load(&trust).map_err(|error| {
        Failure::input(format!(
            "{error}: name a folder with csca/ and crl/ by --trust"
        ))
    })?;
    let sod = Sod::parse(&files.sod).map_err(Failure::input)?;

    let groups = files.data_groups();
    let mut rows: Vec<Row> = examine(&sod, &groups, &trust, now)
        .into_iter()
        .map(row)
        .collect();
    let result = authenticate(&sod, &groups, &trust, now);
    let asked = chip::ask(&mut reader, &sod, result.as_ref().ok())?;
    let refusal = asked.as_ref().and_then(|asked| asked.refusal);
    rows.push(chip::row(&sod, asked.as_ref()));
    let portrait = match &files.dg2 {
        Some(bytes) => match Dg2::parse(bytes) {
            Ok(dg2) => Some(dg2.portrait().format().name()),
            Err(error) => Some(error.code()),
        },
        None => None,
    };
    let checked = Checked {
        authentic: result.is_ok() && refusal.is_none(),
        own_trust: arguments.trust.is_none(),
        specimen: result
            .as_ref()
            .ok()
            .map(|authenticated| authenticated.is_specimen),
        refusal: result.as_ref().err().map(|error| error.code()).or(refusal),
        digest_algorithm: sod.digest_algorithm().name(),
        portrait,
        checks: rows,
        level: result.is_ok().then_some(match (&asked, refusal) {
            (Some(_), None) => 3,
            _ => 2,
        }),
        chip: asked,
    };
    if arguments.json {
        json(&checked)?;
    } else {
        print_table(&checked);
    }
    Ok(if checked.authentic {
        Answer::Yes
    } else {
        Answer::No
    })
}

fn row((check, verdict): (PassiveAuthError, Verdict)) -> Row {
    Row {
        check: check.code(),
        verdict: verdict.code(),
        reason: (verdict == Verdict::Failed).then(|| check.to_string()),
    }
}

fn print_table(checked: &Checked) {
    let mut table = table(&["check", "verdict", "why"]);
    for row in &checked.checks {
        table.add_row([
            row.check,
            row.verdict,
            row.reason.as_deref().unwrap_or_default(),
        ]);
    }
    say(table);
    say(format!("digests: {}", checked.digest_algorithm));
    say(format!(
        "portrait: {}",
        checked.portrait.unwrap_or("none in the folder")
    ));
    if let Some(chip) = &checked.chip {
        say(format!("chip: {}", chip.key.as_deref().unwrap_or("no key")));
    }
    match (checked.refusal, checked.specimen) {
        (Some(code), _) => say(format!("refused: {code}")),
        (None, Some(true)) => say("authentic, and a specimen: it proves nothing"),
        (None, _) => say("authentic"),
    }
    match (checked.refusal, checked.level) {
        (None, Some(3)) => say("document level 3: the chip answered, so it is no copy"),
        (None, Some(_)) => say("document level 2: a copy of these files passes as well"),
        _ => {}
    }
    if checked.own_trust {
        say(
            "trusted was the folder's own trust/, which vouches for nothing: name another by --trust",
        );
    }
}
