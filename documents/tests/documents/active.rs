//! Active authentication: answers by others, answers forged in every part, keys that nobody signed.

use humanseal_documents::specimen::KeyKind;
use humanseal_documents::specimen::{Authority, ChipKind, Holder, SpecimenChip, SpecimenDocument};
use humanseal_documents::{
    ActiveAuthError, Authenticated, Challenge, Chip, ChipFiles, ChipKey, DigestAlgorithm,
    FolderChip, PassiveAuthError, Sod, authenticate,
};

use crate::specimens::{JPEG, now, specimen};

pub(crate) const CHALLENGE: Challenge = Challenge([1, 2, 3, 4, 5, 6, 7, 8]);
const OTHER: Challenge = Challenge([1, 2, 3, 4, 5, 6, 7, 9]);

/// A line of a table of answers.
struct Row {
    name: String,
    dg15: Vec<u8>,
    dg14: Option<Vec<u8>>,
    challenge: Challenge,
    answer: Vec<u8>,
}

impl Row {
    fn key(&self) -> Result<ChipKey, ActiveAuthError> {
        ChipKey::new(&self.dg15, self.dg14.as_deref())
    }
}

fn rows(table: &str) -> Vec<Row> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let bytes = |place: usize| hex::decode(columns[place]).unwrap();
        Row {
            name: columns[0].into(),
            dg15: bytes(1),
            dg14: (columns[2] != "-").then(|| bytes(2)),
            challenge: Challenge(bytes(3).try_into().unwrap()),
            answer: bytes(4),
        }
    })
    .collect()
}

fn by_bouncy_castle() -> Vec<Row> {
    rows(include_str!("../../../fixtures/vectors/chips.tsv"))
}

fn recorded() -> Vec<Row> {
    rows(include_str!("../../../fixtures/vectors/chips-recorded.tsv"))
}

const UNSUPPORTED: [&str; 4] = ["P-224 ", "brainpoolP224r1 ", "brainpoolP320r1 ", "RSA-768 "];

fn supported() -> Vec<Row> {
    let mut rows = by_bouncy_castle();
    rows.extend(recorded());
    rows.retain(|row| !UNSUPPORTED.iter().any(|name| row.name.starts_with(name)));
    rows
}

#[test]
fn answers_by_others_are_taken() {
    let rows = supported();
    assert_eq!(rows.len(), 54);
    for row in &rows {
        let key = row.key().unwrap();
        assert!(row.name.starts_with(&key.name()), "{}", row.name);
        assert_eq!(
            key.verify(row.challenge, &row.answer),
            Ok(()),
            "{}",
            row.name
        );
    }
}

#[test]
fn keys_of_other_kinds_are_refused_by_name() {
    let rows = by_bouncy_castle();
    let others = rows
        .iter()
        .filter(|row| UNSUPPORTED.iter().any(|name| row.name.starts_with(name)));
    let mut count = 0;
    for row in others {
        let refusal = row.key().unwrap_err();
        assert_eq!(refusal, ActiveAuthError::KeyUnsupported, "{}", row.name);
        count += 1;
    }
    assert_eq!(count, UNSUPPORTED.len());
}

/// The attack that the challenge is there for: an answer that was heard before.
#[test]
fn an_answer_to_another_challenge_is_refused() {
    for row in supported() {
        let key = row.key().unwrap();
        let refusal = key.verify(OTHER, &row.answer).unwrap_err();
        let expected = match key.is_curve() {
            true => ActiveAuthError::Signature,
            false => ActiveAuthError::Digest,
        };
        assert_eq!(refusal, expected, "{}", row.name);
    }
}

#[test]
fn an_answer_of_another_key_is_refused() {
    let rows = supported();
    for row in &rows {
        for other in rows.iter().filter(|other| other.dg15 != row.dg15) {
            let key = other.key().unwrap();
            let refusal = key.verify(row.challenge, &row.answer);
            assert!(refusal.is_err(), "{} under {}", row.name, other.name);
        }
    }
}

