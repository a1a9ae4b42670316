//! A tool of a Python project taken from PATH, where the project's environment has its own.

pub mod examples;

use std::path::{Path, PathBuf};

use crate::project::python::keeper::Kept;
use crate::project::python::requirements;
use crate::project::python::requirements::List;
use crate::project::python::venv::{Active, VirtualEnv};
use crate::rules::advice::Advice;
use crate::rules::book::support::not_found;
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::words::quote;
use crate::shell::{Command, Joined};

/// Tools whose answer depends on the environment that they run in, by the program's name.
const TOOLS: [&str; 17] = [
    "pytest",
    "py.test",
    "mypy",
    "ruff",
    "pyright",
    "basedpyright",
    "ty",
    "black",
    "isort",
    "flake8",
    "pylint",
    "coverage",
    "alembic",
    "flask",
    "uvicorn",
    "gunicorn",
    "celery",
];

pub(crate) const RULE: Rule = Rule {
    id: "uv-run-python",
    severity: Severity::Hint,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: Some(Analyzer::Router),
    summary: "pytest from PATH in a project of uv",
    why: "A tool from PATH sees other packages than the lock file names, in other versions: its import errors mislead, \
          and its success proves little. In one project's log 550 of 1,372 commands began with uv.",
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &TOOLS,
            subcommands: &[],
            signs: &[],
            check: |case, command| legacy::on_command(case, command, when, ADVICE, KEY),
        },
        Trigger::Command {
            programs: &["python", "python3"],
            subcommands: &[],
            signs: &["-m "],
            check: |case, command| legacy::on_command(case, command, when, ADVICE, KEY),
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["uv", "poetry", "pdm", "pipenv"],
        subcommands: &["run"],
        signs: &[],
        check: |case, command| legacy::good_command(case, command, |_, _| Verdict::Fires),
    }),
    needs: &[],
    // The habit is told of once; where a module is missing for it, module-not-found tells.
    repeat: Repeat::nth(1, 1000, 1),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

/// How the tool came from elsewhere.
enum How {
    /// The project's environment has one, and PATH another.
    Ran(VirtualEnv),
    /// There is none on PATH, and the project names it.
    Absent(List),
}

/// A tool of the project that was not started in its environment.
struct Bare<'c> {
    tool: &'c str,
    kept: Kept,
    folder: PathBuf,
    how: How,
}

impl<'c> Bare<'c> {
    /// # Errors
    /// The verdict where it is none, or where it is not certain.
    fn of(case: &Case, command: &'c Command) -> Result<Self, Verdict> {
        let tool = tool_of(command).ok_or(Verdict::No)?;
        let asks = |text: &str| matches!(text, "--version" | "-V" | "--help" | "-h" | "help");
        if command.args.iter().any(|word| asks(&word.text)) {
            return Err(Verdict::No);
        }
        if command.in_function {
            return Err(Verdict::Near("it stands in a function that may run elsewhere"));
        }
        if may_not_have_run(case, command) {
            return Err(Verdict::Near("it may not have run"));
        }
        let folder = case
            .folder_of(command)
            .ok_or(Verdict::Near("the folder in which it ran is not known"))?;
        let kept = Kept::around(case, &folder)?;
        if kept.told_by != kept.keeper.lock {
            return Err(Verdict::Near("no lock file names its version"));
        }
        match Active::of(case, command, &folder, &kept.root) {
            Active::None => {}
            Active::Own => return Err(Verdict::Near("it ran in the project's environment")),
            Active::Other => {
                return Err(Verdict::Near(
                    "it ran in another environment, or one that is not known",
                ));
            }
        }
        let is_used = kept.keeper.name != "poetry" || !is_told_apart(case, &kept.root);
        let own = VirtualEnv::of(&kept.root).filter(|own| own.name == ".venv" && is_used);
        let how = match (case.environment.located(&command.program), own) {
            (Some(_), None) => {
                return Err(Verdict::Near("the project has no environment of its own"));
            }
            (Some(path), Some(own)) => {
                if not_found::is_missing(case, &command.program) {
                    return Err(Verdict::Near("the shell's PATH is another than the hook's"));
                }
                if own.holds(&path) {
                    return Err(Verdict::Near("PATH leads to the project's own"));
                }
                if path.parent().is_some_and(|folder| folder.ends_with("shims")) {
                    return Err(Verdict::Near("a shim on PATH decides which one runs"));
                }
                if !own.has_program(tool) {
                    return Err(Verdict::Near("the project's environment has none"));
                }
                How::Ran(own)
            }
            (None, own) => {
                if command.program != tool {
                    return Err(Verdict::Near("Python itself is not on PATH"));
                }
                if !not_found::is_missing(case, tool) {
                    return Err(Verdict::Near(
                        "it is not on the hook's PATH, so the shell has another",
                    ));
                }
                if own.is_some_and(|own| own.has_program(tool)) {
                    return Err(Verdict::Near("command-not-found tells where it is"));
                }
                if kept.keeper.name != "uv" || !case.environment.on_path("uv") {
                    return Err(Verdict::Near("no tool that is there would bring it"));
                }
                let list = requirements::lists(case, &kept.package, Some("uv"), tool);
                How::Absent(list.ok_or(Verdict::Near("the project does not name it"))?)
            }
        };
        Ok(Self { tool, kept, folder, how })
    }

