//! A module of Python that the interpreter which ran does not see.

use crate::project::programs::{self, Trait};
use std::path::{Path, PathBuf};

use crate::base::read;
use crate::project::environment::{normal, project_folders};
use crate::project::python::is_python;
use crate::project::python::managed_project::ManagedProject;
use crate::project::python::package_manager::PythonPackageManager;
use crate::project::python::requirements::{List, has_build_system, list_with};
use crate::project::python::virtual_env::VirtualEnv;
use crate::rules::advice::Advice;
use crate::rules::book::packages::support::active::Active;
use crate::rules::book::packages::support::launch::{plain_text, uv_options};
use crate::rules::book::packages::support::place;
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::rules::trigger::{Check, Miss};
use crate::shell::Command;
use crate::shell::words::quote;

/// Package managers that start a program in the project's environment with `run`.
const LAUNCHERS: [&str; 4] = ["uv", "poetry", "pdm", "pipenv"];

/// What to do about the module of this name.
///
/// # Errors
/// Why nothing true can be said of it.
pub(super) fn advice(case: &Case, module: &str) -> Check<Advice> {
    let run = Run::of(case)?;
    let manager = run.manager.map(|manager| manager.name);
    let list = list_with(&case.environment, &run.root, manager, module);
    let own = run.folder_with(module, list.is_none());
    match (list, own) {
        (Some(_), Some(_)) => {
            Err(Miss::Near("the project has a folder and a package of this name"))
        }
        (None, None) => Err(Miss::Near("the project does not name it")),
        (None, Some(folder)) => run.misplaced(case, module, &folder).ok_or(Miss::NoBetterForm),
        (Some(list), None) => run.uninstalled(case, module, &list),
    }
}

/// The command that did not find the module, and the project around it.
struct Run<'c> {
    command: &'c Command,
    /// The folder in which it ran.
    folder: PathBuf,
    /// The nearest folder above with the files of a Python project.
    root: PathBuf,
    manager: Option<PythonPackageManager>,
    environment: Option<VirtualEnv>,
    active: Active,
    /// The project's package manager started it with `run`.
    is_launched: bool,
}

impl<'c> Run<'c> {
    fn of(case: &'c Case) -> Check<Self> {
        let is_run = |command: &&Command| {
            let name = command.program.as_str();
            is_python(name) || programs::is(name, Trait::ImportsProject) || is_launch(command)
        };
        let mut runs = case.commands().filter(is_run);
        let none = Miss::Near("what did not find it is not started by this call itself");
        let command = runs.next().ok_or(none)?;
        if runs.next().is_some() {
            return Err(Miss::Near("more than one command may not have found it"));
        }
        place::outside_function(command)?;
        let folder = place::folder_of(case, command)?;
        let project = ManagedProject::around(&case.environment, &folder)
            .ok()
            .filter(|project| project.evidence == project.manager.lock);
        let marks = ["pyproject.toml", "requirements.txt", "setup.py"];
        let is_root = |folder: &&Path| marks.iter().any(|name| read::is_file(folder.join(name)));
        let root = match &project {
            Some(project) => Some(project.package.clone()),
            None => project_folders(&folder).find(is_root).map(Path::to_owned),
        };
        let root = root.ok_or(Miss::Near("it is not a Python project"))?;
        // Members of a workspace share the environment of its root.
        let home = project.as_ref().map_or(&root, |project| &project.root);
        let active = Active::of(case, command, &folder, home);
        if active == Active::Other {
            return Err(Miss::Near("it ran in another environment, or one that is not known"));
        }
        let environment = VirtualEnv::of(home);
        let is_launched = is_launch(command);
        let manager = project.map(|project| project.manager);
        if is_launched && manager.is_none_or(|manager| manager.name != command.program) {
            return Err(Miss::Near("it was started by another tool than the project's"));
        }
        Ok(Self { command, folder, root, manager, environment, active, is_launched })
    }

