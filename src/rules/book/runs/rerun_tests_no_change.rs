//! A test or build run again with no edit seen in between.

use crate::project::runner;
use crate::project::runner::Purpose;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::shell::{false_ok, masked_commit_gate, masked_exit_pipe, pipestatus_zsh};
use crate::rules::book::support::command_text::name;
use crate::rules::case::{Case, classify};
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::Command;
use crate::store::history::CallLine;

/// Services and clocks may have changed since an older run, ms.
const RECENT_MS: u64 = 15 * 60_000;

/// A shorter run is cheap to repeat, ms.
const CHEAP_MS: u64 = 5_000;

/// A shorter run may be made again to see its status, ms.
const LONG_MS: u64 = 20_000;

/// Rules about a run whose status the agent did not see.
const HIDES_STATUS: [&str; 4] = [
    masked_exit_pipe::RULE.id,
    false_ok::RULE.id,
    masked_commit_gate::RULE.id,
    pipestatus_zsh::RULE.id,
];

/// A shorter result, bytes of JSON, says a line or two.
const SHORT_BYTES: u64 = 256;

/// A shorter result, bytes of JSON, says nothing: the fields of an empty one take 95 to 116.
const EMPTY_BYTES: u64 = 120;

/// A short result is not looked for any more after so many calls.
const FAR_CALLS: usize = 5;

/// The client cuts a longer output, bytes.
const CUT_BYTES: u64 = 30_000;

/// Beginnings of options that repeat a run on purpose, or measure it.
const REPEATS: [&str; 14] = [
    "--rerun",
    "--repeat",
    "--count",
    "--flake",
    "--retr",
    "--stress",
    "--last-failed",
    "--lf",
    "--onlyFailures",
    "-count=",
    "-bench",
    "--bench",
    "--timings",
    "--profile",
];

/// Programs that measure what they run.
const MEASURES: [&str; 2] = ["time", "hyperfine"];

