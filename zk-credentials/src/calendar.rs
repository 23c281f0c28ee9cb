//! Dates and days, UTC.
//!
//! A date is the number `yyyymmdd`; a day is the number of days since 1970-01-01 in 16 bits, so
//! the last one is 2149-06-06. Conversions follow Howard Hinnant, "chrono-Compatible Low-Level
//! Date Algorithms" (`days_from_civil`, `civil_from_days`).

use std::fmt;

use ark_ff::{BigInteger, PrimeField};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::field::FieldElement;

/// First year that is taken: the first full one of the Gregorian calendar (ISO 8601).
const MIN_YEAR: u16 = 1583;
/// Last year that is taken: the one in which the 16 bits of a day end.
const MAX_YEAR: u16 = 2149;
const SECONDS_PER_DAY: i64 = 86_400;

/// Why a date or day is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The calendar has no such date, or its year is not in 1583..=2149.
    #[error("there is no such date in the years 1583 to 2149")]
    NoSuchDate,
    /// Before 1970-01-01 or after 2149-06-06, which days cannot express.
    #[error("the day lies before 1970-01-01 or after 2149-06-06")]
    DayOutOfRange,
    /// A packed `today` whose date and day are not the same one.
    #[error("the date and the day of `today` do not agree")]
    Inconsistent,
}

impl CalendarError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchDate => "date_invalid",
            Self::DayOutOfRange => "day_out_of_range",
            Self::Inconsistent => "today_inconsistent",
        }
    }
}

/// A calendar date. As a number: `yyyymmdd`, 25 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u32);

impl Date {
    /// The date of this year, month (1..=12) and day of month (1..=31).
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, CalendarError> {
        let valid = (MIN_YEAR..=MAX_YEAR).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= last_day_of_month(year, month);
        if !valid {
            return Err(CalendarError::NoSuchDate);
        }
        Ok(Self(
            u32::from(year) * 10_000 + u32::from(month) * 100 + u32::from(day),
        ))
    }
    /// The date whose digits are `yyyymmdd`.
    pub fn from_yyyymmdd(number: u32) -> Result<Self, CalendarError> {
        let year = u16::try_from(number / 10_000).map_err(|_| CalendarError::NoSuchDate)?;
        Self::new(year, (number / 100 % 100) as u8, (number % 100) as u8)
    }
    /// The number `yyyymmdd`.
    pub fn yyyymmdd(self) -> u32 {
        self.0
    }
    /// The year, 1583..=2149.
    pub fn year(self) -> u16 {
        (self.0 / 10_000) as u16
    }
    /// The month, 1..=12.
    pub fn month(self) -> u8 {
        (self.0 / 100 % 100) as u8
    }
    /// The day of the month, 1..=31.
    pub fn day_of_month(self) -> u8 {
        (self.0 % 100) as u8
    }
    /// The days since 1970-01-01.
    pub fn day(self) -> Result<Day, CalendarError> {
        let (month, day) = (i64::from(self.month()), i64::from(self.day_of_month()));
        // The year begins in March, so that the leap day is its last.
        let year = i64::from(self.year()) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        u16::try_from(days)
            .map(Day)
            .map_err(|_| CalendarError::DayOutOfRange)
    }
}

/// The number of days in a month of the Gregorian calendar.
///
/// Months outside 1..=12 have no day.
pub fn last_day_of_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 0,
    }
}

impl fmt::Display for Date {
    /// ISO 8601: `yyyy-mm-dd`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.year(),
            self.month(),
            self.day_of_month()
        )
    }
}

impl fmt::Debug for Date {
    /// Prints nothing of the date: it may be somebody's birthdate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Date(..)")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_yyyymmdd(u32::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Days since 1970-01-01, UTC.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Day(pub u16);

impl Day {
    /// The date of this day.
    pub fn date(self) -> Date {
        let days = u32::from(self.0) + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = year_of_era + era * 400 + u32::from(month <= 2);
        Date(year * 10_000 + month * 100 + day)
    }
    /// The day that a Unix time (seconds, UTC) falls on.
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, CalendarError> {
        u16::try_from(seconds.div_euclid(SECONDS_PER_DAY))
            .map(Self)
            .map_err(|_| CalendarError::DayOutOfRange)
    }
    /// The Unix time at which the day begins.
    pub fn unix_seconds(self) -> i64 {
        i64::from(self.0) * SECONDS_PER_DAY
    }
}

/// The day of a presentation, as date and as day (docs/protocol.md section 7).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Today {
    date: Date,
    day: Day,
}

