//! The chip is read by another phone.

use humanseal_documents::{Challenge, Chip, ChipError, ChipFault};
use humanseal_sdk::nfc::{Messenger, NfcChip, Reading, SecondPhone, Unattended, serve};
use humanseal_sdk::{DeviceDocument, LinkLost};
use humanseal_smartcard::Curve;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{Nonce, ReadChannel, chip_challenge};
use humanseal_zk_credentials::holder::HolderSecret;
use zeroize::Zeroizing;

use crate::table::{Table, at, can, with_pace};

/// The second phone with the document, and all that was sent to it and by it.
struct Phone {
    table: Table,
    reading: Reading,
    requests: Vec<Vec<u8>>,
    alter: Option<fn(&mut Vec<u8>)>,
}

impl Phone {
    fn new() -> Self {
        Self {
            table: Table::new(with_pace(Curve::P256).1),
            reading: Reading::default(),
            requests: vec![],
            alter: None,
        }
    }
}

impl Messenger for &mut Phone {
    fn exchange(&mut self, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, LinkLost> {
        self.requests.push(request.to_vec());
        let access = can();
        let mut chip = NfcChip::new(&mut self.table, &access, &Unattended, &mut self.reading);
        let mut reply = serve(request, &mut chip).map_err(|_| LinkLost)?;
        if let Some(alter) = self.alter {
            alter(&mut reply);
        }
        Ok(reply)
    }
}

/// The first phone reaches level 3 with it, and the challenge is all that it told.
#[test]
fn a_second_phone_reads_and_learns_no_secret() {
    let secret = HolderSecret::generate(&mut OsEntropy);
    let nonce = Nonce([0x5a; 32]);
    let challenge = Challenge(chip_challenge(nonce, secret.holder_key()));
    let mut phone = Phone::new();
    let mut chip = SecondPhone::new(&mut phone);
    let document = DeviceDocument::read(&mut chip, at()).unwrap();
    let answer = document.ask(&mut chip, challenge).unwrap();
    let body = document
        .body(secret.holder_key(), ReadChannel::Nfc, answer)
        .unwrap();
    assert_eq!(u8::from(document.attainable()), 3);
    assert!(body.evidence().is_ok() && body.chip_answer.is_some());
    // One request for the files, one for the answer, however often files are read.
    let key = secret.holder_key().0.to_be_bytes();
    assert_eq!(phone.requests.len(), 2);
    for request in &phone.requests {
        assert!(request.len() <= 64);
        for told in [&key[..], &nonce.0] {
            let leaks = |part: &[u8]| request.windows(part.len()).any(|window| window == part);
            assert!(!told.windows(8).any(leaks));
        }
    }
    // What the challenge request holds beyond the challenge is the same for every session.
    let other = {
        let mut phone = Phone::new();
        let mut chip = SecondPhone::new(&mut phone);
        chip.authenticate(Challenge([0; 8])).unwrap();
        phone.requests.remove(0)
    };
    let differing = other.iter().zip(&phone.requests[1]).filter(|(a, b)| a != b);
    assert_eq!(other.len(), phone.requests[1].len());
    assert!(differing.count() <= 8, "the challenge alone");
}

/// Replies that were altered, are of another version, or answer another question.
#[test]
fn altered_replies_are_refused() {
    let read = |alter: fn(&mut Vec<u8>)| {
        let mut phone = Phone::new();
        phone.alter = Some(alter);
        let read = DeviceDocument::read(&mut SecondPhone::new(&mut phone), at());
        read.unwrap_err().code().to_owned()
    };
    assert_eq!(read(|reply| reply.push(0)), "chip_message");
    assert_eq!(read(|reply| reply.truncate(100)), "chip_message");
    assert_eq!(
        read(|reply| *reply = vec![0; 2 * 1024 * 1024 + 1]),
        "chip_message"
    );
    let version = |reply: &mut Vec<u8>| {
        let place = reply
            .windows(8)
            .position(|part| part == b"\x67version")
            .unwrap();
        reply[place + 8] = 2;
    };
    assert_eq!(read(version), "chip_message");
    // A byte inside of a file: the digests tell.
    let portrait = |reply: &mut Vec<u8>| {
        let dg2 = reply.windows(4).position(|part| part == b"\x63dg2");
        reply[dg2.unwrap() + 1000] ^= 1;
    };
    assert_eq!(read(portrait), "dg2_digest");
}

/// A reply to another challenge is not one to this, and an answer is no file.
#[test]
fn a_reply_to_another_question_is_refused() {
    struct Recorded(Vec<u8>);
    impl Messenger for Recorded {
        fn exchange(&mut self, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, LinkLost> {
            Ok(Zeroizing::new(self.0.clone()))
        }
    }
    let mut phone = Phone::new();
    let mut record = |challenge| {
        let mut replies = vec![];
        struct Tape<'a>(&'a mut Phone, &'a mut Vec<Vec<u8>>);
        impl Messenger for Tape<'_> {
            fn exchange(&mut self, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, LinkLost> {
                let reply = (&mut *self.0).exchange(request)?;
                self.1.push(reply.to_vec());
                Ok(reply)
            }
        }
        let mut chip = SecondPhone::new(Tape(&mut phone, &mut replies));
        match challenge {
            Some(challenge) => drop(chip.authenticate(challenge).unwrap()),
            None => drop(chip.read(humanseal_documents::ElementaryFile::Sod).unwrap()),
        }
        drop(chip);
        replies.remove(0)
    };
    let answer = record(Some(Challenge([1; 8])));
    let files = record(None);
    let asked = |reply: &[u8], challenge| {
        let answer = SecondPhone::new(Recorded(reply.to_vec())).authenticate(challenge);
        answer.map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(asked(&answer, Challenge([1; 8])), Ok(()));
    assert_eq!(asked(&answer, Challenge([2; 8])), Err("chip_message"));
    assert_eq!(asked(&files, Challenge([1; 8])), Err("chip_message"));
    let read = DeviceDocument::read(&mut SecondPhone::new(Recorded(answer)), at());
    assert_eq!(read.unwrap_err().code(), "chip_message");
}

/// Requests that are none do not reach the chip.
#[test]
fn the_second_phone_does_only_what_is_asked_for() {
    let mut phone = Phone::new();
    for request in [
        &[][..],
        &[0xa0],
        &[0; 70_000],
        b"\xa2\x67version\x02\x69challenge\xf6",
    ] {
        let access = can();
        let mut chip = NfcChip::new(&mut phone.table, &access, &Unattended, &mut phone.reading);
        let error = serve(request, &mut chip).unwrap_err();
        assert!(matches!(error, ChipError::Fault(ChipFault::Message)));
    }
    assert!(phone.table.sent.is_empty());
}
