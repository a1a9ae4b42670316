//! Waiting for a fixed time.

use super::waits_for;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::{Command, Joined, LoopKind, Script, Word};

/// A shorter wait is not worth a word, s.
const SHORT_SECONDS: f64 = 5.0;

/// From here on it matters more, s.
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
    trigger: Trigger::Command {
        programs: &["sleep"],
        subcommands: &[],
        signs: &[],
        check: |case, command| legacy::on_command(case, command, when, ADVICE, KEY),
    },
    better: Some(Trigger::Command {
        programs: &["sleep"],
        subcommands: &[],
        signs: &["timeout", "until", "while"],
        check: |case, command| {
            legacy::good_command(case, command, |case, command| {
                Verdict::when(waits_for(case, command).is_err() || in_condition_loop(case, command))
            })
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, 3, 4),
    hits: &[
        Example::bash("sleep 30").says("sleep 30"),
        Example::bash("echo wait && sleep 300 && tail -50 train.log").says("sleep 300 "),
        Example::bash("sleep 2m; gh run view 1").says("sleep 2m"),
        Example::bash("sleep 5"),
        Example::bash("for i in 1 2 3; do sleep 10; gh run list; done").says("30 s"),
        Example::bash("for i in {1..6}; do sleep 10; curl -s localhost/health; done").says("60 s"),
        Example::bash("docker compose up -d && sleep 15 && curl localhost:8080").says("sleep 15 "),
        Example::bash("sleep 10; sleep 20; ls").says("30 s"),
        Example::bash("bash -c 'sleep 45; ls'"),
        Example::bash("sleep 1h").says("sleep 1h waits blind"),
        Example::bash("sleep 90 && cat out").given(&[Given::Codex]).says("sleep 90 "),
        Example::bash("npm run dev & sleep 8; curl -s localhost:3000"),
    ],
    misses: &[
        Example::bash("sleep 1"),
        Example::bash("sleep 4.5; ls"),
        Example::bash("sleep 0.5 && curl localhost"),
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advice;
const KEY: Key = Key::Rule;

/// The seconds that `sleep` waits: the sum of its words, `None` where one is not literal.
pub(super) fn seconds(command: &Command) -> Option<f64> {
    let one = |word: &Word| {
        let text = word.literal()?;
        let (number, unit) = match text.char_indices().last()? {
            (at, 's') => (text.get(..at)?, 1.0),
            (at, 'm') => (text.get(..at)?, 60.0),
            (at, 'h') => (text.get(..at)?, 3600.0),
            (at, 'd') => (text.get(..at)?, 86_400.0),
            _ => (text, 1.0),
        };
        let plain = number.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        Some(number.parse::<f64>().ok().filter(|_| plain)? * unit)
    };
    command.args.iter().map(one).sum()
}

/// How often a command runs by the counted loops around it; 1 where that is not known.
fn rounds(script: &Script, at: usize) -> f64 {
    let counted = |words: &[Word]| match words {
        [one] => range(&one.text).filter(|_| one.globs || one.expands),
        words => words.iter().all(|word| word.literal().is_some()).then_some(words.len() as f64),
    };
    let around = script.loops.iter().filter(|found| found.body.contains(&at));
    around
        .filter_map(
            |found| if let LoopKind::For(words) = &found.kind { counted(words) } else { None },
        )
        .product()
}

/// The length of `{1..6}`.
fn range(text: &str) -> Option<f64> {
    let (from, to) = text.trim_start_matches('{').trim_end_matches('}').split_once("..")?;
    let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
    Some((to.checked_sub(from)?.unsigned_abs() + 1) as f64)
}

/// Whether it stands in a loop that asks a condition: `while`, `until`, or a `for` that breaks off.
fn in_condition_loop(case: &Case, command: &Command) -> bool {
    let Some(script) = case.script() else { return false };
    let Some(at) = script.commands.iter().position(|other| other.id == command.id) else {
        return false;
    };
    let mut around = script
        .loops
        .iter()
        .filter(|found| found.body.contains(&at) || found.condition.contains(&at));
    let leaves = |inner: &Command| matches!(inner.program.as_str(), "break" | "exit");
    around.any(|found| {
        matches!(found.kind, LoopKind::While | LoopKind::Until)
            || script.range(&found.body).iter().any(leaves)
    })
}

/// The seconds that the whole call waits in the foreground.
fn total(case: &Case) -> f64 {
    let Some(script) = case.script() else { return 0.0 };
    let waits = script.commands.iter().enumerate().filter(|(_, command)| {
        command.is("sleep")
            && !command.remote
            && waits_for(case, command).is_ok()
            && !in_condition_loop(case, command)
    });
    waits.filter_map(|(at, command)| Some(seconds(command)? * rounds(script, at))).sum()
}

fn when(case: &Case, command: &Command) -> Verdict {
    if let Err(because) = waits_for(case, command) {
        return Verdict::Near(because);
    }
    if in_condition_loop(case, command) {
        return Verdict::Near("it asks a condition in between");
    }
    if seconds(command).is_none() {
        return Verdict::Near("the time is not literal");
    }
    let total = total(case);
    if total < SHORT_SECONDS {
        return Verdict::Near("the wait is short");
    }
    let event = case.event;
    // A branch that was not taken, or a failure before it.
    if event.duration_ms.is_some_and(|took| (took as f64) < SHORT_SECONDS * 1000.0) {
        return Verdict::Near("the call ended before");
    }
    // The same where the client does not tell how long it took.
    let guarded = |other: &Command| other.is_condition && other.depth <= command.depth;
    let may_not_run =
        command.joined == Joined::Or || (command.depth > 0 && case.commands().any(guarded));
    if event.duration_ms.is_none() && may_not_run {
        return Verdict::Near("it may not have run");
    }
    if !event.succeeded() && event.error_text(256).contains("Blocked") {
        return Verdict::Near("the client has said so");
    }
    if total >= LONG_SECONDS { Verdict::FiresAs(Severity::Warn) } else { Verdict::Fires }
}

fn advice(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let total = total(case);
    let spelled = format!("sleep {}", command.raw_args());
    let what = if (seconds(command)? - total).abs() < 0.5 {
        spelled
    } else {
        format!("sleep (in all {total:.0} s)")
    };
    let poll = "`for i in {1..60}; do CHECK && break; sleep 1; done`";
    legacy::plain(if case.environment.client.runs_in_background() {
        format!(
            "{what} waits blind: a background task reports its end; a condition is asked with a limit: {poll}"
        )
    } else {
        format!("{what} waits blind; a condition is asked with a limit: {poll}")
    })
}
