//! Calls and advice over time.

use maud::{Markup, html};

use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::tally::{DAY_MS, DayTally};
use crate::ui::html::{Tone, over_days};

pub(super) fn render(stats: &Statistics) -> Markup {
    let days = &stats.tally.days;
    let today = stats.now / DAY_MS;
    let first = days.keys().next().copied().unwrap_or(today).min(today);
    let chart = |what: &str, tone, value: fn(&DayTally) -> u64| {
        over_days(what, tone, first, today, &|span| {
            days.range(span).map(|(_, day)| value(day)).sum()
        })
    };
    html! {
        h2 id="days" { "Over time" }
        @if first == today {
            p { "Today is the first day, so there is nothing to compare yet." }
        } @else {
            (chart("Calls", Tone::Calls, |day| day.calls))
            (chart("Lines of advice", Tone::Lines, |day| day.advice))
        }
    }
}
