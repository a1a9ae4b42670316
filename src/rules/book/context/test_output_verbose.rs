//! A test run or an installer that prints at length what went well.

use super::support::loud::loud_commands;
use super::support::quiet::{QuietForm, quiet_form};
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::command_text::{name, only_command, with_argument, with_option};
use crate::rules::book::support::output::{MEASURED_BYTES, OutputSize, kilobytes};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Script};

pub(crate) const THRESHOLDS: &[Threshold] = &[BYTES, FAILURE_BYTES];

const BYTES: Threshold = Threshold {
    rule: "test-output-verbose",
    name: "bytes",
    what: "bytes of output of a run that passed",
    default: 8_000,
    least: 2_000,
    most: 1_000_000,
    because: "8,000 bytes are 2,000 tokens about what went well",
};

const FAILURE_BYTES: Threshold = Threshold {
    rule: "test-output-verbose",
    name: "failure_bytes",
    what: "bytes of output of a run that failed",
    default: 16_000,
    least: 2_000,
    most: 1_000_000,
    because: "the agent wants to see the failures, which are the smaller part only of a longer output",
};

pub(crate) const RULE: Rule = Rule {
    id: "test-output-verbose",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "tests or an installer without the quiet option",
    why: "The names of passing tests and fetched packages do not help the next step; a quiet option keeps the \
          failures and the exit code.",
    lesson: Some("Run tests and installers with their quiet option: it keeps the failures and the exit code."),
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            let bytes = case.event.result_bytes();
            case.may_reach(&BYTES, bytes as u64)
                && bytes <= MEASURED_BYTES
                && case.parsed().is_some()
                && run_with_quiet_form(case).is_some()
        },
        check: verbose_run,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 5, 3),
    hits: &[
        Example::bash("pytest tests")
            .given(&[Given::OutputBytes(22_000), Given::Lines(300)])
            .says("`pytest -q tests`"),
        Example::bash("uv run pytest -v tests/a.py")
            .given(&[Given::OutputBytes(9_000)])
            .says("`uv run pytest -q tests/a.py`"),
        Example::bash("cd api && python3 -m pytest")
            .given(&[Given::OutputBytes(22_000)])
            .says("`cd api && python3 -m pytest -q`"),
        Example::bash("npm install")
            .given(&[Given::OutputBytes(9_000)])
            .says("`npm install --loglevel=error`"),
        Example::bash("npm ci 2>&1")
            .given(&[Given::OutputBytes(9_000)])
            .says("`npm ci --loglevel=error 2>&1`"),
        Example::bash("npx jest").given(&[Given::OutputBytes(30_000)]).says("`npx jest --silent`"),
        Example::bash("npx vitest run")
            .given(&[Given::OutputBytes(12_000)])
            .says("`npx vitest --reporter=dot run`"),
        Example::bash("go test -v ./...")
            .given(&[Given::OutputBytes(40_000)])
            .says("`go test ./...`"),
        Example::bash("cargo test --workspace")
            .given(&[Given::OutputBytes(20_000)])
            .says("`cargo test -q --workspace`"),
        Example::bash("python -m pip install -r requirements.txt")
            .given(&[Given::OutputBytes(9_000)])
            .says("`python -m pip install -q -r requirements.txt`"),
        Example::bash("./gradlew test")
            .given(&[Given::OutputBytes(9_000)])
            .says("`./gradlew -q test`"),
        Example::bash("ctest -V")
            .given(&[Given::OutputBytes(9_000)])
            .says("`ctest --output-on-failure`"),
        Example::bash("git pull; cargo test; git status")
            .given(&[Given::OutputBytes(20_000)])
            .says("the call with cargo test printed 20 kB: next time add -q, which leaves out what went well"),
        Example::bash("apt-get install -y x")
            .given(&[Given::OutputBytes(30_000)])
            .says("`apt-get install -qq -y x`"),
        Example::bash("cd x-v && go test -v ./... # -v")
            .given(&[Given::OutputBytes(20_000)])
            .says("`cd x-v && go test ./... # -v`"),
        Example::bash("git pull; go test -v ./...")
            .given(&[Given::OutputBytes(20_000)])
            .says("the call with go test printed 20 kB: next time leave -v out, and it shows what failed"),
    ],
    misses: &[
        // Most of it is the diff's.
        Example::bash("git diff --check && git diff -- a.rs && cargo test one_test")
            .given(&[Given::OutputBytes(13_000)]),
        Example::bash("rg -n foo; cargo test").given(&[Given::OutputBytes(20_000)]),
        Example::bash("pytest -q").given(&[Given::OutputBytes(1_000)]),
        Example::bash("go test ./...").given(&[Given::OutputBytes(1_500)]),
        Example::bash("go test ./...").given(&[Given::OutputBytes(15_000)]),
        Example::bash("pytest -q tests/test_a.py::test_b").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest --tb=short").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest -qq").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest tests | tail -200").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest tests > /tmp/t.log; cat /tmp/t.log")
            .given(&[Given::OutputBytes(10_000)]),
        Example::bash("npm install --silent").given(&[Given::OutputBytes(10_000)]),
        Example::bash("npm test").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cargo test --quiet").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cargo build").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cargo test -- --list").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cargo test -- --nocapture").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest -s tests/a.py").given(&[Given::OutputBytes(10_000)]),
        Example::bash("ssh ci 'pytest tests'").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cat pytest.log").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest tests").given(&[Given::OutputBytes(22_000), Given::Background]),
        Example::bash("npx jest --reporters=summary").given(&[Given::OutputBytes(10_000)]),
        Example::bash("vitest run --reporter dot").given(&[Given::OutputBytes(10_000)]),
        Example::bash("git commit -m 'pytest tests'").given(&[Given::OutputBytes(10_000)]),
    ],
    since: "0.1.0",
};

