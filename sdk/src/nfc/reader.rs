//! The files of a chip, read piece by piece, kept over a lost link, and compared with EF.SOD.

use std::collections::BTreeMap;

use humanseal_documents::{
    Challenge, Chip, ChipError, ChipFault, ChipFiles, ChipKey, Dg14, ElementaryFile, PaceInfo, Sod,
};
use zeroize::Zeroizing;

use super::access::Access;
use super::channel::{Channel, Opened};
use super::commands::{Commands, DONE, END_OF_FILE};
use super::doors::{agrees, open};
use super::header::header;
use super::link::Transceiver;
use super::tap::{ReadSoFar, Tap};

const SELECT: u8 = 0xa4;
const READ: u8 = 0xb0;
/// With the offset in a data object: for all behind the first 32 KiB.
const READ_FAR: u8 = 0xb1;
const INTERNAL_AUTHENTICATE: u8 = 0x88;
const NOT_FOUND: u16 = 0x6a82;
/// Statuses that say: there is nothing at this offset.
const OUTSIDE: [u16; 3] = [0x6b00, 0x6700, 0x6a86];

/// As much of a file as shows its length: a tag and up to five bytes.
const HEADER: usize = 6;
/// The longest piece whose protected answer fits 256 bytes: 16 of padding at most, 4 of its data object, 4
/// of the status, 10 of the MAC.
const PIECE: usize = 223;
/// The same with the data object that the far form wraps around a piece.
const FAR_OBJECT: usize = 4;
/// The last offset that fits P1 and P2.
const NEAR: usize = 0x7fff;
/// The longest answer to a challenge that fits a short one.
const SHORT_ANSWER: usize = 223;
/// A hand is not that unsteady.
const MOST_TAPS: u32 = 64;

/// What was read of a chip so far. It prints nothing and is wiped when dropped.
///
/// Kept from one reader to the next it lets another tap go on at the file and byte where the last one ended.
/// A file counts only once it was compared with the digests in EF.SOD, so pieces of two documents do not
/// become one.
#[derive(Default)]
pub struct Reading {
    parts: BTreeMap<ElementaryFile, Part>,
    sod: Option<Sod>,
    /// What EF.DG14 lists of PACE.
    signed: Vec<PaceInfo>,
    /// Whether the document offered a PACE that is spoken here.
    had_pace: bool,
}

/// A file, or the beginning of one.
struct Part {
    bytes: Zeroizing<Vec<u8>>,
    whole: usize,
    checked: bool,
}

impl Reading {
    /// How many bytes of files are here.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.parts.values().map(|part| part.bytes.len()).sum()
    }

    /// Drops all files, and what was learnt from them; not that the chip speaks PACE.
    fn forget(&mut self) {
        self.parts.clear();
        self.sod = None;
        self.signed.clear();
    }

    fn whole(&self, file: ElementaryFile) -> Option<&[u8]> {
        let part = self.parts.get(&file).filter(|part| part.checked)?;
        Some(&part.bytes)
    }
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reading(..)")
    }
}

/// A chip at the other end of a link. Nothing is sent before something is asked of it.
pub struct NfcChip<'a> {
    commands: Commands<'a>,
    access: &'a Access,
    tap: &'a dyn Tap,
    reading: &'a mut Reading,
    channel: Option<Channel>,
    offered: Vec<PaceInfo>,
    taps: u32,
}

/// Reads all files that a document needs: EF.SOD, EF.DG1, EF.DG14, EF.DG15, EF.DG2, as far as EF.SOD lists
/// them. EF.COM is not read: nobody signs it, and EF.SOD lists the same.
///
/// # Errors
/// [`ChipError`]; what was read until then is in `reading`, and the next call goes on from there.
pub fn read_chip(
    link: &mut dyn Transceiver,
    access: &Access,
    tap: &dyn Tap,
    reading: &mut Reading,
) -> Result<ChipFiles, ChipError> {
    ChipFiles::read(&mut NfcChip::new(link, access, tap, reading))
}

impl<'a> NfcChip<'a> {
    /// A chip behind a link, of which `reading` may know something already.
    pub fn new(
        link: &'a mut dyn Transceiver,
        access: &'a Access,
        tap: &'a dyn Tap,
        reading: &'a mut Reading,
    ) -> Self {
        Self {
            commands: Commands::new(link, tap),
            access,
            tap,
            reading,
            channel: None,
            offered: Vec::new(),
            taps: 0,
        }
    }

