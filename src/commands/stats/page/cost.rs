//! What the lines cost, and what told sessions cost less or more.

use super::sheet::{NAME, Sheet};
use crate::commands::stats::effect::{EffectLine, PooledEffect};
use crate::commands::stats::effect_words;
use crate::commands::stats::statistics::Statistics;
use crate::ui::format::{count, plural};

/// Most rules in the table.
const MOST: usize = 10;

pub(super) fn write(
    sheet: &mut Sheet,
    stats: &Statistics,
    pooled: &PooledEffect,
    rules: &[EffectLine],
) {
    sheet.title("What it cost and what it gained");
    let (judged, others) = stats.tally.outcomes();
    let tokens = plural((judged.chars + others.chars) / 4, "token");
    let said = plural(judged.said + others.said, "line");
    sheet.labelled("said", format!("{said} of about {tokens}"));
    for (label, text) in effect_words::cost(pooled) {
        sheet.wrapped(label, &text);
    }
    // While no rule has more than its spending, the sum says it all.
    let rows = || rules.iter().filter(|line| line.cost.net_tokens.is_some()).take(MOST);
    if rows().next().is_none() {
        return;
    }
    sheet.heads(&format!("{:NAME$}{:>7}  {:23}time", "rule", "spent", "net tokens a session"));
    for line in rows() {
        let cost = &line.cost;
        let row = format!(
            "{}{:>7}  {:23}{}",
            sheet.name(line.rule()),
            count(cost.spent_tokens_mean.unwrap_or_default().round() as u64),
            cost.net_tokens.map(effect_words::tokens).unwrap_or_default(),
            cost.gained_ms.map(effect_words::seconds).unwrap_or_default()
        );
        sheet.line(row);
    }
}
