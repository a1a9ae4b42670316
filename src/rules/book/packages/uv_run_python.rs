//! A tool of a Python project taken from PATH, where the project's environment has its own.

mod examples;

use crate::project::programs::{self, Trait};
use std::path::{Path, PathBuf};

use super::support::active::Active;
use super::support::{launch, place};
use crate::project::python::is_python;
use crate::project::python::managed_project::ManagedProject;
use crate::project::python::requirements::{List, list_with};
use crate::project::python::virtual_env::VirtualEnv;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::not_found;
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::words::quote;
use crate::shell::{Command, Joined};

/// Programs that a Python project keeps in its own environment.
const TOOLS: [&str; programs::count(Trait::IsPythonTool)] = programs::all(Trait::IsPythonTool);

pub(crate) const RULE: Rule = Rule {
    id: "uv-run-python",
    severity: Severity::Hint,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: Some(Analyzer::Router),
    summary: "pytest from PATH in a uv project",
    why: "A tool from PATH sees other packages and versions than the lock file names: its import errors mislead, \
          and its success proves little. In one project's log 550 of 1,372 commands began with uv.",
    lesson: Some(
        "Run Python tools with `uv run`: those on PATH see other packages than the lock file names.",
    ),
    trigger: Trigger::Any(&[
        Trigger::Command { programs: &TOOLS, subcommands: &[], signs: &[], check: bare_tool },
        Trigger::Command {
            programs: &["python", "python3"],
            subcommands: &[],
            signs: &["-m "],
            check: bare_tool,
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["uv", "poetry", "pdm", "pipenv"],
        subcommands: &["run"],
        signs: &[],
        check: |_, _| Ok(()),
    }),
    needs: &[],
    // Once for the habit; where a module is missing because of it, module-not-found speaks.
    repeat: Repeat::nth(1, 1000, 1),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn bare_tool(case: &Case, command: &Command) -> Check<Finding> {
    let bare = Bare::of(case, command)?;
    Ok(Finding::new(bare.advice(case)?))
}

/// A tool of the project that was not started in its environment.
struct Bare<'c> {
    command: &'c Command,
    tool: &'c str,
    project: ManagedProject,
    /// The folder in which it ran.
    folder: PathBuf,
    source: Source,
}

/// Where the project has the tool.
enum Source {
    /// Its environment has one, and PATH another.
    Environment(VirtualEnv),
    /// This list names it, and PATH has none.
    List(List),
}

impl<'c> Bare<'c> {
    fn of(case: &Case, command: &'c Command) -> Check<Self> {
        let tool = tool_of(command).ok_or(Miss::No)?;
        let asks = |text: &str| matches!(text, "--version" | "-V" | "--help" | "-h" | "help");
        if command.args.iter().any(|word| asks(&word.text)) {
            return Err(Miss::No);
        }
        place::outside_function(command)?;
        if may_not_have_run(case, command) {
            return Err(Miss::Near("it may not have run"));
        }
        let folder = place::folder_of(case, command)?;
        let project = ManagedProject::around(&case.environment, &folder)?;
        if project.evidence != project.manager.lock {
            return Err(Miss::Near("no lock file names its version"));
        }
        match Active::of(case, command, &folder, &project.root) {
            Active::None => {}
            Active::Own => return Err(Miss::Near("it ran in the project's environment")),
            Active::Other => {
                return Err(Miss::Near("it ran in another environment, or one that is not known"));
            }
        }
        let source = Source::of(case, command, tool, &project)?;
        Ok(Self { command, tool, project, folder, source })
    }

    fn advice(&self, case: &Case) -> Check<Advice> {
        let (tool, manager) = (self.tool, self.project.manager.name);
        let text = launch::plain_text(self.command);
        let (fact, plain, rewrite) = match &self.source {
            Source::List(list) => {
                let fact = format!("{tool} is not on PATH, but in {}", list.file());
                let options = launch::uv_options(list).ok_or(Miss::NoBetterForm)?;
                let plain = format!("{fact}: run it with uv run{options}");
                (fact, plain, text.map(|text| format!("uv run{options} {text}")))
            }
            Source::Environment(own) => {
                let fact = format!(
                    "{tool} ran from PATH, but {} of this {manager} project has another {tool}",
                    own.name
                );
                let runs = case.environment.on_path(manager);
                let by = if runs { format!("{manager} run") } else { format!("{}/bin", own.name) };
                let plain = format!("{fact}: run that one with {by}");
                let rewrite = text.map(|text| {
                    if runs {
                        return format!("{manager} run {text}");
                    }
                    // Its first word is the program, as it was written.
                    let (program, args) = text.split_once(' ').unwrap_or((&text, ""));
                    let path = own.folder.join("bin").join(program);
                    let path = quote(&from_folder(&path, &self.folder));
                    format!("{path} {args}").trim_end().to_owned()
                });
                (fact, plain, rewrite)
            }
        };
        Ok(match rewrite {
            Some(rewrite) => {
                Advice::better(fact, place::from_cwd(case, &self.folder, rewrite), plain)
            }
            None => Advice::plain(plain),
        })
    }
}

impl Source {
    fn of(case: &Case, command: &Command, tool: &str, project: &ManagedProject) -> Check<Self> {
        let is_used = project.manager.name != "poetry" || !is_kept_elsewhere(case, &project.root);
        let own = VirtualEnv::of(&project.root).filter(|own| own.name == ".venv" && is_used);
        match case.environment.located(&command.program) {
            Some(path) => Self::of_tool_on_path(case, command, tool, &path, own),
            None => Self::of_missing_tool(case, command, tool, project, own),
        }
    }

    /// The tool was found on PATH.
    fn of_tool_on_path(
        case: &Case,
        command: &Command,
        tool: &str,
        path: &Path,
        own: Option<VirtualEnv>,
    ) -> Check<Self> {
        let own = own.ok_or(Miss::Near("the project has no environment of its own"))?;
        if not_found::is_missing(case, &command.program) {
            return Err(Miss::Near("the shell's PATH differs from the hook's"));
        }
        if own.holds(path) {
            return Err(Miss::Near("PATH finds the project's own"));
        }
        if path.parent().is_some_and(|folder| folder.ends_with("shims")) {
            return Err(Miss::Near("a shim on PATH decides which one runs"));
        }
        if !own.has_program(tool) {
            return Err(Miss::Near("the project's environment has none"));
        }
        Ok(Self::Environment(own))
    }

    /// The tool is not on PATH.
    fn of_missing_tool(
        case: &Case,
        command: &Command,
        tool: &str,
        project: &ManagedProject,
        own: Option<VirtualEnv>,
    ) -> Check<Self> {
        if command.program != tool {
            return Err(Miss::Near("Python itself is not on PATH"));
        }
        if !not_found::is_missing(case, tool) {
            return Err(Miss::Near("it is not on the hook's PATH, so the shell has another"));
        }
        if own.is_some_and(|own| own.has_program(tool)) {
            return Err(Miss::Near("command-not-found says where it is"));
        }
        if project.manager.name != "uv" || !case.environment.on_path("uv") {
            return Err(Miss::Near("no tool that is there would bring it"));
        }
        let list = list_with(&case.environment, &project.package, Some("uv"), tool);
        list.map(Self::List).ok_or(Miss::Near("the project does not name it"))
    }
}

/// Whether something before the command or around it may have prevented it from running.
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

/// Whether Poetry keeps the project's environment elsewhere: then it ignores a `.venv`.
fn is_kept_elsewhere(case: &Case, root: &Path) -> bool {
    let text = case.environment.read_text(&root.join("poetry.toml")).unwrap_or_default();
    text.lines().any(|line| line.replace(' ', "") == "in-project=false")
}

/// The tool that a command starts, directly or by `python -m`.
fn tool_of(command: &Command) -> Option<&str> {
    if !is_python(&command.program) {
        return Some(&command.program);
    }
    let mut words = command.args.iter();
    let first = words.next().filter(|word| word.is("-m"));
    let module = first.and_then(|_| words.next())?.literal()?;
    programs::is(module, Trait::IsPythonTool).then_some(module)
}
