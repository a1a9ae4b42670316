//! What agents do most: the bad forms, by rule, with what these calls took.

use super::sheet::{LABEL, Sheet};
use crate::base::calendar::Utc;
use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::tally::DAY_MS;
use crate::commands::stats::words;
use crate::rules;
use crate::ui::format::{bytes, count, duration, plural};
use crate::ui::table::{Align, Table};

/// Most rules in the table.
const MOST: usize = 20;

/// Most days in the line of days.
const DAYS: u64 = 60;

/// Columns of a page with room for what the names of rules mean.
const WIDE: usize = 110;

pub(super) fn write(sheet: &mut Sheet, stats: &Statistics) {
    days(sheet, stats);
    let habits = stats.tally.habits();
    if habits.is_empty() {
        return;
    }
    sheet.title("What agents here do most");
    let mut columns = vec![
        ("rule", Align::Left),
        ("times", Align::Right),
        ("sessions", Align::Right),
        ("results", Align::Right),
        ("time", Align::Right),
        ("told", Align::Right),
    ];
    let is_wide = sheet.width >= WIDE;
    columns.extend(is_wide.then_some(("", Align::Text)));
    let mut table = Table::new(&columns);
    for (id, rule) in habits.iter().take(MOST) {
        let dash = |number: u64, text: String| if number == 0 { "-".to_owned() } else { text };
        let summary = rules::named(id).map_or("", |rule| rule.summary);
        let cells = [
            (*id).to_owned(),
            count(rule.hits),
            count(rule.sessions),
            dash(rule.bytes, bytes(rule.bytes)),
            dash(rule.ms, duration(rule.ms)),
            dash(rule.said, count(rule.said)),
        ];
        table.row(cells.into_iter().chain(is_wide.then(|| summary.to_owned())));
    }
    sheet.table(&table);
    if let Some(more) = habits.get(MOST..).filter(|more| !more.is_empty()) {
        let times: u64 = more.iter().map(|(_, rule)| rule.hits).sum();
        let text =
            format!("and {}, {}", plural(more.len() as u64, "more rule"), plural(times, "time"));
        sheet.line(sheet.palette.dim(text));
    }
    sheet.sentences(
        "Results and time are totals of these calls. `toolcoach rules RULE` explains a rule.",
    );
    if let Some(text) = words::compared(stats) {
        sheet.sentences(&text);
    }
    sheet.list("not said", words::held_back(stats));
}

/// A line of calls a day, from the first day to today.
fn days(sheet: &mut Sheet, stats: &Statistics) {
    let today = stats.now / DAY_MS;
    let days = DAYS.min((sheet.width - LABEL) as u64);
    let counts = &stats.tally.days;
    let Some(first) =
        counts.keys().next().map(|first| (*first).max(today.saturating_sub(days - 1)))
    else {
        return;
    };
    if first >= today {
        return;
    }
    let calls = |day| counts.get(&day).map_or(0, |counts| counts.calls);
    let numbers: Vec<u64> = (first..=today).map(calls).collect();
    let most = numbers.iter().copied().max().unwrap_or_default();
    // Not wrapped: a day without calls is a blank.
    let label = sheet.palette.dim(format!("{:LABEL$}", "calls a day"));
    sheet.line(label + &sheet.palette.sparkline(&numbers));
    let since = Utc(first * DAY_MS).date();
    sheet.labelled("", sheet.palette.dim(format!("since {since}, at most {}", count(most))));
}
