//! The ticks of an axis: few, and at round numbers.

/// Most steps between 0 and the top of an axis.
const MOST_STEPS: u64 = 4;

/// Most labels on an axis of days.
const MOST_LABELS: usize = 5;

/// Room for a date and a gap beside it, rem.
const LABEL_REM: usize = 6;

/// Round numbers from 0 to the first that is not below `most`, equally far apart.
pub(super) fn of_counts(most: u64) -> Vec<u64> {
    let most = most.max(1);
    let mut scale: u64 = 1;
    loop {
        for step in [scale, scale.saturating_mul(2), scale.saturating_mul(5)] {
            let steps = most.div_ceil(step);
            if steps <= MOST_STEPS {
                return (0..=steps).map(|at| at.saturating_mul(step)).collect();
            }
        }
        scale = scale.saturating_mul(10);
    }
}

/// Which of `count` columns have a label: the first, the last, and some between them, where an axis
/// of `room` rem has room for them.
pub(super) fn of_columns(count: usize, room: usize) -> Vec<usize> {
    let last = count.saturating_sub(1);
    let labels = MOST_LABELS.min(count).min(room / LABEL_REM).max(1);
    let mut places: Vec<usize> = (0..labels).map(|at| at * last / (labels - 1).max(1)).collect();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_top() {
        assert_eq!(of_counts(0), [0, 1]);
        assert_eq!(of_counts(3), [0, 1, 2, 3]);
        assert_eq!(of_counts(7), [0, 2, 4, 6, 8]);
        assert_eq!(of_counts(1204), [0, 500, 1000, 1500]);
        for most in [1, 9, 10, 11, 99, 12_345, u64::MAX] {
            let ticks = of_counts(most);
            assert!((2..=5).contains(&ticks.len()), "{most}: {ticks:?}");
            assert!(*ticks.last().unwrap() >= most && ticks.is_sorted(), "{most}: {ticks:?}");
        }
    }

    #[test]
    fn the_first_and_the_last_column_have_labels() {
        assert_eq!(of_columns(1, 16), [0]);
        assert_eq!(of_columns(2, 16), [0, 1]);
        assert_eq!(of_columns(30, 60), [0, 7, 14, 21, 29]);
        assert_eq!(of_columns(0, 16), [0]);
    }

    #[test]
    fn a_narrow_axis_has_few_labels() {
        assert_eq!(of_columns(6, 16), [0, 5]);
        assert_eq!(of_columns(15, 26), [0, 4, 9, 14]);
    }
}
