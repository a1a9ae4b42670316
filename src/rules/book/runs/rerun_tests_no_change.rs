//! A test or build run again although nothing changed.

use crate::project::runner;
use crate::project::runner::Purpose;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::book::support::command_text::name;
use crate::rules::case::{Case, classify};
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::Command;
use crate::store::history::CallLine;

/// What ran longer ago may have met another world, ms.
const RECENT_MS: u64 = 15 * 60_000;

/// A run that took less is cheap to do again, ms.
const CHEAP_MS: u64 = 4_000;

pub(crate) const RULE: Rule = Rule {
    id: "rerun-tests-no-change",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "the same tests or build, nothing changed",
    why: "Of 13 measured runs of a suite 3, with 18 of 94 minutes, only brought back output that a pipe had thrown \
          away. The tell is that only the filter behind the run differs.",
    trigger: Trigger::Deferred { tools: &[Tool::Shell], concerns: runs_again, check: |case| legacy::on_call(case, |case| verdict(case), ADVICE, KEY)},
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 3, 4),
    hits: &[
        Example::bash("npm test 2>&1 | grep -A5 FAIL")
            .given(&[Given::After("npm test 2>&1 > /tmp/x.log")])
            .says("`npm test > /tmp/run.log 2>&1`"),
        Example::bash("cargo test").given(&[Given::After("cargo test")]).says(
            "no change seen since it ran 1 call ago; save once, search the file: `cargo test > /tmp/run.log 2>&1`",
        ),
        Example::bash("go test ./... -v 2>&1; echo $?")
            .given(&[
                Given::After("go test ./... -v"),
                Given::After("git status"),
                Given::After("rg -n foo src | head"),
            ])
            .says("ran 3 calls ago"),
        Example::bash("uv run pytest tests/a.py -q").given(&[Given::After("uv run pytest tests/a.py")]),
        Example::bash("cd {dir} && npm run build").given(&[Given::After("npm run build")]),
        Example::bash("npx tsc --noEmit").given(&[Given::After("npx tsc --noEmit"), Given::Seen("Read")]),
        Example::bash("cargo clippy; cargo test")
            .given(&[Given::After("cargo clippy; cargo test"), Given::Seen("TodoWrite")]),
        Example::bash("make test").given(&[Given::After("make test"), Given::EditFailed("src/a.c")]),
        Example::bash("go vet ./...").given(&[Given::After("go vet ./..."), Given::After("go test ./...")]),
    ],
    misses: &[
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

/// Words with which a run is done again on purpose.
const ON_PURPOSE: [&str; 9] = [
    "--rerun",
    "--repeat",
    "--count=",
    "--flake",
    "--retr",
    "--stress",
    "--last-failed",
    "--lf",
    "--onlyFailures",
];

/// Whether the session's last calls hold the very runs of this one.
fn runs_again(case: &Case) -> bool {
    case.parsed().is_some()
        && classify::runs(case).is_some_and(|runs| case.recalls("sel", &runs, 1))
}

/// The last call with the same runs in the same directory, and how many calls ago it was; only if
/// all calls since then changed nothing.
fn before<'c>(case: &'c Case<'_>) -> Result<(&'c CallLine<'static>, usize), &'static str> {
    let hashes = classify::runs(case).and_then(|runs| {
        Some((
            case.hash("sel", &runs)?,
            case.hash("cwd", case.event.cwd.as_deref().unwrap_or_default())?,
        ))
    });
    let (sel, cwd) = hashes.ok_or("")?;
    let calls = case.history().calls();
    let at = calls
        .iter()
        .rposition(|call| call.sel == sel && call.cwd == cwd)
        .ok_or("it runs for the first time")?;
    let call = calls.get(at).ok_or("")?;
    let since = calls.get(at + 1..).unwrap_or_default();
    if since.iter().any(|call| !call.reads) {
        return Err("something may have changed since it ran");
    }
    Ok((call, since.len() + 1))
}

/// The runs of the call.
fn runs<'c>(case: &'c Case) -> impl Iterator<Item = &'c Command> {
    case.commands().filter(|command| runner::label(command).is_some())
}

/// Whether its output is kept in a file now.
fn is_kept(case: &Case) -> bool {
    let to_file = |command: &Command| {
        command.redirections.iter().any(|it| it.takes_stdout() && it.target.text != "/dev/null")
    };
    case.commands().any(|command| command.is("tee") || to_file(command))
}

fn verdict(case: &Case) -> Verdict {
    let purposes: Vec<_> = runs(case).filter_map(runner::purpose).collect();
    if purposes.is_empty() {
        return Verdict::No;
    }
    if purposes.iter().any(|purpose| matches!(purpose, Purpose::Install | Purpose::Task)) {
        return Verdict::Near("it does more than test or build");
    }
    if runs(case).any(|run| {
        run.args.iter().any(|word| ON_PURPOSE.iter().any(|known| word.text.starts_with(known)))
    }) {
        return Verdict::Near("it runs again on purpose");
    }
    if is_kept(case) {
        return Verdict::Near("its output is kept now");
    }
    match before(case) {
        Err("") => Verdict::No,
        Err(because) => Verdict::Near(because),
        Ok((call, _)) if case.now_ms().saturating_sub(call.t) > RECENT_MS => {
            Verdict::Near("it ran long ago")
        }
        Ok((call, _)) => {
            let cheap = |took: Option<u64>| took.is_some_and(|ms| ms < CHEAP_MS);
            if cheap(call.dur) || cheap(case.event.duration_ms) {
                return Verdict::Near("it is a matter of seconds");
            }
            let same_view = case.keys().iter().any(|key| *key == call.key);
            // A failed run that is done again just so may be meant to show whether it always fails.
            if !call.ok && same_view { Verdict::FiresAs(Severity::Hint) } else { Verdict::Fires }
        }
    }
}

fn advise(case: &Case, _: &Occasion) -> Option<Advice> {
    let (_, ago) = before(case).ok()?;
    let mut all = runs(case);
    let run = all.next()?;
    let calls = if ago == 1 { "call" } else { "calls" };
    let lead = format!("nothing changed in this session since {} ran {ago} {calls} ago", name(run));
    let plain = format!("{lead}: save its output to a file once, then search that");
    if all.next().is_some()
        || !run.wrappers.is_empty()
        || case.commands().any(|command| command.is("cd"))
    {
        return legacy::plain(plain);
    }
    let words: String =
        run.assignments.iter().map(|(name, value)| format!("{name}={} ", value.raw)).collect();
    let better = format!("{words}{} {}", run.spelled, run.raw_args());
    legacy::better(
        format!("no change seen since it ran {ago} {calls} ago; save once, search the file"),
        format!("{} > /tmp/run.log 2>&1", better.trim()),
        plain,
    )
}
