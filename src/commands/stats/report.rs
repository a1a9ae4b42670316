//! The statistics for machines: `stats --format json`. New versions may add fields but never
//! rename them; `docs/stats.schema.json` lists them all.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::comparison::Comparison;
use super::criteria;
use super::criteria::Criterion;
use super::effect::{EffectLine, PooledEffect};
use super::statistics::Statistics;
use super::tally::{DAY_MS, RuleTally, can_be_followed};
use super::times::Figures;
use crate::base::calendar::Utc;
use crate::commands::breaker_line::BreakerLine;
use crate::commands::lesson_line::LessonLine;
use crate::store::effect::Decided;
use crate::store::mutes::Until;
use crate::store::rollup::BOUNDS_US;
use crate::ui::format::percent;

/// Version of the format. It grows when a field changes its meaning.
const VERSION: u32 = 1;

/// The whole report.
#[derive(Debug, Serialize)]
pub(super) struct StatsReport<'s> {
    v: u32,
    program: &'static str,
    now_ms: u64,
    folder: &'s Path,
    machines: u64,
    filter: FilterLine,
    calls: u64,
    sessions: u64,
    sub_agents: u64,
    doubled: u64,
    first_call_ms: Option<u64>,
    last_call_ms: Option<u64>,
    clients: BTreeMap<&'s str, u64>,
    via: BTreeMap<&'static str, u64>,
    silent_percent: Option<f64>,
    answered: u64,
    answered_percent: Option<f64>,
    advice: u64,
    advice_chars: u64,
    advice_tokens: u64,
    followed: u64,
    repeated: u64,
    open: u64,
    followed_percent: Option<f64>,
    unjudged: Unjudged,
    fast_path_of_advice_percent: Option<f64>,
    fast_path_of_calls_percent: Option<f64>,
    /// Null if there is no call.
    time_us: Option<Figures>,
    histogram_us: Vec<Bucket>,
    calls_per_second: Option<u64>,
    cut: u64,
    rules: BTreeMap<&'s str, RuleLine<'s>>,
    /// All rules pooled.
    effect: PooledEffect,
    effects: Vec<EffectLine>,
    lessons: Vec<LessonLine>,
    held: BTreeMap<&'s str, u64>,
    /// The end of the mute of each rule, unix ms; null if it has none.
    muted: BTreeMap<&'s str, Until>,
    /// What learning decided, as far as it counts here.
    learned: BTreeMap<&'s str, &'s Decided>,
    breakers: Vec<BreakerLine>,
    errors: &'s BTreeMap<String, u64>,
    days: Vec<DayLine>,
    compared: Compared<'s>,
    skipped_lines: u64,
    unreadable_files: u64,
    storage_bytes: u64,
    criteria: Vec<Criterion>,
}

/// Advice of rules whose better form cannot be seen in later calls.
#[derive(Debug, Serialize)]
struct Unjudged {
    said: u64,
    repeated: u64,
}

#[derive(Debug, Serialize)]
struct FilterLine {
    since_ms: Option<u64>,
    session: Option<String>,
    client: Option<&'static str>,
}

/// The calls with times up to a bound, and over that of the bucket before.
#[derive(Debug, Serialize)]
struct Bucket {
    /// The bound, us; null in the bucket of the longest times.
    up_to: Option<u64>,
    calls: u64,
}

#[derive(Debug, Serialize)]
struct RuleLine<'s> {
    hits: u64,
    sessions: u64,
    bytes: u64,
    ms: u64,
    said: u64,
    good: u64,
    held: &'s BTreeMap<String, u64>,
    can_be_followed: bool,
    followed: u64,
    repeated: u64,
    open: u64,
    chars: u64,
}

