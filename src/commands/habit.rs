//! When a rule is a habit: a line in CLAUDE.md or AGENTS.md could prevent it.

/// Most habits that a page names.
pub(crate) const MOST: usize = 3;

/// A habit came up in so many sessions at least, and in one of so many.
const HABIT: (u64, u64) = (3, 3);

/// Whether a rule that came up in `sessions` of `all` is a habit.
pub(crate) fn is_habit(sessions: u64, all: u64) -> bool {
    let (fewest, one_in) = HABIT;
    all >= fewest && sessions >= fewest.max(all.div_ceil(one_in))
}
