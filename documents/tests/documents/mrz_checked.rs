//! MRZs that another reader judged (`scripts/outsiders/mrz_verdicts.py`).

use humanseal_documents::{CheckedField, Date, Moment, Mrz, MrzError};

const CHECKED: &str = include_str!("../../../fixtures/vectors/mrz-checked.tsv");

/// The field as the other reader calls it.
fn name(field: CheckedField) -> &'static str {
    match field {
        CheckedField::Number => "document_number",
        CheckedField::Birthdate => "birth_date",
        CheckedField::Expiry => "expiry_date",
        CheckedField::Optional => "optional_data",
        CheckedField::Composite => "final",
    }
}

#[test]
fn another_reader_finds_the_same_check_digits_wrong() {
    let at = Moment::start_of(Date::new(2026, 6, 1).unwrap());
    let (mut good, mut wrong, mut no_date, mut visas) = (0, 0, 0, 0);
    for line in CHECKED.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [format, text, theirs] = columns[..] else {
            panic!("{line}");
        };
        let ours = Mrz::from_text(&text.replace('/', "\n"), at).err();
        if format.starts_with("MRV") {
            // Two visa formats are as long as TD3 and TD2; they are refused as what they are.
            assert_eq!(ours, Some(MrzError::DocumentCode), "{line}");
            visas += 1;
            continue;
        }
        match ours {
            None => {
                assert_eq!(theirs, "-", "{line}");
                good += 1;
            }
            Some(MrzError::CheckDigit(field)) => {
                assert!(theirs.split(',').any(|it| it == name(field)), "{line}");
                wrong += 1;
            }
            // A filler in place of a number's check digit, or of the whole number, means that it
            // goes on in the optional data, which has to be well formed before it is summed up.
            Some(MrzError::Number) => {
                assert_ne!(theirs, "-", "{line}");
                wrong += 1;
            }
            // A filler or a letter may weigh as much as the digit that it replaces: then the check
            // digits hold, and only who reads the date sees that it is none.
            Some(MrzError::Birthdate | MrzError::Expiry | MrzError::BirthYearUnknown) => {
                assert_eq!(theirs, "-", "{line}");
                no_date += 1;
            }
            Some(error) => panic!("{error:?}: {line}"),
        }
    }
    assert_eq!((good + wrong + no_date, visas), (300, 200));
    assert!(no_date <= 5, "{no_date}");
    assert!(good >= 150 && wrong >= 120, "{good} {wrong}");
}

/// The samples of Doc 9303 part 7 (MRV-A and MRV-B), whose check digits the other reader finds right.
#[test]
fn icaos_visas_are_refused_as_what_they_are() {
    let at = Moment::start_of(Date::new(2026, 6, 1).unwrap());
    for visa in [
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
    ] {
        let refusal = Mrz::from_text(visa, at).err();
        assert_eq!(refusal, Some(MrzError::DocumentCode), "{visa}");
    }
}