impl<'s> RuleLine<'s> {
    fn of(id: &str, rule: &'s RuleTally) -> Self {
        let outcome = &rule.outcome;
        Self {
            hits: rule.hits,
            sessions: rule.sessions,
            bytes: rule.bytes,
            ms: rule.ms,
            said: rule.said,
            good: rule.better,
            held: &rule.held,
            can_be_followed: can_be_followed(id),
            followed: outcome.followed,
            repeated: outcome.repeated,
            open: outcome.open,
            chars: outcome.chars,
        }
    }
}

/// The newest span of time and the one before it.
#[derive(Debug, Serialize)]
struct Compared<'s> {
    span_ms: u64,
    #[serde(flatten)]
    parts: &'s Comparison,
}

#[derive(Debug, Serialize)]
struct DayLine {
    day: String,
    calls: u64,
    advice: u64,
}

impl<'s> StatsReport<'s> {
    /// The report on these statistics.
    pub(super) fn of(stats: &'s Statistics) -> Self {
        let tally = &stats.tally;
        let times = &tally.times;
        let (judged, others) = tally.outcomes();
        let chars = judged.chars + others.chars;
        let bounds = BOUNDS_US.into_iter().map(Some).chain([None]);
        let filter = &stats.filter;
        Self {
            v: VERSION,
            program: env!("CARGO_PKG_VERSION"),
            now_ms: stats.now,
            folder: &stats.folder,
            machines: stats.machines,
            filter: FilterLine {
                since_ms: filter.since.map(|since| since.start(stats.now)),
                session: stats.session(),
                client: filter.client.map(|client| client.name()),
            },
            calls: tally.calls,
            sessions: tally.sessions,
            sub_agents: tally.sub_agents,
            doubled: tally.doubled,
            first_call_ms: tally.first_ms,
            last_call_ms: tally.last_ms,
            clients: tally
                .clients
                .iter()
                .map(|(name, via)| (name.as_str(), via.values().sum()))
                .collect(),
            via: ["none", "fast", "deep", "cut"]
                .into_iter()
                .map(|via| (via, tally.via(via)))
                .collect(),
            silent_percent: percent(tally.calls - tally.answered, tally.calls),
            answered: tally.answered,
            answered_percent: percent(tally.answered, tally.calls),
            advice: tally.advice(),
            advice_chars: chars,
            advice_tokens: chars / 4,
            followed: judged.followed,
            repeated: judged.repeated,
            open: judged.open,
            followed_percent: percent(judged.followed, judged.chances()),
            unjudged: Unjudged { said: others.said, repeated: others.repeated },
            fast_path_of_advice_percent: percent(tally.answered_fast, tally.answered),
            fast_path_of_calls_percent: percent(tally.via("none") + tally.via("fast"), tally.calls),
            time_us: (tally.calls > 0).then(|| times.figures()),
            histogram_us: bounds
                .zip(times.buckets)
                .map(|(up_to, calls)| Bucket { up_to, calls })
                .collect(),
            calls_per_second: 1_000_000_u64.checked_div(times.figures().mean),
            cut: tally.via("cut"),
            rules: tally
                .rules
                .iter()
                .map(|(id, rule)| (id.as_str(), RuleLine::of(id, rule)))
                .collect(),
            effect: PooledEffect::of(stats),
            effects: EffectLine::by_rule(stats),
            lessons: LessonLine::all(&tally.lessons, &stats.lessons),
            held: tally.held(),
            muted: stats.mutes.iter().collect(),
            learned: stats.decided().collect(),
            breakers: BreakerLine::all(&stats.breakers, stats.now),
            errors: &tally.errors,
            days: tally
                .days
                .iter()
                .map(|(day, counts)| DayLine {
                    day: Utc(day * DAY_MS).date(),
                    calls: counts.calls,
                    advice: counts.advice,
                })
                .collect(),
            compared: Compared {
                span_ms: filter.spans(stats.now).length,
                parts: &tally.comparison,
            },
            skipped_lines: tally.skipped_lines,
            unreadable_files: tally.unreadable_files,
            storage_bytes: stats.storage_bytes,
            criteria: criteria::all(stats),
        }
    }
}
