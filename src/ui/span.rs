//! Reads spans of time as users write them.

/// A span of time such as `90s`, `30m`, `12h`, `7d` or `2w`, in ms.
///
/// # Errors
/// When the text has another form: the message names the expected one.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let expected = || "expected a number and s, m, h, d or w, such as 7d".to_owned();
    let unit = text.chars().last().ok_or_else(expected)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return Err(expected()),
    };
    let count: u64 = text.trim_end_matches(unit).parse().map_err(|_| expected())?;
    count.checked_mul(seconds * 1000).ok_or_else(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        assert_eq!(parse("7d"), Ok(7 * 86_400_000));
        assert_eq!(parse("90s"), Ok(90_000));
        for wrong in ["", "d", "7", "7y", "-1d", "99999999999999999w"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
