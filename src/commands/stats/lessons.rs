//! The section of the page about lessons: what new sessions are told before their first call.

use super::statistics::Statistics;
use crate::commands::lesson_line::{LessonArm, LessonLine};
use crate::ui::format::count;
use crate::ui::style::Palette;

/// Width of the column of rules, characters.
const NAME: usize = 25;

/// Renders the section. Empty if no lesson ever had a control group.
pub(super) fn render(stats: &Statistics, palette: Palette) -> String {
    let lines = LessonLine::all(&stats.tally.lessons, &stats.lessons);
    if lines.is_empty() {
        return String::new();
    }
    let title = palette.bold("Do lessons at the start of a session change anything?");
    let head =
        format!("{:NAME$}{:>10}{:>11}  difference", "Came up in sessions", "told", "not told");
    let mut text = format!("\n{title}\n{}\n", palette.bold(head));
    for line in lines {
        let name = palette.cut(&line.rule, NAME - 1);
        let arm = |arm: &LessonArm| format!("{} of {}", count(arm.shown), count(arm.units));
        let (told, held_out) = (arm(&line.told), arm(&line.held_out));
        text.push_str(&format!("{name:NAME$}{told:>10}{held_out:>11}  {}\n", line.in_words()));
    }
    text
}
