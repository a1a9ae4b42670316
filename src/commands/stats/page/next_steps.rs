//! What a reader can do about it, and what is muted already.

use super::sheet::Sheet;
use crate::commands::stats::effect::EffectLine;
use crate::commands::stats::next_steps::{self, NextStep};
use crate::commands::stats::statistics::Statistics;
use crate::store::effect::Decision;

pub(super) fn write(sheet: &mut Sheet, stats: &Statistics, rules: &[EffectLine]) {
    let steps = next_steps::all(stats, rules);
    let mutes: Vec<_> = stats.mutes.iter().collect();
    let learned = stats.decided().filter(|(_, decided)| decided.decision != Decision::Speaks);
    let learned: Vec<String> =
        learned.map(|(rule, decided)| format!("{rule}: {decided}")).collect();
    if steps.is_empty() && mutes.is_empty() && learned.is_empty() {
        return;
    }
    sheet.title("What to do");
    for NextStep { finding, answer } in steps {
        sheet.sentences(&format!("{finding}:"));
        sheet.line(format!("      {}", sheet.palette.bold(answer)));
    }
    for (at, (name, until)) in mutes.into_iter().enumerate() {
        let label = if at == 0 { "muted" } else { "" };
        sheet.labelled(label, format!("{name} {until}"));
    }
    if stats.mutes.iter().next().is_some() {
        sheet.labelled("", "`toolcoach unmute RULE` ends a mute");
    }
    for (at, line) in learned.iter().enumerate() {
        sheet.wrapped(if at == 0 { "learned" } else { "" }, line);
    }
}
