//! The counts as a page to share: it names no path, project, session, command or custom rule, only
//! what the program itself brings along.

use maud::{Markup, html};

use super::first_look;
use super::tally::{ReplayRuleTally, ReplayTally};
use crate::rules;
use crate::ui::format::{bytes, count, days, plural, share};
use crate::ui::html::{Tone, meanings, number, over_days, page, parts, prose, rule_name, tiles};
use crate::ui::reason;

/// Renders the page, written at `now`, unix ms.
pub(super) fn render(tally: &ReplayTally, now: u64) -> String {
    let days = days(tally.first_ms, tally.last_ms);
    let title = format!("toolcoach: replay of {}{days}", plural(tally.calls, "recorded call"));
    let body = html! {
        p.soft { "toolcoach replay" }
        @if tally.calls == 0 {
            h1 { "No call was found" }
            p.lead { "The recordings that were given contain no call for which a hook runs." }
        } @else {
            h1 { "What toolcoach would have said" }
            p.soft { (days.trim_start_matches(", ")) }
            (story(tally))
        }
        p.soft { "This page names no path, no project, no session and no command of the recordings." }
    };
    page(&title, now, &body)
}

fn story(tally: &ReplayTally) -> Markup {
    let answered = tally.calls - tally.silent;
    let used = tally.rules_by_use();
    let (known, custom): (Vec<_>, Vec<_>) =
        used.into_iter().partition(|(id, _)| rules::named(id).is_some());
    let custom_said: u64 = custom.iter().map(|(_, rule)| rule.said).sum();
    html! {
        p.lead {
            "Of " (plural(tally.calls, "recorded call")) ", " (count(answered)) " would have got a line, and "
            (count(tally.silent)) " none. If followed, a line changes the next call of its kind. Whether agents follow it, "
            "and whether that gains anything, a replay cannot know: " code { "toolcoach stats" }
            " measures it, by comparing agents that are told with agents that are not."
        }
        (tiles(&[
            (count(tally.calls), format!("calls in {}", plural(tally.sessions.len() as u64, "session"))),
            (share(tally.silent, tally.calls), "of calls without a line".to_owned()),
            (count(answered), format!("calls with a line, about {} tokens in all", count(tally.chars / 4))),
        ]))
        @if !known.is_empty() {
            h2 { "What it would have spoken about" }
            p.soft {
                "Results are what the calls with a line returned. How much a better command would return depends on "
                "the call."
            }
            (by_rule(&known))
        }
        @if custom_said > 0 {
            p { "Custom rules would have given " (plural(custom_said, "more line")) "." }
        }
        @if !tally.held.is_empty() {
            p.soft { "Not said: " (reason::counts(tally.held.iter().map(|(word, times)| (*word, *times))).join(", ")) "." }
        }
        (prevention(tally))
        (over_time(tally))
        (about(tally))
        (meanings(known.iter().map(|(id, _)| *id)))
    }
}

fn by_rule(rules: &[(&'static str, &ReplayRuleTally)]) -> Markup {
    let most = rules.iter().map(|(_, rule)| rule.said).max().unwrap_or_default();
    html! {
        table.cards {
            thead { tr {
                th { "rule" } th.wide { } th.n { "lines" } th.n { "sessions" } th.n { "results" } th.n { "severity" }
            } }
            tbody {
                @for (id, rule) in rules {
                    tr {
                        th scope="row" { (rule_name(id)) }
                        td.wide { (parts(&[(Tone::Lines, rule.said)], most)) }
                        (number("lines", &count(rule.said)))
                        (number("sessions", &count(rule.sessions.len() as u64)))
                        (number("results", &bytes(rule.bytes)))
                        (number("severity", rule.severity.as_str()))
                    }
                }
            }
        }
    }
}

/// Sentences for the agents' own instructions about what came up in many sessions.
fn prevention(tally: &ReplayTally) -> Markup {
    let lessons: Vec<&str> = first_look::lessons(tally).collect();
    html! {
        @if !lessons.is_empty() {
            h2 { "What could prevent it" }
            p { "A third of the sessions or more have these habits. Lines for CLAUDE.md or AGENTS.md:" }
            ul { @for lesson in lessons { li { blockquote { (prose(lesson)) } } } }
        }
    }
}

fn over_time(tally: &ReplayTally) -> Markup {
    let (first, last) = (tally.days.keys().next(), tally.days.keys().next_back());
    html! {
        @if let (Some(first), Some(last)) = (first.copied(), last.copied()) && first < last {
            h2 { "Over time" }
            (over_days("Calls", Tone::Calls, first, last, &|span| tally.days.range(span).map(|(_, day)| day.calls).sum()))
            (over_days("Lines", Tone::Lines, first, last, &|span| tally.days.range(span).map(|(_, day)| day.lines).sum()))
        }
    }
}

/// Which calls these are.
fn about(tally: &ReplayTally) -> Markup {
    let left_out = &tally.left_out;
    let clients = tally.clients.iter().map(|(name, calls)| format!("{name} {}", count(*calls)));
    let left_out: Vec<String> = [
        ("calls without a hook", left_out.unhooked_calls),
        ("calls copied from other sessions", left_out.copied_calls),
        ("unreadable lines", left_out.unreadable_lines),
        ("foreign lines", left_out.foreign_lines),
        ("unreadable files", left_out.unreadable_files.len() as u64),
    ]
    .into_iter()
    .filter(|(_, number)| *number > 0)
    .map(|(what, number)| format!("{what} {}", count(number)))
    .collect();
    html! {
        h2 { "Which calls these are" }
        dl {
            dt { "clients" } dd { (clients.collect::<Vec<_>>().join(", ")) }
            @if !left_out.is_empty() { dt { "left out" } dd { (left_out.join(", ")) } }
        }
    }
}