pub(crate) const RULE: Rule = Rule {
    id: "rerun-tests-no-change",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "the same tests or build again, without an edit",
    why: "Of 13 measured runs of a suite, 3 (18 of 94 minutes) only brought back output that a pipe had \
          thrown away. The sign is that only the filter after the run differs.",
    lesson: Some("Keep the output of a long run in a file: another filter then needs no second run."),
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            case.parsed().is_some()
                && classify::runs(case).is_some_and(|runs| case.recalls("sel", &runs, 1))
        },
        check,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 3, 4),
    hits: &[
        Example::bash("npm test 2>&1 | grep -A5 FAIL")
            .given(&[Given::After("npm test 2>&1 > /tmp/x.log"), Given::OutputBytes(900)])
            .says("`npm test > /tmp/run.log 2>&1; echo $?`"),
        Example::bash("cargo test").given(&[Given::OutputBytes(900), Given::MadeBefore(1)]).says(
            "cargo test ran 1 call ago, and no edit was seen since: its whole output is above, look there next time",
        ),
        Example::bash("cargo test 2>&1 | tail -50")
            .given(&[Given::After("cargo test 2>&1 | tail -5"), Given::OutputBytes(2_000)])
            .says(
                "this ran 1 call ago, and no edit was seen since; next time keep the output and search it: `cargo test > /tmp/run.log 2>&1; echo $?`",
            ),
        // The first one was filtered to nothing, and took long.
        Example::bash("mise run test")
            .given(&[
                Given::Took(30_000),
                Given::After("mise run test 2>&1 | grep -A5 TestFoo"),
                Given::OutputBytes(900),
            ])
            .says("keep the output and search it"),
        Example::bash("go test ./... -v 2>&1; echo $?")
            .given(&[
                Given::After("go test ./... -v"),
                Given::After("git status"),
                Given::After("rg -n foo src | head"),
                Given::OutputBytes(900),
            ])
            .says("ran 3 calls ago"),
        Example::bash("uv run pytest tests/a.py -q").given(&[Given::After("uv run pytest tests/a.py"), Given::OutputBytes(900)]),
        Example::bash("cd {dir} && npm run build").given(&[Given::After("npm run build"), Given::OutputBytes(900)]),
        Example::bash("npx tsc --noEmit")
            .given(&[Given::Took(30_000), Given::After("npx tsc --noEmit"), Given::Seen("Read")]),
        Example::bash("cargo clippy; cargo test")
            .given(&[Given::After("cargo clippy; cargo test"), Given::Seen("TodoWrite")]),
        Example::bash("make test").given(&[Given::After("make test"), Given::EditFailed("src/a.c")]),
        Example::bash("go vet ./...").given(&[
            Given::Took(30_000),
            Given::After("go vet ./..."),
            Given::After("go test ./..."),
        ]),
    ],
    misses: &[
        // It shows the status that a pipe hid: what is advised after such a pipe.
        Example::bash("mise run test")
            .given(&[Given::After("mise run test 2>&1 | grep -A5 TestFoo"), Given::OutputBytes(900)]),
        Example::bash("set -o pipefail; cargo test 2>&1 | tail -50")
            .given(&[Given::After("cargo test 2>&1 | tail -5"), Given::OutputBytes(2_000)]),
        Example::bash("go build ./... && echo \"BUILD OK\"")
            .given(&[Given::After("go build ./... | head; echo \"exit: ${PIPESTATUS[0]}\"")]),
        // A check that prints a line or two says so at once, and how long it took is not known.
        Example::bash("mise run lint 2>&1").given(&[
            Given::Output("[lint] $ golangci-lint run\n0 issues."),
            Given::After("mise run lint"),
        ]),
        Example::bash("go vet ./...").given(&[Given::After("go vet ./...")]),
        // The earlier one did not start, or goes on.
        Example::bash("golangci-lint run ./... 2>&1 | head -20").given(&[
            Given::Output("(eval):1: command not found: golangci-lint"),
            Given::MadeBefore(1),
        ]),
        Example::bash("go test ./internal/syncer -v").given(&[
            Given::Codex,
            Given::Output("exec_command failed for `/bin/zsh -lc 'go test'`: Sandbox(Denied)"),
            Given::MadeBefore(1),
        ]),
        Example::bash("go test ./...").given(&[
            Given::Codex,
            Given::Output("Chunk ID: a1b2c3\nWall time: 1.0 seconds\nProcess running with session ID 512"),
            Given::MadeBefore(1),
        ]),
        // There was no output: the status is what it runs for.
        Example::bash("go build ./... && echo BUILD")
            .given(&[Given::After("go build ./... 2>&1 | head -30")]),
        Example::bash("go build ./... 2>&1 | head -60")
            .given(&[Given::After("go build ./... 2>&1 | head -60")]),
        Example::bash("pwd && go build ./... ; echo \"exit=$?\"")
            .given(&[Given::After("go build ./... 2>&1 | head -60"), Given::Output("/home/dev/app\nexit=0")]),
        Example::bash("go test ./a/...").given(&[
            Given::After("go test ./a/..."),
            Given::After("git diff"),
            Given::After("git log -3"),
            Given::After("git diff a.go"),
            Given::After("git diff b.go"),
            Given::After("cat a.go"),
        ]),
        // Another result proves a change.
        Example::bash("pytest -q").given(&[Given::Failed("Exit code 1\n1 failed"), Given::MadeBefore(1), Given::Failed("Exit code 1\n2 failed")]),
        // The disk shows a change.
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::Passed(1_000), Given::File("src/a.rs", "x")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::AfterAgent("sed -i s/a/b/ src/a.rs")]),
        Example::bash("time cargo build").given(&[Given::After("time cargo build")]),
        Example::bash("cargo bench").given(&[Given::After("cargo bench")]),
        Example::bash("go test -count=5 ./...").given(&[Given::After("go test -count=5 ./...")]),
        Example::bash("npm test").given(&[Given::After("npm test"), Given::Edited("src/a.js")]),
        Example::bash("RUST_BACKTRACE=1 cargo test").given(&[Given::After("cargo test")]),
        Example::bash("npm run build").given(&[Given::After("npm test")]),
        Example::bash("pytest tests/a.py::test_b").given(&[Given::After("pytest tests/a.py")]),
        Example::bash("pytest -v").given(&[Given::After("pytest")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::After("git stash")]),
        Example::bash("cargo test")
            .given(&[Given::After("cargo test"), Given::After("sed -i s/a/b/ src/a.rs")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::After("python3 fix.py")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::After("echo x > src/a.rs")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::After("npm install")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::After("cargo fmt")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::Seen("Task")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::Seen("apply_patch")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::Seen("mcp__fs__write")]),
        Example::bash("git checkout main && cargo test")
            .given(&[Given::After("git checkout main && cargo test")]),
        Example::bash("npm install").given(&[Given::After("npm install")]),
        Example::bash("cargo test > /tmp/t.log 2>&1").given(&[Given::After("cargo test")]),
        Example::bash("cargo test 2>&1 | grep -c FAILED > /tmp/n").given(&[Given::After("cargo test")]),
        Example::bash("cargo test | tee /tmp/t.log").given(&[Given::After("cargo test")]),
        Example::bash("cargo test").given(&[Given::After("cargo test"), Given::Background]),
        Example::bash("pytest --count=5").given(&[Given::After("pytest --count=5")]),
        Example::bash("for i in 1 2 3; do cargo test; done").given(&[Given::After("cargo test")]),
        Example::bash("cd api && npm test").given(&[Given::After("cd web && npm test")]),
        Example::bash("cargo test --help").given(&[Given::After("cargo test --help")]),
        Example::bash("ssh ci 'cargo test'").given(&[Given::After("ssh ci 'cargo test'")]),
        Example::bash("cargo test").given(&[Given::Took(1_000), Given::After("cargo test")]),
        Example::bash("mise run deploy").given(&[Given::After("mise run deploy")]),
        Example::bash("cargo test").given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s")]),
    ],
    since: "0.1.0",
};

