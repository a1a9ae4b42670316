//! The sections for the person whose agents these are: habits, effect, cost, what to do.

use super::charts;
use super::markup::{escape, put};
use crate::commands::stats::effect::{ArmLine, EffectLine, PooledEffect};
use crate::commands::stats::effect_words;
use crate::commands::stats::next_steps;
use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::words;
use crate::rules;
use crate::ui::format::{bytes, count, duration};

/// What agents do most, and what came after the lines about it.
pub(super) fn habits(page: &mut String, stats: &Statistics) {
    let habits = stats.tally.habits();
    if habits.is_empty() {
        return;
    }
    page.push_str(
        "<h2>What agents here do most</h2>\n<p class=\"soft\">After a line: <i class=\"key yes\"></i>the better form \
         next<i class=\"key no\"></i>the same again<i class=\"key open\"></i>neither. Results and time are \
                        totals of the calls.</p>\n<table>\n<tr><th>rule</th><th class=\"n\">times</th><th \
                        class=\"n\">sessions</th>\
         <th class=\"n narrow-off\">results</th><th class=\"n narrow-off\">time</th><th class=\"n\">told</th>\
         <th class=\"wide\">after a line</th></tr>\n",
    );
    for (id, rule) in habits {
        let outcome = &rule.outcome;
        let parts = [("yes", outcome.followed), ("no", outcome.repeated), ("open", outcome.open)];
        let text = format!(
            "{}: the better form came next {} times, the same again {} times, neither {} times",
            escape(id),
            count(outcome.followed),
            count(outcome.repeated),
            count(outcome.open)
        );
        let summary = rules::named(id).map_or("", |rule| rule.summary);
        let bar =
            if outcome.said > 0 { charts::bar(&parts, outcome.said, &text) } else { String::new() };
        let dash = |number: u64, text: String| if number == 0 { "-".to_owned() } else { text };
        put(
            page,
            format_args!(
                "<tr><td class=\"name\" title=\"{}\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
                 <td class=\"n narrow-off\">{}</td><td class=\"n narrow-off\">{}</td><td class=\"n\">{}</td>\
                 <td class=\"wide\">{bar}</td></tr>\n",
                escape(summary),
                escape(id),
                count(rule.hits),
                count(rule.sessions),
                dash(rule.bytes, bytes(rule.bytes)),
                dash(rule.ms, duration(rule.ms)),
                dash(rule.said, count(rule.said)),
            ),
        );
    }
    page.push_str("</table>\n");
}

/// Whether advice changes it.
pub(super) fn effect(page: &mut String, pooled: &PooledEffect, rules: &[EffectLine]) {
    page.push_str("<h2>Does advice change it?</h2>\n");
    match effect_words::headline(pooled) {
        Some([first, second]) => put(
            page,
            format_args!("<p>{}</p>\n<p class=\"soft\">{}</p>\n", escape(&first), escape(&second)),
        ),
        None => put(page, format_args!("<p class=\"soft\">{}</p>\n", escape(effect_words::NO_LOT))),
    }
    if rules.is_empty() {
        return;
    }
    page.push_str(
        "<table class=\"effect\">\n<tr><th>done again, by rule</th><th class=\"n\">told</th><th class=\"n\">not told</th>\
         <th class=\"wide narrow-off\">less if told ← → more</th><th class=\"n\">difference</th><th \
             class=\"n\">verdict</th></tr>\n",
    );
    for line in rules {
        let arm = |arm: &ArmLine| match arm.units {
            0 => "-".to_owned(),
            units => {
                format!("{} of {}", effect_words::whole_percent(arm.again, units), count(units))
            }
        };
        let text = effect_words::difference(line).unwrap_or_default();
        let chart = match (line.again_difference, line.low, line.high) {
            (Some(difference), Some(low), Some(high)) => {
                charts::interval(difference, low, high, &format!("{}: {text}", escape(line.rule())))
            }
            _ => String::new(),
        };
        put(
            page,
            format_args!(
                "<tr><td class=\"name\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"wide narrow-off\">{chart}</td>\
                 <td class=\"n\">{}</td><td class=\"n soft\">{}</td></tr>\n",
                escape(line.rule()),
                arm(&line.told),
                arm(&line.held_out),
                escape(&text.replace(" points", "")),
                effect_words::verdict(line.verdict),
            ),
        );
    }
    page.push_str("</table>\n");
}

/// What it cost and what it gained.
pub(super) fn cost(
    page: &mut String,
    stats: &Statistics,
    pooled: &PooledEffect,
    rules: &[EffectLine],
) {
    let (judged, others) = stats.tally.outcomes();
    put(
        page,
        format_args!(
            "<h2>What it cost and what it gained</h2>\n<dl>\n<dt>Said</dt><dd>{} lines of about {} tokens</dd>\n",
            count(judged.said + others.said),
            count((judged.chars + others.chars) / 4)
        ),
    );
    for (label, text) in effect_words::cost(pooled) {
        put(
            page,
            format_args!("<dt>{}</dt><dd>{}</dd>\n", words::capitalized(label), escape(&text)),
        );
    }
    page.push_str("</dl>\n");
    let compared = || rules.iter().filter_map(|line| Some((line, line.cost.net_tokens?)));
    if compared().next().is_none() {
        return;
    }
    page.push_str(
        "<table>\n<tr><th>a session, by rule</th><th class=\"n\">spent</th><th class=\"n\">net tokens</th>\
         <th class=\"n\">time</th></tr>\n",
    );
    for (line, net) in compared() {
        put(
            page,
            format_args!(
                "<tr><td class=\"name\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td \
                 class=\"n\">{}</td></tr>\n",
                escape(line.rule()),
                count(line.cost.spent_tokens_mean.unwrap_or_default().round() as u64),
                effect_words::tokens(net),
                line.cost.gained_ms.map(effect_words::seconds).unwrap_or_default()
            ),
        );
    }
    page.push_str("</table>\n");
}

/// What to do.
pub(super) fn steps(page: &mut String, stats: &Statistics, rules: &[EffectLine]) {
    let steps = next_steps::all(stats, rules);
    if steps.is_empty() {
        return;
    }
    page.push_str("<h2>What to do</h2>\n<ul>\n");
    for step in steps {
        put(
            page,
            format_args!(
                "<li>{}: <code>{}</code></li>\n",
                escape(&step.finding),
                escape(&step.answer)
            ),
        );
    }
    page.push_str("</ul>\n");
}
