//! The chip: what it answers to each command, and what it forgets when it loses its power.

use humanseal_documents::specimen::SpecimenChip;
use humanseal_documents::{CardAccess, Challenge, ChipFiles, Dg1, Moment, Mrz, check_digit};
use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::SoftChipError;
use super::bac;
use super::command::{self, Answer, Command, first_object, object};
use super::crypto::{Keys, Suite};
use super::curve::Curve;
use super::doors::{Doors, Manner};
use super::files::{APPLICATION, CARD_ACCESS, File, MASTER, application};
use super::messaging::{Messaging, PROTECTED};
use super::pace::{Drawn, PROTOCOL, Progress, Run};

/// A chip in software.
pub struct SoftChip {
    files: Vec<File>,
    card_access: Option<Vec<u8>>,
    key: Option<SpecimenChip>,
    doors: Doors,
    /// The fields of the MRZ with their check digits, hashed.
    password: [u8; 20],
    manner: Manner,
    /// What random numbers follow from.
    seed: [u8; 32],
    drawn: u64,
    powered: Powered,
}

/// What is lost with the power.
#[derive(Default)]
struct Powered {
    inside: bool,
    selected: Option<u16>,
    challenge: Option<[u8; 8]>,
    run: Option<Run>,
    channel: Option<Messaging>,
    /// What is left of an answer that came in parts.
    rest: Vec<u8>,
    /// A command whose length was wrong, and the answer that waits for the right one.
    kept: Option<(Command, Answer)>,
}

impl SoftChip {
    /// The chip of a specimen with these files. With a key it answers INTERNAL AUTHENTICATE. Its random
    /// numbers follow from the seed.
    ///
    /// # Errors
    /// [`SoftChipError::Mrz`].
    pub fn new(
        files: &ChipFiles,
        key: Option<SpecimenChip>,
        doors: Doors,
        at: Moment,
        seed: [u8; 32],
    ) -> Result<Self, SoftChipError> {
        let dg1 = Dg1::parse(&files.dg1).map_err(|_| SoftChipError::Mrz)?;
        let mrz = Mrz::parse(dg1.mrz_bytes(), at).map_err(|_| SoftChipError::Mrz)?;
        let mut digest = Sha1::new();
        for field in mrz.key_fields() {
            digest.update(field.as_bytes());
            digest.update([check_digit(field.bytes()).ok_or(SoftChipError::Mrz)?]);
        }
        Ok(Self {
            files: application(files),
            card_access: doors.card_access.as_deref().map(CardAccess::encode),
            key,
            doors,
            password: digest.finalize().into(),
            manner: Manner::default(),
            seed,
            drawn: 0,
            powered: Powered::default(),
        })
    }

