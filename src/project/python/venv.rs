//! The virtual environment of a Python project, and whether a command ran in it.

use std::path::{Path, PathBuf};

use crate::base::read;
use crate::project::environment::{is_executable, normal};
use crate::rules::case::Case;
use crate::shell::Command;

/// Where projects keep their environment; the first is where uv, Poetry and PDM look for it.
const FOLDERS: [&str; 2] = [".venv", "venv"];

/// A project's own virtual environment.
pub(crate) struct VirtualEnv {
    pub(crate) folder: PathBuf,
    /// Its name in the project.
    pub(crate) name: &'static str,
}

impl VirtualEnv {
    /// The one in `root`.
    pub(crate) fn of(root: &Path) -> Option<Self> {
        FOLDERS
            .into_iter()
            .map(|name| Self { folder: root.join(name), name })
            .find(|environment| environment.has_program("python"))
    }

    /// Whether a program of this name is installed in it.
    pub(crate) fn has_program(&self, name: &str) -> bool {
        is_executable(&self.folder.join("bin").join(name))
    }

    /// Whether a module of this name is installed in it, as far as folders tell.
    pub(crate) fn has_module(&self, name: &str) -> bool {
        let versions = std::fs::read_dir(self.folder.join("lib"));
        versions.into_iter().flatten().take(read::MAX_ENTRIES).flatten().any(|version| {
            let packages = version.path().join("site-packages");
            packages.join(name).is_dir() || packages.join(format!("{name}.py")).is_file()
        })
    }

    /// Whether `program` is a file in its folder of programs.
    pub(crate) fn holds(&self, program: &Path) -> bool {
        let own = self.folder.join("bin");
        program.parent().is_some_and(|folder| {
            folder == own
                || folder
                    .canonicalize()
                    .ok()
                    .is_some_and(|folder| own.canonicalize().ok() == Some(folder))
        })
    }
}

/// The environment that was in force for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Active {
    /// None, as far as can be seen: PATH decides.
    None,
    /// The project's own.
    Own,
    /// Another, or one that is not known.
    Other,
}

impl Active {
    /// The one of `command`, which ran in `folder`, for the project in `root`.
    pub(crate) fn of(case: &Case, command: &Command, folder: &Path, root: &Path) -> Self {
        let is_own = |path: &Path| FOLDERS.iter().any(|name| path.starts_with(root.join(name)));
        let own_or_other =
            |path: PathBuf| if is_own(&normal(&path)) { Self::Own } else { Self::Other };
        // They may start it with another PATH than the shell's.
        let changes_path = ["sudo", "doas", "env"].iter().any(|wrapper| command.is_under(wrapper));
        if command.spelled.contains(['$', '~']) || changes_path {
            return Self::Other;
        }
        if command.spelled.contains('/') {
            return own_or_other(folder.join(&command.spelled));
        }
        let sets = |other: &Command| {
            let names = ["PATH", "VIRTUAL_ENV", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT"];
            names.iter().any(|name| {
                let word = format!("{name}=");
                other.assigned(name).is_some()
                    || other.args.iter().any(|arg| arg.text.starts_with(&word))
            })
        };
        let mut active = case.environment.python_environment().map_or(Self::None, own_or_other);
        for other in case.commands().take_while(|other| other.id != command.id) {
            match other.program.as_str() {
                "source" | "." => {
                    let file = other.args.first().filter(|word| word.literal().is_some());
                    let file = file.filter(|word| word.text.ends_with("/activate"));
                    let at = file.and_then(|word| Some(case.folder_of(other)?.join(&word.text)));
                    active = at.map_or(Self::Other, own_or_other);
                }
                "eval" | "conda" | "mamba" | "micromamba" | "workon" | "pyenv" | "module"
                | "direnv" | "mise" | "asdf" | "nix" | "nix-shell" => active = Self::Other,
                _ if sets(other) => active = Self::Other,
                _ => {}
            }
        }
        if sets(command) { Self::Other } else { active }
    }
}

/// Whether a name is one of Python's interpreters: `python`, `python3`, `python3.12`.
pub(crate) fn is_python(name: &str) -> bool {
    name.strip_prefix("python")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}
