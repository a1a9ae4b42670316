//! What a call does, as far as its kind and its words tell: whether it leaves files as they are,
//! and which tests and builds are all of it.
//!
//! It errs towards "no": a rule that says "nothing changed since" rests on it. The words of a call
//! that is not parsed are looked at all the same, since a session is mostly made of such calls and
//! their text is not kept.

use std::borrow::Cow;
use std::path::Path;

use super::Case;
use crate::project::runner::Purpose;
use crate::project::{languages, runner};
use crate::protocol::event::Tool;
use crate::shell::{Command, Redirection, Script};

/// Programs that only look, whatever they are told.
const LOOKING: [&str; 51] = [
    "ls", "cat", "bat", "head", "tail", "wc", "grep", "egrep", "fgrep", "rg", "ag", "pwd", "echo",
    "printf", "true", "false", ":", "test", "[", "[[", "which", "type", "whoami", "id", "uname",
    "date", "sleep", "cd", "stat", "file", "du", "df", "ps", "pgrep", "jq", "uniq", "cut", "tr",
    "nl", "diff", "cmp", "tree", "basename", "dirname", "realpath", "readlink", "column", "less",
    "set", "wait", "shasum",
];

/// Sub-commands that only look.
const ASKING: [(&str, &[&str]); 9] = [
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

/// Tools of clients, beside those that rules know, that keep notes, ask the net or look.
const NOTING: [&str; 12] = [
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

/// Whether the call left every file as it was. A test or a check counts as looking: what it writes
/// is its own.
pub fn reads_only(case: &Case) -> bool {
    let event = case.event;
    match event.tool {
        Tool::Read | Tool::Grep | Tool::Glob => true,
        // A refused edit changed nothing.
        Tool::Edit | Tool::Write => !event.succeeded(),
        Tool::Agent | Tool::Mcp => false,
        Tool::Other => NOTING.contains(&event.tool_name.as_ref()),
        Tool::Shell if case.in_background() => false,
        Tool::Shell => match (case.parsed(), event.command()) {
            (Some(script), _) => {
                script.functions.is_empty()
                    && script.commands.iter().all(|command| looks(command) || checks(command))
            }
            (None, Some(command)) => text_looks(command),
            (None, None) => false,
        },
    }
}

/// Whether `command` is a test or a check that mends nothing.
fn checks(command: &Command) -> bool {
    let kind = matches!(runner::purpose(command), Some(Purpose::Test | Purpose::Check));
    let mends = |text: &str| {
        text.starts_with("--fix")
            || text.starts_with("--write")
            || text.starts_with("--update")
            || text.contains("snapshot")
            || matches!(text, "-u" | "-w" | "--apply" | "--bless" | "--accept")
    };
    kind && !command.background
        && !command.args.iter().any(|word| mends(&word.text))
        && command.redirections.iter().all(stays_aside)
}

/// Whether `command` only looks.
fn looks(command: &Command) -> bool {
    !command.remote
        && looking(&command.program, || command.args.iter().map(|word| word.text.as_str()))
        && command.redirections.iter().all(stays_aside)
}

/// Whether a redirection writes no file that anyone works on.
fn stays_aside(redirection: &Redirection) -> bool {
    let target = &redirection.target.text;
    !redirection.operator.contains('>')
        || redirection.operator == ">&"
            && target.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        || target == "/dev/null"
        || target.starts_with("/tmp/")
}

fn looking<'t, I: Iterator<Item = &'t str>>(program: &str, args: impl Fn() -> I) -> bool {
    if LOOKING.contains(&program) {
        return true;
    }
    let any = |test: fn(&str) -> bool| args().any(test);
    match program {
        "find" | "fd" => !any(|word| {
            ["-exec", "-ok", "-delete", "-fprint", "-fls", "-x", "-X", "--exec"]
                .iter()
                .any(|bad| word.starts_with(bad))
        }),
        "sed" => !any(|word| {
            word.starts_with("-i") || word.starts_with("--in-place") || word.contains("w ")
        }),
        "sort" => !any(|word| word.starts_with("-o") || word.starts_with("--output")),
        // What it prints to stays in the program's text, which is not read here.
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
            let known = ASKING.iter().find(|(name, _)| *name == program).map(|(_, subs)| subs);
            let sub = args().find(|word| !word.starts_with('-'));
            known.zip(sub).is_some_and(|(subs, sub)| subs.contains(&sub))
                && !any(|word| word.starts_with("--output"))
        }
    }
}

/// The same for a text that was not parsed: cut at every sign that could part commands, quoted or
/// not, so that what is misread looks like an unknown program.
fn text_looks(text: &str) -> bool {
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
                    || looking(program.rsplit('/').next().unwrap_or_default(), || words.clone())
            },
        )
}

