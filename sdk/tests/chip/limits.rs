//! Chips that give too much, too little, or something else.

use humanseal_smartcard::{Curve, Manner};

use crate::table::{Table, can, mrz, with_bac, with_pace};

const DG2: u16 = 0x0102;

/// A file that announces two gigabytes is not begun, one byte above the limit neither.
#[test]
fn announced_lengths_are_limited() {
    for header in [
        &[0x75, 0x84, 0x7f, 0xff, 0xff, 0xff][..],
        &[0x75, 0x83, 0x0f, 0xff, 0xfc],
    ] {
        let (_, mut chip) = with_bac();
        chip.replace_file(DG2, [header, &[1; 600]].concat());
        let mut table = Table::new(chip);
        assert_eq!(table.code(&mrz()), "chip_file_too_long");
        // EF.DG2 comes last: one command selects it, one looks at its length.
        let last = table.sent.len() - 2..;
        let instructions = table.instructions()[last].to_vec();
        assert_eq!(instructions, [0xa4, 0xb0]);
    }
}

#[test]
fn a_file_that_ends_early_is_named() {
    let (files, mut chip) = with_pace(Curve::P256);
    let dg2 = files.dg2.unwrap();
    chip.replace_file(DG2, dg2[..dg2.len() - 1].to_vec());
    assert_eq!(Table::new(chip).code(&mrz()), "chip_file_truncated");
    // In the middle, and right after its header.
    for length in [1, 6, 700] {
        let (_, mut chip) = with_pace(Curve::P256);
        chip.replace_file(DG2, dg2[..length].to_vec());
        assert_eq!(Table::new(chip).code(&mrz()), "chip_file_truncated");
    }
    for other in [
        [0x61, 1, 1, 0, 0, 0],
        [0x75, 0x80, 0, 0, 0, 0],
        [0x75, 0, 0, 0, 0, 0],
    ] {
        let (_, mut chip) = with_pace(Curve::P256);
        chip.replace_file(DG2, other.to_vec());
        assert_eq!(Table::new(chip).code(&mrz()), "chip_file_malformed");
    }
}

/// A listed file that the chip does not have.
#[test]
fn a_missing_file_is_an_error_where_it_is_listed() {
    for id in [DG2, 0x010e, 0x010f, 0x0101, 0x011d] {
        let (_, mut chip) = with_pace(Curve::P256);
        chip.remove_file(id);
        assert_eq!(Table::new(chip).code(&mrz()), "chip_file_missing", "{id:x}");
    }
}

/// A byte at a time for ever, and more than was asked for.
#[test]
fn data_without_end_do_end() {
    let (files, mut chip) = with_bac();
    let mut endless = vec![0x75, 0x83, 0x0f, 0x00, 0x00];
    endless.resize(files.dg2.unwrap().len() + 20_000, 7);
    chip.replace_file(DG2, endless);
    let mut table = Table::new(chip.in_manner(Manner::Drip(2)));
    assert_eq!(table.code(&mrz()), "chip_commands_exhausted");
    assert_eq!(table.sent.len(), 8192);
    let (_, chip) = with_bac();
    let mut table = Table::new(chip.in_manner(Manner::Flood));
    assert_eq!(table.code(&mrz()), "chip_answer_too_long");
}

/// Other cards, and travel documents that refuse.
#[test]
fn other_chips_are_named() {
    // A bank card knows no such application.
    let (_, chip) = with_bac();
    let mut table = Table::new(chip);
    table.on_answer = Some(Box::new(|place, _| (place == 2).then(|| vec![0x6a, 0x82])));
    assert_eq!(table.code(&mrz()), "chip_no_travel_document");
    for (status, code) in [
        ([0x69, 0x83], "chip_blocked"),
        ([0x63, 0xc0], "chip_blocked"),
        ([0x69, 0x85], "chip_delayed"),
        ([0x63, 0xcf], "chip_access_key"),
        ([0x69, 0x82], "chip_access_key"),
        ([0x63, 0x00], "chip_access_key"),
        ([0x6f, 0x00], "chip_refused"),
    ] {
        let (_, chip) = with_bac();
        let mut table = Table::new(chip);
        // Master, EF.CardAccess, application, challenge, then the reader's cryptogram.
        table.on_answer = Some(Box::new(move |place, _| {
            (place == 4).then(|| status.to_vec())
        }));
        assert_eq!(table.code(&mrz()), code, "{status:02x?}");
    }
    for (status, code) in [
        ([0x69, 0x83], "chip_blocked"),
        ([0x63, 0xc0], "chip_blocked"),
        ([0x69, 0x85], "chip_delayed"),
        ([0x63, 0x00], "chip_access_key"),
        ([0x63, 0xc2], "chip_access_key"),
        ([0x6f, 0x00], "chip_pace_failed"),
    ] {
        let (_, chip) = with_pace(Curve::P256);
        let mut table = Table::new(chip);
        table.on_answer = Some(Box::new(move |_, answer| {
            answer
                .starts_with(&[0x7c, 0x0a, 0x86])
                .then(|| status.to_vec())
        }));
        assert_eq!(table.code(&can()), code, "{status:02x?}");
    }
}
