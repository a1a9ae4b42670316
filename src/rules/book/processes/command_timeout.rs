//! A command that was stopped because its time was over.

use super::support::time_limit;
use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};

/// The longest limit that the shell tool takes, ms.
const MAX_LIMIT_MS: u64 = 600_000;

pub(crate) const RULE: Rule = Rule {
    id: "command-timeout",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Failure,
    analyzer: None,
    summary: "a command that outlasts its time limit",
    why: "The reflex is to run it again, even with a shorter limit (anthropics/claude-code#158); the limit is two \
          minutes unless a longer one is asked for.",
    trigger: Trigger::Call { tools: &[Tool::Shell], check },
    better: None,
    needs: &[Need::Background],
    repeat: Repeat::nth(1, 3, 3),
    hits: &[
        Example::bash("cargo build --release")
            .given(&[Given::Failed("Exit code 1\nCommand timed out after 2m 0.0s")])
            .says("cargo build --release"),
        Example::bash("git push")
            .given(&[Given::Failed("Exit code 1\nCommand execution timed out\nExit code 143")]),
        Example::bash("make all")
            .given(&[
                Given::Failed("Exit code 143\nCommand timed out after 1s"),
                Given::Timeout(1000),
            ])
            .says("timeout up to 600000"),
        Example::bash("npm run build").given(&[Given::Failed("Exit code 143")]),
        Example::bash("npm ci && npm run build")
            .given(&[Given::Failed("Exit code 143\nadded 3 packages"), Given::Took(120_400)])
            .says("the call with npm outlasted"),
        Example::bash("./slow.sh").given(&[
            Given::Failed("Exit code 137"),
            Given::Timeout(5000),
            Given::Took(5100),
        ]),
        Example::bash("make all")
            .given(&[Given::Failed("Command timed out after 10m 0.0s"), Given::Timeout(600_000)])
            .says("run_in_background"),
        Example::bash("make all")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 10m 0.0s")])
            .says("run_in_background tells when it ends (command-timeout)"),
        Example::bash("kill -0 $(cat app.pid); make test")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s")]),
    ],
    misses: &[
        Example::bash("timeout 5 tail -f x").given(&[Given::Failed("Exit code 1\nexit 124")]),
        Example::bash("timeout 5 tail -f x")
            .given(&[Given::Failed("Exit code 124"), Given::Took(5010)]),
        Example::bash("sleep 1").given(&[Given::Output("ok")]),
        Example::bash("curl https://example.org")
            .given(&[Given::Failed("Exit code 28\ncurl: (28) Connection timed out after 5001 ms")]),
        Example::bash("pytest").given(&[Given::Failed(
            "Exit code 1\nE   TimeoutError: Command timed out after 5s in test",
        )]),
        Example::bash("pkill -f myserver; make").given(&[Given::Failed("Exit code 143")]),
        Example::bash("kill $(cat app.pid)").given(&[Given::Failed("Exit code 143")]),
        Example::bash("npm run build").given(&[Given::Failed("Exit code 143"), Given::Took(3000)]),
        Example::bash("./oom").given(&[Given::Failed("Exit code 137\nKilled")]),
        Example::bash("bash -c 'kill -9 $$'")
            .given(&[Given::Failed("Exit code 137"), Given::Took(44)]),
        Example::bash("make all").given(&[
            Given::Failed("Exit code 143\nCommand timed out after 2m"),
            Given::Interrupted,
        ]),
        Example::bash("make all").given(&[
            Given::Failed("Exit code 143\nCommand timed out after 2m"),
            Given::Background,
        ]),
        Example::bash("make all")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m"), Given::Codex]),
        Example::bash("echo 'Command timed out after 2m'")
            .given(&[Given::Output("Command timed out after 2m")]),
        Example::bash("cat run.log; false")
            .given(&[Given::Failed("Exit code 1\nlog: Command timed out after 2m")]),
    ],
    since: "0.1.0",
};

fn check(case: &Case) -> Check<Finding> {
    let limit_ms = time_limit::outlasted(case).ok_or(Miss::No)?;
    if !case.environment.client.runs_in_background() {
        return Err(Miss::Near("this client has no background to run it in"));
    }
    if case.in_background() {
        return Err(Miss::Near("it ran in the background"));
    }
    let call = spelled(case).ok_or(Miss::NoBetterForm)?;
    let other = if limit_ms < MAX_LIMIT_MS { ", or a timeout up to 600000 ms" } else { "" };
    Ok(Finding::new(Advice::plain(format!(
        "{call} outlasted its time limit: run_in_background tells when it ends{other}"
    ))))
}

/// The call as a sentence names it. Of a script only the first program is named: the operators that
/// join its commands would look like markup.
fn spelled(case: &Case) -> Option<String> {
    let command = text::excerpt(case.event.command()?);
    if !command.contains(['<', '>', '&', '`']) {
        return Some(command);
    }
    let first = case
        .commands()
        .find(|command| !matches!(command.program.as_str(), "" | "cd" | "export"))?;
    Some(format!("the call with {}", text::excerpt(&first.program)))
}
