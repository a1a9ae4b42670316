//! Words of success that are printed whatever a run did.

use super::support::form;
use super::support::masked::{Consequence, Masked, claims_success};
use crate::base::text;
use crate::project::runner::{self, Purpose};
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Joined, Script};

/// Signs of a word that is printed.
const PRINTS: &[&str] = &["echo", "printf"];

pub(crate) const RULE: Rule = Rule {
    id: "false-ok",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "a success message printed whatever the run did",
    why: "The words are in the transcript as proof of something that nothing checked: some 20 of 23,429 \
          recorded calls, in 13 of 378 sessions.",
    lesson: Some("Print OK after a run with `&&`: after `;` or a pipe it is printed whatever the run did."),
    trigger: Trigger::Any(&[
        Trigger::Command { programs: &runner::PROGRAMS, subcommands: &[], signs: PRINTS, check },
        Trigger::AnyCommand { signs: &[form::SIGNS, PRINTS, &["| ", "|t", "|h"]], check },
    ]),
    better: None,
    needs: &[],
    repeat: Repeat::always(6),
    hits: &[
        Example::bash("go build ./... 2>&1 | head && echo \"BUILD OK\"").says(
            "echo runs on head's status, not on that of go build; next time: `go build ./... && echo \"BUILD OK\"`",
        ),
        Example::bash("yarn typecheck 2>&1 | tail -20 && echo \"TYPECHECK OK\""),
        Example::bash("cargo fmt --all --check 2>&1 | head -3; echo \"fmt ok\"")
            .says("`cargo fmt --all --check && echo \"fmt ok\"`"),
        Example::bash("cargo clippy --all-targets 2>&1 | tail -1 && echo CLIPPY CLEAN"),
        Example::bash("go build ./... && go vet ./... 2>&1 | head -40 && echo \"OK\"")
            .says("`go vet ./... && echo \"OK\"`"),
        Example::bash("npm test | tail -5 || echo \"tests failed\"")
            .says("echo cannot run when npm test fails"),
        Example::bash("./verify.sh | tail -3 && echo '✅ verified ok'")
            .says("not on that of verify.sh"),
        Example::bash("pytest -q; echo done").given(&[Given::Output("2 failed, 10 passed\ndone")]),
        Example::bash("(cd web && npm test) | tail -3 && echo passed")
            .says("not on that of npm test"),
        // It printed something; no test follows; it would print what it does anyway.
        Example::bash("go vet ./... 2>&1 | tail -20 && echo \"VET DONE\" && go test ./... | tail")
            .given(&[Given::Output("a.go:1:1: unreachable code\nVET DONE\nok  a 0.1s")]),
        Example::bash("go build ./... 2>&1 | head && echo \"BUILD OK\"")
            .given(&[Given::Output("BUILD OK")]),
        Example::bash("cargo clippy 2>&1 | tail -1 && echo CLEAN && cargo test")
            .given(&[Given::Output("CLEAN\nok")]),
        Example::bash("make lint | grep -v note\necho 'lint passed'"),
        // What the run printed is in a file that nobody looks at.
        Example::bash("npm test > /tmp/t.log 2>&1; echo \"tests passed\"")
            .says("next time join them by AND"),
        Example::bash("cargo clippy &>/dev/null; echo CLIPPY CLEAN"),
    ],
    misses: &[
        Example::bash("yarn typecheck && echo \"TYPECHECK OK\""),
        Example::bash("set -o pipefail; go vet ./... 2>&1 | head -20 && echo \"VET OK\""),
        Example::bash("npm test | tail -5; echo \"exit: ${PIPESTATUS[0]}\""),
        Example::bash("npm test | tail -5; echo \"=== lint ===\"; npm run lint"),
        Example::bash("npm test > /tmp/t.log 2>&1; echo \"exit $?\""),
        Example::bash("npm test | grep -q passed && echo ok"),
        Example::bash("if npm test | tail -1; then echo ok; fi"),
        Example::bash("cargo build 2>&1 | grep error || echo \"no errors\""),
        Example::bash("git log | head -3 && echo ok"),
        // It printed nothing, and the tests fail with it.
        Example::bash("go build ./... 2>&1 | head -20 && echo \"BUILD DONE\" && go test ./a | tail -3")
            .given(&[Given::Output("BUILD DONE\nok  a 0.1s")]),
        // The step that depends on it has its own rule.
        Example::bash("go build 2>&1 | head && echo OK && git add a && git rebase --continue"),
        Example::bash("npm test > /tmp/t.log 2>&1; echo done"),
        Example::bash("npm test > /tmp/t.log 2>&1; echo \"tests passed\"; tail -5 /tmp/t.log"),
        Example::bash("npm test > t.log; echo 'ok? see t.log'; grep -c FAIL t.log"),
        Example::bash("ls | head; echo done"),
        Example::bash("npm test; echo"),
        Example::bash("npm test; echo \"---\"; git status"),
        Example::bash("pytest -q || echo failed"),
        Example::bash("npm install; echo done"),
        Example::bash("echo ok; npm test"),
        Example::bash("ssh ci 'npm test | tail && echo ok'"),
        Example::bash("git commit -m 'npm test | tail && echo ok'"),
        Example::bash("npm test | tail -5 && git log -1"),
        Example::bash("npm test | tail -5; echo \"not ok yet\""),
        Example::bash("cargo test -- --list | tail && echo ok"),
        Example::bash("npm test | tail -3 && echo ok > /tmp/flag"),
    ],
    since: "0.2.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    let masked = match Masked::of(case, command) {
        Ok(masked) => masked,
        Err(miss) => return unmasked(case, script, command, miss),
    };
    let label = &masked.label;
    if is_proved(case, script, &masked) {
        return Err(Miss::Near("it printed nothing, and the tests behind it fail with it"));
    }
    let advice = match masked.consequence(script) {
        Some(Consequence::Claim(print)) => {
            let sink = &masked.last.program;
            let fact = if print.joined == Joined::And {
                format!("{} runs on {sink}'s status, not on that of {label}", print.program)
            } else {
                format!("{} runs whatever {label} did", print.program)
            };
            claimed(script, &masked, print, &fact)
        }
        Some(Consequence::Never(print)) => {
            let (print, sink) = (&print.program, &masked.last.program);
            Advice::plain(format!(
                "{print} cannot run when {label} fails, since || sees {sink}'s status: next time leave out the pipe"
            ))
        }
        Some(Consequence::Gate(_)) | None => {
            return Err(Miss::Near("nothing is claimed about the run"));
        }
    };
    Ok(Finding::new(advice))
}

