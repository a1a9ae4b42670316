//! A package of JavaScript that is not in `node_modules`.

use std::path::PathBuf;

use crate::base::read;
use crate::project::javascript::package_manager::PackageManager;
use crate::project::javascript::project::Project;
use crate::project::runner;
use crate::project::runner::Purpose;
use crate::rules::advice::Advice;
use crate::rules::book::packages::support::place;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};
use crate::shell::Command;

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

/// Modules of node itself: their names are not packages.
const BUILT_IN: [&str; 12] = [
    "fs", "path", "os", "http", "https", "util", "events", "stream", "crypto", "url", "assert",
    "zlib",
];

/// The package that a line of node, TypeScript or jest says it cannot find.
pub(super) fn missing_package(line: &str) -> Option<&str> {
    let line = line.trim();
    let (before, rest) = line
        .split_once("Cannot find module '")
        .or_else(|| line.split_once("Cannot find package '"))?;
    // In a longer sentence it is not a message of these programs.
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

/// What to do about the package of this name.
///
/// # Errors
/// Why it is not one that the project names and lacks.
pub(super) fn advice(case: &Case, name: &str) -> Check<Advice> {
    let folder = folder(case)?;
    let project = Project::around(&case.environment, &folder)?;
    if !project.depends_on(name) {
        return Err(Miss::Near("the nearest package.json does not name it"));
    }
    if project.is_plug_and_play() {
        return Err(Miss::Near("its packages are kept in archives"));
    }
    let modules = project.modules();
    if modules.iter().any(|modules| read::exists(modules.join(name))) {
        return Err(Miss::Near("it is in node_modules"));
    }
    let has_folder = modules.iter().any(read::is_dir);
    let place = match (has_folder, project.is_berry) {
        (true, _) => "but not in node_modules",
        // It may keep packages in archives.
        (false, true) => "but not installed",
        (false, false) => "but there is no node_modules",
    };
    let fact = format!("{name} is in package.json, {place}");
    let manager = project.manager.name();
    let plain = format!("{fact}: install it with {manager}");
    if !case.environment.on_path(manager) {
        return Ok(Advice::plain(format!(
            "{fact}: install with {manager}, which is not on PATH here"
        )));
    }
    // An install by the lock file alone fails if that does not name the package.
    let by_lock = !has_folder && project.locks(&case.environment, name) == Some(true);
    let install = match (project.manager, by_lock) {
        (PackageManager::Npm, true) => "npm ci",
        (PackageManager::Npm, false) => "npm install",
        (PackageManager::Pnpm, true) => "pnpm install --frozen-lockfile",
        (PackageManager::Pnpm, false) => "pnpm install",
        (PackageManager::Yarn, true) if project.is_berry => "yarn install --immutable",
        (PackageManager::Yarn, true) => "yarn install --frozen-lockfile",
        (PackageManager::Yarn, false) => "yarn install",
        (PackageManager::Bun, true) => "bun install --frozen-lockfile",
        (PackageManager::Bun, false) => "bun install",
    };
    Ok(Advice::better(fact, place::from_cwd(case, &project.root, install.to_owned()), plain))
}

/// The one folder in which programs of JavaScript ran.
fn folder(case: &Case) -> Check<PathBuf> {
    let is_ours = |command: &&Command| PROGRAMS.contains(&command.program.as_str());
    let mut found: Option<PathBuf> = None;
    for command in case.commands().filter(is_ours) {
        place::outside_function(command)?;
        if runner::purpose(command) == Some(Purpose::Install) {
            return Err(Miss::Near("the call installs packages itself"));
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
        let folder = place::folder_of(case, command)?;
        if is_moved {
            return Err(place::FOLDER_UNKNOWN);
        }
        // A script of another project looks for packages beside itself.
        let script = command.args.iter().find(|word| !word.text.starts_with('-'));
        if matches!(command.program.as_str(), "node" | "nodejs" | "tsx" | "ts-node" | "bun")
            && script.is_some_and(|word| {
                word.expands || word.text.starts_with(['/', '~']) || word.text.contains("..")
            })
        {
            return Err(Miss::Near("the script may be of another project"));
        }
        if found.as_ref().is_some_and(|other| *other != folder) {
            return Err(Miss::Near("programs ran in several folders"));
        }
        found = Some(folder);
    }
    found.ok_or(Miss::Near("what did not find it is not started by this call itself"))
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
            assert_eq!(missing_package(line), package, "{line}");
        }
    }
}
