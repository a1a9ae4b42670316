//! Whether advice changes what agents do.

use maud::{Markup, html};

use crate::commands::lesson_line::{LessonArm, LessonLine};
use crate::commands::stats::effect::{EffectLine, PooledEffect};
use crate::commands::stats::effect_words;
use crate::commands::stats::statistics::Statistics;
use crate::ui::format::count;
use crate::ui::html::{Tone, axis_of_differences, interval, number, parts, prose, rule_name};

pub(super) fn render(stats: &Statistics, pooled: &PooledEffect, rules: &[EffectLine]) -> Markup {
    html! {
        h2 id="effect" { "Does advice change it?" }
        @match effect_words::headline(pooled) {
            Some([first, second]) => { p { (first) } p.soft { (second) } }
            None => p { (prose(effect_words::NO_LOT)) },
        }
        @if !rules.is_empty() { (differences(rules)) }
        (next(stats))
        (lessons(stats))
    }
}

/// Each rule's difference with its interval.
fn differences(rules: &[EffectLine]) -> Markup {
    html! {
        p.soft.narrow {
            "The bars run from -100 to +100 points. Left of the middle, told agents do it less."
        }
        table.cards {
            thead { tr {
                th { "done again, by rule" } th.n { "told" } th.n { "not told" }
                th.wide { "less if told | more if told" (axis_of_differences()) }
                th.n { "difference in points" } th.n { "verdict" }
            } }
            tbody {
                @for line in rules {
                    tr {
                        th scope="row" { (rule_name(line.rule())) }
                        (number("told", &effect_words::again(&line.told)))
                        (number("not told", &effect_words::again(&line.held_out)))
                        td.wide {
                            @if let (Some(difference), Some(low), Some(high)) = (line.again_difference, line.low, line.high) {
                                (interval(difference, low, high))
                            }
                        }
                        (number("difference", &effect_words::difference(line).unwrap_or_else(|| "-".to_owned()).replace(" points", "")))
                        (number("verdict", effect_words::verdict(line.verdict)))
                    }
                }
            }
        }
    }
}

/// What came next after each rule's lines.
fn next(stats: &Statistics) -> Markup {
    let told: Vec<_> =
        stats.tally.habits().into_iter().filter(|(_, rule)| rule.outcome.said > 0).collect();
    html! {
        @if let Some(text) = effect_words::uptake(stats) {
            h3 { "What came next after a line" }
            p.soft { (text) }
        }
        @if !told.is_empty() {
            p.soft {
                @for (tone, what) in [(Tone::Better, "the better form next"), (Tone::Worse, "the same again"), (Tone::Open, "neither")] {
                    span.legend { i.key.(tone.class()) {} (what) } " "
                }
            }
            table.cards {
                thead { tr {
                    th { "after a line of" } th.wide { } th.n { "lines" } th.n { "better form" } th.n { "same again" } th.n { "neither" }
                } }
                tbody {
                    @for (id, rule) in told {
                        @let outcome = &rule.outcome;
                        tr {
                            th scope="row" { (rule_name(id)) }
                            td.wide {
                                (parts(&[(Tone::Better, outcome.followed), (Tone::Worse, outcome.repeated), (Tone::Open, outcome.open)], outcome.said))
                            }
                            (number("lines", &count(outcome.said)))
                            (number("better form", &count(outcome.followed)))
                            (number("same again", &count(outcome.repeated)))
                            (number("neither", &count(outcome.open)))
                        }
                    }
                }
            }
        }
    }
}

/// Whether lessons change anything.
fn lessons(stats: &Statistics) -> Markup {
    let lines = LessonLine::all(&stats.tally.lessons, &stats.lessons);
    let arm = |arm: &LessonArm| format!("{} of {}", count(arm.shown), count(arm.units));
    html! {
        @if !lines.is_empty() {
            h3 { "Do lessons at the start of a session change anything?" }
            table.cards {
                thead { tr { th { "came up in sessions" } th.n { "told" } th.n { "not told" } th.n { "difference in points" } } }
                tbody {
                    @for line in &lines {
                        tr {
                            th scope="row" { (rule_name(&line.rule)) }
                            (number("told", &arm(&line.told)))
                            (number("not told", &arm(&line.held_out)))
                            (number("difference", &line.in_words()))
                        }
                    }
                }
            }
        }
    }
}
