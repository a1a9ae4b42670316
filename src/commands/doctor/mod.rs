//! `toolcoach doctor`: whether the hook works, checked from the agents' settings to the last calls.
//!
//! Every check only reads. What has to be tried out runs with a state folder of its own, which is
//! removed again.

pub mod agents;
pub mod checks;
pub mod contract;
pub mod finding;
pub mod page;
pub mod program;
pub mod recent;
pub mod report;
pub mod settings;
pub mod store;
pub mod traffic;
pub mod trial;

use recent::Recent;
use std::cell::Cell;
use std::path::PathBuf;

use clap::Args;
use once_cell::unsync::OnceCell;

use super::context::Here;
use super::install;
use super::install::Surveyed;
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::store::ledger;
use crate::ui::print::{print, print_json};
use crate::ui::style::Ink;
use checks::CHECKS;
use finding::{Finding, Status};
use program::Candidate;
use trial::Scratch;

/// What `doctor` can be told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// An agent that must have the hook; may be given again [default: all that are found, one of
    /// which must]
    #[arg(long, value_name = "CLIENT", value_parser = install::names())]
    client: Vec<String>,
    /// One object; docs/doctor.schema.json describes it
    #[arg(long)]
    json: bool,
    /// List the checks, as a table in Markdown, and look at nothing
    #[arg(long, exclusive = true)]
    checks: bool,
}

/// What the checks look at.
struct Scene {
    /// The agents that are here or have the hook; those that were asked for.
    agents: Vec<Surveyed>,
    /// Agents were asked for by name.
    asked: bool,
    state: Option<PathBuf>,
    here: Here,
    /// Unix time, ms.
    now: u64,
    scratch: Scratch,
    trials: Cell<u32>,
    candidates: OnceCell<Vec<Candidate>>,
    recent: OnceCell<Result<Recent, Error>>,
}

impl Scene {
    fn new(options: &Options) -> Result<Self, Error> {
        let scratch = Scratch::new()
            .map_err(|source| Error::NotWritten { path: std::env::temp_dir(), source })?;
        Ok(Self {
            agents: install::survey(&options.client)?,
            asked: !options.client.is_empty(),
            state: state_dir::folder(),
            here: Here::quiet(),
            now: ledger::now_ms(),
            scratch,
            trials: Cell::new(0),
            candidates: OnceCell::new(),
            recent: OnceCell::new(),
        })
    }

    /// A number for each trial.
    fn trial(&self) -> u32 {
        self.trials.set(self.trials.get() + 1);
        self.trials.get()
    }

    /// The commands that agents start, looked at when first asked.
    fn candidates(&self) -> &[Candidate] {
        self.candidates.get_or_init(|| program::candidates(self))
    }

    /// The last calls, read when first asked.
    fn recent(&self) -> Result<&Recent, &Error> {
        let recent = self.recent.get_or_init(|| match &self.state {
            Some(folder) => Recent::read(folder, traffic::CALLS),
            None => Ok(Recent::default()),
        });
        recent.as_ref()
    }
}

/// Everything that was found.
struct Report {
    now: u64,
    findings: Vec<(&'static str, Vec<Finding>)>,
}

impl Report {
    /// Each finding with the check that made it.
    fn lines(&self) -> impl Iterator<Item = (&'static str, &Finding)> {
        self.findings
            .iter()
            .flat_map(|(check, findings)| findings.iter().map(move |finding| (*check, finding)))
    }

    fn worst(&self) -> Status {
        self.lines().map(|(_, finding)| finding.status).max().unwrap_or(Status::Ok)
    }
}

/// How many findings are of this status.
fn count(report: &Report, status: Status) -> u64 {
    report.lines().filter(|(_, finding)| finding.status == status).count() as u64
}

/// The command that puts an agent's entries right.
fn install_command(agent: &Surveyed, scope: &str) -> String {
    let name = agent.client.name();
    match scope {
        "project" | "local" => format!("toolcoach install --client {name} --scope {scope}"),
        _ => format!("toolcoach install --client {name}"),
    }
}

/// Looks at everything, and prints what was found.
///
/// # Errors
/// When a check failed, or nothing can be looked at.
pub(crate) fn run(options: &Options) -> Result<(), Error> {
    if options.checks {
        return Ok(print(&checks::table())?);
    }
    let scene = Scene::new(options)?;
    let findings = CHECKS.iter().map(|check| (check.id, (check.look)(&scene))).collect();
    let report = Report { now: scene.now, findings };
    drop(scene);
    if options.json {
        print_json(&report::render(&report)?)?;
    } else {
        print(&page::render(&report, Ink::of_terminal()))?;
    }
    match report.worst() {
        Status::Failure => Err(Error::Unwell { failures: count(&report, Status::Failure) }),
        _ => Ok(()),
    }
}