/// Programs with what makes them checks that print nothing when all is well.
const SILENT: [(&str, &str); 4] =
    [("go", "build"), ("go", "vet"), ("tsc", "--noEmit"), ("gofmt", "-l")];

/// How much of an output is looked at for a line in front of the claim, bytes.
const CLAIM_BYTES: usize = 4 << 10;

/// Whether the claim proves itself: the run prints nothing when it succeeds, nothing is printed in
/// front of the claim, and tests behind it, which fail with the run, are all that follows. A claim
/// at the end has nothing after it, and counts as false however silent the run.
fn is_proved(case: &Case, script: &Script, masked: &Masked) -> bool {
    let Some(Consequence::Claim(print)) = masked.consequence(script) else { return false };
    let run = masked.run;
    let is_silent = SILENT
        .iter()
        .any(|(program, word)| run.is(program) && run.args.iter().any(|arg| arg.is(word)));
    let mut rest = script.after(print).iter().peekable();
    let is_test = |other: &Command| runner::purpose(other) == Some(Purpose::Test);
    let only_tests = rest.peek().is_some_and(|next| next.joined == Joined::And && is_test(next))
        && rest.all(|other| is_test(other) || other.joined == Joined::Pipe);
    if !is_silent || !only_tests || !masked.is_plain() {
        return false;
    }
    let claim: Vec<&str> = print.args.iter().map(|word| word.text.as_str()).collect();
    let printed = case.event.shell().stdout.head(CLAIM_BYTES);
    printed.lines().next().is_some_and(|line| line.trim() == claim.join(" ").trim())
}

/// What to say of a claim, with the run in front of it where it is short and plain.
fn claimed(script: &Script, masked: &Masked, print: &Command, fact: &str) -> Advice {
    let fallback = format!("{fact}: next time run it without the pipe");
    let run = masked.run;
    let is_simple = masked.is_plain() && run.wrappers.is_empty() && run.depth == 0;
    let words = script.text_of(print).filter(|_| is_simple).map(|words| {
        let assignments: String =
            run.assignments.iter().map(|(name, value)| format!("{name}={} ", value.raw)).collect();
        let run = format!("{} {}", run.spelled, run.raw_args());
        format!("{assignments}{} && {}", run.trim(), words.trim())
    });
    let lead = format!("{fact}; next time");
    match words {
        Some(better) => Advice::better(lead, better, fallback),
        None => Advice::plain(fallback),
    }
}

/// A run with a claim behind a semicolon, which needs no pipe to be false.
fn unmasked(case: &Case, script: &Script, run: &Command, miss: Miss) -> Check<Finding> {
    let is_check =
        matches!(runner::purpose(run), Some(Purpose::Test | Purpose::Check | Purpose::Build));
    let level = run.depth;
    let next =
        script.after(run).iter().find(|other| other.depth == level && !other.in_substitution);
    let claim = next.filter(|next| {
        matches!(next.joined, Joined::Semicolon | Joined::Newline) && claims_success(next)
    });
    let is_seen = run.shows_output();
    let is_proof = |print: &&Command| is_seen || is_unseen_proof(script, run, print);
    let Some(print) = claim.filter(|_| is_check && run.stage.is_none()).filter(is_proof) else {
        return Err(miss);
    };
    if run.is_condition || run.background || script.text.contains("set -e") || case.in_background()
    {
        return Err(Miss::Near("the script stops at a failure, or is no proof"));
    }
    let label = runner::label(run).map(|label| text::excerpt(&label)).ok_or(Miss::No)?;
    let program = &print.program;
    let plain = format!(
        "{program} runs whatever {label} did: next time join them by AND, not by a semicolon"
    );
    let is_plain = is_seen && run.wrappers.is_empty();
    let better = is_plain.then(|| script.text_of(print)).flatten().map(|words| {
        format!("{} && {}", format!("{} {}", run.spelled, run.raw_args()).trim(), words.trim())
    });
    let lead = format!("{program} runs whatever {label} did; next time");
    let advice = match better {
        Some(better) => Advice::better(lead, better, plain),
        None => Advice::plain(plain),
    };
    Ok(Finding::new(advice).with_severity(Severity::Hint))
}

/// Whether a claim of success stands behind a run whose output goes to a file, and nothing in the
/// call looks at it. Words like `done` only say that it ended.
fn is_unseen_proof(script: &Script, run: &Command, print: &Command) -> bool {
    const ENDS: [&str; 3] = ["done", "complete", "completed"];
    let only_ends = print.args.iter().any(|word| {
        let text = word.text.to_lowercase();
        text.split(|c: char| !c.is_alphanumeric()).any(|word| ENDS.contains(&word))
    });
    !run.writes_pipe
        && !run.in_substitution
        && !run.group_redirected
        && !only_ends
        && script.after(print).is_empty()
}
