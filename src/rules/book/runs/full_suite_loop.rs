//! All tests run again and again while a few fail.

mod failed_tests;
mod suite_run;

use std::collections::BTreeSet;

use crate::project::runner;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::command_text::name;
use crate::rules::case::{Case, classify};
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::Command;
use suite_run::SuiteRun;

/// A run of all tests that takes less does not matter, ms.
const SLOW_MS: u64 = 30_000;

/// Slow runs of all tests before this one.
const RUNS: usize = 2;

/// Nobody runs more failed tests than this one by one.
const FAILED: usize = 5;

/// Work in more files than this may have broken anything.
const FILES: usize = 3;

const GO_FAILS: Given =
    Given::Output("--- FAIL: TestLogin (0.02s)\n    a_test.go:7: no\nFAIL\nFAIL\tx/y\t31.2s\n");
const GO_EXIT: Given =
    Given::Failed("Exit code 1\n--- FAIL: TestLogin (0.02s)\nFAIL\tx/y\t31.2s\n");
const PYTEST_EXIT: Given =
    Given::Failed("Exit code 1\nF.\nFAILED tests/api.py::test_login - assert 1 == 2\n");
const TESTS: Given = Given::File("tests/api.py", "");
const CARGO_EXIT: Given = Given::Failed(
    "Exit code 101\nfailures:\n    api::login\n    api::logout\n\ntest result: FAILED\n",
);

