//! PIPESTATUS in zsh, where it is empty.

use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{self, Check, Miss, Trigger};
use crate::shell;
use crate::shell::{Command, Word};

/// Bytes of an output that are searched.
const OUTPUT_BYTES: usize = 64 << 10;

pub(crate) const RULE: Rule = Rule {
    id: "pipestatus-zsh",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "PIPESTATUS in zsh, where it is empty",
    why: "The status that the agent thinks it sees was never there: 9 of 20 recorded uses printed nothing.",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["echo", "printf"],
        subcommands: &[],
        signs: &["PIPESTATUS"],
        check,
    },
    better: Some(Trigger::Command {
        programs: &["echo", "printf"],
        subcommands: &[],
        signs: &["pipestatus[", "pipefail"],
        check: |_, _| Ok(()),
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("go test ./... 2>&1 | tail -8; echo \"test exit: ${PIPESTATUS[0]}\"")
            .given(&[Given::Output("ok  \tx/y\t0.2s\ntest exit: ")])
            .says("PIPESTATUS is empty in zsh, so echo shows no exit status; next time: `${pipestatus[1]}`"),
        Example::bash("mise run lint 2>&1 | tail -30; echo \"EXIT: ${PIPESTATUS[0]}\"")
            .given(&[Given::Output("0 issues.\nEXIT:")]),
        Example::bash("go vet ./... | head; echo \"exit: ${PIPESTATUS}\"").given(&[Given::Output("exit:")]),
        Example::bash("npm test | tail -3\necho \"RC=$PIPESTATUS\"").given(&[Given::Output("3 passed\nRC=\n")]),
        Example::bash("npm test | tail -3; echo rc=${PIPESTATUS[0]} done").given(&[Given::Output("3 passed\nrc= done")]),
        Example::bash("npm test | tail -3; echo ${PIPESTATUS[0]}").given(&[Given::Output("3 passed")]),
        // Not even a digit.
        Example::bash("go vet ./... 2>&1 | head; echo ${PIPESTATUS[0]}").given(&[Given::Output("")]),
        Example::bash("make | tee log; echo \"make: ${PIPESTATUS[0]}, tee: ${PIPESTATUS[1]}\"")
            .given(&[Given::Output("cc a.c\nmake: , tee: ")]),
        Example::bash("cargo test 2>&1 | tail -5; printf \"exit %s\\n\" \"${PIPESTATUS[0]}\"; echo \"rc=${PIPESTATUS[0]}\"")
            .given(&[Given::Output("ok\nexit \nrc=")]),
        Example::bash("(cd web && npm test 2>&1 | tail -3); npm run lint | tail -2; echo \"lint: ${PIPESTATUS[0]}\"")
            .given(&[Given::Output("3 passed\nclean\nlint:")]),
    ],
    misses: &[
        Example::bash("go test ./... | tail -8; echo \"EXIT: ${PIPESTATUS[0]}\"").given(&[Given::Output("ok\nEXIT: 0")]),
        Example::bash("npm test | tail -3; echo \"RC=${PIPESTATUS[0]}\"").given(&[Given::Output("1 failed\nRC=1\n")]),
        Example::bash("npm test | tail -3; echo ${PIPESTATUS[0]}").given(&[Given::Output("3 passed\n0")]),
        Example::bash("go vet ./... | head; echo ${PIPESTATUS[0]}").given(&[Given::Interrupted]),
        Example::bash("go vet ./... | head; echo ${PIPESTATUS[0]}").given(&[Given::Background]),
        Example::bash("npm test | tail -3; echo ${PIPESTATUS[@]}").given(&[Given::Output("3 passed\n1 0")]),
        Example::bash("bash -c 'npm test | tail; echo \"rc=${PIPESTATUS[0]}\"'").given(&[Given::Output("rc=")]),
        Example::bash("echo 'rc=${PIPESTATUS[0]}'").given(&[Given::Output("rc=${PIPESTATUS[0]}")]),
        Example::bash("npm test | tail -3; echo \"rc=${PIPESTATUS[0]}\" > rc.txt").given(&[Given::Output("3 passed")]),
        Example::bash("grep -rn PIPESTATUS scripts; echo rc=").given(&[Given::Output("rc=")]),
        Example::bash("echo \"rc=${PIPESTATUS[0]}\"").given(&[Given::Output("rc=")]),
        Example::bash("ssh h 'npm test | tail; echo \"rc=${PIPESTATUS[0]}\"'").given(&[Given::Output("rc=")]),
        Example::bash("npm test | tail -3; [ ${PIPESTATUS[0]} -eq 0 ] && echo ok").given(&[Given::Output("ok")]),
        Example::bash("npm test | tail -3; echo \"rc=${PIPESTATUS[0]}\"").given(&[Given::OutputBytes(400)]),
        Example::bash("npm test | tail -3; echo \"rc=${PIPESTATUS[0]:-none}\"").given(&[Given::Output("3 passed\nrc=none")]),
        Example::bash("npm test | tail -3; echo \"rc=$?\"").given(&[Given::Output("3 passed\nrc=")]),
        Example::bash("npm test | tail -3; echo \"rc=${pipestatus[1]}\"").given(&[Given::Output("rc=0")]),
        Example::bash("cat > t.sh <<'EOF'\nnpm test | tail\necho \"rc=${PIPESTATUS[0]}\"\nEOF").given(&[Given::Output("rc=")]),
    ],
    since: "0.2.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    let asks = |word: &Word| word.expands && word.raw.contains("PIPESTATUS");
    trigger::check(command.args.iter().any(asks))?;
    if !command.shows_output() || command.wrappers.iter().any(|wrapper| shell::is_shell(wrapper)) {
        return Err(Miss::Near("another shell runs it, or its output goes elsewhere"));
    }
    let is_before =
        |pipeline: &usize| script.last_stage(*pipeline).is_some_and(|last| last.id < command.id);
    if !(0..script.pipelines.len()).any(|at| is_before(&at)) {
        return Err(Miss::Near("no pipe comes before it"));
    }
    let words: Option<Vec<String>> = command
        .args
        .iter()
        .filter(|word| !(command.is("echo") && matches!(word.text.as_str(), "-e" | "-n")))
        .map(emptied)
        .collect();
    let expected = words.ok_or(Miss::Near("it prints other variables too"))?.join(" ");
    let expected = expected.trim();
    let output = if case.event.succeeded() {
        case.event.shell().stdout.head(OUTPUT_BYTES)
    } else {
        case.event.error_text(OUTPUT_BYTES)
    };
    let is_last = script.commands.last().is_some_and(|last| last.id == command.id);
    let is_empty = if expected.is_empty() {
        // An empty line at the end may be cut off.
        let last = output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let is_known = !last.trim().is_empty()
            || (case.event.succeeded()
                && case.event.response.raw_bytes() > 0
                && !case.event.shell().interrupted
                && !case.in_background());
        let shows_status =
            !last.trim().is_empty() && last.trim().bytes().all(|b| b.is_ascii_digit() || b == b' ');
        is_last && is_known && !shows_status && !case.event.is_interrupt
    } else {
        output.lines().any(|line| line.trim() == expected)
    };
    if !is_empty {
        return Err(Miss::Near("it prints a status"));
    }
    Ok(Finding::new(Advice::better(
        format!(
            "PIPESTATUS is empty in zsh, so {} shows no exit status; next time",
            command.program
        ),
        "${pipestatus[1]}",
        "PIPESTATUS is empty in zsh: next time set -o pipefail, or use the array pipestatus, which counts from 1",
    )))
}

/// A word as it is printed where PIPESTATUS is empty; `None` if it expands anything else.
fn emptied(word: &Word) -> Option<String> {
    let mut text = word.text.clone();
    while let Some(start) = text.find("$PIPESTATUS") {
        let rest = text.get(start + "$PIPESTATUS".len()..)?;
        let index = if rest.starts_with('[') { rest.find(']')? + 1 } else { 0 };
        text.replace_range(start..start + "$PIPESTATUS".len() + index, "");
    }
    (!text.contains('$') && !text.contains('`')).then_some(text)
}
