//! What the lines cost, and what told sessions cost less or more.

use super::sheet::Sheet;
use crate::commands::stats::effect::{EffectLine, PooledEffect};
use crate::commands::stats::effect_words;
use crate::commands::stats::statistics::Statistics;
use crate::ui::format::{count, plural};
use crate::ui::table::{Align, Table};

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
        sheet.labelled(label, &text);
    }
    // While no rule has more than its spending, the sum says it all.
    let rows = rules.iter().filter(|line| line.cost.net_tokens.is_some()).take(MOST);
    let mut table = Table::new(&[
        ("rule", Align::Left),
        ("spent", Align::Right),
        ("net tokens a session", Align::Left),
        ("time", Align::Left),
    ]);
    for line in rows {
        let cost = &line.cost;
        table.row([
            line.rule().to_owned(),
            count(cost.spent_tokens_mean.unwrap_or_default().round() as u64),
            cost.net_tokens.map(effect_words::tokens).unwrap_or_default(),
            cost.gained_ms.map(effect_words::seconds).unwrap_or_default(),
        ]);
    }
    if !table.is_empty() {
        sheet.table(&table);
    }
}
