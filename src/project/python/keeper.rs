//! Which tool keeps the packages of a Python project, told from its lock file and `pyproject.toml`.

use std::path::{Path, PathBuf};

use super::{requirements, venv};
use crate::project::environment::project_folders;
use crate::project::javascript;
use crate::rules::case::Case;
use crate::rules::legacy::Verdict;

/// A tool that keeps a Python project's packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keeper {
    pub(crate) name: &'static str,
    pub(crate) lock: &'static str,
    /// Its table in `pyproject.toml`.
    table: &'static str,
    pub(crate) add: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) sync: &'static str,
}

const KEEPERS: [Keeper; 4] = [
    Keeper {
        name: "uv",
        lock: "uv.lock",
        table: "tool.uv",
        add: "add",
        remove: "remove",
        sync: "sync",
    },
    Keeper {
        name: "poetry",
        lock: "poetry.lock",
        table: "tool.poetry",
        add: "add",
        remove: "remove",
        sync: "install",
    },
    Keeper {
        name: "pdm",
        lock: "pdm.lock",
        table: "tool.pdm",
        add: "add",
        remove: "remove",
        sync: "install",
    },
    Keeper {
        name: "pipenv",
        lock: "Pipfile.lock",
        table: "",
        add: "install",
        remove: "uninstall",
        sync: "sync",
    },
];

/// A project with the tool that keeps it.
pub(crate) struct Kept {
    pub(crate) keeper: Keeper,
    /// The file that says so.
    pub(crate) told_by: &'static str,
    /// The folder of the lock file and of the environment.
    pub(crate) root: PathBuf,
    /// The folder of the nearest `pyproject.toml`: another than the root in a member of a
    /// workspace.
    pub(crate) package: PathBuf,
}

/// Files that say of a folder that its packages come from elsewhere than from a project above it.
const APART: [&str; 5] =
    ["requirements.txt", "setup.py", "setup.cfg", "Pipfile", "environment.yml"];

impl Kept {
    /// The project in which a command in `folder` works.
    ///
    /// # Errors
    /// The verdict where there is none, or where it is not certain.
    pub(crate) fn around(case: &Case, folder: &Path) -> Result<Self, Verdict> {
        for root in project_folders(folder) {
            let mut locked = KEEPERS.into_iter().filter(|keeper| root.join(keeper.lock).is_file());
            let (keeper, told_by) = match (locked.next(), locked.next()) {
                (Some(_), Some(_)) => {
                    return Err(Verdict::Near("there are lock files of several tools"));
                }
                (Some(keeper), None) => (keeper, keeper.lock),
                (None, _) => {
                    let Some(text) = case.environment.read_text(&root.join("pyproject.toml"))
                    else {
                        let is_apart = APART.iter().any(|name| root.join(name).is_file());
                        if is_apart || venv::VirtualEnv::of(root).is_some() {
                            return Err(Verdict::Near(
                                "a folder below the project keeps packages of its own",
                            ));
                        }
                        continue;
                    };
                    if let Some(above) = workspace(case, root) {
                        let [keeper, ..] = KEEPERS;
                        let (root, package) = (above.to_owned(), root.to_owned());
                        return Ok(Self { keeper, told_by: keeper.lock, root, package });
                    }
                    let mut named =
                        KEEPERS.into_iter().filter(|keeper| has_table(&text, keeper.table));
                    match (named.next(), named.next()) {
                        (Some(keeper), None) => (keeper, "pyproject.toml"),
                        _ => {
                            return Err(Verdict::Near(
                                "nothing tells which tool keeps the project's packages",
                            ));
                        }
                    }
                }
            };
            // Tools ask for the folder as it is, and not by the way that led there.
            let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
            if !real(folder).starts_with(real(root)) {
                return Err(Verdict::Near("a symbolic link leads out of the project"));
            }
            return Ok(Self { keeper, told_by, root: root.to_owned(), package: root.to_owned() });
        }
        Err(Verdict::No)
    }
}

/// The root of the workspace of uv that the package in `folder` is a member of.
fn workspace<'f>(case: &Case, folder: &'f Path) -> Option<&'f Path> {
    let root = project_folders(folder).skip(1).find(|above| above.join("uv.lock").is_file())?;
    let text = case.environment.read_text(&root.join("pyproject.toml"))?;
    let path = folder.strip_prefix(root).ok()?.to_str()?;
    let names = |key: &str| {
        let patterns = requirements::list(&text, &format!("tool.uv.workspace.{key}"));
        patterns.iter().any(|pattern| javascript::is_folder_of(pattern, path))
    };
    (names("members") && !names("exclude")).then_some(root)
}

/// Whether a TOML text has this table or one below it.
fn has_table(text: &str, table: &str) -> bool {
    let is_it = |line: &str| {
        let rest = line.trim().trim_start_matches('[').strip_prefix(table);
        rest.is_some_and(|rest| rest.starts_with([']', '.']))
    };
    !table.is_empty() && text.lines().any(|line| line.starts_with('[') && is_it(line))
}
