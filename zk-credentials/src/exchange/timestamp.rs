//! Points in time as they travel: RFC 3339, UTC, whole seconds, one spelling.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A second, counted from 1970-01-01T00:00:00Z; years 1970 to 2106.
/// Travels as `2030-01-02T03:04:05Z`, and in no other spelling.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u32);

/// Why a text or number is not a [`Timestamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// Before 1970 or too far ahead.
    #[error("a time outside 1970 to 2106")]
    OutOfRange,
    /// Not `YYYY-MM-DDThh:mm:ssZ`.
    #[error("expected YYYY-MM-DDThh:mm:ssZ")]
    NotCanonical,
}

impl TimestampError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfRange => "timestamp_out_of_range",
            Self::NotCanonical => "timestamp_not_canonical",
        }
    }
}

impl Timestamp {
    /// From seconds since 1970-01-01T00:00:00Z.
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, TimestampError> {
        u32::try_from(seconds)
            .map(Self)
            .map_err(|_| TimestampError::OutOfRange)
    }
    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix_seconds(self) -> i64 {
        i64::from(self.0)
    }
    /// The moment `seconds` later (earlier when negative).
    pub fn plus_seconds(self, seconds: i64) -> Result<Self, TimestampError> {
        Self::from_unix_seconds(self.unix_seconds().saturating_add(seconds))
    }
    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.unix_seconds() - earlier.unix_seconds()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment =
            OffsetDateTime::from_unix_timestamp(self.unix_seconds()).map_err(|_| fmt::Error)?;
        f.write_str(&moment.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Length first: the general reader also takes fractions and offsets.
        if text.len() != 20 {
            return Err(TimestampError::NotCanonical);
        }
        let moment =
            OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimestampError::NotCanonical)?;
        let stamp = Self::from_unix_seconds(moment.unix_timestamp())?;
        if stamp.to_string() == text {
            Ok(stamp)
        } else {
            Err(TimestampError::NotCanonical)
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Timestamp;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time as YYYY-MM-DDThh:mm:ssZ")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn writes_and_reads_one_spelling() {
        let stamp = Timestamp::from_unix_seconds(1_893_553_445).unwrap();
        assert_eq!(stamp.to_string(), "2030-01-02T03:04:05Z");
        assert_eq!("2030-01-02T03:04:05Z".parse(), Ok(stamp));
        for bad in [
            "2030-01-02t03:04:05Z",
            "2030-01-02 03:04:05Z",
            "2030-01-02T03:04:05z",
            "2030-01-02T03:04:05.0Z",
            "2030-01-02T03:04:05+00:00",
            "2030-02-30T03:04:05Z",
            "2030-01-02T24:00:00Z",
            "2030-01-02T03:04:60Z",
            "",
        ] {
            assert_eq!(
                bad.parse::<Timestamp>(),
                Err(TimestampError::NotCanonical),
                "{bad}"
            );
        }
        assert_eq!(
            "1969-12-31T23:59:59Z".parse::<Timestamp>(),
            Err(TimestampError::OutOfRange)
        );
    }

    #[test]
    fn arithmetic_stays_in_range() {
        let start = Timestamp::from_unix_seconds(10).unwrap();
        assert_eq!(start.plus_seconds(-11), Err(TimestampError::OutOfRange));
        assert_eq!(start.plus_seconds(5).unwrap().seconds_since(start), 5);
        assert_eq!(
            start.plus_seconds(i64::MAX),
            Err(TimestampError::OutOfRange)
        );
    }
}
