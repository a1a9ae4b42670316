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
use crate::commands::exit::Exit;
use crate::ui::print::{self, print, print_json};
use crate::ui::style::Palette;
use checks::CHECKS;
use diagnosis::Status;
use report::DoctorReport;
use scene::Scene;

/// What `doctor` takes on the command line.
#[derive(Debug, Args)]
pub(crate) struct DoctorOptions {
    /// Agent that must have the hook; repeatable [default: every agent found, of which one must]
    #[arg(long, value_name = "CLIENT", value_parser = install::names())]
    client: Vec<String>,
    /// Print one JSON object (see docs/doctor.schema.json)
    #[arg(long)]
    json: bool,
    /// List the checks as a Markdown table, without running them
    #[arg(long, exclusive = true)]
    checks: bool,
}

/// Runs every check, and prints the diagnoses. The report itself says how many checks failed.
///
/// # Errors
/// When the checks cannot run, or stdout cannot be written.
pub(crate) fn run(options: &DoctorOptions) -> Result<Exit, Error> {
    if options.checks {
        print(&checks::table())?;
        return Ok(Exit::Done);
    }
    let scene = Scene::new(&options.client)?;
    let checks = CHECKS.iter().map(|check| (check.id, (check.look)(&scene))).collect();
    let report = DoctorReport { now: scene.now, checks };
    drop(scene);
    if options.json {
        print_json(&json::render(&report)?)?;
    } else {
        print(&page::render(&report, Palette::of_stdout(), print::columns()))?;
    }
    Ok(if report.worst() == Status::Failure { Exit::Failed } else { Exit::Done })
}
