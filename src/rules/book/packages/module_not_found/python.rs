//! A module of Python that the interpreter which ran does not see.

use std::path::{Path, PathBuf};

use crate::base::read;
use crate::project::environment::project_folders;
use crate::project::python::keeper::{Keeper, Kept};
use crate::project::python::requirements;
use crate::project::python::requirements::List;
use crate::project::python::venv::{Active, VirtualEnv, is_python};
use crate::rules::advice::Advice;
use crate::rules::book::packages::uv_run_python::{options, own_text};
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::rules::legacy::{self, Verdict};
use crate::shell::Command;
use crate::shell::words::quote;

/// Programs that load the project's modules, beside the interpreters.
const PROGRAMS: [&str; 13] = [
    "pytest",
    "py.test",
    "mypy",
    "pylint",
    "coverage",
    "alembic",
    "flask",
    "uvicorn",
    "gunicorn",
    "celery",
    "fastapi",
    "streamlit",
    "sphinx-build",
];

/// Tools that start a program in the project's environment with `run`.
const LAUNCHERS: [&str; 4] = ["uv", "poetry", "pdm", "pipenv"];

/// The module that a run could not find for which it ended: the last that is named, unless another
/// exception came after it, as it does where a module is tried and done without.
pub(super) fn ended_for(error: &str) -> Option<&str> {
    let is_exception = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        let last = name.rsplit('.').next().unwrap_or_default();
        (last.ends_with("Error") || last.ends_with("Exception"))
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
    };
    // What comes behind these words ended the run.
    let chained = ["another exception occurred:", "direct cause of the following exception:"];
    let error =
        chained.iter().fold(error, |error, words| error.rsplit(words).next().unwrap_or(error));
    let module = error.lines().filter_map(named).next_back()?;
    match error.lines().rfind(is_exception) {
        Some(last) if named(last).is_none() => None,
        _ => Some(module),
    }
}

/// The module that a line of Python says it cannot find: the top one, since below it the package
/// itself is there.
fn named(line: &str) -> Option<&str> {
    let line = line.trim();
    // pytest marks the lines of an error.
    let line = line.strip_prefix("E ").map_or(line, str::trim_start);
    let name = match line.strip_prefix("ModuleNotFoundError: No module named '") {
        Some(rest) => rest.strip_suffix('\'')?,
        // `/usr/bin/python3: No module named pytest`
        None => {
            let (program, rest) = line.split_once(": ")?;
            name_of_python(program)?;
            match rest.strip_prefix("No module named ") {
                Some(name) => name,
                None => {
                    let rest =
                        rest.strip_prefix("Error while finding module specification for '")?;
                    rest.split_once("' (ModuleNotFoundError: No module named '")?
                        .1
                        .strip_suffix("')")?
                }
            }
        }
    };
    let is_name = (1..=40).contains(&name.len())
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

fn name_of_python(program: &str) -> Option<()> {
    let name = program.rsplit('/').next()?;
    (is_python(name) && !program.contains(' ')).then_some(())
}

/// The command that did not find the module, with its place.
struct Run<'c> {
    command: &'c Command,
    folder: PathBuf,
    /// The nearest folder above with the files of a Python project.
    root: PathBuf,
    keeper: Option<Keeper>,
    environment: Option<VirtualEnv>,
    active: Active,
    /// It was started by the project's tool with `run`.
    is_launched: bool,
}

/// # Errors
/// The verdict where nothing true can be said.
pub(super) fn advice(case: &Case, module: &str) -> Result<Advice, Verdict> {
    let run = Run::of(case)?;
    let list = requirements::lists(case, &run.root, run.keeper.map(|keeper| keeper.name), module);
    let own = run.own(module, list.is_none());
    let advice = match (list, own) {
        (Some(_), Some(_)) => {
            return Err(Verdict::Near("the project has a folder and a package of this name"));
        }
        (None, None) => return Err(Verdict::Near("the project does not name it")),
        (None, Some(folder)) => run.misplaced(case, module, &folder),
        (Some(list), None) => run.uninstalled(case, module, &list)?,
    };
    advice.ok_or(Verdict::Near("no better form is known for this command"))
}

