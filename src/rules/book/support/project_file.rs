//! Which paths are files of the project that people edit.

use std::path::Path;

use crate::project::environment::{is_temporary, normal, work_tree_around};
use crate::rules::case::Case;
use crate::rules::rewrite::find;
use crate::shell::Command;

/// Whether a literal path may be a file of the project: not in a temporary or system folder.
pub(crate) fn is_project_file(case: &Case, path: &str) -> bool {
    let Some(path) = case.environment.absolute(path) else {
        return !path.starts_with(['/', '~']) && !path.starts_with("..");
    };
    let root = case.environment.work_tree().or(case.environment.cwd());
    // Nobody edits what git keeps for itself.
    root.is_some_and(|root| path.starts_with(root))
        && !path.components().any(|part| part.as_os_str() == ".git")
}

/// Whether a literal path in `command` may be a file of the project: like [`is_project_file`], in
/// the folder in which the command ran.
pub(crate) fn is_file_of_project(case: &Case, command: &Command, path: &str) -> bool {
    if path.starts_with('~') {
        return is_project_file(case, path);
    }
    let Some(folder) = case.folder_of(command) else {
        return !case.commands().any(|other| other.is("cd")) && is_project_file(case, path);
    };
    let path = normal(&folder.join(path));
    // The call went to a temporary folder by itself, and no repository is there.
    let is_scratch = is_temporary(&path)
        && case.commands().any(|other| other.is("cd") && goes_to(other, &folder))
        && !case.environment.project().is_some_and(|project| path.starts_with(project))
        && work_tree_around(&folder).is_none();
    !is_scratch && is_project_file(case, &path.to_string_lossy())
}

/// Whether a `cd` names the folder, or one above, in full.
fn goes_to(cd: &Command, folder: &Path) -> bool {
    let target = cd.args.first().and_then(|word| word.literal()).map(Path::new);
    target.is_some_and(|target| target.is_absolute() && folder.starts_with(target))
}

/// Whether people edit such a file: it is not data, not output, not a secret.
pub(crate) fn is_hand_edited(path: &str) -> bool {
    const OTHERS: [&str; 22] = [
        ".csv",
        ".tsv",
        ".jsonl",
        ".pem",
        ".key",
        ".crt",
        ".enc",
        ".patch",
        ".lock",
        "-lock.json",
        "-lock.yaml",
        ".log",
        ".png",
        ".jpg",
        ".gif",
        ".pdf",
        ".ipynb",
        ".min.js",
        ".map",
        ".sum",
        ".env",
        ".out",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_generated = path.split('/').any(|part| find::IGNORED_PARTS.contains(&part));
    !is_generated
        && !name.starts_with(".env")
        && !OTHERS.iter().any(|ending| path.ends_with(ending))
}
