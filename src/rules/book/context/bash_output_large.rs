//! A shell command with a large output, and a bounded form of it.

mod bound;
mod by_program;
mod diff;
mod printer;

use self::bound::{Bound, LONG_LINE_BYTES};
use self::printer::Printer;
use crate::project::runner;
use crate::protocol::event::Tool;
use crate::rules::advice::Finding;
use crate::rules::book::support::command_text::{name, spelled};
use crate::rules::book::support::output::{MEASURED_BYTES, OutputSize};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Script};

/// Smaller output is not worth a line, bytes: these are 4,000 tokens, and 226 of 14,111 recorded
/// shell calls print more.
const LARGE_BYTES: u64 = 16_000;

pub(crate) const RULE: Rule = Rule {
    id: "bash-output-large",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "a command that printed over 16 kB",
    why: "Tool results are about 63 % of what an agent's context holds, and are read again at \
          every later step; in real traffic 1.6 % of the shell calls print more than 16 kB, and \
          clients cut what is over 30.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            let bytes = case.event.result_bytes();
            bytes as u64 > LARGE_BYTES && bytes <= MEASURED_BYTES && !case.in_background()
        },
        check: large_output,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 3, 5),
    hits: &[
        Example::bash("git log")
            .given(&[Given::OutputBytes(60_000)])
            .says("60 kB of git log: `git log --oneline -20`"),
        Example::bash("git log main..HEAD -- src")
            .given(&[Given::OutputBytes(20_000)])
            .says("`git log --oneline -20 main..HEAD -- src`"),
        Example::bash("git log -p src/a.rs")
            .given(&[Given::OutputBytes(40_000)])
            .says("`git log -3 -p src/a.rs`"),
        Example::bash("git diff main...HEAD")
            .given(&[Given::OutputBytes(48_000), Given::Lines(900)])
            .says("`git diff --stat main...HEAD`, then one path"),
        Example::bash("cd web && git diff")
            .given(&[Given::OutputBytes(48_000), Given::Lines(900)])
            .says("`cd web && git diff --stat`"),
        Example::bash("git diff --unified=80 main -- a.rs b.rs")
            .given(&[Given::OutputBytes(48_000), Given::Lines(900)])
            .says("drop --unified=80"),
        Example::bash("git show HEAD~1")
            .given(&[Given::OutputBytes(30_000), Given::Lines(600)])
            .says("`git show --stat HEAD~1`"),
        Example::bash("find . -type f")
            .given(&[Given::OutputBytes(30_000), Given::Lines(900)])
            .says("`find . -type f | head -50`"),
        Example::bash("ls -laR")
            .given(&[Given::OutputBytes(30_000), Given::Lines(900)])
            .says("`ls -laR | head -50`"),
        Example::bash("rg -n foo src")
            .given(&[Given::OutputBytes(30_000), Given::Lines(500)])
            .says("`rg -l -n foo src`"),
        Example::bash("rg foo src")
            .given(&[Given::OutputBytes(90_000), Given::Lines(3)])
            .says("`rg -M 200 foo src`"),
        Example::bash("grep -n foo data.json")
            .given(&[Given::OutputBytes(90_000), Given::Lines(3)])
            .says("`grep -n foo data.json | cut -c1-200`"),
        Example::bash("docker logs web")
            .given(&[Given::OutputBytes(90_000), Given::Lines(900)])
            .says("`docker logs --tail=100 web`"),
        Example::bash("kubectl -n a logs pod/x")
            .given(&[Given::OutputBytes(90_000), Given::Lines(900)])
            .says("`kubectl -n a logs --tail=100 pod/x`"),
        Example::bash("npm ls --all")
            .given(&[Given::OutputBytes(90_000), Given::Lines(900)])
            .says("npm ls --depth=0"),
        Example::bash("curl -s https://api.x/items")
            .given(&[Given::OutputBytes(90_000)])
            .says("`curl -s https://api.x/items -o /tmp/response`"),
        Example::bash("gh pr diff 227")
            .given(&[Given::OutputBytes(40_000), Given::Lines(900)])
            .says("`gh pr diff 227 --name-only`"),
        Example::bash("cargo build -v")
            .given(&[Given::OutputBytes(38_000), Given::Lines(500)])
            .says("`cargo build -v > /tmp/out.log 2>&1`"),
        Example::bash("npm test")
            .given(&[Given::OutputBytes(38_000), Given::Lines(500)])
            .says("`npm test > /tmp/out.log 2>&1`, then rg the log"),
        Example::bash("mise run dup 2>&1")
            .given(&[Given::OutputBytes(117_000), Given::Lines(2000)])
            .says("121 kB of mise run dup"),
        Example::bash("nl -ba src/a.rs")
            .given(&[Given::OutputBytes(44_000), Given::Lines(900), Given::Codex])
            .says("`nl -ba src/a.rs | sed -n '1,200p'`"),
        Example::bash("git ls-files; rg -n foo | head -3")
            .given(&[Given::OutputBytes(44_000), Given::Lines(900)])
            .says("46 kB of git ls-files: a narrower path, or | head -50"),
    ],
    misses: &[
        Example::bash("npm test | head -50").given(&[Given::OutputBytes(90_000), Given::Lines(3)]),
        Example::bash("git log --oneline -20").given(&[Given::OutputBytes(1_200)]),
        Example::bash("git log --oneline -20").given(&[Given::OutputBytes(17_000)]),
        Example::bash("rg -l foo").given(&[Given::OutputBytes(2_000)]),
        Example::bash("cat small.json").given(&[Given::OutputBytes(3_000)]),
        Example::bash("git diff").given(&[Given::OutputBytes(20_000), Given::Lines(500)]),
        Example::bash("git diff main -- src/a.rs")
            .given(&[Given::OutputBytes(40_000), Given::Lines(900)]),
        Example::bash("git diff main | head -800")
            .given(&[Given::OutputBytes(40_000), Given::Lines(800)]),
        Example::bash("git log -p -3").given(&[Given::OutputBytes(40_000), Given::Lines(800)]),
        Example::bash("sed -n '620,1180p' src/a.rs")
            .given(&[Given::OutputBytes(19_000), Given::Lines(560)]),
        Example::bash("nl -ba src/a.rs | sed -n '620,1180p'")
            .given(&[Given::OutputBytes(19_000), Given::Lines(560)]),
        Example::bash("cat src/a.rs").given(&[Given::OutputBytes(40_000), Given::Lines(900)]),
        Example::bash("pytest tests").given(&[Given::OutputBytes(40_000), Given::Lines(900)]),
        Example::bash("git log").given(&[Given::OutputBytes(60_000), Given::Background]),
        Example::bash("ssh web 'git log'").given(&[Given::OutputBytes(60_000), Given::Lines(900)]),
        Example::bash("docker logs --tail 200 web")
            .given(&[Given::OutputBytes(20_000), Given::Lines(200)]),
        Example::bash("kubectl logs x --since=10m")
            .given(&[Given::OutputBytes(20_000), Given::Lines(200)]),
        Example::bash("git diff --stat main")
            .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
        Example::bash("find . -name '*.tmp' -delete -print")
            .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
        Example::bash("cat a.rs; cat b.rs; git diff")
            .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
        Example::bash("git commit -m 'git log is large'")
            .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
        Example::bash("git log > /tmp/log; cat /tmp/log")
            .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
        Example::bash("for f in *; do git log $f; done")
            .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
        Example::bash("codex exec 'review the diff'")
            .given(&[Given::OutputBytes(31_000), Given::Lines(500)]),
    ],
    since: "0.1.0",
};