impl<'c> Run<'c> {
    fn of(case: &'c Case) -> Result<Self, Verdict> {
        let is_run = |command: &&Command| {
            let name = command.program.as_str();
            is_python(name) || PROGRAMS.contains(&name) || is_launch(command)
        };
        let mut runs = case.commands().filter(is_run);
        let none = Verdict::Near("what did not find it is not started by this call itself");
        let command = runs.next().ok_or(none)?;
        if runs.next().is_some() {
            return Err(Verdict::Near("more than one command may not have found it"));
        }
        if command.in_function {
            return Err(Verdict::Near("it stands in a function that may run elsewhere"));
        }
        let folder = case
            .folder_of(command)
            .ok_or(Verdict::Near("the folder in which it ran is not known"))?;
        let kept = Kept::around(case, &folder).ok().filter(|kept| kept.told_by == kept.keeper.lock);
        let marks = ["pyproject.toml", "requirements.txt", "setup.py"];
        let is_root = |folder: &&Path| marks.iter().any(|name| folder.join(name).is_file());
        let root = match &kept {
            Some(kept) => Some(kept.package.clone()),
            None => project_folders(&folder).find(is_root).map(Path::to_owned),
        };
        let root = root.ok_or(Verdict::Near("it is no project of Python"))?;
        // Members of a workspace share the environment of its root.
        let home = kept.as_ref().map_or(&root, |kept| &kept.root);
        let active = Active::of(case, command, &folder, home);
        if active == Active::Other {
            return Err(Verdict::Near("it ran in another environment, or one that is not known"));
        }
        let environment = VirtualEnv::of(home);
        let is_launched = is_launch(command);
        if is_launched && kept.as_ref().is_none_or(|kept| kept.keeper.name != command.program) {
            return Err(Verdict::Near("it was started by another tool than the project's"));
        }
        let keeper = kept.map(|kept| kept.keeper);
        Ok(Self { command, folder, root, keeper, environment, active, is_launched })
    }

    /// The folder that holds a package or module of the project by this name, which the command did
    /// not look into. A package without an `__init__.py` counts where the name is `free`, no
    /// package's that the project lists.
    fn own(&self, module: &str, free: bool) -> Option<PathBuf> {
        let has_modules = |folder: &Path| {
            let entries =
                std::fs::read_dir(folder).into_iter().flatten().take(read::MAX_ENTRIES).flatten();
            entries
                .into_iter()
                .any(|entry| entry.path().extension().is_some_and(|ending| ending == "py"))
        };
        let holds = |folder: &PathBuf| {
            let package = folder.join(module);
            let is_package = package.join("__init__.py").is_file() || free && has_modules(&package);
            is_package || folder.join(format!("{module}.py")).is_file()
        };
        [self.folder.clone(), self.root.clone(), self.root.join("src")].into_iter().find(holds)
    }

    /// A module of the project itself lies where the interpreter does not look.
    fn misplaced(&self, case: &Case, module: &str, holder: &Path) -> Option<Advice> {
        let command = self.command;
        // A conftest.py has its folder searched. A path that is set already would be lost.
        let is_set = command.assigned("PYTHONPATH").is_some()
            || case.environment.variable("PYTHONPATH").is_some();
        if is_set || holder.join("conftest.py").is_file() || self.sets_path(case) {
            return None;
        }
        // Python looks into the script's folder, and with -m and -c into the working directory.
        let looks_into = match command.args.first() {
            _ if self.is_launched => {
                command.args.get(1).filter(|word| word.is("pytest")).map(|_| None)?
            }
            _ if !is_python(&command.program) => None,
            Some(word) if word.is("-m") || word.is("-c") => Some(self.folder.clone()),
            Some(word) if !word.text.starts_with('-') => {
                Some(self.folder.join(word.literal()?).parent()?.to_owned())
            }
            _ => return None,
        };
        let same = |path: &Path| {
            looks_into
                .as_deref()
                .is_some_and(|looked| crate::project::environment::normal(looked) == *path)
        };
        if same(holder) {
            return None;
        }
        let path = from_folder(holder, &self.folder);
        let fact = format!(
            "{module} is a module of the project, in a folder that this Python does not search"
        );
        let plain = format!("{fact}; PYTHONPATH can name it");
        let text = own_text(command)?;
        // uv installs the project itself, in the place where it lies.
        let by_uv =
            self.keeper.is_some_and(|keeper| keeper.name == "uv" && case.environment.on_path("uv"))
                && !self.is_launched
                && self.active == Active::None
                && holder.ends_with("src")
                && requirements::is_installed_itself(case, &self.root);
        let rewrite = if by_uv {
            format!("uv run {text}")
        } else {
            format!("PYTHONPATH={} {text}", quote(&path))
        };
        let rewrite = self.there(case, rewrite)?;
        legacy::better(fact, rewrite, plain)
    }

