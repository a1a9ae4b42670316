//! The statistics as a page for the person whose agents these are: what they do most, whether
//! advice changes it, what it cost and gained, and what to do; then the engine's health.

mod cost;
mod effect;
mod habits;
mod health;
mod next_steps;
mod sheet;

use super::effect::{EffectLine, PooledEffect};
use super::lessons;
use super::nothing::NEVER;
use super::statistics::Statistics;
use super::words::scope;
use crate::ui::format::{count, plural, share};
use crate::ui::layout::wrapped;
use crate::ui::style::Palette;
use crate::ui::verbosity;
use sheet::Sheet;

/// Renders the page, `width` columns wide.
pub(super) fn render(stats: &Statistics, palette: Palette, width: usize) -> String {
    let mut sheet = Sheet { text: String::new(), palette, width };
    let has_calls = stats.tally.calls > 0;
    if !has_calls && !stats.filter.is_set() {
        sheet.text.push_str(&wrapped(NEVER, width));
    } else {
        headline(&mut sheet, stats);
    }
    let (pooled, rules) = (PooledEffect::of(stats), EffectLine::by_rule(stats));
    habits::write(&mut sheet, stats);
    if stats.tally.advice() + pooled.line.units() > 0 {
        effect::write(&mut sheet, stats, &pooled, &rules);
        cost::write(&mut sheet, stats, &pooled, &rules);
    }
    sheet.text.push_str(&lessons::render(stats, palette, width));
    next_steps::write(&mut sheet, stats, &rules);
    if verbosity::is_verbose() {
        health::write(&mut sheet, stats);
    } else {
        health::write_in_short(&mut sheet, stats);
    }
    sheet.text
}

/// Renders the engine's health alone.
pub(super) fn render_health(stats: &Statistics, palette: Palette, width: usize) -> String {
    let mut sheet = Sheet { text: String::new(), palette, width };
    if stats.tally.calls > 0 {
        headline(&mut sheet, stats);
    } else {
        sheet.text.push_str(&wrapped(NEVER, width));
    }
    health::write(&mut sheet, stats);
    sheet.text
}

fn headline(sheet: &mut Sheet, stats: &Statistics) {
    let (tally, palette) = (&stats.tally, sheet.palette);
    let title = palette.bold("toolcoach") + &palette.dim(scope(stats));
    sheet.text.push_str(&wrapped(&title, sheet.width));
    let agents = match tally.sub_agents {
        0 => String::new(),
        agents => format!(" and {}", plural(agents, "sub-agent")),
    };
    let calls = palette.bold(count(tally.calls));
    sheet.labelled("calls", format!("{calls} in {}{agents}", plural(tally.sessions, "session")));
    if tally.calls == 0 {
        return;
    }
    let silent = share(tally.calls - tally.answered, tally.calls);
    sheet.labelled("silent", palette.bold(silent));
    let advice = palette.bold(plural(tally.advice(), "line"));
    let on = share(tally.answered, tally.calls);
    sheet.labelled("advice", format!("{advice} on {on} of calls"));
}
