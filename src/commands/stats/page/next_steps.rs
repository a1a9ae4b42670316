//! What a reader can do about it, and what is muted already.

use super::sheet::Sheet;
use crate::commands::stats::effect::EffectLine;
use crate::commands::stats::next_steps::{self, NextStep, Silenced};
use crate::commands::stats::statistics::Statistics;

pub(super) fn write(sheet: &mut Sheet, stats: &Statistics, rules: &[EffectLine]) {
    let steps = next_steps::all(stats, rules);
    let silenced = Silenced::of(stats);
    if steps.is_empty() && silenced.is_empty() {
        return;
    }
    sheet.title("What to do");
    for NextStep { finding, answer, lesson } in steps {
        sheet.sentences(&format!("{finding}:"));
        if let Some(lesson) = lesson {
            sheet.sentences(&format!("\"{lesson}\""));
        }
        sheet.line(format!("      {}", sheet.palette.bold(answer)));
    }
    for (at, line) in silenced.muted.iter().enumerate() {
        sheet.labelled(if at == 0 { "muted" } else { "" }, line);
    }
    if !silenced.muted.is_empty() {
        sheet.labelled("", "`toolcoach unmute RULE` ends a mute");
    }
    for (at, line) in silenced.learned.iter().enumerate() {
        sheet.labelled(if at == 0 { "learned" } else { "" }, line);
    }
}
