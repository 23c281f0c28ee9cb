//! Chips of several kinds, opened with several keys.

use humanseal_documents::Challenge;
use humanseal_documents::specimen::ChipKind;
use humanseal_sdk::DeviceDocument;
use humanseal_sdk::nfc::{Access, NfcChip, Reading, Unattended};
use humanseal_smartcard::{Curve, Doors, Manner, SoftChip, offer};

use crate::table::{
    CAN, Table, assert_same, at, can, chip_key, document, mrz, with_bac, with_pace,
};

const GET_CHALLENGE: u8 = 0x84;
const GENERAL_AUTHENTICATE: u8 = 0x86;
const READ_FAR: u8 = 0xb1;

/// Reads, and lets the chip sign.
fn level(table: &mut Table, access: &Access) -> u8 {
    let mut reading = Reading::default();
    let mut chip = NfcChip::new(table, access, &Unattended, &mut reading);
    let read = DeviceDocument::read(&mut chip, at()).unwrap();
    let answer = read.ask(&mut chip, Challenge([9; 8])).unwrap();
    assert!(answer.is_some());
    read.attainable().into()
}

#[test]
fn basic_access_control_reads_everything() {
    let (files, chip) = with_bac();
    let mut table = Table::new(chip);
    assert_same(&table.read(&mrz()).unwrap(), &files);
    assert!(table.instructions().contains(&GET_CHALLENGE));
    assert!(!table.instructions().contains(&GENERAL_AUTHENTICATE));
    let (_, chip) = with_bac();
    assert_eq!(level(&mut Table::new(chip), &mrz()), 3);
}

/// The number, the dates and the expiry that were made, each from the whole MRZ too.
#[test]
fn pace_reads_everything_over_both_curves_with_both_keys() {
    for curve in [Curve::P256, Curve::BrainpoolP256r1] {
        for access in [mrz(), can()] {
            let (files, chip) = with_pace(curve);
            let mut table = Table::new(chip);
            assert_same(&table.read(&access).unwrap(), &files);
            assert!(!table.instructions().contains(&GET_CHALLENGE));
            let (_, chip) = with_pace(curve);
            assert_eq!(level(&mut Table::new(chip), &access), 3);
        }
    }
}

#[test]
fn the_whole_mrz_opens_the_chip_too() {
    let (files, chip) = with_bac();
    let dg1 = humanseal_documents::Dg1::parse(&files.dg1).unwrap();
    let mrz = humanseal_documents::Mrz::parse(dg1.mrz_bytes(), at()).unwrap();
    let read = Table::new(chip).read(&Access::from_mrz(&mrz)).unwrap();
    assert_same(&read, &files);
}

/// Answers of 256 bytes and more: a signature of RSA-2048 in the channel takes the extended form.
#[test]
fn an_answer_of_rsa_fits() {
    let key = chip_key(ChipKind::Rsa);
    let files = document(&key, &[offer(Curve::P256)], 300);
    for doors in [Doors::bac(), Doors::pace(Curve::P256, CAN)] {
        // A chip that has no PACE does not list it.
        let files = match doors.card_access {
            Some(_) => files.clone(),
            None => document(&key, &[], 300),
        };
        for manner in [Manner::Plain, Manner::Parts(255)] {
            let chip = SoftChip::new(&files, Some(key.clone()), doors.clone(), at(), [7; 32]);
            let mut table = Table::new(chip.unwrap().in_manner(manner));
            assert_eq!(level(&mut table, &mrz()), 3);
        }
    }
}

/// A portrait longer than the 32 KiB that the near form reaches.
#[test]
fn a_long_portrait_is_read_by_the_far_form() {
    let key = chip_key(ChipKind::Ecdsa);
    for doors in [Doors::bac(), Doors::pace(Curve::P256, CAN)] {
        let listed = doors.card_access.clone().unwrap_or_default();
        let files = document(&key, &listed, 40_000);
        let chip = SoftChip::new(&files, Some(key.clone()), doors, at(), [7; 32]).unwrap();
        let mut table = Table::new(chip);
        assert_same(&table.read(&mrz()).unwrap(), &files);
        assert!(table.instructions().contains(&READ_FAR));
    }
}

/// Chips that give their answers in parts (61), tell the right length (6C), or give little at once.
#[test]
fn manners_of_chips_are_kept_up_with() {
    for manner in [Manner::Parts(60), Manner::Exact, Manner::Drip(40)] {
        for (files, chip, access) in [
            (with_bac(), mrz()),
            (with_pace(Curve::BrainpoolP256r1), can()),
        ]
        .map(|((files, chip), access)| (files, chip, access))
        {
            let mut table = Table::new(chip.in_manner(manner));
            let read = table.read(&access);
            assert_same(
                &read.unwrap_or_else(|error| panic!("{manner:?}: {error}")),
                &files,
            );
        }
    }
}

/// The chip accepts what it offers in EF.CardAccess and EF.DG14 repeats nothing: older chips.
#[test]
fn a_chip_whose_dg14_lists_no_pace_is_read() {
    let key = chip_key(ChipKind::Ecdsa);
    let files = document(&key, &[], 100);
    let doors = Doors::pace(Curve::P256, CAN);
    let chip = SoftChip::new(&files, Some(key), doors, at(), [7; 32]).unwrap();
    assert_same(&Table::new(chip).read(&mrz()).unwrap(), &files);
}

#[test]
fn a_wrong_key_is_named() {
    for wrong in [
        Access::from_fields("L898902C4", "740812", "310601"),
        Access::from_fields("L898902C3", "740813", "310601"),
        Access::from_fields("L898902C3", "740812", "310602"),
    ] {
        let wrong = wrong.unwrap();
        let (_, chip) = with_bac();
        assert_eq!(Table::new(chip).code(&wrong), "chip_access_key");
        for curve in [Curve::P256, Curve::BrainpoolP256r1] {
            let (_, chip) = with_pace(curve);
            let mut table = Table::new(chip);
            assert_eq!(table.code(&wrong), "chip_access_key");
            assert!(
                !table.instructions().contains(&GET_CHALLENGE),
                "no weaker way"
            );
        }
    }
    let (_, chip) = with_pace(Curve::P256);
    let wrong = Access::from_can("123457").unwrap();
    assert_eq!(Table::new(chip).code(&wrong), "chip_access_key");
}

#[test]
fn a_card_access_number_needs_pace_and_a_whole_date_basic_access_control() {
    let (_, chip) = with_bac();
    assert_eq!(Table::new(chip).code(&can()), "chip_can_unsupported");
    let (_, chip) = with_bac();
    let open = Access::from_fields("L898902C3", "74<<<<", "310601").unwrap();
    assert_eq!(Table::new(chip).code(&open), "chip_dates_unsupported");
}
