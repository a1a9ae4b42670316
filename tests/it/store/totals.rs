//! What a store holds, counted apart from the program: the roll-up's days, and the lines of ledgers
//! that it lacks.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use toolcoach::store::ledger::now_ms;
use toolcoach::store::ledger_file::{LedgerFile, LedgerLines};
use toolcoach::store::rollup::Rollup;
use toolcoach::upkeep;
use toolcoach::upkeep::{GRACE_MS, Terms};

use crate::harness::wait_until;

pub const DAY_MS: u64 = 86_400_000;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    pub calls: u64,
    pub answered: u64,
    pub us: u64,
    pub bytes: u64,
    pub said: u64,
    pub chars: u64,
    pub via: BTreeMap<String, u64>,
    pub hits: BTreeMap<String, u64>,
    pub held: BTreeMap<String, u64>,
}

impl Totals {
    pub fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.answered += other.answered;
        self.us += other.us;
        self.bytes += other.bytes;
        self.said += other.said;
        self.chars += other.chars;
        for (sums, more) in [
            (&mut self.via, &other.via),
            (&mut self.hits, &other.hits),
            (&mut self.held, &other.held),
        ] {
            more.iter().for_each(|(name, n)| *sums.entry(name.clone()).or_default() += n);
        }
    }

    /// Of calls of this client.
    pub fn of(state: &Path, client: &str) -> Self {
        Self::beside(&Rollup::read(state), state, client)
    }

    /// The same, with a roll-up that the caller has read.
    pub fn beside(rollup: &Rollup, state: &Path, client: &str) -> Self {
        let mut totals = Self::default();
        let at = |counts: &mut BTreeMap<String, u64>, name: &str, more: u64| {
            *counts.entry(name.to_owned()).or_default() += more;
        };
        // Of a ledger without calls nobody knows whose it was.
        for day in rollup.days.iter().filter(|day| day.client == client || day.client.is_empty()) {
            totals.calls += day.calls;
            totals.answered += day.answered;
            totals.us += day.us.sum;
            totals.bytes += day.bytes;
            totals.said += day.said;
            totals.chars += day.chars;
            assert_eq!(day.said, day.followed + day.repeated + day.open, "{day:?}");
            assert_eq!(day.calls, day.us.buckets.iter().sum::<u64>(), "{day:?}");
            day.via.iter().for_each(|(via, n)| at(&mut totals.via, via, *n));
            day.held.iter().for_each(|(why, n)| at(&mut totals.held, why, *n));
            if day.hits > 0 {
                at(&mut totals.hits, &day.rule, day.hits);
            }
        }
        for path in files(state) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let Some(LedgerFile { ledger, lines: part, .. }) = LedgerFile::of(name) else {
                continue;
            };
            let Some(from) = rollup.uncounted(ledger, part) else { continue };
            let text = fs::read(&path).unwrap();
            for line in text[from as usize..].split(|byte| *byte == b'\n') {
                let Ok(line) = serde_json::from_slice::<Value>(line) else { continue };
                let number = |key: &str| line[key].as_u64().unwrap_or_default();
                if line["v"] != 1 {
                    continue;
                }
                if part == LedgerLines::Warnings {
                    totals.said += u64::from(line["rule"].is_string());
                    totals.chars += number("chars");
                } else if line["client"] == client {
                    totals.calls += 1;
                    totals.answered += u64::from(line["say"].is_array());
                    totals.us += number("us");
                    totals.bytes += number("size");
                    at(&mut totals.via, line["via"].as_str().unwrap(), 1);
                    for rule in line["hit"].as_array().into_iter().flatten() {
                        at(&mut totals.hits, rule.as_str().unwrap(), 1);
                    }
                    for why in line["held"].as_object().into_iter().flat_map(|held| held.values()) {
                        at(&mut totals.held, why.as_str().unwrap(), 1);
                    }
                }
            }
        }
        totals
    }
}

/// The files of all ledgers.
pub fn files(state: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(state.join("sessions")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Writes a ledger of this many calls, the first on that day, one a minute, and dates its files by
/// its last line. Each tenth call is answered, and the advice is followed, repeated or neither in
/// turn.
pub fn ledger(state: &Path, name: &str, calls: u64, first_ms: u64) {
    fs::create_dir_all(state.join("sessions")).unwrap();
    let (mut lines, mut warnings) = (String::new(), String::new());
    for n in 0..calls {
        let (t, call) = (first_ms + n * 60_000, format!("{n:016x}"));
        let mut line = json!({ "v": 1, "t": t, "call": call, "tool": "Bash", "ok": true, "size": n * 7, "dur": 49 + n,
            "us": 40 + n * 13 % 400, "via": if n % 3 == 0 { "fast" } else { "none" }, "client": "claude" });
        match n % 30 {
            0 | 10 | 20 => {
                line["hit"] = json!(["grep-recursive"]);
                line["say"] = json!(["grep-recursive"]);
                let warning = json!({ "v": 1, "t": t, "call": call, "rule": "grep-recursive", "key": "00", "sev": "hint",
                    "chars": 100 + n });
                warnings += &format!("{warning}\n");
            }
            3 => line["good"] = json!(["grep-recursive"]),
            13 => {
                line["hit"] = json!(["grep-recursive"]);
                line["held"] = json!({ "grep-recursive": "repeat" });
            }
            _ => {}
        }
        lines += &format!("{line}\n");
    }
    let last = first_ms + calls.saturating_sub(1) * 60_000;
    for (ending, text) in
        [(LedgerLines::Calls.ending(), lines), (LedgerLines::Warnings.ending(), warnings)]
    {
        if !text.is_empty() {
            let path = state.join(format!("sessions/{name}{ending}"));
            fs::write(&path, text).unwrap();
            date(&path, last);
        }
    }
}

/// Random enough, and the same every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Sets when a file was changed, unix ms.
pub fn date(path: &Path, ms: u64) {
    let file = File::options().append(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_millis(ms)).unwrap();
}

/// The upkeep's terms so many ms from now, with time enough on any machine.
pub fn terms(later_ms: u64) -> Terms {
    Terms {
        now_ms: now_ms() + later_ms,
        retention_ms: 7 * DAY_MS,
        own: String::new(),
        end: Instant::now() + Duration::from_secs(3600),
    }
}

/// An upkeep. A child that another test is just starting has all that this process has open, the
/// lock too, until it becomes another program: that is waited for.
#[track_caller]
pub fn run(state: &Path, terms: &Terms) -> bool {
    let mut outcome = None;
    wait_until("the lock is free", || {
        outcome = Some(upkeep::run(state, terms)).filter(|outcome| !is_locked_out(outcome));
        outcome.is_some()
    });
    outcome.unwrap().unwrap()
}

/// Whether another process held the lock of the upkeep.
pub fn is_locked_out(outcome: &io::Result<bool>) -> bool {
    outcome.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

/// Upkeeps until all is done: one to set aside, one to fold.
pub fn keep_up(state: &Path) {
    assert!(!run(state, &terms(0)), "what was set aside waits");
    assert!(run(state, &terms(GRACE_MS)));
}

/// When so many days ago was, unix ms.
pub fn days_ago(days: u64) -> u64 {
    now_ms() - days * DAY_MS
}
