//! Waiting for a fixed time.

use super::support::ci;
use super::support::foreground::waits_for;
use super::support::sleep::{loops_around, seconds};
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{self, Check, Miss, Trigger};
use crate::shell::{Command, Joined, LoopKind, Script, Word};

/// A shorter wait is not worth a line of advice, s.
const SHORT_SECONDS: f64 = 10.0;

/// A wait of this length matters more, s.
const LONG_SECONDS: f64 = 60.0;

pub(crate) const RULE: Rule = Rule {
    id: "sleep-wait",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "sleep in the foreground to wait for something",
    why: "One audited session held turns open for 75 minutes with bare sleeps of 240 to 1500 s \
          (anthony-chaudhary/fak#2366).",
    lesson: Some(
        "Wait for the thing itself, in a loop with a limit: a bare `sleep` is too short or too long.",
    ),
    trigger: Trigger::Command { programs: &["sleep"], subcommands: &[], signs: &[], check },
    better: Some(Trigger::Command {
        programs: &["sleep"],
        subcommands: &[],
        signs: &["timeout", "until", "while"],
        check: |case, command| {
            let script = case.script().ok_or(Miss::No)?;
            trigger::check(waits_for(case, command).is_err() || asks_in_between(script, command))
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, 3, 4),
    hits: &[
        Example::bash("sleep 30").says("sleep 30"),
        Example::bash("echo wait && sleep 300 && tail -50 train.log").says("sleep 300, "),
        Example::bash("sleep 2m; curl -s localhost").says("sleep 2m"),
        Example::bash("sleep 12"),
        Example::bash("for i in 1 2 3; do sleep 10; curl -s localhost; done").says("30 s"),
        Example::bash("for i in {1..6}; do sleep 10; curl -s localhost/health; done").says("60 s"),
        Example::bash("docker compose up -d && sleep 15 && curl localhost:8080").says("sleep 15, "),
        Example::bash("sleep 10; sleep 20; ls").says("30 s"),
        Example::bash("bash -c 'sleep 45; ls'"),
        Example::bash("sleep 1h").says("instead of sleep 1h, test the condition itself"),
        Example::bash("sleep 90 && cat out").given(&[Given::Codex]).says("sleep 90, "),
        Example::bash("npm run dev & sleep 15; curl -s localhost:3000"),
    ],
    misses: &[
        Example::bash("sleep 1"),
        Example::bash("sleep 60; gh pr checks 12"),
        Example::bash("sleep 4.5; ls"),
        Example::bash("sleep 8 && gh pr view 41 --json mergeable"),
        // A rate is sampled.
        Example::bash("for i in 1 2; do date +%T; ps -p 22775 -o pid,%cpu,time; sleep 8; done"),
        Example::bash("du -s target; sleep 30; du -s target"),
        Example::bash("rg sleep src"),
        Example::bash("git commit -m 'remove sleep 30'"),
        Example::bash("echo sleep 30"),
        Example::bash("cat > wait.sh <<'EOF'\nsleep 60\nEOF"),
        Example::bash("sleep 60").given(&[Given::Background]),
        Example::bash("sleep 60 & echo started"),
        Example::bash("(sleep 60; kill 123) & make"),
        Example::bash("timeout 60 sh -c 'until curl -sf localhost:3000; do sleep 6; done'"),
        Example::bash("sleep $DELAY"),
        Example::bash("sleep \"$(cat t)\""),
        Example::bash("sleep --help"),
        Example::bash("# sleep 60\nls"),
        Example::bash("until nc -z localhost 80; do sleep 5; done"),
        Example::bash("for i in {1..6}; do sleep 10; curl -s localhost/health && break; done"),
        Example::bash("for i in $(seq 20); do test -f done && exit 0; sleep 5; done"),
        Example::bash("wait_for() { sleep 30; }; ls"),
        Example::bash("ssh web 'sleep 30; systemctl status x'"),
        Example::bash("docker run --rm alpine sleep 30"),
        Example::bash("sleep 30 || true")
            .given(&[Given::Failed("Blocked: `sleep 30` as the first command. Use Monitor")]),
        Example::bash("python3 -c 'import time; time.sleep(60)'"),
        Example::bash("if false; then sleep 60; fi; ls")
            .given(&[Given::Took(40), Given::Output("a")]),
    ],
    since: "0.1.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    waits_for(case, command)?;
    if asks_in_between(script, command) {
        return Err(Miss::Near("it asks a condition in between"));
    }
    if ci::waited_for(script).is_some() {
        return Err(Miss::Near("it waits for CI, which another rule is about"));
    }
    if samples(script, command) {
        return Err(Miss::Near("it measures twice, and waits for nothing"));
    }
    let own = seconds(command).ok_or(Miss::Near("the time is not literal"))?;
    let total = total_seconds(case, script);
    if total < SHORT_SECONDS {
        return Err(Miss::Near("the wait is short"));
    }
    let event = case.event;
    // The script took another branch, or failed before it.
    if event.duration_ms.is_some_and(|took| (took as f64) < SHORT_SECONDS * 1000.0) {
        return Err(Miss::Near("the call ended before"));
    }
    // The same where the client does not say how long the call took.
    let is_guard = |other: &Command| other.is_condition && other.depth <= command.depth;
    let may_not_run =
        command.joined == Joined::Or || (command.depth > 0 && case.commands().any(is_guard));
    if event.duration_ms.is_none() && may_not_run {
        return Err(Miss::Near("it may not have run"));
    }
    if !event.succeeded() && event.error_text(256).contains("Blocked") {
        return Err(Miss::Near("the client has said so"));
    }
    let what = if (own - total).abs() < 0.5 {
        format!("sleep {}", command.raw_args())
    } else {
        format!("sleeping {total:.0} s")
    };
    let finding = Finding::new(advice(case, &what));
    Ok(if total >= LONG_SECONDS { finding.with_severity(Severity::Warn) } else { finding })
}

fn advice(case: &Case, what: &str) -> Advice {
    let test =
        "`for i in {1..60}; do CHECK && break; sleep 1; done` (CHECK: a command that tests it)";
    let started = case.history().calls().iter().any(|call| !call.task.is_empty());
    Advice::plain(if started && case.environment.client.runs_in_background() {
        format!(
            "instead of {what}, do other work or end the turn: the client reports when a background task ends"
        )
    } else {
        format!("instead of {what}, test the condition itself: {test}")
    })
}

/// Programs that print a measure, which a later one is compared with.
const MEASURES: [&str; 14] = [
    "date",
    "ps",
    "top",
    "free",
    "du",
    "df",
    "uptime",
    "vmstat",
    "iostat",
    "nvidia-smi",
    "wc",
    "stat",
    "sar",
    "sensors",
];

/// Whether a `sleep` is between two measurements of the same thing: in a loop that prints one,
/// or between two equal commands.
fn samples(script: &Script, command: &Command) -> bool {
    let shows_load = |other: &Command| {
        matches!(other.program.as_str(), "kubectl" | "docker" | "podman")
            && other.args.iter().any(|word| word.is("top") || word.is("stats"))
    };
    let is_measure = |other: &Command| {
        (MEASURES.contains(&other.program.as_str()) || shows_load(other)) && !other.in_substitution
    };
    let in_loop =
        loops_around(script, command).any(|found| script.range(&found.body).iter().any(is_measure));
    let same = |one: &Command, other: &Command| {
        one.program == other.program && one.raw_args() == other.raw_args()
    };
    let (before, after) = (script.before(command), script.after(command));
    in_loop
        || before.iter().any(|one| is_measure(one) && after.iter().any(|other| same(one, other)))
}

/// The seconds that the whole call waits in the foreground.
fn total_seconds(case: &Case, script: &Script) -> f64 {
    let waits = case.commands().filter(|command| {
        command.is("sleep") && waits_for(case, command).is_ok() && !asks_in_between(script, command)
    });
    waits.filter_map(|command| Some(seconds(command)? * rounds(script, command))).sum()
}

/// How often the counted loops around a command run it; 1 for a loop whose count is not known.
fn rounds(script: &Script, command: &Command) -> f64 {
    let at = script.before(command).len();
    let counted = |words: &[Word]| match words {
        [one] => range(&one.text).filter(|_| one.globs || one.expands),
        words => words.iter().all(|word| word.literal().is_some()).then_some(words.len() as f64),
    };
    loops_around(script, command)
        // The words of a loop are expanded once.
        .filter(|found| found.body.contains(&at))
        .filter_map(|found| match &found.kind {
            LoopKind::For(words) => counted(words),
            _ => None,
        })
        .product()
}

/// The length of `{1..6}`.
fn range(text: &str) -> Option<f64> {
    let (from, to) = text.trim_start_matches('{').trim_end_matches('}').split_once("..")?;
    let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
    Some((to.checked_sub(from)?.unsigned_abs() + 1) as f64)
}

/// Whether a loop around it asks a condition: `while`, `until`, or a `for` that breaks off.
fn asks_in_between(script: &Script, command: &Command) -> bool {
    let leaves = |inner: &Command| matches!(inner.program.as_str(), "break" | "exit");
    loops_around(script, command).any(|found| {
        matches!(found.kind, LoopKind::While | LoopKind::Until)
            || script.range(&found.body).iter().any(leaves)
    })
}