fn large_output(case: &Case) -> Check<Finding> {
    let output = OutputSize::of(case);
    if output.bytes <= LARGE_BYTES || case.in_background() {
        return Err(Miss::No);
    }
    let script = case.script().ok_or(Miss::No)?;
    let is_pipeline = script.pipelines.len() == 1
        && script.commands.iter().all(|command| command.stage.is_some());
    if let Some(last) = script.commands.last().filter(|_| is_pipeline) {
        let bound = pipeline_bound(script, last, output)?;
        let first = script.commands.first().map(spelled).unwrap_or_default();
        let source = format!("long lines from {first}");
        // A pipeline has no single command to name, so all pipelines are one subject.
        return Ok(Finding::new(bound.advice(output.bytes, "long lines", &source)).about(""));
    }
    let printer = Printer::of(script)?;
    let bound = by_program::bound(case, &printer, output)?;
    let name = name(printer.command);
    let has_label = runner::label(printer.command).is_some();
    let source = if has_label { name.clone() } else { spelled(printer.command) };
    Ok(Finding::new(bound.advice(output.bytes, &name, &source)).about(name))
}

/// The bound of a pipeline that ends in `last`. The agent has bounded it already, so it is large
/// only where its lines are long.
fn pipeline_bound(script: &Script, last: &Command, output: OutputSize) -> Check<Bound> {
    // One more filter would hide the status of a run as well.
    if script.commands.iter().any(|command| runner::label(command).is_some()) {
        return Err(Miss::Near("the pipe behind a run is another rule's"));
    }
    let text = script.text.trim();
    let is_by_lines = matches!(last.program.as_str(), "head" | "tail" | "grep" | "rg" | "egrep");
    if !is_by_lines
        || output.bytes_per_line <= LONG_LINE_BYTES
        || !last.redirections.is_empty()
        || text.lines().count() != 1
    {
        return Err(Miss::Near("its output is thinned out on purpose"));
    }
    let rewrite = format!("{text} | cut -c1-200");
    Ok(Bound::new(Some(rewrite), "| cut -c1-200 keeps the beginning of each"))
}
