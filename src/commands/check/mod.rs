//! `toolcoach check`: settings files and the examples of their custom rules, for CI and for hooks
//! before a commit. It needs no agent.

mod examples;
mod page;
mod subject;

use std::path::PathBuf;

use clap::Args;

use crate::commands::error::Error;
use crate::commands::whose::Whose;
use crate::ui::print::{print, print_json};

/// What `check` takes on the command line.
#[derive(Debug, Args)]
pub(crate) struct CheckOptions {
    /// Files to check [default: the settings that count in this folder]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whose settings the files are [default: a project's if named .toolcoach.json, else a user's]
    #[arg(long = "as", value_name = "WHOSE", value_enum, requires = "files")]
    owner: Option<Whose>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Checks the files, and prints every fault.
///
/// # Errors
/// When there is a fault.
pub(crate) fn run(options: &CheckOptions) -> Result<(), Error> {
    let checked = if options.files.is_empty() {
        subject::in_effect()
    } else {
        subject::named(&options.files, options.owner)
    };
    if options.json {
        print_json(&page::json(&checked)?)?;
    } else {
        print(&page::text(&checked))?;
    }
    match checked.iter().map(|file| file.faults.len() as u64).sum() {
        0 => Ok(()),
        faults => Err(Error::Faulty { faults }),
    }
}
