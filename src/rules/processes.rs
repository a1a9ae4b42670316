//! How commands are run: what hides their result, and what they carry along for nothing.

use crate::case::Case;
use crate::example::{Example, Given};
use crate::facts;
use crate::rule::{Advice, Events, Harm, Key, Occasion, Repeat, Rule, Severity, Trigger, Verdict};
use crate::runner;
use crate::shell::options::{self, Spec};
use crate::shell::words::quote;
use crate::shell::{Command, Joined, Script};
use crate::text;

pub(super) const RULES: &[Rule] = &[MASKED_EXIT_PIPE, CD_PREFIX_CWD];

/// Programs at the end of a pipe whose status says nothing of the run.
const SINKS: [&str; 11] = ["head", "tail", "grep", "egrep", "rg", "sed", "awk", "cut", "wc", "tee", "sort"];

const MASKED_EXIT_PIPE: Rule = Rule {
    id: "masked-exit-pipe",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    summary: "a test or build piped into head, tail or grep",
    why: "The pipeline's status is the filter's, so a failing run looks like success: of 1,948 such calls in real \
          traffic 15 % showed failure text and were reported as successful.",
    trigger: Trigger::Command {
        programs: &runner::PROGRAMS,
        subcommands: &[],
        signs: &["|"],
        when: hides_status,
    },
    better: Some(Trigger::Command {
        programs: &runner::PROGRAMS,
        subcommands: &[],
        signs: &[],
        when: |case, command| {
            let shown = case.script().is_some_and(keeps_status) || !command.writes_pipe;
            Verdict::when(shown && runner::label(command).is_some())
        },
    }),
    advice: advise_status,
    needs: &[],
    key: Key::Rule,
    repeat: Repeat::nth(1, 5, 3),
    hits: &[
        Example::bash("npm test 2>&1 | tail -5").says("`set -o pipefail; npm test 2>&1 | tail -5`"),
        Example::bash("pytest -q | head -20").says("head -20 \"$f\"`"),
        Example::bash("make 2>&1 | tail -n 10").says("`set -o pipefail; make 2>&1 | tail -n 10`"),
        Example::bash("cd web && npm run build | tail -3")
            .says("`set -o pipefail; cd web && npm run build | tail -3`"),
        Example::bash("cargo test --all 2>&1 | grep -E 'test result|FAILED'")
            .says("grep -E 'test result|FAILED' \"$f\"`"),
        Example::bash("timeout 300 uv run pytest tests 2>&1 | tail -30").says("uv run pytest | tail"),
        Example::bash("go test ./... 2>&1 | grep -v '^ok' | tail -40").says("exits with tail's status"),
        Example::bash("npm test | tee out.log").says("`set -o pipefail; npm test | tee out.log`"),
        Example::bash("python3 -m pytest 2>&1 | tail -5; echo $?"),
        Example::bash("npx tsc --noEmit | head").given(&[Given::OutputBytes(400)]),
    ],
    misses: &[
        Example::bash("set -o pipefail; npm test | tail -5"),
        Example::bash("npm test > /tmp/t.log 2>&1; echo rc=$?; tail /tmp/t.log"),
        Example::bash("rg foo | head -20"),
        Example::bash("npm test 2>&1 | tee t.log; echo ${PIPESTATUS[0]}"),
        Example::bash("git log | head -5"),
        Example::bash("npm ls | head"),
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
    ],
    since: "0.1.0",
};

/// Whether the script says that it wants every status of a pipe.
fn keeps_status(script: &Script) -> bool {
    let text = &script.text;
    text.contains("pipefail") || text.contains("PIPESTATUS") || text.contains("pipestatus")
}

fn hides_status(case: &Case, command: &Command) -> Verdict {
    let Some(script) = case.script() else { return Verdict::No };
    let Some(stage) = command.stage.filter(|stage| stage.index == 0) else { return Verdict::No };
    let Some(stages) = script.stages(stage.pipeline) else { return Verdict::No };
    let Some(last) = stages.last().filter(|last| SINKS.contains(&last.program.as_str())) else {
        return Verdict::No;
    };
    if runner::label(command).is_none() {
        return Verdict::Near("it is no test, build or check");
    }
    if keeps_status(script) {
        return Verdict::Near("it asks for the status of every stage");
    }
    if command.is_condition || last.args.iter().any(|word| word.is("-q") || word.is("--quiet")) {
        return Verdict::Near("the filter's answer is what it asks for");
    }
    let ignored = script
        .commands
        .iter()
        .any(|other| other.joined == Joined::Or && matches!(other.program.as_str(), "true" | ":"));
    if ignored { Verdict::Near("it says that the status does not matter") } else { Verdict::Fires }
}