fn check(case: &Case) -> Check<Finding> {
    let runs: Vec<&Command> =
        case.commands().filter(|command| runner::label(command).is_some()).collect();
    let (first, others) = runs.split_first().ok_or(Miss::No)?;
    let is_more_than_a_check =
        |run: &&Command| matches!(runner::purpose(run), Some(Purpose::Install | Purpose::Task));
    if runs.iter().any(is_more_than_a_check) {
        return Err(Miss::Near("it is not only a test or a build"));
    }
    let measures =
        |command: &Command| MEASURES.iter().any(|name| command.is_under(name) || command.is(name));
    if case.commands().any(|command| measures(command) || repeats_on_purpose(command)) {
        return Err(Miss::Near("it runs again on purpose"));
    }
    if case.commands().any(keeps_output) {
        return Err(Miss::Near("its output is kept now"));
    }
    let earlier = EarlierRun::of(case)?;
    if case.now_ms().saturating_sub(earlier.call.t) > RECENT_MS {
        return Err(Miss::Near("it ran long ago"));
    }
    let differs = earlier.call.ok != case.event.succeeded()
        || (!earlier.call.ok && case.failure().is_none_or(|error| earlier.call.err != error));
    if differs {
        return Err(Miss::Near("its result differs now, so something changed"));
    }
    if is_cheap(earlier.call.dur) || is_cheap(case.event.duration_ms) {
        return Err(Miss::Near("it is a matter of seconds"));
    }
    if case.saw_change_since(&[earlier.call]) {
        return Err(Miss::Near("somebody else changed a file since it ran"));
    }
    // Repeating a failed command unchanged may be meant to show whether it always fails.
    let may_probe = !earlier.call.ok && case.keys().iter().any(|key| *key == earlier.call.key);
    let severity = if may_probe { Severity::Hint } else { RULE.severity };
    let size = case.event.result_bytes() as u64;
    let larger = size.max(earlier.call.size);
    let is_shown = !runs.iter().any(|run| run.writes_pipe);
    let asks_status =
        is_shown || case.event.command().is_some_and(|text| text.contains("pipefail"));
    let took = earlier.call.dur.max(case.event.duration_ms);
    let was_hidden = earlier.call.hit.iter().any(|rule| HIDES_STATUS.contains(&&**rule));
    if asks_status && was_hidden && took.is_none_or(|ms| ms < LONG_MS) {
        return Err(Miss::Near("it shows the status that was hidden before"));
    }
    let was_shown = earlier.call.good.iter().any(|rule| rule == masked_exit_pipe::RULE.id);
    if earlier.call.size < EMPTY_BYTES && size < SHORT_BYTES && !was_shown {
        return Err(Miss::Near("there was no output, and it may run again for its status"));
    }
    let tests = runs.iter().any(|run| runner::purpose(run) == Some(Purpose::Test));
    if !tests && larger < SHORT_BYTES && took.is_none() {
        return Err(Miss::Near("it prints a line or two, and may take no time"));
    }
    if is_shown && was_shown {
        if larger < SHORT_BYTES && earlier.calls_ago > FAR_CALLS {
            return Err(Miss::Near("it ran some calls ago, and said a line or two"));
        }
        let differs = size.abs_diff(earlier.call.size) * 4 > larger;
        if differs && earlier.call.size >= SHORT_BYTES {
            return Err(Miss::Near("its whole output differs now, so something changed"));
        }
        if !differs && size <= CUT_BYTES {
            return Ok(Finding::new(earlier.advice_to_look(first)).with_severity(severity));
        }
    }
    let is_alone = others.is_empty() && !case.commands().any(|command| command.is("cd"));
    Ok(Finding::new(earlier.advice(first, is_alone)).with_severity(severity))
}

