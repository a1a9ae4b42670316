//! The statistics as a page of 80 columns for users.

use std::collections::BTreeMap;

use super::criteria;
use super::effect::{ArmLine, EffectLine};
use super::lessons;
use super::statistics::Statistics;
use super::tally::{DAY_MS, RuleTally, Tally, can_be_followed};
use crate::base::calendar::Utc;
use crate::commands::breaker_line::BreakerLine;
use crate::store::effect::Decision;
use crate::ui::format::{bytes, count, days, duration, micros, percent, plural, share, wrapped};
use crate::ui::style::Palette;

/// Width of a line, characters.
const WIDTH: usize = 80;

/// The column at which values begin.
const LABEL: usize = 12;

/// Width of the largest bar, characters.
const BAR: usize = 40;

/// Upper bounds of the bars of times, us.
pub(super) const TIMES_US: [u64; 11] =
    [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/// Most days in the line of days.
const DAYS: u64 = 60;

/// Width of the column of rules, characters.
const NAME: usize = 26;

/// Width of a rule's bar, characters.
const UPTAKE: usize = 14;

/// Renders the page.
pub(super) fn render(stats: &Statistics, palette: Palette) -> String {
    let tally = &stats.tally;
    let mut page = StatsPage { text: String::new(), palette };
    if tally.calls == 0 && !stats.filter.is_set() {
        page.line("No call ever seen: is the hook registered? toolcoach doctor finds out.");
    } else {
        page.headline(stats);
    }
    if tally.calls > 0 {
        page.times(tally);
        page.paths(tally);
    }
    page.state(stats);
    if tally.calls > 0 {
        page.criteria(stats);
    }
    page.effect(stats);
    page.text.push_str(&lessons::render(stats, palette));
    page.rules(stats);
    page.text
}

struct StatsPage {
    text: String,
    palette: Palette,
}

impl StatsPage {
    fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref().trim_end());
        self.text.push('\n');
    }

    /// A line with a label. Further lines of the same item have an empty label.
    fn labelled(&mut self, label: &str, value: impl AsRef<str>) {
        let label = self.palette.dim(format!("{label:LABEL$}"));
        self.line(label + value.as_ref());
    }

    /// A list behind a label, on as many lines as it needs.
    fn list(&mut self, label: &str, parts: impl IntoIterator<Item = String>) {
        let (mut label, mut line) = (label, String::new());
        for part in parts {
            if !line.is_empty() && LABEL + line.chars().count() + part.chars().count() + 3 > WIDTH {
                self.labelled(label, line + ",");
                (label, line) = ("", String::new());
            }
            if !line.is_empty() {
                line.push_str(", ");
            }
            line.push_str(&part);
        }
        if !line.is_empty() {
            self.labelled(label, line);
        }
    }

    fn title(&mut self, text: &str) {
        let title = self.palette.bold(text);
        self.line(format!("\n{title}"));
    }

    fn headline(&mut self, stats: &Statistics) {
        let tally = &stats.tally;
        let (judged, others) = tally.outcomes();
        self.line(self.palette.bold("toolcoach") + &self.palette.dim(scope(stats)));
        let agents = match tally.sub_agents {
            0 => String::new(),
            agents => format!(" and {}", plural(agents, "sub-agent")),
        };
        let calls = self.palette.bold(count(tally.calls));
        self.labelled("calls", format!("{calls} in {}{agents}", plural(tally.sessions, "session")));
        if tally.calls == 0 {
            return;
        }
        self.labelled(
            "silent",
            self.palette.bold(share(tally.calls - tally.answered, tally.calls)),
        );
        let advice = self.palette.bold(plural(tally.advice(), "line"));
        let on = share(tally.answered, tally.calls);
        let tokens = plural((judged.chars + others.chars) / 4, "token");
        self.labelled("advice", format!("{advice} on {on} of calls, about {tokens}"));
        if judged.said > 0 {
            let followed = match percent(judged.followed, judged.chances()) {
                Some(percent) => self.palette.bold(format!("{percent} %")),
                None => "-".to_owned(),
            };
            let (yes, no, open) =
                (count(judged.followed), count(judged.repeated), count(judged.open));
            let text = format!("{followed}: {yes} followed, {no} not, {open} without a chance yet");
            self.labelled("followed", text);
        }
        if others.said > 0 {
            let again = self.palette.bold(share(others.repeated, others.said));
            let of = plural(others.said, "line");
            self.labelled(
                "done again",
                format!("{again} of {of} whose better form no call would show"),
            );
        }
        self.days(stats);
    }

    /// A line of calls a day, from the first day to today.
    fn days(&mut self, stats: &Statistics) {
        let today = stats.now / DAY_MS;
        let Some(first) = stats
            .tally
            .days
            .keys()
            .next()
            .map(|first| (*first).max(today.saturating_sub(DAYS - 1)))
        else {
            return;
        };
        if first >= today {
            return;
        }
        let calls = |day| stats.tally.days.get(&day).map_or(0, |counts| counts.calls);
        let numbers: Vec<u64> = (first..=today).map(calls).collect();
        let most = numbers.iter().copied().max().unwrap_or_default();
        self.labelled("calls a day", self.palette.sparkline(&numbers));
        let since = Utc(first * DAY_MS).date();
        self.labelled("", self.palette.dim(format!("since {since}, at most {}", count(most))));
    }

    fn times(&mut self, tally: &Tally) {
        let times = tally.times.figures();
        self.title("Time of a call, in process");
        self.line(format!(
            "  mean {}, p50 {}, p95 {}, p99 {}, max {}",
            micros(times.mean),
            micros(times.p50),
            micros(times.p95),
            micros(times.p99),
            micros(times.max)
        ));
        let buckets = tally.times.up_to(&TIMES_US);
        let largest = buckets.iter().copied().max().unwrap_or_default();
        let first = buckets.iter().position(|calls| *calls > 0).unwrap_or_default();
        let last = buckets.iter().rposition(|calls| *calls > 0).unwrap_or_default();
        for (at, calls) in buckets.iter().enumerate().take(last + 1).skip(first) {
            let bar = self.palette.bar(*calls, largest, BAR);
            let percent = *calls as f64 * 100.0 / tally.calls.max(1) as f64;
            let share = self.palette.dim(format!("{percent:>5.1} %"));
            self.line(format!("  {:>10}  {bar} {:>10} {share}", bucket_label(at), count(*calls)));
        }
    }

    fn paths(&mut self, tally: &Tally) {
        self.title("How far calls went");
        self.labelled(
            "fast path",
            format!(
                "{} of answered calls, {} of all; {} needed no parse",
                share(tally.answered_fast, tally.answered),
                share(tally.via("fast") + tally.via("none"), tally.calls),
                share(tally.via("none"), tally.calls)
            ),
        );
        if let Some(rate) = 1_000_000_u64.checked_div(tally.times.figures().mean) {
            self.labelled("speed", format!("{} calls a second on one core", count(rate)));
        }
        let cut = tally.via("cut");
        self.labelled(
            "cut short",
            if cut == 0 { "none".to_owned() } else { self.palette.bad(plural(cut, "call")) },
        );
        let mut held: Vec<(&str, u64)> = tally.held().into_iter().collect();
        held.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        self.list(
            "held back",
            held.into_iter().map(|(why, times)| format!("{why} {}", count(times))),
        );
        if tally.doubled > 0 {
            let doubled = format!(
                "{} noted twice: is the hook registered twice?",
                plural(tally.doubled, "call")
            );
            self.labelled("doubled", self.palette.bad(doubled));
        }
    }

    fn state(&mut self, stats: &Statistics) {
        self.title("State");
        for (at, (name, until)) in stats.mutes.iter().enumerate() {
            self.labelled(if at == 0 { "muted" } else { "" }, format!("{name} {until}"));
        }
        let learned = stats.decided().filter(|(_, decided)| decided.decision != Decision::Speaks);
        let learned: String = learned
            .map(|(rule, decided)| wrapped(&format!("{rule}: {decided}"), WIDTH - LABEL))
            .collect();
        for (at, line) in learned.lines().enumerate() {
            self.labelled(if at == 0 { "learned" } else { "" }, line);
        }
        self.breakers(stats);
        let tally = &stats.tally;
        let mut errors: Vec<String> = named(&tally.errors);
        for (what, number) in [
            ("unreadable lines", tally.skipped_lines),
            ("unreadable ledgers", tally.unreadable_files),
        ] {
            errors.extend((number > 0).then(|| format!("{what} {}", count(number))));
        }
        if errors.is_empty() {
            errors.push("none".to_owned());
        }
        self.list("errors", errors);
        let clients: BTreeMap<String, u64> =
            tally.clients.iter().map(|(name, via)| (name.clone(), via.values().sum())).collect();
        self.list("clients", named(&clients));
        if let Some(last) = tally.last_ms {
            let elapsed = duration(stats.now.saturating_sub(last));
            self.labelled("last call", format!("{elapsed} ago, {}", Utc(last)));
        }
        self.labelled(
            "storage",
            format!("{} in {}", bytes(stats.storage_bytes), stats.folder.display()),
        );
    }

    fn breakers(&mut self, stats: &Statistics) {
        let lines = BreakerLine::all(&stats.breakers, stats.now);
        let unhealthy: Vec<&BreakerLine> =
            lines.iter().filter(|line| line.failures > 0 || line.state != "closed").collect();
        if unhealthy.is_empty() {
            self.labelled("breakers", "all closed");
        }
        for (at, line) in unhealthy.into_iter().enumerate() {
            let last = line.last.map_or(String::new(), |last| format!(", last {last}"));
            let since =
                line.since_ms.map(|ms| format!(", {} ago", duration(stats.now.saturating_sub(ms))));
            let next = line
                .next_try_ms
                .map(|ms| format!(", next try in {}", duration(ms.saturating_sub(stats.now))));
            let failures = plural(line.failures.into(), "failure");
            let when = next.or(since).unwrap_or_default();
            let text = format!("{} {}: {failures}{last}{when}", line.analyzer, line.state);
            self.labelled(if at == 0 { "breakers" } else { "" }, self.palette.bad(text));
        }
    }

    fn criteria(&mut self, stats: &Statistics) {
        self.title("Success criteria");
        for criterion in criteria::all(stats) {
            let mark = self.palette.mark(criterion.met);
            let measured = if criterion.met.is_none() {
                "nothing measured".to_owned()
            } else {
                criterion.measured
            };
            self.line(format!("  {mark} {:21}{}", criterion.name, self.palette.dim(measured)));
        }
    }

    fn effect(&mut self, stats: &Statistics) {
        let pooled = EffectLine::pooled(stats);
        if !pooled.has_units() {
            return;
        }
        self.title("Does being told change anything?");
        self.line("  By lot, some sessions are not told a rule's lines (docs/effect.md).");
        let arm =
            |arm: &ArmLine| format!("{} of {}", share(arm.again, arm.units), count(arm.units));
        let (told, held_out) = (arm(&pooled.told), arm(&pooled.held_out));
        self.labelled("done again", format!("{told} told, {held_out} not told"));
        self.labelled("difference", format!("in points: {}", pooled.in_words()));
        self.title(&format!("{:NAME$}{:>12}{:>12}   difference", "Rule", "told", "not told"));
        for line in EffectLine::by_rule(stats) {
            let name = self.palette.cut(line.rule.as_deref().unwrap_or_default(), NAME - 1);
            let arm = |arm: &ArmLine| format!("{} of {}", count(arm.again), count(arm.units));
            let (told, held_out) = (arm(&line.told), arm(&line.held_out));
            self.line(format!("{name:NAME$}{told:>12}{held_out:>12}   {}", line.in_words()));
        }
    }

    fn rules(&mut self, stats: &Statistics) {
        let used = stats.tally.rules_by_use();
        if used.is_empty() {
            return;
        }
        self.title(&format!(
            "{:NAME$}{:>6}{:>7}{:>8}   followed",
            "Rule", "said", "held", "tokens"
        ));
        for (id, rule) in used {
            let name = self.palette.cut(id, NAME - 1);
            let said = if rule.said == 0 { "-".to_owned() } else { count(rule.said) };
            let held = if rule.held_back() == 0 { "-".to_owned() } else { count(rule.held_back()) };
            let tokens = if rule.outcome.chars == 0 {
                "-".to_owned()
            } else {
                count(rule.outcome.chars / 4)
            };
            let uptake = self.uptake(id, rule);
            self.line(format!("{name:NAME$}{said:>6}{held:>7}{tokens:>8}   {uptake}"));
        }
    }

    fn uptake(&self, id: &str, rule: &RuleTally) -> String {
        let outcome = &rule.outcome;
        let (followed, chances) = (outcome.followed, outcome.chances());
        if !can_be_followed(id) {
            let again =
                format!("done again {} of {}", count(outcome.repeated), count(outcome.said));
            return self.palette.dim(if outcome.said > 0 { &again } else { "" });
        }
        if chances == 0 {
            return self.palette.dim(if outcome.open > 0 { "no chance yet" } else { "" });
        }
        let percent = (followed * 100 + chances / 2) / chances;
        let of = self.palette.dim(format!("of {}", count(chances)));
        format!("{} {percent:>3} % {of}", self.palette.split(followed, chances, UPTAKE))
    }
}

/// Which calls are counted, as it follows the program's name.
pub(super) fn scope(stats: &Statistics) -> String {
    let filter = &stats.filter;
    let mut scope = days(stats.tally.first_ms, stats.tally.last_ms);
    if let Some(ms) = filter.since_ms {
        scope += &format!(", the last {}", duration(ms));
    }
    if let Some(client) = filter.client {
        scope += &format!(", {} only", client.name());
    }
    if filter.session.is_some() {
        scope += ", one session";
    }
    scope
}

/// The label of the times up to a bound of [`TIMES_US`] and over the one before.
pub(super) fn bucket_label(at: usize) -> String {
    match TIMES_US.get(at) {
        Some(us) if *us >= 1000 => format!("to {} ms", us / 1000),
        Some(us) => format!("to {us} us"),
        None => "longer".to_owned(),
    }
}

fn named(counts: &BTreeMap<String, u64>) -> Vec<String> {
    counts.iter().map(|(name, number)| format!("{name} {}", count(*number))).collect()
}