    /// The same, answering in this manner.
    #[must_use]
    pub fn in_manner(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    /// Puts these bytes in the place of the file with this identifier, without changing what was signed.
    pub fn replace_file(&mut self, id: u16, bytes: Vec<u8>) {
        self.remove_file(id);
        self.files.push(File { id, bytes });
    }

    /// Takes the file with this identifier away.
    pub fn remove_file(&mut self, id: u16) {
        self.files.retain(|file| file.id != id);
    }

    /// The document was taken away and comes back: channel and selection are gone.
    pub fn lose_power(&mut self) {
        self.powered = Powered::default();
    }

    /// One command in, one answer out.
    pub fn transmit(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(command) = Command::parse(bytes) else {
            return Answer::status(command::WRONG_LENGTH).to_bytes();
        };
        if command.instruction() == 0xc0 {
            let rest = std::mem::take(&mut self.powered.rest);
            return self.cut(rest);
        }
        let protected = command.header[0] & PROTECTED == PROTECTED;
        if !protected {
            if let Some((asked, answer)) = self.powered.kept.take()
                && asked.header == command.header
                && asked.data == command.data
                && command.wanted == Some(answer.data.len())
            {
                return answer.to_bytes();
            }
            // An unprotected command ends the channel (part 11, section 9.8.1).
            self.powered.channel = None;
            let answer = self.plain(&command);
            if let (Manner::Exact, Some(wanted)) = (self.manner, command.wanted)
                && answer.status == command::DONE
                && wanted != answer.data.len()
            {
                let [length, ..] = answer.data.len().to_le_bytes();
                self.powered.kept = Some((command, answer));
                return vec![0x6c, length];
            }
            return self.cut(answer.to_bytes());
        }
        let Some(mut channel) = self.powered.channel.take() else {
            return Answer::status(command::MESSAGING_MISSING).to_bytes();
        };
        match channel.open(&command) {
            Err(status) => Answer::status(status).to_bytes(),
            Ok(opened) => {
                let answer = self.inside(&opened);
                let answer = channel.seal(&answer, opened.instruction());
                self.powered.channel = Some(channel);
                self.cut(answer.to_bytes())
            }
        }
    }

    /// Gives an answer whole, or its first part.
    fn cut(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        let Manner::Parts(most) = self.manner else {
            return bytes;
        };
        let most = usize::from(most);
        if bytes.len() <= most + 2 {
            return bytes;
        }
        self.powered.rest = bytes.split_off(most);
        let left = self.powered.rest.len() - 2;
        bytes.extend([0x61, u8::try_from(left).unwrap_or(0)]);
        bytes
    }

    /// What is answered without a channel.
    fn plain(&mut self, command: &Command) -> Answer {
        match command.instruction() {
            0xa4 => self.select(command),
            0xb0 if self.powered.selected == Some(CARD_ACCESS) => self.read(command),
            0xb0 | 0xb1 | 0x88 => Answer::status(command::SECURITY_STATUS),
            0x84 if self.doors.bac && self.powered.inside => {
                let challenge = self.draw();
                self.powered.challenge = Some(challenge);
                Answer::done(challenge.to_vec())
            }
            0x82 => self.external_authenticate(command),
            0x22 if command.parameters() == [0xc1, 0xa4] => self.choose_pace(command),
            0x86 => self.general_authenticate(command),
            _ => Answer::status(command::UNKNOWN_INSTRUCTION),
        }
    }

    /// What is answered inside a channel.
    fn inside(&mut self, command: &Command) -> Answer {
        match command.instruction() {
            0xa4 => self.select(command),
            0xb0 | 0xb1 => self.read(command),
            0x88 => self.internal_authenticate(command),
            _ => Answer::status(command::UNKNOWN_INSTRUCTION),
        }
    }

    fn select(&mut self, command: &Command) -> Answer {
        let id = <[u8; 2]>::try_from(&command.data[..]).map(u16::from_be_bytes);
        let found = match (command.header[2], id) {
            (0x00, Ok(MASTER)) => {
                self.powered.inside = false;
                self.powered.selected = None;
                return Answer::done(vec![]);
            }
            (0x04, _) if command.data == APPLICATION => {
                self.powered.inside = true;
                self.powered.selected = None;
                return Answer::done(vec![]);
            }
            (0x02, Ok(id)) => self.file(id).map(|_| id),
            _ => None,
        };
        match found {
            Some(id) => {
                self.powered.selected = Some(id);
                Answer::done(vec![])
            }
            None => Answer::status(command::NOT_FOUND),
        }
    }

    /// A file where the chip stands: EF.CardAccess outside of the application, the others inside.
    fn file(&self, id: u16) -> Option<&[u8]> {
        if !self.powered.inside {
            return self.card_access.as_deref().filter(|_| id == CARD_ACCESS);
        }
        let file = self.files.iter().find(|file| file.id == id)?;
        Some(&file.bytes)
    }

    fn read(&mut self, command: &Command) -> Answer {
        let [p1, p2] = command.parameters();
        let odd = command.instruction() % 2 == 1;
        let wanted = command.wanted.unwrap_or(0);
        let offset = match odd {
            true => match first_object(&command.data) {
                Some((0x54, offset, [])) => offset
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
                _ => return Answer::status(command::WRONG_DATA),
            },
            false if p1 & 0x80 != 0 => {
                let id = 0x0100 | u16::from(p1 & 0x1f);
                if self.file(id).is_none() {
                    return Answer::status(command::NOT_FOUND);
                }
                self.powered.selected = Some(id);
                usize::from(p2)
            }
            false => usize::from(u16::from_be_bytes([p1, p2])),
        };
        let Some(file) = self.powered.selected.and_then(|id| self.file(id)) else {
            return Answer::status(command::NO_FILE_SELECTED);
        };
        let Some(rest) = file.get(offset..).filter(|rest| !rest.is_empty()) else {
            return Answer::status(command::OUTSIDE);
        };
        // With an odd instruction the data object around them counts too.
        let room = match (self.manner, odd) {
            (Manner::Drip(most), _) => wanted.min(usize::from(most)),
            (Manner::Flood, _) => rest.len(),
            (_, true) => wanted.saturating_sub(4),
            (_, false) => wanted,
        };
        let given = &rest[..rest.len().min(room)];
        let status = match given.len() < room {
            true => command::END_OF_FILE,
            false => command::DONE,
        };
        let data = if odd {
            object(0x53, given)
        } else {
            given.to_vec()
        };
        Answer { data, status }
    }

    fn external_authenticate(&mut self, command: &Command) -> Answer {
        let Some(challenge) = self.powered.challenge.take() else {
            return Answer::status(command::CONDITIONS);
        };
        let document = Keys::from_seed(Suite::TripleDes, &self.password[..16]);
        let own = self.draw();
        match bac::authenticate(&document, &challenge, &own, &command.data) {
            Some((answer, channel)) => {
                self.powered.channel = Some(channel);
                Answer::done(answer)
            }
            None => Answer::status(command::AUTHENTICATION_FAILED),
        }
    }

    /// MSE:Set AT (section 4.4.4.1).
    fn choose_pace(&mut self, command: &Command) -> Answer {
        let (mut protocol, mut reference, mut parameters) = (None, None, None);
        let mut rest = &command.data[..];
        while let Some((tag, value, after)) = first_object(rest) {
            match tag {
                0x80 => protocol = Some(value),
                0x83 => reference = Some(value),
                0x84 => parameters = value.first().copied(),
                _ => return Answer::status(command::WRONG_DATA),
            }
            rest = after;
        }
        let offered = self.doors.card_access.iter().flatten();
        let mut curves =
            offered.filter_map(|info| info.as_der().last().and_then(|id| Curve::of(*id)));
        let curve = match parameters {
            Some(id) => curves.find(|curve| curve.parameters() == id),
            None => curves.next(),
        };
        let password = match reference {
            Some([1]) => Some(self.password.to_vec()),
            Some([2]) => self.doors.can.map(|can| can.to_vec()),
            _ => None,
        };
        let (Some(curve), Some(password), true) =
            (curve, password, protocol == Some(&PROTOCOL[..]))
        else {
            return Answer::status(command::WRONG_DATA);
        };
        let drawn = Drawn {
            nonce: self.draw(),
            mapping: self.draw(),
            agreement: self.draw(),
        };
        self.powered.run = Some(Run::new(curve, &password, drawn));
        Answer::done(vec![])
    }

    fn general_authenticate(&mut self, command: &Command) -> Answer {
        let Some(mut run) = self.powered.run.take() else {
            return Answer::status(command::CONDITIONS);
        };
        match run.step(&command.data) {
            Progress::Answer(data) => {
                self.powered.run = Some(run);
                Answer::done(data)
            }
            Progress::Open(data, channel) => {
                self.powered.channel = Some(channel);
                Answer::done(data)
            }
            Progress::WrongPassword => Answer::status(command::AUTHENTICATION_FAILED),
            Progress::Unexpected => Answer::status(command::WRONG_DATA),
        }
    }

    fn internal_authenticate(&self, command: &Command) -> Answer {
        let challenge = <[u8; 8]>::try_from(&command.data[..]);
        match (&self.key, challenge) {
            (Some(key), Ok(challenge)) => match key.answer(Challenge(challenge)) {
                Ok(answer) => Answer::done(answer),
                Err(_) => Answer::status(command::CONDITIONS),
            },
            (Some(_), Err(_)) => Answer::status(command::WRONG_LENGTH),
            (None, _) => Answer::status(command::UNKNOWN_INSTRUCTION),
        }
    }

    /// Random numbers that the seed determines.
    fn draw<const N: usize>(&mut self) -> [u8; N] {
        self.drawn += 1;
        let digest = Sha256::new()
            .chain_update(b"humanseal software chip")
            .chain_update(self.seed)
            .chain_update(self.drawn.to_be_bytes())
            .finalize();
        std::array::from_fn(|place| digest[place % 32])
    }
}

impl std::fmt::Debug for SoftChip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SoftChip(..)")
    }
}
