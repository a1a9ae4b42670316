//! A file viewed with `cat`, `head`, `tail` or `sed -n`.

use std::path::Path;

use crate::base::text;
use crate::project::environment;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::project_file::{is_hand_edited, is_project_file};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rewrite::view::{self, View};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Redirection, Script};

/// A shorter file is not worth a line, bytes.
const SMALL_FILE_BYTES: u64 = 1 << 10;

pub(crate) const RULE: Rule = Rule {
    id: "cat-view-file",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: None,
    summary: "a file viewed with cat, head, tail or sed -n",
    why: "Edit refuses a file that was seen only through cat or a similar program, so the agent reads it a \
          second time (anthropics/claude-code#14997).",
    lesson: Some(
        "Look at a file with Read rather than `cat`, `head` or `sed -n`: a later Edit can rely on it.",
    ),
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &["cat", "head", "tail"],
            subcommands: &[],
            signs: &[],
            check: file_viewed,
        },
        Trigger::Command {
            programs: &["sed"],
            subcommands: &[],
            signs: &["-n"],
            check: file_viewed,
        },
    ]),
    better: Some(Trigger::Call { tools: &[Tool::Read], check: |_| Ok(()) }),
    needs: &[Need::FileTools],
    repeat: Repeat::nth(2, u32::MAX, 1),
    hits: &[
        Example::bash("cat src/app.py").given(&[Given::OutputBytes(3000)]).says("cat src/app.py"),
        Example::bash("cd lib && cat -n util.js").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat 'my file.md'")
            .given(&[Given::OutputBytes(3000)])
            .says("cat 'my file.md'"),
        Example::bash("cat src/app.py 2>/dev/null").given(&[Given::OutputBytes(3000)]),
        Example::bash("/bin/cat ./README.md").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat src/app.py")
            .given(&[Given::OutputBytes(3000), Given::Agent("claude-code_2-1-112_x")]),
        Example::bash("head -n 80 src/app.py")
            .given(&[Given::OutputBytes(3000)])
            .says("head -n 80 src/app.py does not count: use Read src/app.py limit=80"),
        Example::bash("sed -n '120,180p' src/app.py")
            .given(&[Given::OutputBytes(3000)])
            .says("does not count: use Read src/app.py offset=120 limit=61"),
        Example::bash("tail -n +200 src/app.py | head -50")
            .given(&[Given::OutputBytes(3000)])
            .says("does not count: use Read src/app.py offset=200 limit=50"),
        Example::bash("head -40 docs/contributing-guide.md").given(&[Given::OutputBytes(3000)]),
        Example::bash("cd lib && tail -n 60 util.js")
            .given(&[Given::OutputBytes(3000)])
            .says("Edit needs a Read of the file, and"),
    ],
    misses: &[
        Example::bash("cd docs && head -40 CONTRIBUTING.md 2>&1")
            .given(&[Given::OutputBytes(3000)]),
        Example::bash("cat src/app.py")
            .given(&[Given::OutputBytes(3000), Given::Agent("claude-code_2-1-330_harness")]),
        Example::bash("cat src/app.py").given(&[Given::OutputBytes(3000), Given::Codex]),
        Example::bash("cat src/app.py").given(&[Given::OutputBytes(300)]),
        Example::bash("cat a.txt b.txt > c.txt").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat package.json | jq .scripts").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat > out.txt <<'EOF'\nx\nEOF").given(&[Given::OutputBytes(3000)]),
        Example::bash("git show HEAD:src/app.py | cat").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat /proc/cpuinfo").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat src/*.py").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat -A Makefile").given(&[Given::OutputBytes(3000)]),
        Example::bash("ssh web cat /etc/hosts").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat a.txt; cat b.txt").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat src/app.py")
            .given(&[Given::Failed("Exit code 1\ncat: src/app.py: No such file or directory")]),
        Example::bash("cat /tmp/run.log").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat .git/config").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat package-lock.json").given(&[Given::OutputBytes(3000)]),
        Example::bash("cat node_modules/x/index.js").given(&[Given::OutputBytes(3000)]),
        Example::bash("sudo cat src/app.py").given(&[Given::OutputBytes(3000)]),
        Example::bash("head -n 80 src/app.py").given(&[Given::OutputBytes(3000), Given::Codex]),
        Example::bash("head -n 80 src/app.py")
            .given(&[Given::OutputBytes(3000), Given::Agent("claude-code_2-1-330_harness")]),
        Example::bash("git log | head -80").given(&[Given::OutputBytes(3000)]),
        Example::bash("head -c 2000 src/app.py").given(&[Given::OutputBytes(2000)]),
        Example::bash("cat a.py").given(&[
            Given::Cwd("/repo"),
            Given::OutputBytes(3000),
            Given::ReadPart("/repo/a.py", 1, 50),
        ]),
        Example::bash("head -5 a.py b.py").given(&[Given::OutputBytes(3000)]),
        Example::bash("tail -n 50 server.log").given(&[Given::OutputBytes(3000)]),
        Example::bash("tail -f src/app.py").given(&[Given::OutputBytes(3000)]),
        Example::bash("sed -n 's/^version=//p' setup.cfg").given(&[Given::OutputBytes(3000)]),
        Example::bash("sed -n '/def foo/,/def bar/p' src/app.py")
            .given(&[Given::OutputBytes(3000)]),
        Example::bash("sed -n '1,80p' src/app.py | grep def").given(&[Given::OutputBytes(3000)]),
        Example::bash("sed -n '1,80p' \"$f\"").given(&[Given::OutputBytes(3000)]),
        Example::bash("head -80 src/app.py > part.py").given(&[Given::OutputBytes(3000)]),
        Example::bash("head -3 data.csv").given(&[Given::OutputBytes(300)]),
    ],
    since: "0.1.0",
};

