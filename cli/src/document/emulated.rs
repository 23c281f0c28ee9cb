//! A specimen folder as a chip in software.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use humanseal_documents::specimen::SpecimenChip;
use humanseal_documents::{ChipFiles, FolderChip, Moment};
use humanseal_smartcard::{Curve, Doors, SoftChip};

use crate::output::{Failure, read_text};

/// The card access number of every chip here.
const CAN: [u8; 6] = *b"123456";
/// The private key of a specimen chip, as `document make` writes it.
const CHIP_KEY: &str = "insecure-specimen-chip.pem";

/// Which chip, and how it behaves.
#[derive(Args)]
pub struct Arguments {
    /// The folder that `document make` wrote; it becomes a chip in software.
    folder: PathBuf,
    /// How the chip is opened.
    #[arg(long, value_enum, default_value_t)]
    door: Door,
    /// Takes the document away at this command, and holds it there again; several times if repeated.
    #[arg(long, value_name = "COMMAND")]
    lose: Vec<usize>,
}

/// The ways in.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Door {
    /// PACE over brainpoolP256r1, AES-128.
    #[default]
    Pace,
    /// PACE over P-256, AES-128.
    PaceP256,
    /// Basic access control, 3DES.
    Bac,
}

impl Arguments {
    pub fn files(&self) -> Result<ChipFiles, Failure> {
        ChipFiles::read(&mut FolderChip::new(&self.folder)).map_err(Failure::input)
    }

    pub fn chip(&self, files: &ChipFiles, now: Moment) -> Result<Emulated, Failure> {
        let key = self.folder.join(CHIP_KEY);
        let key = match key.is_file() {
            true => {
                let pem = zeroize::Zeroizing::new(read_text(&key, 16 * 1024)?);
                Some(SpecimenChip::from_pem(&pem).map_err(Failure::input)?)
            }
            false => None,
        };
        let doors = match self.door {
            Door::Pace => Doors::pace(Curve::BrainpoolP256r1, CAN),
            Door::PaceP256 => Doors::pace(Curve::P256, CAN),
            Door::Bac => Doors::bac(),
        };
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)
            .map_err(|_| Failure::fault("the operating system gives no randomness"))?;
        Ok(Emulated {
            chip: SoftChip::new(files, key, doors, now, seed).map_err(Failure::input)?,
            lose: self.lose.clone(),
            commands: 0,
        })
    }
}

/// The chip, which some commands find taken away.
pub struct Emulated {
    chip: SoftChip,
    lose: Vec<usize>,
    commands: usize,
}

impl Emulated {
    /// None where it was taken away; it lies there again at the next command.
    pub fn transmit(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        self.commands += 1;
        if self.lose.contains(&self.commands) {
            self.chip.lose_power();
            return None;
        }
        Some(self.chip.transmit(command))
    }

    /// How many it got.
    pub fn commands(&self) -> usize {
        self.commands
    }
}