    fn advice(&self, case: &Case, command: &Command) -> Option<Advice> {
        let (tool, name) = (self.tool, self.kept.keeper.name);
        let cwd = case.environment.cwd()?;
        let there = |rewrite: String| {
            if self.folder == cwd {
                return rewrite;
            }
            format!("cd {} && {rewrite}", quote(&from_folder(&self.folder, cwd)))
        };
        match &self.how {
            How::Absent(list) => {
                let fact = format!("{tool} is not on PATH, but in {}", list.file());
                let options = options(list)?;
                let plain = format!("{fact}: uv run{options} brings it");
                match own_text(command) {
                    Some(text) => {
                        legacy::better(fact, there(format!("uv run{options} {text}")), plain)
                    }
                    None => legacy::plain(plain),
                }
            }
            How::Ran(own) => {
                let fact = format!(
                    "{tool} ran from PATH, and {} of this {name} project has its own",
                    own.name
                );
                let runs = case.environment.on_path(name);
                let by = if runs { format!("{name} run") } else { format!("{}/bin", own.name) };
                let plain = format!("{fact}: the one of the project runs by {by}");
                let Some(text) = own_text(command) else { return legacy::plain(plain) };
                let rewrite = if runs {
                    format!("{name} run {text}")
                } else {
                    format!("{}/{text}", from_folder(&own.folder.join("bin"), &self.folder))
                };
                legacy::better(fact, there(rewrite), plain)
            }
        }
    }
}

/// The options with which `uv run` installs a list; `None` for a name that is no plain one.
pub(crate) fn options(list: &List) -> Option<String> {
    let is_plain = |name: &str| {
        (1..=30).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    match list {
        _ if list.is_default() => Some(String::new()),
        List::Extra(name) => is_plain(name).then(|| format!(" --extra {name}")),
        List::Group { name, .. } => is_plain(name).then(|| format!(" --group {name}")),
        _ => None,
    }
}

/// The command alone as it was written, where it is nothing more than that.
pub(crate) fn own_text(command: &Command) -> Option<String> {
    let is_plain = command.wrappers.is_empty()
        && command.assignments.is_empty()
        && command.redirections.is_empty()
        && !(command.reads_pipe
            || command.writes_pipe
            || command.background
            || command.in_substitution)
        && !command.args.iter().any(|word| word.expands);
    let args = command.raw_args();
    is_plain.then(|| {
        if args.is_empty() {
            command.spelled.clone()
        } else {
            format!("{} {args}", command.spelled)
        }
    })
}

/// Whether something before the command, or around it, may have kept it from running.
fn may_not_have_run(case: &Case, command: &Command) -> bool {
    let is_inside = command.depth > 0 && !command.in_subshell && !command.is_under("bash");
    let prepares =
        |other: &Command| matches!(other.program.as_str(), "cd" | "export" | "" | "echo" | "set");
    let mut before = case.commands().take_while(|other| other.id != command.id);
    let is_after = match command.joined {
        Joined::Or => true,
        Joined::And => !case.event.succeeded() && !before.all(prepares),
        _ => false,
    };
    is_inside || is_after
}

/// Whether Poetry is told to keep its environments elsewhere: then it leaves a `.venv` alone.
fn is_told_apart(case: &Case, root: &Path) -> bool {
    let text = case.environment.read_text(&root.join("poetry.toml")).unwrap_or_default();
    text.lines().any(|line| line.replace(' ', "") == "in-project=false")
}

/// The tool that a command starts, itself or by `python -m`.
fn tool_of(command: &Command) -> Option<&str> {
    if !crate::project::python::venv::is_python(&command.program) {
        return Some(&command.program);
    }
    let mut words = command.args.iter();
    let first = words.next().filter(|word| word.is("-m"));
    let module = first.and_then(|_| words.next())?.literal()?;
    TOOLS.contains(&module).then_some(module)
}

fn when(case: &Case, command: &Command) -> Verdict {
    Bare::of(case, command).map_or_else(|verdict| verdict, |_| Verdict::Fires)
}

fn advise(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    Bare::of(case, command).ok()?.advice(case, command)
}
