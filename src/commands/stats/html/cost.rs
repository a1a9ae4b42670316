//! What the lines cost, and what told sessions cost less or more.

use maud::{Markup, html};

use crate::commands::stats::effect::{EffectLine, PooledEffect};
use crate::commands::stats::effect_words;
use crate::commands::stats::statistics::Statistics;
use crate::ui::format::{count, plural};
use crate::ui::html::{number, rule_name};

pub(super) fn render(stats: &Statistics, pooled: &PooledEffect, rules: &[EffectLine]) -> Markup {
    let (judged, others) = stats.tally.outcomes();
    let tokens = plural((judged.chars + others.chars) / 4, "token");
    let lines = plural(judged.said + others.said, "line");
    let (labelled, notes): (Vec<_>, Vec<_>) =
        effect_words::cost(pooled).into_iter().partition(|(label, _)| !label.is_empty());
    let compared: Vec<_> =
        rules.iter().filter_map(|line| Some((line, line.cost.net_tokens?))).collect();
    html! {
        h2 id="cost" { "What it cost and what it gained" }
        dl {
            dt { "said" } dd { (lines) " of about " (tokens) }
            @for (label, text) in labelled { dt { (label) } dd { (text) } }
        }
        @for (_, note) in notes { p.soft { (note) } }
        @if !compared.is_empty() {
            table.cards {
                thead { tr {
                    th { "a session, by rule" } th.n { "spent" } th.n { "net tokens" } th.n { "time" }
                } }
                tbody {
                    @for (line, net) in compared {
                        @let spent = line.cost.spent_tokens_mean.unwrap_or_default().round() as u64;
                        tr {
                            th scope="row" { (rule_name(line.rule())) }
                            (number("spent", &count(spent)))
                            (number("net tokens", &effect_words::tokens(net)))
                            (number("time", &line.cost.gained_ms.map(effect_words::seconds).unwrap_or_default()))
                        }
                    }
                }
            }
        }
    }
}
