//! Whether advice changes what agents do.

use super::sheet::Sheet;
use crate::commands::stats::effect::{EffectLine, PooledEffect};
use crate::commands::stats::effect_words;
use crate::commands::stats::statistics::Statistics;
use crate::store::effect::Verdict;
use crate::ui::format::plural;
use crate::ui::table::{Align, Table};

/// Most rules in the table.
const MOST: usize = 15;

pub(super) fn write(
    sheet: &mut Sheet,
    stats: &Statistics,
    pooled: &PooledEffect,
    rules: &[EffectLine],
) {
    sheet.title("Does advice change it?");
    match effect_words::headline(pooled) {
        Some(sentences) => sentences.iter().for_each(|text| sheet.sentences(text)),
        None => sheet.sentences(effect_words::NO_LOT),
    }
    if let Some(text) = effect_words::uptake(stats) {
        sheet.sentences(&text);
    }
    if rules.is_empty() {
        return;
    }
    let mut table = Table::new(&[
        ("rule", Align::Left),
        ("told", Align::Right),
        ("not told", Align::Right),
        ("difference in points", Align::Left),
        ("", Align::Left),
    ]);
    for line in rules.iter().take(MOST) {
        let difference = effect_words::difference(line).map(|text| text.replace(" points", ""));
        let verdict = match line.verdict {
            Verdict::TooFew => "",
            verdict => effect_words::verdict(verdict),
        };
        table.row([
            line.rule().to_owned(),
            effect_words::again(&line.told),
            effect_words::again(&line.held_out),
            difference.unwrap_or_default(),
            verdict.to_owned(),
        ]);
    }
    sheet.table(&table);
    if let Some(more) = rules.get(MOST..).filter(|more| !more.is_empty()) {
        let units: u64 = more.iter().map(EffectLine::units).sum();
        let text =
            format!("and {}, {}", plural(more.len() as u64, "more rule"), plural(units, "session"));
        sheet.line(sheet.palette.dim(text));
    }
}