#[test]
fn an_answer_of_another_length_is_refused() {
    for row in supported() {
        let key = row.key().unwrap();
        let longer = [&row.answer[..], &[0]].concat();
        let zero_before = [&[0], &row.answer[..]].concat();
        let shorter = &row.answer[..row.answer.len() - 1];
        let twice = [&row.answer[..], &row.answer[..]].concat();
        for answer in [&longer[..], &zero_before, shorter, &twice, &[]] {
            let refusal = key.verify(row.challenge, answer);
            assert_eq!(refusal, Err(ActiveAuthError::AnswerForm), "{}", row.name);
        }
    }
}

#[test]
fn an_altered_answer_is_refused() {
    for row in supported() {
        let key = row.key().unwrap();
        for place in (0..row.answer.len()).step_by(11) {
            let mut answer = row.answer.clone();
            answer[place] ^= 0x40;
            assert!(key.verify(row.challenge, &answer).is_err(), "{}", row.name);
        }
    }
}

/// The other implementation at hand knows RSA, and P-256 in plain form.
#[test]
fn another_implementation_gives_the_same_verdicts() {
    use dmrtd::auth::active::verify;
    use dmrtd::lds::df1::efdg15::EfDG15;
    let mut own = Vec::new();
    for kind in [ChipKind::Rsa, ChipKind::Ecdsa] {
        let chip = SpecimenChip::insecure(kind).unwrap();
        own.push(Row {
            name: format!("specimen {kind:?}"),
            dg15: chip.dg15().unwrap(),
            dg14: chip.dg14().unwrap(),
            challenge: CHALLENGE,
            answer: chip.answer(CHALLENGE).unwrap(),
        });
    }
    let mut compared = 0;
    for row in supported().iter().chain(&own) {
        let p256 = row.name.starts_with("P-256") && row.name.contains("plain");
        if !(row.name.starts_with("RSA") || row.name.starts_with("specimen") || p256) {
            continue;
        }
        let key = EfDG15::from_bytes(row.dg15.clone()).unwrap();
        let key = key.aa_public_key();
        for challenge in [row.challenge, OTHER] {
            let ours = row.key().unwrap().verify(challenge, &row.answer).is_ok();
            let theirs = verify(key, &challenge.0, &row.answer).is_ok();
            assert_eq!(ours, theirs, "{}", row.name);
            compared += 1;
        }
    }
    assert_eq!(compared, 2 * (17 + 3 + 2));
}

#[test]
fn codes_are_all_different() {
    let codes: std::collections::BTreeSet<_> =
        ActiveAuthError::ALL.iter().map(|e| e.code()).collect();
    assert_eq!(codes.len(), ActiveAuthError::ALL.len());
    assert!(
        codes
            .iter()
            .all(|c| c.starts_with("active_authentication_"))
    );
}

fn with_chip(chip: &SpecimenChip) -> (Authority, SpecimenDocument) {
    let authority = Authority::insecure(KeyKind::P256).unwrap();
    let holder = Holder::specimen(now().date());
    let digest = DigestAlgorithm::Sha256;
    let document =
        SpecimenDocument::make_with_chip(&authority, &holder, JPEG, digest, now(), chip).unwrap();
    (authority, document)
}

fn checked(authority: &Authority, files: &ChipFiles) -> Result<Authenticated, PassiveAuthError> {
    let sod = Sod::parse(&files.sod).unwrap();
    let trust = authority.trust_store().unwrap();
    authenticate(&sod, &files.data_groups(), &trust, now())
}

#[test]
fn specimen_chips_answer() {
    for kind in [ChipKind::Rsa, ChipKind::Ecdsa] {
        let (authority, document) = with_chip(&SpecimenChip::insecure(kind).unwrap());
        let key = checked(&authority, document.files()).unwrap();
        let key = key.chip_key().unwrap();
        let mut chip = &document;
        assert!(chip.answers());
        let answer = chip.authenticate(CHALLENGE).unwrap();
        assert_eq!(key.verify(CHALLENGE, &answer), Ok(()));
        assert!(key.verify(OTHER, &answer).is_err());
    }
}

