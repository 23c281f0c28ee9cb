//! Enrolment with a document that is held to a reader: over commands, over a link that breaks, over a
//! second phone.

use std::sync::atomic::{AtomicU32, Ordering};

use humanseal_documents::ChipFault;
use humanseal_sdk::nfc::{
    Access, Messenger, NfcChip, Reading, SecondPhone, Tap, Unattended, serve,
};
use humanseal_sdk::{
    Chip, EnrolError, Enrolled, Equipment, LinkLost, NewWallet, Silent, SoftwareKey, Transceiver,
    enrol,
};
use humanseal_smartcard::{Curve, Doors, SoftChip};
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::exchange::ReadChannel;
use zeroize::Zeroizing;

use crate::stage::{HOLDER, Stage, Stills, Yes, chip};

/// A chip on the table. It is taken away at these commands.
struct OnTheTable {
    chip: SoftChip,
    commands: usize,
    lost: Vec<usize>,
}

impl OnTheTable {
    fn new(stage: &Stage, number: &str, lost: &[usize]) -> Self {
        let key = chip();
        let document = stage.document(number, Some(&key));
        let doors = Doors::pace(Curve::BrainpoolP256r1, *b"123456");
        let chip = SoftChip::new(document.files(), Some(key), doors, stage.moment(), [5; 32]);
        Self {
            chip: chip.expect("a chip"),
            commands: 0,
            lost: lost.to_vec(),
        }
    }
}

impl Transceiver for OnTheTable {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkLost> {
        self.commands += 1;
        if self.lost.contains(&self.commands) {
            self.chip.lose_power();
            return Err(LinkLost);
        }
        Ok(self.chip.transmit(command))
    }
}

/// Holds the document there again, and counts.
#[derive(Default)]
struct Patient(AtomicU32);

impl Tap for Patient {
    fn again(&self, fault: ChipFault) -> bool {
        assert_eq!(fault, ChipFault::LinkLost);
        self.0.fetch_add(1, Ordering::SeqCst);
        true
    }
}

fn enrolled(stage: &Stage, chip: &mut impl Chip, wallet: &str) -> Result<Enrolled, EnrolError> {
    let path = &stage.path(wallet);
    let passphrase = &Stage::passphrase();
    stage.with(&SoftwareKey, |with| {
        let with = Equipment {
            channel: ReadChannel::Nfc,
            ..*with
        };
        let into = NewWallet { path, passphrase };
        enrol(&with, into, chip, &mut Stills(&HOLDER), &Yes, &Silent)
    })
}

fn can() -> Access {
    Access::from_can("123456").expect("six digits")
}

/// The chip is read by PACE, lost in the portrait and once more where it is to sign, and the issuer
/// verifies level 3.
#[test]
fn a_chip_over_an_unsteady_link_earns_level_3() {
    let stage = Stage::new();
    let undisturbed = {
        let mut table = OnTheTable::new(&stage, "L898902C3", &[]);
        let (access, mut reading) = (can(), Reading::default());
        let mut chip = NfcChip::new(&mut table, &access, &Unattended, &mut reading);
        humanseal_documents::ChipFiles::read(&mut chip).expect("read");
        table.commands
    };
    // In the middle of the portrait; and what comes after a reading with one more opening is the challenge.
    let middle = undisturbed - 20;
    let mut table = OnTheTable::new(&stage, "L898902C3", &[middle]);
    let (access, patient, mut reading) = (can(), Patient::default(), Reading::default());
    let mut chip = NfcChip::new(&mut table, &access, &patient, &mut reading);
    let first = enrolled(&stage, &mut chip, "wallet").expect("enrolled");
    assert_eq!(first.document, DocumentLevel::ActiveAuthentication);
    assert_eq!(patient.0.load(Ordering::SeqCst), 1);
    let whole = table.commands;
    assert!(whole < 2 * undisturbed, "{whole} of {undisturbed}");

    let mut table = OnTheTable::new(&stage, "X898902C3", &[middle, whole]);
    let patient = Patient::default();
    let mut reading = Reading::default();
    let mut chip = NfcChip::new(&mut table, &access, &patient, &mut reading);
    // The same person's second document is a second line; this issuer takes it.
    let second = enrolled(&stage, &mut chip, "second").expect("enrolled");
    assert_eq!(second.document, DocumentLevel::ActiveAuthentication);
    assert_eq!(patient.0.load(Ordering::SeqCst), 2);
}

/// Nobody holds it there again: nothing was sent, and the same reader goes on in a new session.
#[test]
fn a_lost_link_is_an_error_that_says_what_to_do_and_reading_goes_on() {
    let stage = Stage::new();
    let mut table = OnTheTable::new(&stage, "L898902C3", &[40]);
    let (access, mut reading) = (can(), Reading::default());
    let mut chip = NfcChip::new(&mut table, &access, &Unattended, &mut reading);
    let error = enrolled(&stage, &mut chip, "wallet").expect_err("lost");
    assert_eq!(error.code(), "chip_link_lost");
    let EnrolError::Document(error) = error else {
        panic!("{error}");
    };
    let advice = error.advice(humanseal_biometric::Language::German);
    assert!(advice.is_some_and(|advice| advice.contains("Dokument")));
    let read = reading.bytes();
    assert!(read > 1000);
    let mut chip = NfcChip::new(&mut table, &access, &Unattended, &mut reading);
    let enrolled = enrolled(&stage, &mut chip, "wallet").expect("enrolled");
    assert_eq!(enrolled.document, DocumentLevel::ActiveAuthentication);
}

/// A phone without NFC enrols with one that has it.
#[test]
fn a_second_phone_reads_the_chip_for_level_3() {
    struct Other {
        table: OnTheTable,
        reading: Reading,
    }
    impl Messenger for Other {
        fn exchange(&mut self, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, LinkLost> {
            let access = can();
            let mut chip = NfcChip::new(&mut self.table, &access, &Unattended, &mut self.reading);
            serve(request, &mut chip).map_err(|_| LinkLost)
        }
    }
    let stage = Stage::new();
    let mut chip = SecondPhone::new(Other {
        table: OnTheTable::new(&stage, "L898902C3", &[]),
        reading: Reading::default(),
    });
    let enrolled = enrolled(&stage, &mut chip, "wallet").expect("enrolled");
    assert_eq!(enrolled.document, DocumentLevel::ActiveAuthentication);
}
