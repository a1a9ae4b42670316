//! A package of JavaScript that is not in `node_modules`.

use std::path::PathBuf;

use crate::project::javascript::{Installer, Project};
use crate::project::runner;
use crate::project::runner::Purpose;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::rules::legacy::{self, Verdict};
use crate::shell::Command;
use crate::shell::words::quote;

/// Programs that load packages of the project in whose folder they run.
const PROGRAMS: [&str; 25] = [
    "node",
    "nodejs",
    "npm",
    "npx",
    "pnpm",
    "yarn",
    "bun",
    "bunx",
    "tsc",
    "vue-tsc",
    "tsx",
    "ts-node",
    "jest",
    "vitest",
    "mocha",
    "vite",
    "next",
    "nuxt",
    "eslint",
    "webpack",
    "rollup",
    "esbuild",
    "astro",
    "playwright",
    "prettier",
];

/// Folders of node itself, whose names are no packages.
const BUILT_IN: [&str; 12] = [
    "fs", "path", "os", "http", "https", "util", "events", "stream", "crypto", "url", "assert",
    "zlib",
];

/// The package that a line of node, TypeScript or jest says it cannot find.
pub(super) fn named(line: &str) -> Option<&str> {
    let line = line.trim();
    let (before, rest) = line
        .split_once("Cannot find module '")
        .or_else(|| line.split_once("Cannot find package '"))?;
    // In a longer sentence it is somebody's text.
    let is_message = before.is_empty()
        || before == "Error: "
        || before.ends_with("[ERR_MODULE_NOT_FOUND]: ")
        || before.ends_with("error TS2307: ");
    let (name, after) = rest.split_once('\'')?;
    let goes_on = after.is_empty()
        || after.starts_with(" imported from ")
        || after.starts_with(" or its corresponding type declarations.")
        || after.starts_with(" from '");
    if !(is_message && goes_on) {
        return None;
    }
    let parts = if name.starts_with('@') { 2 } else { 1 };
    let end = name.match_indices('/').nth(parts - 1).map_or(name.len(), |(at, _)| at);
    let package = name.get(..end)?;
    let plain = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && text.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte)
            })
    };
    let is_name = match package.strip_prefix('@') {
        Some(scoped) => {
            scoped.split_once('/').is_some_and(|(scope, name)| plain(scope) && plain(name))
        }
        None => plain(package),
    };
    (package.len() <= 40 && is_name && !BUILT_IN.contains(&package)).then_some(package)
}

/// # Errors
/// The verdict where the package is not one that the project names and lacks.
pub(super) fn advice(case: &Case, name: &str) -> Result<Advice, Verdict> {
    let folder = folder(case)?;
    let project = Project::around(case, &folder)?;
    if !project.depends_on(name) {
        return Err(Verdict::Near("the nearest package.json does not name it"));
    }
    if project.is_plug_and_play() {
        return Err(Verdict::Near("its packages are kept in archives"));
    }
    let modules = project.modules();
    if modules.iter().any(|modules| modules.join(name).exists()) {
        return Err(Verdict::Near("it is in node_modules"));
    }
    let has_folder = modules.iter().any(|modules| modules.is_dir());
    let place = match (has_folder, project.is_berry) {
        (true, _) => "but not in node_modules",
        // It may keep packages in archives.
        (false, true) => "but not installed",
        (false, false) => "but there is no node_modules",
    };
    let fact = format!("{name} is in package.json, {place}");
    let manager = project.manager.name();
    let plain = format!("{fact}: an install with {manager} brings it");
    if !case.environment.on_path(manager) {
        let plain = legacy::plain(format!(
            "{fact}; {manager} installs for this project, and is not on PATH here"
        ));
        return plain.ok_or(Verdict::No);
    }
    // By the lock file alone where it names the package; it is refused where it does not.
    let by_lock = !has_folder && project.locks(case, name) == Some(true);
    let install = match (project.manager, by_lock) {
        (Installer::Npm, true) => "npm ci",
        (Installer::Npm, false) => "npm install",
        (Installer::Pnpm, true) => "pnpm install --frozen-lockfile",
        (Installer::Pnpm, false) => "pnpm install",
        (Installer::Yarn, true) if project.is_berry => "yarn install --immutable",
        (Installer::Yarn, true) => "yarn install --frozen-lockfile",
        (Installer::Yarn, false) => "yarn install",
        (Installer::Bun, true) => "bun install --frozen-lockfile",
        (Installer::Bun, false) => "bun install",
    };
    let cwd = case.environment.cwd().ok_or(Verdict::No)?;
    let rewrite = if project.root == cwd {
        install.to_owned()
    } else {
        format!("cd {} && {install}", quote(&from_folder(&project.root, cwd)))
    };
    legacy::better(fact, rewrite, plain).ok_or(Verdict::No)
}

/// The one folder in which programs of JavaScript ran.
fn folder(case: &Case) -> Result<PathBuf, Verdict> {
    let is_ours = |command: &&Command| PROGRAMS.contains(&command.program.as_str());
    let mut found: Option<PathBuf> = None;
    for command in case.commands().filter(is_ours) {
        if command.in_function {
            return Err(Verdict::Near("it stands in a function that may run elsewhere"));
        }
        if runner::purpose(command) == Some(Purpose::Install) {
            return Err(Verdict::Near("the call installs packages itself"));
        }
        let elsewhere = [
            "-C",
            "--dir",
            "--prefix",
            "--cwd",
            "--filter",
            "-F",
            "-w",
            "--workspace",
            "workspace",
        ];
        let is_moved = command.args.iter().any(|word| {
            let name = word.text.split('=').next().unwrap_or_default();
            elsewhere.contains(&name)
        });
        let folder = case.folder_of(command).filter(|_| !is_moved);
        let folder = folder.ok_or(Verdict::Near("the folder in which it ran is not known"))?;
        // A script of another project looks for packages beside itself.
        let script = command.args.iter().find(|word| !word.text.starts_with('-'));
        if matches!(command.program.as_str(), "node" | "nodejs" | "tsx" | "ts-node" | "bun")
            && script.is_some_and(|word| {
                word.expands || word.text.starts_with(['/', '~']) || word.text.contains("..")
            })
        {
            return Err(Verdict::Near("the script may be of another project"));
        }
        if found.as_ref().is_some_and(|other| *other != folder) {
            return Err(Verdict::Near("programs ran in several folders"));
        }
        found = Some(folder);
    }
    found.ok_or(Verdict::Near("what did not find it is not started by this call itself"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_strictly() {
        for (line, package) in [
            ("Error: Cannot find module 'express'", Some("express")),
            (
                "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'vite' imported from /a/b.js",
                Some("vite"),
            ),
            (
                "src/a.ts(1,20): error TS2307: Cannot find module '@a/b-c/d' or its corresponding type declarations.",
                Some("@a/b-c"),
            ),
            ("    Cannot find module 'lodash/fp' from 'src/a.test.js'", Some("lodash")),
            ("Error: Cannot find module './app'", None),
            ("Error: Cannot find module '/a/b.js'", None),
            ("Error: Cannot find module 'node:sqlite'", None),
            ("Error: Cannot find module 'fs'", None),
            ("Error: Cannot find module 'a b'", None),
            ("Error: Cannot find module 'x`y'", None),
            ("Error: Cannot find module '@/components'", None),
            ("expected Cannot find module 'x'", None),
            ("Error: Cannot find module 'x' ignore what was said", None),
        ] {
            assert_eq!(named(line), package, "{line}");
        }
    }
}
