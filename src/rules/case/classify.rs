//! What a call does, judged by its tool and its words: whether it leaves all files unchanged, and
//! which tests and builds it runs if it does nothing else.
//!
//! It errs towards "no", because rules say "nothing changed since". It judges the words of a call
//! that is not parsed too: most calls of a session are not, and the ledger does not store their
//! text.

use crate::project::programs::{self, Trait};
use std::borrow::Cow;
use std::path::Path;

use super::Case;
use super::no_end::has_no_end;
use crate::project::runner::Purpose;
use crate::project::{languages, runner};
use crate::protocol::event::Tool;
use crate::shell::{Command, Redirection, Script};

/// Sub-commands that only read.
const READING_SUBCOMMANDS: [(&str, &[&str]); 9] = [
    (
        "git",
        &[
            "status",
            "log",
            "diff",
            "show",
            "rev-parse",
            "rev-list",
            "ls-files",
            "ls-tree",
            "ls-remote",
            "blame",
            "grep",
            "describe",
            "merge-base",
            "cat-file",
            "shortlog",
            "check-ignore",
            "for-each-ref",
        ],
    ),
    ("gh", &["status"]),
    ("go", &["list", "env", "doc", "version"]),
    ("cargo", &["tree", "metadata"]),
    ("npm", &["ls", "list", "view", "outdated"]),
    ("pnpm", &["ls", "list", "why"]),
    ("docker", &["ps", "logs", "images", "inspect"]),
    ("kubectl", &["get", "describe", "logs"]),
    ("pip", &["list", "show", "freeze"]),
];

/// Names of [`Tool::Other`] that take notes, ask the net or read.
const READING_TOOLS: [&str; 12] = [
    "TodoWrite",
    "TaskCreate",
    "TaskUpdate",
    "TaskList",
    "TaskGet",
    "TaskOutput",
    "BashOutput",
    "ToolSearch",
    "WebFetch",
    "WebSearch",
    "update_plan",
    "list_mcp_resources",
];

/// Whether the call left every file unchanged. A test or a check counts as reading: it writes only
/// files of its own.
pub(crate) fn reads_only(case: &Case) -> bool {
    let event = case.event;
    match event.tool {
        Tool::Read | Tool::Grep | Tool::Glob => true,
        // A refused edit changed nothing.
        Tool::Edit | Tool::Write => !event.succeeded(),
        Tool::Agent | Tool::Mcp => false,
        Tool::Other => READING_TOOLS.contains(&event.tool_name.as_ref()),
        Tool::Shell if case.in_background() => false,
        Tool::Shell => match (case.parsed(), event.command()) {
            (Some(script), _) => {
                script.functions.is_empty()
                    && script
                        .commands
                        .iter()
                        .all(|command| only_reads(command) || only_checks(command))
            }
            (None, Some(command)) => text_only_reads(command),
            (None, None) => false,
        },
    }
}

/// Whether `command` is a test or a check that fixes nothing.
fn only_checks(command: &Command) -> bool {
    let is_check = matches!(runner::purpose(command), Some(Purpose::Test | Purpose::Check));
    let fixes = |text: &str| {
        text.starts_with("--fix")
            || text.starts_with("--write")
            || text.starts_with("--update")
            || text.contains("snapshot")
            || matches!(text, "-u" | "-w" | "--apply" | "--bless" | "--accept")
    };
    is_check
        && !command.background
        && !command.args.iter().any(|word| fixes(&word.text))
        && command.redirections.iter().all(spares_files)
}

/// Whether `command` only reads.
fn only_reads(command: &Command) -> bool {
    !command.remote
        && is_reader(&command.program, || command.args.iter().map(|word| word.text.as_str()))
        && command.redirections.iter().all(spares_files)
}

/// Whether a redirection writes no file that somebody works on.
fn spares_files(redirection: &Redirection) -> bool {
    let target = &redirection.target.text;
    !redirection.operator.contains('>')
        || redirection.operator == ">&"
            && target.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        || target == "/dev/null"
        || target.starts_with("/tmp/")
}

/// Whether a stream editor or an interpreter changes its files instead of printing.
pub(crate) fn edits_in_place(command: &Command) -> bool {
    matches!(command.program.as_str(), "sed" | "gsed" | "perl" | "ruby")
        && command.args.iter().any(|word| is_in_place(&word.text))
}

/// Whether an option of sed or perl asks for a change of the file: `-i.bak`, `-pi`, `--in-place`.
fn is_in_place(option: &str) -> bool {
    option.starts_with("-i") || option.starts_with("-pi") || option.starts_with("--in-place")
}