    /// The name of the project's package manager, if it is on PATH.
    fn manager_on_path(&self, case: &Case) -> Option<&'static str> {
        self.manager.map(|manager| manager.name).filter(|name| case.environment.on_path(name))
    }

    /// The folder of the project that contains a package or module of this name. A package without
    /// an `__init__.py` counts only if the name is `free`: not a package's that the project lists.
    fn folder_with(&self, module: &str, free: bool) -> Option<PathBuf> {
        let has_modules = |folder: &Path| {
            let entries = read::entries(folder, read::MAX_ENTRIES);
            entries
                .into_iter()
                .flatten()
                .flatten()
                .any(|entry| entry.path().extension().is_some_and(|ending| ending == "py"))
        };
        let holds = |folder: &PathBuf| {
            let package = folder.join(module);
            let is_package =
                read::is_file(package.join("__init__.py")) || free && has_modules(&package);
            is_package || read::is_file(folder.join(format!("{module}.py")))
        };
        [self.folder.clone(), self.root.clone(), self.root.join("src")].into_iter().find(holds)
    }

    /// Advice on a module of the project itself, in a folder that the interpreter does not search.
    fn misplaced(&self, case: &Case, module: &str, holder: &Path) -> Option<Advice> {
        let command = self.command;
        // A rewrite would lose a PYTHONPATH that is set. pytest searches the folder of a
        // conftest.py by itself.
        let is_set = command.assigned("PYTHONPATH").is_some() || case.environment.has_python_path();
        if is_set || read::is_file(holder.join("conftest.py")) || self.sets_path(case) {
            return None;
        }
        // Python searches the script's folder, with -m and -c the working directory.
        let searched = match command.args.first() {
            _ if self.is_launched => {
                command.args.get(1).filter(|word| word.is("pytest"))?;
                None
            }
            _ if !is_python(&command.program) => None,
            Some(word) if word.is("-m") || word.is("-c") => Some(self.folder.clone()),
            Some(word) if !word.text.starts_with('-') => {
                Some(self.folder.join(word.literal()?).parent()?.to_owned())
            }
            _ => return None,
        };
        if searched.is_some_and(|folder| normal(&folder) == *holder) {
            return None;
        }
        let fact = format!(
            "{module} is a module of the project, in a folder that this Python does not search"
        );
        let plain = format!("{fact}: name that folder in PYTHONPATH");
        let text = plain_text(command)?;
        // uv installs the project itself, as a link to its folder.
        let by_uv = self.manager_on_path(case) == Some("uv")
            && !self.is_launched
            && self.active == Active::None
            && holder.ends_with("src")
            && has_build_system(&case.environment, &self.root);
        let rewrite = if by_uv {
            format!("uv run {text}")
        } else {
            format!("PYTHONPATH={} {text}", quote(&from_folder(holder, &self.folder)))
        };
        Some(Advice::better(fact, place::from_cwd(case, &self.folder, rewrite), plain))
    }

    /// Whether the settings of pytest say where to search for modules.
    fn sets_path(&self, case: &Case) -> bool {
        ["pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg"].iter().any(|name| {
            let text = case.environment.read_text(&self.root.join(name)).unwrap_or_default();
            text.lines().any(|line| line.starts_with("pythonpath"))
        })
    }

    /// Advice on a package of this list that is not installed where the command ran.
    fn uninstalled(&self, case: &Case, module: &str, list: &List) -> Check<Advice> {
        let fact = format!("{module} is in {}", list.file());
        if self.is_launched {
            return self.left_out(case, &fact, list);
        }
        let installed = self.environment.as_ref().filter(|own| own.has_module(module));
        match (self.active, installed) {
            (Active::Own, Some(_)) => {
                Err(Miss::Near("it is installed in the environment that was in force"))
            }
            (Active::Own, None) => self.sync(case, &fact, list),
            (_, Some(own)) => Ok(self.bypassed(case, module, list, own)),
            (_, None) if is_probe(self.command) => {
                Err(Miss::Near("it asked whether the module is there, and it is nowhere"))
            }
            (_, None) => match self.manager_on_path(case) {
                Some("uv") => Ok(self.launch(case, &fact, "uv run", uv_options(list))),
                Some("poetry") if self.environment.is_none() => {
                    Ok(self.launch(case, &fact, "poetry run", Some(String::new())))
                }
                _ => self.sync(case, &fact, list),
            },
        }
    }

    /// The project's package manager launched the command, without this list.
    fn left_out(&self, case: &Case, fact: &str, list: &List) -> Check<Advice> {
        let asks = |word: &str| {
            matches!(word, "--no-sync" | "--no-project" | "--isolated" | "--frozen" | "--no-dev")
        };
        if self.command.args.iter().any(|word| asks(&word.text)) {
            return Err(Miss::Near("it was told not to install what is missing"));
        }
        if self.command.is("uv") && list.is_default() {
            return Err(Miss::Near("uv run itself installs what it names"));
        }
        let is_uv = self.manager_on_path(case) == Some("uv");
        let options = if is_uv { uv_options(list) } else { None };
        let Some((options, text)) = options.zip(self.launchable_text()) else {
            return self.sync(case, fact, list);
        };
        let rest = text.strip_prefix("uv run").unwrap_or_default();
        let rewrite = place::from_cwd(case, &self.folder, format!("uv run{options}{rest}"));
        let fact = format!("{fact}, in {} that uv run leaves out unasked", of_kind(list));
        let plain = format!("{fact}: run it with uv run{options}");
        Ok(Advice::better(fact, rewrite, plain))
    }

    /// The command ran with another Python than that of the environment that has the module.
    fn bypassed(&self, case: &Case, module: &str, list: &List, own: &VirtualEnv) -> Advice {
        let fact =
            format!("{module} is installed in {}, and this ran with the Python on PATH", own.name);
        let plain = format!("{fact}: run it with {}/bin/python", own.name);
        let rewrite = self.launchable_text().and_then(|text| {
            if self.manager_on_path(case) == Some("uv") {
                return uv_options(list).map(|options| format!("uv run{options} {text}"));
            }
            let bin = from_folder(&own.folder.join("bin"), &self.folder);
            own.has_program(&self.command.program).then(|| format!("{}/{text}", quote(&bin)))
        });
        match rewrite {
            Some(rewrite) => {
                let rewrite = place::from_cwd(case, &self.folder, rewrite);
                Advice::better(fact, rewrite, plain)
            }
            None => Advice::plain(plain),
        }
    }

    /// The project's package manager can launch the command with what it lacks.
    fn launch(&self, case: &Case, fact: &str, by: &str, options: Option<String>) -> Advice {
        let fact = format!("{fact}, but not installed for the Python that ran");
        let plain = format!("{fact}: run it with {by}");
        match self.launchable_text().zip(options) {
            Some((text, options)) => {
                let rewrite = place::from_cwd(case, &self.folder, format!("{by}{options} {text}"));
                Advice::better(fact, rewrite, plain)
            }
            None => Advice::plain(plain),
        }
    }

    /// The text of the command, if it means the project's Python once that launches it: `uv run
    /// python3.11` takes any of that version, the project's or not.
    fn launchable_text(&self) -> Option<String> {
        let program = &self.command.program;
        let is_versioned = is_python(program) && program.contains('.');
        plain_text(self.command).filter(|_| !is_versioned)
    }

    /// The command that installs the project's packages.
    fn sync(&self, case: &Case, fact: &str, list: &List) -> Check<Advice> {
        let fact = match (&self.environment, self.active) {
            (Some(own), Active::Own) => format!("{fact}, but not installed in {}", own.name),
            _ => format!("{fact}, but not installed for the Python that ran"),
        };
        let options = || uv_options(list).ok_or(Miss::NoBetterForm);
        let command = match (self.manager_on_path(case), list, &self.environment) {
            (Some("uv"), ..) => Some(format!("uv sync{}", options()?)),
            (Some("poetry"), ..) => {
                let options = match list {
                    List::Extra(_) => options()?.replacen("--extra", "--extras", 1),
                    List::Group { is_default: false, .. } => {
                        options()?.replacen("--group", "--with", 1)
                    }
                    _ => String::new(),
                };
                Some(format!("poetry install{options}"))
            }
            (Some("pdm"), list, _) if list.is_default() => Some("pdm install".to_owned()),
            (None, List::File(name), Some(own))
                if self.manager.is_none() && own.has_program("pip") =>
            {
                Some(format!("{}/bin/pip install -r {name}", own.name))
            }
            _ => None,
        };
        let plain = match &self.environment {
            Some(own) if self.active == Active::None => {
                format!("{fact}, nor in {}: install it there", own.name)
            }
            Some(_) => format!("{fact}: install the project's packages there"),
            None if self.is_launched => format!("{fact}: install the project's packages"),
            None => format!("{fact}, and the project has no .venv: make one with its packages"),
        };
        Ok(match command {
            Some(command) => {
                Advice::better(fact, place::from_cwd(case, &self.root, command), plain)
            }
            None => Advice::plain(plain),
        })
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

/// The kind of a list with its article.
fn of_kind(list: &List) -> &'static str {
    match list {
        List::Extra(_) => "an extra",
        List::Group { .. } => "a group",
        _ => "a list",
    }
}