fn file_viewed(case: &Case, command: &Command) -> Check<Finding> {
    if command.reads_pipe {
        return Err(Miss::No);
    }
    if !case.environment.client.has_file_tools() {
        return Err(Miss::Near("this client has no Read tool"));
    }
    if !case.environment.client.edit_needs_read() {
        return Err(Miss::Near("this client edits files that it has not read"));
    }
    let script = case.script().ok_or(Miss::No)?;
    let stages = stages_from(script, command).ok_or(Miss::No)?;
    let has_cd = script.commands.first().is_some_and(|first| first.is("cd"));
    let is_alone = script.commands.len() == stages.len() + usize::from(has_cd);
    let is_shown = stages.last().is_some_and(|last| last.shows_output());
    if !is_alone || !is_shown || command.depth > 0 {
        return Err(Miss::Near("it is part of something larger"));
    }
    if stages.iter().any(|stage| stage.redirections.iter().any(Redirection::gives_stdin)) {
        return Err(Miss::No);
    }
    let view = view::read(&stages).map_err(Miss::Near)?;
    let path = view.path.literal().ok_or(Miss::Near("its operand is not literal"))?;
    if !is_project_file(case, path) || !is_hand_edited(path) || !command.wrappers.is_empty() {
        return Err(Miss::Near("nobody edits such a file"));
    }
    if command.is("head") && is_about_project(path) {
        return Err(Miss::Near("such a file is looked at, not edited"));
    }
    // An output of 0 bytes says nothing about the file's size: the client may have left it out.
    if (1..SMALL_FILE_BYTES).contains(&case.event.shell().bytes()) {
        return Err(Miss::Near("the file is small"));
    }
    // The client counts what it read or wrote itself.
    let is_counted = |path: &Path| {
        let counts = |tool: &str| matches!(tool, "Read" | "Edit" | "MultiEdit" | "Write");
        case.calls_on(&path.to_string_lossy()).any(|call| call.ok && counts(&call.tool))
    };
    let folder = case.folder_of(command);
    if folder.is_some_and(|folder| is_counted(&environment::normal(&folder.join(path)))) {
        return Err(Miss::Near("the file was read or written before"));
    }
    Ok(Finding::new(advice(command, &stages, &view, path)))
}

/// Whether a file is about the project as a whole: the head of it is read to learn its rules.
fn is_about_project(path: &str) -> bool {
    const STEMS: [&str; 5] = ["contributing", "readme", "license", "licence", "changelog"];
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    STEMS.contains(&name.split('.').next().unwrap_or_default())
}

/// The commands of the pipeline that `command` begins.
fn stages_from<'s>(script: &'s Script, command: &'s Command) -> Option<Vec<&'s Command>> {
    match command.stage {
        None => Some(vec![command]),
        Some(stage) if stage.index == 0 => script.stages(stage.pipeline),
        Some(_) => None,
    }
}

fn advice(command: &Command, stages: &[&Command], view: &View, path: &str) -> Advice {
    let path = text::clean(path);
    // A path cut short would not name the file.
    let is_long = path.chars().count() > text::MAX_QUOTED_CHARS;
    let path = if is_long { text::file_name(&path) } else { path };
    let commands: Vec<String> =
        stages.iter().map(|stage| format!("{} {}", stage.program, stage.raw_args())).collect();
    let pipeline = commands.join(" | ");
    let label = if pipeline.chars().count() <= text::MAX_QUOTED_CHARS {
        text::clean(&pipeline)
    } else {
        format!("{} of {path}", command.program)
    };
    Advice::plain(match view.range() {
        Some(range) => {
            format!(
                "Edit needs a Read of the file, and {label} does not count: use Read {path}{range}"
            )
        }
        None => {
            format!("Edit needs a Read of the file, and {label} does not count: use Read instead")
        }
    })
}