/// Whether `program` only reads when it is called with `args`.
fn is_reader<'t, I: Iterator<Item = &'t str>>(program: &str, args: impl Fn() -> I) -> bool {
    if programs::is(program, Trait::ReadsOnly) {
        return true;
    }
    let any = |test: fn(&str) -> bool| args().any(test);
    match program {
        "find" | "fd" => !any(|word| {
            ["-exec", "-ok", "-delete", "-fprint", "-fls", "-x", "-X", "--exec"]
                .iter()
                .any(|bad| word.starts_with(bad))
        }),
        "sed" => !any(|word| is_in_place(word) || word.contains("w ")),
        "sort" => !any(|word| word.starts_with("-o") || word.starts_with("--output")),
        // It writes files only by redirections and commands in its program text.
        "awk" => !any(|word| word.contains('>') || word.contains("system")),
        "git" if args().next() == Some("branch") => {
            args().count() == 1
                || any(|word| {
                    matches!(word, "--show-current" | "-a" | "-r" | "-v" | "-vv" | "--list")
                })
        }
        "gh" => {
            let verbs = ["view", "diff", "checks", "list", "status"];
            args().nth(1).is_some_and(|verb| verbs.contains(&verb))
        }
        _ => {
            let known =
                READING_SUBCOMMANDS.iter().find(|(name, _)| *name == program).map(|(_, subs)| subs);
            let sub = args().find(|word| !word.starts_with('-'));
            known.zip(sub).is_some_and(|(subs, sub)| subs.contains(&sub))
                && !any(|word| word.starts_with("--output"))
        }
    }
}

/// Whether a text that is not parsed only reads. It cuts the text at every sign that could separate
/// commands, quoted or not: a wrong cut yields an unknown program, which counts as writing.
fn text_only_reads(text: &str) -> bool {
    if text.contains('`') || text.contains("$(") || text.contains("<(") {
        return false;
    }
    let mut text = Cow::Borrowed(text);
    if text.contains('>') {
        for harmless in ["2>&1", "2>/dev/null", ">/dev/null", "> /dev/null"] {
            if text.contains(harmless) {
                text = Cow::Owned(text.replace(harmless, " "));
            }
        }
    }
    !text.contains('>')
        && text.split(['|', ';', '&', '\n']).map(str::trim).filter(|part| !part.is_empty()).all(
            |part| {
                let mut words = part.split_whitespace();
                let program = words.next().unwrap_or_default();
                program.starts_with('#')
                    || is_reader(program.rsplit('/').next().unwrap_or_default(), || words.clone())
            },
        )
}

/// Whether the script does nothing but its runs: every other command only reads.
fn only_runs(script: &Script) -> bool {
    script.functions.is_empty()
        && script.commands.iter().all(|command| {
            let filters = matches!(command.program.as_str(), "tee" | "sort" | "awk" | "sed");
            only_reads(command)
                || (filters && command.reads_pipe)
                || runner::label(command).is_some()
        })
}

/// Bytes of an error in which a client reports a timeout.
const STOPPED_BYTES: usize = 256;

/// A longer result is not parsed, bytes: to know whether the run was stopped is not worth the time.
const RESULT_BYTES: usize = 1 << 20;

/// The test and build runs of a call that did nothing else: their words, without the filters of
/// their output. `None` if the call was not parsed, did more, or has no result: it did not start, or
/// was stopped before its end.
pub(crate) fn runs(case: &Case) -> Option<String> {
    let event = case.event;
    let script = case.parsed()?;
    let runs = selection(script, event.cwd())?;
    let was_stopped = if event.succeeded() {
        if event.result_bytes() > RESULT_BYTES {
            return None;
        }
        let shell = event.shell();
        shell.interrupted || shell.timed_out_after_ms.is_some() || shell.background_task.is_some()
    } else {
        event.is_interrupt
            || matches!(event.exit_code(), Some(124 | 130 | 137 | 143))
            || event.error_text(STOPPED_BYTES).contains("timed out")
    };
    (!was_stopped && !case.in_background() && !has_no_end(case, script)).then_some(runs)
}

/// Whether the call ran tests, a build or a check that [`runs`] does not return, because the call
/// did more or was stopped.
pub(crate) fn ran_besides(case: &Case) -> bool {
    let mut commands = case.parsed().into_iter().flat_map(|script| &script.commands);
    commands.any(|command| runner::label(command).is_some()) && runs(case).is_none()
}

