//! A file of the project written through the shell.

mod examples;
mod later_use;
mod output;

use std::path::{Path, PathBuf};

use self::later_use::is_used_later;
use self::output::{Output, cat_into};
use crate::base::text;
use crate::project::environment::normal;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Joined, Script};
use crate::store::history::CallLine;

pub(crate) const THRESHOLDS: &[Threshold] = &[LINES, BYTES];

const LINES: Threshold = Threshold {
    rule: "shell-write-file",
    name: "lines",
    what: "lines of the text",
    default: 3,
    least: 2,
    most: 1_000,
    because: "for a shorter text the shell does as well",
};

const BYTES: Threshold = Threshold {
    rule: "shell-write-file",
    name: "bytes",
    what: "bytes of a text of fewer lines",
    default: 200,
    least: 50,
    most: 1_000_000,
    because: "200 bytes are 50 tokens: for less, a call of Write gains nothing",
};

/// The same for lines added to a file, where an Edit must quote the end of the file first.
const MIN_APPENDED_LINES: usize = 8;

/// Endings of files that people write.
const ENDINGS: [&str; 78] = [
    "rs", "go", "py", "pyi", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte",
    "astro", "java", "kt", "kts", "scala", "groovy", "gradle", "clj", "cljs", "c", "h", "cc",
    "cpp", "cxx", "hpp", "hh", "m", "mm", "cs", "fs", "swift", "rb", "erb", "php", "pl", "pm",
    "lua", "r", "jl", "dart", "ex", "exs", "erl", "hs", "ml", "mli", "elm", "zig", "nim", "sol",
    "sh", "bash", "zsh", "fish", "ps1", "sql", "html", "htm", "css", "scss", "sass", "less", "md",
    "mdx", "rst", "adoc", "tex", "toml", "yaml", "yml", "json", "proto", "graphql", "tf",
];

/// Names of files without an ending that people write.
const NAMES: [&str; 8] = [
    "Dockerfile",
    "Containerfile",
    "Makefile",
    "Justfile",
    "justfile",
    "Jenkinsfile",
    "Gemfile",
    "Rakefile",
];

pub(crate) const RULE: Rule = Rule {
    id: "shell-write-file",
    severity: Severity::Hint,
    harm: Harm::Style,
    events: Events::Success,
    analyzer: None,
    summary: "a source file written by heredoc or printf",
    why: "Checkpoints and hooks of Edit and Write miss what the shell writes, and an unquoted \
          heredoc expands $ and backticks silently (anthropics/claude-code#15326, #18158).",
    lesson: Some(
        "Write source files with Write or Edit: an unquoted heredoc expands `$` and backticks silently.",
    ),
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &["cat", "tee"],
            subcommands: &[],
            signs: &["<<"],
            check: file_written,
        },
        // This leaves out a long text on one line: too many commands contain a `>` to parse them
        // all for it.
        Trigger::Command {
            programs: &["echo", "printf"],
            subcommands: &[],
            signs: &["\n", "\\n"],
            check: file_written,
        },
    ]),
    better: Some(Trigger::Call { tools: &[Tool::Write], check: |_| Ok(()) }),
    needs: &[Need::FileTools],
    repeat: Repeat::nth(1, 6, 2),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn file_written(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    let cat = cat_into(script, command);
    let Output { target, appends, lines, bytes } = Output::of(command, cat)?;
    let is_long =
        if appends { lines >= MIN_APPENDED_LINES } else { case.reaches(&LINES, lines as u64) };
    if !is_long && !case.reaches(&BYTES, bytes as u64) {
        return Err(Miss::Near("the text is short"));
    }
    let path = target.literal().ok_or(Miss::Near("the file is not literal"))?;
    if !is_written_by_people(path) {
        return Err(Miss::Near("the file is neither source nor document"));
    }
    if !case.environment.client.has_file_tools() {
        return Err(Miss::Near("this client has no Write tool"));
    }
    let is_separate = command.depth <= u8::from(!command.wrappers.is_empty())
        && command.wrappers.iter().all(|wrapper| matches!(*wrapper, "bash" | "sh"))
        && (command.stage.is_none() || cat.is_some())
        && !command.background
        && !case.in_background()
        && !command.is_condition
        && command.joined != Joined::Or;
    if !is_separate {
        return Err(Miss::Near("it is part of something larger"));
    }
    let absolute =
        absolute(case, script, command, path).ok_or(Miss::Near("the folder is not known"))?;
    if !is_of_project(case, &absolute) {
        return Err(Miss::Near("the file is not part of the project"));
    }
    if is_used_later(script, command, path) {
        return Err(Miss::Near("the same script uses the file"));
    }
    let has_failed =
        |call: &CallLine| !call.ok && matches!(call.tool.as_ref(), "Write" | "Edit" | "MultiEdit");
    if case.calls_on(&absolute.to_string_lossy()).any(has_failed) {
        return Err(Miss::Near("a Write or Edit of the file has failed"));
    }
    let label = label(case, &absolute);
    Ok(Finding::new(Advice::plain(if appends {
        format!(
            "the shell appended to {label}: use Edit, as checkpoints and edit hooks do not see what the shell writes"
        )
    } else {
        format!(
            "the shell wrote {label}: use Write, as checkpoints and edit hooks do not see what the shell writes"
        )
    })))
}

/// Whether people write files of this name.
fn is_written_by_people(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let name = path.rsplit('/').next().unwrap_or(path);
    ENDINGS.contains(&ending.to_ascii_lowercase().as_str()) || NAMES.contains(&name)
}

/// The absolute form of `path` in `command`; `None` where the command's folder is not certain.
///
/// The client sends the folder after the whole call. It is the command's own folder where the call
/// has no `cd`, or one in front of the command in which the shell stayed.
fn absolute(case: &Case, script: &Script, command: &Command, path: &str) -> Option<PathBuf> {
    if path.starts_with(['/', '~']) {
        return case.environment.absolute(path);
    }
    let moves = |other: &&Command| matches!(other.program.as_str(), "cd" | "pushd" | "popd");
    let moves: Vec<&Command> = script.commands.iter().filter(moves).collect();
    match moves.as_slice() {
        [] => case.environment.absolute(path),
        [cd] if cd.id < command.id && cd.is("cd") && !cd.in_subshell && cd.depth == 0 => {
            let target = cd.args.first()?.literal()?;
            let folder = if target.starts_with(['/', '~']) {
                case.environment.absolute(target)?
            } else {
                case.environment.cwd()?.to_owned()
            };
            Some(normal(&folder.join(path)))
        }
        _ => None,
    }
}

/// Whether the file is in the project and there to stay.
fn is_of_project(case: &Case, path: &Path) -> bool {
    let root = case.environment.work_tree().or(case.environment.cwd());
    let Some(below) = root.and_then(|root| path.strip_prefix(root).ok()) else { return false };
    let is_scratch = below.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        matches!(part.as_ref(), ".git" | "temp" | ".tmp")
            || part.starts_with("tmp")
            || part.contains("scratch")
    });
    !case.environment.is_aside(path) && !is_scratch
}

/// The path from the project's root for a sentence, or the name alone where the path is long.
fn label(case: &Case, path: &Path) -> String {
    let root = case.environment.work_tree().or(case.environment.cwd());
    let below =
        root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path).to_string_lossy();
    if below.chars().count() <= text::MAX_QUOTED_CHARS {
        text::excerpt(&below)
    } else {
        text::file_name(&below)
    }
}
