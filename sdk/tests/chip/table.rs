//! A document on the table: its chip in software, and whoever sits between it and the reader.

use std::cell::{Cell, RefCell};

use humanseal_documents::specimen::{
    Authority, ChipKind, Holder, KeyKind, SpecimenChip, SpecimenDocument,
};
use humanseal_documents::{ChipError, ChipFault, ChipFiles, DigestAlgorithm, Moment, PaceInfo};
use humanseal_sdk::nfc::{Access, Reading, Tap, read_chip};
use humanseal_sdk::{LinkLost, Transceiver};
use humanseal_smartcard::{Curve, Doors, SoftChip, offer};

pub const CAN: [u8; 6] = *b"123456";

pub fn at() -> Moment {
    Moment::from_unix_seconds(1_780_315_200)
}

pub fn chip_key(kind: ChipKind) -> SpecimenChip {
    SpecimenChip::insecure(kind).unwrap()
}

/// A document whose EF.DG14 lists this PACE, with a portrait of so many bytes.
pub fn document(key: &SpecimenChip, pace: &[PaceInfo], portrait: usize) -> ChipFiles {
    let authority = Authority::insecure(KeyKind::P256).unwrap();
    let holder = Holder::specimen(at().date());
    let mut jpeg = vec![0xff, 0xd8, 0xff, 0xd9];
    jpeg.extend((4..portrait).map(|place| place.to_le_bytes()[0]));
    let (dg14, dg15) = (key.dg14_with_pace(pace).unwrap(), key.dg15().unwrap());
    let made = SpecimenDocument::make_with_groups(
        &authority,
        &holder,
        &jpeg,
        DigestAlgorithm::Sha256,
        at(),
        Some(&dg14),
        Some(&dg15),
    );
    made.unwrap().files().clone()
}

/// The same for the usual key on a curve, a portrait of a few pieces, PACE over this curve.
pub fn with_pace(curve: Curve) -> (ChipFiles, SoftChip) {
    let key = chip_key(ChipKind::Ecdsa);
    let files = document(&key, &[offer(curve)], 1500);
    let doors = Doors::pace(curve, CAN);
    let chip = SoftChip::new(&files, Some(key), doors, at(), [7; 32]).unwrap();
    (files, chip)
}

/// An older passport: basic access control alone.
pub fn with_bac() -> (ChipFiles, SoftChip) {
    let key = chip_key(ChipKind::Ecdsa);
    let files = document(&key, &[], 1500);
    let chip = SoftChip::new(&files, Some(key), Doors::bac(), at(), [7; 32]).unwrap();
    (files, chip)
}

pub fn mrz() -> Access {
    Access::from_fields("L898902C3", "740812", "310601").unwrap()
}

pub fn can() -> Access {
    Access::from_can("123456").unwrap()
}

/// What happens to a command or an answer on its way: its place among all, and the bytes.
pub type Meddler = Box<dyn FnMut(usize, &[u8]) -> Option<Vec<u8>> + Send>;

/// What is done to a chip.
type Handling = Box<dyn FnMut(&mut SoftChip) + Send>;

/// The chip with what is done to it.
pub struct Table {
    pub chip: SoftChip,
    /// Every command as the reader sent it.
    pub sent: Vec<Vec<u8>>,
    /// Every answer as the reader got it.
    pub got: Vec<Vec<u8>>,
    /// Places at which the document is taken away, before the chip acts.
    pub lost: Vec<usize>,
    /// The same, after it acted.
    pub lost_after: Vec<usize>,
    pub on_command: Option<Meddler>,
    pub on_answer: Option<Meddler>,
    /// Done to the chip before the command of a place.
    pub before: Option<(usize, Handling)>,
}

impl Table {
    pub fn new(chip: SoftChip) -> Self {
        Self {
            chip,
            sent: vec![],
            got: vec![],
            lost: vec![],
            lost_after: vec![],
            on_command: None,
            on_answer: None,
            before: None,
        }
    }

    /// The instructions that were sent.
    pub fn instructions(&self) -> Vec<u8> {
        self.sent.iter().map(|command| command[1]).collect()
    }

    /// Reads everything, unattended.
    pub fn read(&mut self, access: &Access) -> Result<ChipFiles, ChipError> {
        self.read_on(access, &Hand::default(), &mut Reading::default())
    }

    pub fn read_on(
        &mut self,
        access: &Access,
        hand: &Hand,
        reading: &mut Reading,
    ) -> Result<ChipFiles, ChipError> {
        read_chip(self, access, hand, reading)
    }

    /// The code that reading ends with.
    pub fn code(&mut self, access: &Access) -> &'static str {
        self.read(access).unwrap_err().code()
    }
}

impl Transceiver for Table {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkLost> {
        let place = self.sent.len();
        self.sent.push(command.to_vec());
        if let Some((when, work)) = &mut self.before
            && *when == place
        {
            work(&mut self.chip);
        }
        if self.lost.contains(&place) {
            self.chip.lose_power();
            return Err(LinkLost);
        }
        let altered = self
            .on_command
            .as_mut()
            .and_then(|meddle| meddle(place, command));
        let answer = self.chip.transmit(altered.as_deref().unwrap_or(command));
        if self.lost_after.contains(&place) {
            self.chip.lose_power();
            return Err(LinkLost);
        }
        let altered = self
            .on_answer
            .as_mut()
            .and_then(|meddle| meddle(place, &answer));
        let answer = altered.unwrap_or(answer);
        self.got.push(answer.clone());
        Ok(answer)
    }
}

/// A hand that holds the document, so and so often.
#[derive(Default)]
pub struct Hand {
    /// How often it comes back.
    pub returns: Cell<u32>,
    /// After how many asked commands it wants to stop.
    pub stops_after: Cell<Option<u32>>,
    pub faults: RefCell<Vec<ChipFault>>,
    pub progress: Cell<usize>,
}

impl Hand {
    pub fn returning(times: u32) -> Self {
        let hand = Self::default();
        hand.returns.set(times);
        hand
    }
}

impl Tap for Hand {
    fn progress(&self, so_far: humanseal_sdk::nfc::ReadSoFar) {
        assert!(so_far.bytes <= so_far.of);
        self.progress.set(self.progress.get() + 1);
    }

    fn cancelled(&self) -> bool {
        let Some(left) = self.stops_after.get() else {
            return false;
        };
        self.stops_after.set(Some(left.saturating_sub(1)));
        left == 0
    }

    fn again(&self, fault: ChipFault) -> bool {
        self.faults.borrow_mut().push(fault);
        let left = self.returns.get();
        self.returns.set(left.saturating_sub(1));
        left > 0
    }
}

/// Every file is the one that was made.
pub fn assert_same(read: &ChipFiles, made: &ChipFiles) {
    assert_eq!(read.sod, made.sod);
    assert_eq!(read.dg1, made.dg1);
    assert_eq!(read.dg2, made.dg2);
    assert_eq!(read.dg14, made.dg14);
    assert_eq!(read.dg15, made.dg15);
}
