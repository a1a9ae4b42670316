//! What agents do most: the bad forms, by rule, with what these calls took.

use super::sheet::{NAME, Sheet};
use crate::base::calendar::Utc;
use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::tally::DAY_MS;
use crate::commands::stats::words;
use crate::rules;
use crate::ui::format::{bytes, count, duration, plural};

/// Most rules in the table.
const MOST: usize = 20;

/// Most days in the line of days.
const DAYS: u64 = 60;

/// Width of the columns of figures, characters.
const FIGURES: usize = 50;

pub(super) fn write(sheet: &mut Sheet, stats: &Statistics) {
    days(sheet, stats);
    let habits = stats.tally.habits();
    if habits.is_empty() {
        return;
    }
    sheet.title("What agents here do most");
    sheet.heads(&format!(
        "{:NAME$}{:>8}{:>10}{:>12}{:>11}{:>9}",
        "rule", "times", "sessions", "results", "time", "told"
    ));
    for (id, rule) in habits.iter().take(MOST) {
        let dash = |number: u64, text: String| if number == 0 { "-".to_owned() } else { text };
        let row = format!(
            "{}{:>8}{:>10}{:>12}{:>11}{:>9}",
            sheet.name(id),
            count(rule.hits),
            count(rule.sessions),
            dash(rule.bytes, bytes(rule.bytes)),
            dash(rule.ms, duration(rule.ms)),
            dash(rule.said, count(rule.said)),
        );
        // Where there is room, what the rule's name means.
        let room = sheet.width.saturating_sub(NAME + FIGURES + 2);
        let summary = rules::named(id).map_or("", |rule| rule.summary);
        let summary = if room < 20 { String::new() } else { sheet.palette.cut(summary, room) };
        sheet.line(format!("{row}  {}", sheet.palette.dim(summary)));
    }
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
    let counts = &stats.tally.days;
    let Some(first) =
        counts.keys().next().map(|first| (*first).max(today.saturating_sub(DAYS - 1)))
    else {
        return;
    };
    if first >= today {
        return;
    }
    let calls = |day| counts.get(&day).map_or(0, |counts| counts.calls);
    let numbers: Vec<u64> = (first..=today).map(calls).collect();
    let most = numbers.iter().copied().max().unwrap_or_default();
    sheet.labelled("calls a day", sheet.palette.sparkline(&numbers));
    let since = Utc(first * DAY_MS).date();
    sheet.labelled("", sheet.palette.dim(format!("since {since}, at most {}", count(most))));
}
