//! A chip that is read while somebody between it and the reader exchanges its answers.

use humanseal_documents::{ChipFiles, Dg1, Mrz};
use humanseal_sdk::nfc::{Access, LinkLost, Reading, Transceiver, Unattended, read_chip};
use humanseal_smartcard::{Curve, Doors, SoftChip};

use super::world::{chip_files, moment};
use super::{Case, Reached, Target};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::Structure;

/// The card access number of the chip.
const CAN: [u8; 6] = *b"123456";
/// More commands than the reading of the document takes: what stands here is exchanged only once an edit has moved it.
const BEYOND: u8 = 250;

/// An input names the door by its first byte, then the answers that are exchanged: the number of a command, a length, and so
/// many bytes; of no length, the answer before it again. Whatever is exchanged, files that are read are the chip's own: what
/// is not protected opens no channel, and what is protected has a MAC.
pub(super) fn target() -> Target {
    let files = chip_files();
    let dg1 = Dg1::parse(&files.dg1).unwrap_or_else(|error| panic!("{error}"));
    let page = Mrz::parse(dg1.mrz_bytes(), moment()).unwrap_or_else(|error| panic!("{error}"));
    let doors = [
        (Doors::bac(), Access::from_mrz(&page)),
        (Doors::pace(Curve::P256, CAN), can()),
        (Doors::pace(Curve::BrainpoolP256r1, CAN), can()),
    ];
    let properties = move |case: &Case<'_>| check(&files, &doors, case.bytes);
    Target::new(
        "chips",
        Structure::Plain,
        Bounds::mebibytes(4),
        seeds(),
        properties,
    )
}

fn can() -> Access {
    Access::from_can("123456").unwrap_or_else(|error| panic!("{error}"))
}

/// Answers that chips give, each at a command that the reader never comes to.
fn seeds() -> Vec<Vec<u8>> {
    let answers: [&[u8]; 8] = [
        &[0x90, 0x00],
        &[0x69, 0x82],
        &[0x6a, 0x82],
        &[0x61, 0x00],
        &[0x6c, 0x10],
        &[0x63, 0xc0],
        &[],
        &[0x7c, 0x02, 0x80, 0x00, 0x90, 0x00],
    ];
    let mut seeds: Vec<Vec<u8>> = (0..3).map(|door| vec![door]).collect();
    for (place, answer) in answers.iter().enumerate() {
        let length = u8::try_from(answer.len()).unwrap_or(0);
        seeds.push([&[place as u8 % 3, BEYOND, length], *answer].concat());
    }
    seeds
}

fn check(files: &ChipFiles, doors: &[(Doors, Access)], input: &[u8]) -> Reached {
    let Some((door, script)) = input.split_first() else {
        return Reached::Refused;
    };
    let (door, access) = &doors[usize::from(*door) % doors.len()];
    let chip = SoftChip::new(files, None, door.clone(), moment(), [7; 32]);
    let mut link = Exchanging {
        chip: chip.unwrap_or_else(|error| panic!("{error}")),
        exchanged: exchanged(script),
        commands: 0,
        last: Vec::new(),
    };
    match read_chip(&mut link, access, &Unattended, &mut Reading::default()) {
        Ok(read) => {
            let same = read.sod == files.sod && read.dg1 == files.dg1 && read.dg2 == files.dg2;
            assert!(same, "other files than the chip's are read");
            assert!(read.dg14.is_none() && read.dg15.is_none());
            Reached::Decoded
        }
        Err(error) => {
            assert_silent(&error);
            Reached::Refused
        }
    }
}

/// Which answers are exchanged for what.
fn exchanged(mut script: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut exchanged = Vec::new();
    while let [command, length, rest @ ..] = script {
        let (answer, behind) = rest.split_at(rest.len().min(usize::from(*length)));
        exchanged.push((*command, answer.to_vec()));
        script = behind;
    }
    exchanged
}

struct Exchanging {
    chip: SoftChip,
    exchanged: Vec<(u8, Vec<u8>)>,
    commands: usize,
    last: Vec<u8>,
}

impl Transceiver for Exchanging {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkLost> {
        let answer = self.chip.transmit(command);
        let here = |(at, _): &&(u8, Vec<u8>)| usize::from(*at) == self.commands;
        let answer = match self.exchanged.iter().find(here) {
            None => answer,
            Some((_, other)) if other.is_empty() => self.last.clone(),
            Some((_, other)) => other.clone(),
        };
        self.commands += 1;
        self.last.clone_from(&answer);
        Ok(answer)
    }
}
