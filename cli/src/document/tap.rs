//! `humanseal document tap`: reads a specimen folder as a phone reads a chip, command by command.

use std::collections::BTreeMap;

use clap::Args;
use humanseal_biometric::Language;
use humanseal_documents::{Challenge, ChipError, ChipFault, Dg1, Moment, Mrz};
use humanseal_sdk::nfc::{Access, ReadSoFar, Tap, advice};
use humanseal_sdk::{DeviceDocument, DocumentError, LinkLost, NfcChip, Reading, Transceiver};
use serde::Serialize;

use super::emulated::{self, Emulated};
use crate::output::{Answer, Failure, Outcome, Steps, json, say, table};

/// Arguments of `document tap`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    chip: emulated::Arguments,
    /// The card access number; the specimen's is 123456. Without it the MRZ opens the chip.
    #[arg(long)]
    can: Option<String>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// What `document tap --json` prints.
#[derive(Serialize)]
struct Tapped {
    read: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<String>,
    taps: u32,
    /// The document level that it earns.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
    commands: usize,
    by_command: BTreeMap<&'static str, Counted>,
}

/// Commands of one kind.
#[derive(Default, Serialize)]
struct Counted {
    commands: usize,
    bytes_sent: usize,
    bytes_answered: usize,
}

/// The chip, and what went over the link.
struct OnTheTable {
    chip: Emulated,
    counted: BTreeMap<&'static str, Counted>,
}

impl Transceiver for OnTheTable {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkLost> {
        let counted = self.counted.entry(name(command)).or_default();
        counted.commands += 1;
        counted.bytes_sent += command.len();
        let answer = self.chip.transmit(command).ok_or(LinkLost)?;
        counted.bytes_answered += answer.len();
        Ok(answer)
    }
}

/// Shows how it goes, and holds the document there again.
struct Watched<'a> {
    steps: &'a Steps,
    taps: std::cell::Cell<u32>,
    speaks: bool,
}

impl Tap for Watched<'_> {
    fn progress(&self, so_far: ReadSoFar) {
        let ReadSoFar { file, bytes, of } = so_far;
        let name = file.file_name();
        self.steps.show(&format!("{name}: {bytes} of {of} bytes"));
    }

    fn again(&self, fault: ChipFault) -> bool {
        self.taps.set(self.taps.get() + 1);
        if self.speaks {
            let advice = advice(fault, Language::English);
            self.steps.line(format!("{fault}: {advice}"));
        }
        fault == ChipFault::LinkLost
    }
}

/// Reads the folder through a chip in software.
pub fn run(arguments: &Arguments, now: Moment) -> Outcome {
    let files = arguments.chip.files()?;
    let access = match &arguments.can {
        Some(can) => Access::from_can(can).map_err(Failure::input)?,
        None => {
            let dg1 = Dg1::parse(&files.dg1).map_err(Failure::input)?;
            Access::from_mrz(&Mrz::parse(dg1.mrz_bytes(), now).map_err(Failure::input)?)
        }
    };
    let mut link = OnTheTable {
        chip: arguments.chip.chip(&files, now)?,
        counted: BTreeMap::new(),
    };
    let steps = Steps::new(arguments.json);
    let watched = Watched {
        steps: &steps,
        taps: std::cell::Cell::new(1),
        speaks: !arguments.json,
    };
    let read = tap(&mut link, &access, &watched, now);
    let taps = watched.taps.get();
    drop(steps);
    let sentence = read.as_ref().err().map(|error| {
        let advice = error.advice(Language::English).unwrap_or_default();
        format!("not read: {error} [{}] {advice}", error.code())
    });
    let tapped = Tapped {
        read: read.is_ok(),
        refusal: read.as_ref().err().map(|error| error.code().to_owned()),
        taps,
        level: read.as_ref().ok().copied(),
        commands: link.chip.commands(),
        by_command: link.counted,
    };
    match arguments.json {
        true => json(&tapped)?,
        false => print(&tapped, sentence.as_deref()),
    }
    Ok(match tapped.read {
        true => Answer::Yes,
        false => Answer::No,
    })
}

/// Reads all files and lets the chip sign a challenge, as enrolment does.
fn tap(
    link: &mut OnTheTable,
    access: &Access,
    watched: &Watched<'_>,
    now: Moment,
) -> Result<u8, DocumentError> {
    let mut reading = Reading::default();
    let mut chip = NfcChip::new(link, access, watched, &mut reading);
    let document = DeviceDocument::read(&mut chip, now)?;
    let mut challenge = [0; 8];
    getrandom::fill(&mut challenge).map_err(|_| ChipError::Fault(ChipFault::Refused))?;
    document.ask(&mut chip, Challenge(challenge))?;
    Ok(document.attainable().into())
}

fn name(command: &[u8]) -> &'static str {
    match command.get(1) {
        Some(0xa4) => "SELECT",
        Some(0xb0 | 0xb1) => "READ BINARY",
        Some(0x84) => "GET CHALLENGE",
        Some(0x82) => "EXTERNAL AUTHENTICATE",
        Some(0x88) => "INTERNAL AUTHENTICATE",
        Some(0x22) => "MANAGE SECURITY ENVIRONMENT",
        Some(0x86) => "GENERAL AUTHENTICATE",
        Some(0xc0) => "GET RESPONSE",
        _ => "other",
    }
}

fn print(tapped: &Tapped, sentence: Option<&str>) {
    let mut rows = table(&["command", "times", "bytes sent", "bytes answered"]);
    for (name, counted) in &tapped.by_command {
        let Counted {
            commands,
            bytes_sent,
            bytes_answered,
        } = counted;
        rows.add_row([
            (*name).to_owned(),
            commands.to_string(),
            bytes_sent.to_string(),
            bytes_answered.to_string(),
        ]);
    }
    say(rows);
    say(format!(
        "commands: {}, taps: {}",
        tapped.commands, tapped.taps
    ));
    match (tapped.level, sentence) {
        (Some(3), _) => say("read; the chip answered: document level 3"),
        (Some(_), _) => say("read; document level 2: a copy of these files passes as well"),
        (None, Some(sentence)) => say(sentence),
        (None, None) => {}
    }
}
