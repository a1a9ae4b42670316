//! Counts what stands in the ledgers, one pass, memory bounded by the number of rules and of distinct times.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Filter;
use crate::breaker::{Breakers, Failure, State};
use crate::error::Error;
use crate::figures::percent;
use crate::history::{CallLine, LINE_VERSION, WarningLine};
use crate::ledger::{self, ErrorLine, Ledger};
use crate::rule::Analyzer;
use crate::settings::{self, Mutes, Until};

/// Longest line that is read, bytes; ours are under 1 KB.
const MAX_LINE_BYTES: usize = 64 << 10;

/// The counts.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) calls: u64,
    pub(crate) said: u64,
    pub(crate) silent: u64,
    pub(crate) fast: u64,
    pub(crate) none: u64,
    pub(crate) cut: u64,
    pub(crate) answered_fast: u64,
    pub(crate) sessions: u64,
    pub(crate) storage_bytes: u64,
    pub(crate) skipped_lines: u64,
    pub(crate) last_ms: Option<u64>,
    pub(crate) chars: u64,
    pub(crate) rules: BTreeMap<String, RuleTally>,
    pub(crate) held: BTreeMap<String, u64>,
    pub(crate) errors: BTreeMap<String, u64>,
    pub(crate) clients: BTreeMap<String, u64>,
    times: BTreeMap<u64, u64>,
}

/// The counts of one rule.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct RuleTally {
    /// Calls on which it held.
    pub(crate) hits: u64,
    /// Calls on which it spoke.
    pub(crate) said: u64,
    /// Calls that used the better form.
    pub(crate) good: u64,
}

/// Times in this process, us.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Times {
    pub(crate) mean: u64,
    pub(crate) p50: u64,
    pub(crate) p95: u64,
    pub(crate) p99: u64,
    pub(crate) max: u64,
}