fn verbose_run(case: &Case) -> Check<Finding> {
    if case.in_background() {
        return Err(Miss::No);
    }
    let (command, quiet) = run_with_quiet_form(case).ok_or(Miss::No)?;
    if !command.shows_output() || command.in_function {
        return Err(Miss::Near("its output is thinned out or sent to a file"));
    }
    let output = OutputSize::of(case);
    let bytes = output.bytes;
    if !case.reaches(&BYTES, bytes) {
        return Err(Miss::Near("its output is short"));
    }
    if !case.event.succeeded() && !case.reaches(&FAILURE_BYTES, bytes) {
        return Err(Miss::Near("the failure is wanted"));
    }
    let script = case.script().ok_or(Miss::NoBetterForm)?;
    if loud_commands(script, output).iter().any(|loud| loud.id != command.id) {
        return Err(Miss::Near("another command may have printed it"));
    }
    let (size, name) = (kilobytes(bytes), name(command));
    let is_alone = only_command(script).is_some_and(|only| only.id == command.id);
    let source = if is_alone { name.clone() } else { format!("the call with {name}") };
    let plain = match (quiet.option, &quiet.loud) {
        ("", Some((_, loud))) => {
            format!("{source} printed {size}: next time leave {loud} out, and it shows what failed")
        }
        (option, _) => {
            format!(
                "{source} printed {size}: next time add {option}, which leaves out what went well"
            )
        }
    };
    let rewrite = if is_alone { rewrite(script, command, &quiet) } else { None };
    let advice = match rewrite {
        Some(rewrite) => {
            let lead = format!("{name} printed {size}; next time, without what went well");
            Advice::better(lead, rewrite, plain)
        }
        None => Advice::plain(plain),
    };
    Ok(Finding::new(advice).about(name))
}

/// The first run of the call that could print less.
fn run_with_quiet_form<'c>(case: &'c Case<'_>) -> Option<(&'c Command, QuietForm)> {
    case.commands().find_map(|command| Some((command, quiet_form(command)?)))
}

/// The script with the quiet form of `command`; `None` where there is no certain place for the
/// option.
fn rewrite(script: &Script, command: &Command, quiet: &QuietForm) -> Option<String> {
    match &quiet.loud {
        Some((at, _)) => with_argument(script, command, *at, quiet.option),
        None => with_option(script, command, quiet.after, quiet.option),
    }
}
