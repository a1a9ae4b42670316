//! The section of the page about lessons: what new sessions are told before their first call.

use super::statistics::Statistics;
use crate::commands::lesson_line::{LessonArm, LessonLine};
use crate::ui::format::count;
use crate::ui::layout::wrapped;
use crate::ui::style::Palette;
use crate::ui::table::{Align, Table};

/// Renders the section, `width` columns wide. Empty if no lesson ever had a control group.
pub(super) fn render(stats: &Statistics, palette: Palette, width: usize) -> String {
    let lines = LessonLine::all(&stats.tally.lessons, &stats.lessons);
    if lines.is_empty() {
        return String::new();
    }
    let title =
        wrapped(&palette.bold("Do lessons at the start of a session change anything?"), width);
    let mut table = Table::new(&[
        ("came up in sessions", Align::Left),
        ("told", Align::Right),
        ("not told", Align::Right),
        ("difference", Align::Text),
    ]);
    for line in lines {
        let arm = |arm: &LessonArm| format!("{} of {}", count(arm.shown), count(arm.units));
        let (told, held_out) = (arm(&line.told), arm(&line.held_out));
        table.row([line.rule.clone(), told, held_out, line.in_words()]);
    }
    format!("\n{title}{}", table.render(width, |heads| palette.dim(heads)))
}
