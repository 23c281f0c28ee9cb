//! `humanseal document emulate`: a specimen's chip for a program in any language to read.

use std::io::{BufRead, Read, Write, stdin, stdout};

use clap::Args;
use humanseal_documents::Moment;

use super::emulated;
use crate::output::{Answer, Failure, Outcome};

/// The longest command, extended length, in hexadecimal digits with the end of its line.
const LONGEST: u64 = 2 * (4 + 3 + 65_535 + 3) + 1;

/// Arguments of `document emulate`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    chip: emulated::Arguments,
}

/// Answers each line, a command APDU in hexadecimal digits, by a line with the response APDU; by an empty one where
/// the document was taken away. Ends with its input.
pub fn run(arguments: &Arguments, now: Moment) -> Outcome {
    let files = arguments.chip.files()?;
    let mut chip = arguments.chip.chip(&files, now)?;
    let (mut input, mut output) = (stdin().lock(), stdout().lock());
    loop {
        let mut line = String::new();
        let read = (&mut input).take(LONGEST).read_line(&mut line);
        if read.map_err(Failure::input)? == 0 {
            return Ok(Answer::Yes);
        }
        let command = hex::decode(line.trim_end());
        let command = command.map_err(|_| Failure::input("a command is hexadecimal digits"))?;
        let answer = chip.transmit(&command).map(hex::encode);
        writeln!(output, "{}", answer.unwrap_or_default())
            .and_then(|()| output.flush())
            .map_err(Failure::input)?;
    }
}