/// How a filter takes to `pipefail`.
#[derive(PartialEq)]
enum Filter {
    /// It reads to the end and succeeds.
    ReadsAll,
    /// It may stop early (the run dies of SIGPIPE) or fail without a match.
    MayFail,
}

fn filter(command: &Command) -> Filter {
    match command.program.as_str() {
        "tail" | "wc" | "cut" | "tee" | "sort" | "uniq" | "cat" => Filter::ReadsAll,
        "sed" | "awk"
            if !command
                .args
                .iter()
                .any(|word| word.text.contains(['q', 'Q']) || word.text.contains("exit")) =>
        {
            Filter::ReadsAll
        }
        _ => Filter::MayFail,
    }
}

fn advise_status(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let script = case.script()?;
    let stages = script.stages(command.stage?.pipeline)?;
    let last = stages.last()?;
    let label = text::excerpt(&runner::label(command)?);
    let sink = &last.program;
    let lead = format!("{label} | {sink} exits with {sink}'s status, hiding a failure");
    let every_filter_reads_all = script
        .commands
        .iter()
        .filter(|other| other.joined == Joined::Pipe)
        .all(|other| filter(other) == Filter::ReadsAll);
    if every_filter_reads_all {
        let plain = format!("{lead}: put `set -o pipefail;` in front");
        return Advice::better(lead, format!("set -o pipefail; {}", script.text.trim()), plain);
    }
    let plain = format!("{lead}: save the output to a file, check the exit code, then look at the file");
    match saved(script, command, &stages) {
        Some(better) => Advice::better(lead, better, plain),
        None => Advice::plain(plain),
    }
}