    /// Does something with an open chip, as often as its person holds it there.
    fn attend<T>(
        &mut self,
        work: impl Fn(&mut Self) -> Result<T, ChipError>,
    ) -> Result<T, ChipError> {
        loop {
            let fault = match work(self) {
                Err(ChipError::Fault(fault)) => fault,
                done => return done,
            };
            // Its keys and its counter may have run apart.
            self.channel = None;
            self.taps += 1;
            let again = fault.another_tap_helps() && self.taps < MOST_TAPS;
            if !again || !self.tap.again(fault) {
                return Err(fault.into());
            }
        }
    }

    /// Sends through the channel, which is opened first where there is none.
    fn send(&mut self, header: [u8; 3], data: &[u8], wanted: usize) -> Result<Opened, ChipFault> {
        if self.channel.is_none() {
            let opened = open(&mut self.commands, self.access, &mut self.reading.had_pace)?;
            if !agrees(&opened.offered, &self.reading.signed) {
                return Err(ChipFault::CardAccess);
            }
            self.offered = opened.offered;
            self.channel = Some(opened.channel);
        }
        let channel = self.channel.as_mut().ok_or(ChipFault::Channel)?;
        channel.send(&mut self.commands, header, data, wanted)
    }

    /// Reads a file from where it was left, then checks it. None where the chip has no such file.
    fn go_on(&mut self, file: ElementaryFile) -> Result<bool, ChipError> {
        if self.reading.whole(file).is_some() {
            return Ok(true);
        }
        let selected = self.send([SELECT, 0x02, 0x0c], &identifier(file), 0)?;
        match selected.status {
            DONE => {}
            NOT_FOUND => return Ok(false),
            _ => return Err(ChipFault::Refused.into()),
        }
        let read = self.pieces(file).and_then(|()| self.check(file));
        // After a lost link it goes on where it was; after anything else it begins anew.
        let keeps = |error: &ChipError| match error {
            ChipError::Fault(fault) => fault.another_tap_helps() || *fault == ChipFault::Cancelled,
            _ => false,
        };
        match &read {
            // Which of the two was not signed, nobody knows.
            Err(ChipError::Fault(ChipFault::FileDiffers(_))) => self.reading.forget(),
            Err(error) if !keeps(error) => {
                self.reading.parts.remove(&file);
            }
            _ => {}
        }
        read.map(|()| true)
    }

    /// Reads the pieces of the selected file that are missing.
    fn pieces(&mut self, file: ElementaryFile) -> Result<(), ChipError> {
        if !self.reading.parts.contains_key(&file) {
            let part = self.begin(file)?;
            self.reading.parts.insert(file, part);
        }
        while let Some((offset, wanted)) = self.missing(file) {
            let piece = self.piece(file, offset, wanted)?;
            let Some(part) = self.reading.parts.get_mut(&file) else {
                break;
            };
            part.bytes.extend_from_slice(&piece);
            self.tap.progress(ReadSoFar {
                file,
                bytes: part.bytes.len(),
                of: part.whole,
            });
        }
        Ok(())
    }

    /// The first bytes of a file, which say how long it is.
    fn begin(&mut self, file: ElementaryFile) -> Result<Part, ChipError> {
        let mut first = self.piece(file, 0, HEADER)?;
        while header(&first).is_none() && first.len() < HEADER {
            let more = self.piece(file, first.len(), HEADER - first.len())?;
            first.extend_from_slice(&more);
        }
        let header = header(&first).filter(|header| header.tag == tag(file));
        let whole = header.ok_or(ChipFault::FileMalformed(file))?.whole;
        if whole > file.limit() {
            return Err(ChipError::TooLong(file));
        }
        if whole < first.len() {
            return Err(ChipFault::FileMalformed(file).into());
        }
        // The buffer never grows, so that no copy of its content stays behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(whole));
        bytes.extend_from_slice(&first);
        Ok(Part {
            bytes,
            whole,
            checked: false,
        })
    }

    /// Offset and length of the next piece.
    fn missing(&self, file: ElementaryFile) -> Option<(usize, usize)> {
        let part = self.reading.parts.get(&file)?;
        let offset = part.bytes.len();
        (offset < part.whole).then(|| (offset, part.whole - offset))
    }

