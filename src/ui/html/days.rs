//! Something over time, as a chart with a column a day, or a week where the days are many.

use std::ops::Range;

use maud::Markup;

use super::chart::{Column, Tone, columns};
use crate::base::calendar::Utc;

/// A day, ms.
const DAY_MS: u64 = 86_400_000;

/// Most days with a column each. A longer time has a column a week.
const MOST_DAYS: u64 = 92;

/// Most columns: two years of weeks. What is older is left out.
const MOST_COLUMNS: u64 = 104;

/// The chart of the days from `first` to `last`, since 1970. `sum` counts what is in a range of
/// days.
pub(crate) fn over_days(
    what: &str,
    tone: Tone,
    first: u64,
    last: u64,
    sum: &dyn Fn(Range<u64>) -> u64,
) -> Markup {
    let length = last.saturating_sub(first) + 1;
    let (step, each) = if length > MOST_DAYS { (7, "week") } else { (1, "day") };
    let count = length.div_ceil(step).min(MOST_COLUMNS);
    // The last column ends on the last day.
    let start = (last + 1).saturating_sub(count * step);
    let column = |at: u64| {
        let day = start + at * step;
        Column { name: Utc(day * DAY_MS).date(), value: sum(day..day + step) }
    };
    let all: Vec<Column> = (0..count).map(column).collect();
    let by = if step == 1 { "" } else { ", by its first day" };
    columns(&format!("{what} a {each}{by}"), each, tone, &all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_day_is_lost_and_the_last_column_ends_on_the_last_day() {
        for length in [2, 92, 93, 400, 728] {
            let (first, last) = (20_000, 20_000 + length - 1);
            let counted = std::cell::RefCell::new(Vec::new());
            let page = over_days("Calls", Tone::Calls, first, last, &|days| {
                counted.borrow_mut().extend(days.clone());
                days.end - days.start
            });
            let days = counted.into_inner();
            assert!(days.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{length}");
            assert!(days.contains(&first) && days.last() == Some(&last), "{length}");
            let each = if length > 92 { "Calls a week" } else { "Calls a day" };
            assert!(page.into_string().contains(each), "{length}");
        }
    }
}
