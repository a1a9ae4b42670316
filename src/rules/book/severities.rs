//! Where a finding matters more or less than its rule usually does.

use super::super::rule::Severity;

/// Another severity of a rule's findings: the rule's id, the severity, and where it holds. A test
/// looks for the findings of all examples in this list.
pub(crate) const ELSEWHERE: &[(&str, Severity, &str)] = &[
    ("rm-rf-dangerous", Severity::Warn, "a path that a later command clones again"),
    ("false-ok", Severity::Hint, "a message that only follows the run, behind a semicolon"),
    (
        "masked-exit-pipe",
        Severity::Hint,
        "a status that another command acts on, which has rules of its own",
    ),
    ("git-push-force", Severity::Critical, "a push to a protected branch, such as main"),
    ("git-discard-worktree", Severity::Critical, "a whole work tree, and `git stash clear`"),
    ("git-discard-worktree", Severity::Hint, "a dropped stash, which its commit brings back"),
    ("git-amend-pushed", Severity::Hint, "a branch of one's own, not main or another shared one"),
    ("pkill-broad", Severity::Hint, "whatever listens on a port"),
    ("unbounded-poll-loop", Severity::Hint, "a loop in the background"),
    ("sleep-wait", Severity::Warn, "a minute or more"),
    ("wrong-js-package-manager", Severity::Hint, "a script, which every manager runs alike"),
    ("rerun-tests-no-change", Severity::Hint, "a failed run that is repeated word for word"),
];

/// The other severities of a rule, each with where it holds.
pub(crate) fn elsewhere(id: &str) -> impl Iterator<Item = (Severity, &'static str)> {
    ELSEWHERE.iter().filter(move |(rule, ..)| *rule == id).map(|(_, severity, at)| (*severity, *at))
}
