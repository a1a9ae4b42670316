//! The same call failing again with the same error, with nothing changed in between.

use crate::base::text;
use crate::project::programs::{self, Trait};
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::command_text;
use crate::rules::case::Case;
use crate::rules::example::{Call, Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::store::fingerprint;

/// Bytes of an error that its fingerprint covers, as in the ledger.
const ERROR_BYTES: usize = 2048;

/// The attempt that is one too many.
const ATTEMPTS: usize = 3;

/// The same where something outside may be at fault.
const TRANSIENT_ATTEMPTS: usize = 5;

pub(crate) const RULE: Rule = Rule {
    id: "repeat-failing-command",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Failure,
    analyzer: Some(Analyzer::Performance),
    summary: "a call failing a third time in the same way",
    why: "A call that failed twice with one error fails a third time unless something changes; sessions with seven and \
          more such attempts in a row are reported, and one week of 907 failed edits.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell, Tool::Edit, Tool::Mcp, Tool::Other],
        concerns: |case| {
            let error = error(case);
            !error.is_empty()
                && !case.event.is_interrupt
                && case.recalls("err", &error, ATTEMPTS - 1)
        },
        check: repeated_failure,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 3, 3),
    hits: &[
        Example::bash("ssh h 'make run-runner'")
            .given(&[
                Given::Failed("Exit code 2\nmake: *** No rule to make target 'run-runner'.  Stop."),
                Given::FailedBefore(2),
            ])
            .says("failed 3 times with the same error"),
        Example { call: Call::Edit("src/a.py"), given: &[], says: "" }
            .given(&[
                Given::Failed(
                    "<tool_use_error>String to replace not found in file.</tool_use_error>",
                ),
                Given::FailedBefore(2),
            ])
            .says("an edit of a.py failed 3 times with the same error"),
        Example::bash("cargo build --features gui")
            .given(&[
                Given::Failed("Exit code 101\nerror: package has no feature `gui`"),
                Given::FailedBefore(2),
            ])
            .says("cargo build --features gui failed 3 times"),
        Example::bash("npm run bundle 2>&1").given(&[
            Given::Failed("Exit code 1\nnpm error Missing script: \"bundle\""),
            Given::FailedBefore(2),
        ]),
        Example::bash("./run.sh").given(&[
            Given::Failed("Exit code 126\nbash: ./run.sh: cannot execute: required file not found"),
            Given::FailedBefore(2),
            Given::After("ls -la"),
        ]),
        Example::bash("pytest tests/a.py").given(&[
            Given::Failed("Exit code 4\nERROR: file or directory not found: tests/a.py"),
            Given::FailedBefore(2),
            Given::Seen("Read"),
        ]),
        Example::bash("curl -sf http://localhost:80").given(&[
            Given::Failed("Exit code 7\ncurl: (7) Connection refused"),
            Given::FailedBefore(4),
        ]),
        Example::bash("git rebase main").given(&[
            Given::Failed("Exit code 1\nerror: cannot rebase: You have unstaged changes."),
            Given::FailedBefore(2),
            Given::EditFailed("a.rs"),
        ]),
    ],
    misses: &[
        Example::bash("pytest").given(&[Given::Failed("Exit code 1\n1 failed")]),
        Example::bash("pytest")
            .given(&[Given::Failed("Exit code 1\n1 failed"), Given::FailedBefore(1)]),
        Example::bash("cargo build").given(&[
            Given::Failed("Exit code 101\nerror[E0432]: unresolved import"),
            Given::FailedBefore(2),
            Given::Edited("src/a.rs"),
        ]),
        Example::bash("cargo build").given(&[
            Given::Failed("Exit code 101\nerror[E0432]: unresolved import"),
            Given::FailedBefore(2),
            Given::After("cargo add serde"),
        ]),
        Example::bash("cargo build").given(&[
            Given::Failed("Exit code 101\nerror[E0432]: unresolved import"),
            Given::FailedBefore(2),
            Given::After("git stash pop"),
        ]),
        Example::bash("curl -sf http://h/x").given(&[
            Given::Failed("Exit code 22\ncurl: (22) The requested URL returned error: 503"),
            Given::FailedBefore(2),
        ]),
        Example::bash("npm view x")
            .given(&[Given::Failed("Exit code 1\nnpm error ECONNRESET"), Given::FailedBefore(3)]),
        Example::bash("grep -q foo a")
            .given(&[Given::Failed("Exit code 1"), Given::FailedBefore(4)]),
        Example::bash("diff a b")
            .given(&[Given::Failed("Exit code 1\n1c1"), Given::FailedBefore(4)]),
        Example::bash("pytest --lf")
            .given(&[Given::Failed("Exit code 1\n1 failed"), Given::FailedBefore(4)]),
        Example::bash("npm test").given(&[
            Given::Failed("The user doesn't want to proceed with this tool use."),
            Given::FailedBefore(3),
        ]),
        Example::bash("npm test").given(&[
            Given::Failed("Permission to use Bash with command npm test has been denied."),
            Given::FailedBefore(3),
        ]),
        Example::bash("npm test").given(&[
            Given::Failed("Exit code 130"),
            Given::FailedBefore(3),
            Given::Interrupted,
        ]),
        Example::bash("npm test -- b")
            .given(&[Given::Failed("Exit code 1\nx"), Given::After("npm test -- a")]),
        Example::bash("gh run watch 3").given(&[
            Given::Failed("Exit code 1\nrun is still in progress"),
            Given::FailedBefore(3),
        ]),
        Example::bash("make").given(&[
            Given::Failed("Exit code 2\nmake: *** [all] Error 1"),
            Given::FailedBefore(2),
            Given::Seen("Task"),
        ]),
    ],
    since: "0.1.0",
};

