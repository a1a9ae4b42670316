//! `toolcoach doctor`: whether the hook works, checked from the clients' settings to the last
//! calls.
//!
//! The checks only read. What they have to try out runs with a temporary state folder.

mod checks;
mod clients;
mod contract;
mod diagnosis;
mod disk;
mod json;
mod limits;
mod matcher;
mod page;
mod program;
mod recent;
mod registered_command;
mod report;
mod scene;
mod settings;
mod store;
mod switches;
mod traffic;
mod trial;

use clap::Args;

use super::install;
use crate::commands::error::Error;
use crate::ui::print::{print, print_json};
use crate::ui::style::Palette;
use checks::CHECKS;
use diagnosis::Status;
use report::DoctorReport;
use scene::Scene;

/// What `doctor` takes on the command line.
#[derive(Debug, Args)]
pub(crate) struct DoctorOptions {
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

/// Runs every check, and prints the diagnoses.
///
/// # Errors
/// When a check failed, or the checks cannot run.
pub(crate) fn run(options: &DoctorOptions) -> Result<(), Error> {
    if options.checks {
        return Ok(print(&checks::table())?);
    }
    let scene = Scene::new(&options.client)?;
    let checks = CHECKS.iter().map(|check| (check.id, (check.look)(&scene))).collect();
    let report = DoctorReport { now: scene.now, checks };
    drop(scene);
    if options.json {
        print_json(&json::render(&report)?)?;
    } else {
        print(&page::render(&report, Palette::of_terminal()))?;
    }
    match report.worst() {
        Status::Failure => Err(Error::Unwell { failures: report.count(Status::Failure) }),
        _ => Ok(()),
    }
}
