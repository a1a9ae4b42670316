//! How well the engine does: in short at the end of the page, and alone with times, paths, breakers,
//! errors, storage and the success criteria.

use super::sheet::Sheet;
use crate::commands::stats::criteria;
use crate::commands::stats::health::{self, HealthLine};
use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::tally::Tally;
use crate::commands::stats::words::{TIMES_US, bucket_label};
use crate::ui::format::{count, micros};
use crate::ui::layout;

const TITLE: &str = "The engine's health";

/// Width of the largest bar, columns.
const BAR: usize = 40;

/// Columns of the name of a criterion with its mark.
const CRITERION: usize = 27;

/// Columns of a page that has no room for more beside the name of a criterion.
const NARROW: usize = 60;

/// Columns beside a bar: the bound of the times, the calls and their share.
const BESIDE_BAR: usize = 34;

/// What a person should know of it who did not ask.
pub(super) fn write_in_short(sheet: &mut Sheet, stats: &Statistics) {
    let lines = health::all(stats);
    let is_amiss = lines.iter().any(|line| line.is_amiss);
    if stats.tally.calls == 0 && !is_amiss {
        return;
    }
    sheet.title(TITLE);
    for line in lines.iter().filter(|line| line.is_amiss || line.label == health::LAST_CALL) {
        write_line(sheet, line);
    }
    let details = "`toolcoach stats --health` has the details";
    sheet.sentences(&match health::in_short(stats) {
        Some(text) => format!("{text} {details}."),
        None => format!("{details}, `toolcoach doctor` says what to do."),
    });
}

/// All that is known of it.
pub(super) fn write(sheet: &mut Sheet, stats: &Statistics) {
    let tally = &stats.tally;
    sheet.title(TITLE);
    if tally.calls > 0 {
        times(sheet, tally);
    }
    health::all(stats).iter().for_each(|line| write_line(sheet, line));
    if tally.calls > 0 {
        criteria(sheet, stats);
    }
}

fn times(sheet: &mut Sheet, tally: &Tally) {
    let times = tally.times.figures();
    let text = format!(
        "mean {}, p50 {}, p95 {}, p99 {}, max {}",
        micros(times.mean),
        micros(times.p50),
        micros(times.p95),
        micros(times.p99),
        micros(times.max)
    );
    sheet.labelled("call", text);
    let buckets = tally.times.up_to(&TIMES_US);
    let largest = buckets.iter().copied().max().unwrap_or_default();
    let first = buckets.iter().position(|calls| *calls > 0).unwrap_or_default();
    let last = buckets.iter().rposition(|calls| *calls > 0).unwrap_or_default();
    let width = sheet.width.saturating_sub(BESIDE_BAR).min(BAR);
    for (at, calls) in buckets.iter().enumerate().take(last + 1).skip(first) {
        let bar = sheet.palette.bar(*calls, largest, width);
        let percent = *calls as f64 * 100.0 / tally.calls.max(1) as f64;
        let share = sheet.palette.dim(format!("{percent:>5.1} %"));
        sheet.line(format!("  {:>10}  {bar} {:>10} {share}", bucket_label(at), count(*calls)));
    }
}

fn write_line(sheet: &mut Sheet, line: &HealthLine) {
    match line.parts.as_slice() {
        [text] if line.is_bad => sheet.labelled(line.label, sheet.palette.bad(text)),
        [text] => sheet.labelled(line.label, text),
        parts => sheet.list(line.label, parts.iter().cloned()),
    }
}

fn criteria(sheet: &mut Sheet, stats: &Statistics) {
    sheet.line(sheet.palette.dim("criteria"));
    for criterion in criteria::all(stats) {
        let mark = sheet.palette.mark(criterion.met);
        let measured = if criterion.met.is_none() {
            "nothing measured".to_owned()
        } else {
            criterion.measured
        };
        let lead = layout::pad(&format!("  {mark} {:21}", criterion.name), CRITERION);
        let measured = sheet.palette.dim(measured);
        if sheet.width < NARROW {
            sheet.line(lead);
            sheet.text.push_str(&layout::block("      ", "      ", &measured, sheet.width));
        } else {
            sheet.text.push_str(&layout::block(
                &lead,
                &" ".repeat(CRITERION),
                &measured,
                sheet.width,
            ));
        }
    }
}
