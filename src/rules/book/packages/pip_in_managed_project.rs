//! pip in a Python project whose packages another tool keeps.

use std::path::Path;

mod advice;
mod examples;
mod pip;

use self::pip::Pip;
use super::support::place;
use crate::project::environment::normal;
use crate::project::python::managed_project::ManagedProject;
use crate::rules::advice::Finding;
use crate::rules::case::Case;
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::Command;

pub(crate) const RULE: Rule = Rule {
    id: "pip-in-managed-project",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: Some(Analyzer::Router),
    summary: "pip install in a uv or poetry project",
    why: "pip changes the environment but not the lock file, so the next sync removes the package and another \
          machine never gets it. Of ten agent files that forbid pip, nine do so for this reason.",
    lesson: Some(
        "Add Python packages with the project's own manager: `pip install` leaves the lock file as it was.",
    ),
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &[
                "pip", "pip3", "pip3.9", "pip3.10", "pip3.11", "pip3.12", "pip3.13", "pip3.14",
            ],
            subcommands: &["install", "uninstall"],
            signs: &[],
            check: pip_in_project,
        },
        Trigger::Command {
            programs: &[
                "python",
                "python3",
                "python3.9",
                "python3.10",
                "python3.11",
                "python3.12",
                "python3.13",
                "python3.14",
            ],
            subcommands: &[],
            signs: &["-m pip"],
            check: pip_in_project,
        },
        Trigger::Command {
            programs: &["uv", "poetry", "pdm", "pipenv"],
            subcommands: &["run"],
            signs: &[" pip install", " pip uninstall"],
            check: pip_in_project,
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["uv", "poetry", "pdm"],
        subcommands: &["add", "remove"],
        signs: &[],
        check: |_, _| Ok(()),
    }),
    needs: &[],
    repeat: Repeat::nth(1, 1000, 3),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn pip_in_project(case: &Case, command: &Command) -> Check<Finding> {
    let pip = Pip::of(command)?;
    place::outside_function(command)?;
    // Another user's packages are not the project's.
    if ["sudo", "doas", "su", "run0"].iter().any(|wrapper| command.is_under(wrapper)) {
        return Err(Miss::Near("it installs for another user"));
    }
    let folder = place::folder_of(case, command)?;
    let project = ManagedProject::around(&case.environment, &folder)?;
    if is_elsewhere(case, command, &folder, &project.root) {
        return Err(Miss::Near("it installs into another environment"));
    }
    let advice = advice::of(case, command, &pip, &folder, &project);
    Ok(Finding::new(advice).about(command.raw_args()))
}

/// Whether another environment than the project's own is active.
fn is_elsewhere(case: &Case, command: &Command, folder: &Path, root: &Path) -> bool {
    let own = |name: &str| [".venv", "venv"].map(|venv| root.join(venv).join("bin").join(name));
    let activates_other = |other: &Command| match other.program.as_str() {
        "source" | "." => other.args.first().is_some_and(|word| {
            let file = case.folder_of(other).map(|folder| normal(&folder.join(&word.text)));
            word.text.ends_with("activate")
                && !file.is_some_and(|file| own("activate").contains(&file))
        }),
        "conda" | "mamba" | "micromamba" | "workon" | "pyenv" | "virtualenv" => true,
        "python" | "python3" => other.args.iter().any(|word| word.is("venv")),
        _ => false,
    };
    let is_spelled_out = command.spelled.contains(['/', '$', '~']);
    let is_own = || own(&command.program).contains(&normal(&folder.join(&command.spelled)));
    is_spelled_out && !is_own()
        || command.assigned("VIRTUAL_ENV").is_some()
        || case.commands().take_while(|other| other.id != command.id).any(activates_other)
}
