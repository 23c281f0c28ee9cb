//! Whoever is between chip and reader, and chips that are no chips of the document.

use humanseal_documents::specimen::{ChipKind, SpecimenChip};
use humanseal_documents::{CardAccess, Challenge, ChipFiles};
use humanseal_sdk::DeviceDocument;
use humanseal_sdk::nfc::{Access, NfcChip, Reading, Unattended};
use humanseal_smartcard::{Curve, Doors, SoftChip, offer};

use crate::table::{
    CAN, Hand, Table, assert_same, at, can, chip_key, document, mrz, with_bac, with_pace,
};

const GET_CHALLENGE: u8 = 0x84;

type Made = (ChipFiles, SoftChip);

fn ways() -> [(fn() -> Made, Access); 2] {
    [(with_bac, mrz()), (|| with_pace(Curve::P256), can())]
}

fn is_protected(command: &[u8]) -> bool {
    command[0] & 0x0c == 0x0c
}

/// The places of protected commands in an undisturbed reading.
fn protected(made: fn() -> Made, access: &Access) -> Vec<usize> {
    let mut table = Table::new(made().1);
    table.read(access).unwrap();
    let places = 0..table.sent.len();
    places
        .filter(|place| is_protected(&table.sent[*place]))
        .collect()
}

/// A bit of any answer in the channel, near its front and in its MAC; then the reading goes on.
#[test]
fn an_altered_answer_is_refused_at_every_place() {
    for (made, access) in ways() {
        for place in protected(made, &access) {
            for from_end in [3usize, 10, 0] {
                let mut table = Table::new(made().1);
                table.on_answer = Some(Box::new(move |now, answer| {
                    if now != place {
                        return None;
                    }
                    let mut answer = answer.to_vec();
                    let at = match from_end {
                        0 => 3,
                        _ => answer.len() - from_end,
                    };
                    answer[at] ^= 1;
                    Some(answer)
                }));
                let mut reading = Reading::default();
                let read = table.read_on(&access, &Hand::default(), &mut reading);
                assert_eq!(read.unwrap_err().code(), "chip_channel", "{place}");
                let read = table.read_on(&access, &Hand::default(), &mut reading);
                assert_same(&read.unwrap(), &made().0);
            }
        }
    }
}

/// A bit of any command: the chip refuses it, unprotected, and the reader says so.
#[test]
fn an_altered_command_is_refused_at_every_place() {
    for (made, access) in ways() {
        for place in protected(made, &access) {
            let mut table = Table::new(made().1);
            table.on_command = Some(Box::new(move |now, command| {
                if now != place {
                    return None;
                }
                let mut command = command.to_vec();
                // The last byte of the MAC; behind it stands the length.
                let at = command.len() - 2;
                command[at] ^= 1;
                Some(command)
            }));
            assert_eq!(table.code(&access), "chip_channel", "{place}");
            assert_eq!(table.got.last().unwrap(), &[0x69, 0x88]);
        }
    }
}

/// An answer that was good before.
#[test]
fn a_replayed_answer_is_refused() {
    for (made, access) in ways() {
        let places = protected(made, &access);
        for place in &places[1..] {
            let place = *place;
            let mut table = Table::new(made().1);
            let mut last = Vec::new();
            table.on_answer = Some(Box::new(move |now, answer| {
                let replayed = (now == place).then(|| last.clone());
                last = answer.to_vec();
                replayed
            }));
            assert_eq!(table.code(&access), "chip_channel", "{place}");
        }
    }
}

/// The protection is taken off: nobody vouches for a bare status, good or bad.
#[test]
fn a_bare_status_in_the_channel_is_no_answer() {
    for (made, access) in ways() {
        for place in protected(made, &access) {
            for (status, code) in [
                ([0x90, 0x00], "chip_channel"),
                ([0x69, 0x87], "chip_channel"),
                ([0x6a, 0x82], "chip_refused"),
                ([0x62, 0x82], "chip_refused"),
            ] {
                let mut table = Table::new(made().1);
                table.on_answer = Some(Box::new(move |now, _| {
                    (now == place).then(|| status.to_vec())
                }));
                assert_eq!(table.code(&access), code, "{place}");
            }
        }
    }
}

/// The chip is exchanged for one with another portrait once the channel is open: EF.SOD tells.
#[test]
fn a_file_that_was_swapped_after_the_opening_is_refused() {
    for (id, other) in [
        (0x0102, "dg2"),
        (0x0101, "dg1"),
        (0x010f, "dg15"),
        (0x010e, "dg14"),
    ] {
        let (files, chip) = with_pace(Curve::P256);
        let good = [&files.dg2, &files.dg14, &files.dg15].map(|file| file.clone().unwrap());
        let [dg2, dg14, dg15] = good;
        let mut swapped = match other {
            "dg2" => dg2.to_vec(),
            "dg14" => dg14.to_vec(),
            "dg15" => dg15.to_vec(),
            _ => files.dg1.to_vec(),
        };
        let good = swapped.clone();
        *swapped.last_mut().unwrap() ^= 1;
        let mut table = Table::new(chip);
        // The twelfth command reads EF.SOD.
        let bad = swapped.clone();
        table.before = Some((12, Box::new(move |chip| chip.replace_file(id, bad.clone()))));
        let mut reading = Reading::default();
        let read = table.read_on(&can(), &Hand::returning(5), &mut reading);
        assert_eq!(read.unwrap_err().code(), "chip_file_differs", "{other}");
        // It is thrown away, so the true document can be read afterwards.
        table.before = None;
        table.chip.replace_file(id, good);
        let read = table.read_on(&can(), &Hand::default(), &mut reading);
        assert_same(&read.unwrap(), &files);
    }
}

