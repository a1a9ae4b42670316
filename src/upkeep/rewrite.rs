//! Writes the roll-up with more in it: a new file replaces the old one in one step.
//!
//! Appending would be less work, but a process may be killed within a `write`, at any page. That
//! would leave a torn group of lines, which a reader could distinguish from a whole group only by
//! reading all of it. A rename is atomic.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::Serialize;

use super::fold::Days;
use crate::base::state_dir;
use crate::store::history::lines;
use crate::store::rollup::{Day, Folded, MAX_HISTORY_BYTES, RollupLine};

/// Largest roll-up that is written, bytes. With two clients and fifteen rules a day it lasts for
/// more than a year.
const LIMIT: usize = (MAX_HISTORY_BYTES / 2) as usize;

/// How the lines of this version begin. Other lines are kept as they are.
const OURS: &[u8] = b"{\"v\":1,";

/// The content of the roll-up. Empty if it does not exist.
///
/// # Errors
/// When the roll-up exists and cannot be read. Then it must not be replaced.
pub(super) fn content(state: &Path) -> io::Result<Vec<u8>> {
    let file = match state_dir::open(&state.join(state_dir::HISTORY), OpenOptions::new().read(true))
    {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        opened => opened?,
    };
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    file.take(MAX_HISTORY_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_HISTORY_BYTES {
        Err(io::ErrorKind::FileTooLarge.into())
    } else {
        Ok(bytes)
    }
}

/// The ledgers that the roll-up names as folded. This skips its days without parsing them.
pub(super) fn marks(content: &[u8]) -> BTreeMap<String, Folded> {
    let others = lines(content).filter(|line| line.starts_with(OURS) && date(line).is_none());
    let marks = others.filter_map(|line| {
        if let RollupLine::Folded(mark) = RollupLine::of(line) { Some(mark) } else { None }
    });
    marks.map(|mark| (mark.folded.clone(), mark)).collect()
}

/// The old content with these days added, and with these ledgers named as folded instead of all
/// others. Only lines of the same dates are parsed; the others are copied.
pub(super) fn merged(
    old: &[u8],
    mut days: Days,
    folded: &BTreeMap<String, Folded>,
) -> io::Result<Vec<u8>> {
    let touched: BTreeSet<Vec<u8>> =
        days.0.keys().map(|(date, ..)| date.clone().into_bytes()).collect();
    let mut foreign: Vec<&[u8]> = Vec::new();
    let mut kept: Vec<(&[u8], &[u8])> = Vec::new();
    for line in lines(old) {
        match date(line) {
            Some(date) if !touched.contains(date) => kept.push((date, line)),
            Some(date) => match RollupLine::of(line) {
                RollupLine::Day(day) if contains(&days, &day) => days.add(&day),
                _ => kept.push((date, line)),
            },
            None if matches!(RollupLine::of(line), RollupLine::Folded(_)) => {}
            None => foreign.push(line),
        }
    }
    let mut written = Vec::new();
    for day in days.0.values() {
        written.push((day.day.as_bytes(), serde_json::to_vec(day)?));
    }
    kept.extend(written.iter().map(|(date, line)| (*date, line.as_slice())));
    kept.sort_by_key(|(date, _)| *date);
    let mut marks = Vec::new();
    for ledger in folded.values() {
        append(&mut marks, ledger)?;
    }
    let size = |line: &[u8]| line.len() + 1;
    let mut bytes: usize = kept.iter().map(|(_, line)| size(line)).sum();
    let mut out = Vec::with_capacity(bytes + marks.len());
    for line in foreign {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    for (_, line) in kept {
        // The oldest days go first.
        if bytes > LIMIT {
            bytes -= size(line);
            continue;
        }
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(&marks);
    Ok(out)
}

fn contains(days: &Days, day: &Day) -> bool {
    let (date, client, rule) = day.key();
    days.0.contains_key(&(date.to_owned(), client.to_owned(), rule.to_owned()))
}

/// The date of a line of this version, if it is a day.
fn date(line: &[u8]) -> Option<&[u8]> {
    line.strip_prefix(OURS)?.strip_prefix(b"\"day\":\"")?.get(..10)
}

fn append<T: Serialize>(out: &mut Vec<u8>, line: &T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.push(b'\n');
    Ok(())
}

/// Replaces a file of the state folder by one with these `bytes`. `prepare` gets the new file
/// before it becomes visible. This does not sync the file, which may take longer than the call has.
/// A power failure loses at most what the file system loses of a rename.
pub(super) fn replace(
    path: &Path,
    bytes: &[u8],
    prepare: impl FnOnce(&fs::File) -> io::Result<()>,
) -> io::Result<()> {
    let fresh = path.with_extension("new");
    // Only the process that holds the lock of upkeep writes this file, so an existing one is left
    // from a crash.
    let mut file = state_dir::create(&fresh, OpenOptions::new().write(true).truncate(true))?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let written =
        file.write_all(bytes).and_then(|()| prepare(&file)).and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&fresh);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, rule: &str, hits: u64) -> Day {
        let (day, rule) = (date.to_owned(), rule.to_owned());
        Day { v: 1, day, client: "claude".into(), rule, hits, ..Day::default() }
    }

    fn days(lines: &[Day]) -> Days {
        let mut days = Days::default();
        lines.iter().for_each(|line| days.add(line));
        days
    }

    #[test]
    fn days_are_merged_in_order_and_foreign_lines_kept() {
        let none = BTreeMap::new();
        let old = merged(b"", days(&[day("2026-11-02", "x", 1), day("2026-11-03", "y", 2)]), &none)
            .unwrap();
        let torn =
            b"{\"v\":2,\"day\":\"2026-11-02\"}\n{\"v\":1,\"folded\":\"a.1\",\"whole\":true}\ntorn";
        let old = [old.as_slice(), torn].concat();
        let mark = Folded { v: 1, folded: "b.1".into(), calls: 7, ..Folded::default() };
        let marks = BTreeMap::from([(mark.folded.clone(), mark)]);
        let more = days(&[day("2026-11-02", "x", 10), day("2026-11-01", "x", 5)]);
        let new = String::from_utf8(merged(&old, more, &marks).unwrap()).unwrap();
        let expected = r#"{"v":2,"day":"2026-11-02"}
torn
{"v":1,"day":"2026-11-01","client":"claude","rule":"x","hits":5}
{"v":1,"day":"2026-11-02","client":"claude","rule":"x","hits":11}
{"v":1,"day":"2026-11-03","client":"claude","rule":"y","hits":2}
{"v":1,"folded":"b.1","calls":7}
"#;
        assert_eq!(new, expected);
    }

    #[test]
    fn the_oldest_days_are_dropped_from_a_roll_up_that_is_too_long() {
        let lines: Vec<Day> = (0..80_000)
            .map(|n| {
                day(
                    &format!("20{:02}-{:02}-{:02}", n / 2800, n / 100 % 28 + 1, n % 28 + 1),
                    &n.to_string(),
                    1,
                )
            })
            .collect();
        let new = merged(b"{\"v\":7}\n", days(&lines), &BTreeMap::new()).unwrap();
        assert!(new.len() <= LIMIT + 100, "{}", new.len());
        assert!(new.len() > LIMIT - 1000);
        let text = String::from_utf8(new).unwrap();
        assert!(text.starts_with("{\"v\":7}\n"), "a foreign line stays");
        assert!(!text.contains("\"day\":\"2000-01") && text.contains("\"day\":\"2021"));
    }
}
