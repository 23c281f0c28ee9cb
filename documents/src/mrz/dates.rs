//! Dates of two-digit years (ICAO 9303 part 3, section 4.8).

use super::MrzError;
use crate::time::{Date, days_in_month};

/// A part of a date: two digits, or two fillers where it is unknown.
fn part(field: &str, place: usize) -> Result<Option<u8>, ()> {
    match field.get(place..place + 2) {
        Some("<<") => Ok(None),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().map(Some).map_err(|_| ())
        }
        _ => Err(()),
    }
}

/// The date of birth as docs/protocol.md section 5 wants it: an unknown month or day becomes the
/// latest possible one, an unknown year is refused.
///
/// The century is the latest one that gives a real date which, taken as early as its unknown parts
/// allow, does not lie after `today`. So nobody is taken for older than the document says, and a
/// person of over a hundred years is taken for a hundred years younger.
pub(crate) fn birthdate(field: &str, today: Date) -> Result<Date, MrzError> {
    let wrong = |()| MrzError::Birthdate;
    let year = part(field, 0)
        .map_err(wrong)?
        .ok_or(MrzError::BirthYearUnknown)?;
    let month = part(field, 2).map_err(wrong)?;
    let day = part(field, 4).map_err(wrong)?;

    let this_century = today.year() / 100 * 100;
    [this_century, this_century.saturating_sub(100)]
        .into_iter()
        .find_map(|century| {
            let year = century + u16::from(year);
            let earliest = Date::new(year, month.unwrap_or(1), day.unwrap_or(1))?;
            let latest_month = month.unwrap_or(12);
            let latest_day = day.unwrap_or_else(|| days_in_month(year, latest_month));
            let latest = Date::new(year, latest_month, latest_day)?;
            (earliest <= today).then_some(latest)
        })
        .ok_or(MrzError::Birthdate)
}

/// The date of expiry, whose parts must all be known. The century is the one that puts its year at
/// most 50 years before and less than 50 years after this year.
pub(crate) fn expiry(field: &str, today: Date) -> Result<Date, MrzError> {
    let known = |place| part(field, place).ok().flatten().ok_or(MrzError::Expiry);
    let (year, month, day) = (known(0)?, known(2)?, known(4)?);
    let first = today.year().saturating_sub(50);
    let mut full = first / 100 * 100 + u16::from(year);
    if full < first {
        full += 100;
    }
    Date::new(full, month, day).ok_or(MrzError::Expiry)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: u32) -> Date {
        Date::from_yyyymmdd(number).unwrap()
    }

    #[test]
    fn birth_years_take_the_latest_century_that_is_not_in_the_future() {
        let today = day(20260315);
        for (field, date) in [
            ("740812", 19740812),
            ("260315", 20260315),
            ("260316", 19260316),
            ("270101", 19270101),
            ("000229", 20000229),
            // Unknown parts become the latest possible date.
            ("74<<<<", 19741231),
            ("7402<<", 19740228),
            ("7602<<", 19760229),
            ("74<<12", 19741212),
            // Possible this year, though its end is still to come.
            ("26<<<<", 20261231),
            ("2603<<", 20260331),
            ("2604<<", 19260430),
        ] {
            assert_eq!(birthdate(field, today), Ok(day(date)), "{field}");
        }
        // 29 February 2100 never was; a hundred years before it was.
        assert_eq!(birthdate("000229", day(21040101)), Ok(day(20000229)));
    }

    #[test]
    fn birthdates_that_say_too_little_or_nothing_real_are_refused() {
        let today = day(20260315);
        for field in ["<<0812", "<<<<<<"] {
            assert_eq!(birthdate(field, today), Err(MrzError::BirthYearUnknown));
        }
        for field in [
            "741312", "740800", "740832", "010229", "7<0812", "74081<", "740000", "7A0812",
        ] {
            assert_eq!(birthdate(field, today), Err(MrzError::Birthdate), "{field}");
        }
    }

    #[test]
    fn expiry_years_lie_within_fifty_years() {
        for (today, field, date) in [
            (20260315, "120415", 20120415),
            (20260315, "991231", 19991231),
            (20260315, "751231", 20751231),
            (20260315, "761231", 19761231),
            (20490101, "500101", 20500101),
            (20950101, "050101", 21050101),
        ] {
            assert_eq!(expiry(field, day(today)), Ok(day(date)), "{field}");
        }
        for field in ["<<<<<<", "2012<<", "201301", "210229"] {
            assert_eq!(expiry(field, day(20260315)), Err(MrzError::Expiry));
        }
    }

    proptest! {
        #[test]
        fn a_birthdate_of_the_last_century_is_read_back(
            today in 2001u16..2099, age in 0u16..99, month in 1u8..=12, day in 1u8..=28,
        ) {
            let now = Date::new(today, 12, 31).unwrap();
            let born = Date::new(today - age, month, day).unwrap();
            let field = format!("{:06}", born.yyyymmdd() % 1_000_000);
            prop_assert_eq!(birthdate(&field, now), Ok(born));
            let unknown = birthdate(&format!("{}<<<<", &field[..2]), now).unwrap();
            prop_assert!(unknown >= born && unknown.year() == born.year());
        }

        #[test]
        fn arbitrary_characters_never_panic(field in "[0-9A-Z<]{6}") {
            let today = Date::new(2026, 1, 1).unwrap();
            if let Ok(date) = birthdate(&field, today) {
                prop_assert!(date.year() <= 2026);
            }
            let _ = expiry(&field, today);
        }
    }
}
