//! Reads spans and points of time as users write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp, ToSpan, ZonedDateTime};

use crate::base::calendar::Local;
use crate::ui::format::duration;

/// A span of time such as `90s`, `30m`, `12h`, `7d` or `1h30m`, in ms.
///
/// # Errors
/// When the text has another form: the message names the expected one.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let expected = || "expected a number and s, m, h, d or w, such as 7d".to_owned();
    let span: Span = text.trim().parse().map_err(|_| expected())?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err("a month has no fixed length; give days, such as 30d".to_owned());
    }
    let days = SpanRelativeTo::days_are_24_hours();
    let time = span.to_duration(days).map_err(|_| expected())?;
    u64::try_from(time.as_millis()).map_err(|_| "a span of time is not negative".to_owned())
}

/// For how long something is muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MuteSpan {
    /// Until it is unmuted.
    Ever,
    /// A span of time, ms.
    Ms(u64),
}

impl MuteSpan {
    /// A span of time as in [`parse`], or `ever`.
    ///
    /// # Errors
    /// When the text has another form, or the span is empty.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "ever" => Ok(Self::Ever),
            text => match parse(text)? {
                0 => Err("a mute must last longer than 0; `toolcoach unmute` ends one".to_owned()),
                ms => Ok(Self::Ms(ms)),
            },
        }
    }
}

/// From when on something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// The last span of time, ms.
    Last(u64),
    /// A unix time, ms.
    Time(u64),
}

impl Since {
    /// A span of time as in [`parse`], a date or time in the user's zone (`2026-11-20`, `2026-11-20
    /// 14:30`), a time with its zone, `today` or `yesterday`.
    ///
    /// # Errors
    /// When the text has another form: the message names the expected ones.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let zone = TimeZone::system();
        let (text, now) = (text.trim(), ZonedDateTime::now());
        let midnight = |date: Date| date.to_zoned_datetime(zone.clone());
        let start = match text {
            "today" => Ok(now.date()).and_then(midnight),
            "yesterday" => now.date().checked_sub(1.day()).and_then(midnight),
            _ if text.contains(':') && text.len() > 10 => {
                text.parse::<Timestamp>().map(|time| time.to_zoned_datetime(zone.clone())).or_else(
                    |_| text.parse::<DateTime>().and_then(|time| time.to_zoned_datetime(zone)),
                )
            }
            _ => match text.parse::<Date>() {
                Ok(date) => midnight(date),
                Err(_) => return parse(text).map(Self::Last).map_err(|_| EXPECTED.to_owned()),
            },
        };
        let start = start.map_err(|_| EXPECTED.to_owned())?;
        Ok(Self::Time(u64::try_from(start.timestamp().as_millisecond()).unwrap_or_default()))
    }

    /// Where it begins, unix ms, if it is `now`.
    pub(crate) fn start(self, now: u64) -> u64 {
        match self {
            Self::Last(span) => now.saturating_sub(span),
            Self::Time(start) => start,
        }
    }

    /// The same in words: `the last 7 days`.
    pub(crate) fn in_words(self) -> String {
        match self {
            Self::Last(span) => format!("the last {}", duration(span)),
            Self::Time(start) => format!("since {}", Local(start)),
        }
    }
}

const EXPECTED: &str =
    "expected a span such as 7d, 12h or 30m, a date such as 2026-11-20, `today` or `yesterday`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        assert_eq!(parse("7d"), Ok(7 * 86_400_000));
        assert_eq!(parse("2w"), Ok(14 * 86_400_000));
        assert_eq!(parse("90s"), Ok(90_000));
        assert_eq!(parse("1h30m"), Ok(90 * 60_000));
        assert_eq!(MuteSpan::parse("1ms"), Ok(MuteSpan::Ms(1)));
        assert_eq!(MuteSpan::parse("ever"), Ok(MuteSpan::Ever));
        for wrong in ["", "d", "7", "7y", "1mo", "-1d", "3d ago", "99999999999999999w"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(MuteSpan::parse("0s").is_err());
    }

    #[test]
    fn a_beginning_is_a_span_a_date_or_a_time() {
        assert_eq!(Since::parse("7d"), Ok(Since::Last(7 * 86_400_000)));
        let time = Since::Time(1_795_398_042_000);
        assert_eq!(Since::parse("2026-11-23T01:40:42Z"), Ok(time));
        assert_eq!(Since::parse("2026-11-23T02:40:42+01:00"), Ok(time));
        let of = |text| match Since::parse(text) {
            Ok(Since::Time(ms)) => ms,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(of("2026-11-23 01:30") - of("2026-11-23"), 90 * 60_000);
        assert!(of("yesterday") < of("today"));
        assert_eq!(Since::Last(5).start(7), 2);
        for wrong in ["", "tomorrow", "2026-13-01", "2026-11-23T25:00", "-1d", "x:y:z:x:y:z"] {
            assert!(Since::parse(wrong).is_err(), "{wrong}");
        }
    }
}
