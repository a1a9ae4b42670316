//! The words of the package managers of JavaScript: their options, and the packages among operands.

use super::package_manager::PackageManager;
use crate::shell::{Word, options};

/// Options that do not change the work: a rewrite for another manager leaves them out.
pub(super) const NOISE: [&str; 16] = [
    "--no-audit",
    "--no-fund",
    "--silent",
    "-s",
    "--quiet",
    "-q",
    "--no-progress",
    "--progress=false",
    "--save",
    "-S",
    "--yes",
    "-y",
    "--no-color",
    "--loglevel=error",
    "--loglevel=warn",
    "--reporter=silent",
];

/// Options that do not concern the project: help, the whole machine, a dry run.
pub(super) const ELSEWHERE: [&str; 9] = [
    "-h",
    "--help",
    "-v",
    "--version",
    "-g",
    "--global",
    "--location=global",
    "--dry-run",
    "--lockfile-only",
];

/// Options whose value is the next word.
pub(super) const WITH_VALUE: [&str; 16] = [
    "--registry",
    "--cache",
    "--tag",
    "--loglevel",
    "--omit",
    "--include",
    "--filter",
    "-F",
    "--workspace",
    "-w",
    "--userconfig",
    "--location",
    "--network-timeout",
    "--store-dir",
    "--reporter",
    "--modules-folder",
];

/// What `yarn workspace NAME` does to the packages of one of them.
pub(super) const CHANGES: [&str; 5] = ["add", "remove", "install", "up", "upgrade"];

/// Options that name the folder to work in.
pub(super) const FOLDERS: [&str; 4] = ["--prefix", "-C", "--dir", "--cwd"];

/// Whether the rest of the words go to what is run, so that none of them is the manager's.
pub(super) fn is_run(manager: PackageManager, words: &[Word]) -> bool {
    manager != PackageManager::Npm
        && options::subcommand(manager.name(), words)
            .is_some_and(|(_, sub)| sub == "run" || sub == "exec")
}

/// Whether a word is a package of a registry, with a version or without: not a path or a URL.
pub(super) fn is_package(word: &Word) -> bool {
    word.literal().is_some_and(|text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@')
            && !text.contains("://")
            && text.split('/').count() <= if text.starts_with('@') { 2 } else { 1 }
            && !text.ends_with(".tgz")
    })
}
