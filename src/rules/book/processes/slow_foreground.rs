//! Long runs in the foreground, again.

use crate::project::runner;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::book::support::command_text::name;
use crate::rules::case::{Case, classify};
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;

/// What takes longer keeps everything else waiting, ms.
const LONG_MS: u64 = 90_000;

pub(crate) const RULE: Rule = Rule {
    id: "slow-foreground",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "a run of over 90 s in the foreground, again",
    why: "A long run in the foreground blocks all other work; the client tells when one in the background ends.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            is_long(case) && classify::runs(case).is_some_and(|runs| case.recalls("sel", &runs, 1))
        },
        check: |case| legacy::on_call(case, verdict, ADVICE, KEY),
    },
    better: None,
    needs: &[Need::Background],
    repeat: Repeat::nth(1, 2, 2),
    hits: &[
        Example::bash("cargo build --release")
            .given(&[Given::Took(150_000), Given::MadeBefore(1), Given::Edited("a.rs")])
            .says("cargo build took 150 s in the foreground, as before: run_in_background"),
        Example::bash("npm run build").given(&[
            Given::Took(91_000),
            Given::MadeBefore(1),
            Given::Edited("a.ts"),
        ]),
        Example::bash("go test ./...").given(&[
            Given::Took(300_000),
            Given::MadeBefore(2),
            Given::Edited("a.go"),
        ]),
        Example::bash("npm ci").given(&[Given::Took(120_000), Given::MadeBefore(1)]),
        Example::bash("make -j8 2>&1").given(&[
            Given::Took(120_000),
            Given::MadeBefore(1),
            Given::After("git pull"),
        ]),
        Example::bash("./gradlew build").given(&[
            Given::Took(240_000),
            Given::MadeBefore(1),
            Given::Edited("a.kt"),
        ]),
        Example::bash("uv run pytest -q").given(&[
            Given::Took(100_000),
            Given::MadeBefore(1),
            Given::Edited("a.py"),
        ]),
        Example::bash("cd {dir} && cargo test").given(&[
            Given::Took(200_000),
            Given::MadeBefore(1),
            Given::Edited("a.rs"),
        ]),
    ],
    misses: &[
        Example::bash("cargo build").given(&[
            Given::Took(12_000),
            Given::MadeBefore(1),
            Given::Edited("a.rs"),
        ]),
        Example::bash("cargo build").given(&[Given::Took(150_000)]),
        Example::bash("cargo build").given(&[Given::MadeBefore(2), Given::Edited("a.rs")]),
        Example::bash("cargo build").given(&[Given::After("cargo build"), Given::Took(150_000)]),
        Example::bash("cargo build").given(&[
            Given::Background,
            Given::Took(150_000),
            Given::MadeBefore(1),
        ]),
        Example::bash("cargo build").given(&[
            Given::Codex,
            Given::Took(150_000),
            Given::MadeBefore(1),
        ]),
        Example::bash("cargo build -p a")
            .given(&[Given::Took(150_000), Given::After("cargo build -p b")]),
        Example::bash("sleep 120").given(&[Given::Took(120_000), Given::MadeBefore(1)]),
        Example::bash("npm run dev").given(&[Given::Took(120_000), Given::MadeBefore(1)]),
        Example::bash("ssh ci 'cargo build'").given(&[Given::Took(120_000), Given::MadeBefore(1)]),
        Example::bash("cargo build").given(&[
            Given::Took(120_000),
            Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s"),
            Given::MadeBefore(1),
        ]),
        Example::bash("cargo --version").given(&[Given::Took(120_000), Given::MadeBefore(1)]),
        Example::bash("git commit -m 'cargo build'")
            .given(&[Given::Took(120_000), Given::MadeBefore(1)]),
        Example::bash("cargo build").given(&[
            Given::Took(120_000),
            Given::SubAgent,
            Given::MadeBefore(1),
        ]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

fn is_long(case: &Case) -> bool {
    // A sub-agent has nothing else to do than to wait.
    case.event.agent.is_none()
        && case.event.duration_ms.is_some_and(|ms| ms >= LONG_MS)
        && case.environment.client.runs_in_background()
}

fn verdict(case: &Case) -> Verdict {
    let sel = classify::runs(case).and_then(|runs| case.hash("sel", &runs));
    let Some(sel) = sel.filter(|_| is_long(case)) else { return Verdict::No };
    let mut before = case.history().calls().iter().filter(|call| call.sel == sel);
    if before.any(|call| call.dur.is_some_and(|ms| ms >= LONG_MS)) {
        Verdict::Fires
    } else {
        Verdict::Near("it took so long for the first time")
    }
}

fn advise(case: &Case, _: &Occasion) -> Option<Advice> {
    let run = case.commands().find(|command| runner::label(command).is_some())?;
    let seconds = case.event.duration_ms? / 1000;
    legacy::plain(format!(
        "{} took {seconds} s in the foreground, as before: run_in_background leaves the time for other work",
        name(run)
    ))
}