impl Tally {
    /// Reads every ledger below `folder` that passes the filter. A store that is not there is empty.
    pub(crate) fn read(folder: &Path, filter: &Filter) -> Result<Self, Error> {
        let mut tally = Self::default();
        let since = filter.since_ms.map_or(0, |span| ledger::now_ms().saturating_sub(span));
        let only = filter.session.as_deref().map(|id| Ledger::new(folder, id, None).stem().to_owned());
        for path in files(&folder.join("sessions"))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            tally.storage_bytes += fs::symlink_metadata(&path).map_or(0, |meta| meta.len());
            if only.as_ref().is_some_and(|stem| !name.starts_with(stem.as_str())) {
                continue;
            }
            if name.ends_with(".calls.jsonl") {
                let before = tally.calls;
                tally.each_line(&path, |tally, line| tally.call(line, since, filter))?;
                tally.sessions += u64::from(tally.calls > before);
            } else if name.ends_with(".warnings.jsonl") {
                tally.each_line(&path, |tally, line| tally.warning(line, since))?;
            }
        }
        for name in ["errors.jsonl", "errors.old.jsonl"] {
            let path = folder.join(name);
            if let Ok(meta) = fs::symlink_metadata(&path)
                && meta.is_file()
            {
                tally.storage_bytes += meta.len();
                tally.each_line(&path, |tally, line| tally.error(line, since))?;
            }
        }
        Ok(tally)
    }

    fn each_line(&mut self, path: &Path, count: impl Fn(&mut Self, &[u8]) -> bool) -> Result<(), Error> {
        let failed = |source| Error::Read { path: path.to_owned(), source };
        let mut reader = BufReader::with_capacity(MAX_LINE_BYTES, File::open(path).map_err(failed)?);
        let mut line = Vec::new();
        while next_line(&mut reader, &mut line).map_err(failed)? {
            if !line.is_empty() && !count(self, &line) {
                self.skipped_lines += 1;
            }
        }
        Ok(())
    }

    fn call(&mut self, line: &[u8], since: u64, filter: &Filter) -> bool {
        let Ok(call) = serde_json::from_slice::<CallLine>(line) else { return false };
        if call.v != LINE_VERSION {
            return false;
        }
        if call.t < since || filter.client.is_some_and(|client| client.name() != call.client) {
            return true;
        }
        self.calls += 1;
        self.last_ms = self.last_ms.max(Some(call.t));
        *self.times.entry(call.us).or_default() += 1;
        *self.clients.entry(call.client.into_owned()).or_default() += 1;
        match call.via.as_ref() {
            "none" => self.none += 1,
            "fast" => self.fast += 1,
            "cut" => self.cut += 1,
            _ => {}
        }
        if call.say.is_empty() {
            self.silent += 1;
        } else {
            self.said += 1;
            self.answered_fast += u64::from(call.via == "fast");
        }
        for id in &call.hit {
            self.rule(id).hits += 1;
        }
        for id in &call.say {
            self.rule(id).said += 1;
        }
        for id in &call.good {
            self.rule(id).good += 1;
        }
        for (_, why) in &call.held {
            *self.held.entry(why.clone().into_owned()).or_default() += 1;
        }
        true
    }

    fn rule(&mut self, id: &str) -> &mut RuleTally {
        self.rules.entry(id.to_owned()).or_default()
    }

    fn warning(&mut self, line: &[u8], since: u64) -> bool {
        let Ok(warning) = serde_json::from_slice::<WarningLine>(line) else { return false };
        if warning.t >= since {
            self.chars += warning.chars;
        }
        warning.v == LINE_VERSION
    }

    fn error(&mut self, line: &[u8], since: u64) -> bool {
        let Ok(error) = serde_json::from_slice::<ErrorLine>(line) else { return false };
        if error.t >= since {
            *self.errors.entry(error.kind).or_default() += 1;
        }
        error.v == LINE_VERSION
    }

    /// Times in this process over all calls.
    pub(crate) fn times(&self) -> Times {
        let sum: u64 = self.times.iter().map(|(us, count)| us * count).sum();
        let at = |share: u64| {
            let rank = (self.calls * share).div_ceil(100);
            let mut seen = 0;
            let found = self.times.iter().find(|(_, count)| {
                seen += **count;
                seen >= rank
            });
            found.map_or(0, |(us, _)| *us)
        };
        Times {
            mean: sum.checked_div(self.calls).unwrap_or_default(),
            p50: at(50),
            p95: at(95),
            p99: at(99),
            max: self.times.last_key_value().map_or(0, |(us, _)| *us),
        }
    }

    /// The success criteria that the project set itself, with what was measured; `None` while there is nothing.
    pub(crate) fn criteria(&self) -> Vec<Criterion> {
        let times = self.times();
        let measured = self.calls > 0;
        let ms = |us: u64| us as f64 / 1000.0;
        let below = |us: u64, limit: f64| measured.then(|| ms(us) < limit);
        let fast = percent(self.answered_fast, self.said);
        vec![
            Criterion {
                name: "mean under 100 ms",
                value: measured.then(|| ms(times.mean)),
                unit: "ms",
                met: below(times.mean, 100.0),
            },
            Criterion {
                name: "p95 under 150 ms",
                value: measured.then(|| ms(times.p95)),
                unit: "ms",
                met: below(times.p95, 150.0),
            },
            Criterion {
                name: "fast path over 70 %",
                value: fast,
                unit: "%",
                met: fast.map(|share| share > 70.0),
            },
        ]
    }

    /// The machine's form of it.
    pub(crate) fn report<'t>(&'t self, folder: &Path, mutes: &'t Mutes, breakers: &Breakers) -> Report<'t> {
        Report {
            v: 1,
            folder: folder.to_owned(),
            calls: self.calls,
            sessions: self.sessions,
            silent_percent: percent(self.silent, self.calls),
            advice: self.said,
            advice_percent: percent(self.said, self.calls),
            advice_chars: self.chars,
            fast_path_of_advice_percent: percent(self.answered_fast, self.said),
            fast_path_of_calls_percent: percent(self.fast + self.none, self.calls),
            time_us: self.times(),
            calls_per_second: 1_000_000_u64.checked_div(self.times().mean),
            cut: self.cut,
            rules: &self.rules,
            held: &self.held,
            muted: mutes.iter().collect(),
            breakers: BreakerLine::all(breakers),
            errors: &self.errors,
            clients: &self.clients,
            skipped_lines: self.skipped_lines,
            storage_bytes: self.storage_bytes,
            last_call_ms: self.last_ms,
            criteria: self.criteria(),
        }
    }

    /// Rules in the order of how often they spoke, then held. Own rules are known by the form of their names, since
    /// those of other projects stand in files that are not read here.
    pub(crate) fn rules_by_use(&self) -> Vec<(&str, &RuleTally)> {
        let mut used: Vec<(&str, &RuleTally)> = self
            .rules
            .iter()
            .filter(|(id, tally)| settings::is_id(id) && tally.said + tally.hits > 0)
            .map(|(id, tally)| (id.as_str(), tally))
            .collect();
        used.sort_by_key(|(id, tally)| (std::cmp::Reverse((tally.said, tally.hits)), *id));
        used
    }
}

