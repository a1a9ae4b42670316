//! Formats numbers and text for users.

use std::path::Path;

use crate::base::calendar::Utc;
use crate::base::text;

/// A number with commas: `12,345`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things: `1 call`, `2 calls`.
pub(crate) fn plural(number: u64, what: &str) -> String {
    format!("{} {what}{}", count(number), if number == 1 { "" } else { "s" })
}

/// `part` of `whole` in percent, rounded to a tenth; `None` if `whole` is 0.
pub(crate) fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 * 1000.0 / whole as f64).round() / 10.0)
}

/// The same as text, each with a tenth, so that shares below each other align: `33.0 %`, or `-`.
/// Nothing and all of it need none.
pub(crate) fn share(part: u64, whole: u64) -> String {
    match percent(part, whole) {
        None => "-".to_owned(),
        Some(_) if part == 0 => "0 %".to_owned(),
        Some(_) if part == whole => "100 %".to_owned(),
        Some(value) => format!("{value:.1} %"),
    }
}

/// A time given in us, short: five of these fit into one line of 80 columns.
pub(crate) fn micros(us: u64) -> String {
    match us {
        0..1000 => format!("{us} us"),
        1000..100_000 => format!("{:.1} ms", us as f64 / 1000.0),
        100_000..10_000_000 => format!("{} ms", us / 1000),
        _ => format!("{} s", us / 1_000_000),
    }
}

/// A size given in bytes, short.
pub(crate) fn bytes(n: u64) -> String {
    match n {
        0..10_000 => format!("{} B", count(n)),
        10_000..10_000_000 => format!("{} kB", count(n / 1000)),
        _ => format!("{} MB", count(n / 1_000_000)),
    }
}

/// The days from one time to another, unix ms, with a leading comma; empty where a time is unknown.
pub(crate) fn days(first_ms: Option<u64>, last_ms: Option<u64>) -> String {
    let (Some(first), Some(last)) = (first_ms, last_ms) else { return String::new() };
    let (first, last) = (Utc(first).date(), Utc(last).date());
    if first == last { format!(", {last}") } else { format!(", {first} to {last}") }
}

/// A path as a page shows it. A repository chooses the names of its folders, so control characters
/// are removed.
pub(crate) fn path(path: &Path) -> String {
    text::clean(&path.to_string_lossy())
}

/// A span of time given in ms, short.
pub(crate) fn duration(ms: u64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0..120 => format!("{seconds} s"),
        3600 => "1 h".to_owned(),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_grouped() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
        assert_eq!([plural(1, "call"), plural(2000, "call")], ["1 call", "2,000 calls"]);
        let shares = [(1, 3), (12, 100), (0, 2), (2, 2), (0, 0)];
        let shares = shares.map(|(part, whole)| share(part, whole));
        assert_eq!(shares, ["33.3 %", "12.0 %", "0 %", "100 %", "-"]);
        let times = [312, 2345, 99_940, 123_456, 12_345_678];
        assert_eq!(times.map(micros), ["312 us", "2.3 ms", "99.9 ms", "123 ms", "12 s"]);
        assert_eq!(bytes(12_000), "12 kB");
    }
}
