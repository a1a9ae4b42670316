//! What agents do most, and what came after the lines about it.

use maud::{Markup, html};

use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::tally::RuleTally;
use crate::commands::stats::words;
use crate::ui::format::{bytes, count, duration};
use crate::ui::html::{Tone, number, parts, rule_name};

pub(super) fn render(stats: &Statistics, habits: &[(&str, &RuleTally)]) -> Markup {
    let most = habits.iter().map(|(_, rule)| rule.hits).max().unwrap_or_default();
    let compared = &stats.tally.comparison;
    let is_compared = compared.is_possible();
    let span = duration(stats.filter.spans(stats.now).length);
    let dash = |number: u64, text: String| if number == 0 { "-".to_owned() } else { text };
    let (recent, earlier) = (format!("last {span}"), format!("{span} before"));
    html! {
        @if !habits.is_empty() {
            h2 id="habits" { "What agents here do most" }
            @if let Some(text) = words::compared(stats) { p { (text) } }
            p.soft {
                "Results and time are totals of these calls."
                @if is_compared { " The last two figures of each rule are times per 100 calls." }
            }
            table.cards {
                thead { tr {
                    th { "rule" } th.wide { } th.n { "times" } th.n { "sessions" } th.n { "results" }
                    th.n { "time" } th.n { "told" }
                    @if is_compared { th.n { (recent) } th.n { (earlier) } }
                } }
                tbody {
                    @for (id, rule) in habits {
                        tr {
                            th scope="row" { (rule_name(id)) }
                            td.wide { (parts(&[(Tone::Calls, rule.hits)], most)) }
                            (number("times", &count(rule.hits)))
                            (number("sessions", &count(rule.sessions)))
                            (number("results", &dash(rule.bytes, bytes(rule.bytes))))
                            (number("time", &dash(rule.ms, duration(rule.ms))))
                            (number("told", &dash(rule.said, count(rule.said))))
                            @if is_compared {
                                (number(&recent, &compared.now.rate(Some(id))))
                                (number(&earlier, &compared.before.rate(Some(id))))
                            }
                        }
                    }
                }
            }
            (not_said(stats))
        }
    }
}

fn not_said(stats: &Statistics) -> Markup {
    let held = words::held_back(stats);
    html! {
        @if !held.is_empty() { p.soft { "Not said: " (held.join(", ")) "." } }
    }
}
