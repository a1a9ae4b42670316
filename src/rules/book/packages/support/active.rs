//! The virtual environment in which a command ran.

use std::path::{Path, PathBuf};

use crate::project::environment::normal;
use crate::project::python::virtual_env::VirtualEnv;
use crate::rules::case::Case;
use crate::shell::Command;

/// The virtual environment that was active for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Active {
    /// None, as far as the call shows: PATH decides.
    None,
    /// The project's own.
    Own,
    /// Another one, or it is not known.
    Other,
}

impl Active {
    /// The one of `command`, which ran in `folder`, as the project in `root` sees it.
    pub(crate) fn of(case: &Case, command: &Command, folder: &Path, root: &Path) -> Self {
        let own_or_other = |path: PathBuf| {
            if VirtualEnv::is_place(root, &normal(&path)) { Self::Own } else { Self::Other }
        };
        // These may start it with another PATH than the shell's.
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
