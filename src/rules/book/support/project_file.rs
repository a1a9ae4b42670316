//! Which paths are files of the project that people edit.

use crate::rules::case::Case;
use crate::rules::rewrite::find;

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