/// One success criterion.
#[derive(Debug, Serialize)]
pub(crate) struct Criterion {
    pub(crate) name: &'static str,
    pub(crate) value: Option<f64>,
    pub(crate) unit: &'static str,
    pub(crate) met: Option<bool>,
}

/// `--stats --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'t> {
    v: u32,
    folder: PathBuf,
    calls: u64,
    sessions: u64,
    silent_percent: Option<f64>,
    advice: u64,
    advice_percent: Option<f64>,
    advice_chars: u64,
    fast_path_of_advice_percent: Option<f64>,
    fast_path_of_calls_percent: Option<f64>,
    time_us: Times,
    calls_per_second: Option<u64>,
    cut: u64,
    rules: &'t BTreeMap<String, RuleTally>,
    held: &'t BTreeMap<String, u64>,
    /// Unix ms until which a rule is muted; null without an end.
    muted: BTreeMap<&'t str, Until>,
    breakers: Vec<BreakerLine>,
    errors: &'t BTreeMap<String, u64>,
    clients: &'t BTreeMap<String, u64>,
    skipped_lines: u64,
    storage_bytes: u64,
    last_call_ms: Option<u64>,
    criteria: Vec<Criterion>,
}

/// One analyzer's breaker.
#[derive(Debug, Serialize)]
pub(crate) struct BreakerLine {
    /// The analyzer.
    pub(crate) analyzer: &'static str,
    /// `closed`, `open`, `half-open` or `trying`.
    pub(crate) state: &'static str,
    /// Failures in a row.
    pub(crate) failures: u32,
    /// The last of them.
    pub(crate) last: Option<&'static str>,
    /// Since when it is not closed, unix ms.
    pub(crate) since_ms: Option<u64>,
    /// When a call may try again, unix ms.
    pub(crate) next_try_ms: Option<u64>,
}

impl BreakerLine {
    /// Every analyzer's, the healthy ones too.
    pub(crate) fn all(breakers: &Breakers) -> Vec<Self> {
        let now = ledger::now_ms();
        let line = |analyzer: Analyzer| {
            let breaker = breakers.of(analyzer.as_str());
            let state = breaker.state(now);
            Self {
                analyzer: analyzer.as_str(),
                state: state.as_str(),
                failures: breaker.failures,
                last: breaker.last.map(Failure::as_str),
                since_ms: breaker.opened,
                next_try_ms: if let State::Open(until) = state { Some(until) } else { None },
            }
        };
        Analyzer::ALL.into_iter().map(line).collect()
    }
}

/// The plain files of a folder, by name; none if it is not there.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a line without its end; one that is too long is given cut, its rest as further lines.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = reader.take(MAX_LINE_BYTES as u64).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(read > 0)
}
