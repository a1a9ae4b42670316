//! Counts the days of the roll-up.

use super::tally::{DAY_MS, Tally, Window, stratum, word};
use crate::base::calendar::Utc;
use crate::store::effect::Stratum;
use crate::store::rollup::{Day, Rollup};
use crate::store::uptake::Uptake;
use crate::upkeep::learning;

/// Adds the days of the roll-up that end in the window. Each counts whole, since the roll-up does
/// not know the times of single calls.
pub(super) fn add(tally: &mut Tally, rollup: &Rollup, window: &Window) {
    tally.skipped_lines += rollup.skipped;
    for day in &rollup.days {
        let Some(start) = start_of(day) else {
            tally.skipped_lines += 1;
            continue;
        };
        learning::add_day(&mut tally.evidence, day, window.now);
        if window.client.is_some_and(|client| client != day.client) {
            continue;
        }
        compare(tally, day, start, window);
        if start + DAY_MS <= window.since {
            continue;
        }
        if day.rule.is_empty() { totals(tally, day, start) } else { rule(tally, day, start) }
    }
}

/// Counts the day in the newest span that it reaches into.
fn compare(tally: &mut Tally, day: &Day, start: u64, window: &Window) {
    let Some(part) = tally.comparison.part(start + DAY_MS - 1, &window.spans) else { return };
    if day.rule.is_empty() {
        part.calls += day.calls;
    } else {
        part.advice += day.spoke;
        if day.hits > 0 {
            part.hits(word(&day.rule), day.hits);
        }
    }
}

fn start_of(day: &Day) -> Option<u64> {
    Utc::parse(&format!("{}T00:00:00Z", day.day)).map(|time| time.0)
}

fn totals(tally: &mut Tally, day: &Day, start: u64) {
    tally.calls += day.calls;
    tally.answered += day.answered;
    tally.answered_fast += day.answered_via.get("fast").copied().unwrap_or_default();
    tally.sessions += day.sessions;
    tally.skipped_lines += day.skipped;
    if day.calls > 0 {
        tally.first_ms = Some(tally.first_ms.map_or(start, |first| first.min(start)));
        tally.last_ms = tally.last_ms.max(Some(if day.last == 0 { start } else { day.last }));
    }
    tally.times.add_day(&day.us);
    tally.days.entry(start / DAY_MS).or_default().calls += day.calls;
    for (via, calls) in &day.via {
        tally.add_via(&day.client, via, *calls);
    }
}

fn rule(tally: &mut Tally, day: &Day, start: u64) {
    tally.days.entry(start / DAY_MS).or_default().advice += day.spoke;
    if !day.effect.is_empty() {
        tally.note_units(start / DAY_MS, start / DAY_MS);
    }
    let sum = tally.rule(&day.rule);
    sum.hits += day.hits;
    // Version 0.1 noted only in how many ledgers the rule came up, in either form.
    let is_old = day.hits > 0 && day.hit_sessions == 0 && day.hit_bytes == 0;
    sum.sessions += if is_old { day.sessions.min(day.hits) } else { day.hit_sessions };
    sum.bytes = sum.bytes.saturating_add(day.hit_bytes);
    sum.ms = sum.ms.saturating_add(day.hit_ms);
    sum.said += day.spoke;
    sum.better += day.good;
    sum.outcome.add(&outcome(day));
    for (why, times) in &day.held {
        sum.hold(why, *times);
    }
    for (lesson, share_ppm, counts) in day.effects() {
        tally.note_units(start / DAY_MS, start / DAY_MS);
        let stratum = stratum(&day.rule, &day.client, share_ppm, start / DAY_MS);
        tally.effect.add(Stratum { lesson, ..stratum }, counts);
    }
    for (share_ppm, counts) in &day.lessons {
        let stratum = stratum(&day.rule, &day.client, *share_ppm, start / DAY_MS);
        tally.lessons.add(stratum, counts);
    }
}

fn outcome(day: &Day) -> Uptake {
    let Day { said, followed, repeated, open, chars, .. } = *day;
    Uptake { said, followed, repeated, open, chars }
}
