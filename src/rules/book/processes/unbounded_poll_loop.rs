//! Loops that wait for something that may never come.

use super::support::ci;
use super::support::ending::Ending;
use super::support::foreground;
use super::support::sleep;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{self, Check, Miss, Trigger};
use crate::shell::options::Spec;
use crate::shell::{Command, Loop, LoopKind, Script, options};

/// A wait that takes longer belongs into the background, s.
const LIMIT_SECONDS: f64 = 300.0;

pub(crate) const RULE: Rule = Rule {
    id: "unbounded-poll-loop",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "while or until with a sleep and no limit",
    why: "Loops without a limit became background tasks that nothing ended, and loops whose pgrep -f finds their own \
          shell never ended (anthropics/claude-code#90475, #60716).",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["sleep"],
        subcommands: &[],
        signs: &["while", "until"],
        check,
    },
    better: Some(Trigger::Command {
        programs: &["sleep"],
        subcommands: &[],
        signs: &["while", "until", "for "],
        check: |case, command| {
            let script = case.script().ok_or(Miss::No)?;
            trigger::check(poll_loops(script, command).any(|found| limit(script, found).is_some()))
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("until ! kubectl exec b -- pgrep -f buildctl; do sleep 10; done")
            .says("no limit of its own"),
        Example::bash("until [ -z \"$(pgrep -f 'build.sh')\" ]; do sleep 5; done; tail out.log")
            .says("pgrep -f finds this very shell"),
        Example::bash("until [ -f task.done ]; do sleep 15; done").says(
            "`for i in {1..20}; do CHECK && break; sleep 15; done`, which gives up after 300 s",
        ),
        Example::bash("while ! curl -sf localhost:3000; do sleep 1; done"),
        Example::bash("until nc -z localhost 5432; do sleep 1; done && npm test"),
        Example::bash("while true; do kubectl get pods; sleep 30; done"),
        Example::bash("bash -c 'until test -f x; do sleep 2; done'"),
        Example::bash("while pgrep -f train.py > /dev/null; do sleep 60; done")
            .says("pgrep -f finds this very shell"),
        Example::bash("while ps aux | grep train.py; do sleep 60; done")
            .says("finds this very shell"),
        Example::bash("until grep -q ready app.log; do echo waiting; sleep 2; done")
            .given(&[Given::Background]),
        Example::bash("while :; do sleep 1; done"),
        Example::bash("while true; do curl -sf localhost:3000 && break; sleep 2; done")
            .says("no limit"),
        Example::bash(
            "while true; do s=$(az vm show -n x --query state); [ \"$s\" = up ] && break; sleep 9; done",
        ),
        Example::bash("until grep -q Started out.log\ndo\n  sleep 3\ndone")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s")]),
    ],
    misses: &[
        Example::bash("timeout 120 bash -c 'until nc -z localhost 80; do sleep 1; done'"),
        Example::bash("while read -r f; do wc -l \"$f\"; done < list.txt"),
        Example::bash("while read -r f; do curl \"$f\"; sleep 1; done < urls.txt"),
        Example::bash("for i in {1..30}; do curl -sf localhost && break; sleep 1; done"),
        Example::bash(
            "i=0; until nc -z localhost 80 || [ $i -ge 30 ]; do sleep 1; i=$((i+1)); done",
        ),
        Example::bash(
            "n=0; while ! test -f x; do sleep 1; n=$((n+1)); if [ $n -gt 9 ]; then break; fi; done",
        ),
        Example::bash(
            "end=$((SECONDS+60)); until test -f x || [ $SECONDS -gt $end ]; do sleep 1; done",
        ),
        Example::bash("while [ $(date +%s) -lt $end ]; do sleep 1; done"),
        Example::bash("while true; do ((i++ > 10)) && break; sleep 1; done"),
        Example::bash("while true; do kill -0 $PID || break; sleep 1; done"),
        Example::bash(
            "while :; do curl -sf localhost && break; [ -f failed ] && exit 1; sleep 1; done",
        ),
        Example::bash("git commit -m 'until done; do sleep 1; done'"),
        Example::bash("cat > wait.sh <<'EOF'\nuntil test -f x; do sleep 1; done\nEOF"),
        Example::bash("echo 'while true; do sleep 1; done'"),
        Example::bash("ssh web 'until test -f x; do sleep 1; done'"),
        Example::bash("wait_up() { until nc -z localhost 80; do sleep 1; done; }; ls"),
        Example::bash("until make; do vim x; done"),
        Example::bash("rg 'while.*sleep' src"),
        Example::bash("until nc -z localhost 80; do sleep 1; done")
            .given(&[Given::Took(3000), Given::Output("ok")]),
        Example::bash("until gh pr checks 66 | grep -qE 'pass|fail'; do sleep 10; done")
            .given(&[Given::Timeout(420_000)]),
        Example::tool(
            "Monitor",
            "{\"command\":\"until test -f x; do sleep 10; done\",\"timeout_ms\":900000}",
        ),
        Example::bash("while true; do gh run list; sleep 30; done"),
        Example::bash("while kill -0 123; do sleep 1; done"),
        Example::bash("while kill -0 $PID 2>/dev/null; do sleep 1; done"),
        Example::bash("while true; do sleep 1; done &"),
        Example::bash("j=5; while [ $j -gt 0 ]; do sleep 1; ((j--)); done"),
        Example::bash("while pgrep -f '[t]rain.py' && [ $((n++)) -lt 60 ]; do sleep 5; done"),
    ],
    since: "0.1.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    if ci::waited_for(script).is_some() {
        return Err(Miss::Near("it waits for CI, which another rule is about"));
    }
    let mut near = None;
    for found in poll_loops(script, command) {
        let limit = limit(script, found);
        let because = if found.remote || command.in_function || found.in_function {
            "it runs elsewhere, or may not run"
        } else if found.background || command.background {
            "it runs beside the call"
        } else if let Some(limit) = limit {
            limit
        } else if foreground::has_own_limit(case) {
            "the call sets a time limit of its own"
        } else if ended_soon(case) {
            "it ended soon"
        } else if sleep::seconds(command) == Some(0.0) {
            "it does not sleep"
        } else {
            let finding = Finding::new(advice(script, found, command));
            return Ok(if case.in_background() {
                finding.with_severity(Severity::Hint)
            } else {
                finding
            });
        };
        near.get_or_insert(because);
    }
    Err(near.map_or(Miss::No, Miss::Near))
}

