//! Which tool keeps the packages of a Python project, told from its lock file and `pyproject.toml`.

use std::path::{Path, PathBuf};

use crate::case::Case;
use crate::facts::project_folders;
use crate::rule::Verdict;

/// A tool that keeps a Python project's packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keeper {
    pub(super) name: &'static str,
    pub(super) lock: &'static str,
    /// Its table in `pyproject.toml`.
    table: &'static str,
    pub(super) add: &'static str,
    pub(super) remove: &'static str,
    pub(super) sync: &'static str,
}

const KEEPERS: [Keeper; 4] = [
    Keeper { name: "uv", lock: "uv.lock", table: "tool.uv", add: "add", remove: "remove", sync: "sync" },
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
pub(super) struct Kept {
    pub(super) keeper: Keeper,
    /// The file that says so.
    pub(super) told_by: &'static str,
    pub(super) root: PathBuf,
}

impl Kept {
    /// The project in which a command in `folder` works.
    ///
    /// # Errors
    /// The verdict where there is none, or where it is not certain.
    pub(super) fn around(case: &Case, folder: &Path) -> Result<Self, Verdict> {
        for root in project_folders(folder) {
            let mut locked = KEEPERS.into_iter().filter(|keeper| root.join(keeper.lock).is_file());
            let (keeper, told_by) = match (locked.next(), locked.next()) {
                (Some(_), Some(_)) => return Err(Verdict::Near("there are lock files of several tools")),
                (Some(keeper), None) => (keeper, keeper.lock),
                (None, _) => {
                    let Some(text) = case.facts.read_text(&root.join("pyproject.toml")) else { continue };
                    let mut named = KEEPERS.into_iter().filter(|keeper| has_table(&text, keeper.table));
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
            return Ok(Self { keeper, told_by, root: root.to_owned() });
        }
        Err(Verdict::No)
    }
}

/// Whether a TOML text has this table or one below it.
fn has_table(text: &str, table: &str) -> bool {
    let is_it = |line: &str| {
        let rest = line.trim().trim_start_matches('[').strip_prefix(table);
        rest.is_some_and(|rest| rest.starts_with([']', '.']))
    };
    !table.is_empty() && text.lines().any(|line| line.starts_with('[') && is_it(line))
}
