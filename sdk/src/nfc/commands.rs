//! Commands and answers over the link, each within limits (ISO/IEC 7816-4).

use humanseal_documents::ChipFault;
use zeroize::Zeroizing;

use super::link::Transceiver;
use super::tap::Tap;

/// The most commands that one reader sends, over all its taps: a portrait of a mebibyte takes 4,800.
const MOST_COMMANDS: u32 = 8192;
/// The longest answer: 65,536 bytes and a status word.
const LONGEST_ANSWER: usize = 65_538;

pub(super) const DONE: u16 = 0x9000;
/// The end of a file was reached before as many bytes as were wanted.
pub(super) const END_OF_FILE: u16 = 0x6282;

/// An answer: what came, then the status word.
pub(super) struct Answer {
    bytes: Zeroizing<Vec<u8>>,
}

impl Answer {
    fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, ChipFault> {
        match bytes.len() {
            0 | 1 => Err(ChipFault::LinkLost),
            2..=LONGEST_ANSWER => Ok(Self { bytes }),
            _ => Err(ChipFault::AnswerTooLong),
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn data(&self) -> &[u8] {
        &self.bytes[..self.bytes.len() - 2]
    }

    pub(super) fn status(&self) -> u16 {
        let end = self.bytes.len();
        u16::from_be_bytes([self.bytes[end - 2], self.bytes[end - 1]])
    }
}

/// The link to a chip, with what was sent over it counted.
pub(super) struct Commands<'a> {
    link: &'a mut dyn Transceiver,
    tap: &'a dyn Tap,
    sent: u32,
}

impl<'a> Commands<'a> {
    pub(super) fn new(link: &'a mut dyn Transceiver, tap: &'a dyn Tap) -> Self {
        Self { link, tap, sent: 0 }
    }

    /// Sends a command. Where the chip tells the right length (status 6C) it is sent once more with that,
    /// where the answer comes in parts (status 61) they are fetched.
    pub(super) fn send(&mut self, command: &[u8]) -> Result<Answer, ChipFault> {
        let mut answer = self.once(command)?;
        if let [0x6c, length] = answer.as_bytes()
            && ends_with_length(command)
        {
            let mut exact = Zeroizing::new(command.to_vec());
            if let Some(last) = exact.last_mut() {
                *last = *length;
            }
            answer = self.once(&exact)?;
        }
        let mut whole = Zeroizing::new(Vec::with_capacity(LONGEST_ANSWER));
        while let [data @ .., 0x61, left] = answer.as_bytes() {
            if whole.len() + data.len() > LONGEST_ANSWER - 2 {
                return Err(ChipFault::AnswerTooLong);
            }
            whole.extend_from_slice(data);
            answer = self.once(&[0x00, 0xc0, 0x00, 0x00, *left])?;
        }
        if whole.is_empty() {
            return Ok(answer);
        }
        if whole.len() + answer.as_bytes().len() > LONGEST_ANSWER {
            return Err(ChipFault::AnswerTooLong);
        }
        whole.extend_from_slice(answer.as_bytes());
        Answer::new(whole)
    }

    fn once(&mut self, command: &[u8]) -> Result<Answer, ChipFault> {
        if self.tap.cancelled() {
            return Err(ChipFault::Cancelled);
        }
        if self.sent >= MOST_COMMANDS {
            return Err(ChipFault::TooManyCommands);
        }
        self.sent += 1;
        let answer = self.link.transceive(command);
        Answer::new(Zeroizing::new(answer.map_err(|_| ChipFault::LinkLost)?))
    }
}

/// Whether a command in the short form ends with the length of the answer that is wanted.
fn ends_with_length(command: &[u8]) -> bool {
    match command.get(4..) {
        Some([_]) => true,
        Some([data, rest @ ..]) => *data != 0 && rest.len() == usize::from(*data) + 1,
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::nfc::link::LinkLost;
    use crate::nfc::tap::Unattended;

    /// Answers in turn and remembers what was asked.
    struct Script {
        answers: Vec<Vec<u8>>,
        asked: Vec<Vec<u8>>,
    }

    impl Transceiver for Script {
        fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkLost> {
            self.asked.push(command.to_vec());
            match self.answers.len() {
                0 => Err(LinkLost),
                1 => Ok(self.answers[0].clone()),
                _ => Ok(self.answers.remove(0)),
            }
        }
    }

    fn run(answers: &[&[u8]], command: &[u8]) -> (Result<Vec<u8>, ChipFault>, Vec<Vec<u8>>) {
        let mut script = Script {
            answers: answers.iter().map(|answer| answer.to_vec()).collect(),
            asked: vec![],
        };
        let answer = Commands::new(&mut script, &Unattended).send(command);
        let answer = answer.map(|answer| answer.as_bytes().to_vec());
        (answer, script.asked)
    }

    const READ: [u8; 5] = [0, 0xb0, 0, 0, 0];

    #[test]
    fn the_right_length_is_used_once() {
        let (answer, asked) = run(&[&[0x6c, 2], &[7, 8, 0x90, 0]], &READ);
        assert_eq!(answer.unwrap(), [7, 8, 0x90, 0]);
        assert_eq!(asked, [READ, [0, 0xb0, 0, 0, 2]]);
        // A chip that goes on telling is given up, and a command without a length is not changed.
        let (answer, asked) = run(&[&[0x6c, 2]], &READ);
        assert_eq!((answer.unwrap(), asked.len()), (vec![0x6c, 2], 2));
        let (answer, asked) = run(&[&[0x6c, 2]], &[0, 0xa4, 0, 0x0c, 2, 0x3f, 0]);
        assert_eq!((answer.unwrap(), asked.len()), (vec![0x6c, 2], 1));
    }

    #[test]
    fn parts_become_one_answer() {
        let parts: [&[u8]; 3] = [&[1, 0x61, 2], &[2, 0x61, 1], &[3, 0x90, 0]];
        let (answer, asked) = run(&parts, &READ);
        assert_eq!(answer.unwrap(), [1, 2, 3, 0x90, 0]);
        assert_eq!(asked[1..], [[0, 0xc0, 0, 0, 2], [0, 0xc0, 0, 0, 1]]);
        // Nothing in the first part.
        let (answer, _) = run(&[&[0x61, 1], &[3, 0x90, 0]], &READ);
        assert_eq!(answer.unwrap(), [3, 0x90, 0]);
    }

    #[test]
    fn answers_without_end_do_end() {
        let part = [&[9; 256][..], &[0x61, 0]].concat();
        let (answer, asked) = run(&[&part], &READ);
        assert_eq!(answer.unwrap_err(), ChipFault::AnswerTooLong);
        assert_eq!(asked.len(), 257);
        // Parts of nothing at all end with the commands.
        let (answer, asked) = run(&[&[0x61, 0]], &READ);
        assert_eq!(answer.unwrap_err(), ChipFault::TooManyCommands);
        assert_eq!(asked.len(), 8192);
        let (answer, _) = run(&[&vec![0; LONGEST_ANSWER + 1]], &READ);
        assert_eq!(answer.unwrap_err(), ChipFault::AnswerTooLong);
        for short in [&[][..], &[0x90]] {
            let (answer, _) = run(&[short], &READ);
            assert_eq!(answer.unwrap_err(), ChipFault::LinkLost);
        }
        let (answer, _) = run(&[], &READ);
        assert_eq!(answer.unwrap_err(), ChipFault::LinkLost);
    }
}
