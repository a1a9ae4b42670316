//! The charts, as SVG without text: the page stretches them to its width, and has the text around
//! them.

use super::markup::put;
use crate::base::calendar::Utc;
use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::tally::{DAY_MS, DayTally};
use crate::commands::stats::words::{TIMES_US, bucket_label};
use crate::ui::format::{count, micros, plural, share};

/// Fewest and most days in a chart. With fewer days the first bar would fill the page.
const DAYS: std::ops::RangeInclusive<u64> = 14..=366;

/// Calls and advice over time.
pub(super) fn days(page: &mut String, stats: &Statistics) {
    let today = stats.now / DAY_MS;
    let first = stats.tally.days.keys().next().copied().unwrap_or(today);
    let length = (today.saturating_sub(first) + 1).clamp(*DAYS.start(), *DAYS.end());
    let counts = |day: u64| stats.tally.days.get(&day).copied().unwrap_or_default();
    let days: Vec<(u64, DayTally)> = (0..length)
        .map(|ago| today.saturating_sub(length - 1 - ago))
        .map(|day| (day, counts(day)))
        .collect();
    chart(page, "Calls a day", "calls", &days, |day| day.calls);
    chart(page, "Advice a day", "advice", &days, |day| day.advice);
}

fn chart(
    page: &mut String,
    title: &str,
    class: &str,
    days: &[(u64, DayTally)],
    value: impl Fn(&DayTally) -> u64,
) {
    let most = days.iter().map(|(_, day)| value(day)).max().unwrap_or_default();
    let low = if class == "advice" { " low" } else { "" };
    put(
        page,
        format_args!(
            "<h2>{title}</h2>\n<p class=\"axis\"><span>{} at most</span></p>\n\
         <svg class=\"days{low}\" viewBox=\"0 0 {} 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{title}\">\n",
            count(most),
            days.len() * 10
        ),
    );
    for (at, (day, counts)) in days.iter().enumerate().filter(|(_, (_, day))| value(day) > 0) {
        // A bar above zero stays visible.
        let height = (value(counts) as f64 * 100.0 / most.max(1) as f64).max(1.5);
        put(
            page,
            format_args!(
                "<rect class=\"{class}\" x=\"{}\" y=\"{:.1}\" width=\"8\" height=\"{height:.1}\"><title>{}: {}</title></rect>\n",
                at * 10 + 1,
                100.0 - height,
                Utc(day * DAY_MS).date(),
                count(value(counts))
            ),
        );
    }
    let date = |day: Option<&(u64, DayTally)>| {
        day.map_or(String::new(), |(day, _)| Utc(day * DAY_MS).date())
    };
    put(
        page,
        format_args!(
            "</svg>\n<p class=\"axis\"><span>{}</span><span>{}</span></p>\n",
            date(days.first()),
            date(days.last())
        ),
    );
}

/// How long calls took.
pub(super) fn times(page: &mut String, stats: &Statistics) {
    let times = &stats.tally.times;
    let figures = times.figures();
    put(
        page,
        format_args!(
            "<h3>Time of a call, in process</h3>\n<p class=\"soft\">mean {}, p50 {}, p95 {}, p99 {}, max {}</p>\n<table class=\"times\">\n",
            micros(figures.mean),
            micros(figures.p50),
            micros(figures.p95),
            micros(figures.p99),
            micros(figures.max)
        ),
    );
    let buckets = times.up_to(&TIMES_US);
    let most = buckets.iter().copied().max().unwrap_or_default();
    let last = buckets.iter().rposition(|calls| *calls > 0).unwrap_or_default();
    let first = buckets.iter().position(|calls| *calls > 0).unwrap_or_default();
    for (at, calls) in buckets.iter().enumerate().take(last + 1).skip(first) {
        put(
            page,
            format_args!(
                "<tr><td class=\"n\">{}</td><td class=\"wide\">{}</td><td class=\"n\">{}</td><td class=\"n soft\">{}</td></tr>\n",
                bucket_label(at),
                bar(&[("calls", *calls)], most, &plural(*calls, "call")),
                count(*calls),
                share(*calls, times.count)
            ),
        );
    }
    page.push_str("</table>\n");
}

/// A bar of the parts in `whole`, each with its CSS class.
pub(super) fn bar(parts: &[(&str, u64)], whole: u64, text: &str) -> String {
    let mut svg = format!(
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{text}\">\
         <title>{text}</title>"
    );
    let mut x = 0.0;
    for (class, part) in parts.iter().filter(|(_, part)| *part > 0) {
        let width = *part as f64 * 1000.0 / whole.max(1) as f64;
        put(
            &mut svg,
            format_args!(
                "<rect class=\"{class}\" x=\"{x:.1}\" width=\"{:.1}\" height=\"10\"/>",
                width.max(2.0)
            ),
        );
        x += width;
    }
    svg + "</svg>"
}

/// An interval of a difference from -1 to 1: the line in its middle is 0.
pub(super) fn interval(difference: f64, low: f64, high: f64, text: &str) -> String {
    let x = |share: f64| 500.0 + share.clamp(-1.0, 1.0) * 500.0;
    let width = (x(high) - x(low)).max(2.0);
    // Below 0: told agents do it less often.
    let class = if high < 0.0 {
        "yes"
    } else if low > 0.0 {
        "no"
    } else {
        "open"
    };
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{text}\">\
         <title>{text}</title>\
         <rect class=\"{class}\" x=\"{:.1}\" y=\"3\" width=\"{width:.1}\" height=\"4\"/>\
         <rect class=\"zero\" x=\"499\" width=\"2\" height=\"10\"/>\
         <rect class=\"mark\" x=\"{:.1}\" y=\"1\" width=\"8\" height=\"8\"/></svg>",
        x(low),
        (x(difference) - 4.0).clamp(0.0, 992.0)
    )
}
