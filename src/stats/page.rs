//! The statistics as a page for a person, in 80 columns.

use std::path::Path;

use super::{BreakerLine, Tally};
use crate::breaker::Breakers;
use crate::figures::{bytes, count, micros, plural, share};
use crate::ledger;
use crate::settings::Mutes;

/// Renders the page.
pub(super) fn render(tally: &Tally, folder: &Path, mutes: &Mutes, breakers: &Breakers) -> String {
    let mut page = Page(String::new());
    if tally.calls == 0 {
        page.line("No call ever seen: is the hook registered? hooks.example.json shows how.".to_owned());
        page.mutes(mutes);
        page.breakers(breakers);
        page.errors(tally);
        page.line(format!("state       {}", folder.display()));
        return page.0;
    }
    page.line(format!(
        "calls       {} in {}, {} silent",
        count(tally.calls),
        plural(tally.sessions, "session"),
        share(tally.silent, tally.calls)
    ));
    page.line(format!(
        "advice      {} ({} of calls), about {} tokens",
        count(tally.said),
        share(tally.said, tally.calls),
        count(tally.chars / 4)
    ));
    page.line(format!(
        "fast path   {} of advice, {} of calls; {} needed no parse",
        share(tally.answered_fast, tally.said),
        share(tally.fast + tally.none, tally.calls),
        share(tally.none, tally.calls)
    ));
    let times = tally.times();
    page.line(format!(
        "in process  mean {}, p50 {}, p95 {}, p99 {}, max {}",
        micros(times.mean),
        micros(times.p50),
        micros(times.p95),
        micros(times.p99),
        micros(times.max)
    ));
    if let Some(per_second) = 1_000_000_u64.checked_div(times.mean) {
        page.line(format!(
            "            {} calls a second; {} cut short",
            count(per_second),
            count(tally.cut)
        ));
    }
    if !tally.held.is_empty() {
        let held: Vec<String> = tally.held.iter().map(|(why, n)| format!("{why} {n}")).collect();
        page.line(format!("held back   {}", held.join(", ")));
    }
    page.mutes(mutes);
    page.breakers(breakers);
    page.errors(tally);
    let clients: Vec<String> = tally.clients.iter().map(|(name, n)| format!("{name} {n}")).collect();
    page.line(format!("clients     {}", clients.join(", ")));
    if let Some(last) = tally.last_ms {
        page.line(format!("last call   {} ago", ago(ledger::now_ms().saturating_sub(last))));
    }
    page.line(format!("state       {}, {}", folder.display(), bytes(tally.storage_bytes)));
    page.criteria(tally);
    page.rules(tally);
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, text: String) {
        self.0.push_str(&text);
        self.0.push('\n');
    }

    fn mutes(&mut self, mutes: &Mutes) {
        for (at, (name, until)) in mutes.iter().enumerate() {
            self.line(format!("{:12}{name} {until}", if at == 0 { "muted" } else { "" }));
        }
    }

    fn breakers(&mut self, breakers: &Breakers) {
        let lines = BreakerLine::all(breakers);
        let sick: Vec<&BreakerLine> =
            lines.iter().filter(|line| line.failures > 0 || line.state != "closed").collect();
        if sick.is_empty() {
            self.line("breakers    all closed".to_owned());
        }
        let now = ledger::now_ms();
        for (at, line) in sick.into_iter().enumerate() {
            let last = line.last.unwrap_or("failure");
            let since = line.since_ms.map(|ms| format!(", {} ago", ago(now.saturating_sub(ms))));
            let next = line.next_try_ms.map(|ms| format!("; next try in {}", ago(ms.saturating_sub(now))));
            self.line(format!(
                "{:12}{} {} after {}, the last: {last}{}{}",
                if at == 0 { "breakers" } else { "" },
                line.analyzer,
                line.state,
                plural(line.failures.into(), "failure"),
                since.unwrap_or_default(),
                next.unwrap_or_default()
            ));
        }
    }

    fn errors(&mut self, tally: &Tally) {
        if !tally.errors.is_empty() || tally.skipped_lines > 0 {
            let mut errors: Vec<String> =
                tally.errors.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
            if tally.skipped_lines > 0 {
                errors.push(format!("unreadable ledger lines {}", tally.skipped_lines));
            }
            self.line(format!("errors      {}", errors.join(", ")));
        }
    }

    fn criteria(&mut self, tally: &Tally) {
        self.line("\ncriteria".to_owned());
        for criterion in tally.criteria() {
            let mark = match criterion.met {
                Some(true) => "met",
                Some(false) => "NOT MET",
                None => "nothing measured",
            };
            let value =
                criterion.value.map_or(String::new(), |value| format!(" ({value} {})", criterion.unit));
            self.line(format!("  {:22}{mark}{value}", criterion.name));
        }
    }

    fn rules(&mut self, tally: &Tally) {
        let used = tally.rules_by_use();
        if used.is_empty() {
            return;
        }
        self.line(format!("\n{:24}{:>8}{:>8}{:>14}", "rule", "said", "held", "better form"));
        for (id, rule) in used {
            let back = rule.hits.saturating_sub(rule.said);
            self.line(format!("{id:24}{:>8}{back:>8}{:>14}", rule.said, rule.good));
        }
    }
}

fn ago(ms: u64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_ago_read_well() {
        assert_eq!(ago(3_600_000), "60 min");
    }
}
