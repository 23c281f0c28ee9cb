//! How every command speaks and ends: progress on a terminal, an answer for people or machines,
//! an exit code that says what kind of end it was, and one sentence when something is wrong.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use comfy_table::{ContentArrangement, Table, presets};
use humanseal_sdk::{Passphrase, Progress, Step};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

/// What a command answers when it did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done, or a positive answer: exit code 0.
    Yes,
    /// A negative answer (no match, not verified): exit code 1.
    No,
}

/// Why a command could not do its work. The sentence says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was given cannot be used: exit code 2.
    #[error("{0}")]
    Input(String),
    /// Something broke here: exit code 3.
    #[error("{0}")]
    Fault(String),
}

impl Failure {
    /// The input is at fault.
    pub fn input(sentence: impl std::fmt::Display) -> Self {
        Self::Input(sentence.to_string())
    }
    /// This program or its machine is at fault.
    pub fn fault(sentence: impl std::fmt::Display) -> Self {
        Self::Fault(sentence.to_string())
    }
}

/// The result of every command.
pub type Outcome = Result<Answer, Failure>;

/// Prints the error, if any, and gives the process its exit code.
pub fn exit(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("humanseal: {failure}");
            ExitCode::from(match failure {
                Failure::Input(_) => 2,
                Failure::Fault(_) => 3,
            })
        }
    }
}

/// Prints lines to standard output. A closed pipe is not an error of ours.
pub fn say(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints one JSON document to standard output.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::fault)?;
    say(text);
    Ok(())
}

/// An empty table in the house style, as wide as its content or the terminal.
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(
        console::Term::stdout()
            .size_checked()
            .map_or(100, |(_, columns)| columns.clamp(72, 120)),
    );
    table.set_header(header.iter().copied());
    table
}

/// Shows the steps of the device, on a terminal alone.
pub struct Steps {
    bar: Option<ProgressBar>,
}

impl Steps {
    /// Nothing is shown when `json` is asked for or standard error is no terminal.
    pub fn new(json: bool) -> Self {
        let bar = (!json && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { bar }
    }

    /// Shows another line of work.
    pub fn show(&self, message: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(message.to_owned());
        }
    }

    /// Prints a line above the bar, or to standard output where there is none.
    pub fn line(&self, text: impl std::fmt::Display) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(text)),
            None => say(text),
        }
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Steps {
    fn begin(&self, step: Step) {
        self.show(step.sentence());
    }
    fn end(&self, _step: Step) {}
}

/// Where the words that open a wallet come from: a file, else the environment, else a prompt.
/// Never an argument: arguments show in process lists and shell histories.
pub fn passphrase(
    variable: &str,
    file: Option<&Path>,
    prompt: &str,
) -> Result<Passphrase, Failure> {
    let words = match (file, std::env::var(variable)) {
        (Some(path), _) => {
            let text = Zeroizing::new(read_text(path, 4096)?);
            text.strip_suffix('\n')
                .map(|line| line.strip_suffix('\r').unwrap_or(line))
                .unwrap_or(&text)
                .to_owned()
        }
        (None, Ok(words)) => words,
        (None, Err(_)) => {
            let terminal = console::Term::stderr();
            if !terminal.is_term() {
                return Err(Failure::input(format!(
                    "there is no terminal to ask for the passphrase; set {variable} or give --passphrase-file"
                )));
            }
            terminal
                .write_str(&format!("{prompt}: "))
                .map_err(Failure::fault)?;
            terminal.read_secure_line().map_err(Failure::fault)?
        }
    };
    Passphrase::new(words).map_err(Failure::input)
}

/// Reads a file of at most `limit` bytes.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let place = path.display();
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::input(format!("{place} cannot be read: {error}")))?;
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::input(format!("{place} cannot be read: {error}")))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::input(format!(
            "{place} is larger than {limit} bytes"
        )));
    }
    Ok(bytes)
}

/// Reads a text file of at most `limit` bytes.
pub fn read_text(path: &Path, limit: u64) -> Result<String, Failure> {
    String::from_utf8(read(path, limit)?)
        .map_err(|_| Failure::input(format!("{} is not a text in UTF-8", path.display())))
}

/// Writes a new file that its owner alone reads; one that exists is not replaced.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = beside(path)?;
    file.write_all(bytes)
        .map_err(|error| unwritable(path, &error))?;
    publish(file, path)
}

/// A file without a final name in the folder of `path`, where no file may exist. It vanishes unless
/// it is published.
pub fn beside(path: &Path) -> Result<NamedTempFile, Failure> {
    if path.exists() {
        return Err(Failure::input(format!(
            "{} exists already; name another file",
            path.display()
        )));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    NamedTempFile::new_in(folder).map_err(|error| unwritable(path, &error))
}

/// Gives a whole file its name; one that exists is not replaced.
pub fn publish(file: NamedTempFile, path: &Path) -> Result<(), Failure> {
    file.as_file()
        .sync_all()
        .map_err(|error| unwritable(path, &error))?;
    file.persist_noclobber(path)
        .map_err(|error| unwritable(path, &error.error))?;
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("{} cannot be written: {error}", path.display()))
}
