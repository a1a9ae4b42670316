//! Whether advice changes what agents do.

use super::sheet::{NAME, Sheet};
use crate::commands::stats::effect::{EffectLine, PooledEffect};
use crate::commands::stats::effect_words;
use crate::commands::stats::statistics::Statistics;
use crate::store::effect::Verdict;
use crate::ui::format::plural;

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
    let shown: Vec<&EffectLine> = rules.iter().take(MOST).collect();
    let told: Vec<String> = shown.iter().map(|line| effect_words::again(&line.told)).collect();
    let held_out: Vec<String> =
        shown.iter().map(|line| effect_words::again(&line.held_out)).collect();
    let wide =
        |cells: &[String]| cells.iter().map(String::len).max().unwrap_or_default().max(10) + 2;
    let (first, second) = (wide(&told), wide(&held_out));
    sheet.heads(&format!(
        "{:NAME$}{:>first$}{:>second$}  difference in points",
        "rule", "told", "not told"
    ));
    for ((line, told), held_out) in shown.into_iter().zip(&told).zip(&held_out) {
        let difference = effect_words::difference(line).map(|text| text.replace(" points", ""));
        let verdict = match line.verdict {
            Verdict::TooFew => "",
            verdict => effect_words::verdict(verdict),
        };
        let row = format!(
            "{}{told:>first$}{held_out:>second$}  {:17} {verdict}",
            sheet.name(line.rule()),
            difference.unwrap_or_default()
        );
        sheet.line(row);
    }
    if let Some(more) = rules.get(MOST..).filter(|more| !more.is_empty()) {
        let units: u64 = more.iter().map(EffectLine::units).sum();
        let text =
            format!("and {}, {}", plural(more.len() as u64, "more rule"), plural(units, "unit"));
        sheet.line(sheet.palette.dim(text));
    }
}
