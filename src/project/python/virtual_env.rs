//! The virtual environment of a Python project.

use std::path::{Path, PathBuf};

use crate::base::read;
use crate::project::environment::is_executable;

/// Where projects keep their environment; uv, Poetry and PDM look for it in the first.
const FOLDERS: [&str; 2] = [".venv", "venv"];

/// A project's own virtual environment.
pub(crate) struct VirtualEnv {
    pub(crate) folder: PathBuf,
    /// Its name in the project.
    pub(crate) name: &'static str,
}

impl VirtualEnv {
    /// The one of the project in `root`.
    pub(crate) fn of(root: &Path) -> Option<Self> {
        FOLDERS
            .into_iter()
            .map(|name| Self { folder: root.join(name), name })
            .find(|environment| environment.has_program("python"))
    }

    /// Whether `path` is in a folder where the project in `root` keeps its environment.
    pub(crate) fn is_place(root: &Path, path: &Path) -> bool {
        FOLDERS.iter().any(|name| path.starts_with(root.join(name)))
    }

    /// Whether a program of this name is installed in it.
    pub(crate) fn has_program(&self, name: &str) -> bool {
        is_executable(&self.folder.join("bin").join(name))
    }

    /// Whether a module of this name is installed in it, as far as its folders show.
    pub(crate) fn has_module(&self, name: &str) -> bool {
        let versions = read::entries(&self.folder.join("lib"), read::MAX_ENTRIES);
        versions.into_iter().flatten().flatten().any(|version| {
            let packages = version.path().join("site-packages");
            read::is_dir(packages.join(name)) || read::is_file(packages.join(format!("{name}.py")))
        })
    }

    /// Whether `program` is a file in its folder of programs.
    pub(crate) fn holds(&self, program: &Path) -> bool {
        let own = self.folder.join("bin");
        program.parent().is_some_and(|folder| {
            folder == own
                || read::canonical(folder)
                    .ok()
                    .is_some_and(|folder| read::canonical(&own).ok() == Some(folder))
        })
    }
}