/// EF.CardAccess is hidden, so that the reader takes the weaker way: the signed EF.DG14 tells.
#[test]
fn a_hidden_pace_is_noticed() {
    let (_, chip) = with_pace(Curve::P256);
    let mut table = Table::new(chip);
    table.on_answer = Some(Box::new(|place, _| (place == 1).then(|| vec![0x6a, 0x82])));
    let mut reading = Reading::default();
    let read = table.read_on(&mrz(), &Hand::default(), &mut reading);
    assert_eq!(read.unwrap_err().code(), "chip_card_access");
    assert!(table.instructions().contains(&GET_CHALLENGE));
    // From then on it is known before anything is read.
    let sent = table.sent.len();
    table.on_answer = Some(Box::new(move |place, _| {
        (place == sent + 1).then(|| vec![0x6a, 0x82])
    }));
    let read = table.read_on(&mrz(), &Hand::default(), &mut reading);
    assert_eq!(read.unwrap_err().code(), "chip_card_access");
    assert_eq!(table.sent.len() - sent, 5);
    table.on_answer = None;
    assert!(
        table
            .read_on(&mrz(), &Hand::default(), &mut reading)
            .is_ok()
    );
}

/// EF.CardAccess offers a mapping that is not spoken here, which no signed file lists.
#[test]
fn a_pace_that_was_exchanged_is_noticed() {
    let key = chip_key(ChipKind::Ecdsa);
    let files = document(&key, &[offer(Curve::P256)], 300);
    let mut integrated = offer(Curve::P256).as_der().to_vec();
    // id-PACE-ECDH-IM-AES-CBC-CMAC-128.
    integrated[12] = 4;
    let chip = SoftChip::new(
        &files,
        Some(key),
        Doors::pace(Curve::P256, CAN),
        at(),
        [7; 32],
    );
    let mut table = Table::new(chip.unwrap());
    let genuine = CardAccess::encode(&[offer(Curve::P256)]);
    let altered = [&[0x31, 0x14][..], &integrated].concat();
    assert!(CardAccess::parse(&altered).is_ok());
    table.on_answer = Some(Box::new(move |_, answer| {
        let place = answer.len().checked_sub(2)?;
        let (data, status) = answer.split_at(place);
        let at = genuine
            .windows(data.len().max(1))
            .position(|part| part == data)?;
        Some([&altered[at..at + data.len()], status].concat())
    }));
    assert_eq!(table.code(&mrz()), "chip_card_access");
}

/// PACE is disturbed at each of its steps: it fails, and no weaker way is taken.
#[test]
fn a_disturbed_pace_is_the_end() {
    for tag in [0x80, 0x82, 0x84, 0x86] {
        let (_, chip) = with_pace(Curve::BrainpoolP256r1);
        let mut table = Table::new(chip);
        table.on_answer = Some(Box::new(move |_, answer| {
            let step = answer[0] == 0x7c && answer[2] == tag;
            step.then(|| {
                let mut answer = answer.to_vec();
                answer[8] ^= 1;
                answer
            })
        }));
        let code = table.code(&mrz());
        // Another nonce is another generator: to the chip the key looks wrong.
        let expected = if tag == 0x80 {
            "chip_access_key"
        } else {
            "chip_pace_failed"
        };
        assert_eq!(code, expected, "{tag:x}");
        assert!(!table.instructions().contains(&GET_CHALLENGE));
    }
    // Another curve than the chip has.
    let (_, chip) = with_pace(Curve::BrainpoolP256r1);
    let mut table = Table::new(chip);
    let altered = CardAccess::encode(&[offer(Curve::P256)]);
    let genuine = CardAccess::encode(&[offer(Curve::BrainpoolP256r1)]);
    table.on_answer = Some(Box::new(move |_, answer| {
        let (data, _) = answer.split_at(answer.len().checked_sub(2)?);
        let at = genuine
            .windows(data.len().max(1))
            .position(|part| part == data)?;
        Some([&altered[at..at + data.len()], &[0x90, 0]].concat())
    }));
    assert_eq!(table.code(&mrz()), "chip_pace_failed");
    assert!(!table.instructions().contains(&GET_CHALLENGE));
}