/// The run with its output in a fresh file, its status shown, and the filter on the file. Only for a script that is
/// nothing but the run and one filter.
fn saved(script: &Script, run: &Command, stages: &[&Command]) -> Option<String> {
    let [_, filter] = stages else { return None };
    let simple = script.commands.len() == 2
        && run.wrappers.is_empty()
        && filter.wrappers.is_empty()
        && run.redirections.iter().all(|redirection| redirection.operator == ">&")
        && filter.redirections.is_empty();
    let spec = match filter.program.as_str() {
        "head" => Spec { short: "nc", long: &["lines", "bytes"] },
        _ => crate::rewrite::grep::SPEC,
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
    Some(format!(
        "f=$(mktemp); {assignments}{} >\"$f\" 2>&1; echo \"exit $?\"; {} {} \"$f\"",
        [&run.spelled, run.raw_args().as_str()].join(" ").trim(),
        filter.spelled,
        filter.raw_args()
    ))
}

const CD_PREFIX_CWD: Rule = Rule {
    id: "cd-prefix-cwd",
    severity: Severity::Hint,
    harm: Harm::Style,
    events: Events::Both,
    summary: "cd to where the shell is already, or for git alone",
    why: "The working directory persists between calls. A cd in front makes a compound command, which defeats \
          permission rules by prefix: half of such prefixes in one set of sessions went where the shell was.",
    trigger: Trigger::Command {
        programs: &["cd"],
        subcommands: &[],
        signs: &["&&", ";", "\n"],
        when: |case, command| match prefix(case, command) {
            Ok(_) => Verdict::Fires,
            Err(because) => Verdict::Near(because),
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &[],
        signs: &["-C"],
        when: |_, command| Verdict::when(command.args.first().is_some_and(|word| word.is("-C"))),
    }),
    advice: |case, occasion| {
        let command = occasion.command?;
        let dir = text::excerpt(&command.args.first()?.raw);
        match prefix(case, command).ok()? {
            Prefix::Useless(rest) => Advice::better(
                format!("cd {dir} is not needed, the shell is already there"),
                rest,
                format!("cd {dir} is not needed: the shell is already there, and stays there between calls"),
            ),
            Prefix::Git(better) => Advice::better(
                "a cd for git alone moves the shell for later calls too",
                better,
                format!(
                    "cd {dir} for git alone moves the shell for later calls too; git -C leaves it where it is"
                ),
            ),
        }
    },
    needs: &[],
    key: Key::Rule,
    repeat: Repeat::nth(2, 10, 3),
    hits: &[
        Example::bash("cd /repo && git status").given(&[Given::Cwd("/repo")]).says("`git status`"),
        Example::bash("cd /repo; cargo build").given(&[Given::Cwd("/repo")]).says("`cargo build`"),
        Example::bash("cd /other/repo && git log --oneline -5")
            .given(&[Given::Cwd("/repo")])
            .says("`git -C /other/repo log --oneline -5`"),
        Example::bash("cd \"$PWD\" && make").given(&[Given::Cwd("/repo")]).says("`make`"),
        Example::bash("cd /repo/ && ls | wc -l").given(&[Given::Cwd("/repo")]).says("`ls | wc -l`"),
        Example::bash("cd $(pwd) && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd 'my repo' && git diff --stat && git log -1")
            .given(&[Given::Cwd("/repo")])
            .says("git -C 'my repo' diff --stat && git -C 'my repo' log -1"),
    ],
    misses: &[
        Example::bash("cd web && npm test").given(&[Given::Cwd("/repo")]),
        Example::bash("(cd web && npm run build)").given(&[Given::Cwd("/repo")]),
        Example::bash("echo 'cd /repo && make'").given(&[Given::Cwd("/repo")]),
        Example::bash("cd /repo").given(&[Given::Cwd("/repo")]),
        Example::bash("cd \"$DIR\" && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd /other && make").given(&[Given::Cwd("/repo")]),
        Example::bash("mkdir -p /repo && cd /repo && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd - && make").given(&[Given::Cwd("/repo")]),
        Example::bash("ssh web 'cd /repo && make'").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git status && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git add . | cat > log").given(&[Given::Cwd("/repo")]),
        Example::bash("git commit -m 'cd /repo && x'").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git status").given(&[Given::Cwd("/repo"), Given::Codex]),
    ],
    since: "0.1.0",
};

/// What a leading `cd` is for.
enum Prefix {
    /// Nothing: the command without it.
    Useless(String),
    /// Git alone: the commands with `-C`.
    Git(String),
}

/// What the leading `cd` of a script is for.
///
/// # Errors
/// Why nothing can be said of it.
fn prefix(case: &Case, command: &Command) -> Result<Prefix, &'static str> {
    if !case.facts.client.keeps_directory() {
        return Err("this client starts every call in the same folder");
    }
    let script = case.script().ok_or("")?;
    let leads = script.commands.first().is_some_and(|first| std::ptr::eq(first, command));
    let followed = script.commands.get(1).is_some_and(|next| {
        matches!(next.joined, Joined::And | Joined::Semicolon | Joined::Newline | Joined::First)
    });
    if !leads || command.depth > 0 || !followed || !command.redirections.is_empty() {
        return Err("it is not a leading cd with a command after it");
    }
    let [target] = command.args.as_slice() else { return Err("it has no single folder") };
    let rest = script.text_after(command).map(str::trim_start).ok_or("")?;
    let rest = rest
        .strip_prefix("&&")
        .or_else(|| rest.strip_prefix(';'))
        .or_else(|| rest.strip_prefix('\n'))
        .unwrap_or(rest)
        .trim();
    // These name where the shell is, whatever that is.
    if matches!(target.raw.as_str(), "." | "./" | "$PWD" | "\"$PWD\"" | "$(pwd)" | "\"$(pwd)\"") {
        return Ok(Prefix::Useless(rest.to_owned()));
    }
    let literal = target.literal().ok_or("the folder is not literal")?;
    if literal == "-" || literal.is_empty() {
        return Err("it goes back");
    }
    let is_absolute = literal.starts_with(['/', '~']);
    let cwd = case.facts.cwd().ok_or("the client did not tell the working directory")?;
    let path = case.facts.absolute(literal).ok_or("the folder is not known")?;
    if is_absolute && path == facts::normal(cwd) && case.began_in(&path) {
        return Ok(Prefix::Useless(rest.to_owned()));
    }
    with_git_c(script, literal, rest).map(Prefix::Git)
}

/// `rest` with `-C folder` after every `git`, if it is nothing but git commands joined by `&&` or `;`.
fn with_git_c(script: &Script, folder: &str, rest: &str) -> Result<String, &'static str> {
    let mut words = Vec::new();
    let others = script.commands.get(1..).unwrap_or_default();
    for (at, command) in others.iter().enumerate() {
        let plain = command.is("git")
            && command.spelled == "git"
            && command.depth == 0
            && !command.background
            && command.stage.is_none()
            && command.wrappers.is_empty()
            && command.assignments.is_empty()
            && command.redirections.is_empty()
            && !command.args.iter().any(|word| word.is("-C") || word.raw.contains("$("));
        if !plain {
            return Err("it moves the shell for something else than git");
        }
        if at > 0 {
            words.push(if command.joined == Joined::And { "&&".to_owned() } else { ";".to_owned() });
        }
        words.push(format!("git -C {} {}", quote(folder), command.raw_args()));
    }
    if words.is_empty() || rest.contains('\n') {
        return Err("it moves the shell for something else than git");
    }
    Ok(words.join(" ").replace(" ; ", "; "))
}
