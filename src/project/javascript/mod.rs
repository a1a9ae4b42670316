//! Which package manager a JavaScript project is kept with, told from its lock files and
//! `package.json`.

pub mod request;
pub mod translate;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::environment::project_folders;
use crate::rules::case::Case;
use crate::rules::legacy::Verdict;

/// A package manager of JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Installer {
    Npm,
    Pnpm,
    Yarn,
    Bun,
}

impl Installer {
    const ALL: [Self; 4] = [Self::Npm, Self::Pnpm, Self::Yarn, Self::Bun];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn => "yarn",
            Self::Bun => "bun",
        }
    }

    fn lock_files(self) -> &'static [&'static str] {
        match self {
            Self::Npm => &["package-lock.json", "npm-shrinkwrap.json"],
            Self::Pnpm => &["pnpm-lock.yaml"],
            Self::Yarn => &["yarn.lock"],
            Self::Bun => &["bun.lock", "bun.lockb"],
        }
    }

    /// Its lock file in `folder`.
    fn lock_in(self, folder: &Path) -> Option<&'static str> {
        self.lock_files().iter().copied().find(|name| folder.join(name).is_file())
    }
}

/// A project with its manager.
pub(crate) struct Project {
    pub(crate) manager: Installer,
    /// The file that says so.
    pub(crate) told_by: &'static str,
    /// The folder of that file.
    pub(crate) root: PathBuf,
    /// The folder of the nearest `package.json`.
    pub(crate) package: PathBuf,
    /// It is Yarn 2 or later.
    pub(crate) is_berry: bool,
    /// The root has packages of its own below it.
    pub(crate) is_workspace: bool,
    /// The nearest `package.json`.
    manifest: Value,
}

