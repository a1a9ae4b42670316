//! A package manager that is not the JavaScript project's.

use std::path::{Path, PathBuf};

mod examples;

use super::support::place;
use crate::project::environment::normal;
use crate::project::javascript::package_manager::PackageManager;
use crate::project::javascript::project::Project;
use crate::project::javascript::request::Request;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Redirection};

pub(crate) const RULE: Rule = Rule {
    id: "wrong-js-package-manager",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: Some(Analyzer::Router),
    summary: "another package manager than the project's",
    why: "A second manager writes a second lock file and another layout of node_modules; one team had to delete every \
          node_modules after a single bun install. Most agent files that name a manager do so because of this.",
    lesson: Some(
        "Use the package manager whose lock file is in the project: another one writes a second lock file.",
    ),
    trigger: Trigger::Command {
        programs: &["npm", "npx", "pnpm", "yarn", "bun", "bunx"],
        subcommands: &[],
        signs: &[],
        check: |case, command| {
            let foreign = Foreign::of(case, command)?;
            let finding = Finding::new(foreign.advice(case));
            // Each install is an occasion of its own. A script runs the same by any manager: only
            // the habit matters, and all runs are one occasion.
            Ok(if foreign.request.installs() {
                finding.about(command.raw_args())
            } else {
                finding.about("run").with_severity(Severity::Hint)
            })
        },
    },
    better: None,
    needs: &[],
    // Each install once, all runs together once: no session has a thousand of them.
    repeat: Repeat::nth(1, 1000, 3),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

/// A call of a manager in a project of another.
struct Foreign<'c> {
    command: &'c Command,
    request: Request<'c>,
    project: Project,
    /// The folder in which it ran; an option may name another to work in.
    folder: PathBuf,
}

impl<'c> Foreign<'c> {
    fn of(case: &Case, command: &'c Command) -> Check<Self> {
        let request = Request::of(command).ok_or(Miss::No)?;
        place::outside_function(command)?;
        let folder = place::folder_of(case, command)?;
        let works_in = worked_in(case, &request, &folder).ok_or(place::FOLDER_UNKNOWN)?;
        let project = Project::around(&case.environment, &works_in)?;
        if project.manager == request.manager {
            return Err(Miss::No);
        }
        let nothing = Miss::Near("the project has no script or program of this name");
        let request = request.settled(&project).ok_or(nothing)?;
        if !request.installs() && !case.environment.on_path(project.manager.name()) {
            return Err(Miss::Near("the project's manager is not on PATH"));
        }
        Ok(Self { command, request, project, folder })
    }

    fn advice(&self, case: &Case) -> Advice {
        let manager = self.project.manager.name();
        let article = if manager == "npm" { "an" } else { "a" };
        let fact = format!(
            "{} ran in {article} {manager} project ({})",
            self.request.label(),
            self.project.evidence
        );
        if !case.environment.on_path(manager) {
            return Advice::plain(format!(
                "{fact}, and {manager} is not on PATH here: leave the new lock file out of the commit"
            ));
        }
        let plain = if self.request.installs() {
            let foreign = self.request.manager.name();
            format!("{fact}: use {manager} for this, as {foreign} writes a second lock file")
        } else {
            format!("{fact}: use {manager} for scripts too")
        };
        match self.rewrite(case) {
            Some(rewrite) => Advice::better(fact, rewrite, plain),
            None => Advice::plain(plain),
        }
    }

    /// The command that asks the project's manager for the same.
    fn rewrite(&self, case: &Case) -> Option<String> {
        let command = self.command;
        // A wrapper, input or a variable may mean something else to the other manager.
        let is_alone = command.wrappers.is_empty()
            && !command.redirections.iter().any(Redirection::gives_stdin)
            && !command.assignments.iter().any(|(_, value)| value.expands);
        if !is_alone {
            return None;
        }
        let rewrite = self.request.for_manager(&self.project)?;
        let is_bun = self.project.manager == PackageManager::Bun;
        if is_bun && rewrite.starts_with("bunx") && !case.environment.on_path("bunx") {
            return None;
        }
        let assigned: String = command
            .assignments
            .iter()
            .map(|(name, value)| format!("{name}={} ", value.raw))
            .collect();
        Some(place::from_cwd(case, &self.folder, format!("{assigned}{rewrite}")))
    }
}

/// The folder in which the manager works if it runs in `folder`; `None` where that is not known.
fn worked_in(case: &Case, request: &Request, folder: &Path) -> Option<PathBuf> {
    let Some(option) = request.folder else { return Some(folder.to_owned()) };
    let text = option.literal()?;
    let text =
        text.split_once('=').filter(|_| text.starts_with('-')).map_or(text, |(_, value)| value);
    let named =
        if text.starts_with('~') { case.environment.absolute(text)? } else { folder.join(text) };
    Some(normal(&named))
}