pub(crate) const RULE: Rule = Rule {
    id: "full-suite-loop",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "a slow full test run, again for a few failures",
    why: "The failed tests alone give the same signal in a fraction of the time; the whole suite can run \
          once they pass. Test suites were 41 % of the measured time of agents.",
    lesson: Some("While a few tests fail, run those alone; run the whole suite once they pass."),
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            case.event.duration_ms.is_some_and(|ms| ms >= SLOW_MS)
                && case.parsed().is_some()
                && classify::runs(case).is_some_and(|runs| case.recalls("sel", &runs, RUNS))
        },
        check,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 5, 2),
    hits: &[
        Example::bash("pytest")
            .given(&[
                Given::Took(40_000), PYTEST_EXIT, TESTS,
                Given::MadeBefore(1), Given::Edited("src/a.py"), Given::MadeBefore(1), Given::Edited("src/a.py"),
            ])
            .says("pytest ran all tests 3 times, 40 s the last, with 1 failing; run it alone until it passes: `pytest tests/api.py::test_login`"),
        Example::bash("cargo test --workspace")
            .given(&[
                Given::Took(45_000), CARGO_EXIT,
                Given::MadeBefore(1), Given::Edited("src/a.rs"), Given::MadeBefore(1), Given::Edited("src/a.rs"),
            ])
            .says("with 2 failing; run them alone until they pass: `cargo test --workspace -- api::login api::logout`"),
        Example::bash("set -o pipefail; go test -race ./... 2>&1 | tail -20")
            .given(&[
                Given::Took(50_000), GO_FAILS,
                Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
            ])
            .says("with at least 1 failing; run it alone until it passes: `go test -run '^TestLogin$' -race ./...`"),
        Example::bash("go test ./...")
            .given(&[
                Given::Took(50_000), GO_EXIT,
                Given::MadeBefore(2), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
            ])
            .says("go test ran all tests 4 times"),
        Example::bash("uv run pytest -q tests")
            .given(&[
                Given::Took(40_000), PYTEST_EXIT, TESTS,
                Given::MadeBefore(1), Given::Edited("src/a.py"), Given::MadeBefore(1), Given::Edited("src/a.py"),
                Given::After("git diff"),
            ])
            .says("`uv run pytest -q tests/api.py::test_login`"),
        Example::bash("npx vitest run")
            .given(&[
                Given::Took(33_000), Given::File("src/a.test.ts", ""),
                Given::Failed("Exit code 1\n FAIL  src/a.test.ts > adds > one\nAssertionError\n"),
                Given::MadeBefore(1), Given::Edited("src/a.ts"), Given::MadeBefore(1), Given::Edited("src/a.ts"),
            ])
            .says("`npx vitest run src/a.test.ts`"),
        Example::bash("npx jest")
            .given(&[
                Given::Took(33_000), Given::File("src/a.test.ts", ""),
                Given::Failed("Exit code 1\nPASS src/b.test.ts\nFAIL src/a.test.ts (6 s)\n"),
                Given::MadeBefore(1), Given::Edited("src/a.ts"), Given::MadeBefore(1), Given::Edited("src/a.ts"),
            ])
            .says("`npx jest src/a.test.ts`"),
        // A rewrite would have to include the `cd`.
        Example::bash("cd {dir} && timeout 300 go test ./...")
            .given(&[
                Given::Took(50_000), GO_EXIT,
                Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
            ])
            .says("go test ran all tests 3 times, 50 s the last, with 1 failing: run it alone (-run NAME)"),
    ],
    misses: &[
        Example::bash("pytest tests/api.py").given(&[
            Given::Took(40_000), PYTEST_EXIT, TESTS,
            Given::MadeBefore(1), Given::Edited("src/a.py"), Given::MadeBefore(1), Given::Edited("src/a.py"),
        ]),
        Example::bash("cargo test -p core").given(&[
            Given::Took(40_000), CARGO_EXIT,
            Given::MadeBefore(1), Given::Edited("src/a.rs"), Given::MadeBefore(1), Given::Edited("src/a.rs"),
        ]),
        Example::bash("go test ./...").given(&[
            Given::Took(50_000), GO_EXIT, Given::MadeBefore(1), Given::Edited("a.go"),
        ]),
        Example::bash("go test ./...").given(&[
            Given::Took(9_000), GO_EXIT,
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
        // The two before were quick: they were cached.
        Example::bash("go test ./...").given(&[
            Given::After("go test ./..."), Given::Edited("a.go"), Given::After("go test ./..."), Given::Edited("a.go"),
            Given::Took(50_000), GO_EXIT,
        ]),
        // All pass: the last run before a commit.
        Example::bash("go test ./...").given(&[
            Given::Took(50_000), Given::Output("ok  \tx/y\t31.2s\n"),
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
        // It does not compile.
        Example::bash("go test ./...").given(&[
            Given::Took(50_000), Given::Failed("Exit code 1\nFAIL\tx/y [build failed]\n"),
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
        Example::bash("go test ./...").given(&[
            Given::Took(50_000),
            Given::Failed("Exit code 1\n--- FAIL: A (0s)\n--- FAIL: B (0s)\n--- FAIL: C (0s)\n--- FAIL: D (0s)\n--- FAIL: E (0s)\n--- FAIL: F (0s)\n"),
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
        // The failed test ran alone in between, as it should.
        Example::bash("pytest").given(&[
            Given::Took(40_000), PYTEST_EXIT, TESTS,
            Given::MadeBefore(1), Given::Edited("src/a.py"), Given::MadeBefore(1), Given::Edited("src/a.py"),
            Given::After("pytest tests/api.py::test_login"),
        ]),
        // More failed than the filter let through.
        Example::bash("set -o pipefail; pytest | tail -3").given(&[
            Given::Took(40_000), Given::Output("FAILED tests/api.py::test_login - assert 1 == 2\n40 failed in 39.8s\n"), TESTS,
            Given::MadeBefore(1), Given::Edited("src/a.py"), Given::MadeBefore(1), Given::Edited("src/a.py"),
        ]),
        // Much was changed.
        Example::bash("go test ./...").given(&[
            Given::Took(50_000), GO_EXIT,
            Given::MadeBefore(2), Given::Edited("a.go"), Given::Edited("b.go"), Given::Edited("c.go"), Given::Edited("d.go"),
        ]),
        // Nothing was changed: another rule speaks of that.
        Example::bash("go test ./...").given(&[Given::Took(50_000), GO_EXIT, Given::MadeBefore(3)]),
        Example::bash("go test ./...").given(&[
            Given::Took(50_000), GO_EXIT, Given::Background,
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
        Example::bash("make test").given(&[
            Given::Took(50_000), GO_EXIT,
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
        Example::bash("npm test").given(&[
            Given::Took(50_000), Given::Failed("Exit code 1\nFAIL src/a.test.ts\n"), Given::File("src/a.test.ts", ""),
            Given::MadeBefore(1), Given::Edited("a.ts"), Given::MadeBefore(1), Given::Edited("b.ts"),
        ]),
        Example::bash("ssh ci 'go test ./...'").given(&[
            Given::Took(50_000), GO_EXIT,
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
        // Which of the two took the time, and which of them failed?
        Example::bash("go vet ./... && go test ./...").given(&[
            Given::Took(50_000), GO_EXIT,
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
        // The file is not there: the tests ran from elsewhere.
        Example::bash("pytest").given(&[
            Given::Took(40_000), PYTEST_EXIT,
            Given::MadeBefore(1), Given::Edited("src/a.py"), Given::MadeBefore(1), Given::Edited("src/a.py"),
        ]),
        Example::bash("go test ./...").given(&[
            Given::Took(50_000), Given::Failed("Exit code 1\n--- FAIL: Test`id` (0s)\n"),
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
        Example::bash("git commit -m 'go test ./...'").given(&[
            Given::Took(50_000), GO_EXIT,
            Given::MadeBefore(1), Given::Edited("a.go"), Given::MadeBefore(1), Given::Edited("b.go"),
        ]),
    ],
    since: "0.1.0",
};

fn check(case: &Case) -> Check<Finding> {
    let mut suites = case.commands().filter_map(SuiteRun::of);
    let suite = suites.next().ok_or(Miss::No)?;
    let selection = classify::runs(case).ok_or(Miss::No)?;
    if case.commands().filter(|command| runner::label(command).is_some()).count() > 1 {
        return Err(Miss::Near("several runs share the time"));
    }
    let duration_ms = case
        .event
        .duration_ms
        .filter(|ms| *ms >= SLOW_MS)
        .ok_or(Miss::Near("all tests take little time"))?;
    let earlier = earlier_slow_runs(case, &selection)?;
    let failed = failed_tests::names(case, suite.runner);
    match failed.len() {
        0 => Err(Miss::Near("no failed test is named")),
        1..=FAILED => {
            let found = Loop { suite, runs: earlier + 1, seconds: duration_ms / 1000, failed };
            Ok(Finding::new(found.advice(case)))
        }
        _ => Err(Miss::Near("many tests fail")),
    }
}

/// How often the same runs were slow before, in the same directory.
///
/// # Errors
/// A near miss where they were not slow often enough, or where what happened since the last of them
/// is not a small change.
fn earlier_slow_runs(case: &Case, selection: &str) -> Check<usize> {
    let hash = |domain, text: &str| case.hash(domain, text).ok_or(Miss::No);
    let sel = hash("sel", selection)?;
    let cwd = hash("cwd", case.event.cwd().unwrap_or_default())?;
    let calls = case.history().calls();
    let slow: Vec<usize> = (calls.iter().enumerate())
        .filter(|(_, call)| {
            call.sel == sel && call.cwd == cwd && call.dur.is_some_and(|ms| ms >= SLOW_MS)
        })
        .map(|(at, _)| at)
        .collect();
    let Some(last) = slow.last().filter(|_| slow.len() >= RUNS) else {
        return Err(Miss::Near("all tests ran slowly less than three times"));
    };
    let since = calls.get(last + 1..).unwrap_or_default();
    if since.iter().all(|call| call.reads) {
        return Err(Miss::Near("nothing changed since"));
    }
    // Most likely the failed tests ran alone. All tests are then the right next step.
    if since.iter().any(|call| call.sel != sel && (call.ran || !call.sel.is_empty())) {
        return Err(Miss::Near("other tests or checks ran since"));
    }
    let begun = slow.last().and_then(|at| calls.get(*at)).map_or(0, |call| call.t);
    if case
        .calls_of_others(begun)
        .iter()
        .any(|call| !call.reads || call.ran || !call.sel.is_empty())
    {
        return Err(Miss::Near("another agent of the session changed or ran something since"));
    }
    let files: BTreeSet<&str> =
        since.iter().filter(|call| !call.lang.is_empty()).map(|call| call.file.as_ref()).collect();
    if files.len() > FILES {
        return Err(Miss::Near("many files changed since"));
    }
    Ok(slow.len())
}

/// A run of all tests that was slow before, and failed now.
struct Loop<'c> {
    suite: SuiteRun<'c>,
    /// How often all tests ran, including this call.
    runs: usize,
    seconds: u64,
    failed: Vec<String>,
}

impl Loop<'_> {
    fn advice(&self, case: &Case) -> Advice {
        let Self { suite, runs, seconds, failed } = self;
        let command: &Command = suite.command;
        let (them, they_pass) =
            if failed.len() == 1 { ("it", "it passes") } else { ("them", "they pass") };
        // A filter may have hidden others.
        let at_least = if command.writes_pipe { "at least " } else { "" };
        let count = format!("{at_least}{}", failed.len());
        let fact = format!(
            "{} ran all tests {runs} times, {seconds} s the last, with {count} failing",
            name(command)
        );
        let plain = format!("{fact}: run {them} alone ({})", suite.runner.selector());
        if !command.wrappers.is_empty() || case.commands().any(|command| command.is("cd")) {
            return Advice::plain(plain);
        }
        Advice::better(
            format!("{fact}; run {them} alone until {they_pass}"),
            suite.narrowed_to(failed),
            plain,
        )
    }
}
