//! MRZs: ICAO's samples, then anything.

use humanseal_documents::specimen::Holder;
use humanseal_documents::{Date, Moment, Mrz, MrzError, MrzFormat};
use proptest::prelude::*;

const SAMPLES: &str = include_str!("../../../fixtures/vectors/mrz-icao.tsv");

fn today() -> Moment {
    Moment::start_of(Date::new(2026, 6, 1).unwrap())
}

#[test]
fn icaos_samples_are_read() {
    let mut read = 0;
    for line in SAMPLES.lines().filter(|l| !l.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let text = columns[0].replace('/', "\n");
        let mrz = Mrz::from_text(&text, today()).unwrap();
        let optional = mrz.optional().map(|o| if o.is_empty() { "-" } else { o });
        assert_eq!(mrz.state().as_str(), columns[1]);
        assert_eq!(mrz.number().as_str(), columns[2]);
        assert_eq!(mrz.birthdate().yyyymmdd().to_string(), columns[3]);
        assert_eq!(mrz.expiry().yyyymmdd().to_string(), columns[4]);
        assert_eq!(mrz.name().normalised().as_str(), columns[5]);
        assert_eq!(optional, columns[6..8]);
        // The same in one line, but not in lines of other lengths.
        assert!(Mrz::from_text(&text.replace('\n', ""), today()).is_ok());
        let mut shifted = text.replace('\n', "");
        shifted.insert(10, '\n');
        assert_eq!(
            Mrz::from_text(&shifted, today()).err(),
            Some(MrzError::Length)
        );
        read += 1;
    }
    assert_eq!(read, 6);
}

#[test]
fn personal_data_is_not_printed() {
    let holder = Holder::specimen(today().date());
    let mrz = Mrz::parse(holder.mrz().unwrap().as_bytes(), today()).unwrap();
    let printed = format!("{holder:?} {mrz:?} {:?} {:?}", mrz.holder(), mrz.name());
    for secret in ["ERIKSSON", "L898902C3", "1974", "740812", "UTO"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert_eq!(
        mrz.holder().personal_number.as_ref().map(|n| n.as_str()),
        Some("ZE184226B")
    );
}

#[test]
fn malformed_fields_are_refused_by_name() {
    let good = Holder::specimen(today().date()).mrz().unwrap().to_string();
    let parse = |text: &str| {
        Mrz::parse(text.as_bytes(), today())
            .err()
            .map(MrzError::code)
    };
    let with = |place: usize, text: &str| {
        let mut changed = good.clone();
        changed.replace_range(place..place + text.len(), text);
        parse(&changed)
    };
    assert_eq!(parse(&good), None);
    for (place, text, code) in [
        (0, "V", "mrz_document_code"),
        (1, "1", "mrz_document_code"),
        (2, "<<<", "mrz_state"),
        (2, "U<O", "mrz_state"),
        (5, "<", "mrz_name"),
        (6, "1", "mrz_name"),
        (44, "<", "mrz_number"),
        (53, "<", "mrz_number"),
        (54, "1", "mrz_nationality"),
        (64, "A", "mrz_sex"),
        (0, "p", "mrz_alphabet"),
    ] {
        assert_eq!(with(place, text), Some(code), "{place} {text}");
    }
    assert_eq!(parse(&good[1..]), Some("mrz_length"));
    assert_eq!(parse(""), Some("mrz_length"));
}

prop_compose! {
    fn holders()(
        format in prop::sample::select(&MrzFormat::ALL[..]),
        name in "[A-Z]{1,12}<<[A-Z]{1,12}",
        number in "[A-Z0-9]{1,9}",
        state in prop::sample::select(&["UTO", "D", "FRA", "UNO", "XXA"][..]),
        born in (1930u16..=2025, 1u8..=12, 1u8..=28),
        expires in (1980u16..=2070, 1u8..=12, 1u8..=28),
        personal in "[A-Z0-9]{0,7}",
    ) -> Holder {
        let mut holder = Holder::specimen(today().date());
        holder.format = format;
        holder.code = if format == MrzFormat::Td3 { "P".into() } else { "I".into() };
        holder.name = name;
        holder.number = number;
        holder.state = state.into();
        holder.nationality = state.into();
        holder.birthdate = Date::new(born.0, born.1, born.2).unwrap();
        holder.expiry = Date::new(expires.0, expires.1, expires.2).unwrap();
        holder.personal_number = personal;
        holder
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(holder in holders()) {
        let mrz = Mrz::parse(holder.mrz().unwrap().as_bytes(), today()).unwrap();
        let (number, state) = (mrz.number(), mrz.state());
        prop_assert_eq!(mrz.format(), holder.format);
        prop_assert_eq!(number.as_str(), holder.number.as_str());
        prop_assert_eq!(mrz.birthdate(), holder.birthdate);
        prop_assert_eq!(mrz.expiry(), holder.expiry);
        prop_assert_eq!(state.as_str(), holder.state.as_str());
        prop_assert_eq!(mrz.optional()[0], holder.personal_number.as_str());
    }

    /// One digit or letter in a covered field, replaced by one of another value modulo 10, is seen:
    /// the weights 7, 3 and 1 are prime to 10.
    #[test]
    fn a_changed_character_is_seen(holder in holders(), place in 0usize..9, step in 1u8..10) {
        let mut mrz = holder.mrz().unwrap().as_bytes().to_vec();
        let start = match holder.format {
            MrzFormat::Td1 => 5,
            MrzFormat::Td2 => 36,
            MrzFormat::Td3 => 44,
        };
        let place = start + place % holder.number.len();
        mrz[place] = if mrz[place].is_ascii_digit() {
            b'0' + (mrz[place] - b'0' + step) % 10
        } else {
            b'A' + (mrz[place] - b'A' + step) % 26
        };
        let same_value = |a: u8, b: u8| {
            let value = |c: u8| u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' + 10 });
            value(a) % 10 == value(b) % 10
        };
        let before = holder.mrz().unwrap().as_bytes()[place];
        prop_assume!(!same_value(before, mrz[place]));
        let error = Mrz::parse(&mrz, today()).err().map(MrzError::code);
        prop_assert_eq!(error, Some("mrz_check_digits"));
    }

    #[test]
    fn arbitrary_text_never_panics(text in "[A-Z0-9<]{72}|[A-Z0-9<]{88}|[A-Z0-9<]{90}|.{0,130}") {
        let _ = Mrz::from_text(&text, today());
        let _ = Mrz::parse(text.as_bytes(), today());
    }
}