/// Of an empty nonce nobody needs to know the password: whoever sends one is let in nowhere.
#[test]
fn a_chip_without_the_password_sends_an_empty_nonce() {
    for nonce in [&[][..], &[0; 15], &[0; 48]] {
        for curve in [Curve::P256, Curve::BrainpoolP256r1] {
            let (_, chip) = with_pace(curve);
            let mut table = Table::new(chip);
            let mut answer = vec![0x7c, nonce.len() as u8 + 2, 0x80, nonce.len() as u8];
            answer.extend_from_slice(nonce);
            answer.extend([0x90, 0]);
            table.on_answer = Some(Box::new(move |_, genuine| {
                (genuine[0] == 0x7c && genuine[2] == 0x80).then(|| answer.clone())
            }));
            assert_eq!(table.code(&mrz()), "chip_pace_failed");
            // It ends there: no key is sent for such a nonce.
            let asked = table.got.iter().position(|answer| answer[0] == 0x7c);
            assert_eq!(asked, Some(table.got.len() - 1));
        }
    }
}

/// PACE was offered at the first tap and is hidden at the next: basic access control is not taken.
#[test]
fn a_pace_that_is_hidden_at_the_second_tap_is_refused() {
    let (_, chip) = with_pace(Curve::P256);
    let mut table = Table::new(chip);
    let mut reading = Reading::default();
    table.on_answer = Some(Box::new(|_, answer| {
        let token = answer[0] == 0x7c && answer[2] == 0x86;
        token.then(|| vec![0x64, 0])
    }));
    let read = table.read_on(&mrz(), &Hand::default(), &mut reading);
    assert_eq!(read.unwrap_err().code(), "chip_pace_failed");
    // Now EF.CardAccess is not found.
    table.on_answer = None;
    let from = table.sent.len();
    table.on_command = Some(Box::new(|_, command| {
        (command == [0, 0xa4, 2, 0x0c, 2, 0x01, 0x1c])
            .then(|| vec![0, 0xa4, 2, 0x0c, 2, 0x0f, 0x0f])
    }));
    let read = table.read_on(&mrz(), &Hand::default(), &mut reading);
    assert_eq!(read.unwrap_err().code(), "chip_card_access");
    assert!(
        !table.sent[from..]
            .iter()
            .any(|command| command[1] == GET_CHALLENGE)
    );
}

/// Somebody without the password sends the reader's own key back, and then its own token, which would fit.
#[test]
fn the_readers_own_key_is_not_taken_for_the_chips() {
    for curve in [Curve::P256, Curve::BrainpoolP256r1] {
        let (_, chip) = with_pace(curve);
        let mut table = Table::new(chip);
        let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let kept = seen.clone();
        table.on_command = Some(Box::new(move |_, command| {
            *kept.lock().unwrap() = command.to_vec();
            None
        }));
        table.on_answer = Some(Box::new(move |_, answer| {
            let command = seen.lock().unwrap().clone();
            // The answer is the command's data, with the tag of an answer.
            let reflect = |tag: u8| {
                let mut data = command[5..command.len() - 1].to_vec();
                data[2] = tag;
                [&data[..], &[0x90, 0]].concat()
            };
            match command.get(5..8) {
                Some([0x7c, _, 0x83]) => Some(reflect(0x84)),
                Some([0x7c, _, 0x85]) => Some(reflect(0x86)),
                _ => Some(answer.to_vec()),
            }
        }));
        assert_eq!(table.code(&can()), "chip_pace_failed");
        assert_eq!(*table.sent.last().unwrap().first().unwrap(), 0x10);
    }
}

/// Copies of a chip: without a key, and with another one.
#[test]
fn a_copy_without_the_key_earns_nothing() {
    let (files, _) = with_pace(Curve::P256);
    let other = SpecimenChip::from_seed(&[3; 32]).unwrap();
    for (key, code) in [
        (None, "chip_refused"),
        (Some(other), "active_authentication_signature"),
    ] {
        let doors = Doors::pace(Curve::P256, CAN);
        let clone = SoftChip::new(&files, key, doors, at(), [9; 32]).unwrap();
        let mut table = Table::new(clone);
        let (access, mut reading) = (can(), Reading::default());
        let mut chip = NfcChip::new(&mut table, &access, &Unattended, &mut reading);
        let document = DeviceDocument::read(&mut chip, at()).unwrap();
        assert_eq!(u8::from(document.attainable()), 3);
        let error = document.ask(&mut chip, Challenge([4; 8])).unwrap_err();
        assert_eq!(error.code(), code);
    }
}

/// Errors and debug output say nothing of the document.
#[test]
fn nothing_personal_is_in_what_is_printed() {
    let (_, chip) = with_bac();
    let mut table = Table::new(chip);
    let mut reading = Reading::default();
    let access = Access::from_fields("L898902C4", "740812", "310601").unwrap();
    let error = table
        .read_on(&access, &Hand::default(), &mut reading)
        .unwrap_err();
    let printed = format!("{error} {error:?} {access:?} {reading:?}");
    for secret in ["L898902C", "740812", "310601", "898902"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
