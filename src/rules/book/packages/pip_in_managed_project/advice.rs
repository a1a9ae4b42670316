//! What is said about pip, and the command of the project's own manager.

use std::path::Path;

use super::pip::{Pip, is_wheel, name_of};
use crate::project::programs::{self, Trait};
use crate::project::python::managed_project::ManagedProject;
use crate::project::python::requirements::{list_named, list_with};
use crate::rules::advice::Advice;
use crate::rules::book::packages::support::{launch, place};
use crate::rules::case::Case;
use crate::shell::{Command, Word};

/// Packages that only people who work on a project need, beside the tools that the program knows.
const FOR_WORK: [&str; 22] = [
    "bandit",
    "codespell",
    "debugpy",
    "factory-boy",
    "faker",
    "freezegun",
    "hypothesis",
    "ipdb",
    "ipython",
    "mkdocs",
    "nox",
    "pdbpp",
    "pre-commit",
    "pyinstrument",
    "pylint",
    "respx",
    "responses",
    "snakeviz",
    "sphinx",
    "tox",
    "vcrpy",
    "vulture",
];

pub(super) fn of(
    case: &Case,
    command: &Command,
    pip: &Pip,
    folder: &Path,
    project: &ManagedProject,
) -> Advice {
    let (name, evidence) = (project.manager.name, project.evidence);
    let (add, remove, sync) = (project.manager.add, project.manager.remove, project.manager.sync);
    let is_project = pip.editable.is_some();
    if !case.environment.on_path(name) {
        let fact = format!("pip does not change {evidence}, and {name} is not on PATH here");
        return Advice::plain(match (pip.removes, is_project) {
            (true, _) => format!("{fact}: take the package out of pyproject.toml too"),
            (false, true) => {
                format!("{fact}: versions may differ from it, so check those that matter")
            }
            (false, false) => format!("{fact}: name the package in pyproject.toml too"),
        });
    }
    let plain = match (pip.removes, is_project) {
        (true, _) => format!(
            "{evidence} still names what pip removed, and the next sync brings it back: use {name} {remove}"
        ),
        (false, true) => {
            format!("pip ignores {evidence}, so versions may differ from it: use {name} {sync}")
        }
        (false, false) => format!(
            "pip does not change {evidence}, so other machines lack the package: use {name} {add}"
        ),
    };
    // A sync installs the dependencies of the folder's project, not of one above.
    let is_certain =
        pip.is_whole && command.wrappers.is_empty() && (!is_project || folder == project.package);
    match is_certain.then(|| rewrite(case, pip, project)).flatten() {
        Some(rewrite) => {
            let fact = if is_project || rewrite.starts_with(&format!("{name} {sync}")) {
                format!("pip ignores {evidence}, so versions may differ from it")
            } else {
                format!("{name} keeps the packages of this project ({evidence})")
            };
            Advice::better(fact, place::from_cwd(case, folder, rewrite), plain)
        }
        None => Advice::plain(plain),
    }
}

/// The command of the manager that does the same; `None` where it is not certain.
fn rewrite(case: &Case, pip: &Pip, project: &ManagedProject) -> Option<String> {
    let (manager, root) = (project.manager, &project.package);
    let name = manager.name;
    let words = |packages: &[&Word]| {
        packages.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ")
    };
    if let Some(place) = pip.editable {
        let Some(extras) = pip.extras_of_project() else {
            let links = matches!(name, "uv" | "poetry") && place.literal()?.starts_with('.');
            return links.then(|| format!("{name} {} --editable {}", manager.add, place.raw));
        };
        let mut options = String::new();
        for extra in extras {
            let list = list_named(&case.environment, root, name, extra)?;
            options.push_str(&launch::options_of(name, &list)?);
        }
        return Some(format!("{name} {}{options}", manager.sync));
    }
    if pip.removes {
        return Some(format!("{name} {} {}", manager.remove, words(&pip.packages)));
    }
    let listed = |word: &&Word| list_with(&case.environment, root, Some(name), name_of(word));
    let lists: Option<Vec<_>> = pip.packages.iter().map(listed).collect();
    if pip.upgrades {
        // Only what the project names can be asked for by name in a newer version.
        lists?;
        return Some(match name {
            "uv" => {
                let each = pip.packages.iter().map(|word| format!(" -P {}", name_of(word)));
                format!("uv sync{}", each.collect::<String>())
            }
            _ => format!("{name} update {}", words(&pip.packages)),
        });
    }
    let is_bare = |word: &&Word| word.text == name_of(word);
    if let Some(lists) = lists.filter(|_| pip.packages.iter().all(is_bare)) {
        let mut options: Vec<String> = Vec::new();
        for list in &lists {
            let option = launch::options_of(name, list)?;
            if !options.contains(&option) {
                options.push(option);
            }
        }
        return Some(format!("{name} {}{}", manager.sync, options.concat()));
    }
    let for_work = pip.packages.iter().filter(|word| is_for_work(word)).count();
    let option = match (for_work, name) {
        (0, _) => "",
        (count, _) if count < pip.packages.len() => return None,
        (_, "poetry") => " --group dev",
        (_, _) => " --dev",
    };
    let wheels = pip.packages.iter().any(|word| is_wheel(word));
    if wheels && !matches!(name, "uv" | "poetry" | "pdm") {
        return None;
    }
    Some(format!("{name} {}{option} {}", manager.add, words(&pip.packages)))
}

/// Whether only people who work on a project need the package.
fn is_for_work(word: &Word) -> bool {
    let name = name_of(word).to_ascii_lowercase().replace('_', "-");
    let serves = ["alembic", "celery", "flask", "gunicorn", "uvicorn"];
    FOR_WORK.contains(&name.as_str())
        || programs::is(&name, Trait::IsPythonTool) && !serves.contains(&name.as_str())
        || ["pytest-", "types-", "mypy-", "flake8-", "sphinx-", "mkdocs-"]
            .iter()
            .any(|start| name.starts_with(start))
        || name.ends_with("-stubs")
}