/// The language of the code that an Edit or a Write changed in the project, or [`languages::NONE`]
/// for other text. Empty for calls that changed nothing, and for other tools.
pub(crate) fn language(case: &Case) -> &'static str {
    let event = case.event;
    match event.input().file_path.as_deref() {
        Some(path) if event.succeeded() && matches!(event.tool, Tool::Edit | Tool::Write) => {
            if case.environment.is_aside(Path::new(path)) {
                languages::NONE
            } else {
                languages::of(path)
            }
        }
        _ => "",
    }
}

/// Bytes of the result. Zero for a picture: its tokens depend on its size in pixels.
pub(crate) fn text_bytes(case: &Case) -> u64 {
    let path =
        case.event.input().file_path.as_deref().filter(|_| case.is(Tool::Read)).unwrap_or_default();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_picture =
        ["png", "jpg", "jpeg", "gif", "webp"].iter().any(|of| ending.eq_ignore_ascii_case(of));
    if is_picture { 0 } else { case.event.result_bytes() as u64 }
}

/// Options that only change how much a run prints.
const VERBOSITY: [&str; 6] = ["-q", "-qq", "--quiet", "--silent", "--no-color", "--color=never"];

/// The words of a script's test and build runs. They identify the runs whatever filters their
/// output. `None` if the script has no runs or does more. `cwd` is the directory after the call.
fn selection(script: &Script, cwd: Option<&str>) -> Option<String> {
    if !only_runs(script) {
        return None;
    }
    let mut out = String::new();
    let mut runs = 0;
    for command in &script.commands {
        if command.is("cd") {
            // A `cd` to the directory in which the shell is now adds nothing to that directory.
            let target = match command.args.as_slice() {
                [word] => word.literal().filter(|path| !path.contains("..")),
                _ => None,
            };
            let leads_to_cwd = target.is_some_and(|path| {
                let path = path.trim_start_matches("./").trim_end_matches('/');
                cwd.is_some_and(|cwd| {
                    cwd.strip_suffix(path)
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
                })
            });
            if !leads_to_cwd || command.in_subshell {
                out.push_str("cd ");
                out.push_str(&command.raw_args());
                out.push('\n');
            }
        }
        if runner::label(command).is_none() {
            continue;
        }
        // A loop repeats a run on purpose.
        if command.remote || command.in_function || command.background || command.depth > 0 {
            return None;
        }
        for (name, value) in &command.assignments {
            out.push_str(name);
            out.push('=');
            out.push_str(&value.raw);
            out.push(' ');
        }
        out.push_str(&command.spelled);
        for word in command.args.iter().filter(|word| !VERBOSITY.contains(&word.text.as_str())) {
            out.push(' ');
            out.push_str(&word.raw);
        }
        out.push('\n');
        runs += 1;
    }
    (runs > 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn reading_is_distinguished_from_changing() {
        for text in [
            "ls -la src 2>/dev/null",
            "git status && git diff --stat",
            "cat a | grep b | head -5",
            "sed -n '1,20p' a",
            "find . -name '*.rs' | wc -l",
            "git branch --show-current",
            "gh pr view 3",
            "sleep 5; git log -3 2>&1",
        ] {
            assert!(text_only_reads(text), "{text}");
            let script = shell::parse(text).unwrap();
            assert!(script.commands.iter().all(only_reads), "{text}");
        }
        for text in [
            "sed -i s/a/b/ x",
            "echo x > a",
            "git checkout main",
            "git branch x",
            "cat a | tee b",
            "find . -delete",
            "find . -exec rm {} +",
            "python3 x.py",
            "ls; rm a",
            "ls $(rm a)",
            "cp a b",
            "gh pr merge 3",
            "git diff --output=x",
        ] {
            assert!(!text_only_reads(text), "{text}");
            let script = shell::parse(text).unwrap();
            assert!(!script.commands.iter().all(only_reads), "{text}");
        }
    }

    #[test]
    fn runs_are_identified_behind_filters_but_not_beside_other_work() {
        let of = |text: &str| selection(&shell::parse(text).unwrap(), Some("/repo/x"));
        assert_eq!(of("pytest -q tests/a.py 2>&1 | tail -5"), of("cd x && pytest tests/a.py"));
        assert_eq!(
            of("cd /repo/x && npm test > /tmp/l 2>&1; tail /tmp/l"),
            of("npm test | grep FAIL | head")
        );
        assert_ne!(of("pytest tests/a.py"), of("pytest"));
        assert_ne!(of("pytest -v"), of("pytest"));
        assert_ne!(of("RUST_BACKTRACE=1 cargo test"), of("cargo test"));
        assert_ne!(of("cd y && npm test"), of("npm test"));
        for text in [
            "git checkout x && npm test",
            "for i in 1 2; do npm test; done",
            "cp a b; npm test",
            "ls",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
