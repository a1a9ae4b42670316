//! Reads sizes as users write them.

/// A size such as `500`, `100k`, `1.5M` or `64 KiB`, in bytes.
///
/// # Errors
/// When the text has another form: the message names the expected one.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let expected =
        || "expected a number of bytes, with k or M if you like, such as 100k".to_owned();
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit: f64 = match unit.trim().trim_end_matches(['b', 'B']) {
        "" => 1.0,
        "k" | "K" => 1e3,
        "m" | "M" => 1e6,
        "g" | "G" => 1e9,
        "ki" | "Ki" => 1024.0,
        "mi" | "Mi" => 1024.0 * 1024.0,
        _ => return Err(expected()),
    };
    let number: f64 = number.parse().map_err(|_| expected())?;
    Ok((number * unit).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_and_perhaps_a_unit() {
        let sizes = ["0", "500", "100k", "100 kB", "1.5M", "64KiB", "2B"].map(parse);
        assert_eq!(sizes, [0, 500, 100_000, 100_000, 1_500_000, 65_536, 2].map(Ok));
        for wrong in ["", "k", "-1", "1x", "1.2.3", "1e5", "1kk"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
