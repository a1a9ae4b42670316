//! Waiting for CI with sleeps, though gh waits by itself.

use super::support::ci::{self, Asked};
use super::support::{sleep, time_limit};
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{self, Check, Miss, Trigger};
use crate::shell::{Command, Script};

/// A shorter wait lets a run begin, s.
const SHORT_SECONDS: f64 = 10.0;

pub(crate) const RULE: Rule = Rule {
    id: "ci-wait",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "sleep around gh to wait for CI",
    why: "39 of 23,429 recorded calls slept 2,658 s around gh, and two of them ran into their time limit.",
    lesson: None,
    trigger: Trigger::Command { programs: &["gh"], subcommands: &[], signs: &["sleep"], check },
    better: Some(Trigger::Command {
        programs: &["gh"],
        subcommands: &[],
        signs: &["watch"],
        check: |_, command| {
            trigger::check(command.args.iter().any(|word| word.is("--watch") || word.is("watch")))
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, 3, 3),
    hits: &[
        Example::bash("sleep 60; gh pr checks 12")
            .says("instead of sleeping, let gh wait for the checks: `gh pr checks 12 --watch --fail-fast`"),
        Example::bash("until gh pr checks 66 -R o/r | grep -qE 'pass|fail'; do sleep 10; done")
            .says("`gh pr checks 66 -R o/r --watch --fail-fast`"),
        Example::bash("sleep 90; gh run list --branch x --limit 1").says("`gh run watch ID --exit-status`"),
        Example::bash("sleep 30 && gh run view 4711").says("`gh run watch 4711 --exit-status`"),
        Example::bash("for i in $(seq 1 60); do s=$(gh pr view 546 --json statusCheckRollup); [ \"$s\" = x ] && break; sleep 30; done")
            .given(&[Given::Background])
            .says("`gh pr checks 546 --watch --fail-fast`"),
        Example::bash("R=o/r\nsleep 45\ngh pr view 538 --repo $R --json mergeable,statusCheckRollup").says("gh pr checks 538"),
        Example::bash("while true; do gh run list; sleep 30; done").says("`gh run watch ID --exit-status`"),
        Example::bash("sleep 20; gh api repos/o/r/commits/x/check-runs").says("`gh run watch ID --exit-status`"),
        Example::bash("sleep 60; gh pr checks").says("`gh pr checks --watch --fail-fast`"),
    ],
    misses: &[
        Example::bash("gh pr checks 12 --watch --interval 20"),
        Example::bash("gh run watch 18606911775 --exit-status").given(&[Given::Background]),
        Example::bash("sleep 8 && gh pr view 41 --json mergeable"),
        Example::bash("sleep 5; gh pr checks 12"),
        Example::bash("gh pr checks 12; sleep 30; curl -s localhost"),
        Example::bash("sleep 60; gh pr view 12 --comments"),
        Example::bash("sleep 30; gh issue list"),
        Example::bash("sleep 60; gh pr merge 12"),
        Example::bash("sleep 60; git push && gh pr create --fill"),
        Example::bash("gh pr comment 12 -b 'sleep 60; gh pr checks 12'"),
        Example::bash("echo 'sleep 60; gh pr checks 12'"),
        Example::bash("ssh h 'sleep 60; gh pr checks 12'"),
        Example::bash("wait_ci() { sleep 60; gh pr checks 12; }; ls"),
        Example::bash("rg 'sleep.*gh pr checks' docs"),
        Example::bash("cat > w.sh <<'EOF'\nsleep 60; gh pr checks 12\nEOF"),
        Example::bash("sleep $N; gh pr checks 12"),
        Example::bash("sleep 60; gh pr checks 12").given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s")]),
    ],
    since: "0.2.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    let (first, asked) = ci::waited_for(script).ok_or(Miss::Near("it does not wait for CI"))?;
    trigger::check(first.id == command.id)?;
    if time_limit::outlasted(case).is_some() {
        return Err(Miss::Near("it ran out of time, which another rule is about"));
    }
    if longest_sleep(script) < SHORT_SECONDS {
        return Err(Miss::Near("the wait is short"));
    }
    let background = if case.environment.client.runs_in_background() {
        " (in the background it reports its end)"
    } else {
        ""
    };
    let lead = "instead of sleeping, let gh wait for the checks";
    let repository = repository(command);
    let better = match asked {
        Asked::Checks(number) => {
            let number = number.map(|number| format!(" {number}")).unwrap_or_default();
            format!("gh pr checks{number}{repository} --watch --fail-fast")
        }
        Asked::Run(number) => {
            format!("gh run watch {}{repository} --exit-status", number.as_deref().unwrap_or("ID"))
        }
    };
    Ok(Finding::new(Advice::plain(format!("{lead}: `{better}`{background}"))))
}

/// The longest `sleep` of the script, s.
fn longest_sleep(script: &Script) -> f64 {
    let sleeps = script.commands.iter().filter(|command| command.is("sleep"));
    sleeps.filter_map(sleep::seconds).fold(0.0, f64::max)
}

/// The option that names the repository, as it is written, if it is literal.
fn repository(command: &Command) -> String {
    let mut words = command.args.iter();
    while let Some(word) = words.next() {
        if (word.is("-R") || word.is("--repo"))
            && let Some(name) = words.next().and_then(|name| name.literal())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"./_-".contains(&b))
        {
            return format!(" -R {name}");
        }
    }
    String::new()
}