/// Signs that something outside is at fault, which may recover by itself.
const TRANSIENT: [&str; 15] = [
    "429",
    "502",
    "503",
    "504",
    "timed out",
    "timeout",
    "Timeout",
    "ECONN",
    "onnection re",
    "rate limit",
    "Rate limit",
    "Temporary failure",
    "temporarily",
    "Could not resolve",
    "in progress",
];

/// Signs that the client or the user refused the call.
const REFUSED: [&str; 6] = [
    "doesn't want to",
    "ermission to use",
    "has been denied",
    "rejected by",
    "was blocked",
    "blocked by",
];

fn repeated_failure(case: &Case) -> Check<Finding> {
    let text = case.event.error_text(ERROR_BYTES);
    let says = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    if case.event.is_interrupt || says(&REFUSED) {
        return Err(Miss::Near("it was refused or stopped"));
    }
    let last = case.script().and_then(|script| script.commands.last());
    if last.is_some_and(|command| programs::is(&command.program, Trait::AnswersByStatus)) {
        return Err(Miss::Near("its failure is an answer"));
    }
    let again =
        |word: &str| ["--rerun", "--last-failed", "--lf", "--retry", "--ff"].contains(&word);
    if case.commands().any(|command| command.args.iter().any(|word| again(&word.text))) {
        return Err(Miss::Near("it runs again on purpose"));
    }
    let keys = case.keys();
    let attempts = attempts(case, &keys)?;
    if attempts < ATTEMPTS {
        return Err(Miss::Near("it failed fewer than three times"));
    }
    if attempts < TRANSIENT_ATTEMPTS && says(&TRANSIENT) {
        return Err(Miss::Near("the fault may be outside"));
    }
    let subject = keys.last().map(String::as_str).unwrap_or_default();
    Ok(Finding::new(advice(case, attempts)?).about(subject))
}

fn error(case: &Case) -> String {
    fingerprint::of_error(&case.event.error_text(ERROR_BYTES))
}

/// Which attempt of the input with these keys failed in the same way, with nothing changed since
/// the one before.
fn attempts(case: &Case, keys: &[String]) -> Check<usize> {
    let error = case.hash("err", &error(case)).ok_or(Miss::No)?;
    let calls = case.history().calls();
    let same = |at: &usize| {
        calls.get(*at).is_some_and(|call| {
            !call.ok && call.err == error && keys.iter().any(|key| *key == call.key)
        })
    };
    let earlier: Vec<usize> = (0..calls.len()).filter(same).collect();
    let last = *earlier.last().ok_or(Miss::Near("it fails so for the first time"))?;
    let since = calls.get(last + 1..).unwrap_or_default();
    if since.iter().any(|call| !call.reads) {
        return Err(Miss::Near("something may have changed since it failed"));
    }
    Ok(earlier.len() + 1)
}

fn advice(case: &Case, attempts: usize) -> Check<Advice> {
    let change = "change one argument first, or take another way";
    let (what, next) = match (case.event.tool, case.event.input().file_path.as_deref()) {
        (Tool::Shell, ..) => {
            let script = case.script().ok_or(Miss::NoBetterForm)?;
            let command = script.commands.iter().rev().find(|command| !command.is("cd"));
            (
                command_text::spelled(command.ok_or(Miss::NoBetterForm)?),
                "change one thing first, or look at what the error names",
            )
        }
        (Tool::Edit, Some(path)) => {
            (format!("an edit of {}", text::file_name(path)), "read the lines again and copy them")
        }
        (Tool::Mcp, ..) => (text::excerpt(&case.event.tool_name), change),
        _ => (text::excerpt(case.event.tool_label()), change),
    };
    Ok(Advice::plain(format!(
        "{what} failed {attempts} times with the same error, nothing changed in between: {next}"
    )))
}
