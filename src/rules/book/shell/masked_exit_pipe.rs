//! Pipes that hide how a run ended.

use crate::base::text;
use crate::project::programs::{self, Trait};
use crate::project::runner;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rewrite::grep;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell;
use crate::shell::options::Spec;
use crate::shell::{Command, Joined, Redirection, Script, options};

pub(crate) const RULE: Rule = Rule {
    id: "masked-exit-pipe",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "a test or build piped into head, tail or grep",
    why: "The pipeline's status is the filter's, so a failing run looks like success: of 1,948 such calls in real \
          traffic 15 % showed failure text and were reported as successful.",
    trigger: Trigger::Command {
        programs: &runner::PROGRAMS,
        subcommands: &[],
        signs: &["|"],
        check: hidden_status,
    },
    better: Some(Trigger::Command {
        programs: &runner::PROGRAMS,
        subcommands: &[],
        signs: &[],
        check: |case, command| {
            let is_shown = case.script().is_some_and(keeps_status) || !command.writes_pipe;
            check(is_shown && runner::label(command).is_some())
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, 5, 3),
    hits: &[
        Example::bash("npm test 2>&1 | tail -5").says("`set -o pipefail; npm test 2>&1 | tail -5`"),
        Example::bash("pytest -q | head -20").says("head -20 \"$f\"`"),
        Example::bash("make 2>&1 | tail -n 10").says("`set -o pipefail; make 2>&1 | tail -n 10`"),
        Example::bash("cd web && npm run build | tail -3")
            .says("`set -o pipefail; cd web && npm run build | tail -3`"),
        Example::bash("cargo test --all 2>&1 | grep -E 'test result|FAILED'")
            .says("grep -E 'test result|FAILED' \"$f\"`"),
        Example::bash("timeout 300 uv run pytest tests 2>&1 | tail -30")
            .says("uv run pytest | tail"),
        Example::bash("go test ./... 2>&1 | grep -v '^ok' | tail -40")
            .says("exits with tail's status"),
        Example::bash("cargo test \"$f\" 2>&1 | grep x").says("save the output to a file"),
        Example::bash("npm test | tee out.log").says("`set -o pipefail; npm test | tee out.log`"),
        Example::bash("python3 -m pytest 2>&1 | tail -5; echo $?"),
        Example::bash("bash -lc 'cargo test | tail -5'").says("run it without the pipe"),
        Example::bash("cargo test | tail -5; git status").says("run it without the pipe"),
        Example::bash("cargo test pipefail_works | tail; rm -f x || true"),
        Example::bash("make | grep warning")
            .says("`f=$(mktemp); make >\"$f\"; echo \"exit $?\"; grep warning \"$f\"`"),
        Example::bash("pnpm exec vitest run | tail -5").says("pnpm exec vitest | tail"),
        Example::bash("git push -f; npm test | tail -5")
            .says("next time: `set -o pipefail; npm test | tail -5`"),
        Example::bash("git add -A && git commit -m x && cd web && npm test | tail -5")
            .says("next time: `set -o pipefail; cd web && npm test | tail -5`"),
        Example::bash("npx tsc --noEmit | head").given(&[Given::OutputBytes(400)]),
    ],
    misses: &[
        Example::bash("set -o pipefail; npm test | tail -5"),
        Example::bash("npm test > /tmp/t.log 2>&1; echo rc=$?; tail /tmp/t.log"),
        Example::bash("rg foo | head -20"),
        Example::bash("npm test 2>&1 | tee t.log; echo ${PIPESTATUS[0]}"),
        Example::bash("git log | head -5"),
        Example::bash("npm ls | head"),
        Example::bash("npm run env | grep PATH"),
        Example::bash("npx tsc --traceResolution | grep foo"),
        Example::bash("npm test -- --listTests | head"),
        Example::bash("cargo --help | head -30"),
        Example::bash("cargo test -- --list | wc -l"),
        Example::bash("make -n | head"),
        Example::bash("git commit -m 'npm test | tail -5 hides errors'"),
        Example::bash("if npm test | grep -q passing; then echo ok; fi"),
        Example::bash("echo y | npm test"),
        Example::bash("ssh ci 'npm test | tail -5'"),
        Example::bash("cat Makefile | head; make"),
        Example::bash("bash -o pipefail -c 'npm test | tail -5'"),
        Example::bash("npm run | head -40"),
        Example::bash("grep -n 'cargo test' ci.yml | head"),
        Example::bash("npm test | tail -5 || true"),
        Example::bash("npm run dev | head -20"),
        Example::bash("npm run build -- --watch | head"),
        Example::bash("npm run --workspace web dev | head"),
        Example::bash("make serve | head"),
        Example::bash("tsc --watch | head"),
        Example::bash("./gradlew tasks | head"),
    ],
    since: "0.1.0",
};

fn hidden_status(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    let stage = command.stage.filter(|stage| stage.index == 0).ok_or(Miss::No)?;
    let stages = script.stages(stage.pipeline).ok_or(Miss::No)?;
    let last = stages.last().filter(|last| programs::is(&last.program, Trait::HidesStatus));
    let last = last.ok_or(Miss::No)?;
    let label = runner::label(command).ok_or(Miss::Near("it is no test, build or check"))?;
    if keeps_status(script) {
        return Err(Miss::Near("it asks for the status of every stage"));
    }
    if command.is_condition || last.args.iter().any(|word| word.is("-q") || word.is("--quiet")) {
        return Err(Miss::Near("the filter's answer is what it asks for"));
    }
    let ignored = following(script, last).next().is_some_and(|next| {
        next.joined == Joined::Or && matches!(next.program.as_str(), "true" | ":")
    });
    if ignored {
        return Err(Miss::Near("it says that the status does not matter"));
    }
    Ok(Finding::new(advice(script, command, &label, &stages, last)))
}

/// Whether the script asks for the status of every stage of a pipe.
fn keeps_status(script: &Script) -> bool {
    let text = &script.text;
    let set = text.contains("o pipefail") && !text.contains("+o pipefail");
    set || text.contains("PIPESTATUS") || text.contains("pipestatus")
}

/// The commands at the same level after `command`.
fn following<'s>(script: &'s Script, command: &Command) -> impl Iterator<Item = &'s Command> {
    let depth = command.depth;
    script.after(command).iter().filter(move |other| other.depth == depth && !other.in_substitution)
}

