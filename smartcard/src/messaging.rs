//! The chip's side of secure messaging (ICAO 9303 part 11, section 9.8).

use super::command::{Answer, Command, MESSAGING_MISSING, MESSAGING_WRONG, first_object, object};
use super::crypto::{Keys, Suite, pad, unpad};

const CRYPTOGRAM: u8 = 0x87;
/// In place of 87 with odd instructions: without the byte that tells of the padding.
const CRYPTOGRAM_ODD: u8 = 0x85;
const WANTED: u8 = 0x97;
const STATUS: u8 = 0x99;
const MAC: u8 = 0x8e;
/// The bits of the class that say: secure messaging with an authenticated header.
pub(crate) const PROTECTED: u8 = 0x0c;

/// A channel: its keys and its counter.
pub(crate) struct Messaging {
    keys: Keys,
    counter: u128,
}

impl Messaging {
    pub(crate) fn new(keys: Keys, counter: u128) -> Self {
        Self { keys, counter }
    }

    /// Counts on, checks and decrypts a command.
    pub(crate) fn open(&mut self, command: &Command) -> Result<Command, u16> {
        self.counter = self.counter.wrapping_add(1);
        let (mut sealed, mut wanted, mut stated) = (None, None, None);
        let mut covered = pad(&command.header, self.keys.block());
        let mut rest = &command.data[..];
        while !rest.is_empty() {
            let (tag, value, after) = first_object(rest).ok_or(MESSAGING_WRONG)?;
            match tag {
                MAC => stated = Some(value),
                CRYPTOGRAM | CRYPTOGRAM_ODD => sealed = Some((tag, value)),
                WANTED => wanted = Some(value),
                _ => return Err(MESSAGING_WRONG),
            }
            if tag != MAC {
                covered.extend_from_slice(&rest[..rest.len() - after.len()]);
            }
            rest = after;
        }
        if stated.ok_or(MESSAGING_MISSING)? != self.mac(&covered) {
            return Err(MESSAGING_WRONG);
        }
        let data = match sealed {
            None => Vec::new(),
            Some((CRYPTOGRAM, [1, sealed @ ..])) | Some((CRYPTOGRAM_ODD, sealed)) => {
                let padded = self.keys.decrypt(&self.iv(), sealed);
                padded
                    .and_then(|padded| unpad(&padded))
                    .ok_or(MESSAGING_WRONG)?
            }
            Some(_) => return Err(MESSAGING_WRONG),
        };
        let wanted = match wanted {
            None => None,
            Some([0]) => Some(256),
            Some([0, 0]) => Some(65_536),
            Some([le]) => Some(usize::from(*le)),
            Some([a, b]) => Some(usize::from(u16::from_be_bytes([*a, *b]))),
            Some(_) => return Err(MESSAGING_WRONG),
        };
        let mut header = command.header;
        header[0] &= !PROTECTED;
        Ok(Command {
            header,
            data,
            wanted,
            extended: command.extended,
        })
    }

    /// Counts on, encrypts and authenticates an answer to a command with this instruction.
    pub(crate) fn seal(&mut self, answer: &Answer, instruction: u8) -> Answer {
        self.counter = self.counter.wrapping_add(1);
        let mut data = Vec::new();
        if !answer.data.is_empty() {
            let padded = pad(&answer.data, self.keys.block());
            let sealed = self.keys.encrypt(&self.iv(), &padded);
            data = match instruction % 2 {
                0 => object(CRYPTOGRAM, &[&[1], &sealed[..]].concat()),
                _ => object(CRYPTOGRAM_ODD, &sealed),
            };
        }
        data.extend(object(STATUS, &answer.status.to_be_bytes()));
        let mac = self.mac(&data);
        data.extend(object(MAC, &mac));
        Answer {
            data,
            status: answer.status,
        }
    }

    fn mac(&self, covered: &[u8]) -> [u8; 8] {
        let message = [&self.counter_bytes()[..], covered].concat();
        self.keys.mac(&pad(&message, self.keys.block()))
    }

    fn counter_bytes(&self) -> Vec<u8> {
        self.counter.to_be_bytes()[16 - self.keys.block()..].to_vec()
    }

    /// Zero for 3DES, the encrypted counter for AES (section 9.8.6.1).
    fn iv(&self) -> Vec<u8> {
        match self.keys.suite {
            Suite::TripleDes => vec![0; 8],
            Suite::Aes128 => self.keys.encrypt(&[0; 16], &self.counter_bytes()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::crypto::tests::bytes;

    fn example() -> Messaging {
        let seed = bytes("0036D272F5C350ACAC50C3F572D23600");
        Messaging::new(
            Keys::from_seed(Suite::TripleDes, &seed),
            0x8870_2212_0c06_c226,
        )
    }

    /// Appendix D.4 of part 11: EF.COM is selected and read.
    #[test]
    fn the_session_is_that_of_appendix_d() {
        let mut channel = example();
        for (command, plain, answer, sealed) in [
            (
                "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
                "00A4020C02011E",
                "9000",
                "990290008E08FA855A5D4C50A8ED9000",
            ),
            (
                "0CB000000D9701048E08ED6705417E96BA5500",
                "00B0000004",
                "60145F019000",
                "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
            ),
            (
                "0CB000040D9701128E082EA28A70F3C7B53500",
                "00B0000412",
                "04303130365F36063034303030305C0261759000",
                "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
            ),
        ] {
            let opened = channel
                .open(&Command::parse(&bytes(command)).unwrap())
                .unwrap();
            assert_eq!(opened, Command::parse(&bytes(plain)).unwrap());
            let mut data = bytes(answer);
            data.truncate(data.len() - 2);
            let answer = channel.seal(&Answer::done(data), opened.instruction());
            assert_eq!(answer.to_bytes(), bytes(sealed));
        }
    }

    /// A command twice, out of turn, or with another bit.
    #[test]
    fn altered_commands_are_refused() {
        let good = bytes("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800");
        for place in [2, 3, 9, 18, 25] {
            let mut bad = good.clone();
            bad[place] ^= 1;
            let command = Command::parse(&bad).unwrap();
            assert_eq!(example().open(&command), Err(MESSAGING_WRONG), "{place}");
        }
        let command = Command::parse(&good).unwrap();
        let mut channel = example();
        assert!(channel.open(&command).is_ok());
        assert_eq!(channel.open(&command), Err(MESSAGING_WRONG));
        let bare = Command::parse(&bytes("0CB0000000")).unwrap();
        assert_eq!(example().open(&bare), Err(MESSAGING_MISSING));
    }

    /// AES after appendix G.1: the channel's first command under its keys, as an implementation in Python
    /// made it (cited in docs/documents.md).
    #[test]
    fn the_first_command_after_appendix_g() {
        let keys = Keys {
            suite: Suite::Aes128,
            encryption: bytes("F5F0E35C0D7161EE6724EE513A0D9A7F")
                .try_into()
                .unwrap(),
            authentication: bytes("FE251C7858B356B24514B3BD5F4297D1")
                .try_into()
                .unwrap(),
        };
        let mut channel = Messaging::new(keys, 0);
        let sealed = "0CA4040C1D871101752F676B09FAC86A87D632749A49C7CC8E08C18BA1FCE707BD9F00";
        let opened = channel
            .open(&Command::parse(&bytes(sealed)).unwrap())
            .unwrap();
        assert_eq!(opened.data, bytes("A0000002471001"));
        let answer = channel.seal(&Answer::done(vec![]), opened.instruction());
        assert_eq!(answer.to_bytes(), bytes("990290008E08BEA7B381C494A0799000"));
    }
}
