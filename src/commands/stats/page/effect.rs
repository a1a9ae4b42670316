//! Whether advice changes what agents do.

use super::sheet::{NAME, Sheet};
use crate::commands::stats::effect::{ArmLine, EffectLine, PooledEffect};
use crate::commands::stats::effect_words;
use crate::commands::stats::statistics::Statistics;
use crate::store::effect::Verdict;
use crate::ui::format::{count, plural};

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
    uptake(sheet, stats);
    if rules.is_empty() {
        return;
    }
    let shown: Vec<&EffectLine> = rules.iter().take(MOST).collect();
    let told: Vec<String> = shown.iter().map(|line| again(&line.told)).collect();
    let held_out: Vec<String> = shown.iter().map(|line| again(&line.held_out)).collect();
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

/// In how many units of an arm the bad form came again.
fn again(arm: &ArmLine) -> String {
    match arm.units {
        0 => "-".to_owned(),
        units => format!("{} of {}", effect_words::whole_percent(arm.again, units), count(units)),
    }
}

/// What came next after each line: the weaker evidence, and all there is without a control.
fn uptake(sheet: &mut Sheet, stats: &Statistics) {
    let (judged, others) = stats.tally.outcomes();
    if judged.said + others.said == 0 {
        return;
    }
    let mut text = format!(
        "After {}, the better form came next {} times, the same again {} times, neither {} times",
        plural(judged.said, "line"),
        count(judged.followed),
        count(judged.repeated),
        count(judged.open)
    );
    if others.said > 0 {
        text += &format!(
            "; after {}, whose better form no call shows, the same again {} times",
            plural(others.said, "more line"),
            count(others.repeated)
        );
    }
    sheet.sentences(
        &(text + ". Agents that are not told do this too, so this alone proves nothing."),
    );
}
