//! What a reader can do about it, and what is muted already.

use super::sheet::Sheet;
use crate::commands::stats::effect::EffectLine;
use crate::commands::stats::next_steps::{self, NextStep};
use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::words::mute_reason;

pub(super) fn write(sheet: &mut Sheet, stats: &Statistics, rules: &[EffectLine]) {
    let steps = next_steps::all(stats, rules);
    let mutes: Vec<_> = stats.mutes.iter().collect();
    if steps.is_empty() && mutes.is_empty() && stats.learned.iter().next().is_none() {
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
        sheet.labelled("", "toolcoach unmute RULE lets it speak again");
    }
    for (at, (rule, mute)) in stats.learned.iter().enumerate() {
        let text = format!("{rule}: {}, silent unless pinned", mute_reason(mute));
        sheet.labelled(if at == 0 { "learned" } else { "" }, text);
    }
}