fn advice(
    script: &Script,
    run: &Command,
    label: &str,
    stages: &[&Command],
    last: &Command,
) -> Advice {
    let (label, sink) = (text::excerpt(label), &last.program);
    let lead = format!("{label} | {sink} exits with {sink}'s status; next time");
    if !decides(script, run, last) {
        return Advice::plain(format!("{lead} run it without the pipe, or with pipefail set"));
    }
    let mut filters = script.commands.iter().filter(|other| other.joined == Joined::Pipe);
    if filters.all(reads_all)
        && let Some(pipeline) = masked_part(script, run)
    {
        let plain = format!("{lead} put `set -o pipefail;` in front");
        return Advice::better(lead, format!("set -o pipefail; {pipeline}"), plain);
    }
    let plain =
        format!("{lead} save the output to a file, check the exit code, then look at the file");
    match saved(script, run, stages) {
        Some(rewrite) => Advice::better(lead, rewrite, plain),
        None => Advice::plain(plain),
    }
}

/// The pipeline of `run` as written, with the `cd`s in front of it. What else comes before or after
/// has had its effect: a push is not advised a second time.
fn masked_part(script: &Script, run: &Command) -> Option<String> {
    let pipeline = script.pipeline_text(run.stage?.pipeline)?;
    let before = script.before(run);
    let moves = |command: &&Command| {
        command.depth == run.depth
            && matches!(command.program.as_str(), "cd" | "pushd" | "export" | "source" | ".")
    };
    let folders: Vec<&str> =
        before.iter().filter(moves).filter_map(|command| script.text_of(command)).collect();
    let texts = folders.into_iter().chain([pipeline]);
    Some(texts.map(str::trim).collect::<Vec<_>>().join(" && "))
}

/// Whether the call ends with the status of a pipeline, so that `pipefail` in front would show it:
/// only `&&` follows, and no other shell, loop or background is between.
fn decides(script: &Script, first: &Command, last: &Command) -> bool {
    let starts = |wrapper: &str| shell::is_shell(wrapper) || matches!(wrapper, "xargs" | "find");
    first.depth == 0
        && !first.in_substitution
        && !last.background
        && !first.wrappers.iter().any(|wrapper| starts(wrapper))
        && following(script, last).all(|other| matches!(other.joined, Joined::And | Joined::Pipe))
}

/// Whether a filter reads to the end and succeeds, so that `pipefail` is safe with it. Others may
/// stop early, so that the run dies of SIGPIPE, or fail without a match.
fn reads_all(filter: &Command) -> bool {
    match filter.program.as_str() {
        program if programs::is(program, Trait::ReadsToEnd) => true,
        "sed" | "awk" => !filter
            .args
            .iter()
            .any(|word| word.text.contains(['q', 'Q']) || word.text.contains("exit")),
        _ => false,
    }
}

/// Whether a redirection is `2>&1`.
fn merges_errors(redirection: &Redirection) -> bool {
    redirection.operator == ">&" && redirection.fd == Some(2) && redirection.target.is("1")
}

/// The run with its output in a fresh file, its status shown, and the filter on the file. `None` if
/// the script is more than the run and one filter.
fn saved(script: &Script, run: &Command, stages: &[&Command]) -> Option<String> {
    let [_, filter] = stages else { return None };
    let merges = !run.redirections.is_empty();
    // The script must not use that variable already.
    if script.text.contains("$f") || script.text.contains("${f") || run.assigned("f").is_some() {
        return None;
    }
    let simple = script.commands.len() == 2
        && run.wrappers.is_empty()
        && filter.wrappers.is_empty()
        && run.redirections.iter().all(merges_errors)
        && filter.redirections.is_empty();
    let spec = match filter.program.as_str() {
        "head" => Spec { short: "nc", long: &["lines", "bytes"], ..Spec::FLAGS_ONLY },
        _ => grep::SPEC,
    };
    let items = options::read(&filter.args, spec);
    let patterns = usize::from(
        filter.program != "head"
            && !options::has(&items, Some('e'), "regexp")
            && !options::has(&items, Some('f'), "file"),
    );
    if !simple || options::operands(&items).len() != patterns {
        return None;
    }
    let assignments: String =
        run.assignments.iter().map(|(name, value)| format!("{name}={} ", value.raw)).collect();
    let spelled = |command: &Command| {
        [command.spelled.as_str(), &command.raw_args()].join(" ").trim().to_owned()
    };
    // The parts lack what is in front of the run (`time`): then there is no rewrite.
    let run_text = format!("{assignments}{}", spelled(run));
    script.text.trim_start().starts_with(run_text.as_str()).then_some(())?;
    let both = if merges { " 2>&1" } else { "" };
    Some(format!(
        "f=$(mktemp); {run_text} >\"$f\"{both}; echo \"exit $?\"; {} \"$f\"",
        spelled(filter)
    ))
}
