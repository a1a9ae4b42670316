//! The package managers of Python, with their files and words.

/// A package manager of Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PackageManager {
    pub(crate) name: &'static str,
    /// Its lock file.
    pub(crate) lock: &'static str,
    /// Its table in `pyproject.toml`; empty for none.
    pub(super) table: &'static str,
    /// Its sub-command that adds packages to the project.
    pub(crate) add: &'static str,
    /// The one that removes them.
    pub(crate) remove: &'static str,
    /// The one that installs what the lock file names.
    pub(crate) sync: &'static str,
}

impl PackageManager {
    pub(super) const UV: Self = Self {
        name: "uv",
        lock: "uv.lock",
        table: "tool.uv",
        add: "add",
        remove: "remove",
        sync: "sync",
    };

    pub(super) const ALL: [Self; 4] = [
        Self::UV,
        Self {
            name: "poetry",
            lock: "poetry.lock",
            table: "tool.poetry",
            add: "add",
            remove: "remove",
            sync: "install",
        },
        Self {
            name: "pdm",
            lock: "pdm.lock",
            table: "tool.pdm",
            add: "add",
            remove: "remove",
            sync: "install",
        },
        Self {
            name: "pipenv",
            lock: "Pipfile.lock",
            table: "",
            add: "install",
            remove: "uninstall",
            sync: "sync",
        },
    ];
}