fn repeats_on_purpose(run: &Command) -> bool {
    run.args.iter().any(|word| word.text.contains("bench") && !word.text.contains('/'))
        || run.args.iter().any(|word| REPEATS.iter().any(|option| word.text.starts_with(option)))
}

/// Whether the command saves what it reads or prints to a file.
fn keeps_output(command: &Command) -> bool {
    command.is("tee")
        || command.redirections.iter().any(|it| it.takes_stdout() && it.target.text != "/dev/null")
}

fn is_cheap(duration_ms: Option<u64>) -> bool {
    duration_ms.is_some_and(|ms| ms < CHEAP_MS)
}

/// The last call with the same runs in the same directory.
struct EarlierRun<'c> {
    call: &'c CallLine<'static>,
    calls_ago: usize,
}

impl<'c> EarlierRun<'c> {
    /// # Errors
    /// A miss where there is no such call, or where a call since then may have changed something.
    fn of(case: &'c Case<'_>) -> Check<Self> {
        let hash = |domain, text: &str| case.hash(domain, text).ok_or(Miss::No);
        let sel = hash("sel", &classify::runs(case).ok_or(Miss::No)?)?;
        let cwd = hash("cwd", case.event.cwd().unwrap_or_default())?;
        let calls = case.history().calls();
        let at = calls
            .iter()
            .rposition(|call| call.sel == sel && call.cwd == cwd)
            .ok_or(Miss::Near("it runs for the first time"))?;
        let (call, since) = calls.get(at..).and_then(<[_]>::split_first).ok_or(Miss::No)?;
        if since.iter().any(|call| !call.reads) {
            return Err(Miss::Near("something may have changed since it ran"));
        }
        Ok(Self { call, calls_ago: since.len() + 1 })
    }

    /// What to say about `run` if its whole output is before the agent.
    fn advice_to_look(&self, run: &Command) -> Advice {
        let ago = self.calls_ago;
        let calls = if ago == 1 { "call" } else { "calls" };
        Advice::plain(format!(
            "{} ran {ago} {calls} ago, and no edit was seen since: its whole output is above, look there next time",
            name(run)
        ))
    }

    /// What to say about `run`. It can be rewritten if it `is_alone` in its call.
    fn advice(&self, run: &Command, is_alone: bool) -> Advice {
        let ago = self.calls_ago;
        let calls = if ago == 1 { "call" } else { "calls" };
        let plain = format!(
            "{} ran {ago} {calls} ago, and no edit was seen since: next time save its output to a file and search that",
            name(run)
        );
        if !is_alone || !run.wrappers.is_empty() {
            return Advice::plain(plain);
        }
        let assignments: String =
            run.assignments.iter().map(|(name, value)| format!("{name}={} ", value.raw)).collect();
        let words = format!("{assignments}{} {}", run.spelled, run.raw_args());
        Advice::better(
            format!(
                "this ran {ago} {calls} ago, and no edit was seen since; next time keep the output and search it"
            ),
            format!("{} > /tmp/run.log 2>&1; echo $?", words.trim()),
            plain,
        )
    }
}