/// The attack by name: EF.SOD and EF.DG1 of a document that somebody read, its EF.DG15 too, and an
/// answer of its chip that was given to another nonce.
#[test]
fn a_copied_sod_and_dg1_with_an_answer_for_another_nonce_is_refused() {
    let (authority, document) = with_chip(&SpecimenChip::from_seed(&[1; 32]).unwrap());
    let heard = (&document).authenticate(OTHER).unwrap();
    let copy = document.files().clone();
    let key = checked(&authority, &copy).unwrap().chip_key().unwrap();
    let refusal = key.verify(CHALLENGE, &heard);
    assert_eq!(refusal, Err(ActiveAuthError::Signature));
    // The copy has nothing else to say.
    let mut chip = &copy;
    assert!(!chip.answers());
    let error = chip.authenticate(CHALLENGE).unwrap_err();
    assert_eq!(error.code(), "chip_absent");
}

/// Whoever has a chip of his own puts its key beside a copied EF.SOD.
#[test]
fn a_key_of_another_document_is_refused() {
    let (authority, document) = with_chip(&SpecimenChip::from_seed(&[1; 32]).unwrap());
    let (_, other) = with_chip(&SpecimenChip::from_seed(&[2; 32]).unwrap());
    let mut mixed = document.files().clone();
    mixed.dg15 = other.files().dg15.clone();
    let refusal = checked(&authority, &mixed).unwrap_err();
    assert_eq!(refusal, PassiveAuthError::Dg15Digest);
}

#[test]
fn a_key_that_the_sod_does_not_list_is_refused() {
    let (authority, plain) = specimen(KeyKind::P256, DigestAlgorithm::Sha256);
    let chip = SpecimenChip::from_seed(&[1; 32]).unwrap();
    let mut mixed = plain.files().clone();
    mixed.dg15 = Some(chip.dg15().unwrap().into());
    let refusal = checked(&authority, &mixed).unwrap_err();
    assert_eq!(refusal, PassiveAuthError::Dg15Digest);
    let error = checked(&authority, plain.files()).unwrap().chip_key();
    assert_eq!(error.unwrap_err(), ActiveAuthError::Dg15Missing);
}

/// EF.DG14 may forbid what the answer uses, so it cannot be left out.
#[test]
fn a_withheld_dg14_is_refused() {
    let (authority, document) = with_chip(&SpecimenChip::from_seed(&[1; 32]).unwrap());
    let mut withheld = document.files().clone();
    withheld.dg14 = None;
    let error = checked(&authority, &withheld).unwrap().chip_key();
    assert_eq!(error.unwrap_err(), ActiveAuthError::Dg14Missing);
    // And not replaced.
    withheld.dg14 = Some(vec![0x6e, 2, 0x31, 0].into());
    let refusal = checked(&authority, &withheld).unwrap_err();
    assert_eq!(refusal, PassiveAuthError::Dg14Digest);
}

/// With the specimen's key a folder answers as the chip; a copy without it does not.
#[test]
fn a_folder_answers_with_its_key_only() {
    let folder = tempfile::tempdir().unwrap();
    for kind in [ChipKind::Rsa, ChipKind::Ecdsa] {
        let (authority, document) = with_chip(&SpecimenChip::insecure(kind).unwrap());
        document.write(folder.path()).unwrap();
        let mut chip = FolderChip::new(folder.path());
        let files = ChipFiles::read(&mut chip).unwrap();
        let key = checked(&authority, &files).unwrap().chip_key().unwrap();
        assert!(chip.answers());
        let answer = chip.authenticate(CHALLENGE).unwrap();
        assert_eq!(key.verify(CHALLENGE, &answer), Ok(()));

        let file = folder.path().join("insecure-specimen-chip.pem");
        std::fs::write(&file, "no key").unwrap();
        let error = chip.authenticate(CHALLENGE).unwrap_err();
        assert_eq!(error.code(), "chip_silent");
        std::fs::remove_file(&file).unwrap();
        assert!(!chip.answers());
        let error = chip.authenticate(CHALLENGE).unwrap_err();
        assert_eq!(error.code(), "chip_absent");
        // EF.DG14 of the other kind does not stay behind.
        let _ = std::fs::remove_file(folder.path().join("EF.DG14"));
    }
}

#[test]
fn a_chips_key_is_not_printed() {
    let chip = SpecimenChip::insecure(ChipKind::Rsa).unwrap();
    assert_eq!(format!("{chip:?}"), "SpecimenChip(..)");
}
