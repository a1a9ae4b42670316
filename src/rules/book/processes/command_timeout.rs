//! A command that was stopped because its time was over.

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;

/// The shell tool's own limit where none is given, ms; seen in Claude Code 2.1.112 and 2.1.330.
const DEFAULT_LIMIT_MS: u64 = 120_000;

/// The longest limit that the shell tool takes, ms.
const MAX_LIMIT_MS: u64 = 600_000;

/// Bytes of an error in which the client's own sentence stands.
const ERROR_BYTES: usize = 2048;

pub(crate) const RULE: Rule = Rule {
    id: "command-timeout",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Failure,
    analyzer: None,
    summary: "a command that outlasts its time limit",
    why: "The reflex is to run it again, even with a shorter limit (anthropics/claude-code#158); the limit is two \
          minutes unless a longer one is asked for.",
    trigger: Trigger::Call {
        tools: &[Tool::Shell],
        check: |case| legacy::on_call(case, when, ADVICE, KEY),
    },
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advice;
const KEY: Key = Key::Rule;

/// Whether the failed shell call was stopped because its time was over. Newer clients say so;
/// 2.1.112 only shows the signal.
pub(super) fn ran_out_of_time(case: &Case) -> bool {
    let event = case.event;
    if event.succeeded() || event.is_interrupt {
        return false;
    }
    let error = event.error_text(ERROR_BYTES);
    // The client's line is its first or second; a program's output may say the same further down.
    let says = |line: &str| {
        line.starts_with("Command timed out after ")
            || line.starts_with("Command execution timed out")
    };
    if error.lines().take(2).any(says) {
        return true;
    }
    let code = event.exit_code();
    let limit = event.input().timeout.unwrap_or(DEFAULT_LIMIT_MS);
    match event.duration_ms {
        Some(took) => matches!(code, Some(143 | 137)) && took >= limit,
        None => code == Some(143) && error.lines().count() == 1 && !kills(case),
    }
}

/// Whether the script itself ends processes or limits their time, so that the signal may be its
/// own.
fn kills(case: &Case) -> bool {
    case.commands().any(|command| {
        matches!(command.program.as_str(), "kill" | "pkill" | "killall" | "fuser" | "xargs")
            || command.is_under("timeout")
            || command.is_under("gtimeout")
    })
}

fn when(case: &Case) -> Verdict {
    if !ran_out_of_time(case) {
        return Verdict::No;
    }
    if !case.environment.client.runs_in_background() {
        return Verdict::Near("this client has no background to run it in");
    }
    if case.in_background() {
        return Verdict::Near("it ran in the background");
    }
    Verdict::Fires
}

/// The minutes of `Command timed out after 10m 0.0s`, as ms.
fn told_limit(case: &Case) -> Option<u64> {
    let error = case.event.error_text(ERROR_BYTES);
    let line =
        error.lines().take(2).find_map(|line| line.strip_prefix("Command timed out after "))?;
    let minutes: u64 = line.split_once('m')?.0.parse().ok()?;
    minutes.checked_mul(60_000)
}

fn advice(case: &Case, _: &Occasion) -> Option<Advice> {
    let command = text::excerpt(case.event.command()?);
    // Of a script only its first program is named: what joins its commands is no word for a
    // sentence.
    let command = if command.contains(['<', '>', '&', '`']) {
        let first = case
            .commands()
            .find(|command| !matches!(command.program.as_str(), "" | "cd" | "export"))?;
        format!("the call with {}", text::excerpt(&first.program))
    } else {
        command
    };
    // The user may have set another limit, which the client's own sentence tells.
    let limit = told_limit(case).or(case.event.input().timeout).unwrap_or(DEFAULT_LIMIT_MS);
    let other = if limit < MAX_LIMIT_MS { ", or a timeout up to 600000 ms" } else { "" };
    legacy::plain(format!(
        "{command} outlasted its time limit: run_in_background tells when it ends{other}"
    ))
}