    /// One piece of the selected file: at least one byte, at most as many as are wanted.
    fn piece(
        &mut self,
        file: ElementaryFile,
        offset: usize,
        wanted: usize,
    ) -> Result<Zeroizing<Vec<u8>>, ChipFault> {
        let [.., third, high, low] = offset.to_be_bytes();
        let near = offset <= NEAR;
        let answer = match near {
            true => self.send([READ, high, low], &[], wanted.min(PIECE))?,
            false => {
                let wanted = (wanted + FAR_OBJECT).min(PIECE);
                self.send([READ_FAR, 0, 0], &[0x54, 3, third, high, low], wanted)?
            }
        };
        match answer.status {
            DONE | END_OF_FILE if !answer.data.is_empty() => {}
            DONE | END_OF_FILE => return Err(ChipFault::FileTruncated(file)),
            status if OUTSIDE.contains(&status) => return Err(ChipFault::FileTruncated(file)),
            _ => return Err(ChipFault::Refused),
        }
        if near {
            return Ok(answer.data);
        }
        let inside = header(&answer.data).filter(|header| header.tag == 0x53);
        let inside = inside.and_then(|header| answer.data.get(header.length..header.whole));
        match inside {
            Some([]) => Err(ChipFault::FileTruncated(file)),
            Some(piece) if piece.len() <= wanted => Ok(Zeroizing::new(piece.to_vec())),
            Some(_) => Err(ChipFault::AnswerTooLong),
            None => Err(ChipFault::FileMalformed(file)),
        }
    }

    /// Compares a whole file with what EF.SOD lists, and EF.CardAccess with EF.DG14.
    fn check(&mut self, file: ElementaryFile) -> Result<(), ChipError> {
        let malformed = ChipFault::FileMalformed(file);
        let part = self.reading.parts.get_mut(&file).ok_or(malformed)?;
        match (file.group(), &self.reading.sod) {
            (None, _) => self.reading.sod = Some(Sod::parse(&part.bytes)?),
            (Some(group), Some(sod)) if sod.lists(group, &part.bytes) => {}
            (Some(_), _) => return Err(ChipFault::FileDiffers(file).into()),
        }
        if file == ElementaryFile::Dg14 {
            let dg14 = Dg14::parse(&part.bytes).map_err(|_| malformed)?;
            self.reading.signed = dg14.pace().to_vec();
        }
        part.checked = true;
        match agrees(&self.offered, &self.reading.signed) {
            true => Ok(()),
            false => Err(ChipFault::CardAccess.into()),
        }
    }

    /// How many bytes the answer to a challenge may have.
    fn longest_answer(&self) -> usize {
        let dg15 = self.reading.whole(ElementaryFile::Dg15);
        let dg14 = self.reading.whole(ElementaryFile::Dg14);
        let key = dg15.and_then(|dg15| ChipKey::new(dg15, dg14).ok());
        match key.map(|key| key.answer_length()) {
            Some(length) if length > SHORT_ANSWER => 65_536,
            _ => 256,
        }
    }
}

impl Chip for NfcChip<'_> {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        if let Some(group) = file.group() {
            if self.reading.sod.is_none() {
                self.read(ElementaryFile::Sod)?;
            }
            let sod = self.reading.sod.as_ref();
            let sod = sod.ok_or(ChipError::Missing(ElementaryFile::Sod))?;
            if sod.digest_of(group).is_none() {
                return Ok(None);
            }
        }
        // What EF.SOD lists must be there, or what is checked by it would not be.
        let is_there = self.attend(|chip| chip.go_on(file))?;
        let whole = self.reading.whole(file).filter(|_| is_there);
        let whole = whole.ok_or(ChipError::Missing(file))?;
        Ok(Some(Zeroizing::new(whole.to_vec())))
    }

    fn answers(&self) -> bool {
        true
    }

    fn authenticate(&mut self, challenge: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        let longest = self.longest_answer();
        self.attend(|chip| {
            let answer = chip.send([INTERNAL_AUTHENTICATE, 0, 0], &challenge.0, longest)?;
            match answer.status {
                DONE if !answer.data.is_empty() => Ok(answer.data),
                _ => Err(ChipFault::Refused.into()),
            }
        })
    }
}

/// The file's identifier (part 10, section 4.2).
fn identifier(file: ElementaryFile) -> [u8; 2] {
    match file {
        ElementaryFile::Sod => [0x01, 0x1d],
        ElementaryFile::Dg1 => [0x01, 0x01],
        ElementaryFile::Dg2 => [0x01, 0x02],
        ElementaryFile::Dg14 => [0x01, 0x0e],
        ElementaryFile::Dg15 => [0x01, 0x0f],
    }
}

/// The tag that the file begins with (part 10, section 4.2).
fn tag(file: ElementaryFile) -> u8 {
    match file {
        ElementaryFile::Sod => 0x77,
        ElementaryFile::Dg1 => 0x61,
        ElementaryFile::Dg2 => 0x75,
        ElementaryFile::Dg14 => 0x6e,
        ElementaryFile::Dg15 => 0x6f,
    }
}