    /// Whether the settings of pytest say where modules are looked for.
    fn sets_path(&self, case: &Case) -> bool {
        ["pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg"].iter().any(|name| {
            let text = case.environment.read_text(&self.root.join(name)).unwrap_or_default();
            text.lines().any(|line| line.starts_with("pythonpath"))
        })
    }

    /// A package that the project names is not installed where the command ran.
    fn uninstalled(
        &self,
        case: &Case,
        module: &str,
        list: &List,
    ) -> Result<Option<Advice>, Verdict> {
        let fact = format!("{module} is in {}", list.file());
        let keeper =
            self.keeper.map(|keeper| keeper.name).filter(|name| case.environment.on_path(name));
        let is_uv = keeper == Some("uv");
        // `uv run python3.11` takes any of that version, the project's or not.
        let is_versioned = is_python(&self.command.program) && self.command.program.contains('.');
        let text = own_text(self.command).filter(|_| !is_versioned);
        if self.is_launched {
            let asks = |word: &str| {
                matches!(
                    word,
                    "--no-sync" | "--no-project" | "--isolated" | "--frozen" | "--no-dev"
                )
            };
            if self.command.args.iter().any(|word| asks(&word.text)) {
                return Err(Verdict::Near("it was told not to install what is missing"));
            }
            if self.command.is("uv") && list.is_default() {
                return Err(Verdict::Near("uv run installs what it names by itself"));
            }
            let options = if is_uv { options(list) } else { None };
            if let (Some(options), Some(text)) = (options, &text) {
                let rest = text.strip_prefix("uv run").unwrap_or_default();
                let rewrite = self.there(case, format!("uv run{options}{rest}"));
                let fact = format!("{fact}, in {} that uv run leaves out unasked", of_kind(list));
                return Ok(rewrite.and_then(|rewrite| legacy::better(fact.clone(), rewrite, fact)));
            }
            return Ok(self.sync(case, &fact, list, keeper));
        }
        let installed = self.environment.as_ref().filter(|own| own.has_module(module));
        match (self.active, installed) {
            (Active::Own, Some(_)) => {
                Err(Verdict::Near("it is installed in the environment that was in force"))
            }
            (Active::Own, None) => Ok(self.sync(case, &fact, list, keeper)),
            (_, Some(own)) => {
                let fact = format!(
                    "{module} is installed in {}, and this ran with the Python on PATH",
                    own.name
                );
                let plain = fact.clone();
                let rewrite = text.and_then(|text| {
                    if is_uv {
                        return options(list).map(|options| format!("uv run{options} {text}"));
                    }
                    let program = &self.command.program;
                    let bin = from_folder(&own.folder.join("bin"), &self.folder);
                    own.has_program(program).then(|| format!("{}/{text}", quote(&bin)))
                });
                Ok(match rewrite.and_then(|rewrite| self.there(case, rewrite)) {
                    Some(rewrite) => legacy::better(fact, rewrite, plain),
                    None => legacy::plain(plain),
                })
            }
            (_, None) if is_probe(self.command) => {
                Err(Verdict::Near("it asked whether the module is there, and it is nowhere"))
            }
            (_, None) if is_uv || keeper == Some("poetry") && self.environment.is_none() => {
                let by = if is_uv { "uv run" } else { "poetry run" };
                let fact = format!("{fact}, but not installed for the Python that ran");
                let plain = format!("{fact}: {by} takes the project's");
                let options = if is_uv { options(list) } else { Some(String::new()) };
                let rewrite =
                    text.zip(options).map(|(text, options)| format!("{by}{options} {text}"));
                Ok(match rewrite.and_then(|rewrite| self.there(case, rewrite)) {
                    Some(rewrite) => legacy::better(fact, rewrite, plain),
                    None => legacy::plain(plain),
                })
            }
            (_, None) => Ok(self.sync(case, &fact, list, keeper)),
        }
    }