impl Today {
    /// Today, if it is this day.
    pub fn from_day(day: Day) -> Self {
        Self {
            date: day.date(),
            day,
        }
    }
    /// Today at a Unix time (seconds, UTC).
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, CalendarError> {
        Day::from_unix_seconds(seconds).map(Self::from_day)
    }
    /// The calendar date.
    pub fn date(self) -> Date {
        self.date
    }
    /// The day.
    pub fn day(self) -> Day {
        self.day
    }
    /// The day before; 1970-01-01 has none.
    pub fn yesterday(self) -> Option<Self> {
        self.day
            .0
            .checked_sub(1)
            .map(|day| Self::from_day(Day(day)))
    }
    /// The public input `date + 2^25·day`, below 2^41.
    pub fn pack(self) -> FieldElement {
        FieldElement::from(u64::from(self.date.0) + (u64::from(self.day.0) << 25))
    }
    /// Takes a public input apart. Only what [`Today::pack`] makes is taken.
    pub fn unpack(packed: FieldElement) -> Result<Self, CalendarError> {
        let number = packed.fr().into_bigint();
        if number.num_bits() > 41 {
            return Err(CalendarError::DayOutOfRange);
        }
        let number = number.as_ref()[0];
        let today = Self::from_day(Day((number >> 25) as u16));
        if today.pack() == packed {
            Ok(today)
        } else {
            Err(CalendarError::Inconsistent)
        }
    }
}

impl fmt::Debug for Today {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Today({})", self.date)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_days() {
        for (y, m, d, day) in [
            (1970, 1, 1, 0),
            (1972, 2, 29, 789),
            (2000, 2, 29, 11_016),
            (2000, 3, 1, 11_017),
            (2038, 1, 19, 24_855),
            (2100, 2, 28, 47_540),
            (2100, 3, 1, 47_541),
            (2149, 6, 6, 65_535),
        ] {
            let date = Date::new(y, m, d).unwrap();
            assert_eq!(date.day().unwrap(), Day(day));
            assert_eq!(Day(day).date(), date);
        }
    }

    #[test]
    fn every_day_round_trips_and_is_the_next_of_the_one_before() {
        let mut last = 0;
        for day in 0..=u16::MAX {
            let date = Day(day).date();
            assert_eq!(Date::from_yyyymmdd(date.yyyymmdd()), Ok(date));
            assert_eq!(date.day(), Ok(Day(day)));
            assert!(date.yyyymmdd() > last);
            last = date.yyyymmdd();
        }
    }

    #[test]
    fn dates_that_the_calendar_lacks_are_refused() {
        for number in [
            0,
            20_230_229,
            19_000_229,
            21_000_229,
            20_231_301,
            20_230_001,
            20_230_132,
            15_821_231,
            u32::MAX,
        ] {
            assert_eq!(
                Date::from_yyyymmdd(number),
                Err(CalendarError::NoSuchDate),
                "{number}"
            );
        }
        assert!(Date::from_yyyymmdd(20_000_229).is_ok());
    }

    #[test]
    fn birthdates_before_1970_are_dates_without_a_day() {
        let date = Date::new(1969, 12, 31).unwrap();
        assert_eq!(date.day(), Err(CalendarError::DayOutOfRange));
        assert_eq!(
            Date::new(2149, 6, 7).unwrap().day(),
            Err(CalendarError::DayOutOfRange)
        );
    }

    #[test]
    fn a_birthdate_is_not_printed() {
        assert_eq!(format!("{:?}", Date::new(1974, 8, 12).unwrap()), "Date(..)");
    }

    #[test]
    fn today_with_another_date_or_higher_bits_is_refused() {
        let today = Today::from_unix_seconds(1_700_000_000).unwrap();
        assert_eq!(today.date().to_string(), "2023-11-14");
        assert_eq!(Today::unpack(today.pack()), Ok(today));
        let other = FieldElement::from(today.pack().fr() + ark_bn254::Fr::from(1_u64));
        assert_eq!(Today::unpack(other), Err(CalendarError::Inconsistent));
        let high = FieldElement::from(today.pack().fr() + ark_bn254::Fr::from(1_u64 << 41));
        assert_eq!(Today::unpack(high), Err(CalendarError::DayOutOfRange));
        assert_eq!(today.yesterday().unwrap().day().0 + 1, today.day().0);
        assert_eq!(Today::from_day(Day(0)).yesterday(), None);
    }

    #[test]
    fn seconds_outside_the_days_are_refused() {
        assert!(Today::from_unix_seconds(-1).is_err());
        assert_eq!(Today::from_unix_seconds(86_399).unwrap().day(), Day(0));
        assert!(Today::from_unix_seconds(65_536 * SECONDS_PER_DAY).is_err());
        assert!(Today::from_unix_seconds(i64::MIN).is_err());
    }

    proptest! {
        #[test]
        fn order_of_dates_is_order_of_days(a in any::<u16>(), b in any::<u16>()) {
            prop_assert_eq!(Day(a).date().cmp(&Day(b).date()), a.cmp(&b));
        }
        #[test]
        fn only_packed_days_unpack(number in 0_u64..1 << 42) {
            if let Ok(today) = Today::unpack(FieldElement::from(number)) {
                prop_assert_eq!(today.pack(), FieldElement::from(number));
            }
        }
    }
}
