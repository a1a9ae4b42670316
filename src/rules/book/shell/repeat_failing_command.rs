//! The same call failing again in the same way, with no edit seen in between.

use crate::base::text;
use crate::project::programs::{self, Trait};
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::{command_text, waiting};
use crate::rules::case::Case;
use crate::rules::example::{Call, Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::store::history::CallLine;

/// Bytes of an error that are searched for signs.
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
    summary: "a call that fails a third time in the same way",
    why: "A call that failed twice with one error fails a third time unless something changes; reports name \
          sessions with seven and more such attempts in a row, and one week with 907 failed edits.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell, Tool::Edit, Tool::Mcp, Tool::Other],
        concerns: |case| {
            !case.event.is_interrupt
                && case
                    .failure()
                    .is_some_and(|error| case.history().holds_any(error.forms(), ATTEMPTS - 1))
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
            .says("failed 3 times alike with no edit seen in between"),
        Example { call: Call::Edit("src/a.py"), given: &[], says: "" }
            .given(&[
                Given::Failed(
                    "<tool_use_error>String to replace not found in file.</tool_use_error>",
                ),
                Given::FailedBefore(2),
            ])
            .says("an edit of a.py failed 3 times alike"),
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
        Example::bash("npm publish").given(&[
            Given::Failed("Exit code 1\nnpm error 503 Service Unavailable"),
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
        Example::bash("gh pr checks 12")
            .given(&[Given::Failed("Exit code 8\nbuild\tpending"), Given::FailedBefore(5)]),
        Example::bash("pg_isready -h localhost")
            .given(&[Given::Failed("Exit code 2\nno response"), Given::FailedBefore(5)]),
        Example::bash("sleep 10; curl -sf localhost:3000/health")
            .given(&[Given::Failed("Exit code 7"), Given::FailedBefore(5)]),
        Example::bash("kubectl wait --for=condition=Ready pod/x").given(&[
            Given::Failed("Exit code 1\nerror: condition not met"),
            Given::FailedBefore(5),
        ]),
        // A success in between, or another error.
        Example::bash("make deploy").given(&[
            Given::Failed("Exit code 2\nboom"),
            Given::FailedBefore(2),
            Given::After("make deploy"),
        ]),
        Example::bash("make deploy").given(&[
            Given::Failed("Exit code 2\nboom at line 1"),
            Given::FailedBefore(2),
            Given::Failed("Exit code 2\nboom at line 2"),
        ]),
        // The disk shows a change, or a sub-agent made one.
        Example::bash("make deploy").given(&[
            Given::Failed("Exit code 2\nboom"),
            Given::FailedBefore(2),
            Given::Passed(1_000),
            Given::File("deploy.sh", "x"),
        ]),
        Example::bash("make deploy").given(&[
            Given::Failed("Exit code 2\nboom"),
            Given::FailedBefore(2),
            Given::AfterAgent("sed -i s/a/b/ deploy.sh"),
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
    if waiting::asks_outside(case) {
        return Err(Miss::Near("it asks for something outside, and the failure is the answer"));
    }
    let again =
        |word: &str| ["--rerun", "--last-failed", "--lf", "--retry", "--ff"].contains(&word);
    if case.commands().any(|command| command.args.iter().any(|word| again(&word.text))) {
        return Err(Miss::Near("it runs again on purpose"));
    }
    let keys = case.keys();
    let earlier = earlier_failures(case, &keys)?;
    let attempts = earlier.len() + 1;
    if attempts < ATTEMPTS {
        return Err(Miss::Near("it failed fewer than three times"));
    }
    if attempts < TRANSIENT_ATTEMPTS && says(&TRANSIENT) {
        return Err(Miss::Near("the fault may be outside"));
    }
    if case.saw_change_since(&earlier) {
        return Err(Miss::Near("somebody else changed a file since it failed"));
    }
    let subject = keys.last().map(String::as_str).unwrap_or_default();
    Ok(Finding::new(advice(case, attempts)?).about(subject))
}

/// The calls with these keys that failed in the same way, oldest first, with nothing but reading
/// calls between them and up to this one.
fn earlier_failures<'c>(case: &'c Case, keys: &[String]) -> Check<Vec<&'c CallLine<'static>>> {
    let error = case.failure().ok_or(Miss::No)?;
    let mut earlier = Vec::new();
    for call in case.history().calls().iter().rev() {
        let is_attempt = keys.iter().any(|key| *key == call.key);
        if is_attempt && !call.ok && call.err == error {
            earlier.push(call);
        } else if is_attempt || !call.reads {
            break;
        }
    }
    if earlier.is_empty() {
        return Err(Miss::Near(
            "it fails like this for the first time since something may have changed",
        ));
    }
    earlier.reverse();
    Ok(earlier)
}

fn advice(case: &Case, attempts: usize) -> Check<Advice> {
    let times = format!("failed {attempts} times alike");
    Ok(Advice::plain(match (case.event.tool, case.event.input().file_path.as_deref()) {
        (Tool::Shell, ..) => {
            let script = case.script().ok_or(Miss::NoBetterForm)?;
            let command = script.commands.iter().rev().find(|command| !command.is("cd"));
            format!(
                "{} {times} with no edit seen in between: read the error and change one thing before the next try",
                command_text::spelled(command.ok_or(Miss::NoBetterForm)?)
            )
        }
        (Tool::Edit, Some(path)) => format!(
            "an edit of {} {times}: read its lines again and copy the text to replace from there",
            text::file_name(path)
        ),
        (tool, _) => {
            let name =
                if tool == Tool::Mcp { &case.event.tool_name } else { case.event.tool_label() };
            format!(
                "{} {times}: change one argument before the next try, or take another way",
                text::excerpt(name)
            )
        }
    }))
}
