//! Dates and times of day in UTC, which the standard library does not convert to.
//!
//! The arithmetic lets years begin in March, which puts the leap day at the end of the year (H.
//! Hinnant, chrono-compatible low-level date algorithms).

use std::fmt;

/// Days from 1 March of the year 0 to 1 January 1970.
const EPOCH_DAYS: u64 = 719_468;

/// A unix time in ms, displayed to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utc(pub u64);

impl Utc {
    /// The date, such as `2026-03-01`.
    pub fn date(self) -> String {
        let days = self.0 / 86_400_000 + EPOCH_DAYS;
        let (era, day) = (days / 146_097, days % 146_097);
        let year_of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Parses `2026-03-01T12:34:56.789Z`, the form that JavaScript and Rust programs write. Returns
    /// `None` for any zone but UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let [year, month, day] = numbers(date, '-')?;
        let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
        let [hour, minute, second] = numbers(time, ':')?;
        let is_in_range =
            (1..=12).contains(&month) && (1..=31).contains(&day) && (1970..=9999).contains(&year);
        if !is_in_range || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let ms: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (era, year_of_era) = (year / 400, year % 400);
        let day_of_year = (153 * month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = (era * 146_097 + day_of_era).checked_sub(EPOCH_DAYS)?;
        Some(Self((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms))
    }
}

/// Exactly three numbers with a separator between them.
fn numbers(text: &str, separator: char) -> Option<[u64; 3]> {
    let mut parts = text.split(separator).map(|part| part.parse().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let minutes = self.0 / 60_000 % 1440;
        write!(f, "{} {:02}:{:02} UTC", self.date(), minutes / 60, minutes % 60)
    }
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
    }

    #[test]
    fn only_utc_times_are_parsed() {
        let parsed = |text| Utc::parse(text).map(|time| time.0);
        assert_eq!(parsed("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parsed("2000-02-29T00:00:00.000Z"), Some(951_782_400_000));
        assert_eq!(parsed("2026-11-23T01:40:42.182Z"), Some(1_795_398_042_182));
        assert_eq!(parsed("2026-11-23T01:40:42.182123456Z"), Some(1_795_398_042_182));
        for wrong in
            ["", "2026-11-23", "2026-11-23T01:40:42+01:00", "2026-13-01T00:00:00Z", "x-y-zTa:b:cZ"]
        {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }
}
