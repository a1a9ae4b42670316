//! The statistics as one page to read, print and share: the same story as on the terminal, with
//! charts.

mod cost;
mod days;
mod effect;
mod habits;
mod health;
mod next_steps;

use maud::{Markup, html};

use super::effect::{EffectLine, PooledEffect};
use super::effect_words;
use super::next_steps::NextStep;
use super::statistics::Statistics;
use super::words;
use crate::ui::format::{count, plural, share};
use crate::ui::html::{meanings, page, tiles};

/// Renders the page.
pub(super) fn render(stats: &Statistics) -> String {
    let scope = words::scope(stats);
    let scope = scope.trim_start_matches(", ");
    let what = if stats.tally.calls == 0 {
        "no call yet".to_owned()
    } else {
        plural(stats.tally.calls, "call") + " of agents"
    };
    let title = match scope {
        "" => format!("toolcoach: {what}"),
        scope => format!("toolcoach: {what}, {scope}"),
    };
    let body = html! {
        p.soft { "toolcoach stats" }
        @if stats.tally.calls == 0 { (empty(stats)) } @else { (story(stats, scope)) }
        h2 id="health" { "The engine's health" }
        (health::render(stats))
    };
    page(&title, stats.now, &body)
}

fn empty(stats: &Statistics) -> Markup {
    html! {
        h1 { "No call was seen" @if stats.filter.is_set() { " of this kind" } }
        p.lead {
            @if stats.filter.is_set() {
                "Nothing that was recorded matches the filter: " (words::scope(stats).trim_start_matches(", ")) "."
            } @else {
                "After the first tool call of an agent this page has something to show. Is the hook registered? "
                code { "toolcoach doctor" } " checks, " code { "toolcoach install" } " registers it."
            }
        }
    }
}

fn story(stats: &Statistics, scope: &str) -> Markup {
    let (pooled, rules) = (PooledEffect::of(stats), EffectLine::by_rule(stats));
    let steps = super::next_steps::all(stats, &rules);
    let habits = stats.tally.habits();
    let explained = habits.iter().map(|(id, _)| *id);
    let more =
        rules.iter().map(EffectLine::rule).filter(|id| habits.iter().all(|(habit, _)| habit != id));
    html! {
        h1 { "What agents here do, and whether advice changes it" }
        p.soft { (scope) }
        (lead(stats, &pooled, &steps))
        (figures(stats, &pooled))
        nav aria-label="Sections" {
            @if !habits.is_empty() { a href="#habits" { "Habits" } " " }
            a href="#effect" { "Effect" } " " a href="#cost" { "Cost" } " "
            a href="#next" { "What to do" } " " a href="#days" { "Days" } " "
            @if !habits.is_empty() { a href="#meaning" { "Rules" } " " }
            a href="#health" { "Engine" }
        }
        (habits::render(stats, &habits))
        (effect::render(stats, &pooled, &rules))
        (cost::render(stats, &pooled, &rules))
        (next_steps::render(stats, &steps))
        (days::render(stats))
        (meanings(explained.chain(more)))
    }
}

/// The story in three sentences.
fn lead(stats: &Statistics, pooled: &PooledEffect, steps: &[NextStep]) -> Markup {
    let tally = &stats.tally;
    html! {
        p.lead {
            @match tally.habits().first() {
                Some((id, rule)) => {
                    "Most frequent: " b { (id) } ", " (plural(rule.hits, "time")) " in "
                    (plural(rule.sessions, "session")) ". "
                }
                None => "Nothing came up that a rule speaks about. ",
            }
            @match effect_words::difference(&pooled.line) {
                Some(points) => {
                    "Over all rules, agents that were told did the same again in " (effect_words::again(&pooled.line.told))
                    " cases, agents that were not told in " (effect_words::again(&pooled.line.held_out))
                    ": a difference of " (points) ", " (effect_words::verdict(pooled.line.verdict)) ". "
                }
                None => "Whether advice changes anything is not known yet. ",
            }
            @match steps.len() as u64 {
                0 => "There is nothing to do.",
                1 => { "There is " a href="#next" { "one thing to do" } "." }
                steps => { "There are " a href="#next" { (plural(steps, "thing")) " to do" } "." }
            }
        }
    }
}

fn figures(stats: &Statistics, pooled: &PooledEffect) -> Markup {
    let tally = &stats.tally;
    let (judged, others) = tally.outcomes();
    let agents = match tally.sub_agents {
        0 => String::new(),
        agents => format!(" and {}", plural(agents, "sub-agent")),
    };
    let difference = effect_words::difference(&pooled.line);
    let (difference, interval) = match difference.as_deref().and_then(|text| text.split_once(" ("))
    {
        Some((points, interval)) => {
            (points.to_owned(), format!("({interval}: done again if told, compared with not told"))
        }
        None => ("-".to_owned(), "effect: nothing to compare yet".to_owned()),
    };
    let tokens = count((judged.chars + others.chars) / 4);
    tiles(&[
        (count(tally.calls), format!("calls in {}{agents}", plural(tally.sessions, "session"))),
        (share(tally.calls - tally.answered, tally.calls), "of calls without a line".to_owned()),
        (count(tally.advice()), format!("lines of advice, about {tokens} tokens")),
        (difference, interval),
    ])
}
