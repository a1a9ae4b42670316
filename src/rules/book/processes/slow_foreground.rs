//! Long runs in the foreground, again.

use crate::project::runner;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::command_text::name;
use crate::rules::case::{Case, classify};
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};

pub(crate) const THRESHOLDS: &[Threshold] = &[SECONDS];

const SECONDS: Threshold = Threshold {
    rule: "slow-foreground",
    name: "seconds",
    what: "seconds of a run that was this slow before",
    default: 90,
    least: 10,
    most: 3_600,
    because: "three quarters of the 120 s after which Claude Code stops a call that asks for no longer limit",
};

pub(crate) const RULE: Rule = Rule {
    id: "slow-foreground",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "another run of over 90 s in the foreground",
    why: "A long run in the foreground blocks all other work; the client says when a background run ends.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            long_ms(case).is_some()
                && classify::runs(case).is_some_and(|runs| case.recalls("sel", &runs, 1))
        },
        check,
    },
    better: None,
    needs: &[Need::Background],
    repeat: Repeat::nth(1, 2, 2),
    hits: &[
        Example::bash("cargo build --release")
            .given(&[Given::Took(150_000), Given::MadeBefore(1), Given::Edited("a.rs")])
            .says("cargo build took 150 s in the foreground, as before: next time use run_in_background"),
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

fn check(case: &Case) -> Check<Finding> {
    let took_ms = long_ms(case).ok_or(Miss::No)?;
    let sel = classify::runs(case).and_then(|runs| case.hash("sel", &runs)).ok_or(Miss::No)?;
    let mut earlier = case.history().calls().iter().filter(|call| call.sel == sel);
    if !earlier.any(|call| call.dur.is_some_and(|ms| case.reaches(&SECONDS, ms / 1000))) {
        return Err(Miss::Near("it took so long for the first time"));
    }
    let run = case
        .commands()
        .find(|command| runner::label(command).is_some())
        .ok_or(Miss::NoBetterForm)?;
    Ok(Finding::new(Advice::plain(format!(
        "{} took {} s in the foreground, as before: next time use run_in_background and go on with other work",
        name(run),
        took_ms / 1000
    ))))
}

/// How long the call took, ms, if it kept other work waiting for that long.
fn long_ms(case: &Case) -> Option<u64> {
    // A sub-agent has nothing else to do but wait.
    let has_other_work = case.event.agent.is_none() && case.environment.client.runs_in_background();
    case.event.duration_ms.filter(|ms| has_other_work && case.may_reach(&SECONDS, *ms / 1000))
}
