//! What the device makes of a document with a chip, of a copy, and of a chip that fails.

use humanseal_documents::specimen::{
    Authority, ChipKind, Holder, KeyKind, SpecimenChip, SpecimenDocument,
};
use humanseal_documents::{
    Challenge, Chip, ChipError, ChipFiles, DigestAlgorithm, ElementaryFile, Moment,
};
use humanseal_sdk::{DeviceDocument, DocumentError};
use humanseal_zk_credentials::exchange::{DocumentBody, ReadChannel};
use zeroize::Zeroizing;

use crate::holder::secrets;

const JPEG: [u8; 4] = [0xff, 0xd8, 0xff, 0xd9];
const CHALLENGE: Challenge = Challenge([8; 8]);

fn at() -> Moment {
    Moment::from_unix_seconds(1_780_315_200)
}

fn made(dg14: Option<&[u8]>, dg15: Option<&[u8]>) -> SpecimenDocument {
    let authority = Authority::insecure(KeyKind::P256).unwrap();
    let holder = Holder::specimen(at().date());
    let digest = DigestAlgorithm::Sha256;
    SpecimenDocument::make_with_groups(&authority, &holder, &JPEG, digest, at(), dg14, dg15)
        .unwrap()
}

fn with_chip(chip: &SpecimenChip) -> SpecimenDocument {
    let authority = Authority::insecure(KeyKind::P256).unwrap();
    let holder = Holder::specimen(at().date());
    let digest = DigestAlgorithm::Sha256;
    SpecimenDocument::make_with_chip(&authority, &holder, &JPEG, digest, at(), chip).unwrap()
}

/// Files, and something that answers to a challenge in its own way, as long as it does.
struct Reader<'a> {
    files: &'a ChipFiles,
    answers: Vec<Option<Vec<u8>>>,
}

impl Chip for Reader<'_> {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        (&mut &*self.files).read(file)
    }
    fn answers(&self) -> bool {
        true
    }
    fn authenticate(&mut self, _: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        let answer = self.answers.pop().flatten();
        let gone = || std::io::Error::other("the tag was lost");
        answer
            .map(Zeroizing::new)
            .ok_or_else(gone)
            .map_err(ChipError::Silent)
    }
}

fn level(document: &DeviceDocument) -> u8 {
    document.attainable().into()
}

fn body(document: &DeviceDocument, chip: &mut impl Chip) -> DocumentBody {
    let answer = document.ask(chip, CHALLENGE).unwrap();
    let holder = secrets().0.holder_key();
    document.body(holder, ReadChannel::Nfc, answer).unwrap()
}

#[test]
fn a_chip_is_asked_and_its_answer_sent_with_its_key() {
    for (kind, needs_dg14) in [(ChipKind::Rsa, false), (ChipKind::Ecdsa, true)] {
        let specimen = with_chip(&SpecimenChip::insecure(kind).unwrap());
        let mut chip = &specimen;
        let document = DeviceDocument::read(&mut chip, at()).unwrap();
        assert_eq!(level(&document), 3);
        let body = body(&document, &mut chip);
        assert!(body.dg15.is_some() && body.chip_answer.is_some());
        assert_eq!(body.dg14.is_some(), needs_dg14);
        assert!(body.evidence().is_ok());
    }
}

/// A copy is level 2 and says nothing of the chip that it lacks.
#[test]
fn a_copy_and_a_document_without_a_key_are_level_2() {
    let copied = with_chip(&SpecimenChip::from_seed(&[1; 32]).unwrap());
    let plain = made(None, None);
    let mut copy = copied.files();
    let document = DeviceDocument::read(&mut copy, at()).unwrap();
    let sent = body(&document, &mut copy);
    assert_eq!(level(&document), 2);
    assert!(sent.dg14.is_none() && sent.dg15.is_none() && sent.chip_answer.is_none());
    // A chip that answers, of a document that names no key.
    let mut reader = Reader {
        files: plain.files(),
        answers: vec![Some(vec![1; 64])],
    };
    let document = DeviceDocument::read(&mut reader, at()).unwrap();
    let sent = body(&document, &mut reader);
    assert_eq!(level(&document), 2);
    assert!(sent.dg15.is_none() && sent.chip_answer.is_none());
}

/// brainpoolP320r1, which some passports use and this version does not verify (the first such row
/// of the table that Bouncy Castle made).
#[test]
fn a_key_that_is_not_verified_here_leaves_level_2() {
    let table = include_str!("../../../fixtures/vectors/chips.tsv");
    let row = table
        .lines()
        .find(|line| line.starts_with("brainpoolP320r1"))
        .unwrap();
    let dg15 = hex::decode(row.split('\t').nth(1).unwrap()).unwrap();
    let specimen = made(None, Some(&dg15));
    let mut reader = Reader {
        files: specimen.files(),
        answers: vec![],
    };
    let document = DeviceDocument::read(&mut reader, at()).unwrap();
    assert_eq!(level(&document), 2);
    assert!(document.ask(&mut reader, CHALLENGE).unwrap().is_none());
}

/// What is listed must be read: a bad read does not cost a level unnoticed.
#[test]
fn listed_files_that_are_missing_or_others_are_errors() {
    let specimen = with_chip(&SpecimenChip::from_seed(&[1; 32]).unwrap());
    let other = with_chip(&SpecimenChip::from_seed(&[2; 32]).unwrap());
    let code = |change: &dyn Fn(&mut ChipFiles)| {
        let mut files = specimen.files().clone();
        change(&mut files);
        let mut reader = Reader {
            files: &files,
            answers: vec![],
        };
        DeviceDocument::read(&mut reader, at())
            .unwrap_err()
            .code()
            .to_owned()
    };
    assert_eq!(code(&|files| files.dg15 = None), "chip_file_missing");
    assert_eq!(code(&|files| files.dg14 = None), "chip_file_missing");
    let foreign = other.files().dg15.clone();
    assert_eq!(code(&|files| files.dg15 = foreign.clone()), "dg15_digest");
    let cut = Some(Zeroizing::new(vec![0x6e, 2, 0x31, 0]));
    assert_eq!(code(&|files| files.dg14 = cut.clone()), "dg14_digest");
    // Signed, and no key.
    let broken = made(None, Some(b"DG15"));
    let mut reader = Reader {
        files: broken.files(),
        answers: vec![],
    };
    let error = DeviceDocument::read(&mut reader, at()).unwrap_err();
    assert_eq!(error.code(), "active_authentication_dg15_structure");
}

/// The chip is pulled away while it signs; the owner holds it again and goes on.
#[test]
fn a_chip_that_was_taken_away_can_be_asked_again() {
    let chip = SpecimenChip::from_seed(&[1; 32]).unwrap();
    let specimen = with_chip(&chip);
    let good = chip.answer(CHALLENGE).unwrap();
    let mut lying = good.clone();
    lying[5] ^= 1;
    let mut reader = Reader {
        files: specimen.files(),
        answers: vec![Some(good), Some(vec![7; 20]), Some(lying), None],
    };
    let document = DeviceDocument::read(&mut reader, at()).unwrap();
    let mut ask = || document.ask(&mut reader, CHALLENGE);
    let gone = ask().unwrap_err();
    assert!(matches!(gone, DocumentError::Chip(ChipError::Silent(_))));
    assert_eq!(gone.code(), "chip_silent");
    // An answer that does not hold goes to nobody.
    assert_eq!(ask().unwrap_err().code(), "active_authentication_signature");
    assert_eq!(
        ask().unwrap_err().code(),
        "active_authentication_answer_form"
    );
    assert!(ask().unwrap().is_some());
}
