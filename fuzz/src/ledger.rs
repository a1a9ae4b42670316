//! What stands in a ledger, whoever wrote it.

use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use toolcoach::commands::fuzz;
use toolcoach::store::history::{CallLine, History, Moment, WarningLine};
use toolcoach::store::ledger::Sought;
use toolcoach::store::rollup::Rollup;
use toolcoach::store::uptake;
use toolcoach::upkeep;
use toolcoach::upkeep::Terms;

/// A session's hash.
const STEM: &str = "0123456789abcdef";

/// Where the calendar of the roll-up ends, unix ms.
const LAST_MS: u64 = 253_402_300_799_999;

/// Bytes of calls, of what was said and of a roll-up, parted by NUL, through history, searches,
/// uptake, statistics and upkeep.
pub fn ledger(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == 0);
    let [calls, warnings, rollup] = [(); 3].map(|()| parts.next().unwrap_or_default());
    read_back(calls, warnings);
    // Files take a hundred times as long, so only some are written.
    if data.len().is_multiple_of(4) {
        kept_and_folded(calls, warnings, rollup);
    }
}

fn read_back(calls: &[u8], warnings: &[u8]) {
    for beyond in [0, 1000] {
        let history = History::new(calls.to_vec(), calls.len() as u64 + beyond);
        for sign in ["\"ok\":true", "a", "0123456789abcdef", "\"v\":1"] {
            let tail = if beyond == 0 {
                calls
            } else {
                calls.splitn(2, |b| *b == b'\n').nth(1).unwrap_or_default()
            };
            let count = count(tail, sign.as_bytes());
            assert!((1..4).all(|times| history.holds(sign, times) == (count >= times)), "{sign}");
            history.has_streak(sign, &["\"v\""], &["x"], 2);
        }
        let said: Vec<WarningLine> = warnings
            .split(|b| *b == b'\n')
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect();
        for outcome in uptake::by_rule(history.calls(), &said).values() {
            assert_eq!(outcome.said, outcome.followed + outcome.repeated + outcome.open);
        }
        for line in &said {
            let moment = Moment { call: &line.call, rule: &line.rule, t: line.t };
            history.has_calls(moment, 2);
            history.has_hits(&line.rule, moment, 1);
        }
        let _ = (history.last(), history.last_cwd());
        history.without(Some(Sought::of("a"))).calls();
    }
}

/// How often `needle` stands there, without overlaps.
fn count(bytes: &[u8], needle: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    while let Some(found) = bytes[at..].windows(needle.len()).position(|window| window == needle) {
        (at, count) = (at + found + needle.len(), count + 1);
    }
    count
}

fn kept_and_folded(calls: &[u8], warnings: &[u8], rollup: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path();
    let sessions = state.join("sessions");
    fs::create_dir(&sessions).expect("a folder");
    for (name, content) in [("calls", calls), ("warnings", warnings)] {
        let path = sessions.join(format!("{STEM}.{name}.jsonl"));
        fs::write(&path, content).expect("a file");
        let file = fs::File::options().append(true).open(&path).expect("a file");
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1)).expect("a date");
    }
    fs::write(state.join("history.jsonl"), rollup).expect("a file");
    let before = fuzz::statistics(state);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_millis() as u64;
    for (n, wait) in [0, 2 * upkeep::GRACE_MS, 4 * upkeep::GRACE_MS].into_iter().enumerate() {
        let end = Instant::now() + Duration::from_secs(60);
        let terms = Terms { now_ms: now + wait, retention_ms: 1000, own: String::new(), end };
        upkeep::run(state, &terms).unwrap_or_else(|error| panic!("upkeep {n}: {error}"));
    }
    Rollup::read(state);
    let is_whole = |line: &[u8]| {
        serde_json::from_slice::<CallLine>(line).is_ok_and(|call| call.v == 1 && call.t < LAST_MS)
    };
    let all_whole = calls.split(|b| *b == b'\n').filter(|line| !line.is_empty()).all(is_whole);
    same_counts(&before, &fuzz::statistics(state), all_whole);
}

/// What is folded counts as it did before; a line that is not whole may count as torn by then,
/// since more of it is read.
fn same_counts(before: &serde_json::Value, after: &serde_json::Value, is_whole: bool) {
    for name in [
        "calls",
        "answered",
        "advice",
        "followed",
        "repeated",
        "open",
        "advice_chars",
        "last_call_ms",
    ] {
        assert!(
            !is_whole || before[name] == after[name],
            "{name}: {} {}",
            before[name],
            after[name]
        );
    }
    let lines = |report: &serde_json::Value| {
        report["calls"]
            .as_u64()
            .zip(report["skipped_lines"].as_u64())
            .map(|(a, b)| a.saturating_add(b))
    };
    assert_eq!(lines(before), lines(after), "lines");
}
