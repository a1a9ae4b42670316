//! The charts, as SVG without text: the page stretches them to its width, and writes every value as
//! text beside them.

use maud::{Markup, html};

use super::ticks;
use crate::ui::format::count;

/// What a colour means, the same in every chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A number of calls.
    Calls,
    /// A number of lines of advice.
    Lines,
    /// The better form, or an effect that helps.
    Better,
    /// The bad form again, or an effect that hurts.
    Worse,
    /// Neither, or not known yet.
    Open,
}

impl Tone {
    /// Its class in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Lines => "lines",
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Open => "open",
        }
    }
}

/// One column of a chart.
pub(super) struct Column {
    /// What it stands for, such as a day.
    pub(super) name: String,
    /// Its height.
    pub(super) value: u64,
}

/// Fewest columns that fill the page. Fewer would be walls.
const WIDE: usize = 30;

/// Room for the numbers beside a chart, rem.
const Y_REM: usize = 4;

/// Most columns whose numbers are open to view. Further ones take a click or a key.
const OPEN_NUMBERS: usize = 7;

/// Columns over an axis with ticks, and their numbers as a table. `each` is what a column stands
/// for.
pub(super) fn columns(title: &str, each: &str, tone: Tone, columns: &[Column]) -> Markup {
    let most = columns.iter().map(|column| column.value).max().unwrap_or_default();
    let ticks = ticks::of_counts(most);
    let top = ticks.last().copied().unwrap_or(1);
    let up = |value: u64| value as f64 * 100.0 / top as f64;
    let rem = (columns.len() * 2).max(20);
    let width = if columns.len() < WIDE { format!("max-width: {rem}rem") } else { String::new() };
    let room = rem.saturating_sub(Y_REM);
    html! {
        figure.chart style=(width) {
            figcaption { (title) }
            div.plot {
                div.y aria-hidden="true" {
                    @for tick in &ticks {
                        span style=(format!("bottom: {:.2}%", up(*tick))) { (count(*tick)) }
                    }
                }
                svg aria-hidden="true" viewBox=(format!("0 0 {} 100", columns.len() * 10)) preserveAspectRatio="none" {
                    @for tick in &ticks {
                        line.grid x1="0" x2=(columns.len() * 10) y1=(tenths(100.0 - up(*tick))) y2=(tenths(100.0 - up(*tick))) {}
                    }
                    @for (at, column) in columns.iter().enumerate().filter(|(_, column)| column.value > 0) {
                        // A column above zero stays visible.
                        @let height = up(column.value).max(1.0);
                        rect class=(tone.class()) x=(at * 10 + 1) y=(tenths(100.0 - height)) width="8" height=(tenths(height)) {}
                    }
                }
            }
            div.x aria-hidden="true" {
                @for at in ticks::of_columns(columns.len(), room) {
                    @if let Some(column) = columns.get(at) {
                        span style=(format!("left: {:.2}%", (at as f64 + 0.5) * 100.0 / columns.len() as f64)) { (column.name) }
                    }
                }
            }
            details open[columns.len() <= OPEN_NUMBERS] {
                summary { "Numbers of each " (each) }
                table.numbers {
                    @for column in columns {
                        tr { th scope="row" { (column.name) } td.n { (count(column.value)) } }
                    }
                }
            }
        }
    }
}

/// A bar of the parts of `whole`. The values stand beside it as text.
pub(crate) fn parts(parts: &[(Tone, u64)], whole: u64) -> Markup {
    let mut x = 0.0;
    let mut rects = Vec::new();
    for (tone, part) in parts.iter().filter(|(_, part)| *part > 0) {
        let width = *part as f64 * 1000.0 / whole.max(1) as f64;
        rects.push((tone.class(), tenths(x), tenths(width.max(2.0))));
        x += width;
    }
    html! {
        svg.bar aria-hidden="true" viewBox="0 0 1000 10" preserveAspectRatio="none" {
            @for (class, x, width) in rects { rect class=(class) x=(x) width=(width) height="10" {} }
        }
    }
}

/// The place of a difference from -1 to 1, in thousandths of the width.
fn place(difference: f64) -> f64 {
    500.0 + difference.clamp(-1.0, 1.0) * 500.0
}

/// The ticks over the intervals of differences, in points.
pub(crate) fn axis_of_differences() -> Markup {
    html! {
        div.scale aria-hidden="true" {
            @for points in [-100, -50, 0, 50, 100_i32] {
                span style=(format!("left: {:.1}%", place(f64::from(points) / 100.0) / 10.0)) {
                    @if points > 0 { "+" } (points)
                }
            }
        }
    }
}

/// An interval of a difference from -1 to 1; the line in its middle is 0. Below 0, told agents do
/// it less often.
pub(crate) fn interval(difference: f64, low: f64, high: f64) -> Markup {
    let tone = if high < 0.0 {
        Tone::Better
    } else if low > 0.0 {
        Tone::Worse
    } else {
        Tone::Open
    };
    let width = (place(high) - place(low)).max(2.0);
    html! {
        svg.bar aria-hidden="true" viewBox="0 0 1000 10" preserveAspectRatio="none" {
            @for x in [0, 249, 749, 998] { rect.tick x=(x) width="2" height="10" {} }
            rect class=(tone.class()) x=(tenths(place(low))) y="3" width=(tenths(width)) height="4" {}
            rect.zero x="499" width="2" height="10" {}
            rect.mark x=(tenths((place(difference) - 4.0).clamp(0.0, 992.0))) y="1" width="8" height="8" {}
        }
    }
}

fn tenths(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_are_text_whatever_they_contain(name in ".*", value in 0..u64::MAX) {
            let hostile = format!("{name}<script>\"'&</details>");
            let column = || Column { name: hostile.clone(), value };
            let page = columns(&hostile, &hostile, Tone::Calls, &[column(), column()]).into_string();
            prop_assert!(!page.contains("<script>"), "{}", page);
            // Each element that is opened is closed, so no name has added one.
            prop_assert_eq!(page.matches("</details>").count(), 1);
            prop_assert_eq!(page.matches("</span>").count(), page.matches("<span").count());
        }
    }

    #[test]
    fn one_day_is_one_column_and_not_a_wall() {
        let day = [Column { name: "2026-11-02".into(), value: 5 }];
        let chart = columns("Calls", "day", Tone::Calls, &day).into_string();
        assert!(chart.contains("max-width: 20rem") && chart.contains("<details open>"), "{chart}");
        let many: Vec<Column> =
            (0..40).map(|at| Column { name: at.to_string(), value: at }).collect();
        let chart = columns("Calls", "day", Tone::Calls, &many).into_string();
        assert!(chart.contains("<td class=\"n\">39</td>"), "values are text: {chart}");
    }
}
