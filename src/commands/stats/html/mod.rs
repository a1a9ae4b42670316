//! The statistics as one self-contained page with charts. It has no script and loads nothing.

mod charts;
mod findings;
mod markup;

use super::effect::{EffectLine, PooledEffect};
use super::statistics::Statistics;
use super::{criteria, effect_words, words};
use crate::base::calendar::Utc;
use crate::commands::breaker_line::BreakerLine;
use crate::store::effect::Decision;
use crate::ui::format::{bytes, count, micros, plural, share};
use markup::{escape, put};

const CSS: &str = include_str!("page.css");

/// Renders the page.
pub(super) fn render(stats: &Statistics) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>toolcoach</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n\
         <h1>toolcoach</h1>\n<p class=\"soft\">{}</p>\n",
        escape(words::scope(stats).trim_start_matches(", "))
    );
    if stats.tally.calls == 0 {
        page.push_str(
            "<p>No call was ever seen. Is the hook registered? <code>toolcoach doctor</code> checks, \
             <code>toolcoach install</code> registers it.</p>\n",
        );
    } else {
        tiles(&mut page, stats);
        let (pooled, rules) = (PooledEffect::of(stats), EffectLine::by_rule(stats));
        findings::habits(&mut page, stats);
        findings::effect(&mut page, &pooled, &rules);
        findings::cost(&mut page, stats, &pooled, &rules);
        findings::steps(&mut page, stats, &rules);
        charts::days(&mut page, stats);
    }
    page.push_str("<h2>The engine's health</h2>\n");
    if stats.tally.calls > 0 {
        charts::times(&mut page, stats);
        checklist(&mut page, stats);
    }
    state(&mut page, stats);
    let written = Utc(stats.now);
    put(
        &mut page,
        format_args!(
            "<footer>Written {written} by toolcoach {}. Days are in UTC.</footer>\n",
            env!("CARGO_PKG_VERSION")
        ),
    );
    page.push_str("</body>\n</html>\n");
    page
}

fn tiles(page: &mut String, stats: &Statistics) {
    let tally = &stats.tally;
    let (judged, others) = tally.outcomes();
    let agents = if tally.sub_agents > 0 {
        format!(", {}", plural(tally.sub_agents, "sub-agent"))
    } else {
        String::new()
    };
    let effect = PooledEffect::of(stats);
    let difference = effect_words::difference(&effect.line).unwrap_or_else(|| "-".to_owned());
    let (difference, interval) = difference.split_once(" (").unwrap_or((&difference, ""));
    let verdict = effect_words::verdict(effect.line.verdict);
    let interval = if interval.is_empty() {
        "no session to compare with yet".to_owned()
    } else {
        format!("({interval} done again if told: {verdict}")
    };
    page.push_str("<div class=\"tiles\">\n");
    for (value, what) in [
        (count(tally.calls), format!("calls in {}{agents}", plural(tally.sessions, "session"))),
        (share(tally.calls - tally.answered, tally.calls), "of calls without advice".to_owned()),
        (
            count(tally.advice()),
            format!("lines of advice, about {} tokens", count((judged.chars + others.chars) / 4)),
        ),
        (difference.to_owned(), interval),
        (
            micros(tally.times.figures().p95),
            "p95 in process: 95 % of calls take no longer".to_owned(),
        ),
    ] {
        put(
            page,
            format_args!(
                "<div class=\"tile\"><b>{}</b><span>{}</span></div>\n",
                escape(&value),
                escape(&what)
            ),
        );
    }
    page.push_str("</div>\n");
}

fn checklist(page: &mut String, stats: &Statistics) {
    page.push_str("<h3>Success criteria</h3>\n<ul>\n");
    for criterion in criteria::all(stats) {
        let (class, mark) = match criterion.met {
            Some(true) => ("met", "✓"),
            Some(false) => ("missed", "✗"),
            None => ("soft", "·"),
        };
        let measured =
            if criterion.met.is_none() { "nothing measured" } else { &criterion.measured };
        put(
            page,
            format_args!(
                "<li><b class=\"{class}\">{mark}</b>{} <span class=\"soft\">{}</span></li>\n",
                escape(&criterion.name),
                escape(measured)
            ),
        );
    }
    page.push_str("</ul>\n");
}

fn state(page: &mut String, stats: &Statistics) {
    let tally = &stats.tally;
    let list =
        |parts: Vec<String>| if parts.is_empty() { "none".to_owned() } else { parts.join(", ") };
    let named = |name: &str, number: u64| format!("{name} {}", count(number));
    let mut errors: Vec<String> =
        tally.errors.iter().map(|(kind, number)| named(kind, *number)).collect();
    for (what, number) in
        [("unreadable lines", tally.skipped_lines), ("unreadable ledgers", tally.unreadable_files)]
    {
        errors.extend((number > 0).then(|| named(what, number)));
    }
    let breakers = BreakerLine::all(&stats.breakers, stats.now);
    let learned = stats.decided().filter(|(_, decided)| decided.decision != Decision::Speaks);
    let learned = learned.map(|(rule, decided)| format!("{rule}: {decided}"));
    let clients = tally.clients.iter().map(|(name, via)| named(name, via.values().sum()));
    let held = tally.held().into_iter();
    page.push_str("<h3>State</h3>\n<dl>\n");
    for (name, value) in [
        (
            "Fast path",
            format!(
                "{} of answered calls and {} of all calls, without a look at files or history",
                share(tally.answered_fast, tally.answered),
                share(tally.via("fast") + tally.via("none"), tally.calls)
            ),
        ),
        (
            "Speed",
            1_000_000_u64.checked_div(tally.times.figures().mean).map_or("-".to_owned(), |rate| {
                format!("{} calls a second on one core", count(rate))
            }),
        ),
        ("Cut short", plural(tally.via("cut"), "call")),
        ("Not said", list(held.map(|(why, times)| named(&words::reason(why), times)).collect())),
        (
            "Muted",
            list(stats.mutes.iter().map(|(name, until)| format!("{name} {until}")).collect()),
        ),
        ("Learned", list(learned.collect())),
        (
            "Breakers",
            list(breakers.iter().map(|line| format!("{} {}", line.analyzer, line.state)).collect()),
        ),
        ("Errors", list(errors)),
        ("Agents", list(clients.collect())),
        ("Storage", format!("{} in {}", bytes(stats.storage_bytes), stats.folder.display())),
    ] {
        put(page, format_args!("<dt>{name}</dt><dd>{}</dd>\n", escape(&value)));
    }
    page.push_str("</dl>\n");
}