impl Project {
    /// The project in which a command in `folder` works.
    ///
    /// # Errors
    /// The verdict where there is none, or where it is not certain.
    pub(crate) fn around(case: &Case, folder: &Path) -> Result<Self, Verdict> {
        let mut folders =
            project_folders(folder).skip_while(|folder| !folder.join("package.json").is_file());
        let Some(nearest) = folders.next() else { return Err(Verdict::No) };
        let manifest = Manifest::read(case, nearest);
        let unread = Verdict::Near("a package.json cannot be read, and may name the manager");
        if !manifest.is_readable() {
            return Err(unread);
        }
        for root in std::iter::once(nearest).chain(folders) {
            let own = (root != nearest).then(|| Manifest::read(case, root));
            let at_root = own.as_ref().unwrap_or(&manifest);
            if !at_root.is_readable() {
                return Err(unread);
            }
            let named = at_root.json.get("packageManager").and_then(Value::as_str);
            let locks: Vec<(Installer, &'static str)> = Installer::ALL
                .into_iter()
                .filter_map(|manager| Some((manager, manager.lock_in(root)?)))
                .collect();
            if named.is_none() && locks.is_empty() {
                continue;
            }
            if root != nearest && !at_root.has_member(nearest) {
                return Err(Verdict::Near(
                    "the lock file above it is of a workspace that it does not belong to",
                ));
            }
            let (manager, told_by) = told(case, root, named, &locks)?;
            let version = named.and_then(|named| named.strip_prefix("yarn@"));
            let modern = version.is_some_and(|version| !version.starts_with("1."));
            return Ok(Self {
                manager,
                told_by,
                root: root.to_owned(),
                package: nearest.to_owned(),
                is_berry: modern
                    || root.join(".yarnrc.yml").is_file()
                    || told_by == "yarn.lock" && is_of_berry(case, root),
                is_workspace: !at_root.members.is_empty(),
                manifest: manifest.json,
            });
        }
        Err(Verdict::No)
    }

    /// Whether the nearest `package.json` has a script of this name.
    pub(crate) fn has_script(&self, name: &str) -> bool {
        self.manifest.get("scripts").is_some_and(|scripts| scripts.get(name).is_some())
    }

    /// Whether the nearest `package.json` names this package as one that is to be installed.
    pub(crate) fn depends_on(&self, name: &str) -> bool {
        ["dependencies", "devDependencies", "optionalDependencies"]
            .iter()
            .any(|list| self.manifest.get(list).is_some_and(|list| list.get(name).is_some()))
    }

    /// Whether the lock file names this package; `None` where there is none that can be read.
    pub(crate) fn locks(&self, case: &Case, name: &str) -> Option<bool> {
        let lock = self.manager.lock_in(&self.root)?;
        let text = case.environment.read_text(&self.root.join(lock))?;
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
        [".pnp.cjs", ".pnp.js"].iter().any(|name| self.root.join(name).is_file())
    }

    /// The command behind the script of this name.
    pub(crate) fn script(&self, name: &str) -> Option<&str> {
        self.manifest.get("scripts")?.get(name)?.as_str()
    }

    /// Whether a dependency brought a program of this name.
    pub(crate) fn has_program(&self, name: &str) -> bool {
        let brought = |folder: &Path| folder.join("node_modules/.bin").join(name).exists();
        !name.contains('/') && (brought(&self.package) || brought(&self.root))
    }
}

/// Whether the `yarn.lock` in `root` is of Yarn 2 or later, which say so at its head.
fn is_of_berry(case: &Case, root: &Path) -> bool {
    let text = case.environment.read_text(&root.join("yarn.lock")).unwrap_or_default();
    text.lines().take(9).any(|line| line == "__metadata:")
}

/// The manager that a folder's files tell, with the file that does.
fn told(
    case: &Case,
    root: &Path,
    named: Option<&str>,
    locks: &[(Installer, &'static str)],
) -> Result<(Installer, &'static str), Verdict> {
    if let Some(named) = named {
        let name = named.split('@').next().unwrap_or_default();
        let known = Installer::ALL.into_iter().find(|manager| manager.name() == name);
        let manager =
            known.ok_or(Verdict::Near("packageManager names a manager that is not known"))?;
        return match locks.iter().find(|(of, _)| *of == manager) {
            Some((_, lock)) => Ok((manager, lock)),
            None if locks.is_empty() => Ok((manager, "package.json")),
            None => Err(Verdict::Near("packageManager and the lock file name different managers")),
        };
    }
    if let [only] = locks {
        return Ok(*only);
    }
    // The call at hand may have made the second one: git knows which was there before.
    let tracked = |(_, lock): &&(Installer, &str)| {
        case.environment.is_tracked(&root.join(lock)) == Some(true)
    };
    let mut kept = locks.iter().filter(tracked);
    match (kept.next(), kept.next()) {
        (Some(only), None) => Ok(*only),
        _ => Err(Verdict::Near("there are lock files of several managers and no packageManager")),
    }
}

/// A `package.json`, with the packages of its workspace.
struct Manifest {
    folder: PathBuf,
    json: Value,
    /// Patterns of folders; `!` in front takes out.
    members: Vec<String>,
}

impl Manifest {
    fn read(case: &Case, folder: &Path) -> Self {
        let text = case.environment.read_text(&folder.join("package.json")).unwrap_or_default();
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let listed = match json.get("workspaces") {
            Some(Value::Object(of)) => of.get("packages").cloned().unwrap_or_default(),
            listed => listed.cloned().unwrap_or_default(),
        };
        let mut members: Vec<String> = listed
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let text =
            case.environment.read_text(&folder.join("pnpm-workspace.yaml")).unwrap_or_default();
        members.extend(pnpm_members(&text));
        Self { folder: folder.to_owned(), json, members }
    }

    /// Whether it is there as it has to be, or not there at all.
    fn is_readable(&self) -> bool {
        self.json.is_object() || !self.folder.join("package.json").exists()
    }

    /// Whether the package in `folder` is one of its workspace.
    fn has_member(&self, folder: &Path) -> bool {
        let Ok(relative) = folder.strip_prefix(&self.folder) else { return false };
        let relative = relative.to_string_lossy();
        let is_meant = |pattern: &str| is_folder_of(pattern, &relative);
        let (out, taken): (Vec<&str>, Vec<&str>) =
            self.members.iter().map(String::as_str).partition(|pattern| pattern.starts_with('!'));
        taken.into_iter().any(is_meant)
            && !out.into_iter().any(|pattern| is_meant(pattern.trim_start_matches('!')))
    }
}

/// The list `packages` of a `pnpm-workspace.yaml`, as everybody writes it: one quoted or bare item
/// a line.
fn pnpm_members(text: &str) -> Vec<String> {
    let list = text.lines().skip_while(|line| line.trim_end() != "packages:").skip(1);
    list.map(|line| line.split(" #").next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map_while(|line| line.strip_prefix('-'))
        .map(|item| item.trim().trim_matches(['\'', '"']).to_owned())
        .collect()
}

/// Whether the folder at the relative `path` is one that the pattern of a workspace's members
/// means.
pub(crate) fn is_folder_of(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> =
        pattern.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    matches(&pattern, &path.split('/').collect::<Vec<_>>())
}

/// Whether folders match a pattern of folders: `*` stands in for any text in one, `**` for any
/// number of them.
fn matches(pattern: &[&str], parts: &[&str]) -> bool {
    match (pattern, parts) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            (0..=parts.len()).any(|skipped| matches(rest, parts.get(skipped..).unwrap_or_default()))
        }
        ([first, rest @ ..], [part, others @ ..]) => {
            let fits = match first.split_once('*') {
                Some((start, end)) => {
                    part.len() >= start.len() + end.len()
                        && part.starts_with(start)
                        && part.ends_with(end)
                }
                None => first == part,
            };
            fits && matches(rest, others)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_workspace_are_known() {
        let listed = pnpm_members(
            "# x\npackages:\n  - 'packages/*'  # all\n\n  - \"apps/**\"\n  - docs\ncatalog:\n  - no\n",
        );
        assert_eq!(listed, ["packages/*", "apps/**", "docs"]);
        assert!(is_folder_of("./packages/*/", "packages/a"));
        assert!(is_folder_of("packages/ui-*", "packages/ui-core"));
        assert!(is_folder_of("apps/**", "apps/a/b"));
        assert!(is_folder_of("**", "x/y"));
        assert!(!is_folder_of("packages/*", "packages/a/b"));
        assert!(!is_folder_of("packages/*", "examples/a"));
    }
}
