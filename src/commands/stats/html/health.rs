//! How well the engine does.

use maud::{Markup, html};

use crate::commands::stats::criteria;
use crate::commands::stats::health::{self, HealthLine};
use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::words::{TIMES_US, bucket_label};
use crate::ui::format::{count, micros, share};
use crate::ui::html::{Tone, parts};

pub(super) fn render(stats: &Statistics) -> Markup {
    html! {
        @if let Some(text) = health::in_short(stats) { p { (text) } }
        @if stats.tally.calls > 0 { (times(stats)) }
        h3 { "State" }
        dl {
            @for HealthLine { label, parts, is_bad, .. } in health::all(stats) {
                dt { (label) } dd.bad[is_bad] { (parts.join(", ")) }
            }
        }
        @if stats.tally.calls > 0 {
            h3 { "The project's own criteria" }
            ul.checks {
                @for criterion in criteria::all(stats) {
                    li {
                        @match criterion.met {
                            Some(true) => b.met { "✓" },
                            Some(false) => b.missed { "✗" },
                            None => b.soft { "·" },
                        }
                        (criterion.name) ": "
                        span.soft {
                            @if criterion.met.is_none() { "nothing measured" } @else { (criterion.measured) }
                        }
                    }
                }
            }
        }
    }
}

/// How long calls took.
fn times(stats: &Statistics) -> Markup {
    let times = &stats.tally.times;
    let figures = times.figures();
    let buckets = times.up_to(&TIMES_US);
    let most = buckets.iter().copied().max().unwrap_or_default();
    let last = buckets.iter().rposition(|calls| *calls > 0).unwrap_or_default();
    let first = buckets.iter().position(|calls| *calls > 0).unwrap_or_default();
    html! {
        h3 { "Time of a call, in process" }
        p.soft {
            "mean " (micros(figures.mean)) ", p50 " (micros(figures.p50)) ", p95 " (micros(figures.p95))
            ", p99 " (micros(figures.p99)) ", max " (micros(figures.max))
            " (p95: 95 % of calls took no longer)"
        }
        table.times {
            @for (at, calls) in buckets.iter().enumerate().take(last + 1).skip(first) {
                tr {
                    td.n { (bucket_label(at)) }
                    td.wide { (parts(&[(Tone::Calls, *calls)], most)) }
                    td.n { (count(*calls)) }
                    td.n.soft { (share(*calls, times.count)) }
                }
            }
        }
    }
}
