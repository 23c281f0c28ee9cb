//! The document is taken away, and comes back.

use humanseal_documents::specimen::ChipKind;
use humanseal_documents::{Challenge, ChipFault, ChipFiles};
use humanseal_sdk::DeviceDocument;
use humanseal_sdk::nfc::{Access, NfcChip, Reading};
use humanseal_smartcard::{Curve, Doors, SoftChip};

use crate::table::{
    Hand, Table, assert_same, at, can, chip_key, document, mrz, with_bac, with_pace,
};

/// How many commands open a chip: two for the master file and EF.CardAccess, then PACE with two more to
/// read EF.CardAccess, or basic access control, and the application.
const PACE: usize = 2 + 2 + 5 + 1;
const BAC: usize = 2 + 2 + 1;

type Made = (ChipFiles, SoftChip);
type Way = (fn() -> Made, Access, usize);

/// At every single command, before and after the chip acted on it: the second tap goes on, with the commands
/// that open the chip, one that selects the file again, and the lost one sent twice.
#[test]
fn pulled_away_at_every_command_reading_goes_on() {
    let ways: [Way; 2] = [
        (with_bac, mrz(), BAC),
        (|| with_pace(Curve::P256), can(), PACE),
    ];
    for (made, access, opening) in ways {
        let (files, chip) = made();
        let mut undisturbed = Table::new(chip);
        assert_same(&undisturbed.read(&access).unwrap(), &files);
        let whole = undisturbed.sent.len();
        assert!(whole > opening + 15, "{whole} commands");
        for place in 0..whole {
            for after in [false, true] {
                let mut table = Table::new(made().1);
                match after {
                    true => table.lost_after.push(place),
                    false => table.lost.push(place),
                }
                let hand = Hand::returning(1);
                let read = table.read_on(&access, &hand, &mut Reading::default());
                assert_same(&read.unwrap(), &files);
                assert_eq!(*hand.faults.borrow(), [ChipFault::LinkLost]);
                let again = table.sent.len() - (place + 1);
                let left = whole - place;
                assert!(again <= opening + 1 + left, "{place}: {again} for {left}");
                // Once something was read, it is not read again.
                assert!(
                    place < opening + 3 || again < whole,
                    "{place}: {again} of {whole}"
                );
            }
        }
    }
}

/// The same with a reader of its own for every tap: what was read is handed on.
#[test]
fn another_reader_goes_on_with_what_was_read() {
    let (files, chip) = with_pace(Curve::BrainpoolP256r1);
    let mut table = Table::new(chip);
    let mut reading = Reading::default();
    let mut before = 0;
    let read = loop {
        // Every tap lasts for a dozen commands.
        table.lost = vec![table.sent.len() + 14];
        let hand = Hand::default();
        match table.read_on(&can(), &hand, &mut reading) {
            Ok(files) => break files,
            Err(error) => assert_eq!(error.code(), "chip_link_lost"),
        }
        assert!(reading.bytes() > before, "every tap reads on");
        before = reading.bytes();
    };
    assert_same(&read, &files);
    assert!(before > 0);
    // What is whole is not asked for again, and nothing else is either.
    let sent = table.sent.len();
    table.lost.clear();
    assert_same(
        &table
            .read_on(&can(), &Hand::default(), &mut reading)
            .unwrap(),
        &files,
    );
    assert_eq!(table.sent.len(), sent);
}

/// A link that is lost again and again ends.
#[test]
fn a_hand_that_never_holds_still_is_given_up() {
    let (_, chip) = with_bac();
    let mut table = Table::new(chip);
    table.lost = (0..10_000).collect();
    let hand = Hand::returning(u32::MAX);
    let read = table.read_on(&mrz(), &hand, &mut Reading::default());
    assert_eq!(read.unwrap_err().code(), "chip_link_lost");
    assert_eq!(table.sent.len(), 64);
}

/// The link is lost between reading and asking, while the issuer is asked for a challenge.
#[test]
fn the_chip_is_asked_at_another_tap() {
    let (_, chip) = with_pace(Curve::P256);
    let mut table = Table::new(chip);
    let mut reading = Reading::default();
    let (access, hand) = (can(), Hand::returning(1));
    let document = {
        let mut chip = NfcChip::new(&mut table, &access, &hand, &mut reading);
        DeviceDocument::read(&mut chip, at()).unwrap()
    };
    let sent = table.sent.len();
    table.chip.lose_power();
    table.lost = vec![sent];
    let mut chip = NfcChip::new(&mut table, &access, &hand, &mut reading);
    let answer = document.ask(&mut chip, Challenge([5; 8])).unwrap();
    assert!(answer.is_some());
    // A lost command, the opening, the challenge: nothing is read again.
    assert_eq!(table.sent.len() - sent, 1 + PACE + 1);
}

/// Whoever stops is obeyed before the next command, and goes on later.
#[test]
fn cancelled_reading_goes_on_later() {
    let (files, chip) = with_bac();
    let mut table = Table::new(chip);
    let mut reading = Reading::default();
    for commands in [0, 3, 12] {
        let before = table.sent.len();
        let hand = Hand::returning(9);
        hand.stops_after.set(Some(commands));
        let read = table.read_on(&mrz(), &hand, &mut reading);
        assert_eq!(read.unwrap_err().code(), "cancelled");
        assert_eq!(table.sent.len() - before, commands as usize);
        assert!(hand.faults.borrow().is_empty(), "nobody is asked again");
    }
    assert!(reading.bytes() > 0);
    let hand = Hand::default();
    assert_same(&table.read_on(&mrz(), &hand, &mut reading).unwrap(), &files);
    assert!(hand.progress.get() > 5);
}

/// Two documents in turn do not become one: the file that is mixed is thrown away.
#[test]
fn another_document_at_the_second_tap_is_noticed() {
    let (_, chip) = with_bac();
    let key = chip_key(ChipKind::Ecdsa);
    // The same holder and number, another portrait: a renewed document, say.
    let other = document(&key, &[], 1400);
    let other = SoftChip::new(&other, Some(key), Doors::bac(), at(), [8; 32]).unwrap();
    let mut table = Table::new(chip);
    let mut reading = Reading::default();
    let whole = {
        let mut undisturbed = Table::new(with_bac().1);
        undisturbed.read(&mrz()).unwrap();
        undisturbed.sent.len()
    };
    table.lost = vec![whole - 1];
    assert!(
        table
            .read_on(&mrz(), &Hand::default(), &mut reading)
            .is_err()
    );
    let mut table = Table::new(other);
    let mut code = || {
        let read = table.read_on(&mrz(), &Hand::default(), &mut reading);
        read.unwrap_err().code()
    };
    // Its portrait ends before the place where the first one's was left; from its beginning it is not the
    // one that EF.SOD lists.
    assert_eq!(code(), "chip_file_truncated");
    assert_eq!(code(), "chip_file_differs");
}