/// Whether every command beside the runs only looks, so that the runs are all that the script does.
fn only_runs(script: &Script) -> bool {
    script.functions.is_empty()
        && script.commands.iter().all(|command| {
            let thins = matches!(command.program.as_str(), "tee" | "sort" | "awk" | "sed");
            looks(command) || (thins && command.reads_pipe) || runner::label(command).is_some()
        })
}

/// Bytes of an error in which a client says that time was over.
const STOPPED_BYTES: usize = 256;

/// A longer result is not looked into: whether the run was stopped is not worth the time.
const RESULT_BYTES: usize = 1 << 20;

/// The test and build runs that are all that this call did, with their words but whatever filters
/// their output. `None` if it was not parsed, did more, or was stopped before its end: that says
/// nothing.
pub fn runs(case: &Case) -> Option<String> {
    let event = case.event;
    let runs = selection(case.parsed()?, event.cwd.as_deref())?;
    let stopped = if event.succeeded() {
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
    (!stopped && !case.in_background()).then_some(runs)
}

/// Whether tests, a build or a check ran in this call, while [`runs`] does not tell what: the call
/// did more, or was stopped.
pub fn ran_besides(case: &Case) -> bool {
    let mut commands = case.parsed().into_iter().flat_map(|script| &script.commands);
    commands.any(|command| runner::label(command).is_some()) && runs(case).is_none()
}

/// The language of the code that an Edit or Write changed in the project, [`languages::NONE`] for
/// other text; empty for other calls and where nothing was changed.
pub fn language(case: &Case) -> &'static str {
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

/// Bytes of the result. A picture has none: the model pays for its size on the screen.
pub fn text_bytes(case: &Case) -> u64 {
    let path =
        case.event.input().file_path.as_deref().filter(|_| case.is(Tool::Read)).unwrap_or_default();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_picture =
        ["png", "jpg", "jpeg", "gif", "webp"].iter().any(|of| ending.eq_ignore_ascii_case(of));
    if is_picture { 0 } else { case.event.result_bytes() as u64 }
}

/// Options that only change how much a run prints.
const QUIETENING: [&str; 6] = ["-q", "-qq", "--quiet", "--silent", "--no-color", "--color=never"];

/// The test and build runs of a script with their words, so that the same runs behind another
/// output filter are known again. `None` if it runs none, or does more: then the runs alone do not
/// tell what the call did. `cwd` is the directory after the call.
fn selection(script: &Script, cwd: Option<&str>) -> Option<String> {
    if !only_runs(script) {
        return None;
    }
    let mut out = String::new();
    let mut runs = 0;
    for command in &script.commands {
        if command.is("cd") {
            // A `cd` that led to where the shell is now says no more than the directory does.
            let led = match command.args.as_slice() {
                [word] => word.literal().filter(|path| !path.contains("..")),
                _ => None,
            };
            let stays = led.is_some_and(|path| {
                let path = path.trim_start_matches("./").trim_end_matches('/');
                cwd.is_some_and(|cwd| {
                    cwd.strip_suffix(path)
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
                })
            });
            if !stays || command.in_subshell {
                out.push_str("cd ");
                out.push_str(&command.raw_args());
                out.push('\n');
            }
        }
        if runner::label(command).is_none() {
            continue;
        }
        // In a loop it runs again on purpose.
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
        for word in command.args.iter().filter(|word| !QUIETENING.contains(&word.text.as_str())) {
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
    fn looking_is_told_from_changing() {
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
            assert!(text_looks(text), "{text}");
            let script = shell::parse(text).unwrap();
            assert!(script.commands.iter().all(looks), "{text}");
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
            assert!(!text_looks(text), "{text}");
            let script = shell::parse(text).unwrap();
            assert!(!script.commands.iter().all(looks), "{text}");
        }
    }

    #[test]
    fn runs_are_known_behind_filters_but_not_with_other_work() {
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
