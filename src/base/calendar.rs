//! Dates and times of day: in UTC for what is stored, in the user's time zone for what is shown.

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// A unix time in ms, displayed to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utc(pub u64);

impl Utc {
    /// The date, such as `2026-03-01`.
    pub fn date(self) -> String {
        zoned(self.0, TimeZone::UTC).date().to_string()
    }

    /// Parses a time with its zone: `2026-03-01T12:34:56.789Z` as JavaScript and Rust programs write
    /// it, or with an offset, `2026-03-01T13:34:56+01:00`. Returns `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let time: Timestamp = text.parse().ok()?;
        u64::try_from(time.as_millisecond()).ok().map(Self)
    }
}

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", zoned(self.0, TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC"))
    }
}

/// A unix time in ms, displayed to the minute as the user's clock shows it, with the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Local(pub(crate) u64);

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", zoned(self.0, TimeZone::system()).strftime("%Y-%m-%d %H:%M %Z"))
    }
}

/// The time on a clock in a zone. What is behind the end of the calendar is its end.
fn zoned(ms: u64, zone: TimeZone) -> ZonedDateTime {
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    time.unwrap_or(Timestamp::MAX).to_zoned_datetime(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_displayed_to_the_minute() {
        let displayed = |ms| Utc(ms).to_string();
        assert_eq!(displayed(0), "1970-01-01 00:00 UTC");
        assert_eq!(displayed(951_782_399_000), "2000-02-28 23:59 UTC");
        assert_eq!(displayed(951_782_400_000), "2000-02-29 00:00 UTC");
        assert_eq!(displayed(1_772_323_200_000), "2026-03-01 00:00 UTC");
        assert_eq!(displayed(1_798_761_599_000), "2026-12-31 23:59 UTC");
        assert_eq!(displayed(u64::MAX), "9999-12-30 22:00 UTC");
    }

    #[test]
    fn times_with_a_zone_are_parsed() {
        let parsed = |text| Utc::parse(text).map(|time| time.0);
        assert_eq!(parsed("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parsed("2000-02-29T00:00:00.000Z"), Some(951_782_400_000));
        assert_eq!(parsed("2026-11-23T01:40:42.182Z"), Some(1_795_398_042_182));
        assert_eq!(parsed("2026-11-23T01:40:42.182123456Z"), Some(1_795_398_042_182));
        assert_eq!(parsed("2026-11-23T02:40:42.182+01:00"), Some(1_795_398_042_182));
        for wrong in
            ["", "2026-11-23", "2026-11-23T01:40:42", "2026-13-01T00:00:00Z", "x-y-zTa:b:cZ"]
        {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
        assert_eq!(parsed("1969-12-31T23:59:59Z"), None, "before unix time");
    }
}