    /// What installs the packages of the project.
    fn sync(&self, case: &Case, fact: &str, list: &List, keeper: Option<&str>) -> Option<Advice> {
        let fact = match (&self.environment, self.active) {
            (Some(own), Active::Own) => format!("{fact}, but not installed in {}", own.name),
            _ => format!("{fact}, but not installed for the Python that ran"),
        };
        let asked = match (keeper, list) {
            (Some("uv"), _) => options(list)?,
            (Some("poetry"), List::Extra(_)) => options(list)?.replacen("--extra", "--extras", 1),
            (Some("poetry"), List::Group { is_default: false, .. }) => {
                options(list)?.replacen("--group", "--with", 1)
            }
            _ => String::new(),
        };
        let command = match (keeper, list, &self.environment) {
            (Some("uv"), ..) => Some(format!("uv sync{asked}")),
            (Some("poetry"), ..) => Some(format!("poetry install{asked}")),
            (Some("pdm"), list, _) if list.is_default() => Some("pdm install".to_owned()),
            (None, List::File(name), Some(own))
                if self.keeper.is_none() && own.has_program("pip") =>
            {
                Some(format!("{}/bin/pip install -r {name}", own.name))
            }
            _ => None,
        };
        let plain = match &self.environment {
            Some(own) if self.active == Active::None => format!("{fact}, nor in {}", own.name),
            Some(_) => fact.clone(),
            None if self.is_launched => fact.clone(),
            None => format!("{fact}; the project has no .venv"),
        };
        let Some(command) = command else { return legacy::plain(plain) };
        let cwd = case.environment.cwd()?;
        let rewrite = if self.root == cwd {
            command
        } else {
            format!("cd {} && {command}", quote(&from_folder(&self.root, cwd)))
        };
        legacy::better(fact, rewrite, plain)
    }

    /// A command of this folder as it is to be written in the working directory.
    fn there(&self, case: &Case, rewrite: String) -> Option<String> {
        let cwd = case.environment.cwd()?;
        if self.folder == cwd {
            return Some(rewrite);
        }
        Some(format!("cd {} && {rewrite}", quote(&from_folder(&self.folder, cwd))))
    }
}

fn is_launch(command: &Command) -> bool {
    LAUNCHERS.contains(&command.program.as_str())
        && command.args.first().is_some_and(|word| word.is("run"))
}

/// Whether a command only asks what is there: `python -c 'import x'`.
fn is_probe(command: &Command) -> bool {
    is_python(&command.program) && command.args.first().is_some_and(|word| word.is("-c"))
}

/// A list with its article, as a sentence goes on with it.
fn of_kind(list: &List) -> &'static str {
    match list {
        List::Extra(_) => "an extra",
        List::Group { .. } => "a group",
        _ => "a list",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_read_strictly() {
        for (line, module) in [
            ("ModuleNotFoundError: No module named 'httpx'", Some("httpx")),
            ("E   ModuleNotFoundError: No module named 'httpx'", Some("httpx")),
            ("/usr/bin/python3: No module named pytest", Some("pytest")),
            ("/opt/venv/bin/python3.12: No module named pytest", Some("pytest")),
            (
                "/usr/bin/python3: Error while finding module specification for 'a.b' (ModuleNotFoundError: No module named 'a')",
                Some("a"),
            ),
            ("ModuleNotFoundError: No module named 'httpx.auth'", None),
            ("ModuleNotFoundError: No module named 'a b'", None),
            ("ModuleNotFoundError: No module named 'a'; 'a' is not a package", None),
            ("assert 'No module named x' in text", None),
            ("say: No module named x", None),
            ("AssertionError: ModuleNotFoundError: No module named 'x'", None),
        ] {
            assert_eq!(named(line), module, "{line}");
        }
    }

    #[test]
    fn the_module_is_the_one_that_ended_the_run() {
        let missing = |name: &str| format!("ModuleNotFoundError: No module named '{name}'\n");
        let chain = "\nDuring handling of the above exception, another exception occurred:\n\n";
        assert_eq!(ended_for(&missing("a")), Some("a"));
        assert_eq!(
            ended_for(&format!("{}{chain}{}", missing("tomllib"), missing("tomli"))),
            Some("tomli")
        );
        assert_eq!(ended_for(&format!("{}{chain}RuntimeError: no driver", missing("a"))), None);
        assert_eq!(
            ended_for(&format!("{}{chain}app.NotConfigured: no driver", missing("a"))),
            None
        );
        assert_eq!(
            ended_for(&format!("{}Traceback:\nsqlalchemy.exc.ArgumentError: x", missing("a"))),
            None
        );
        assert_eq!(
            ended_for("E   ModuleNotFoundError: No module named 'a'\nERROR tests/a.py"),
            Some("a")
        );
        assert_eq!(ended_for("KeyError: 1"), None);
    }
}
