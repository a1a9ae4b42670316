//! The JavaScript project around a folder, and the package manager that its lock files and
//! `package.json` show.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::manifest::Manifest;
use super::package_manager::PackageManager;
use crate::base::read;
use crate::project::environment::{Environment, project_folders};
use crate::project::unknown::Unknown;

/// The file of a workspace that only pnpm reads.
const PNPM_WORKSPACE: &str = "pnpm-workspace.yaml";

/// A project and its package manager.
pub(crate) struct Project {
    pub(crate) manager: PackageManager,
    /// The name of the file that shows the manager.
    pub(crate) evidence: &'static str,
    /// The folder of that file.
    pub(crate) root: PathBuf,
    /// The folder of the nearest `package.json`.
    pub(crate) package: PathBuf,
    /// It is Yarn 2 or later.
    pub(crate) is_berry: bool,
    /// The root has packages of its own below it.
    pub(super) is_workspace: bool,
    /// The nearest `package.json`.
    manifest: Value,
}

impl Project {
    /// The project in which a command in `folder` works.
    ///
    /// # Errors
    /// Why it, or its manager, is not known.
    pub(crate) fn around(environment: &Environment, folder: &Path) -> Result<Self, Unknown> {
        let mut folders = project_folders(folder)
            .skip_while(|folder| !read::is_file(folder.join("package.json")));
        let nearest = folders.next().ok_or(Unknown::NoProject)?;
        let manifest = Manifest::read(environment, nearest);
        let unread = Unknown::Unclear("a package.json cannot be read, and may name the manager");
        if !manifest.is_readable() {
            return Err(unread);
        }
        for root in std::iter::once(nearest).chain(folders) {
            let own = (root != nearest).then(|| Manifest::read(environment, root));
            let at_root = own.as_ref().unwrap_or(&manifest);
            if !at_root.is_readable() {
                return Err(unread);
            }
            let named = at_root.json.get("packageManager").and_then(Value::as_str);
            let locks: Vec<(PackageManager, &'static str)> = PackageManager::ALL
                .into_iter()
                .filter_map(|manager| Some((manager, manager.lock_in(root)?)))
                .collect();
            let is_of_pnpm = named.is_none() && read::is_file(root.join(PNPM_WORKSPACE));
            if named.is_none() && locks.is_empty() && !is_of_pnpm {
                continue;
            }
            if root != nearest && !at_root.has_member(nearest) {
                return Err(Unknown::Unclear(
                    "the lock file above it is of a workspace that it does not belong to",
                ));
            }
            let has_own_lock = locks.iter().any(|(manager, _)| *manager == PackageManager::Pnpm);
            let (manager, evidence) = if is_of_pnpm && !has_own_lock {
                unlocked_pnpm(environment, root, &locks)?
            } else {
                manager_of(environment, root, named, &locks)?
            };
            let version = named.and_then(|named| named.strip_prefix("yarn@"));
            let modern = version.is_some_and(|version| !version.starts_with("1."));
            return Ok(Self {
                manager,
                evidence,
                root: root.to_owned(),
                package: nearest.to_owned(),
                is_berry: modern
                    || read::is_file(root.join(".yarnrc.yml"))
                    || evidence == "yarn.lock" && is_of_berry(environment, root),
                is_workspace: !at_root.members.is_empty(),
                manifest: manifest.json,
            });
        }
        Err(Unknown::NoProject)
    }

    /// Whether the nearest `package.json` has a script of this name.
    pub(super) fn has_script(&self, name: &str) -> bool {
        self.manifest.get("scripts").is_some_and(|scripts| scripts.get(name).is_some())
    }

    /// Whether the nearest `package.json` has this package as a dependency.
    pub(crate) fn depends_on(&self, name: &str) -> bool {
        ["dependencies", "devDependencies", "optionalDependencies"]
            .iter()
            .any(|list| self.manifest.get(list).is_some_and(|list| list.get(name).is_some()))
    }

    /// Whether the lock file names this package; `None` where there is none that can be read.
    pub(crate) fn locks(&self, environment: &Environment, name: &str) -> Option<bool> {
        let lock = self.manager.lock_in(&self.root)?;
        let text = environment.read_text(&self.root.join(lock))?;
        let goes_on = |c: Option<char>| {
            c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        };
        Some(text.match_indices(name).any(|(at, _)| {
            let (before, after) = (text.get(..at), text.get(at + name.len()..));
            !goes_on(before.and_then(|text| text.chars().next_back()))
                && !goes_on(after.and_then(|text| text.chars().next()))
        }))
    }

    /// The folders in which packages are installed for the nearest `package.json`.
    pub(crate) fn modules(&self) -> [PathBuf; 2] {
        [self.package.join("node_modules"), self.root.join("node_modules")]
    }

    /// Whether packages are kept in archives instead of a folder.
    pub(crate) fn is_plug_and_play(&self) -> bool {
        [".pnp.cjs", ".pnp.js"].iter().any(|name| read::is_file(self.root.join(name)))
    }

    /// The command behind the script of this name.
    pub(crate) fn script(&self, name: &str) -> Option<&str> {
        self.manifest.get("scripts")?.get(name)?.as_str()
    }

    /// Whether a dependency brought a program of this name.
    pub(crate) fn has_program(&self, name: &str) -> bool {
        let brought = |folder: &Path| read::exists(folder.join("node_modules/.bin").join(name));
        !name.contains('/') && (brought(&self.package) || brought(&self.root))
    }
}

/// Whether the `yarn.lock` in `root` is of Yarn 2 or later, which mark it in its first lines.
fn is_of_berry(environment: &Environment, root: &Path) -> bool {
    let text = environment.read_text(&root.join("yarn.lock")).unwrap_or_default();
    text.lines().take(9).any(|line| line == "__metadata:")
}

/// pnpm, in a workspace of its own without its lock file. A lock file of another manager may be
/// what the call at hand made, unless git knows it.
fn unlocked_pnpm(
    environment: &Environment,
    root: &Path,
    locks: &[(PackageManager, &'static str)],
) -> Result<(PackageManager, &'static str), Unknown> {
    let is_new = |(_, lock): &(_, &str)| environment.is_tracked(&root.join(lock)) == Some(false);
    if locks.iter().all(is_new) {
        Ok((PackageManager::Pnpm, PNPM_WORKSPACE))
    } else {
        Err(Unknown::Unclear("pnpm-workspace.yaml and the lock file name different managers"))
    }
}

/// The manager that the files in `root` show, and the one that shows it.
fn manager_of(
    environment: &Environment,
    root: &Path,
    named: Option<&str>,
    locks: &[(PackageManager, &'static str)],
) -> Result<(PackageManager, &'static str), Unknown> {
    if let Some(named) = named {
        let name = named.split('@').next().unwrap_or_default();
        let known = PackageManager::ALL.into_iter().find(|manager| manager.name() == name);
        let manager =
            known.ok_or(Unknown::Unclear("packageManager names a manager that is not known"))?;
        return match locks.iter().find(|(of, _)| *of == manager) {
            Some((_, lock)) => Ok((manager, lock)),
            None if locks.is_empty() => Ok((manager, "package.json")),
            None => {
                Err(Unknown::Unclear("packageManager and the lock file name different managers"))
            }
        };
    }
    if let [only] = locks {
        return Ok(*only);
    }
    // The call at hand may have made the second one: git knows which was there before.
    let tracked = |(_, lock): &&(PackageManager, &str)| {
        environment.is_tracked(&root.join(lock)) == Some(true)
    };
    let mut before = locks.iter().filter(tracked);
    match (before.next(), before.next()) {
        (Some(only), None) => Ok(*only),
        _ => {
            Err(Unknown::Unclear("there are lock files of several managers and no packageManager"))
        }
    }
}