fn advice(script: &Script, found: &Loop, sleep: &Command) -> Advice {
    let keyword = if found.kind == LoopKind::Until { "until" } else { "while" };
    if let Some(search) = finds_itself(script, found) {
        return Advice::plain(format!(
            "this {keyword} loop may never end: {search} finds this very shell by the words of its command; \
             ask for a pid (kill -0 PID) or a file instead"
        ));
    }
    let pause = sleep::seconds(sleep).filter(|pause| *pause >= 1.0).unwrap_or(1.0);
    let rounds = (LIMIT_SECONDS / pause).ceil().clamp(5.0, 60.0);
    Advice::plain(format!(
        "this {keyword} loop has no limit of its own: use \
         `for i in {{1..{rounds}}}; do CHECK && break; sleep {pause}; done`, which gives up after {} s (CHECK: a test)",
        rounds * pause
    ))
}

/// The `while` and `until` loops around a command, inner ones first.
fn poll_loops<'s>(
    script: &'s Script,
    command: &Command,
) -> impl Iterator<Item = &'s Loop> + use<'s> {
    sleep::loops_around(script, command)
        .filter(|found| matches!(found.kind, LoopKind::While | LoopKind::Until))
}

/// Whether the condition came true: a loop that has ended does no more harm.
fn ended_soon(case: &Case) -> bool {
    !case.in_background() && Ending::of(case) == Ending::Soon
}

/// What seems to bound a loop. In doubt it has a limit.
fn limit(script: &Script, found: &Loop) -> Option<&'static str> {
    if ["timeout", "gtimeout"].iter().any(|wrapper| found.wrappers.contains(wrapper)) {
        return Some("it runs under a time limit");
    }
    let inside = || script.range(&found.condition).iter().chain(script.range(&found.body));
    let leaves = |command: &&Command| {
        matches!(
            command.program.as_str(),
            "break" | "exit" | "return" | "read" | "mapfile" | "wait" | "shift"
        )
    };
    // `while true; do CHECK && break; sleep 1; done` has no other way out than its check.
    let only_asks = matches!(script.range(&found.condition), [one] if one.is("true") || one.is(":"))
        && inside().filter(leaves).count() == 1
        && inside().any(|command| command.is("break"))
        && !inside().any(|command| command.is("kill"));
    if !only_asks && inside().any(|command| leaves(&command)) {
        return Some("it has another way out");
    }
    // It waits for a process that was started before, and that process ends.
    if script.range(&found.condition).iter().any(|command| command.is("kill")) {
        return Some("it waits for a process");
    }
    // A counter or a clock: arithmetic, or a comparison of numbers.
    let text = script.loop_text(found).unwrap_or(&script.text);
    let counts = [
        "SECONDS",
        "EPOCHSECONDS",
        "date +",
        "$((",
        "((",
        "-lt",
        "-le",
        "-gt",
        "-ge",
        "let ",
        "expr ",
    ];
    counts.iter().any(|sign| text.contains(sign)).then_some("it counts, or looks at the clock")
}

/// The search with which the condition finds its own shell: it looks for a process by a text that
/// this very command contains.
fn finds_itself(script: &Script, found: &Loop) -> Option<&'static str> {
    // In a pod or on another machine it looks at processes there.
    let asks = script.range(&found.condition).iter().filter(|command| !command.remote);
    asks.into_iter().find_map(|command| match command.program.as_str() {
        "pgrep" => {
            let items = options::read(
                &command.args,
                Spec::new("dFgGPstuU", &["delimiter", "pidfile", "parent", "uid"]),
            );
            let pattern = options::operands(&items).first()?.literal()?.to_owned();
            (options::has(&items, Some('f'), "full") && is_plain(&pattern)).then_some("pgrep -f")
        }
        "grep" => {
            let stages = script.stages(command.stage?.pipeline)?;
            let filtered = stages.iter().any(|stage| {
                stage.is("grep")
                    && stage.args.iter().any(|word| word.text.starts_with("-v") || word.is("grep"))
            });
            let pattern =
                command.args.iter().find(|word| !word.text.starts_with('-'))?.literal()?;
            (stages.first()?.is("ps") && !filtered && is_plain(pattern)).then_some("grep")
        }
        _ => None,
    })
}

/// Whether a pattern matches the command line that contains it: `[t]rain` does not.
fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['[', '^', '$', '\\', '(', '|', '*'])
}
