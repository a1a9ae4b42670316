//! The Python project around a folder, and the package manager that its lock file and
//! `pyproject.toml` show.

use std::path::{Path, PathBuf};

use super::package_manager::PythonPackageManager;
use super::pyproject::PyProject;
use super::virtual_env::VirtualEnv;
use crate::base::read;
use crate::project::environment::{Environment, project_folders};
use crate::project::unknown::Unknown;
use crate::project::workspace::is_member;

/// A Python project and its package manager.
pub(crate) struct ManagedProject {
    pub(crate) manager: PythonPackageManager,
    /// The name of the file that shows the manager.
    pub(crate) evidence: &'static str,
    /// The folder of the lock file and of the environment.
    pub(crate) root: PathBuf,
    /// The folder of the nearest `pyproject.toml`: another than the root in a member of a
    /// workspace.
    pub(crate) package: PathBuf,
}

/// Files of a folder that does not get its packages from a project above it.
const APART: [&str; 5] =
    ["requirements.txt", "setup.py", "setup.cfg", "Pipfile", "environment.yml"];

impl ManagedProject {
    /// The project in which a command in `folder` works.
    ///
    /// # Errors
    /// Why it, or its manager, is not known.
    pub(crate) fn around(environment: &Environment, folder: &Path) -> Result<Self, Unknown> {
        for root in project_folders(folder) {
            let mut locked = PythonPackageManager::ALL
                .into_iter()
                .filter(|manager| read::is_file(root.join(manager.lock)));
            match (locked.next(), locked.next()) {
                (Some(_), Some(_)) => {
                    return Err(Unknown::Unclear("there are lock files of several tools"));
                }
                (Some(manager), None) => return Self::at(root, folder, manager, manager.lock),
                (None, _) => {}
            }
            let Some(text) = environment.read_text(&root.join("pyproject.toml")) else {
                let is_apart = APART.iter().any(|name| read::is_file(root.join(name)));
                if is_apart || VirtualEnv::of(root).is_some() {
                    return Err(Unknown::Unclear(
                        "a folder below the project keeps packages of its own",
                    ));
                }
                continue;
            };
            if let Some(above) = workspace(environment, root) {
                let (manager, package) = (PythonPackageManager::UV, root.to_owned());
                let root = above.to_owned();
                return Ok(Self { manager, evidence: manager.lock, root, package });
            }
            let project = PyProject::parse(&text);
            let mut named = PythonPackageManager::ALL
                .into_iter()
                .filter(|manager| project.has_table(manager.table));
            return match (named.next(), named.next()) {
                (Some(manager), None) => Self::at(root, folder, manager, "pyproject.toml"),
                _ => Err(Unknown::Unclear("nothing tells which tool keeps the project's packages")),
            };
        }
        Err(Unknown::NoProject)
    }

    /// The project in `root`, if `folder` really lies below that.
    fn at(
        root: &Path,
        folder: &Path,
        manager: PythonPackageManager,
        evidence: &'static str,
    ) -> Result<Self, Unknown> {
        // Managers look at the folder itself, not at the path that led there.
        let real = |path: &Path| read::canonical(path).unwrap_or_else(|_| path.to_owned());
        if !real(folder).starts_with(real(root)) {
            return Err(Unknown::Unclear("a symbolic link leads out of the project"));
        }
        Ok(Self { manager, evidence, root: root.to_owned(), package: root.to_owned() })
    }
}

/// The root of the uv workspace that has the package in `folder` as a member.
fn workspace<'f>(environment: &Environment, folder: &'f Path) -> Option<&'f Path> {
    let root =
        project_folders(folder).skip(1).find(|above| read::is_file(above.join("uv.lock")))?;
    let project = PyProject::parse(&environment.read_text(&root.join("pyproject.toml"))?);
    let path = folder.strip_prefix(root).ok()?.to_str()?;
    let names = |key: &str| {
        let patterns = project.list(&["tool", "uv", "workspace", key]);
        patterns.iter().any(|pattern| is_member(pattern, path))
    };
    (names("members") && !names("exclude")).then_some(root)
}
