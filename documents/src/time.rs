//! Calendar dates and instants. The time of a check is always an argument, never read here.

use std::fmt;

/// A day of the proleptic Gregorian calendar, years 1 to 9999.
///
/// `Debug` prints nothing, because the dates of this crate are mostly birthdates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The date of this year (1..=9999), month (1..=12) and day of the month, if there is one.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let real = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        real.then_some(Self { year, month, day })
    }

    /// Reads `yyyymmdd` in decimal.
    #[must_use]
    pub fn from_yyyymmdd(number: u32) -> Option<Self> {
        let year = u16::try_from(number / 10_000).ok()?;
        let month = u8::try_from(number / 100 % 100).ok()?;
        let day = u8::try_from(number % 100).ok()?;
        Self::new(year, month, day)
    }

    /// The date as the decimal number `yyyymmdd`, the form of docs/protocol.md section 5.
    #[must_use]
    pub fn yyyymmdd(self) -> u32 {
        u32::from(self.year) * 10_000 + u32::from(self.month) * 100 + u32::from(self.day)
    }

    /// The year, 1..=9999.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1..=12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1..=31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Date(..)")
    }
}

/// The number of days of a month.
pub(crate) fn days_in_month(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// An instant in whole seconds since 1970-01-01T00:00:00Z, up to the end of the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

/// 9999-12-31T23:59:59Z, the last instant that an X.509 time can name (RFC 5280 section 4.1.2.5).
const LAST_SECOND: u64 = 253_402_300_799;

impl Moment {
    /// The instant so many seconds after the epoch; later ones than the year 9999 become its end.
    #[must_use]
    pub fn from_unix_seconds(seconds: u64) -> Self {
        Self(seconds.min(LAST_SECOND))
    }

    /// Midnight UTC at the start of a date; dates before 1970 become the epoch.
    #[must_use]
    pub fn start_of(date: Date) -> Self {
        let mut days = 0u64;
        for year in 1970..date.year {
            days += if days_in_month(year, 2) == 29 {
                366
            } else {
                365
            };
        }
        if date.year >= 1970 {
            for month in 1..date.month {
                days += u64::from(days_in_month(date.year, month));
            }
            days += u64::from(date.day) - 1;
        }
        Self(days * 86_400)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub fn unix_seconds(self) -> u64 {
        self.0
    }

    /// The UTC date of this instant.
    #[must_use]
    pub fn date(self) -> Date {
        let mut days = self.0 / 86_400;
        let mut year = 1970u16;
        loop {
            let length = if days_in_month(year, 2) == 29 {
                366
            } else {
                365
            };
            if days < length {
                break;
            }
            days -= length;
            year += 1;
        }
        let mut month = 1u8;
        while days >= u64::from(days_in_month(year, month)) {
            days -= u64::from(days_in_month(year, month));
            month += 1;
        }
        // `days` is below the length of a month here.
        let day = u8::try_from(days).unwrap_or(30) + 1;
        Date { year, month, day }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_instants() {
        let known = [
            (0, 19700101),
            (951_782_399, 20000228),
            (951_782_400, 20000229),
            (951_868_800, 20000301),
            (4_102_444_800, 21000101),
            (4_107_542_400, 21000301),
            (LAST_SECOND, 99991231),
        ];
        for (seconds, date) in known {
            assert_eq!(
                Moment::from_unix_seconds(seconds).date().yyyymmdd(),
                date,
                "{seconds}"
            );
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for number in [
            0, 20230229, 19000229, 20241301, 20240010, 20240431, 99_999_999,
        ] {
            assert!(Date::from_yyyymmdd(number).is_none(), "{number}");
        }
    }

    proptest! {
        #[test]
        fn a_date_comes_back_from_its_midnight(year in 1970u16..=9999, month in 1u8..=12, day in 1u8..=31) {
            if let Some(date) = Date::new(year, month, day) {
                prop_assert_eq!(Moment::start_of(date).date(), date);
                prop_assert_eq!(Date::from_yyyymmdd(date.yyyymmdd()), Some(date));
            }
        }
    }
}
